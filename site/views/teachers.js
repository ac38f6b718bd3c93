// The page for teachers: how the lab gets into a class, and what it cannot do there.

import { html, nothing, unsafeHTML } from "../vendor.js";

/** @param {import("../state.js").Model} model @param {import("../state.js").Send} send */
export function teachers({ t, teachers, view, courseLink }, send) {
  return html`<header>
      <strong>${t("page.name")}</strong>
      <a href="?lang=${view.lang}">${t("teachers.back")}</a>
      <a href=${courseLink}>${t("header.course")}</a>
      <span class="space"></span>
      <button type="button" data-action="language" lang=${view.lang === "en" ? "zh-CN" : "en"}
        @click=${() => send("language")}>${t("header.language")}</button>
    </header>
    <main class="lesson teachers"><article>${teachers ? unsafeHTML(teachers[view.lang]) : nothing}</article></main>`;
}
