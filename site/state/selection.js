// What is open: a page beside the lab, or a program; of an exercise, also where the student stands in it.

import * as task from "./exercise.js";
import { codeKey, exerciseProgram, programsOf } from "./lesson_programs.js";
import { model, view } from "./model.js";
import { withTry } from "./progress.js";
import { remember } from "./storage.js";

/** Whether the page of the whole course is shown; a frame of a course page has one of its own around it. */
export const isCourse = () => view.course && !view.embed;

/** Whether a page beside the lab is shown. */
export const isOtherPage = () => view.teachers || isCourse();

/** The program that is open: that of the exercise, if one is. */
export function selectedProgram() {
  const { exercise } = selectedExercise();
  if (exercise) return exerciseProgram(/** @type {any} */ (model.lesson), exercise, model.given);
  const programs = programsOf(/** @type {import("./types.js").Lesson} */ (model.lesson));
  return programs.find(({ id }) => id === view.program) ?? programs[0];
}

/** The reader's own text of it, kept for the next visit. @param {string} code */
export function editProgram(code) {
  model.code = code;
  const { id, program } = selectedProgram();
  remember(codeKey(view.lesson, id), code === program ? null : code);
  forgetLink();
}

/** The address goes on without the code that came in it. */
export function forgetLink() {
  if (location.hash.startsWith("#code="))
    history.replaceState(null, "", location.pathname + location.search);
}

/** The exercise that is open, and where the student stands in it. */
export function selectedExercise() {
  const exercise = model.lesson?.exercises.find(({ id }) => id === view.exercise);
  return { exercise, attempt: exercise ? model.attempt : null };
}

/** The step whose number is still to be predicted. */
export function askedPosition() {
  const { exercise, attempt } = selectedExercise();
  return exercise && attempt && !attempt.answer
    ? task.askedStep(model.recording, exercise, attempt)
    : null;
}

/** Whether the student is still to find out what the equations say. */
export function hidesChecks() {
  const { exercise, attempt } = selectedExercise();
  return exercise && attempt ? task.isSearching(exercise, attempt) : false;
}

/** Whether what is run is the answer to an exercise. */
export function isAnswer() {
  const { exercise } = selectedExercise();
  return exercise !== undefined && exercise.kind !== "predict";
}

/** @param {task.Verdict} verdict */
export function applyVerdict(verdict) {
  updateAttempt({ verdict });
  countTry(verdict.solved);
}

/** @param {Partial<task.Attempt>} news */
export function updateAttempt(news) {
  model.attempt = { ...(model.attempt ?? task.newAttempt()), ...news };
}

/** @param {boolean} done */
export function countTry(done) {
  model.progress = withTry(model.progress, view.lesson, view.exercise, done);
}
