// What the program printed.

import { html } from "../vendor.js";

/** @param {import("../state.js").Model} model */
export function output({ t, recording }) {
  return html`<section class="output" aria-labelledby="output-heading">
    <h2 id="output-heading">${t("output.heading")}</h2>
    ${
      recording.output
        ? html`<pre tabindex="0" aria-live="off">${recording.output}</pre>`
        : html`<p class="soft">${t("output.none")}</p>`
    }
  </section>`;
}
