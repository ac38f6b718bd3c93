// The name of the page, the lesson, and what concerns the page as a whole.

import { OWN } from "../state/lesson_programs.js";
import { inputValue } from "../widgets/input_value.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */

/**
 * @param {Model} model
 * @param {Send} send
 * @param {unknown} status which run is shown, and what Python is doing
 * @param {unknown} menus
 */
export function header(model, send, status, menus) {
  const { t, view, lesson } = model;
  const alone = view.embed || view.hide.includes("lesson");
  return html`<header>
    ${alone ? html`<h1>${t("page.name")}</h1>` : html`<strong>${t("page.name")}</strong>`}
    ${alone ? nothing : html`<a href=${model.courseLink}>${t("header.course")}</a>`}
    ${model.lessons.length > 1 ? chooser(model, send) : html`<span class="title">${lesson?.title[view.lang]}</span>`}
    ${alone || model.isOwn ? nothing : html`<a class="own-program" href="?lesson=${OWN}&lang=${view.lang}">${t("header.own")}</a>`}
    ${status}
    ${alone ? nothing : html`<a href="#lesson">${t(model.isOwn ? "own.text" : "header.text")}</a>`}
    ${alone || view.hide.includes("exercises") || !lesson?.exercises.length ? nothing : html`<a href="#exercises">${t("header.exercises")}</a>`}
    ${menus}
    <button type="button" data-action="share" @click=${() => send("share")}>${t("header.share")}</button>
    <button type="button" data-action="language" lang=${view.lang === "en" ? "zh-CN" : "en"}
      @click=${() => send("language")}>${t("header.language")}</button>
  </header>`;
}

/** @param {Model} model @param {Send} send */
function chooser({ t, lessons, view }, send) {
  return html`<select aria-label=${t("header.lesson")} @change=${(/** @type {Event} */ event) => send("lesson", inputValue(event))}>
    ${lessons.map(({ id, title }) => html`${id === OWN ? html`<hr>` : nothing}<option value=${id} ?selected=${id === view.lesson}>${title[view.lang]}</option>`)}
  </select>`;
}
