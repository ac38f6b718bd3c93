// Draws the error over one number: the curve in black, its tangent in solid green, the program's slope dashed in dark red.

import * as format from "../text/format.js";
import { html, nothing, svg } from "./vendor.js";

/** @typedef {import("../recording/told_types.js").Nudge} Nudge */

const WIDTH = 400;
const HEIGHT = 244;
const LEFT = 52;
const RIGHT = WIDTH - 12;
const TOP = 14;
const FOOT = HEIGHT - 46;

/** Round numbers, about `count` of them, between two numbers. @param {number} low @param {number} high @param {number} count */
export function ticks(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? rough;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

/** The least and the largest of the errors that are known, a little apart. @param {(number | null)[]} errors @returns {[number, number]} */
function rangeOf(errors) {
  const known = errors.filter((one) => one !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const room = (high - low) * 0.12 || Math.abs(high) * 0.1 || 1;
  return [low - room, high + room];
}

/**
 * @param {Nudge} nudge
 * @param {{ symbol: string, says: string, tangent: string, own: string, point: number }} words
 */
export function nudgeCurve(
  { x, error, tangent, own, at, value },
  { symbol, says, point, ...labels },
) {
  if (error.every((one) => one === null)) return nothing;
  const [low, high] = rangeOf(error);
  const across = (/** @type {number} */ v) =>
    LEFT + ((v - x[0]) / (x[x.length - 1] - x[0])) * (RIGHT - LEFT);
  const up = (/** @type {number} */ v) => FOOT - ((v - low) / (high - low)) * (FOOT - TOP);
  const line = (/** @type {number[] | null} */ ends, /** @type {string} */ kind) =>
    ends
      ? svg`<line class=${kind} x1=${across(ends[0])} y1=${up(ends[1])} x2=${across(ends[2])} y2=${up(ends[3])}/>`
      : nothing;
  const chosen = error[point];
  return html`<svg class="nudge-curve" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${says}>
    <clipPath id="nudge-frame"><rect x=${LEFT} y=${TOP - 8} width=${RIGHT - LEFT} height=${FOOT - TOP + 16}/></clipPath>
    ${ticks(low, high, 4).map((y) => svg`<line class="grid" x1=${LEFT} x2=${RIGHT} y1=${up(y)} y2=${up(y)}/><text class="y" x=${LEFT - 8} y=${up(y) + 4}>${format.short(y, 3)}</text>`)}
    ${ticks(x[0], x[x.length - 1], 5).map((v) => svg`<text class="x" x=${across(v)} y=${FOOT + 20}>${format.short(v, 3)}</text>`)}
    <g clip-path="url(#nudge-frame)">
      <line class="here" x1=${across(value)} x2=${across(value)} y1=${TOP - 8} y2=${FOOT + 8}/>
      <path class="error" d=${path(x.map(across), error, up)}/>
      ${line(tangent, "tangent")}${line(own, "own")}
      ${at === null ? nothing : svg`<circle class="at" cx=${across(value)} cy=${up(at)} r="4.5"/>`}
      ${chosen === null || x[point] === value ? nothing : svg`<circle class="chosen" cx=${across(x[point])} cy=${up(chosen)} r="5"/>`}
    </g>
    <text class="name" x=${RIGHT} y=${HEIGHT - 4}>${symbol}</text>
    <g class="labels">
      ${tangent ? svg`<text class="tangent" x=${LEFT + 8} y=${TOP + 6}>${labels.tangent}</text>` : nothing}
      ${own ? svg`<text class="own" x=${LEFT + 8} y=${TOP + 24}>${labels.own}</text>` : nothing}
    </g>
  </svg>`;
}

/** A line through the points that are known. @param {number[]} xs @param {(number | null)[]} errors @param {(v: number) => number} up */
function path(xs, errors, up) {
  let [drawn, pen] = ["", "M"];
  errors.forEach((error, i) => {
    if (error !== null) drawn += `${pen}${xs[i].toFixed(1)} ${up(error).toFixed(1)}`;
    pen = error === null ? "M" : "L";
  });
  return drawn;
}
