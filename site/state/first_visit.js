// The first screen: when the bare address shows it, what it plays, and where a reader who was here before goes on.

import { beatsOf } from "../recording/beats.js";
import { entryOf } from "./progress.js";
import { recall, remember } from "./storage.js";
import { readState, writeState } from "./url_state.js";

/** @typedef {import("../recording/beats.js").Beat} Beat */

/**
 * What the first screen holds.
 * @typedef {object} FirstVisit
 * @property {Beat[]} beats
 * @property {number} at  the number of the one that is shown
 * @property {boolean} isPlaying
 */

/** @typedef {{ id: string, title: import("../text/i18n.js").Words, exercises?: string[] }} Listed  a lesson in the list of all */
/** @typedef {{ lesson: string, href: string, title: import("../text/i18n.js").Words, exercise: number }} GoOn  exercise: its number from 1; 0 for none */

const PLACE = "place";
const MOST_STILL = 8; // iterations, where nothing may move

/** Whether an address names nothing, or only the language. @param {string} search @param {string} [hash] */
export const isBare = (search, hash = "") =>
  !hash && [...new URLSearchParams(search).keys()].every((name) => name === "lang");

/** The query for a place in the lab: never a bare one. @param {import("./url_state.js").ViewState} state */
export function labAddress(state) {
  const query = writeState(state);
  return isBare(query) ? `?lesson=${state.lesson}${query.replace("?", "&")}` : query;
}

/** @param {import("../recording/types.js").Recording} recording @param {boolean} isStill @returns {FirstVisit | null} */
export function firstVisit(recording, isStill) {
  const beats = beatsOf(recording, isStill ? MOST_STILL : undefined);
  return beats.length ? { beats, at: 0, isPlaying: true } : null;
}

/** Remembers where in the lab the reader is. @param {string} query */
export const rememberPlace = (query) => remember(PLACE, query);

/** @param {string} query @param {string} language */
function inLanguage(query, language) {
  const given = new URLSearchParams(query);
  given.set("lang", language);
  return `?${given.toString().replaceAll("%2C", ",")}`;
}

/**
 * Where the reader goes on: in the lesson that was open last, at its first exercise that is not solved once one was tried;
 * when all are solved, in the next lesson. In the language of the page that shows the link, whichever it was last time. null
 * for a reader who was never in the lab.
 * @param {Listed[]} lessons @param {import("./progress.js").Progress} progress @param {string} language @returns {GoOn | null}
 */
export function goOn(lessons, progress, language) {
  const place = recall(PLACE);
  const state = place && readState(place).state;
  const at = lessons.findIndex(({ id }) => state && id === state.lesson);
  if (!state || !place || at < 0) return null;
  const { id, title, exercises = [] } = lessons[at];
  const entries = exercises.map((exercise) => entryOf(progress, id, exercise));
  const open = entries.findIndex(({ done }) => !done);
  const lang = `lang=${language}`;
  const next = lessons[at + 1];
  if (entries.length && open < 0 && next)
    return { lesson: next.id, href: `?lesson=${next.id}&${lang}`, title: next.title, exercise: 0 };
  const isTried = entries.some(({ tries, done }) => tries || done);
  const here = exercises.indexOf(state.exercise);
  const exercise = here >= 0 && !entries[here].done ? here : isTried ? open : -1;
  if (exercise < 0) return { lesson: id, href: inLanguage(place, language), title, exercise: 0 };
  const href = `?lesson=${id}&exercise=${exercises[exercise]}&${lang}`;
  return { lesson: id, href, title, exercise: exercise + 1 };
}

// ---- The first steps in the lab

const TIPS = "tips";
const MOST_TIPS = 3;

/** The number of the tip that is shown, from 1; 0 for none. */
export const tipNow = () => Number(recall(TIPS)) || 0;

/** The tips begin for a reader who comes from the first screen, and had none before. */
export function beginTips() {
  if (recall(TIPS) === null) remember(TIPS, "1");
}

/** The tip after this one; 0 once all were seen. @param {number} tip */
export function nextTip(tip) {
  const next = tip > 0 && tip < MOST_TIPS ? tip + 1 : 0;
  remember(TIPS, String(next));
  return next;
}

/** None is ever shown again. */
export function endTips() {
  remember(TIPS, "0");
  return 0;
}
