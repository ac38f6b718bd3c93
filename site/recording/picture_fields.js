// Pictures of tables: imshow, contourf, contour, pcolormesh.

import { counted, flat, isNumber, isTable, paint, rangeOf } from "./picture_values.js";

/** @typedef {import("./pictures.js").Panel} Panel */
/** @typedef {import("./pictures.js").Raster} Raster */
/** @typedef {import("./pictures.js").Contour} Contour */

/** A table of numbers as a picture, its first row at the top. @param {Panel} panel @param {any[]} given @param {any} options */
export function imshow(panel, [table], { cmap, vmin, vmax, origin, extent }) {
  if (!isTable(table)) return;
  const rows = table.map((row) => row.map((cell) => grey(cell)));
  const [low, high] = rangeOf(rows.flat());
  const isUp = origin === "lower";
  const [height, width] = [rows.length, rows[0].length];
  const whole = isUp
    ? [-0.5, width - 0.5, -0.5, height - 0.5]
    : [-0.5, width - 0.5, height - 0.5, -0.5];
  panel.equal = true;
  panel.shapes.push({
    kind: "raster",
    values: isUp ? rows.toReversed() : rows,
    extent: /** @type {Raster["extent"]} */ (extent ? flat(extent) : whole),
    levels: null,
    map: String(cmap ?? "viridis"),
    low: vmin ?? low,
    high: vmax ?? high,
  });
}

/** A pixel of three colours is shown by its lightness. @param {any} cell */
const grey = (cell) =>
  Array.isArray(cell)
    ? 0.299 * cell[0] + 0.587 * (cell[1] ?? cell[0]) + 0.114 * (cell[2] ?? cell[0])
    : Number(cell ?? Number.NaN);

/** contourf, contour and pcolormesh: a table over a plane. @param {Panel} panel @param {any[]} given @param {any} options @param {string} call */
export function field(panel, given, { cmap, levels, colors, vmin, vmax }, call) {
  const isPlaced = given.length >= 3 && isTable(given[2]);
  const table = isPlaced ? given[2] : given[0];
  if (!isTable(table)) return;
  const z = table.map(flat);
  const x = isPlaced ? flat(isTable(given[0]) ? given[0][0] : given[0]) : counted(z[0].length);
  const y = isPlaced
    ? isTable(given[1])
      ? given[1].map((/** @type {any} */ row) => row[0])
      : flat(given[1])
    : counted(z.length);
  const [low, high] = rangeOf(z.flat());
  const asked = levels ?? given[isPlaced ? 3 : 1];
  const steps = Array.isArray(asked) ? flat(asked) : evenly(low, high, isNumber(asked) ? asked : 7);
  if (call === "contour") {
    panel.shapes.push({
      kind: "contour",
      segments: steps.flatMap((level) => isoline(x, y, z, level)),
      paint: paint(panel, colors ?? "k"),
    });
    return;
  }
  const isUp = y[0] <= y[y.length - 1];
  panel.shapes.push({
    kind: "raster",
    values: isUp ? z.toReversed() : z,
    extent: [
      x[0],
      x[x.length - 1],
      Math.min(y[0], y[y.length - 1]),
      Math.max(y[0], y[y.length - 1]),
    ],
    levels: call === "contourf" ? steps : null,
    map: String(cmap ?? "viridis"),
    low: vmin ?? low,
    high: vmax ?? high,
  });
}

/** @param {number} low @param {number} high @param {number} count */
const evenly = (low, high, count) =>
  counted(count + 1).map((i) => low + ((high - low) * i) / count);

/** Where a table crosses a level, as short lines: marching squares. @param {number[]} x @param {number[]} y @param {number[][]} z @param {number} level @returns {Contour["segments"]} */
function isoline(x, y, z, level) {
  /** @type {Contour["segments"]} */
  const found = [];
  for (let i = 0; i + 1 < z.length; i++)
    for (let j = 0; j + 1 < z[i].length; j++) {
      const corners = [
        [i, j],
        [i, j + 1],
        [i + 1, j + 1],
        [i + 1, j],
      ];
      const cuts = corners.flatMap(([a, b], k) => {
        const [c, d] = corners[(k + 1) % 4];
        const [from, to] = [z[a][b] - level, z[c][d] - level];
        if (from < 0 === to < 0 || !Number.isFinite(from + to)) return [];
        const part = from / (from - to);
        return [[x[b] + part * (x[d] - x[b]), y[a] + part * (y[c] - y[a])]];
      });
      for (let k = 0; k + 1 < cuts.length; k += 2)
        found.push([cuts[k][0], cuts[k][1], cuts[k + 1][0], cuts[k + 1][1]]);
    }
  return found;
}
