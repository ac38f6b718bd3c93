// The first row of the page: its name, the lesson, the exercises, and the menu of all that is needed less often.

import { OWN } from "../state/lesson_programs.js";
import { inputValue } from "../widgets/input_value.js";
import { languageSwitch } from "../widgets/language_switch.js";
import { group, menu } from "../widgets/menu.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */

/**
 * @param {Model} model
 * @param {Send} send
 * @param {unknown} status which run is shown, where the editor, which shows it otherwise, is left out
 * @param {unknown} exercises how many are solved, and the next one
 * @param {unknown} groups of the menu: files to download, and what teachers need
 */
export function header(model, send, status, exercises, groups) {
  const { t, view, lesson } = model;
  const alone = view.embed || view.hide.includes("lesson");
  return html`<header>
    ${alone ? html`<h1>${t("page.name")}</h1>` : html`<h1 class="unseen">${lesson?.title[view.lang]}</h1><a class="name" href=${model.courseLink}>${t("page.name")}</a>`}
    ${model.lessons.length > 1 ? chooser(model, send) : html`<span class="title">${lesson?.title[view.lang]}</span>`}
    ${alone || model.isOwn ? nothing : html`<a class="own-program" href=${ownLink(model)}>${t("header.own")}</a>`}
    ${status}
    <span class="space"></span>
    ${alone ? nothing : exercises}
    <button type="button" class="labelled" data-action="share" title=${t("header.share")} @click=${() => send("share")}>
      <svg class="glyph" viewBox="0 0 20 20" aria-hidden="true"><path d="M10 12V3M6.5 6L10 2.5 13.5 6M5 9H4v8h12V9h-1"/></svg><span>${t("header.share")}</span></button>
    ${languageSwitch(view.lang, send)}
    ${menu(t("header.menu"), [alone ? nothing : pages(model, send), groups])}
  </header>`;
}

/** @param {Model} model */
const ownLink = ({ view }) => `?lesson=${OWN}&lang=${view.lang}`;

/** The pages and texts that belong to this one. @param {Model} model @param {Send} send */
function pages(model, send) {
  const { t, isOwn, courseLink, view, lesson } = model;
  return group(
    "",
    html`<a href=${courseLink}>${t("header.course")}</a>
      ${isOwn ? nothing : html`<a href=${ownLink(model)}>${t("header.own")}</a>`}
      <a href="#lesson">${t(isOwn ? "own.text" : "header.text")}</a>
      ${view.hide.includes("exercises") || !lesson?.exercises.length ? nothing : html`<a href="#exercises">${t("header.exercises")}</a>`}
      <button type="button" data-action="versions" @click=${() => send("versions")}>${t("versions.open")}</button>`,
  );
}

/** @param {Model} model @param {Send} send */
function chooser({ t, lessons, view }, send) {
  return html`<select aria-label=${t("header.lesson")} @change=${(/** @type {Event} */ event) => send("lesson", inputValue(event))}>
    ${lessons.map(({ id, title }, i) => html`${id === OWN ? html`<hr>` : nothing}<option value=${id} ?selected=${id === view.lesson}>${id === OWN ? "" : `${i + 1} `}${title[view.lang]}</option>`)}
  </select>`;
}
