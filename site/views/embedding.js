// "Put into a course page": the link, the lines to paste, and a QR code of the link for the projector.

import { forQrCode } from "../state/link.js";
import { modal } from "../widgets/modal.js";
import { qrCode } from "../widgets/qr.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */

const HEIGHT = 720; // px: the network, this step and the buttons without scrolling

/** @param {Model} model @param {Send} send */
export function embedding({ t, embedding, lesson, view }, send) {
  if (!embedding) return nothing;
  const { link, withEdit, withoutCode, isFile } = embedding;
  const title = `${t("page.name")}: ${lesson?.title[view.lang]}`;
  const inQr = forQrCode([link, withEdit, withoutCode]);
  return html`<dialog class="embedding" aria-labelledby="embedding-heading" ${modal()} @close=${() => send("close-embedding")}>
    <header>
      <h2 id="embedding-heading">${t("embedding.heading")}</h2>
      <button type="button" class="close" aria-label=${t("embedding.close")} @click=${() => send("close-embedding")}>×</button>
    </header>
    ${isFile ? html`<p>${t("embedding.file")}</p>` : nothing}
    ${lines(t, send, "snippet", snippet(link, title), 6)}
    ${lines(t, send, "link", link, 2)}
    ${isFile ? nothing : html`${qrCode(inQr, t("embedding.qr"))}<p class="soft">${t(inQr !== withoutCode || link === withoutCode ? "embedding.qrHint" : "embedding.qrShort")}</p>`}
    <p role="status" class="soft">${embedding.copied ? t(`embedding.copied.${embedding.copied}`) : ""}</p>
  </dialog>`;
}

/**
 * A text to copy, with the button or, where a page may not use the clipboard, by hand.
 * @param {Model["t"]} t
 * @param {Send} send
 * @param {string} kind
 * @param {string} text
 * @param {number} rows
 */
function lines(t, send, kind, text, rows) {
  return html`<label for="embedding-${kind}">${t(`embedding.${kind}`)}</label>
    <textarea id="embedding-${kind}" readonly rows=${rows} .value=${text} @focus=${(/** @type {any} */ event) => event.target.select()}></textarea>
    <button type="button" data-copy=${kind} @click=${() => send("copy", { kind, text })}>${t("embedding.copy")}</button>`;
}

/** @param {string} link @param {string} title */
function snippet(link, title) {
  const address = new URL(link);
  address.searchParams.set("embed", "1");
  return `<iframe src="${escaped(address.href)}"
  title="${escaped(title)}" width="100%" height="${HEIGHT}"
  style="border: 0" loading="lazy" allow="clipboard-write"></iframe>`;
}

/** @param {string} text */
const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
