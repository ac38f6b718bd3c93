// Search through the whole course. An entry is found if its text contains every word; parts of words count, since Chinese
// has no spaces between words.

import { LANGUAGES } from "./i18n.js";

/**
 * @typedef {import("./i18n.js").Words} Words
 * @typedef {import("./i18n.js").Language} Language
 * @typedef {Record<string, { tex: string, words: Words }>} Equations  the catalogue, by number
 * @typedef {{ lesson: string, step?: number }} Place  a lesson, and the step of it if one is meant, counted from 0
 * @typedef {{ id: string, heading: string, text: string }} Section  of a lesson's text, in plain words; id: of its place in the page
 * @typedef {{ id: string, title: Words, answers: Words, minutes: number, exercises: { id: string, title: Words }[],
 *   sections: Record<Language, Section[]> }} CourseLesson
 * @typedef {{ id: string, chapter: string, text: string, places: Place[] }} MapEntry  text: the equation as one would type it
 * @typedef {{ tex: string, text: string, name: Words, words: Words, place: Place }} Term  a symbol of the notation
 * @typedef {{ lessons: CourseLesson[], equations: MapEntry[], glossary: Term[] }} Course
 * @typedef {{ kind: "lesson" | "equation" | "symbol" | "exercise" | "text", title: string, text: string, href: string, tex?: string }} Entry
 * @typedef {{ entries: Entry[], words: string[], lang: Language }} Found  lang: in which language
 */

/**
 * The entries found in the reader's language; if there are none, those in another language.
 * @param {Course} course
 * @param {Equations} equations
 * @param {string} text
 * @param {Language} reader
 * @returns {Found}
 */
export function search(course, equations, text, reader) {
  const words = text.split(/\s+/).map(plain).filter(Boolean);
  const of = (/** @type {Language} */ lang) => ({
    entries: best(entriesOf(course, equations, lang), words),
    words,
    lang,
  });
  const others = LANGUAGES.filter((lang) => lang !== reader);
  const own = of(reader);
  return own.entries.length ? own : (others.map(of).find(({ entries }) => entries.length) ?? own);
}

/** The entries with every word; first those with all words in the title. @param {Entry[]} entries @param {string[]} words */
function best(entries, words) {
  const hasAll = (/** @type {string} */ text) =>
    words.length > 0 && words.every((word) => plain(text).includes(word));
  const found = entries.filter(({ title, text }) => hasAll(`${title} ${text}`));
  const [inTitle, others] = [true, false].map((is) =>
    found.filter((one) => hasAll(one.title) === is),
  );
  return [...inTitle, ...others];
}

/** @param {Course} course @param {Equations} equations @param {Language} lang @returns {Entry[]} */
function entriesOf({ lessons, equations: map, glossary }, equations, lang) {
  const lesson = lessons.map(({ id, title, answers }) =>
    entry("lesson", title[lang], answers[lang], hrefOf({ lesson: id }, lang)),
  );
  const equation = map
    .filter(({ places }) => places.length)
    .map(({ id, text, places }) => ({
      ...entry(
        "equation",
        `(${id}) ${equations[id].words[lang]}`,
        text,
        placeOf(places[0], id, lessons, lang),
      ),
      tex: equations[id].tex,
    }));
  const symbol = glossary.map(({ text, name, words, place }) =>
    entry("symbol", `${text} ${name[lang]}`, words[lang], hrefOf(place, lang)),
  );
  const exercise = lessons.flatMap(({ id, title, exercises }) =>
    exercises.map((one) =>
      entry(
        "exercise",
        one.title[lang],
        title[lang],
        `${hrefOf({ lesson: id }, lang)}&exercise=${one.id}`,
      ),
    ),
  );
  const text = lessons.flatMap(({ id, title, sections }) =>
    sections[lang].map((section) =>
      entry(
        "text",
        [title[lang], section.heading].filter(Boolean).join(" · "),
        section.text,
        `${hrefOf({ lesson: id }, lang)}#${section.id}`,
      ),
    ),
  );
  return [...lesson, ...equation, ...symbol, ...exercise, ...text];
}

/** @param {Entry["kind"]} kind @param {string} title @param {string} text @param {string} href @returns {Entry} */
const entry = (kind, title, text, href) => ({ kind, title, text, href });

/** @param {Place} place @param {Language} lang */
const hrefOf = ({ lesson, step }, lang) =>
  `?lesson=${lesson}&lang=${lang}${step === undefined ? "" : `&step=${step}`}`;

/**
 * A link to a place of an equation: a step, or else the section of the text that has its number.
 * @param {Place} place
 * @param {string} equation
 * @param {CourseLesson[]} lessons
 * @param {Language} lang
 */
export function placeOf(place, equation, lessons, lang) {
  if (place.step !== undefined) return hrefOf(place, lang);
  const sections = lessons.find(({ id }) => id === place.lesson)?.sections[lang] ?? [];
  const section = sections.find(({ text }) => text.includes(`(${equation})`));
  return `${hrefOf(place, lang)}#${section?.id ?? "lesson"}`;
}

// ---- Comparing letters

/** @type {Map<string, { text: string, at: number[] }>} */
const known = new Map();

/**
 * The text in lower case, without superscript, subscript and wide forms; at: the index in the original of each
 * character.
 * @param {string} original
 */
function folded(original) {
  const before = known.get(original);
  if (before) return before;
  let [text, place] = ["", 0];
  /** @type {number[]} */
  const at = [];
  for (const sign of original) {
    const part = sign.normalize("NFKC").toLowerCase().replace("_", "");
    text += part;
    for (let i = 0; i < part.length; i++) at.push(place);
    place += sign.length;
  }
  at.push(place);
  known.set(original, { text, at });
  return { text, at };
}

/** @param {string} original */
const plain = (original) => folded(original).text;

/**
 * A text cut into the words that were searched for and the parts between them.
 * @param {string} original
 * @param {string[]} words
 * @returns {{ text: string, isHit: boolean }[]}
 */
export function hits(original, words) {
  const { text, at } = folded(original);
  const isHit = new Array(text.length).fill(false);
  for (const word of words)
    for (let i = text.indexOf(word); i >= 0; i = text.indexOf(word, i + 1))
      isHit.fill(true, i, i + word.length);
  const cuts = [...isHit.keys()].filter((i) => i === 0 || isHit[i] !== isHit[i - 1]);
  return cuts.map((from, k) => ({
    text: original.slice(k ? at[from] : 0, at[cuts[k + 1] ?? text.length]),
    isHit: isHit[from],
  }));
}

const [BEFORE, AFTER] = [30, 110]; // characters around the first hit

/** A part of a text around the first of the words. @param {string} original @param {string[]} words */
export function excerpt(original, words) {
  const { text, at } = folded(original);
  const first = Math.min(...words.map((word) => text.indexOf(word)).filter((i) => i >= 0));
  const here = Number.isFinite(first) ? at[first] : 0;
  const from = here <= BEFORE ? 0 : here - BEFORE;
  const to = here + AFTER;
  const part = original.slice(from, to);
  return `${from ? "… " : ""}${part}${to < original.length ? " …" : ""}`;
}
