// Presenter mode: what the last row of a classroom needs to see, and nothing else.

import { html } from "../vendor.js";

/** @typedef {import("../state.js").Model} Model */
/** @typedef {import("../state.js").Send} Send */

/** @param {Model} model @param {Send} send @param {unknown} picture @param {unknown} words @param {unknown} foot */
export function presenter({ t, lesson, view }, send, picture, words, foot) {
  const columns = [picture && "picture", words && "words"].filter(Boolean).join(" ");
  return html`<div class="stage present">
    <header>
      <h1>${lesson?.title[view.lang]}</h1>
      <button type="button" data-action="present" aria-keyshortcuts="Escape" @click=${() => send("present")}>${t("present.leave")}</button>
    </header>
    <main data-columns=${columns}>
      ${picture && html`<div class="column picture-column">${picture}</div>`}
      ${words && html`<div class="column words-column">${words}</div>`}
    </main>
    ${foot}
  </div>`;
}
