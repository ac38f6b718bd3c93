// Presenter mode: one or two large parts that the last row of a classroom can read, and nothing else.

import { PRESENTER_LAYOUTS } from "../state/url_state.js";
import { inputValue } from "../widgets/input_value.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {{ panel: unknown, network: unknown, step: unknown }} Halves  what a layout can show; null for a part that the lesson does not have */

/**
 * @param {Model} model
 * @param {Send} send
 * @param {Halves} halves
 * @param {unknown} status what Python is doing, while it is asked for something
 * @param {unknown} errors
 * @param {unknown} foot
 */
export function presenter(model, send, halves, status, errors, foot) {
  const { t, lesson, view } = model;
  const wall = halves.panel ? view.wall : "network-step";
  const names = /** @type {(keyof Halves)[]} */ (wall.split("-"));
  return html`<div class="stage present">
    <header>
      <h1>${lesson?.title[view.lang]}</h1>
      ${status}
      ${halves.panel ? chooser(model, send) : nothing}
      <button type="button" data-action="present" aria-keyshortcuts="Escape" @click=${() => send("present")}>${t("present.leave")}</button>
    </header>
    <div class="above">${errors}</div>
    <main data-wall=${wall} ?data-stale=${model.isStale}>
      ${names.filter((name) => halves[name]).map((name) => html`<div class="column ${name}-half">${halves[name]}</div>`)}
    </main>
    ${foot}
  </div>`;
}

/** @param {Model} model @param {Send} send */
function chooser({ t, view }, send) {
  return html`<select class="wall" aria-label=${t("present.wall")} aria-keyshortcuts="V" @change=${(/** @type {Event} */ event) => send("presenter-layout", /** @type {import("../state/url_state.js").PresenterLayout} */ (inputValue(event)))}>
    ${PRESENTER_LAYOUTS.map((wall) => html`<option value=${wall} ?selected=${wall === view.wall}>${t(`present.${wall}`)}</option>`)}
  </select>`;
}
