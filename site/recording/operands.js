// The equation of a step and the numbers in it that do not simply stand just before the step: those of other passes, the
// last change of a weight.

import { nearest, segmentsOf, stepsOf, valueAt } from "./read.js";
import { stateAt } from "./state_at.js";

/**
 * @typedef {import("./types.js").Recording} Recording
 * @typedef {import("./types.js").Position} Position
 * @typedef {import("./types.js").Instance} Instance
 * @typedef {import("./types.js").Step} Step
 */

/** The equation of a step; undefined where there is none to write down. @param {Recording} recording @param {Step} step @returns {Instance | undefined} */
export const equationOf = (recording, step) => instanceOf(recording, step.written ?? step.sets);

/** The equation with a name, `w:8-4` or `w:8-4 0..49`; those of weights are often one for all, `w:{to}-{from}`. @param {Recording} recording @param {string} name @returns {Instance | undefined} */
export function instanceOf({ instances }, name) {
  const [, to, from, form] = name.match(/^w:(\d+)-(\d+)(.*)$/) ?? [];
  const ofAll = to && !instances[name] ? instances[`w:{to}-{from}${form}`] : undefined;
  if (!ofAll) return instances[name];
  return JSON.parse(JSON.stringify(ofAll).replaceAll("{to}", to).replaceAll("{from}", from));
}

/** The sample of a pass so many passes from the one a position is in (0: its own); -1 where it is not known. @param {Recording} recording @param {Position} position @param {number} distance */
export function sampleOfPass(recording, { iteration, step }, distance) {
  const segments = segmentsOf(recording, iteration);
  const current = segments.findLastIndex(({ first }) => first <= step);
  return segments[current + distance]?.sample ?? -1;
}

/**
 * What a pass so many passes from the one a position is in made of a quantity, before that step; undefined where it has none.
 * @param {Recording} recording @param {Position} position @param {string} ref @param {number} distance @returns {number | undefined}
 */
export function valueInPass(recording, { iteration, step }, ref, distance) {
  const segments = segmentsOf(recording, iteration);
  const current = segments.findLastIndex(({ first }) => first <= step);
  const pass = segments[current + distance];
  if (!pass) return undefined;
  const { pattern, first, offset } = pass;
  const setting = pattern.steps.findLast((one, i) => one.sets === ref && first + i < step);
  const known =
    setting?.at ??
    pattern.also.findLast(([name, , from]) => name === ref && first + from <= step)?.[1];
  return known === undefined
    ? undefined
    : recording.places[nearest(recording, iteration)].chunk.values[offset + known];
}

/**
 * What the last update before a position did to a weight or a bias: in this iteration or the one before; 0 before the
 * first of the run; undefined where that iteration is not kept.
 * @param {Recording} recording @param {Position} position @param {string} ref @returns {number | undefined}
 */
export function lastChange(recording, { iteration, step }, ref) {
  if (iteration < 0) return 0;
  if (recording.kept[nearest(recording, iteration)] !== iteration) return undefined;
  const moments = stepsOf(recording, iteration).slice(0, step);
  const last = moments.findLastIndex((moment) => moment.step.sets === ref);
  if (last < 0)
    return lastChange(recording, { iteration: iteration - 1, step: Number.POSITIVE_INFINITY }, ref);
  const before = stateAt(recording, { iteration, step: last }, -1, false).get(ref);
  return before === undefined ? undefined : valueAt(recording, iteration, moments[last]) - before;
}
