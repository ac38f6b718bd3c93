// Presenter mode: one or two large parts that the last row of a classroom can read, and nothing else.

import { presenterLayouts } from "../state/selection.js";
import { excerpt } from "../widgets/excerpt.js";
import { fillHeight } from "../widgets/fill_height.js";
import { inputValue } from "../widgets/input_value.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../state/url_state.js").PresenterLayout} PresenterLayout */
/** @typedef {{ panel: unknown, network: unknown, step: unknown, curve: unknown }} Halves  what a layout can show; null for a part that the lesson does not have */

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
  const layouts = presenterLayouts();
  const wall = layouts.includes(view.wall) ? view.wall : (layouts[0] ?? "");
  const parts = /** @type {Record<string, unknown>} */ ({ ...halves, code: code(model) });
  const names = wall.split("-").filter((name) => parts[name]);
  return html`<div class="stage present">
    <header>
      <h1>${lesson?.title[view.lang]}</h1>
      ${status}
      ${layouts.length > 1 ? chooser(model, send, layouts, wall) : nothing}
      <button type="button" data-action="present" aria-keyshortcuts="Escape" @click=${() => send("present")}>${t("present.leave")}</button>
    </header>
    <div class="above">${errors}</div>
    <main data-wall=${wall} ?data-stale=${model.isStale}>
      ${names.map((name) => column(model, name, parts[name]))}
    </main>
    ${foot}
  </div>`;
}

/** Words and code are made as large as their half. @param {Model} model @param {string} name @param {unknown} part */
const column = (model, name, part) =>
  name === "step" || name === "code"
    ? html`<div class="column ${name}-half" ${fillHeight(model)}>${part}</div>`
    : html`<div class="column ${name}-half">${part}</div>`;

const LINES = 11; // of the code beside the network

/** @param {Model} model */
function code({ t, shownCode, scene, equationLines }) {
  const line = scene.moment?.step.line;
  if (!line) return null;
  return html`<section aria-labelledby="present-code">
    <h2 id="present-code" class="unseen">${t("editor.heading")}</h2>
    ${excerpt(shownCode, line, LINES, new Map(equationLines))}
  </section>`;
}

/** @param {Model} model @param {Send} send @param {PresenterLayout[]} layouts @param {string} now */
function chooser({ t }, send, layouts, now) {
  return html`<select class="wall" aria-label=${t("present.wall")} aria-keyshortcuts="V" @change=${(/** @type {Event} */ event) => send("presenter-layout", /** @type {PresenterLayout} */ (inputValue(event)))}>
    ${layouts.map((wall) => html`<option value=${wall} ?selected=${wall === now}>${t(`present.${wall}`)}</option>`)}
  </select>`;
}
