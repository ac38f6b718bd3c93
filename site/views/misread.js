// The network's mistakes: a table of the digits that are read as others, and a way to each of them.

import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../recording/types.js").Misread["looks"]} Looks */

/** @param {Model} model @param {Send} send */
export function misread(model, send) {
  const { t, recording } = model;
  const found = recording.figures?.misread;
  if (!found)
    return html`<section class="misread" aria-labelledby="misread-heading"><h2 id="misread-heading">${t("misread.heading")}</h2>
      <p class="soft">${t("misread.none")}</p></section>`;
  const { table, right, all, looks } = found;
  return html`<section class="misread" aria-labelledby="misread-heading">
    <h2 id="misread-heading">${t("misread.heading")}</h2>
    <div class="wrong">
      ${table ? matrix(model, send, table, looks) : nothing}
      <div>
        ${table ? html`<p class="score">${t("misread.score", { right, all })}</p>` : nothing}
        <p>${t(looks.length ? "misread.choose" : "misread.noLooks")}</p>
        ${looks.length ? html`<button type="button" data-action="next-misread" @click=${() => visit(model, send, looks)}>${t("misread.next")}</button>` : nothing}
      </div>
    </div>
  </section>`;
}

/**
 * Goes to the next of these iterations after the one that is shown, or to the first.
 * @param {Model} model @param {Send} send @param {Looks} looks
 */
function visit({ scene }, send, looks) {
  const { iteration } = scene.position;
  const next = looks.find((one) => one.iteration > iteration) ?? looks[0];
  send("go", { iteration: next.iteration, step: 0 });
}

/** @param {Model} model @param {Send} send @param {number[][]} table @param {Looks} looks */
function matrix(model, send, table, looks) {
  const { t } = model;
  return html`<table>
    <caption>${t("misread.caption")}</caption>
    <thead><tr><td></td>${table.map((_, answer) => html`<th scope="col">${answer}</th>`)}</tr></thead>
    <tbody>${table.map((row, digit) => html`<tr><th scope="row">${digit}</th>${row.map((count, answer) => cell(model, send, count, digit, answer, looks))}</tr>`)}</tbody>
  </table>`;
}

/** @param {Model} model @param {Send} send @param {number} count @param {number} digit @param {number} answer @param {Looks} looks */
function cell(model, send, count, digit, answer, looks) {
  const { t, scene } = model;
  if (!count) return html`<td></td>`;
  if (digit === answer) return html`<td class="right">${count}</td>`;
  const own = looks.filter((one) => one.digit === digit && one.answer === answer);
  const isHere = own.some(({ iteration }) => iteration === scene.position.iteration);
  if (!own.length) return html`<td>${count}</td>`;
  return html`<td><button type="button" aria-pressed=${isHere ? "true" : "false"} aria-label=${t("misread.cell", { count, digit, answer })}
    data-misread="${digit}-${answer}" @click=${() => visit(model, send, own)}>${count}</button></td>`;
}
