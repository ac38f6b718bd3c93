// At most three tips for the first steps in the lab, one at a time, each beside what it is about; none comes back.

import { beside } from "../widgets/beside.js";
import { html, nothing } from "../widgets/vendor.js";

/** The elements that each tip can point at: it takes the first one in sight. */
const TARGETS = ['[data-action="step"]', '[data-action="run"]', ".loss, .tabs"];

/** @param {import("../state/types.js").Model} model @param {import("../state/messages.js").Send} send */
export function tips({ t, tip, view, exercise }, send) {
  if (!tip || view.embed || view.present || exercise) return nothing;
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    send("end-tips");
  };
  const isLast = tip === TARGETS.length;
  return html`<aside class="tip" aria-label=${t("tips.heading")} data-tip=${tip} @keydown=${onKey} ${beside(TARGETS[tip - 1])}>
    <p>${t(`tips.${tip}`)}</p>
    <div><span class="soft">${t("tips.of", { tip, tips: TARGETS.length })}</span><span class="space"></span>
      ${isLast ? nothing : html`<button type="button" data-action="end-tips" @click=${() => send("end-tips")}>${t("tips.end")}</button>`}
      <button type="button" class="main" data-action="next-tip" @click=${() => send("next-tip")}>${t(isLast ? "tips.done" : "tips.next")}</button></div>
  </aside>`;
}
