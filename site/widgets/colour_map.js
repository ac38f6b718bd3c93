// Colour maps: numbers as colours, and tables of numbers as pictures.

import { rangeOf } from "../recording/picture_values.js";

/** @typedef {import("../recording/pictures.js").Raster} Raster */

/** A few colours of each map; those between are mixed. @type {Record<string, string>} */
const MAPS = {
  viridis: "440154 3b528b 21918c 5ec962 fde725",
  plasma: "0d0887 7e03a8 cc4778 f89540 f0f921",
  inferno: "000004 57106e bc3754 f98e09 fcffa4",
  hot: "0b0000 ff0000 ffd200 ffffff",
  gray: "000000 ffffff",
  binary: "ffffff 000000",
  greys: "ffffff 000000",
  blues: "f7fbff 6baed6 08306b",
  reds: "fff5f0 fb6a4a 67000d",
  greens: "f7fcf5 74c476 00441b",
  cool: "00ffff ff00ff",
  jet: "000080 0000ff 00ffff ffff00 ff0000 800000",
  rainbow: "8000ff 00b5eb 80ffb4 ffb360 ff0000",
  rdbu: "67001f f4a582 f7f7f7 92c5de 053061",
  rdylbu: "a50026 fdae61 ffffbf abd9e9 313695",
  spectral: "9e0142 fdae61 ffffbf 66c2a5 5e4fa2",
  coolwarm: "3b4cc0 dddddd b40426",
  bwr: "0000ff ffffff ff0000",
  seismic: "00004c 0000ff ffffff ff0000 800000",
};

/** @param {string} name @returns {number[][]} */
function stops(name) {
  const [, base, reversed] = /^(.*?)(_r)?$/.exec(name.toLowerCase()) ?? [];
  const found = (MAPS[base] ?? MAPS.viridis)
    .split(" ")
    .map((hex) => [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)));
  return reversed ? found.reverse() : found;
}

/** The colour of a part of the range, 0 to 1. @param {number[][]} all @param {number} part */
function mixed(all, part) {
  const place = Math.min(Math.max(part, 0), 1) * (all.length - 1);
  const i = Math.min(Math.floor(place), all.length - 2);
  return all[i].map((from, k) => Math.round(from + (place - i) * (all[i + 1][k] - from)));
}

/** One colour for each number. @param {number[]} values @param {string} map */
export function coloursOf(values, map) {
  const [low, high] = rangeOf(values);
  const all = stops(map);
  return values.map((value) => `rgb(${mixed(all, (value - low) / (high - low || 1)).join()})`);
}

/** @type {WeakMap<Raster, string>} */
const addresses = new WeakMap();

/** A table of numbers as the address of a picture; what is no number stays empty. @param {Raster} raster */
export function rasterAddress(raster) {
  const known = addresses.get(raster);
  if (known) return known;
  const fine = raster.levels ? refined(raster.values) : raster.values;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [fine[0].length, fine.length];
  const picture = new ImageData(canvas.width, canvas.height);
  const all = stops(raster.map);
  fine.flat().forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const part = (level(value, raster) - raster.low) / (raster.high - raster.low || 1);
    picture.data.set([...mixed(all, part), 255], 4 * i);
  });
  canvas.getContext("2d")?.putImageData(picture, 0, 0);
  const address = canvas.toDataURL();
  addresses.set(raster, address);
  return address;
}

/** The middle of the two levels that a value lies between. @param {number} value @param {Raster} raster */
function level(value, { levels, low, high }) {
  if (!levels?.length) return value;
  const above = levels.findIndex((one) => one > value);
  const [from, to] = [levels[above - 1] ?? low, levels[above] ?? high];
  return above < 0 ? high : (from + to) / 2;
}

const SIDE = 160;

/** The table with rows and columns between, so that the edges of its levels are smooth. @param {number[][]} rows */
function refined(rows) {
  const at = (/** @type {number} */ i, /** @type {number} */ count) => {
    const place = (i / (SIDE - 1)) * (count - 1);
    const first = Math.min(Math.floor(place), Math.max(count - 2, 0));
    return { first, next: Math.min(first + 1, count - 1), part: place - first };
  };
  return Array.from({ length: SIDE }, (_, i) => {
    const v = at(i, rows.length);
    return Array.from({ length: SIDE }, (_, j) => {
      const h = at(j, rows[0].length);
      const [a, b] = [rows[v.first], rows[v.next]].map(
        (row) => row[h.first] + h.part * (row[h.next] - row[h.first]),
      );
      return a + v.part * (b - a);
    });
  });
}
