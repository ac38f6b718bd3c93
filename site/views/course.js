// The course as a whole: its lessons in order, where each equation lives, the notation, and search through all of it.

import { goOn } from "../state/first_visit.js";
import { OWN } from "../state/lesson_programs.js";
import { entryOf } from "../state/progress.js";
import { tagOf } from "../text/i18n.js";
import { excerpt, hits, placeOf, search } from "../text/search.js";
import { mathml } from "../widgets/equation.js";
import { inputValue } from "../widgets/input_value.js";
import { languageSwitch } from "../widgets/language_switch.js";
import { html, nothing, unsafeHTML } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../text/search.js").Course} Course */

const MOST = 30; // results that are shown

/** @param {Model} model @param {Send} send */
export function course(model, send) {
  const { t, view, course: all, labLink } = model;
  return html`<header>
      <strong>${t("page.name")}</strong>
      <a href=${labLink}>${t("teachers.back")}</a>
      <a href="?lesson=${OWN}&lang=${view.lang}">${t("header.own")}</a>
      <span class="space"></span>
      ${languageSwitch(view.lang, send)}
    </header>
    <main class="lesson course"><article @keydown=${onKey}>
      <h1>${t("course.heading")}</h1>
      <p>${t("course.intro")}</p>
      ${field(model, send)}
      ${!all ? nothing : view.search.trim() ? results(model, all) : [lessons(model, send, all), map(model, all), notation(model, all)]}
    </article></main>`;
}

// ---- Search

/** @param {Model} model @param {Send} send */
function field({ t, view }, send) {
  const onSubmit = (/** @type {any} */ event) => {
    event.preventDefault();
    event.target.closest("article").querySelector(".results a")?.click();
  };
  return html`<form role="search" @submit=${onSubmit}>
    <label for="search">${t("course.search")}</label>
    <input id="search" type="search" autocomplete="off" spellcheck="false" maxlength="100" aria-describedby="search-hint"
      .value=${view.search} @input=${(/** @type {Event} */ event) => send("search", inputValue(event))}>
    <p class="soft" id="search-hint">${t("course.searchHint")}</p>
  </form>`;
}

/** @param {Model} model @param {Course} all */
function results({ t, view, equations }, all) {
  const { entries, words, lang } = search(all, equations, view.search, view.lang);
  const shown = entries.slice(0, MOST);
  const count = entries.length;
  const said = !count
    ? "course.none"
    : lang !== view.lang
      ? "course.foundOther"
      : count > MOST
        ? "course.foundMore"
        : "course.found";
  return html`<p role="status">${t(said, { count, shown: shown.length })}</p>
    <ol class="results" lang=${tagOf(lang)}>${shown.map(
      ({ kind, title, text, href, tex }) => html`<li>
        <a href=${href}>${marked(title, words)}</a> <span class="soft" lang=${tagOf(view.lang)}>${t(`course.kind.${kind}`)}</span>
        ${tex ? formula(tex) : html`<p>${marked(excerpt(text, words), words)}</p>`}
      </li>`,
    )}</ol>`;
}

/** @param {string} text @param {string[]} words */
const marked = (text, words) =>
  hits(text, words).map((part) => (part.isHit ? html`<b>${part.text}</b>` : part.text));

/** The arrow keys move the focus from the field through the results. @param {KeyboardEvent} event */
function onKey(event) {
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const stops = /** @type {HTMLElement[]} */ ([
    .../** @type {Element} */ (event.currentTarget).querySelectorAll("#search, .results a"),
  ]);
  const at = stops.indexOf(/** @type {HTMLElement} */ (event.target));
  if (!way || at < 0 || !stops[at + way]) return;
  event.preventDefault();
  stops[at + way].focus();
}

// ---- The lessons

/** Where to go on, or to begin. @param {Pick<Model, "t">} model @param {import("../state/first_visit.js").GoOn | null} last @param {boolean} hasBegun */
function marker({ t }, last, hasBegun) {
  if (!last)
    return html`<span class="soft" data-next>← ${t(hasBegun ? "course.goOn" : "course.start")}</span>`;
  const words = last.exercise
    ? t("course.goOnExercise", { number: last.exercise })
    : t("course.goOn");
  return html`<a class="soft" data-next href=${last.href}>← ${words}</a>`;
}

/** @param {Model} model @param {Send} send @param {Course} all */
function lessons({ t, view, progress }, send, all) {
  const isDone = all.lessons.map(({ id, exercises }) =>
    exercises.map((one) => entryOf(progress, id, one.id).done),
  );
  const listed = all.lessons.map((one) => ({
    ...one,
    exercises: one.exercises.map((each) => each.id),
  }));
  const last = goOn(listed, progress, view.lang); // null for a reader who was never in the lab
  const next = last
    ? all.lessons.findIndex(({ id }) => id === last.lesson)
    : isDone.findIndex((done) => done.includes(false));
  const hasBegun = isDone.flat().includes(true);
  return html`<section aria-labelledby="course-lessons">
    <h2 id="course-lessons">${t("course.lessons")}</h2>
    <ol class="lessons">${all.lessons.map(
      ({ id, title, answers, minutes }, i) => html`<li data-lesson=${id}>
        <a href="?lesson=${id}&lang=${view.lang}">${title[view.lang]}</a>
        ${i === next ? marker({ t }, last, hasBegun) : nothing}
        <p>${answers[view.lang]}</p>
        <p class="soft">${t("course.minutes", { minutes })}${isDone[i].length ? exercisesDone(t, isDone[i]) : nothing}</p>
      </li>`,
    )}</ol>
    <p class="own-program">${t("course.own")} <button type="button" data-action="own" @click=${() => send("lesson", OWN)}>${t("header.own")}</button></p>
  </section>`;
}

/** @param {import("../text/i18n.js").Translate} t @param {boolean[]} isDone */
const exercisesDone = (t, isDone) =>
  html` · ${t("course.done", { done: isDone.filter(Boolean).length, all: isDone.length })}
    <span class="ticks" aria-hidden="true">${isDone.map((is) => html`<i ?data-done=${is}></i>`)}</span>`;

// ---- The map of the equations

/** @param {Model} model @param {Course} all */
function map(model, all) {
  const { t } = model;
  const chapters = [...new Set(all.equations.map(({ chapter }) => chapter))];
  return html`<section aria-labelledby="course-map">
    <h2 id="course-map">${t("course.map")}</h2>
    <p class="soft">${t("course.mapHint")}</p>
    ${chapters.map(
      (chapter) => html`<h3>${t(`course.chapter.${chapter}`)}</h3>
        <ul class="rows">${all.equations.filter((one) => one.chapter === chapter).map((one) => equation(model, all, one))}</ul>`,
    )}
  </section>`;
}

/** @param {Model} model @param {Course} all @param {import("../text/search.js").MapEntry} entry */
function equation({ t, view: { lang }, equations }, all, { id, places }) {
  const titleOf = (/** @type {string} */ lesson) =>
    all.lessons.find((one) => one.id === lesson)?.title[lang] ?? "";
  return html`<li data-map=${id}>
    <span class="id">(${id})</span>
    ${formula(equations[id].tex)}
    <div>
      <p>${equations[id].words[lang]}</p>
      <ul class="places">${places.map((place) => {
        const lesson = titleOf(place.lesson);
        const where =
          place.step === undefined ? lesson : t("course.place", { lesson, step: place.step + 1 });
        return html`<li><a href=${placeOf(place, id, all.lessons, lang)}>${where}</a></li>`;
      })}</ul>
    </div>
  </li>`;
}

// ---- The notation

/** @param {Model} model @param {Course} all */
function notation({ t, view: { lang } }, all) {
  return html`<section aria-labelledby="course-notation">
    <h2 id="course-notation">${t("course.notation")}</h2>
    <p class="soft">${t("course.notationHint")}</p>
    <ul class="rows notation">${all.glossary.map(
      ({ tex, name, words, place }) => html`<li>
        ${formula(tex)}
        <div>
          <p><a href="?lesson=${place.lesson}&lang=${lang}&step=${place.step}">${name[lang]}</a></p>
          <p>${words[lang]}</p>
        </div>
      </li>`,
    )}</ul>
  </section>`;
}

/** @type {Map<string, string>} */
const typeset = new Map();

/** An equation; a long one can be focused, so that the arrow keys scroll it on a phone. @param {string} tex */
function formula(tex) {
  const known = typeset.get(tex) ?? mathml(`\\displaystyle ${tex}`);
  typeset.set(tex, known);
  return html`<span class="equation" tabindex=${tex.length > 60 ? "0" : nothing}>${unsafeHTML(known)}</span>`;
}
