// Reads a recording. Nothing of the network is computed here: numbers are only looked up.

import { ownSymbol } from "./own_names.js";
import { belongsToSample, ofSample } from "./refs.js";

/**
 * @typedef {import("./types.js").Symbol} Symbol
 * @typedef {import("./types.js").Place} Place
 * @typedef {import("./types.js").Recording} Recording
 * @typedef {import("./types.js").Position} Position
 * @typedef {import("./types.js").Segment} Segment
 * @typedef {import("./types.js").Pattern} Pattern
 * @typedef {import("./types.js").Step} Step
 * @typedef {import("./types.js").Moment} Moment
 * @typedef {import("./types.js").Check} Check
 */

/**
 * The index in `kept` of the iteration nearest to this one; -1 when nothing is kept.
 * @param {Recording} recording
 * @param {number} iteration
 */
export function nearest({ kept }, iteration) {
  let low = 0;
  let high = kept.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (kept[middle] < iteration) low = middle + 1;
    else high = middle;
  }
  return low > 0 && iteration - kept[low - 1] < kept[low] - iteration
    ? low - 1
    : Math.min(low, high);
}

/** The segments of a kept iteration, in order. @param {Recording} recording @param {number} iteration @returns {Segment[]} */
export function segmentsOf(recording, iteration) {
  const place = recording.places[nearest(recording, iteration)];
  if (!place) return [];
  const { index } = place.chunk;
  const [, layout, count] = index.subarray(place.index, place.index + 3);
  /** @type {Segment[]} */
  const segments = [];
  let offset = place.values + recording.layouts[layout].length;
  let first = 0;
  for (let segment = 0; segment < count; segment++) {
    const [id, sample] = index.subarray(place.index + 3 + 2 * segment);
    const pattern = recording.patterns[id];
    segments.push({ pattern, segment, sample, first, offset });
    offset += pattern.length;
    first += pattern.steps.length;
  }
  return segments;
}

/** The number of steps of a kept iteration. @param {Recording} recording @param {number} iteration */
export function stepCount(recording, iteration) {
  const last = segmentsOf(recording, iteration).at(-1);
  return last ? last.first + last.pattern.steps.length : 0;
}

/** A step in its place: see types.js. @implements {Moment} */
class StepInPlace {
  /** @param {Segment} within @param {Step} step */
  constructor(within, step) {
    this.within = within;
    this.step = step;
    this.sample = step.sample ?? within.sample;
  }

  get segment() {
    return this.within.segment;
  }

  get first() {
    return this.within.first;
  }

  get offset() {
    return this.within.offset;
  }
}

/** The steps of the iteration last asked for: a large network has 30,000, and each step is drawn by asking many times. */
let known = {
  place: /** @type {Place | undefined} */ (undefined),
  moments: /** @type {Moment[]} */ ([]),
};

/**
 * Every step of a kept iteration, in order. Not to be changed: it is kept until another iteration is asked for.
 * @param {Recording} recording @param {number} iteration @returns {Moment[]}
 */
export function stepsOf(recording, iteration) {
  const place = recording.places[nearest(recording, iteration)];
  if (!place || place !== known.place) {
    /** @type {Moment[]} */
    const moments = [];
    for (const segment of segmentsOf(recording, iteration))
      for (const step of segment.pattern.steps) moments.push(new StepInPlace(segment, step));
    known = { place, moments };
  }
  return known.moments;
}

/**
 * The sample whose numbers are shown: the step's own, else the chosen one; -1 without samples.
 * @param {Recording} recording
 * @param {Moment | undefined} moment
 * @param {number} chosen
 */
export function sampleAt({ samples }, moment, chosen) {
  return moment && moment.sample >= 0 ? moment.sample : Math.min(chosen, samples.length - 1);
}

/**
 * The last output of every sample at or before this position. A sample that this iteration has not come to shows its output
 * in the kept iteration before; where an iteration handles only some samples, those before that too.
 * @param {Recording} recording @param {Position} position @returns {(number | undefined)[][]} by sample, by output node */
export function outputsAt(recording, position) {
  const nodes = recording.network?.layers.at(-1) ?? [];
  const outputs = recording.samples.map(() =>
    nodes.map(() => /** @type {number | undefined} */ (undefined)),
  );
  const k = nearest(recording, position.iteration);
  if (k < 0) return outputs;
  const takenUp = samplesIn(recording, position.iteration);
  const back = takenUp < outputs.length ? outputs.length : 1;
  for (let before = firstToRead(recording, k, back); before < k; before++)
    noteOutputs(recording, before, Number.POSITIVE_INFINITY, nodes, outputs);
  noteOutputs(recording, k, position.step, nodes, outputs);
  return outputs;
}

/** @type {WeakMap<Pattern, number[]>} */
const samplesOf = new WeakMap();

/** The samples that a pattern's steps name. @param {Pattern} pattern */
function namedIn(pattern) {
  const known = samplesOf.get(pattern) ?? [
    ...new Set(pattern.steps.flatMap(({ sample }) => sample ?? [])),
  ];
  samplesOf.set(pattern, known);
  return known;
}

/** The number of different samples among the steps of an iteration. @param {Recording} recording @param {number} iteration */
function samplesIn(recording, iteration) {
  const all = segmentsOf(recording, iteration).flatMap(({ pattern, sample }) =>
    sample < 0 ? namedIn(pattern) : [sample, ...namedIn(pattern)],
  );
  return new Set(all).size;
}

const MOST_STEPS_BACK = 20_000; // more would take longer than a frame

/**
 * The first kept iteration whose outputs are read: `back` before the k-th, or later where that is too many steps.
 * @param {Recording} recording @param {number} k @param {number} back
 */
function firstToRead(recording, k, back) {
  let first = k;
  for (let steps = 0; first > 0 && k - first < back; first--) {
    for (const { pattern } of segmentsOf(recording, recording.kept[first - 1]))
      steps += pattern.steps.length;
    if (steps > MOST_STEPS_BACK) break;
  }
  return first;
}

/**
 * @param {Recording} recording
 * @param {number} k
 * @param {number} last
 * @param {number[]} nodes
 * @param {(number | undefined)[][]} outputs
 */
function noteOutputs(recording, k, last, nodes, outputs) {
  const { values } = recording.places[k].chunk;
  for (const { pattern, sample: whole, first, offset } of segmentsOf(recording, recording.kept[k]))
    for (const { i, node, step } of outputSteps(pattern, nodes)) {
      const sample = step.sample ?? whole;
      if (first + i <= last && outputs[sample]) outputs[sample][node] = values[offset + step.at];
    }
}

/** @type {WeakMap<Pattern, { nodes: number[], steps: { i: number, node: number, step: Step }[] }>} */
const outputStepsOf = new WeakMap();

/** The steps that set an output: which step, and of which output. Of a large network they are few. @param {Pattern} pattern @param {number[]} nodes */
function outputSteps(pattern, nodes) {
  const known = outputStepsOf.get(pattern);
  if (known?.nodes === nodes) return known.steps;
  const places = new Map(nodes.map((id, place) => [`a:${id}`, place]));
  const steps = pattern.steps.flatMap((step, i) => {
    const node = places.get(step.sets);
    return node === undefined ? [] : [{ i, node, step }];
  });
  outputStepsOf.set(pattern, { nodes, steps });
  return steps;
}

/**
 * One quantity over the kept iterations, NaN where it is not known: a weight as it stood before each, a node's number as
 * the sample last left it.
 * @param {Recording} recording @param {string} ref @param {number} sample @returns {number[]}
 */
export function historyOf({ layouts, patterns, places }, ref, sample) {
  const bySample = belongsToSample(ref);
  const before = layouts.map((refs) => refs.indexOf(bySample ? `${ref}/${sample}` : ref));
  const setIn = patterns.map(({ steps }) =>
    steps.findLast((step) => step.sets === ref && (step.sample ?? sample) === sample),
  );
  return places.map(({ chunk: { index, values }, index: at, values: from }) => {
    const layout = index[at + 1];
    let value = before[layout] < 0 ? Number.NaN : values[from + before[layout]];
    let offset = from + layouts[layout].length;
    for (let s = 0; bySample && s < index[at + 2]; s++) {
      const [id, whole] = index.subarray(at + 3 + 2 * s);
      const step = setIn[id];
      if (step && (whole < 0 || whole === sample)) value = values[offset + step.at];
      offset += patterns[id].length;
    }
    return value;
  });
}

/** An iteration's own error; undefined where it is not known. @param {Recording} recording @param {number} iteration */
export const lossAt = ({ loss }, iteration) =>
  Number.isNaN(loss[iteration]) ? undefined : loss[iteration];

/** The number that a step set. @param {Recording} recording @param {number} iteration @param {Moment} moment */
export const valueAt = (recording, iteration, { offset, step }) =>
  recording.places[nearest(recording, iteration)].chunk.values[offset + step.at];

// ---- The program's numbers beside the equations'

/** The steps of a kept iteration that differ from their equation, by number and in order. @param {Place} place */
export function stepsThatDiffer({ chunk: { index }, index: at }) {
  const count = at + 3 + 2 * index[at + 2];
  return index.subarray(count + 1, count + 1 + index[count]);
}

/**
 * The program's number at a step and the equation's; null where no equation gives one. Python counts them as equal only
 * where every digit that the page shows agrees, so the program's number then stands for both.
 * @param {Recording} recording @param {Position} position @returns {Check | null}
 */
export function checkAt(recording, { iteration, step }) {
  const moment = stepsOf(recording, iteration)[step];
  if (!moment) return null;
  const place = recording.places[nearest(recording, iteration)];
  const code = valueAt(recording, iteration, moment);
  const differs = stepsThatDiffer(place).indexOf(step);
  if (differs < 0) return moment.step.checked ? { agrees: true, code, formula: code } : null;
  const last = /** @type {Segment} */ (segmentsOf(recording, iteration).at(-1));
  const formula = place.chunk.values[last.offset + last.pattern.length + differs];
  return { agrees: false, code, formula };
}

/**
 * The numbers of the steps of a kept iteration that differ from their equation, in order.
 * @param {Recording} recording
 * @param {number} iteration
 * @returns {number[]}
 */
export function differingSteps(recording, iteration) {
  const place = recording.places[nearest(recording, iteration)];
  return place ? [...stepsThatDiffer(place)] : [];
}

/**
 * The quantities that have differed in this iteration, up to this step, by the names they have in the state.
 * @param {Recording} recording @param {Position} position @param {number} shown the sample shown @returns {Set<string>}
 */
export function differsAt(recording, { iteration, step }, shown) {
  const moments = stepsOf(recording, iteration);
  /** @type {Set<string>} */
  const refs = new Set();
  for (const i of differingSteps(recording, iteration).filter((number) => number <= step)) {
    const { step: one, sample, segment } = moments[i];
    const bySample = sample >= 0 && belongsToSample(one.sets);
    if (bySample) refs.add(`${one.sets}/${sample}`);
    if (!bySample || (segment === moments[step].segment && sample === shown)) refs.add(one.sets);
  }
  return refs;
}

/**
 * How a quantity is written; that of one certain sample has the sample's number, from 1, above it.
 * @param {Recording} recording
 * @param {string} ref
 * @returns {Symbol}
 */
export function symbolOf(recording, ref) {
  const [plain, sample] = ofSample(ref.replace(/@.*/, ""));
  const { symbols, names, sample: shown = -1 } = recording.network ?? {};
  const symbol = symbols?.[plain] ?? { tex: `\\text{${plain}}`, text: plain };
  if (names?.[plain]) return ownSymbol(names[plain], symbol, plain, sample, shown);
  if (sample < 0) return symbol;
  return { tex: `${symbol.tex}^{(${sample + 1})}`, text: `${symbol.text} (${sample + 1})` };
}

/** The equations each line of the program computes. @param {Recording} recording @returns {[number, string][]} */
export function equationsByLine({ patterns }) {
  /** @type {Map<number, Set<string>>} */
  const lines = new Map();
  for (const { line, equation } of patterns.flatMap(({ steps }) => steps))
    if (equation) lines.set(line, (lines.get(line) ?? new Set()).add(equation));
  return [...lines].map(([line, ids]) => [line, [...ids].join(" ")]);
}
