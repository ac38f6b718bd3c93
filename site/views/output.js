// The program's output: its printed text and its drawings.

import { old } from "../widgets/old.js";
import { html } from "../widgets/vendor.js";

/** @param {import("../state/types.js").Model} model @param {unknown} pictures  that it drew */
export function output(model, pictures) {
  const { t, isUnrun } = model;
  return html`<section class="output" aria-labelledby="output-heading">
    <h2 id="output-heading">${t("output.heading")}</h2>
    ${old(model.code !== model.run.code && !!model.output, t("run.old"))}
    ${
      model.output
        ? html`<pre tabindex="0" aria-live="off">${blocks(model.output).map((text) => html`<span>${text}</span>`)}</pre>`
        : html`<p class="soft">${t(isUnrun ? "output.unrun" : "output.none")}</p>`
    }
    ${pictures}
  </section>`;
}

let last = "";
/** @type {string[]} */
let lastBlocks = [];

/** The output in blocks of 200 lines: the browser does not lay out blocks that are out of sight. @param {string} text */
function blocks(text) {
  if (text !== last) lastBlocks = text.match(/(?:.*\n){1,200}|.+$/g) ?? [];
  last = text;
  return lastBlocks;
}
