// Opening, answering and leaving an exercise.

import * as task from "../state/exercise.js";
import { codeKey, exerciseKey } from "../state/lesson_programs.js";
import { draw, model, view } from "../state/model.js";
import { startedOver } from "../state/progress.js";
import {
  askedPosition,
  countTry,
  selectedExercise,
  selectedProgram,
  updateAttempt,
} from "../state/selection.js";
import { remember } from "../state/storage.js";
import { focusOn } from "./after_render.js";
import { loadExercises, switchProgram } from "./programs.js";
import { go } from "./stepping.js";

/** @param {string} id */
async function openExercise(id) {
  if (await loadExercises(id)) {
    view.exercise = id;
    switchProgram();
    goToExerciseStep();
    const { exercise } = selectedExercise();
    if (exercise?.kind === "write" && isTyping()) writeAt(exercise);
    else focusOn(exercise?.kind === "predict" ? "#exercise input" : "#exercise");
  }
  draw();
}

/** True where the code stands beside the exercise, and a focus there brings up no keyboard that covers half of the page. */
const isTyping = () => matchMedia("(min-width: 1000px) and (pointer: fine)").matches;

/** Puts the cursor behind the line that is to be written. @param {task.Exercise} exercise */
function writeAt(exercise) {
  model.place = {
    line: task.lineNow(exercise, selectedProgram().program, model.code),
    writes: true,
  };
}

/** Goes to the step where the open exercise begins. */
export function goToExerciseStep() {
  const { exercise, attempt } = selectedExercise();
  if (exercise && attempt) go(task.startOf(model.recording, exercise, attempt));
}

/** The next exercise that is not done; if all are done, the next one. */
function nextExercise() {
  const ids = (model.lesson?.exercises ?? []).map(({ id }) => id);
  const after = ids.indexOf(view.exercise) + 1;
  const others = [...ids.slice(after), ...ids.slice(0, after - 1)];
  return others.find((id) => !model.progress[view.lesson]?.[id]?.done) ?? others[0];
}

/** @param {string} said */
function predict(said) {
  const place = askedPosition();
  const guess = task.numberFrom(said);
  updateAttempt({ said });
  if (!place || Number.isNaN(guess)) return;
  answer(task.isNear(guess, task.askedValue(model.recording, place)));
  go(place);
}

/** @param {string} said */
function point(said) {
  const { exercise } = selectedExercise();
  if (!exercise) return;
  updateAttempt({ said });
  answer(Number(said) === task.lineNow(exercise, selectedProgram().program, model.code));
}

/** @param {boolean} isRight */
function answer(isRight) {
  const misses = (model.attempt?.misses ?? 0) + Number(!isRight);
  updateAttempt({
    misses,
    answer: isRight ? "right" : misses >= task.MOST_MISSES ? "shown" : null,
  });
  countTry(isRight && selectedExercise().exercise?.kind === "predict");
}

/** Forgets the progress in this lesson's exercises, and the student's edits in them. */
function startOver() {
  for (const { id } of model.lesson?.exercises ?? [])
    remember(codeKey(view.lesson, exerciseKey(id)), null);
  model.progress = startedOver(model.progress, view.lesson);
  if (view.exercise) openExercise(view.exercise);
}

/** @satisfies {Partial<import("../state/messages.js").Actions>} */
export const exercises = {
  exercise: openExercise,
  "leave-exercise": () => {
    focusOn(`[data-exercise-item="${view.exercise}"] button`);
    view.exercise = "";
    switchProgram();
    go({ iteration: 0, step: 0 });
  },
  "next-exercise": () => openExercise(nextExercise()),
  "exercise-step": goToExerciseStep,
  hint: () => updateAttempt({ hints: (model.attempt?.hints ?? 0) + 1 }),
  another: () => {
    updateAttempt({ ...task.newAttempt(), pick: (model.attempt?.pick ?? 0) + 1 });
    goToExerciseStep();
  },
  predict,
  point,
  cursor: (line) => {
    if (model.attempt) updateAttempt({ at: line });
  },
  "start-over": startOver,
};
