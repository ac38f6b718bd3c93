// What the reader can take away as a file.

import { html } from "../vendor.js";

/** @typedef {import("../state.js").Model} Model */
/** @typedef {import("../state.js").Send} Send */

/** @param {Model} model @param {Send} send */
export function takeaway({ t, scene, recording, isVeiled }, send) {
  const kinds = [
    ["py", true],
    ["ipynb", true],
    ["csv", scene.moments.length > 0 && !isVeiled],
    ["svg", recording.network !== null],
    ["png", recording.network !== null],
  ];
  const choose = (/** @type {Event} */ event, /** @type {unknown} */ kind) => {
    send("take", kind);
    close(/** @type {Element} */ (event.target).closest("details"));
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape") close(/** @type {Element} */ (event.currentTarget));
  };
  return html`<details class="menu" @keydown=${onKey}>
    <summary>${t("take.heading")}</summary>
    <div>${kinds.map(
      ([kind, there]) =>
        html`<button type="button" data-take=${kind} ?disabled=${!there} @click=${(/** @type {Event} */ event) => choose(event, kind)}>${t(`take.${kind}`)}</button>`,
    )}</div>
  </details>`;
}

/** @param {Element | null} menu */
function close(menu) {
  menu?.removeAttribute("open");
  menu?.querySelector("summary")?.focus();
}
