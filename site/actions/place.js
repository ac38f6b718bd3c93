// The place that an address or a reload asks for. Where the run that came with the page lacks that iteration, or the
// program is the reader's own, the program runs again for it.

import { lastPosition } from "../recording/navigate.js";
import { nearest } from "../recording/read.js";
import * as task from "../state/exercise.js";
import { draw, model, view } from "../state/model.js";
import { isOtherPage, selectedExercise, selectedProgram } from "../state/selection.js";
import { recall } from "../state/storage.js";
import { fingerprint, hasProgram } from "../text/share.js";
import { focusOn } from "./after_render.js";
import { python, ranKey, runForPlace, sayIfBeyond } from "./execution.js";
import { missing } from "./missing.js";
import { go, reachable } from "./stepping.js";

/** Whether the address names an iteration or a step. */
function isNamed() {
  const named = new URLSearchParams(location.search);
  return named.has("iteration") || named.has("step");
}

/**
 * Goes to the position that the address names, or to the nearest one that was recorded, and says so.
 * @param {import("../state/types.js").Lesson} lesson
 */
export function toPosition({ follows }) {
  const { exercise, attempt } = selectedExercise();
  if (exercise && attempt && model.wanted.iteration + model.wanted.step === 0)
    model.wanted = task.startOf(model.recording, exercise, attempt);
  const { wanted } = model;
  Object.assign(view, reachable(wanted));
  const isElsewhere = wanted.iteration !== view.iteration || wanted.step !== view.step;
  if (isElsewhere && !mayRun() && !hasProgram(location.hash) && !sayIfBeyond(model.recording))
    model.notices.push({ id: "position", iteration: view.iteration + 1, step: view.step + 1 });
  if (follows && !view.exercise && !isNamed()) go(lastPosition(model.recording));
  if (view.sample > 0 && view.sample >= model.recording.samples.length) {
    model.notices.push({ id: "sample", sample: view.sample + 1 });
    view.sample = Math.max(0, model.recording.samples.length - 1);
  }
}

/** Runs the program for the place, if it may run without being asked for. */
export function runToPlace() {
  if (mayRun()) runForPlace();
}

/**
 * Whether the program may run without being asked for: the lesson's own, whose run came with the page without the wanted
 * iteration, or the reader's own, which ran in this browser as it stands, after a reload or for a place.
 */
function mayRun() {
  const { recording, wanted, code, lesson } = model;
  if (hasProgram(location.hash) || view.exercise || isOtherPage() || lesson?.follows) return false;
  if (code === selectedProgram().program)
    return (
      wanted.iteration < recording.iterations &&
      recording.kept[nearest(recording, wanted.iteration)] !== wanted.iteration
    );
  const isOurOwn = code === model.storedCode && recall(ranKey()) === fingerprint(code);
  return isOurOwn && (isNamed() || isReload());
}

/** Once the run for a place has ended: opens that iteration, if the run has let it go. @param {import("../state/types.js").Model} now */
export function followPlace({ run }) {
  if (run.cause !== "place" || run.state !== "idle" || !run.end) return;
  model.run = { ...model.run, cause: "asked" };
  missing.go(model.wanted);
  draw();
}

function isReload() {
  const [entry] = performance.getEntriesByType("navigation");
  return /** @type {PerformanceNavigationTiming | undefined} */ (entry)?.type === "reload";
}

/** The notice on a program that came with a link; with a place, it names the place. @returns {import("../recording/told_types.js").Notice} */
export const linked = () =>
  isNamed()
    ? { id: "linked-place", iteration: model.wanted.iteration + 1, step: model.wanted.step + 1 }
    : { id: "linked" };

const withoutCard = () => model.notices.filter(({ id }) => id !== "linked-place");

/** @satisfies {Partial<import("../state/messages.js").Actions>} */
export const placing = {
  "run-linked": () => {
    model.notices = withoutCard();
    python.load();
    runForPlace();
  },
  "read-linked": () => {
    model.notices = withoutCard();
    focusOn(".cm-content");
  },
};
