// A program's drawings with matplotlib: from its calls, one after the other, to figures with panels with shapes. All numbers
// are the program's own; axes and colours are added.

import { field, imshow } from "./picture_fields.js";
import {
  columns,
  counted,
  flat,
  isNumber,
  paint,
  rangeOf,
  STROKES,
  style,
} from "./picture_values.js";

/** @typedef {{ call: string, figure: number, panel: [rows: number, columns: number, index: number], arguments: any[], options: Record<string, any> }} Drawing  one call */
/** @typedef {{ index: number } | { name: string } | { values: number[], map: string }} Paint  a colour of the cycle, a named one, or one for each value */
/** @typedef {{ kind: "line", x: number[], y: number[], paint: Paint, dash: string, marker: boolean, stroke: boolean, label: string }} Line */
/** @typedef {{ kind: "points", x: number[], y: number[], paint: Paint, label: string }} Points */
/** @typedef {{ kind: "bars", rects: [x0: number, x1: number, y0: number, y1: number][], paint: Paint, label: string }} Bars */
/** @typedef {{ kind: "area", x: number[], from: number[], to: number[], paint: Paint, label: string }} Area */
/** @typedef {{ kind: "raster", values: number[][], extent: [number, number, number, number], levels: number[] | null, map: string, low: number, high: number }} Raster  rows from the top down */
/** @typedef {{ kind: "contour", segments: [number, number, number, number][], paint: Paint }} Contour */
/** @typedef {{ kind: "rule", across: boolean, at: number, paint: Paint, dash: string, label: string }} Rule */
/** @typedef {{ kind: "text", x: number, y: number, text: string }} Text */
/** @typedef {Line | Points | Bars | Area | Raster | Contour | Rule | Text} Shape */
/**
 * @typedef {object} Panel
 * @property {number} index  from 1, row by row
 * @property {Shape[]} shapes
 * @property {{ title: string, xlabel: string, ylabel: string }} words
 * @property {{ x: [number, number] | null, y: [number, number] | null }} limits
 * @property {{ x: boolean, y: boolean }} log
 * @property {{ x: { at: number[], names: string[] } | null, y: { at: number[], names: string[] } | null }} ticks
 * @property {boolean} legend
 * @property {boolean} grid
 * @property {boolean} equal  one unit is as long on both axes
 * @property {boolean} bare  without axes
 * @property {number} painted  how many shapes have taken a colour of the cycle
 */
/** @typedef {{ number: number, title: string, columns: number, panels: Panel[] }} Figure */

/** The figures of all calls, in order. @param {Drawing[]} drawings @returns {Figure[]} */
export function figuresOf(drawings) {
  /** @type {Map<number, Figure>} */
  const figures = new Map();
  for (const { call, figure: number, panel: place, arguments: given, options } of drawings) {
    const figure = figures.get(number) ?? { number, title: "", columns: 1, panels: [] };
    figures.set(number, figure);
    if (call === "suptitle") {
      figure.title = String(given[0] ?? "");
      continue;
    }
    figure.columns = Math.max(figure.columns, place[1]);
    CALLS[call]?.(panelOf(figure, place[2]), given, options, call);
  }
  return [...figures.values()].filter(({ panels }) => panels.some(({ shapes }) => shapes.length));
}

/** @param {Figure} figure @param {number} index @returns {Panel} */
function panelOf(figure, index) {
  const found = figure.panels.find((panel) => panel.index === index);
  if (found) return found;
  /** @type {Panel} */
  const panel = {
    index,
    shapes: [],
    words: { title: "", xlabel: "", ylabel: "" },
    limits: { x: null, y: null },
    log: { x: false, y: false },
    ticks: { x: null, y: null },
    legend: false,
    grid: false,
    equal: false,
    bare: false,
    painted: 0,
  };
  figure.panels.push(panel);
  figure.panels.sort((a, b) => a.index - b.index);
  return panel;
}

/** The effect of each call on its panel. @type {Record<string, (panel: Panel, given: any[], options: any, call: string) => void>} */
const CALLS = {
  plot,
  step: plot,
  semilogy: plot,
  semilogx: plot,
  loglog: plot,
  scatter,
  imshow,
  matshow: imshow,
  pcolormesh: field,
  contourf: field,
  contour: field,
  bar: bars,
  barh: bars,
  hist,
  fill_between: area,
  axhline: (panel, [at = 0], options) => rule(panel, true, at, options),
  axvline: (panel, [at = 0], options) => rule(panel, false, at, options),
  text: (panel, [x, y, text]) => {
    if (isNumber(x) && isNumber(y)) panel.shapes.push({ kind: "text", x, y, text: String(text) });
  },
  title: (panel, given, { label }) => word(panel, "title", given[0] ?? label),
  xlabel: (panel, given, { xlabel }) => word(panel, "xlabel", given[0] ?? xlabel),
  ylabel: (panel, given, { ylabel }) => word(panel, "ylabel", given[0] ?? ylabel),
  xlim: (panel, given, options) => limit(panel, "x", given, options),
  ylim: (panel, given, options) => limit(panel, "y", given, options),
  xscale: (panel, [kind]) => scale(panel, "x", kind),
  yscale: (panel, [kind]) => scale(panel, "y", kind),
  xticks: (panel, given, options) => ticks(panel, "x", given, options),
  yticks: (panel, given, options) => ticks(panel, "y", given, options),
  legend,
  grid: (panel, [on = true]) => {
    panel.grid = on !== false && on !== "off";
  },
  axis: (panel, [what]) => {
    if (what === "off" || what === false) panel.bare = true;
    if (what === "equal" || what === "square" || what === "scaled") panel.equal = true;
    if (!Array.isArray(what)) return;
    limit(panel, "x", [what.slice(0, 2)], {});
    limit(panel, "y", [what.slice(2, 4)], {});
  },
};

// ---- Curves, points, bars

/** @param {Panel} panel @param {any[]} given @param {any} options @param {string} call */
function plot(panel, given, options, call) {
  if (call === "semilogy" || call === "loglog") panel.log.y = true;
  if (call === "semilogx" || call === "loglog") panel.log.x = true;
  for (let at = 0; at < given.length; ) {
    const isPair = at + 1 < given.length && typeof given[at + 1] !== "string";
    const [xs, ys] = isPair ? [given[at], given[at + 1]] : [null, given[at]];
    at += isPair ? 2 : 1;
    const said = typeof given[at] === "string" ? style(given[at++]) : style("-");
    columns(ys).forEach((y, j) => {
      const all = xs === null ? [counted(y.length)] : columns(xs);
      curve(panel, all[j] ?? all[0], y, said, options);
    });
  }
}

/** @param {Panel} panel @param {number[]} x @param {number[]} y @param {ReturnType<typeof style>} said @param {any} options */
function curve(panel, x, y, said, { color, c, linestyle, ls, marker, label }) {
  const stroke = linestyle ?? ls;
  panel.shapes.push({
    kind: "line",
    x,
    y,
    paint: paint(panel, color ?? c ?? said.colour),
    dash: STROKES[stroke] ?? said.dash,
    marker: marker ? marker !== "None" : said.marker,
    stroke: stroke ? !["None", "none", "", " "].includes(stroke) : said.stroke,
    label: String(label ?? ""),
  });
}

/** @param {Panel} panel @param {any[]} given @param {any} options */
function scatter(panel, [xs, ys, , fourth], { c = fourth, color = c, cmap, label }) {
  const [x, y] = [flat(xs), flat(ys)];
  const isEach =
    Array.isArray(color) && color.length === x.length && flat(color).every(Number.isFinite);
  panel.shapes.push({
    kind: "points",
    x,
    y,
    paint: isEach ? { values: flat(color), map: String(cmap ?? "viridis") } : paint(panel, color),
    label: String(label ?? ""),
  });
}

/** @param {Panel} panel @param {any[]} given @param {any} options @param {string} call */
function bars(panel, given, { label, color, width, height, bottom, left }, call) {
  const isFlat = call === "barh";
  const [names, lengths, third] = given;
  const isNamed = Array.isArray(names) && names.some((name) => typeof name === "string");
  const at = isNamed ? counted(names.length) : flat(names);
  if (isNamed) panel.ticks[isFlat ? "y" : "x"] = { at, names: names.map(String) };
  const breadth = flat(third ?? (isFlat ? height : width) ?? 0.8);
  const base = flat((isFlat ? left : bottom) ?? 0);
  /** @type {Bars["rects"]} */
  const rects = flat(lengths).map((length, i) => {
    const half = (breadth[i] ?? breadth[0]) / 2;
    const from = base[i] ?? base[0];
    const along = /** @type {const} */ ([from, from + length]);
    return isFlat ? [...along, at[i] - half, at[i] + half] : [at[i] - half, at[i] + half, ...along];
  });
  panel.shapes.push({
    kind: "bars",
    rects,
    paint: paint(panel, color),
    label: String(label ?? ""),
  });
}

/** @param {Panel} panel @param {any[]} given @param {any} options */
function hist(panel, [values, second], { bins = second ?? 10, color, label }) {
  const all = flat(values).filter(Number.isFinite);
  const [low, high] = rangeOf(all);
  const edges = Array.isArray(bins)
    ? flat(bins)
    : counted(bins + 1).map((i) => low + ((high - low || 1) * i) / bins);
  const last = edges.length - 2;
  const counts = edges.slice(1).map(() => 0);
  for (const x of all) {
    const bin = edges.findIndex(
      (edge, i) =>
        i <= last && x >= edge && (x < edges[i + 1] || (i === last && x === edges[i + 1])),
    );
    if (bin >= 0) counts[bin]++;
  }
  /** @type {Bars["rects"]} */
  const rects = counts.map((count, i) => [edges[i], edges[i + 1], 0, count]);
  panel.shapes.push({
    kind: "bars",
    rects,
    paint: paint(panel, color),
    label: String(label ?? ""),
  });
}

/** @param {Panel} panel @param {any[]} given @param {any} options */
function area(
  panel,
  [xs, first, second = 0],
  { y1 = first, y2 = second, color, facecolor = color, label },
) {
  const x = flat(xs);
  const [from, to] = [y1, y2].map((y) => (Array.isArray(y) ? flat(y) : x.map(() => y)));
  panel.shapes.push({
    kind: "area",
    x,
    from,
    to,
    paint: paint(panel, facecolor),
    label: String(label ?? ""),
  });
}

/** @param {Panel} panel @param {boolean} across @param {any} at @param {any} options */
function rule(panel, across, at, { y, x, color, c = color, linestyle, ls = linestyle, label }) {
  const place = (across ? y : x) ?? at;
  if (!isNumber(place)) return;
  panel.shapes.push({
    kind: "rule",
    across,
    at: place,
    paint: paint(panel, c ?? "k"),
    dash: STROKES[ls] ?? "",
    label: String(label ?? ""),
  });
}

/** @param {Panel} panel @param {"title" | "xlabel" | "ylabel"} which @param {any} text */
function word(panel, which, text) {
  panel.words[which] = String(text ?? "");
}

/** @param {Panel} panel @param {"x" | "y"} axis @param {any[]} given @param {any} options */
function limit(panel, axis, given, options) {
  const ends = Array.isArray(given[0]) ? given[0] : given;
  const low = ends[0] ?? options[axis === "x" ? "left" : "bottom"] ?? options[`${axis}min`];
  const high = ends[1] ?? options[axis === "x" ? "right" : "top"] ?? options[`${axis}max`];
  if (isNumber(low) || isNumber(high))
    panel.limits[axis] = [isNumber(low) ? low : Number.NaN, isNumber(high) ? high : Number.NaN];
}

/** @param {Panel} panel @param {"x" | "y"} axis @param {any} kind */
function scale(panel, axis, kind) {
  panel.log[axis] = kind === "log" || kind === "symlog";
}

/** @param {Panel} panel @param {"x" | "y"} axis @param {any[]} given @param {any} options */
function ticks(panel, axis, [places, names], { ticks: named = places, labels = names }) {
  if (!Array.isArray(named)) return;
  const at = flat(named);
  panel.ticks[axis] = { at, names: Array.isArray(labels) ? labels.map(String) : at.map(String) };
}

/** @param {Panel} panel @param {any[]} given */
function legend(panel, [names]) {
  panel.legend = true;
  if (!Array.isArray(names)) return;
  const shapes = panel.shapes.filter((shape) => "label" in shape);
  for (const [i, name] of names.entries())
    if (shapes[i] && typeof name === "string") /** @type {any} */ (shapes[i]).label = name;
}
