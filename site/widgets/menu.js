// A menu in the header; a choice or Escape closes it.

import { html } from "./vendor.js";

/** @param {string} name its label @param {unknown} items buttons and links */
export function menu(name, items) {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // so that Escape closes nothing else
    close(/** @type {Element} */ (event.currentTarget));
  };
  return html`<details class="menu" @keydown=${onKey} @click=${onClick}>
    <summary>${name}</summary>
    <div>${items}</div>
  </details>`;
}

/** @param {Event} event */
function onClick({ target, currentTarget }) {
  if (/** @type {Element} */ (target).closest("button, a"))
    close(/** @type {Element} */ (currentTarget));
}

/** @param {Element} menu */
function close(menu) {
  if (!menu.hasAttribute("open")) return;
  menu.removeAttribute("open");
  menu.querySelector("summary")?.focus();
}
