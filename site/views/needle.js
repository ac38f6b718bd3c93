// The needle: the angle between the steps that the program took and the steepest descent of its own error. It points down
// for downhill and up for uphill.

import * as format from "../text/format.js";
import { html, nothing, svg } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */

const LENGTH = 36; // of the needle, in the units of the drawing; its foot is at (6, 44)

/** @param {Model} model */
export function needle({ t, recording }) {
  const { angles = [], largest = null, direction = null } = recording.judgement?.needle ?? {};
  if (largest === null || direction === null) return nothing;
  const said = saying(t, angles, direction);
  const degrees = t("needle.degrees", { angle: format.degrees(largest) });
  return html`<div class="needle" data-needle=${direction} data-angle=${format.repr(largest)}>
    <svg viewBox="0 0 74 88" role="img" aria-label="${t("needle.name")} ${degrees}. ${said}">
      <path class="down" d="M6 84A40 40 0 0 0 46 44"/><path class="up" d="M46 44A40 40 0 0 0 6 4"/>
      ${angles.map((angle) => svg`<path class="once" d=${line(angle, 36, 44)}/>`)}
      <path class="hand" d=${line(largest, 0, LENGTH)}/><circle class="foot" cx="6" cy="44" r="3.5"/>
      <text x="50" y="48">90°</text>
    </svg>
    <p title=${t("needle.what", { count: angles.length })}><strong>${degrees}</strong> <span>${said}</span></p>
  </div>`;
}

/** @param {Model["t"]} t @param {number[]} angles @param {string} direction */
const saying = (t, angles, direction) =>
  t(`needle.${direction}`, {
    count: angles.filter((angle) => angle > 90).length,
    all: angles.length,
  });

/**
 * A stretch of the ray from the needle's foot at this angle, 0 pointing down and 180 up.
 * @param {number} angle in degrees
 * @param {number} from
 * @param {number} to
 */
function line(angle, from, to) {
  const [x, y] = [Math.sin((angle * Math.PI) / 180), Math.cos((angle * Math.PI) / 180)];
  const at = (/** @type {number} */ far) =>
    `${(6 + far * x).toFixed(2)} ${(44 + far * y).toFixed(2)}`;
  return `M${at(from)}L${at(to)}`;
}
