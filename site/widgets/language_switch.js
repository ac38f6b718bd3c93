// The button that leads to the next language, written in that language.

import { nextLanguage, TRANSLATIONS, tagOf } from "../text/i18n.js";
import { html } from "./vendor.js";

/** @param {import("../text/i18n.js").Language} now @param {import("../state/messages.js").Send} send */
export function languageSwitch(now, send) {
  const next = nextLanguage(now);
  return html`<button type="button" data-action="language" lang=${tagOf(next)}
    @click=${() => send("language")}>${TRANSLATIONS[next]["language.name"]}</button>`;
}
