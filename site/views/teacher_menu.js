// The menu's group for teachers: presenter mode, the handout, embedding, the page for teachers.

import { group } from "../widgets/menu.js";
import { html } from "../widgets/vendor.js";

/** @param {import("../state/types.js").Model} model @param {import("../state/messages.js").Send} send */
export function teacherMenu({ t, view, mayHandOut }, send) {
  return group(
    t("teach.heading"),
    html`<button type="button" data-action="present" aria-keyshortcuts="P" @click=${() => send("present")}>${t("teach.present")}</button>
      <button type="button" data-action="handout" ?disabled=${!mayHandOut} @click=${() => send("handout", "numbers")}>${t("teach.handout")}</button>
      <button type="button" data-action="embed" @click=${() => send("embed")}>${t("teach.embed")}</button>
      <a href="?teachers=1&lang=${view.lang}" target="_blank" rel="noopener">${t("teach.teachers")}</a>`,
  );
}
