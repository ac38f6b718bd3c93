// The page for teachers: how to use the lab in a class, and what it cannot do.

import { html, nothing, unsafeHTML } from "../widgets/vendor.js";

/** @param {import("../state/types.js").Model} model @param {import("../state/messages.js").Send} send */
export function teachers({ t, teachers, licences, view, courseLink }, send) {
  return html`<header>
      <strong>${t("page.name")}</strong>
      <a href="?lesson=xor&lang=${view.lang}">${t("teachers.back")}</a>
      <a href=${courseLink}>${t("header.course")}</a>
      <span class="space"></span>
      <button type="button" data-action="language" lang=${view.lang === "en" ? "zh-CN" : "en"}
        @click=${() => send("language")}>${t("header.language")}</button>
    </header>
    <main class="lesson teachers"><article>${teachers ? unsafeHTML(teachers[view.lang]) : nothing}
      <h2 id="licences">${t("teachers.licences")}</h2>
      <p>${t("teachers.licencesHint")}</p>
      <pre class="licences" lang="en" tabindex="0" role="region" aria-labelledby="licences">${licences}</pre>
    </article></main>`;
}
