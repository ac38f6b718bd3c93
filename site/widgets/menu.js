// A menu in the header; a choice or Escape closes it.

import { html, nothing } from "./vendor.js";

/** @param {string} name its label @param {unknown} groups of buttons and links */
export function menu(name, groups) {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // so that Escape closes nothing else
    close(/** @type {Element} */ (event.currentTarget));
  };
  return html`<details class="menu" @keydown=${onKey} @click=${onClick} @focusout=${onFocusOut}>
    <summary aria-label=${name} title=${name}><svg class="glyph" viewBox="0 0 20 20" aria-hidden="true"><path d="M3 5h14M3 10h14M3 15h14"/></svg></summary>
    <div>${groups}</div>
  </details>`;
}

/** Items of a menu that belong together. @param {string} heading "" for none @param {unknown} items */
export const group = (heading, items) =>
  html`<div class="group" role="group" aria-label=${heading || nothing}>${heading ? html`<p aria-hidden="true">${heading}</p>` : nothing}${items}</div>`;

/** @param {Event} event */
function onClick({ target, currentTarget }) {
  if (/** @type {Element} */ (target).closest("button, a"))
    close(/** @type {Element} */ (currentTarget));
}

/** Going on by Tab, or pressing somewhere else, closes the menu. @param {FocusEvent} event */
function onFocusOut({ relatedTarget, currentTarget }) {
  const menu = /** @type {Element} */ (currentTarget);
  if (relatedTarget instanceof Node && !menu.contains(relatedTarget)) menu.removeAttribute("open");
}

/** @param {Element} menu */
function close(menu) {
  if (!menu.hasAttribute("open")) return;
  menu.removeAttribute("open");
  menu.querySelector("summary")?.focus();
}
