// The reader draws a digit, and Python sends it through the network with the weights of the place that is shown; what comes
// back is one more iteration of the recording, so that it is stepped like any other.

import { withDrawing } from "../recording/insert.js";
import { lastPosition } from "../recording/navigate.js";
import { stepsOf } from "../recording/read.js";
import { belongsToSample } from "../recording/refs.js";
import { stateAt } from "../recording/state_at.js";
import { unpack } from "../recording/store.js";
import { draw, model, view } from "../state/model.js";
import { BLANK, moved, withStroke } from "../state/strokes.js";
import { scrollToHash } from "./after_render.js";
import { askWhenReady } from "./execution.js";
import { go } from "./stepping.js";

/** @typedef {import("../state/types.js").Handwriting} Handwriting */

/** @param {Partial<Handwriting>} news */
function update(news) {
  model.handwriting = { ...model.handwriting, ...news };
}

/** The run that is shown, and where its weights stand that a drawing is read with. */
function place() {
  const { recording } = model;
  const here = { iteration: view.iteration, step: view.step };
  const { drawn } = recording;
  return drawn?.iteration === here.iteration ? drawn : { run: drawn?.run ?? recording, from: here };
}

/** Has Python read the drawing. @param {number} digit what it should be; -1: not said */
async function read(digit) {
  const { run, from } = place();
  const { bits } = model.handwriting;
  const given = run.figures?.handwriting;
  if (!given || given.refused) return;
  if (model.run.state === "running") return update({ state: "running" });
  const whole = stateAt(run, from, view.sample);
  const weights = [...whole].filter(([ref]) => !belongsToSample(ref));
  update({ state: "asked", digit });
  const isStill = () =>
    model.handwriting.bits === bits &&
    model.handwriting.digit === digit &&
    (model.recording.drawn?.run ?? model.recording) === run;
  try {
    const told = await askWhenReady("handwriting", {
      given: JSON.stringify(given),
      state: JSON.stringify(Object.fromEntries(weights)),
      bits,
      digit,
      iteration: run.iterations,
    });
    if (!isStill()) return;
    if (told.refused) update({ state: "refused", refused: told.refused, told: null });
    else show(run, from, told);
  } catch {
    if (isStill()) update({ state: "failed" });
  }
  draw();
}

/**
 * Shows the drawing in the network: where its outputs are known; with the digit that it should be, its first delta.
 * @param {import("../recording/types.js").Recording} run @param {import("../recording/types.js").Position} from @param {any} answer
 */
function show(run, from, answer) {
  const { pixels, answer: digit, output, was, becomes, ...chunk } = answer;
  model.recording = withDrawing(run, unpack(chunk), from);
  update({ state: "done", refused: null, told: { pixels, answer: digit, output, was, becomes } });
  const steps = stepsOf(model.recording, run.iterations);
  const backward = steps.findIndex(({ step }) => step.phase === "backward");
  go({ iteration: run.iterations, step: backward < 0 ? steps.length - 1 : backward });
}

/** To the place of the run whose weights the drawing was read with. */
function leave() {
  const { drawn } = model.recording;
  if (!drawn) return;
  model.recording = drawn.run;
  go(drawn.from);
}

/** Shows the drawing's first step, in the network. */
function watch() {
  const { drawn } = model.recording;
  if (!drawn) return;
  go({ iteration: drawn.iteration, step: 0 });
  return scrollToHash("#network-heading");
}

/** Has the drawing read with the weights at the end of the run. */
function readTrained() {
  leave();
  go(lastPosition(model.recording));
  return read(model.handwriting.digit);
}

/** Paints with the pen; what Python said was about another drawing. @param {import("../state/strokes.js").Point} from @param {import("../state/strokes.js").Point} to */
function paint(from, to) {
  const { bits, state, told } = model.handwriting;
  const next = withStroke(bits, from, to);
  const isOther = next !== bits;
  update({
    bits: next,
    pen: to,
    digit: isOther ? -1 : model.handwriting.digit,
    state: isOther ? "drawing" : state,
    told: isOther ? null : told,
  });
}

/** @satisfies {Partial<import("../state/messages.js").Actions>} */
export const handwriting = {
  "handwriting-line": ({ to, begins }) => paint(begins ? to : model.handwriting.pen, to),
  "handwriting-move": (by) => {
    const { pen, isDown } = model.handwriting;
    const at = moved(pen, [0, 0]); // the pointer may have left the square
    const next = moved(at, by);
    if (isDown) paint(at, next);
    update({ pen: next });
  },
  "handwriting-pen": () => {
    const { pen, isDown } = model.handwriting;
    update({ isDown: !isDown });
    if (isDown) return read(-1);
    paint(pen, pen);
  },
  "handwriting-read": read,
  "handwriting-clear": () => {
    leave();
    update({
      bits: BLANK,
      isDown: false,
      digit: -1,
      state: "drawing",
      refused: null,
      told: null,
    });
  },
  "handwriting-watch": watch,
  "handwriting-trained": readTrained,
  "handwriting-leave": leave,
};
