// The quantities that a step over several has set: numbers of the recording, picked out, sorted, and set beside what stood there
// before. For the sentence of the step and a small table.

import { endsGroup, firstOfStep } from "../recording/navigate.js";
import { lossAt, nearest, stateAt, valueAt } from "../recording/read.js";

/**
 * @typedef {import("../recording/types.js").Recording} Recording
 * @typedef {import("../recording/types.js").Moment} Moment
 * @typedef {import("../recording/types.js").Phase} Phase
 * @typedef {import("../recording/scene.js").Scene} Scene
 */

/**
 * One number that was set. was: what stood there before, of a weight or a bias; size: what the largest is chosen by.
 * @typedef {{ ref: string, phase: Phase, value: number, was: number | undefined, size: number }} Row
 */

/**
 * @typedef {object} Summary
 * @property {Row[]} rows  of the last phase that it comes to: see `by`
 * @property {Partial<Record<Phase, Row[]>>} by  phase: what goes forward with the latest first, all else with the largest first
 * @property {Set<string>} refs  what was set, of the sample shown
 * @property {[was: number, is: number] | null} error  of the two iterations that the step leads over
 */

/** @type {WeakMap<Scene, { granularity: string, summary: Summary | null }>} */
const known = new WeakMap();

/**
 * Null for a step over a single quantity. In the middle of an update that can be taken as one stands a single quantity, too:
 * a link or a passage of the lesson leads there.
 * @param {Recording} recording
 * @param {Scene} scene
 * @param {import("../recording/types.js").Granularity} granularity
 */
export function summaryOf(recording, scene, granularity) {
  const last = known.get(scene);
  if (last?.granularity === granularity) return last.summary;
  const summary = granularity === "quantity" ? null : summarised(recording, scene, granularity);
  known.set(scene, { granularity, summary });
  return summary;
}

/** @param {Recording} recording @param {Scene} scene @param {import("../recording/types.js").Granularity} granularity @returns {Summary | null} */
function summarised(recording, { position, moments, sample }, granularity) {
  const { iteration, step } = position;
  const earlier = recording.kept[nearest(recording, iteration) - 1];
  const overIteration = granularity === "iteration" && earlier !== undefined;
  if (granularity === "update" && !endsGroup(moments, step, granularity)) return null;
  const first = granularity === "iteration" ? 0 : firstOfStep(moments, step, granularity);
  const taken = moments.slice(first, step + 1);
  if (taken.length < 2) return null;
  const was = overIteration
    ? stateAt(recording, { iteration: earlier, step }, sample)
    : stateAt(recording, { iteration, step: first }, sample, false);
  const all = taken.map((moment) => row(recording, iteration, moment, was));
  const rows = [...new Map(all.map((one) => [one.ref, one])).values()]; // what is set twice: as it stands now
  /** @type {Summary["by"]} */
  const by = {};
  for (const one of rows.reverse()) {
    const ofPhase = by[one.phase] ?? [];
    by[one.phase] = ofPhase;
    ofPhase.push(one);
  }
  by.backward?.sort((a, b) => b.size - a.size);
  by.update?.sort((a, b) => b.size - a.size);
  const refs = taken.filter((one) => one.sample < 0 || one.sample === sample);
  return {
    rows: by.update ?? by.backward ?? by.forward ?? [],
    by,
    refs: new Set(refs.map((one) => one.step.sets)),
    error: overIteration ? [lossAt(recording, earlier), lossAt(recording, iteration)] : null,
  };
}

/** @param {Recording} recording @param {number} iteration @param {Moment} moment @param {import("../recording/types.js").State} before @returns {Row} */
function row(recording, iteration, moment, before) {
  const { step, sample } = moment;
  const value = valueAt(recording, iteration, moment);
  const lasts = step.phase === "update";
  const was = lasts ? before.get(step.sets) : undefined;
  const ref =
    !lasts && sample >= 0 && recording.samples.length > 1 ? `${step.sets}/${sample}` : step.sets;
  return {
    ref,
    phase: step.phase,
    value,
    was,
    size: Math.abs(was === undefined ? value : value - was),
  };
}
