// Tabs. On a narrow screen one of several parts stands below this step; else the step in full, or the lesson's passages.

import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Tab} Tab */

/**
 * @param {import("../state/types.js").Model} model
 * @param {import("../state/messages.js").Send} send
 * @param {Tab[]} names of the parts that there are
 * @param {Tab} [tab] the one that is shown
 */
export function tabs({ t, view }, send, names, tab) {
  return html`<nav class="tabs" aria-label=${t("tabs.heading")}>
    ${names.map((name) => html`<button type="button" data-tab-of=${name} aria-current=${name === tab ? "true" : nothing} @click=${() => send("tab", name)}>${t(`tabs.${name}`)}</button>`)}
    ${view.hide.includes("lesson") || names.includes("lesson") ? nothing : html`<a href="#lesson">${t("tabs.lesson")}</a>`}
  </nav>`;
}

/** The tabs below the step's sentence. @param {import("../state/types.js").Model} model @param {import("../state/messages.js").Send} send */
export function sides({ t, side: shown, passages, passage }, send) {
  const tab = (/** @type {import("../state/types.js").Side} */ side) =>
    html`<button type="button" role="tab" data-side-of=${side} aria-selected=${side === shown ? "true" : "false"} aria-controls=${side === "step" ? "in-full" : "passages"} @click=${() => send("side", side)}>${t(`side.${side}`)}</button>`;
  return html`<div class="sides"><div role="tablist" aria-label=${t("side.heading")}>${tab("step")}${tab("lesson")}</div>
    <span class="soft">${passage < 0 ? nothing : t("passages.of", { number: passage + 1, all: passages.length })}</span></div>`;
}
