// The selection: the lab or another page, a program, an exercise and the attempt at it.

import { hasProgram } from "../text/share.js";
import * as task from "./exercise.js";
import { codeKey, exerciseProgram, inLanguage, programsOf } from "./lesson_programs.js";
import { model, view } from "./model.js";
import { withTry } from "./progress.js";
import { recall, remember } from "./storage.js";
import { PRESENTER_LAYOUTS } from "./url_state.js";
import { keepVersion } from "./versions.js";

/** Whether the page of the whole course is shown; never in an embedding page, which is a course page itself. */
export const isCourse = () => view.course && !view.embed;

/** Whether another page than the lab is shown. */
export const isOtherPage = () => view.teachers || isCourse();

/** The arrangements of presenter mode whose parts are all there: those that differ. */
export function presenterLayouts() {
  const has = (/** @type {string} */ part) => !view.hide.includes(part);
  const isThere = /** @type {Record<string, boolean>} */ ({
    panel: (model.lesson?.panels ?? []).some(has),
    network: has("network"),
    step: has("step"),
    code: has("editor"),
    curve: has("loss"),
  });
  return PRESENTER_LAYOUTS.filter((wall) => wall.split("-").every((part) => isThere[part]));
}

/** What an address says of the place shown; of the reader's drawing, where the weights stand that it was read with. */
export function placeToLink() {
  const { drawn } = model.recording;
  return drawn?.iteration === view.iteration ? { ...view, ...drawn.from } : view;
}

/** The program in the editor: the open exercise's, else the one that the reader chose. */
export function selectedProgram() {
  return inLanguage(selectedWritten(), view.lang);
}

function selectedWritten() {
  const { exercise } = selectedExercise();
  if (exercise) return exerciseProgram(/** @type {any} */ (model.lesson), exercise, model.given);
  const programs = programsOf(/** @type {import("./types.js").Lesson} */ (model.lesson));
  return programs.find(({ id }) => id === view.program) ?? programs[0];
}

/** Changes the program in the editor, and remembers it for the next visit. @param {string} code */
export function editProgram(code) {
  model.code = code;
  const { id, program } = selectedProgram();
  const key = codeKey(view.lesson, id);
  const stored = recall(key);
  if (stored !== model.storedCode && model.isKept) keepVersion(key, stored); // another tab has written it
  const text = code === program ? null : code;
  model.isKept = remember(key, text);
  if (model.isKept) model.storedCode = text;
  forgetLink();
}

/** Removes a program that came with the address from it. */
export function forgetLink() {
  if (hasProgram(location.hash))
    history.replaceState(null, "", location.pathname + location.search);
}

/** The open exercise and the attempt at it; undefined and null without one. */
export function selectedExercise() {
  const exercise = model.lesson?.exercises.find(({ id }) => id === view.exercise);
  return { exercise, attempt: exercise ? model.attempt : null };
}

/** The position of the step whose number the exercise asks for; null once it is answered. */
export function askedPosition() {
  const { exercise, attempt } = selectedExercise();
  return exercise && attempt && !attempt.answer
    ? task.askedStep(model.recording, exercise, attempt)
    : null;
}

/** Whether the exercise asks what differs from the equations, so that the page must not show it. */
export function hidesChecks() {
  const { exercise, attempt } = selectedExercise();
  return exercise && attempt ? task.isSearching(exercise, attempt) : false;
}

/** True while nothing may be said of what was found out: an exercise asks for it, or a newer run has failed. */
export function isUntold() {
  const { exercise } = selectedExercise();
  const isOfEarlierRun = model.run.error !== null && !model.run.fresh;
  return hidesChecks() || (exercise !== undefined && !model.shownAt) || isOfEarlierRun;
}

/** Whether a run is the answer to an exercise. */
export function isAnswer() {
  const { exercise } = selectedExercise();
  return exercise !== undefined && exercise.kind !== "predict";
}

/** Takes Python's verdict on a run into the attempt. @param {task.Verdict} verdict */
export function applyVerdict(verdict) {
  updateAttempt({ verdict });
  countTry(verdict.solved);
}

/** @param {Partial<task.Attempt>} news */
export function updateAttempt(news) {
  model.attempt = { ...(model.attempt ?? task.newAttempt()), ...news };
}

/** Counts a try at the open exercise. @param {boolean} done */
export function countTry(done) {
  model.progress = withTry(model.progress, view.lesson, view.exercise, done);
}
