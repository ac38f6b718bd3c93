// The address (URL). One table says what the address can name, what the page remembers, and what goes into a link.

import { GRANULARITIES } from "../recording/navigate.js";
import { LANGUAGES } from "../text/i18n.js";
import { FIRST_LESSON } from "./first_lesson.js";
import { recall, remember } from "./storage.js";

/** @typedef {import("../text/i18n.js").Language} Language */
/** @typedef {"panel-step" | "network-step" | "panel-network" | "panel" | "code-network" | "network-curve"} PresenterLayout  one or two of: the lesson's panel, the network, the step, the code, the curve of the error */

/**
 * What the address can say. Positions are counted from 0, as everywhere in the page and in Python.
 * @typedef {object} ViewState
 * @property {string} lesson  its id
 * @property {string} program  the id of one of the lesson's programs
 * @property {string} exercise  the id of the open one; "" for none
 * @property {Language} lang
 * @property {boolean} embed  the page is in a frame of another page
 * @property {boolean} present  presenter mode, for a projector
 * @property {PresenterLayout} wall  what presenter mode shows
 * @property {"" | "numbers" | "blanks"} handout  the handout is shown: its equations with numbers, or with blanks
 * @property {boolean} teachers  the page for teachers is shown
 * @property {boolean} course  the page of the whole course is shown
 * @property {string} search  the text in that page's search field
 * @property {string[]} hide  parts of the page to leave out: PANELS
 * @property {number} iteration
 * @property {number} step
 * @property {number} sample
 * @property {boolean} log  the error is drawn on a logarithmic axis
 * @property {string} network  the number of one of the networks that one's own program trains; "" for the first
 * @property {string} choices  what the reader chose to be which quantity of it, as JSON; "" for nothing
 * @property {"course" | "own"} names  how equations of one's own program write its quantities
 * @property {import("../recording/types.js").Granularity} granularity  how far one step goes
 * @property {Speed} speed  of playing
 */

/** @typedef {{ name: string, given: string }} Problem  a parameter that was not understood */

/** Parts of the page that `hide=` can leave out. */
export const PANELS = [
  "neuron",
  "landscape",
  "editor",
  "found",
  "starts",
  "findings",
  "output",
  "boundary",
  "playground",
  "network",
  "samples",
  "step",
  "gradient",
  "loss",
  "lesson",
  "exercises",
  "matrices",
  "misread",
  "handwriting",
  "derivation",
];

/** @typedef {"half" | "normal" | "double" | "run"} Speed  run: the whole run in eight seconds */

/** @type {Speed[]} */
export const SPEEDS = ["half", "normal", "double", "run"];

/** The arrangements of presenter mode; those with a panel only in a lesson that has one of its own. @type {PresenterLayout[]} */
export const PRESENTER_LAYOUTS = [
  "panel-step",
  "network-step",
  "panel-network",
  "panel",
  "code-network",
  "network-curve",
];

/** @param {string} text */
const count = (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);
/** @param {string} text */
const yesOrNo = (text) => ({ 0: false, 1: true })[text];
/** @param {string[]} allowed @returns {(text: string) => any} */
const oneOf = (allowed) => (text) => (allowed.includes(text) ? text : undefined);
/** @param {string} text */
const panels = (text) => {
  const names = text.split(",").filter(Boolean);
  return names.every((name) => PANELS.includes(name)) ? names : undefined;
};

/** The text, if it is choices as JSON, such as {"delta[2]":"dZ2"}. @param {string} text */
export function choicesIn(text) {
  try {
    const given = JSON.parse(text);
    const isRight =
      Object.prototype.toString.call(given) === "[object Object]" &&
      Object.values(given).every((one) => typeof one === "string");
    return isRight && text.length <= 2000 ? text : undefined;
  } catch {
    return undefined;
  }
}

/**
 * `parse` gives undefined for a text that it does not accept; the page remembers what is `kept` between visits; `shared`
 * goes into a link.
 * @type {Record<keyof ViewState, { fallback: () => any, parse: (text: string) => any, kept?: boolean, shared?: boolean }>}
 */
const TABLE = {
  lesson: {
    fallback: () => FIRST_LESSON,
    parse: (text) => (/^[a-z0-9-]{1,40}$/.test(text) ? text : undefined),
    shared: true,
  },
  program: {
    fallback: () => "program",
    parse: (text) => (/^[a-z0-9-]{1,40}$/.test(text) ? text : undefined),
    shared: true,
  },
  exercise: {
    fallback: () => "",
    parse: (text) => (/^[a-z0-9-]{1,40}$/.test(text) ? text : undefined),
    shared: true,
  },
  lang: { fallback: browserLanguage, parse: oneOf(LANGUAGES), kept: true, shared: true },
  embed: { fallback: () => false, parse: yesOrNo },
  present: { fallback: () => false, parse: yesOrNo },
  wall: { fallback: () => PRESENTER_LAYOUTS[0], parse: oneOf(PRESENTER_LAYOUTS) },
  handout: { fallback: () => "", parse: oneOf(["numbers", "blanks"]) },
  teachers: { fallback: () => false, parse: yesOrNo },
  course: { fallback: () => false, parse: yesOrNo },
  search: { fallback: () => "", parse: (text) => text.slice(0, 100) },
  hide: { fallback: () => [], parse: panels, shared: true },
  iteration: { fallback: () => 0, parse: count, shared: true },
  step: { fallback: () => 0, parse: count, shared: true },
  sample: { fallback: () => 0, parse: count, shared: true },
  log: { fallback: () => false, parse: yesOrNo, shared: true },
  network: {
    fallback: () => "",
    parse: (text) => (/^[1-9]\d{0,2}$/.test(text) ? text : undefined),
    shared: true,
  },
  choices: { fallback: () => "", parse: choicesIn, shared: true },
  names: {
    fallback: () => "course",
    parse: oneOf(["course", "own"]),
    kept: true,
  },
  granularity: { fallback: () => "update", parse: oneOf(GRANULARITIES), kept: true },
  speed: { fallback: () => "normal", parse: oneOf(SPEEDS), kept: true },
};

const NAMES = /** @type {(keyof ViewState)[]} */ (Object.keys(TABLE));

/** @returns {Language} */
function browserLanguage() {
  const wanted = navigator.language.toLowerCase().split("-")[0];
  return LANGUAGES.find((language) => language === wanted) ?? "en";
}

/** @param {string} search @returns {{ state: ViewState, problems: Problem[] }} */
export function readState(search) {
  const given = new URLSearchParams(search);
  /** @type {Problem[]} */
  const problems = [...given]
    .filter(([name]) => !NAMES.includes(/** @type {any} */ (name)))
    .map(([name, text]) => ({ name, given: text }));
  const state = /** @type {any} */ ({});
  for (const name of NAMES) {
    const { parse } = TABLE[name];
    const text = given.get(name);
    state[name] = text === null ? undefined : parse(text);
    if (text !== null && state[name] === undefined) problems.push({ name, given: text });
    state[name] ??= usual(name);
  }
  return { state, problems };
}

/** The value where the address has none. @param {keyof ViewState} name */
function usual(name) {
  const { parse, fallback, kept } = TABLE[name];
  return (kept ? parse(recall(name) ?? "") : undefined) ?? fallback();
}

/** A value as the address has it. @param {unknown} value */
const asText = (value) => String(typeof value === "boolean" ? Number(value) : value);

/**
 * The query for this state: only values that differ from the usual ones; for a link, all that are shared.
 * @param {ViewState} state
 * @param {boolean} [forSharing]
 */
export function writeState(state, forSharing = false) {
  const query = new URLSearchParams();
  for (const name of NAMES) {
    const text = asText(state[name]);
    const wanted = forSharing ? TABLE[name].shared : text !== asText(usual(name));
    if (wanted && text) query.set(name, text);
  }
  const search = query.toString().replaceAll("%2C", ",");
  return search && `?${search}`;
}

/** Remembers the values that the table marks as kept. @param {ViewState} state */
export function keepState(state) {
  for (const name of NAMES) if (TABLE[name].kept) remember(name, String(state[name]));
}
