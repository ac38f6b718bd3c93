// The quantities that a step over several has set: numbers of the recording, picked out, sorted, and set beside what stood there
// before. For the sentence of the step and a small table.

import { endsGroup, firstOfStep } from "../recording/navigate.js";
import { nearest, segmentsOf } from "../recording/read.js";
import { State } from "../recording/state.js";
import { stateAt, stepsIn } from "../recording/state_at.js";

/**
 * @typedef {import("../recording/types.js").Recording} Recording
 * @typedef {import("../recording/types.js").Phase} Phase
 * @typedef {import("../recording/scene.js").Scene} Scene
 */

/** One number that was set. was: what stood there before, of a weight or a bias. @typedef {{ ref: string, value: number, was: number | undefined }} Row */

/** The numbers set in one phase: their count, and a few rows: of the forward pass the latest, of other phases the largest. @typedef {{ count: number, rows: Row[] }} OfPhase */

/**
 * @typedef {object} Summary
 * @property {OfPhase} last  of the last phase that it comes to
 * @property {Partial<Record<Phase, OfPhase>>} by  phase
 * @property {State} set  what was set, and nothing else
 * @property {[was: number, is: number] | null} error  of the two iterations that the step leads over
 */

const MOST_ROWS = 4; // that are told

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
function summarised(recording, scene, granularity) {
  const { position, moments, sample } = scene;
  const { iteration, step } = position;
  const earlier = recording.kept[nearest(recording, iteration) - 1];
  const overIteration = granularity === "iteration" && earlier !== undefined;
  if (granularity === "update" && !endsGroup(moments, step, granularity)) return null;
  const first = granularity === "iteration" ? 0 : firstOfStep(moments, step, granularity);
  if (step <= first) return null;
  const before = overIteration
    ? stateAt(recording, { iteration: earlier, step }, sample)
    : stateAt(recording, { iteration, step: first }, sample, false);
  const { by, set } = setBetween(recording, scene, first, before);
  return {
    last: by.update ?? by.backward ?? by.forward ?? { count: 0, rows: [] },
    by,
    set,
    error: overIteration ? [recording.loss[earlier], recording.loss[iteration]] : null,
  };
}

/**
 * What the steps from `first` to the one of the scene set. An update of a large network sets 24,000 numbers, of which a few
 * are told: only those become rows.
 * @param {Recording} recording @param {Scene} scene @param {number} first @param {State} before
 */
function setBetween(recording, { position, sample: shown }, first, before) {
  const { values } = recording.places[nearest(recording, position.iteration)].chunk;
  /** @type {Summary["by"]} */
  const by = {};
  const segments = segmentsOf(recording, position.iteration).map((segment) => ({
    ...segment,
    refs: stepsIn(recording, segment.pattern).refs,
  }));
  const set = new State(recording.numbering);
  for (const { pattern, refs, sample: whole, first: begin, offset } of segments.reverse())
    for (
      let i = Math.min(position.step - begin, refs.length - 1);
      i >= Math.max(0, first - begin);
      i--
    ) {
      const { phase, at, sample = whole } = pattern.steps[i];
      if (set.valueOf(refs[i], sample) !== undefined) continue; // what is set twice: as it stands now
      const value = values[offset + at];
      const was = phase === "update" ? before.valueOf(refs[i]) : undefined;
      set.set(refs[i], sample, sample < 0 || sample === shown, value);
      by[phase] ??= { count: 0, rows: [] };
      const of = by[phase];
      of.count++;
      const place = placeFor(of.rows, phase, value, was);
      if (place === MOST_ROWS) continue;
      of.rows.splice(place, 0, { ref: nameOf(recording, pattern.steps[i], sample), value, was });
      if (of.rows.length > MOST_ROWS) of.rows.pop();
    }
  return { by, set };
}

/** A quantity with its sample, where there are several. @param {Recording} recording @param {import("../recording/types.js").Step} step @param {number} sample */
const nameOf = ({ samples }, { sets, phase }, sample) =>
  phase !== "update" && sample >= 0 && samples.length > 1 ? `${sets}/${sample}` : sets;

/** Where a number belongs among the rows of its phase that are told; MOST_ROWS: nowhere. @param {Row[]} rows @param {Phase} phase @param {number} value @param {number | undefined} was */
function placeFor(rows, phase, value, was) {
  let place = rows.length;
  if (phase !== "forward")
    while (place > 0 && sizeOf(rows[place - 1]) < sizeOf({ value, was })) place--;
  return place;
}

/** The size by which rows are sorted: of a weight or bias its change, of other numbers the value. @param {Pick<Row, "value" | "was">} row */
const sizeOf = ({ value, was }) => Math.abs(was === undefined ? value : value - was);
