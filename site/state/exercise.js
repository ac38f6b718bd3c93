// An open exercise: where it starts, what it hides, and whether an answer is right. Whether a run solves it is for Python to
// judge; the verdict comes with the recording.

import { outputsAt, stepsOf, valueAt } from "../recording/read.js";
import { ofSample } from "../recording/refs.js";
import { mapLine } from "../text/line_mapping.js";

/**
 * @typedef {import("../recording/types.js").Recording} Recording
 * @typedef {import("../recording/types.js").Position} Position
 * @typedef {import("../recording/scene.js").Scene} Scene
 * @typedef {import("../recording/told_types.js").Verdict} Verdict
 */

/** @typedef {{ title: string, task: string, hints: string[], why: string }} ExerciseWords  all but the title are HTML */

/**
 * @typedef {object} Exercise
 * @property {string} id
 * @property {"write" | "find" | "predict"} kind  write a line, find a wrong line, predict a number
 * @property {number | null} line  that the student writes or finds
 * @property {string[]} steps  the refs whose numbers the student predicts, one after the other: "delta:8/2"
 * @property {Record<string, ExerciseWords>} words  by language
 */

/** @typedef {Pick<import("./types.js").Written, "program" | "baked" | "printed">} Given  what the student starts from */

/**
 * The student's attempt at an exercise.
 * @typedef {object} Attempt
 * @property {number} hints  how many are shown
 * @property {number} misses  wrong answers to the current question
 * @property {null | "right" | "shown"} answer  how the question ended; null while it is open
 * @property {number} pick  which of the steps the question is about
 * @property {string} said  the last wrong answer
 * @property {number} at  the line of the cursor in the editor
 * @property {Verdict | null} verdict  on the last run
 */

/** After so many wrong answers to one question the page shows the answer. */
export const MOST_MISSES = 2;

/** @returns {Attempt} */
export const newAttempt = () => ({
  hints: 0,
  misses: 0,
  answer: null,
  pick: 0,
  said: "",
  at: 0,
  verdict: null,
});

/** "open", "solved", or "shown" when the page had to tell. @param {Exercise} exercise @param {Attempt} attempt */
export function stateOf({ kind }, { answer, verdict }) {
  if (kind === "predict") return answer === "right" ? "solved" : (answer ?? "open");
  return verdict?.solved ? "solved" : "open";
}

/**
 * The number that the exercise's line has in the editor now; if the line is gone, its old number.
 * @param {Exercise} exercise
 * @param {string} given
 * @param {string} code
 */
export const lineNow = ({ line }, given, code) => mapLine(given, code, line ?? 0) || (line ?? 0);

/**
 * The position where the exercise begins: the step that it is about.
 * @param {Recording} recording
 * @param {Exercise} exercise
 * @param {Attempt} attempt
 * @returns {Position}
 */
export function startOf(recording, exercise, attempt) {
  const asked = askedStep(recording, exercise, attempt);
  if (asked || exercise.kind === "find") return asked ?? { iteration: 0, step: 0 };
  const steps = stepsOf(recording, 0);
  const own = steps.findIndex(({ step }) => step.line === exercise.line);
  return { iteration: 0, step: Math.max(own, 0) };
}

/**
 * The step whose number the exercise asks for; null if it asks for none, or this run has no such step.
 * @param {Recording} recording
 * @param {Exercise} exercise
 * @param {Attempt} attempt
 * @returns {Position | null}
 */
export function askedStep(recording, { steps }, { pick }) {
  if (!steps.length) return null;
  const [ref, sample] = ofSample(steps[pick % steps.length]);
  const step = stepsOf(recording, 0).findIndex(
    (one) => one.step.sets === ref && (sample < 0 || one.sample === sample),
  );
  return step < 0 ? null : { iteration: 0, step };
}

/** The number that the exercise asks for. @param {Recording} recording @param {Position} asked */
export const askedValue = (recording, { iteration, step }) =>
  valueAt(recording, iteration, stepsOf(recording, iteration)[step]);

/**
 * A position, but not beyond the step that the exercise asks about: later steps would tell the number.
 * @param {Position} position
 * @param {Position | null} asked
 */
export function limitedTo(position, asked) {
  const isBeyond =
    asked &&
    (position.iteration > asked.iteration ||
      (position.iteration === asked.iteration && position.step > asked.step));
  return isBeyond ? asked : position;
}

/** The scene without the number that its step sets. @param {Recording} recording @param {Scene} scene @returns {Scene} */
export function withoutAskedValue(recording, scene) {
  const { position, moment } = scene;
  const ref = moment?.step.sets ?? "";
  const state = scene.state.without([ref, `${ref}/${moment?.sample}`]);
  const outputs = outputsAt(recording, { ...position, step: position.step - 1 });
  return { ...scene, state, outputs };
}

/**
 * Whether the student is still looking for the line or the number: until then the page shows no check against the
 * equations.
 * @param {Exercise} exercise
 * @param {Attempt} attempt
 */
export const isSearching = ({ kind }, { answer, verdict }) =>
  kind !== "write" && !answer && !verdict?.solved;

/** The recording as if nothing in it had been compared with the equations. @param {Recording} recording @returns {Recording} */
export const recordingWithoutChecks = (recording) => ({
  ...recording,
  differing: [],
  findings: [],
  judgement: null,
});

/** A scene as if nothing in it had been compared with the equations. @param {Scene} scene @returns {Scene} */
export const withoutChecks = (scene) => ({
  ...scene,
  check: null,
  differs: new Set(),
  disagreements: [],
});

/** A number as people write it: "−0.12", "０.5", "1,5", "2e-3"; NaN for anything else. @param {string} text */
export function numberFrom(text) {
  const plain = text.normalize("NFKC").replaceAll("−", "-").replace("。", ".").replace(",", ".");
  return /\d/.test(plain) ? Number(plain) : Number.NaN;
}

/** Within 5 %. @param {number} guess @param {number} value */
export const isNear = (guess, value) => Math.abs(guess - value) <= 0.05 * Math.abs(value);

/** How a guess misses, as the last part of a translation key. @param {number} guess @param {number} value */
export function missOf(guess, value) {
  if (guess * value < 0) return "sign";
  return Math.abs(guess) > Math.abs(value) ? "large" : "small";
}
