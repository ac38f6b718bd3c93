// Notices about this page or this run: a damaged link, a parameter that was not understood, parts that were not recorded.

import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */

/** A way on. @param {import("../text/i18n.js").Translate} t @param {Send} send @param {"run-linked" | "read-linked" | "first"} name */
const button = (t, send, name) =>
  html`<button type="button" data-action=${name} @click=${() => send(name)}>${t(`notice.do.${name}`)}</button>`;

/** @param {Model} model @param {Send} send */
export function notices({ t, has, view, notices }, send) {
  if (!notices.length) return nothing;
  const inLanguage = (/** @type {Record<string, any>} */ values) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, value[view.lang] ?? value]),
    );
  return html`<section class="notices" aria-label=${t("notices.heading")}>${notices.map(
    ({ id, ...values }, i) => html`<div class="notice" role="status">
      <p>${t(has(`notice.${id}`) ? `notice.${id}` : "notice.other", { id, ...inLanguage(values) })}</p>
      ${id === "copy" ? html`<input readonly .value=${String(values.link)} aria-label=${t("notice.link")} @focus=${(/** @type {any} */ event) => event.target.select()}>` : nothing}
      ${id === "linked-place" ? [button(t, send, "run-linked"), button(t, send, "read-linked")] : nothing}
      ${id === "beyond" ? button(t, send, "first") : nothing}
      ${id === "version" ? html`<button type="button" data-action="update" @click=${() => send("update")}>${t("notice.update")}</button>` : nothing}
      <button type="button" class="close" aria-label=${t("notices.close")} @click=${() => send("dismiss", i)}>×</button>
    </div>`,
  )}</section>`;
}
