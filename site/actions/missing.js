// Opens an iteration that a thinned run had let go: Python repeats the run and records it. The nearest that is kept is shown
// meanwhile.

import { insert } from "../recording/insert.js";
import { unpack } from "../recording/store.js";
import { draw, model, notify, view } from "../state/model.js";
import { ask, wanted } from "./execution.js";
import { go } from "./stepping.js";

/** @typedef {import("../recording/types.js").Position} Position */

const REST = 300; // ms without another move: not every iteration that a slider passes is asked for

/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

/** To a position, and to the very iteration as soon as Python has it. @param {Position} position */
function goThere(position) {
  go(position);
  clearTimeout(waiting);
  if (isMissing(position.iteration)) waiting = setTimeout(() => open(position), REST);
}

/** Whether the run that is shown made this iteration and did not keep it; Python runs a lesson's recorded run for it. @param {number} iteration */
function isMissing(iteration) {
  const { recording, python, run } = model;
  const isOpen = python.state === "ready" && run.state !== "running" && recording.end !== null;
  return isOpen && iteration < recording.iterations && !recording.kept.includes(iteration);
}

/** @param {Position} position */
async function open(position) {
  const { recording, shownCode } = model;
  const { iteration, step } = view;
  if (model.opening || !isMissing(position.iteration)) return;
  const show = (/** @type {number} */ part) => {
    model.opening = { iteration: position.iteration, part };
    draw();
  };
  show(0);
  try {
    const loss = recording.loss[position.iteration];
    const question = {
      source: shownCode,
      lesson: view.lesson,
      iteration: position.iteration,
      loss,
    };
    const told = await ask("stretch", { ...question, ...wanted() }, show);
    const { reason, line } = told;
    if (reason) notify(`unopened.${reason}`, { iteration: position.iteration + 1, line });
    else insert(recording, unpack(told));
  } catch {} // Python was stopped, or broke down: the status says so
  model.opening = null;
  const isStill = model.recording === recording && view.iteration === iteration;
  if (isStill && view.step === step) go(position);
  draw();
}

/** @satisfies {Partial<import("../state/messages.js").Actions>} */
export const missing = {
  go: goThere,
  iteration: (iteration) => goThere({ iteration, step: view.step }),
};
