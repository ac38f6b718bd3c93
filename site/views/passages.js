// The lesson beside the lab: passages, of which the position opens one, and what there is to try.

import { typeset } from "../widgets/typeset.js";
import { html, nothing, unsafeHTML } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */

/** @param {Model} model @param {Send} send */
export function passages(model, send) {
  const { t, view, passages: all, lesson, pointed } = model;
  const point = (/** @type {EventTarget | null} */ target) => {
    const name = placeAt(target);
    if (name !== pointed) send("point-place", name);
  };
  const go = (/** @type {MouseEvent} */ event) => {
    const name = placeAt(event.target);
    if (!name || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    send("go-place", name);
  };
  return html`<section class="passages" id="passages" aria-label=${t("tabs.lesson")} @click=${go}
      @pointerover=${(/** @type {Event} */ event) => point(event.target)} @focusin=${(/** @type {Event} */ event) => point(event.target)}
      @pointerleave=${() => point(null)} @focusout=${() => point(null)}>
    <ol>${all.map((_, i) => passage(model, send, i))}</ol>
    ${(lesson?.tries?.[view.lang] ?? []).map((one, i) => tryItem(model, send, one, i))}
  </section>`;
}

/** The place that a link of the text leads to; "" for anything else. @param {EventTarget | null} target */
const placeAt = (target) =>
  (target instanceof Element && target.closest("[data-place]")?.getAttribute("data-place")) || "";

/** @param {Model} model @param {Send} send @param {number} i */
function passage({ passages, passage: open, view: { lang } }, send, i) {
  const { place, title, html: text } = passages[i];
  const isOpen = i === open;
  return html`<li data-passage=${i} data-now=${isOpen ? "" : nothing} data-read=${i < open ? "" : nothing}>
    <button type="button" aria-current=${isOpen ? "true" : nothing} @click=${() => send("go-place", place)}>${unsafeHTML(typeset(title[lang]))}</button>
    ${isOpen ? html`<div class="text">${unsafeHTML(typeset(text[lang]))}</div>` : nothing}
  </li>`;
}

/** @param {Model} model @param {Send} send @param {import("../state/types.js").Try} item @param {number} i */
function tryItem({ t }, send, { title, html: text, edits }, i) {
  const labelled = (/** @type {string} */ label) =>
    label ? t("try.doThis", { label }) : t("try.do");
  return html`<details class="try" name="try" data-try=${i}>
    <summary><b>${t("try.heading")}</b> ${unsafeHTML(title)}</summary>
    <div class="text">${unsafeHTML(typeset(text))}</div>
    <div class="choices">${edits.map(({ label }, edit) => html`<button type="button" data-action="try" @click=${() => send("try", { item: i, edit })}>${labelled(label)}</button>`)}</div>
  </details>`;
}
