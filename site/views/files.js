// The files that the program may open: one that it misses, and those that are there.

import { readingLine } from "../text/table.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/types.js").DataFile} DataFile */
/** @typedef {import("../state/messages.js").Send} Send */

/** Offers to add the file that the last run did not find. @param {Model} model @param {Send} send */
export function missingFile({ t, run, files }, send) {
  const name = run.error?.file;
  if (!name) return nothing;
  if (files.some((file) => file.name === name))
    return html`<p class="missing-file" role="status">${t("files.added", { name })}</p>`;
  const choose = (/** @type {any} */ event) => event.currentTarget.nextElementSibling.click();
  const add = (/** @type {any} */ { currentTarget: input }) => {
    if (input.files[0]) send("add-file", { file: input.files[0], name });
    input.value = "";
  };
  const words = name.endsWith(".py") ? "files.missingModule" : "files.missing";
  return html`<p class="missing-file">${t(words, { name })}
    <button type="button" data-action="add-file" @click=${choose}>${t("files.add")}</button>
    <input type="file" hidden aria-label=${t("files.add")} @change=${add}></p>`;
}

/** @param {Model} model @param {Send} send */
export function files(model, send) {
  const { t } = model;
  if (!model.files.length) return nothing;
  return html`<section class="files" aria-labelledby="files-heading">
    <h3 id="files-heading">${t("files.heading")}</h3>
    <ul>${model.files.map((file) => row(model, send, file))}</ul>
    <p class="soft">${t(model.files.every(({ kept }) => kept) ? "files.kept" : "files.notKept")}</p>
  </section>`;
}

/** @param {Model} model @param {Send} send @param {DataFile} file */
function row({ t }, send, { name, size, encoding, table }) {
  const remove = t("files.remove", { name });
  const facts = [
    t("files.size", { kilobytes: Math.max(1, Math.round(size / 1000)) }),
    encoding && encoding !== "utf-8" ? NAMES[encoding] : "",
    table ? t("files.table", { rows: table.rows, columns: table.columns }) : "",
    table?.decimalComma ? t("files.decimalComma") : "",
  ];
  return html`<li data-file=${name}><strong>${name}</strong> <span class="soft">${facts.filter(Boolean).join(t("files.comma"))}</span>
    <button type="button" class="close" data-action="remove-file" aria-label=${remove} title=${remove} @click=${() => send("remove-file", name)}>×</button>
    ${encoding ? html`<code>${readingLine(name, table)}</code>` : nothing}</li>`;
}

/** The names of encodings. @type {Record<string, string>} */
const NAMES = {
  gb18030: "GBK",
  "utf-16le": "UTF-16",
  "utf-16be": "UTF-16",
  "windows-1252": "Windows-1252",
};
