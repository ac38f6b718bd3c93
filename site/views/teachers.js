// The page for teachers: how to use the lab in a class, and what it cannot do.

import { languageSwitch } from "../widgets/language_switch.js";
import { html, nothing, unsafeHTML } from "../widgets/vendor.js";

/**
 * @param {import("../state/types.js").Model} model
 * @param {import("../state/messages.js").Send} send
 * @param {boolean} hasFiles beside the page: the same as one file, and as a package for courses
 */
export function teachers({ t, teachers, licences, view, courseLink }, send, hasFiles) {
  const [heading, text] = (teachers?.[view.lang] ?? "").split(/(?<=<\/h1>)/);
  return html`<header>
      <strong>${t("page.name")}</strong>
      <a href="?lesson=xor&lang=${view.lang}">${t("teachers.back")}</a>
      <a href=${courseLink}>${t("header.course")}</a>
      <span class="space"></span>
      ${languageSwitch(view.lang, send)}
    </header>
    <main class="lesson teachers"><article>${unsafeHTML(heading)}${hasFiles ? downloads(t) : nothing}${unsafeHTML(text)}
      <h2 id="licences">${t("teachers.licences")}</h2>
      <p>${t("teachers.licencesHint")}</p>
      <pre class="licences" lang="en" tabindex="0" role="region" aria-labelledby="licences">${licences}</pre>
    </article></main>`;
}

/** @param {import("../text/i18n.js").Translate} t */
const downloads = (t) => html`<p class="downloads">
    <a href="backprop-lab.html" download>${t("teachers.one")}</a>
    <a href="backprop-lab-scorm12.zip" download>${t("teachers.scorm")}</a>
  </p>`;
