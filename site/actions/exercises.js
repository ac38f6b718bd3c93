// Exercises: opening one, answering it, leaving it.

import * as task from "../state/exercise.js";
import { codeKey, exerciseKey } from "../state/lesson_programs.js";
import { draw, model, view } from "../state/model.js";
import { startedOver } from "../state/progress.js";
import { asked, attempt, opened, tried, working } from "../state/selection.js";
import { remember } from "../state/url_state.js";
import { focusOn } from "./after_render.js";
import { change, loadGiven } from "./programs.js";
import { go } from "./stepping.js";

/** @param {string} id */
async function openExercise(id) {
  if (await loadGiven(id)) {
    view.exercise = id;
    change();
    toItsStep();
    focusOn("#exercise");
  }
  draw();
}

/** To where the exercise that is open begins. */
export function toItsStep() {
  const { exercise, attempt } = working();
  if (exercise && attempt) go(task.startOf(model.recording, exercise, attempt));
}

/** The next one that is not done, else simply the next. */
function nextExercise() {
  const ids = (model.lesson?.exercises ?? []).map(({ id }) => id);
  const after = ids.indexOf(view.exercise) + 1;
  const others = [...ids.slice(after), ...ids.slice(0, after - 1)];
  return others.find((id) => !model.progress[view.lesson]?.[id]?.done) ?? others[0];
}

/** @param {string} said */
function predict(said) {
  const place = asked();
  const guess = task.numberFrom(said);
  attempt({ said });
  if (!place || Number.isNaN(guess)) return;
  answer(task.isNear(guess, task.askedValue(model.recording, place)));
  go(place);
}

/** @param {string} said */
function point(said) {
  const { exercise } = working();
  if (!exercise) return;
  attempt({ said });
  answer(Number(said) === task.lineNow(exercise, opened().program, model.code));
}

/** @param {boolean} isRight */
function answer(isRight) {
  const misses = (model.attempt?.misses ?? 0) + Number(!isRight);
  attempt({ misses, answer: isRight ? "right" : misses >= task.MOST_MISSES ? "shown" : null });
  tried(isRight && working().exercise?.kind === "predict");
}

/** Forgets what is done in this lesson's exercises, and what was written in them. */
function startOver() {
  for (const { id } of model.lesson?.exercises ?? [])
    remember(codeKey(view.lesson, exerciseKey(id)), null);
  model.progress = startedOver(model.progress, view.lesson);
  if (view.exercise) openExercise(view.exercise);
}

/** @type {import("../state/url_state.js").Actions} */
export const exercises = {
  exercise: openExercise,
  "leave-exercise": () => {
    focusOn(`[data-exercise-item="${view.exercise}"] button`);
    view.exercise = "";
    change();
    go({ iteration: 0, step: 0 });
  },
  "next-exercise": () => openExercise(nextExercise()),
  "exercise-step": toItsStep,
  hint: () => attempt({ hints: (model.attempt?.hints ?? 0) + 1 }),
  another: () => {
    attempt({ ...task.newAttempt(), pick: (model.attempt?.pick ?? 0) + 1 });
    toItsStep();
  },
  predict,
  point,
  cursor: (line) => {
    if (model.attempt) attempt({ at: line });
  },
  "start-over": startOver,
};
