// The state at a position of a recording: what the iteration started from, then what each step has set so far.

import { nearest, segmentsOf } from "./read.js";
import { ofSample } from "./refs.js";
import { State } from "./state.js";

/**
 * @typedef {import("./types.js").Place} Place
 * @typedef {import("./types.js").Recording} Recording
 * @typedef {import("./types.js").Position} Position
 * @typedef {import("./state.js").Numbering} Numbering
 */

/**
 * Some settings of refs, by number: whose (-1: the segment's sample), and where the value is among those of the segment.
 * last: where in that each weight's value is last, by the weight's number; made when it is asked for.
 * @typedef {{ refs: Int32Array, samples: Int32Array, at: Int32Array, last?: Map<number, number> }} Settings
 */

/** @type {WeakMap<object, WeakMap<Numbering, Settings>>} by a layout, by the steps of a pattern, by what no step sets */
const known = new WeakMap();

/**
 * @template T @param {Recording} recording @param {T[]} things kept and not changed
 * @param {(thing: T, i: number) => [name: string, sample: number, at: number]} read
 */
function settingsIn({ numbering }, things, read) {
  const byNumbering = known.get(things) ?? new WeakMap();
  known.set(things, byNumbering);
  let made = byNumbering.get(numbering);
  if (!made) {
    const count = things.length;
    made = {
      refs: new Int32Array(count),
      samples: new Int32Array(count),
      at: new Int32Array(count),
    };
    for (const [i, thing] of things.entries()) {
      const [name, sample, at] = read(thing, i);
      const [ref, own] = ofSample(name);
      made.refs[i] = numbering.of(ref);
      made.samples[i] = own < 0 ? sample : own;
      made.at[i] = at;
    }
    byNumbering.set(numbering, made);
  }
  return made;
}

/** The settings that the steps of a pattern make. @param {Recording} recording @param {import("./types.js").Pattern} pattern */
export const stepsIn = (recording, { steps }) =>
  settingsIn(recording, steps, ({ sets, sample = -1, at }) => [sets, sample, at]);

/**
 * The segments of an iteration with the settings of their steps and of what is known without a step.
 * @param {Recording} recording @param {number} iteration
 */
const settingsOf = (recording, iteration) =>
  segmentsOf(recording, iteration).map((segment) => ({
    ...segment,
    steps: stepsIn(recording, segment.pattern),
    also: settingsIn(recording, segment.pattern.also, ([ref, at]) => [ref, -1, at]),
  }));

/**
 * The state just before a step (after it, with `including`): what the iteration started from, then every step so far.
 * A sample's own quantities stand there as "a:4/2", and those of the sample shown, as far as the current segment has
 * come, as "a:4" too.
 * @param {Recording} recording @param {Position} position @param {number} shown @param {boolean} [including] @returns {State}
 */
export function stateAt(recording, { iteration, step }, shown, including = true) {
  const segments = settingsOf(recording, iteration);
  const current = segments.findLastIndex(({ first }) => first <= step);
  const state = stateBefore(recording, iteration, shown);
  const place = recording.places[nearest(recording, iteration)];
  if (!place) return state;
  const { values } = place.chunk;
  for (const { steps, also, pattern, segment, sample, first, offset } of segments.slice(
    0,
    current + 1,
  )) {
    const set = (/** @type {Settings} */ { refs, samples, at }, /** @type {number} */ i) => {
      const own = samples[i] < 0 ? sample : samples[i];
      const isShown = segment === current && (own < 0 || own === shown);
      state.set(refs[i], own, isShown, values[offset + at[i]]);
    };
    const end = Math.min(step - first + (including ? 1 : 0), steps.refs.length);
    for (let i = 0; i < end; i++) set(steps, i);
    for (const [i, [, , from]] of pattern.also.entries()) if (first + from <= step) set(also, i);
  }
  return state;
}

/** The settings with which an iteration starts. @param {Recording} recording @param {number} layout */
const layoutOf = (recording, layout) =>
  settingsIn(recording, recording.layouts[layout], (name, i) => [name, -1, i]);

/** The state that an iteration starts from. @param {Recording} recording @param {number} iteration @param {number} [shown] */
export function stateBefore(recording, iteration, shown = -1) {
  const place = recording.places[nearest(recording, iteration)];
  if (!place) return new State(recording.numbering);
  const { index, values } = place.chunk;
  const { refs, samples } = layoutOf(recording, index[place.index + 1]);
  const state = new State(recording.numbering);
  for (let i = 0; i < refs.length; i++)
    state.set(
      refs[i],
      samples[i],
      samples[i] < 0 || samples[i] === shown,
      values[place.values + i],
    );
  return state;
}

/** Where the value of each weight is last, among those of a segment or a layout. @param {Settings} settings */
function lastOf(settings) {
  settings.last ??= new Map(Array.from(settings.refs, (ref, i) => [ref, settings.at[i]]));
  return settings.last;
}

/**
 * Some weights as they stood before the k-th kept iteration; undefined where they are not known.
 * @param {Recording} recording @param {number} k @param {string[]} refs kept and not changed
 */
export function weightsBefore(recording, k, refs) {
  const { chunk, index, values } = recording.places[k];
  const last = lastOf(layoutOf(recording, chunk.index[index + 1]));
  return Array.from(recording.numbering.ofAll(refs), (ref) => {
    const at = last.get(ref);
    return at === undefined ? undefined : chunk.values[values + at];
  });
}

/**
 * By how much an iteration has changed some weights; undefined for one that it does not set. All undefined where the
 * iteration is not kept.
 * @param {Recording} recording @param {number} iteration @param {string[]} refs kept and not changed
 */
export function changesOf(recording, iteration, refs) {
  const k = nearest(recording, iteration);
  if (recording.kept[k] !== iteration) return refs.map(() => undefined);
  const { values } = recording.places[k].chunk;
  const segments = settingsOf(recording, iteration).reverse();
  const before = weightsBefore(recording, k, refs);
  return Array.from(recording.numbering.ofAll(refs), (ref, i) => {
    const segment = segments.find(({ steps }) => lastOf(steps).has(ref));
    const at = segment && lastOf(segment.steps).get(ref);
    const was = before[i];
    return !segment || at === undefined || was === undefined
      ? undefined
      : values[segment.offset + at] - was;
  });
}

/** The weights and biases of a state, as JSON; what is no finite number is null. @param {State} state */
export const weightsOf = (state) =>
  JSON.stringify(Object.fromEntries([...state].filter(([ref]) => /^[wb]:/.test(ref))));
