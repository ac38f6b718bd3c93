// The lesson's text, as a page of a textbook.

import { OWN } from "../state/lesson_programs.js";
import { typeset } from "../widgets/typeset.js";
import { html, unsafeHTML } from "../widgets/vendor.js";

/**
 * @param {import("../state/types.js").Model} model
 * @param {import("../state/messages.js").Send} send
 * @param {unknown} exercises the list of them
 */
export function lesson(model, send, exercises) {
  const { lesson, view, t } = model;
  if (!lesson) return html``;
  return html`<section class="lesson" id="lesson" aria-labelledby="lesson-heading"><article>
    <h1 id="lesson-heading">${lesson.title[view.lang]}</h1>
    ${unsafeHTML(typeset(lesson.text[view.lang]))}
    ${exercises}
    <p class="print-text"><button type="button" data-action="print-text" @click=${() => send("print", "text")}>${t("lesson.print")}</button></p>
    ${neighbours(model, lesson.id)}
  </article></section>`;
}

/**
 * The lessons before and after this one, and the course they are part of.
 * @param {import("../state/types.js").Model} model
 * @param {string} id
 */
function neighbours({ lessons, view: { lang }, t, courseLink }, id) {
  if (id === OWN)
    return html`<nav aria-label=${t("lesson.others")}><a class="all" href=${courseLink}>${t("lesson.all")}</a></nav>`;
  const course = lessons.filter((one) => one.id !== OWN);
  const at = course.findIndex((one) => one.id === id);
  const link = (/** @type {number} */ i, /** @type {string} */ key) =>
    course[i]
      ? html`<a href="?lesson=${course[i].id}&lang=${lang}"><span>${t(key)}</span> ${course[i].title[lang]}</a>`
      : html`<span></span>`;
  if (course.length < 2) return html``;
  return html`<nav aria-label=${t("lesson.others")}>${link(at - 1, "lesson.previous")}<a class="all" href=${courseLink}>${t("lesson.all")}</a>${link(at + 1, "lesson.next")}</nav>`;
}
