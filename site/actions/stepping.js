// Moves to another position of the recording: by steps, samples or iterations, or to the next number that differs.

import { countStep } from "../integrations/score.js";
import * as navigate from "../recording/navigate.js";
import { announcement } from "../state/announcement.js";
import * as task from "../state/exercise.js";
import { model, view } from "../state/model.js";
import { passagePositions } from "../state/passages.js";
import { askedPosition, hidesChecks, selectedProgram } from "../state/selection.js";
import { currentModel } from "../state/selectors.js";
import { keepState } from "../state/url_state.js";

/** @typedef {import("../recording/types.js").Position} Position */

/** @param {Position} position */
export function go(position) {
  model.wanted = reachable(position);
  Object.assign(view, model.wanted);
  const now = currentModel();
  model.said = announcement(now);
  const line = now.scene.moment?.step.line;
  if (line) countStep(view.lesson, model.recording, line);
}

/** The nearest recorded position, but not beyond the step that an exercise asks about. @param {Position} position */
export const reachable = (position) =>
  task.limitedTo(navigate.settle(model.recording, position), askedPosition());

/**
 * The position of the step that sets this quantity for the current sample; the current position if no step does.
 * @param {string} ref
 * @returns {Position}
 */
export function stepThatSets(ref) {
  const { position, moments, moment } = currentModel().scene;
  const step = moments.findIndex((one) => one.segment === moment?.segment && one.step.sets === ref);
  return step < 0 ? position : { iteration: position.iteration, step };
}

/** By one step of this size, onwards (1) or back (-1). @param {import("../recording/types.js").Granularity} size @param {1 | -1} direction */
export const move = (size, direction) =>
  go(navigate.move(model.recording, view, size, direction, passagesBegin));

/** The steps of this iteration at which a passage of the lesson begins. @param {number} iteration */
function passagesBegin(iteration) {
  if (!model.lesson) return [];
  const places = passagePositions(model.lesson, selectedProgram().id, model.recording);
  return places.flatMap((place) => (place?.iteration === iteration ? [place.step] : []));
}

/** @param {1 | -1} direction */
function disagreement(direction) {
  const there = hidesChecks() ? null : navigate.nextDisagreement(model.recording, view, direction);
  if (there) go(there);
}

/** @satisfies {Partial<import("../state/messages.js").Actions>} */
export const stepping = {
  step: () => move(view.granularity, 1),
  back: () => move(view.granularity, -1),
  "next-iteration": () => go(navigate.sameStep(model.recording, view, 1)),
  "previous-iteration": () => go(navigate.sameStep(model.recording, view, -1)),
  first: () => go({ iteration: 0, step: 0 }),
  last: () => go(navigate.lastPosition(model.recording)),
  "next-disagreement": () => disagreement(1),
  "previous-disagreement": () => disagreement(-1),
  sample: (sample) => {
    view.sample = sample;
    go(navigate.moveToSample(model.recording, view, sample, view.granularity));
  },
  granularity: (size) => {
    view.granularity = size;
    keepState(view);
  },
};
