// The one model: what the page holds. Actions change it and ask for a drawing; views read it and nothing else.

import { createRecording } from "../recording/store.js";
import { readProgress } from "./progress.js";
import { readState } from "./url_state.js";

/** @typedef {import("./types.js").Run} Run */

const { state, problems } = readState(location.search);

/** What stands in the address. */
export const view = state;

/** What is not derived from something else; derived.js adds the rest. @type {import("./types.js").Held} */
export const model = {
  view,
  wanted: { iteration: view.iteration, step: view.step },
  said: "",
  lessons: [],
  lesson: null,
  equations: {},
  recording: createRecording(),
  shownAt: null,
  shownCode: "",
  code: "",
  output: "",
  python: { state: "loading", progress: 0, bytes: 0 },
  run: idle(""),
  highlighted: [],
  pinned: [],
  other: null,
  gradient: null,
  derivation: null,
  start: null,
  embedding: null,
  teachers: null,
  course: null,
  licences: "",
  heldMaps: null,
  mark: "",
  refused: null,
  given: {},
  attempt: null,
  progress: readProgress(),
  notices: problems.map(({ name, given }) => ({ id: "parameter", name, given })),
};

/** @param {string} code @returns {Run} */
export function idle(code) {
  return {
    state: "idle",
    queued: false,
    again: false,
    fresh: false,
    code,
    iterations: 0,
    end: null,
    error: null,
    crash: "",
  };
}

/** @type {() => void} */
let paint;
let waiting = false;

/** From now on the page is drawn in this way. @param {() => void} how */
export function drawBy(how) {
  paint = how;
}

/** Draws once in the next frame, however often it is asked to. */
export function draw() {
  if (waiting || !model.lesson) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    paint();
  });
}

/** @param {string} id a notice without values */
export function notify(id) {
  model.notices.push({ id });
  draw();
}
