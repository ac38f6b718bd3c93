// A small curve over the iterations: what is past is black, what is to come is grey, and a mark is at the current one.

import { guard, html, nothing, svg } from "./vendor.js";

const [WIDTH, HEIGHT] = [200, 72];

/**
 * @typedef {object} SmallCurve
 * @property {number[]} x  iterations, in order
 * @property {number[]} y
 * @property {number} here  the current iteration
 * @property {boolean} isKnown  its value is there already
 * @property {number} to  the last iteration
 * @property {number} low  y at the foot
 * @property {number} high  y at the top
 * @property {number | null} target  where the curve should end
 */

/** A picture beside the number that it shows, so it has no name of its own. @param {SmallCurve} curve */
export function smallCurve({ x, y, here, isKnown, to, low, high, target }) {
  const across = (/** @type {number} */ value) => (WIDTH * value) / Math.max(1, to);
  const down = (/** @type {number} */ value) => HEIGHT * (1 - (value - low) / (high - low || 1));
  const last = x.findLastIndex((one) => one < here || (isKnown && one === here));
  return html`<svg class="small-curve" viewBox="-4 -6 ${WIDTH + 8} ${HEIGHT + 12}" preserveAspectRatio="none" aria-hidden="true">
    ${[low, high].map((value) => svg`<path class="end" d="M0 ${down(value)}H${WIDTH}"/>`)}
    <path class="here" d="M${across(here)} -6V${HEIGHT + 6}"/>
    ${target === null ? nothing : svg`<path class="goal" d="M0 ${down(target)}H${WIDTH}"/>`}
    ${guard([x, y], () => svg`<path class="to-come" d=${points(x, y, across, down)}/>`)}
    <path class="past" d=${points(x.slice(0, last + 1), y, across, down)}/>
    ${last < 0 ? nothing : svg`<path class="dot" d="M${across(x[last])} ${down(y[last])}h0"/>`}
  </svg>`;
}

/**
 * @param {number[]} x
 * @param {number[]} y
 * @param {(value: number) => number} across
 * @param {(value: number) => number} down
 */
const points = (x, y, across, down) =>
  x.map((one, i) => `${i ? "L" : "M"}${across(one).toFixed(1)} ${down(y[i]).toFixed(1)}`).join("");
