// The application state. Actions change it and ask for a new drawing; views only read it.

import { createRecording } from "../recording/store.js";
import { recallColumns } from "./columns.js";
import { readProgress } from "./progress.js";
import { begin, end } from "./settled.js";
import { recall } from "./storage.js";
import { BLANK } from "./strokes.js";
import { readState } from "./url_state.js";

/** @typedef {import("./types.js").Run} Run */

if (/%23(code|edit)=/.test(location.search)) {
  const address = location.search.replace(/%23(code|edit)=/, "#$1="); // some programs write the # of a link so
  try {
    history.replaceState(null, "", location.pathname + address);
  } catch {
    // A sandboxed frame must not change its address.
  }
}

const { state, problems } = readState(location.search);

/** The part of the state that the address can name. */
export const view = state;

/** Everything that does not follow from something else; selectors.js computes the rest. @type {import("./types.js").Held} */
export const model = {
  view,
  wanted: { iteration: view.iteration, step: view.step },
  isPlaying: false,
  first: null,
  tip: 0,
  help: "",
  printing: "",
  said: "",
  lessons: [],
  lesson: null,
  equations: {},
  recording: createRecording(),
  shownAt: null,
  shownCode: "",
  code: "",
  output: "",
  drawings: [],
  python: { state: "loading", progress: 0, bytes: 0, error: null },
  run: idle(""),
  highlighted: [],
  role: -1,
  side: recall("side") === "step" ? "step" : "lesson",
  columns: recallColumns(),
  pointed: "",
  changed: [],
  place: null,
  tab: "code",
  pinned: [],
  allTerms: false,
  other: null,
  before: null,
  gradient: null,
  inquiry: null,
  handwriting: newHandwriting(),
  derivation: null,
  start: null,
  embedding: null,
  versions: null,
  storedCode: null,
  isKept: true,
  teachers: null,
  course: null,
  licences: "",
  heldMaps: null,
  opening: null,
  mark: "",
  refused: null,
  given: {},
  attempt: null,
  repair: null,
  files: [],
  progress: readProgress(),
  notices: problems.map(({ name, given }) => ({ id: "parameter", name, given })),
};

/** Nothing drawn; the pen is in the middle. @returns {import("./types.js").Handwriting} */
function newHandwriting() {
  const pen = /** @type {import("./strokes.js").Point} */ ([15.5, 15.5]);
  return {
    bits: BLANK,
    pen,
    isDown: false,
    digit: -1,
    state: "drawing",
    refused: null,
    told: null,
  };
}

/** @param {string} code @returns {Run} */
export function idle(code) {
  return {
    state: "idle",
    queued: false,
    again: false,
    fresh: false,
    cause: "asked",
    code,
    iterations: 0,
    checking: false,
    end: null,
    error: null,
    crash: "",
    shallow: false,
    found: null,
  };
}

/** @type {() => void} */
let paint;
let waiting = false;

/** Draws the page at once: the printer does not wait. */
export const drawNow = () => paint();

/** Sets the function that draws the page. @param {() => void} how */
export function drawBy(how) {
  paint = how;
}

/** Has the page drawn in the next frame, once, however often it is called. */
export function draw() {
  if (waiting || !model.lesson) return;
  waiting = true;
  begin(draw);
  requestAnimationFrame(() => {
    waiting = false;
    paint();
    if (!waiting) end(draw);
  });
}

/** Shows a notice. @param {string} id @param {Record<string, string | number>} [values] in its sentence */
export function notify(id, values = {}) {
  model.notices.push({ id, ...values });
  draw();
}

/** Shows a notice while something is so, once; takes it back when that has ended. @param {string} id @param {boolean} isSo */
export function notifyWhile(id, isSo) {
  model.notices = model.notices.filter((notice) => notice.id !== id);
  if (isSo) notify(id);
  else draw();
}
