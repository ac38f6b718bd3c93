// From one position of a recording to another: a step, an iteration, the same step of another sample or of another run.

import { nearest, segmentsOf, stepCount, stepsOf, stepsThatDiffer } from "./read.js";
import { nodeOf } from "./refs.js";

/**
 * @typedef {import("./types.js").Recording} Recording
 * @typedef {import("./types.js").Position} Position
 * @typedef {import("./types.js").Granularity} Granularity
 * @typedef {import("./types.js").Moment} Moment
 */

/** @type {Granularity[]} */
export const GRANULARITIES = ["quantity", "update", "node", "line", "pass", "sample", "iteration"];

/** The nearest position that exists. @param {Recording} recording @param {Position} wanted @returns {Position} */
export function settle(recording, wanted) {
  const place = nearest(recording, wanted.iteration);
  if (place < 0) return { iteration: 0, step: 0 };
  const iteration = recording.kept[place];
  const last = stepCount(recording, iteration) - 1;
  return { iteration, step: Math.max(0, Math.min(wanted.step, last)) };
}

/**
 * The position in another run that corresponds to this one: in the same iteration, or the nearest one that it has, the step
 * that sets the same quantity of the same sample. Example: the second step that sets "w:8-4" corresponds to the second there.
 * @param {Recording} other @param {Position} position @param {Moment[]} moments those of this run's iteration @returns {Position}
 */
export function counterpart(other, { iteration, step }, moments) {
  const now = moments[step];
  const isSame = (/** @type {Moment} */ one) =>
    one.step.sets === now?.step.sets && one.sample === now.sample;
  const times = moments.slice(0, step).filter(isSame).length;
  const there = settle(other, { iteration, step });
  const alike = [...stepsOf(other, there.iteration).entries()].filter(([, one]) => isSame(one));
  return { iteration: there.iteration, step: alike[times]?.[0] ?? there.step };
}

/**
 * The nearest step, onwards (1) or back (-1), that differs from its equation.
 * @param {Recording} recording
 * @param {Position} position
 * @param {1 | -1} direction
 * @returns {Position | null}
 */
export function nextDisagreement(recording, { iteration, step }, direction) {
  for (let k = nearest(recording, iteration); recording.places[k]; k += direction) {
    const steps = stepsThatDiffer(recording.places[k]);
    const here = recording.kept[k] === iteration;
    const found =
      direction > 0
        ? steps.find((one) => !here || one > step)
        : steps.findLast((one) => !here || one < step);
    if (found !== undefined) return { iteration: recording.kept[k], step: found };
  }
  return null;
}

/**
 * Whether two steps are taken together by a step of this size.
 * @param {Moment} a @param {Moment} b @param {Granularity} granularity
 */
function areTogether(a, b, granularity) {
  if (granularity === "quantity" || a.segment !== b.segment) return false;
  if (granularity === "sample") return a.sample === b.sample;
  if (granularity === "line") return a.step.line === b.step.line;
  if (a.step.phase !== b.step.phase) return false;
  if (granularity === "update") return a.step.phase === "update";
  return (
    granularity === "pass" || (a.sample === b.sample && nodeOf(a.step.sets) === nodeOf(b.step.sets))
  );
}

/** The first of the steps that a step of this size takes together, the last of which is `last`. @param {Moment[]} moments @param {number} last @param {Granularity} granularity */
export function firstOfStep(moments, last, granularity) {
  let first = last;
  while (first > 0 && areTogether(moments[first - 1], moments[last], granularity)) first--;
  return first;
}

/** True if this step is the last of a group that is taken as one step. @param {Moment[]} moments @param {number} step @param {Granularity} granularity */
export const endsGroup = (moments, step, granularity) =>
  step >= moments.length - 1 || !areTogether(moments[step], moments[step + 1], granularity);

/**
 * The nearest stop from a step, that step included, onwards (1) or back (-1): the last step of a group, or one that begins a
 * passage of the lesson, if updates are taken as one; undefined where there is none.
 * @param {Moment[]} moments @param {number} from @param {1 | -1} direction @param {Granularity} granularity @param {number[]} told
 */
function stopFrom(moments, from, direction, granularity, told) {
  for (let i = from; i >= 0 && i < moments.length; i += direction)
    if (endsGroup(moments, i, granularity) || (granularity === "update" && told.includes(i)))
      return i;
  return undefined;
}

/**
 * The position one iteration on (1) or back (-1) at the same step, so that the same quantity can be compared over time.
 * @param {Recording} recording @param {Position} position @param {1 | -1} direction @returns {Position}
 */
export function sameStep(recording, position, direction) {
  const other = recording.kept[nearest(recording, position.iteration) + direction];
  return other === undefined
    ? position
    : settle(recording, { iteration: other, step: position.step });
}

/**
 * By whole iterations. The first step on from the beginning of an iteration completes it: then there is something to say
 * about it. Back from the first iteration leads to the beginning of the run.
 * @param {Recording} recording @param {Position} position @param {1 | -1} direction @returns {Position}
 */
function moveByIteration(recording, position, direction) {
  const { iteration, step } = position;
  if (direction > 0 && step === 0)
    return settle(recording, { iteration, step: Number.MAX_SAFE_INTEGER });
  const there = sameStep(recording, position, direction);
  return direction < 0 && there === position ? { iteration, step: 0 } : there;
}

/** @typedef {(iteration: number) => number[]} Told  the steps of an iteration at which a passage of the lesson begins */

/**
 * The position one step on (1) or back (-1). A coarse step lands where its group is complete. At either end of the run the
 * position stays. No passage of the lesson is passed over by an update that is taken as one.
 * @param {Recording} recording @param {Position} position @param {Granularity} granularity @param {1 | -1} direction
 * @param {Told} [told]
 * @returns {Position}
 */
export function move(recording, position, granularity, direction, told = () => []) {
  const k = nearest(recording, position.iteration);
  const other = recording.kept[k + direction];
  if (granularity === "iteration") return moveByIteration(recording, position, direction);
  const stop = (/** @type {number} */ iteration, /** @type {number} */ from) =>
    stopFrom(stepsOf(recording, iteration), from, direction, granularity, told(iteration));
  const step = stop(position.iteration, position.step + direction);
  if (step !== undefined) return { iteration: position.iteration, step };
  if (other === undefined)
    return direction > 0 ? position : { iteration: position.iteration, step: 0 };
  const first = direction > 0 ? 0 : stepCount(recording, other) - 1;
  return { iteration: other, step: stop(other, first) ?? 0 };
}

/** @param {Recording} recording @returns {Position} */
export function lastPosition(recording) {
  const iteration = recording.kept.at(-1) ?? 0;
  return settle(recording, { iteration, step: Number.MAX_SAFE_INTEGER });
}

/** Whether a step of this size moves over all samples that one line computes at once. @param {Granularity} granularity */
export const takesAll = (granularity) => granularity === "line" || granularity === "pass";

/**
 * Among the steps that one line makes for all samples at once, the one of this sample.
 * @param {Moment[]} moments
 * @param {Moment} now
 * @param {number} sample
 */
export const twinOf = (moments, now, sample) =>
  moments.findIndex(
    (one) =>
      one.segment === now.segment &&
      one.sample === sample &&
      one.step.sets === now.step.sets &&
      one.step.line === now.step.line,
  );

/**
 * The same step of another sample. Where a program computes all samples at once: the step of the same line for that sample.
 * Where it goes sample by sample: the same place in that sample's segment, which may be in another iteration. The position
 * stays if there is no such step, or if the current step already has all samples.
 * @param {Recording} recording
 * @param {Position} position
 * @param {number} sample
 * @param {Granularity} granularity
 * @returns {Position}
 */
export function moveToSample(recording, { iteration, step }, sample, granularity) {
  const moments = stepsOf(recording, iteration);
  const now = moments[step];
  if (!now || now.sample < 0 || now.sample === sample) return { iteration, step };
  const twin = twinOf(moments, now, sample);
  if (twin >= 0) return { iteration, step: takesAll(granularity) ? step : twin };
  const there = withSample(recording, iteration, sample);
  if (!there) return { iteration, step };
  const other = there.segments.find(({ segment }) => segment === now.segment) ?? there.segments[0];
  const last = other.pattern.steps.length - 1;
  return { iteration: there.iteration, step: other.first + Math.min(step - now.first, last) };
}

/**
 * The nearest iteration, this one first, with a segment of this sample alone. The search goes as far as there are samples.
 * @param {Recording} recording
 * @param {number} iteration
 * @param {number} sample
 */
function withSample(recording, iteration, sample) {
  const k = nearest(recording, iteration);
  for (let off = 0; off < recording.samples.length; off++)
    for (const one of [recording.kept[k + off], recording.kept[k - off]]) {
      const segments = one === undefined ? [] : segmentsOf(recording, one);
      const own = segments.filter((segment) => segment.sample === sample);
      if (own.length) return { iteration: one, segments: own };
    }
  return null;
}
