// The lines between the columns, which the reader moves by pointer or by arrow keys.

import { withWidth } from "../state/columns.js";
import { html } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../state/columns.js").Outer} Outer */

const STEP = 2; // percent of the page, for one press of a key

/** The layouts with three columns, whose outer ones can be made wider. */
const THREE = ["code picture words", "code found picture words"];

/** The columns' widths as a style. @param {Model} model */
export const columnWidths = ({ columns: { code, words } }) =>
  `--code-more:${code}%;--words-more:${words}%`;

/** @param {Model} model @param {Send} send @param {string} columns */
export const splitters = (model, send, columns) =>
  THREE.includes(columns) && !model.view.embed
    ? /** @type {Outer[]} */ (["code", "words"]).map((name) => splitter(model, send, name))
    : "";

/** @param {Model} model @param {Send} send @param {Outer} name */
function splitter({ t, columns }, send, name) {
  const value = columns[name];
  const [low, high] = [-100, 100].map((far) => withWidth(columns, name, far)[name]);
  const text = t(value < 0 ? "split.narrower" : "split.wider", { percent: Math.abs(value) });
  const outwards = name === "code" ? 1 : -1;
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const { key } = event;
    const by = { ArrowRight: STEP * outwards, ArrowLeft: -STEP * outwards }[key];
    const to = { Home: outwards > 0 ? low : high, End: outwards > 0 ? high : low, Enter: 0 }[key];
    if ((by ?? to) === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation(); // the arrow keys step everywhere else
    send("column", { name, by, to });
  };
  const onDown = (/** @type {PointerEvent} */ event) => {
    const line = /** @type {HTMLElement} */ (event.currentTarget);
    const whole = line.parentElement?.clientWidth ?? 1;
    const from = event.clientX;
    event.preventDefault();
    line.focus();
    line.setPointerCapture(event.pointerId);
    line.onpointermove = ({ clientX }) =>
      send("column", { name, to: value + (outwards * 100 * (clientX - from)) / whole });
    line.onlostpointercapture = () => {
      line.onpointermove = null;
    };
  };
  return html`<div class="splitter" data-splitter=${name} role="separator" tabindex="0" aria-orientation="vertical" aria-label=${t(`split.${name}`)} title=${t("split.hint")}
    aria-valuemin=${low} aria-valuemax=${high} aria-valuenow=${value} aria-valuetext=${text} @keydown=${onKey} @pointerdown=${onDown} @dblclick=${() => send("column", { name, to: 0 })}></div>`;
}
