// On a narrow screen one of several parts stands below this step; these buttons choose which.

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
    ${view.hide.includes("lesson") ? nothing : html`<a href="#lesson">${t("tabs.lesson")}</a>`}
  </nav>`;
}
