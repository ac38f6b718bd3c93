// Where the reader is and what is shown: ONE table says what stands in the address, what is remembered, what is shared.

import { GRANULARITIES } from "../recording/reader.js";

/** @typedef {import("../text/i18n.js").Language} Language */
/** @typedef {{ lesson: string, program: string, exercise: string, lang: Language, embed: boolean, present: boolean, wall: string, teachers: boolean, course: boolean, search: string, hide: string[], iteration: number, step: number, sample: number,
 *   log: boolean, granularity: import("../recording/reader.js").Granularity }} ViewState */
/** @typedef {{ name: string, given: string }} Problem  a parameter that was not understood */

/** Parts of the page that `hide=` can leave out. */
export const PANELS = [
  "neuron",
  "landscape",
  "editor",
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
  "derivation",
];

/** What may stand side by side on the wall, in a lesson that has a panel of its own. */
export const PRESENTER_LAYOUTS = ["panel-step", "network-step", "panel-network", "panel"];

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

/**
 * `parse` gives undefined for what it does not accept; `kept` is remembered between visits; `shared` goes into a link.
 * Positions are counted from 0, as everywhere in the page and in Python.
 * @type {Record<keyof ViewState, { fallback: () => any, parse: (text: string) => any, kept?: boolean, shared?: boolean }>}
 */
const TABLE = {
  lesson: {
    fallback: () => "xor",
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
  lang: { fallback: browserLanguage, parse: oneOf(["en", "zh"]), kept: true, shared: true },
  embed: { fallback: () => false, parse: yesOrNo },
  present: { fallback: () => false, parse: yesOrNo },
  wall: { fallback: () => PRESENTER_LAYOUTS[0], parse: oneOf(PRESENTER_LAYOUTS) },
  teachers: { fallback: () => false, parse: yesOrNo },
  course: { fallback: () => false, parse: yesOrNo },
  search: { fallback: () => "", parse: (text) => text.slice(0, 100) },
  hide: { fallback: () => [], parse: panels, shared: true },
  iteration: { fallback: () => 0, parse: count, shared: true },
  step: { fallback: () => 0, parse: count, shared: true },
  sample: { fallback: () => 0, parse: count, shared: true },
  log: { fallback: () => false, parse: yesOrNo, shared: true },
  granularity: { fallback: () => "quantity", parse: oneOf(GRANULARITIES), kept: true },
};

const NAMES = /** @type {(keyof ViewState)[]} */ (Object.keys(TABLE));

/** @returns {Language} */
function browserLanguage() {
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
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

/** What a reader gets without a word in the address. @param {keyof ViewState} name */
function usual(name) {
  const { parse, fallback, kept } = TABLE[name];
  return (kept ? parse(recall(name) ?? "") : undefined) ?? fallback();
}

/** As it stands in the address. @param {unknown} value */
const asText = (value) => String(typeof value === "boolean" ? Number(value) : value);

/** The query for this state: only what differs from what the reader would get without it. @param {ViewState} state @param {boolean} [forSharing] */
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

/** Remembers what the table says is kept. @param {ViewState} state */
export function keepState(state) {
  for (const name of NAMES) if (TABLE[name].kept) remember(name, String(state[name]));
}

const PREFIX = "backprop-lab:";

/** @type {Pick<Storage, "getItem" | "setItem" | "removeItem"> | undefined} in the place of the browser's storage */
let elsewhere;

/** From now on what is remembered goes there. @param {NonNullable<typeof elsewhere>} storage */
export function rememberIn(storage) {
  elsewhere = storage;
}

/** Storage is optional: in a sandboxed frame every access throws. @param {string} name @returns {string | null} */
export function recall(name) {
  try {
    return (elsewhere ?? localStorage).getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string | null} text null forgets */
export function remember(name, text) {
  try {
    const storage = elsewhere ?? localStorage;
    if (text === null) storage.removeItem(PREFIX + name);
    else storage.setItem(PREFIX + name, text);
  } catch {
    // No storage here: nothing is remembered, everything else works.
  }
}

/**
 * @typedef {import("../recording/reader.js").Words} Words
 * @typedef {{ name: string, min: number, max: number, step: number }} Slider  sets the constant `name` of the program
 * @typedef {{ id: string, title: Words, program: string, text: Words, baked: import("../recording/reader.js").Baked,
 *   program_title?: Words, variants?: import("./lesson_programs.js").Program[], panels?: string[], sliders?: Slider[], follows?: boolean, exercises: import("./exercise.js").Exercise[] }} Lesson
 *
 * One run of the student's program. queued: Run was pressed before Python was ready; again: its constants were set meanwhile, so it is run once more; fresh: the recording shown comes
 * from this run; code: what was run; crash: what the worker said when it broke.
 * @typedef {{ state: "idle" | "running" | "stopped", queued: boolean, again: boolean, fresh: boolean, code: string, iterations: number,
 *   end: import("../recording/reader.js").Header["end"], error: import("../recording/reader.js").ProgramError | null, crash: string }} Run
 *
 * A run kept beside, to compare with. title: of its program; edited: whether the reader had changed that.
 * @typedef {{ recording: import("../recording/reader.js").Recording, title: Words, edited: boolean }} Kept
 *
 * A gradient check of one iteration: the rows when they have come; every: those of all samples are shown.
 * @typedef {{ state: "asked" | "done" | "failed", iteration: number, every: boolean, rows: import("../recording/reader.js").GradientRow[] }} Gradient
 *
 * The playground's maps as last got, and what they were made of; state: the weights and biases, as JSON.
 * @typedef {{ given: import("../recording/reader.js").PlaygroundGiven, state: string, maps: import("../recording/reader.js").Maps }} HeldMaps
 *
 * What model.js holds. wanted: where the reader went, for a run that has not come that far yet is shown as far as it is; said: what a screen reader is told of this step; shownAt: when the run shown was started, null when baked beforehand; shownCode: the program of the
 * recording shown; code: the program in the editor; output: what the run printed; highlighted: the refs that are pointed at; pinned: those whose history is
 * drawn; other: the run kept beside, to compare with; gradient: the gradient check last asked for; derivation: how far that of a weight has come, in a lesson that has it; start: which of many was chosen; teachers, licences, course: the page for teachers, what stands at its foot, and the page of the whole course, once they were asked for; embedding: what the dialog for course pages shows while it is open, copied: what was copied last; given: what the lesson's exercises start from, once one was opened; attempt: where the student
 * stands in the one that is open; heldMaps: the playground's, of this position or another; mark: what a press on its plane does;
 * refused: why the text last given was no points.
 * @typedef {{ view: ViewState, wanted: import("../recording/reader.js").Position, said: string, lessons: { id: string, title: Words }[], lesson: Lesson | null,
 *   equations: import("../text/search.js").Equations, recording: import("../recording/reader.js").Recording,
 *   shownAt: Date | null, shownCode: string, code: string, output: string,
 *   python: { state: "loading" | "ready" | "failed", progress: number, bytes: number }, run: Run, highlighted: string[], pinned: string[],
 *   heldMaps: HeldMaps | null, mark: "" | "plus" | "minus" | "away", refused: { id: string, line: number | null, given: string } | null,
 *   gradient: Gradient | null, derivation: import("./derivation.js").Derivation | null, start: number | null, other: Kept | null, teachers: Words | null, licences: string, course: import("../text/search.js").Course | null, embedding: { link: string, withoutCode: string, isFile: boolean, copied: string } | null, given: Record<string, import("./exercise.js").Given>,
 *   attempt: import("./exercise.js").Attempt | null, progress: import("./progress.js").Progress,
 *   notices: import("../recording/reader.js").Notice[] }} Held
 *
 * What follows from it at this moment. program: the one that is open, of the lesson's programs; isStale: the editor no longer has the program shown; nowLine: the current step's
 * line in the editor, 0 for none; differingLines: those in the editor where this iteration differs from an equation; exercise: the one that is open;
 * path: the quantities through which the weight of the derivation reaches the error; hidesValue: the number this step sets is still to be predicted; hidesChecks: what differs from the equations is still to be found; there: the run kept beside, read where it does the same; maps: the playground's; mapsAreHere: and of this position; equationLines: lines of shownCode with the equation each computes; labLink, courseLink: to this place in the lab, and to the course, from where it leads back here.
 * @typedef {{ programs: import("./lesson_programs.js").Program[], program: import("./lesson_programs.js").Program,
 *   t: import("../text/i18n.js").Translate, has: (key: string) => boolean, scene: import("../recording/reader.js").Scene,
 *   there: import("../recording/reader.js").Scene | null, path: string[], isFirst: boolean, isLast: boolean, isStale: boolean, nowLine: number, differingLines: number[], equationLines: [number, string][],
 *   exercise: import("./exercise.js").Exercise | undefined, hidesValue: boolean, hidesChecks: boolean, labLink: string, courseLink: string, dark: boolean, maps: import("../recording/reader.js").Maps | null, mapsAreHere: boolean }} Derived
 *
 * Everything the views are handed.
 * @typedef {Held & Derived} Model
 * @typedef {(message: string, value?: any) => void} Send
 * @typedef {Record<string, (value?: any) => void>} Actions  what each message does
 */
