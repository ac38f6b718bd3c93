// "Earlier versions": the reader's own programs of this lesson, by time, each of which can be brought back.

import { modal } from "../widgets/modal.js";
import { html, nothing } from "../widgets/vendor.js";

/** @param {import("../state/types.js").Model} model @param {import("../state/messages.js").Send} send */
export function versions({ t, versions, view, code }, send) {
  if (!versions) return nothing;
  return html`<dialog class="embedding versions" aria-labelledby="versions-heading" ${modal()} @close=${() => send("close-versions")}>
    <header>
      <h2 id="versions-heading">${t("versions.heading")}</h2>
      <button type="button" class="close" aria-label=${t("embedding.close")} @click=${() => send("close-versions")}>×</button>
    </header>
    <p class="soft">${t(versions.length ? "versions.what" : "versions.none")}</p>
    <ol>${versions.map(
      (one) => html`<li>
        <span>${new Date(one.time).toLocaleString(view.lang, { dateStyle: "medium", timeStyle: "short" })}<br>
        <code>${firstDifference(one.code, code)}</code></span>
        <button type="button" data-action="bring-back" ?disabled=${one.code === code} @click=${() => send("bring-back", one.code)}>${t(one.code === code ? "versions.same" : "versions.back")}</button>
      </li>`,
    )}</ol>
  </dialog>`;
}

/** The first line that is not the same in the text in the editor, by which a version is recognised. @param {string} text @param {string} other */
function firstDifference(text, other) {
  const [lines, others] = [text.split("\n"), other.split("\n")];
  const at = lines.findIndex((line, i) => line !== others[i] && line.trim());
  return (lines[at] ?? lines.find((line) => line.trim()) ?? "").trim().slice(0, 60);
}
