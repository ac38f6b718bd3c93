// "Put into a course page": the link, the lines to paste, and a QR code of the link for the projector.

import { modal } from "../widgets/modal.js";
import { encodeQr, html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */

const HEIGHT = 720; // px: the network, this step and the buttons without scrolling
const LONGEST = 600; // characters in a QR code that a phone can still read from the last row of a classroom

/** @param {Model} model @param {Send} send */
export function embedding({ t, embedding, lesson, view }, send) {
  if (!embedding) return nothing;
  const { link, withoutCode, isFile } = embedding;
  const title = `${t("page.name")}: ${lesson?.title[view.lang]}`;
  const inQr = link.length <= LONGEST ? link : withoutCode;
  return html`<dialog class="embedding" aria-labelledby="embedding-heading" ${modal()} @close=${() => send("close-embedding")}>
    <header>
      <h2 id="embedding-heading">${t("embedding.heading")}</h2>
      <button type="button" class="close" aria-label=${t("embedding.close")} @click=${() => send("close-embedding")}>×</button>
    </header>
    ${isFile ? html`<p>${t("embedding.file")}</p>` : nothing}
    ${lines(t, send, "snippet", snippet(link, title), 6)}
    ${lines(t, send, "link", link, 2)}
    ${isFile ? nothing : html`${qrCode(inQr, t("embedding.qr"))}<p class="soft">${t(inQr === link ? "embedding.qrHint" : "embedding.qrShort")}</p>`}
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

/** Black on white even in dark mode, as phones need it. @param {string} text @param {string} name */
function qrCode(text, name) {
  const { data, size } = encodeQr(text, { border: 4 });
  const squares = data.flatMap((row, y) =>
    row.flatMap((on, x) => (on ? `M${x} ${y}h1v1h-1z` : [])),
  );
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label=${name} shape-rendering="crispEdges"><path fill="white" d="M0 0h${size}v${size}H0z"/><path fill="black" d=${squares.join("")}/></svg>`;
}
