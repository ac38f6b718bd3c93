// What the program printed.

import { html } from "../vendor.js";

/** @param {import("../state.js").Model} model */
export function output(model) {
  const { t } = model;
  return html`<section class="output" aria-labelledby="output-heading">
    <h2 id="output-heading">${t("output.heading")}</h2>
    ${
      model.output
        ? html`<pre tabindex="0" aria-live="off">${model.output}</pre>`
        : html`<p class="soft">${t("output.none")}</p>`
    }
  </section>`;
}
