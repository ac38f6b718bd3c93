// The recording as it is read at one position: everything that the views need at once.

import { takesAll, twinOf } from "./navigate.js";
import { checkAt, differingSteps, differsAt, outputsAt, sampleAt, stepsOf } from "./read.js";
import { stateAt } from "./state_at.js";

/**
 * @typedef {import("./types.js").Recording} Recording
 * @typedef {import("./types.js").Position} Position
 * @typedef {import("./types.js").Granularity} Granularity
 * @typedef {import("./types.js").Moment} Moment
 */

/**
 * The step that is shown: where a step moves over all samples at once, the one of the chosen sample.
 * @param {Moment[]} moments
 * @param {number} step
 * @param {number} chosen
 * @param {Granularity} granularity
 */
function lookedAt(moments, step, chosen, granularity) {
  const now = moments[step];
  if (!takesAll(granularity) || now?.step.sample === undefined) return step;
  const twin = twinOf(moments, now, chosen);
  return twin < 0 || twin > step ? step : twin;
}

/**
 * The recording at one position, for the views.
 * @param {Recording} recording
 * @param {Position} position
 * @param {number} chosen the sample to show where the step is not one sample's
 * @param {Granularity} granularity
 */
export function readAt(recording, position, chosen, granularity) {
  const moments = stepsOf(recording, position.iteration);
  const step = lookedAt(moments, position.step, chosen, granularity);
  const moment = /** @type {Moment | undefined} */ (moments[step]);
  const sample = sampleAt(recording, moment, chosen);
  const before = stateAt(recording, position, sample, false);
  return {
    position,
    moments,
    moment,
    taken: moment ? [moment.step] : [],
    sample,
    state: stateAt(recording, position, sample),
    before,
    outputs: outputsAt(recording, position),
    check: checkAt(recording, { iteration: position.iteration, step }),
    differs: differsAt(recording, position, sample),
    disagreements: differingSteps(recording, position.iteration),
  };
}

/** @typedef {ReturnType<typeof readAt>} Scene */

/**
 * The numbers of the first layer; where the program has not set one yet, that of the sample.
 * @param {Recording} recording @param {Scene} scene @param {string[]} refs of the layer's activations, kept and not changed
 */
export function inputsAt({ samples }, { state, sample }, refs) {
  const values = state.list(refs);
  const given = samples[sample]?.x;
  return given && values.includes(undefined) ? values.map((value, i) => value ?? given[i]) : values;
}

/** @type {WeakMap<import("./types.js").Step, Set<string>>} what a step reads: asked for by every node and connection */
const known = new WeakMap();

/** @param {import("./types.js").Step} step */
function readsOf(step) {
  const reads = known.get(step) ?? new Set(step.reads);
  known.set(step, reads);
  return reads;
}

/**
 * Whether a step that is taken sets or reads one of these quantities, and whether one differs from its equation; they
 * share one place in the page.
 * @param {Scene} scene
 * @param {string[]} refs
 */
export function roleOf({ taken, differs }, refs) {
  return {
    now: taken.some((step) => refs.includes(step.sets)),
    used: taken.some((step) => refs.some((ref) => readsOf(step).has(ref))),
    differs: refs.some((ref) => differs.has(ref)),
  };
}
