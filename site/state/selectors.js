// Values computed from the state (selectors). A view is given the state and these values together.

import { litRefsOf } from "../recording/found.js";
import { counterpart, lastPosition, settle } from "../recording/navigate.js";
import { inOwnNames } from "../recording/own_names.js";
import { equationsByLine } from "../recording/read.js";
import { readAt } from "../recording/scene.js";
import { weightsOf } from "../recording/state_at.js";
import { TRANSLATIONS, translator } from "../text/i18n.js";
import { mapLine } from "../text/line_mapping.js";
import * as chain from "./derivation.js";
import * as task from "./exercise.js";
import { codeKey, inLanguage, OWN, programsOf } from "./lesson_programs.js";
import { editHere, forQrCode, placeLink } from "./link.js";
import { model, view } from "./model.js";
import { openPassage } from "./passages.js";
import {
  askedPosition,
  hidesChecks,
  isOtherPage,
  placeToLink,
  selectedExercise,
  selectedProgram,
} from "./selection.js";
import { summaryOf } from "./summary.js";
import { writeState } from "./url_state.js";
import { newestVersion } from "./versions.js";

/** @typedef {import("../recording/types.js").Recording} Recording */
/** @typedef {import("../recording/scene.js").Scene} Scene */

/** @typedef {import("./types.js").Model} Model */

/** Whether the reader's system is dark. */
export const prefersDark = matchMedia("(prefers-color-scheme: dark)");

/** Whether the reader's system asks for nothing that moves. */
export const prefersStill = matchMedia("(prefers-reduced-motion: reduce)");

/** The state and all values computed from it. @returns {Model} */
export function currentModel() {
  const { recording, code, shownCode, other } = model;
  const place = askedPosition();
  const hidesValue = place?.iteration === view.iteration && place.step === view.step;
  const scene = sceneNow(hidesValue);
  const step = scene.moment?.step;
  const labLink = writeState(placeToLink(), true) + location.hash;
  return {
    ...model,
    recording: hidesChecks()
      ? task.recordingWithoutChecks(recording)
      : namedRecording(scene.sample),
    exercise: selectedExercise().exercise,
    isOwn: model.lesson?.id === OWN,
    program: selectedProgram(),
    mine: code === selectedProgram().program ? ownVersion() : null,
    summary: hidesValue ? null : summaryOf(recording, scene, view.granularity),
    scene,
    hidesValue,
    hidesChecks: hidesChecks(),
    pinned: hidesValue ? [] : model.pinned,
    there: other && !hidesValue ? readThere(other.recording, scene) : null,
    path:
      recording.network && model.derivation
        ? chain.pathOf(recording.network, model.derivation.edge)
        : [],
    isDrawn: recording.drawn?.iteration === view.iteration,
    isFirst: isHere(settle(recording, { iteration: 0, step: 0 })),
    isLast: isHere(place ?? lastPosition(recording)),
    t: translator(view.lang),
    has: (key) => key in TRANSLATIONS[view.lang],
    isStale: code !== shownCode && recording.kept.length > 0,
    isUnrun:
      !recording.kept.length && !model.shownAt && !model.run.error && model.run.state === "idle",
    nowLine: step ? mapLine(shownCode, code, step.line) : 0,
    differingLines: scene.disagreements.map((i) =>
      mapLine(shownCode, code, scene.moments[i].step.line),
    ),
    equationLines: equationLines(recording),
    labLink,
    courseLink: labLink.replace("?", "?course=1&"),
    dark: prefersDark.matches,
    ...foundNow(),
    ...textNow(scene),
    ...sheetsNow(),
    ...mapsNow(scene),
  };
}

/** The reader's last text of the program in the editor; null if there is none. */
const ownVersion = () => newestVersion(codeKey(view.lesson, selectedProgram().id));

/** True if the reader is at this position. @param {import("../recording/types.js").Position} place */
const isHere = ({ iteration, step }) => iteration === view.iteration && step === view.step;

/** The network found in the program: by the run that is going on, or in the recording that is shown. */
function foundNow() {
  const { recording, run, shownCode, role } = model;
  const found = run.found ?? recording.found;
  const row = found?.rows[role];
  return {
    found,
    foundCode: run.found ? run.code : shownCode,
    roleRefs: recording.network && row ? litRefsOf(recording.network, row) : [],
  };
}

/** The programs and the passages of the lesson's text; neither belongs to an exercise. @param {Scene} scene */
function textNow({ position }) {
  const { lesson, recording } = model;
  const pointed = lesson?.places?.[model.pointed];
  const isText = lesson !== null && !view.exercise;
  return {
    programs: isText ? programsOf(lesson).map((one) => inLanguage(one, view.lang)) : [],
    passages: (isText && lesson.passages) || [],
    passage: isText ? openPassage(lesson, selectedProgram().id, recording, position) : -1,
    litSample: numbersIn(pointed, "sample:")[0] ?? -1,
    litLines: pointed ? numbersIn(pointed, "line:").map(lineNow) : model.changed,
  };
}

/** The playground's maps, and whether they show the weights of this moment. @param {Scene} scene */
function mapsNow({ state }) {
  const { recording, heldMaps } = model;
  return {
    maps: heldMaps?.maps ?? null,
    mapsAreHere:
      heldMaps !== null &&
      heldMaps.given === recording.playground?.given &&
      heldMaps.state === weightsOf(state),
  };
}

/** The handout that is shown or printed, if there may be one: not while an exercise asks for what would stand in it. */
function sheetsNow() {
  const { recording, printing, first } = model;
  const isOther = first || isOtherPage() || askedPosition() || hidesChecks();
  const mayHandOut = recording.network !== null && recording.kept.length > 0 && !isOther;
  const wanted = printing === "text" ? "" : view.handout || (printing ? "numbers" : "");
  /** @type {Model["sheets"]} */
  const sheets = mayHandOut ? wanted : "";
  const leads = sheets && location.protocol !== "file:";
  const sheetLink = leads ? forQrCode([placeLink(editHere()), placeLink("")]) : "";
  return { mayHandOut, sheets, sheetLink };
}

/** The lines, or the samples, among what a place of the lesson's text lights. @param {import("./types.js").LessonPlace | undefined} place @param {string} kind */
const numbersIn = (place, kind) =>
  (place?.shows ?? [])
    .filter((one) => one.startsWith(kind))
    .map((one) => Number(one.slice(kind.length)));

/** The line in the editor of a line of the lesson's program. @param {number} line */
const lineNow = (line) => mapLine(selectedProgram().program, model.code, line);

/** The recording at the current position, without what an exercise asks for. @param {boolean} hidesValue */
function sceneNow(hidesValue) {
  const whole = wholeScene();
  const known = hidesValue ? task.withoutAskedValue(model.recording, whole) : whole;
  return hidesChecks() ? task.withoutChecks(known) : known;
}

/** @type {{ of: unknown[], scene: Scene } | null} the last scene: the page is often drawn again at the same position */
let last = null;

/** The recording at the current position; the same object as before if nothing has changed. */
function wholeScene() {
  const { recording } = model;
  const { iteration, step, sample, granularity } = view;
  const of = [recording, recording.rule, iteration, step, sample, granularity]; // each chunk of a run brings a new object `rule`
  if (!last || of.some((one, i) => one !== last?.of[i]))
    last = { of, scene: readAt(recording, { iteration, step }, sample, granularity) };
  return last.scene;
}

/** @type {{ of: unknown[], recording: Recording } | null} */
let lastNamed = null;

/** The recording, its quantities written as the reader chose. @param {number} sample */
function namedRecording(sample) {
  const { recording } = model;
  if (view.names === "course" || !recording.found) return recording;
  const of = [recording, recording.rule, recording.found, sample];
  if (!lastNamed || of.some((one, i) => one !== lastNamed?.of[i]))
    lastNamed = { of, recording: inOwnNames(recording, sample) };
  return lastNamed.recording;
}

/** @param {Recording} other @param {Scene} scene */
function readThere(other, { position, moments }) {
  const there = counterpart(other, position, moments);
  return readAt(other, there, view.sample, view.granularity);
}

/** @type {WeakMap<Recording, { count: number, lines: Model["equationLines"] }>} */
const lineCache = new WeakMap();

/** @param {Recording} recording @returns {Model["equationLines"]} */
function equationLines(recording) {
  const count = recording.patterns.length;
  const cached = lineCache.get(recording);
  if (cached?.count === count) return cached.lines;
  const lines = equationsByLine(recording);
  lineCache.set(recording, { count, lines });
  return lines;
}
