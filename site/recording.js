// A recording of one run, and how to read it. Nothing of the network is computed here: numbers are only looked up.
//
// ref: one quantity, a string: "a:4" "net:4" "delta:8" "w:8-4" (to-from) "b:4" "t:8" "eta";
// where it is that of one certain sample, "a:4/2". In an equation also "delta:8@-3", as the third pass before left it, and
// "Δw:8-4", what the update before did to a weight.

/**
 * @typedef {"forward" | "backward" | "update"} Phase
 * @typedef {{ line: number, phase: Phase, equation: string | null, instance: string | null, sets: string, at: number,
 *   reads: string[], checked: boolean, sample?: number, written?: string, operands?: Record<string, number> }} Step  checked: an equation gives this number too;
 *   written: the name of its equation, where it is not the one of `sets` (an update that sums up fewer samples, say);
 *   operands: what the equation reads as it stood before an earlier step of the segment, whose number it is
 * @typedef {{ length: number, steps: Step[], also: [string, number, number][] }} Pattern
 * @typedef {Record<string, string>} Words  one sentence by language: {en, zh}
 * @typedef {{ arrow: string, right: string, words: Words, sense?: { plus: Words, minus: Words } }} Instance
 * @typedef {{ x: number[], t: number[] }} Sample
 * @typedef {{ tex: string, text: string }} Symbol
 * @typedef {{ layers: number[][], edges: string[], biases: number[], activation: string,
 *   symbols: Record<string, Symbol> }} Network
 * @typedef {{ type: string, message: string, line: number | null, column: number | null }} ProgramError
 * @typedef {{ id: string, [key: string]: string | number }} Notice
 * @typedef {{ id: string, kind: "mistake" | "rule" | "observation" | "unknown", line: number | null, where: string | null,
 *   iteration: number | null, step: number | null, message: Words, hint: Words, answer: Words }} Finding
 * @typedef {{ id: string, words: Words }} Trait  what is unusual, though right, in the rule a program follows
 * @typedef {{ curve: (number | null)[], outputs: (number | null)[], learnt: boolean, begins: string }} Start  one of many networks; begins: the lines that begin it in lesson xor
 * @typedef {{ iterations: number[], all: Start[] }} Starts  iterations: where the curves have their points
 * @typedef {{ lesson: string, network: Network | null, patterns: Pattern[], layouts: string[][],
 *   instances: Record<string, Instance>, samples: Sample[], iterations: number, stride: number, loss_stride?: number,
 *   output: string, end: null | "done" | "error" | "budget", error: ProgramError | null, notices: Notice[],
 *   rule: Trait[] | null, findings?: Finding[], figures: Figures | null, playground: Playground | null, sides?: (Polygon | null)[], verdict: import("./exercise.js").Verdict | null }} Header  findings, figures, verdict: in the last chunk; sides: for the panel boundary, one an iteration
 *
 * What the playground shows: see playground.py.
 * @typedef {{ inputs: string[], cost: string, activation: string[], layers: number[][], train: number[][], test: number[][],
 *   is_classes: boolean, span: [[number, number], [number, number]], lost: number | null }} PlaygroundGiven
 * @typedef {{ error: number | null, right: number | null } | null} Told
 * @typedef {{ bytes: Record<number, string>, ranges: Record<number, [number, number]>, train: Told, test: Told }} Maps
 * @typedef {{ given: PlaygroundGiven, iteration: number, maps: Maps | null }} Playground  maps: at the end of that iteration; null: not made yet
 *
 * @typedef {[number, number][]} Polygon  corners in the plane of the first two inputs
 * @typedef {{ neuron?: NeuronFigure | null, landscape?: LandscapeFigure | null, starts?: Starts | null }} Figures  what the lesson's own panels draw beyond the recording
 * @typedef {{ net: number, on: Record<string, [value: number, slope: number]>, measured: number, of_output: number, of_net: number }} NeuronPoint
 * @typedef {{ activation: string, net: number[], curves: Record<string, number[]>, points: Record<string, NeuronPoint> }} NeuronFigure  points: by iteration
 * @typedef {{ iteration: number, at: number[] | null, error: number, slope: number[] }} PathPoint  at: null where it is no number
 * @typedef {{ refs: string[], low: number[], high: number[], lowest: { at: number[], error: number }, path: PathPoint[], factor: number | null,
 *   pace: string | null, error?: number[], contours?: [level: number, lines: number[][]][] }} LandscapeFigure  see py/backprop/landscape.py
 *
 * @typedef {{ header: Header, index: Int32Array, values: Float64Array, loss: Float64Array }} Chunk
 * @typedef {{ header: Header, index: string, values: string, loss: string }} Baked
 *
 * @typedef {{ chunk: { index: Int32Array, values: Float64Array }, index: number, values: number }} Place  where a kept iteration starts
 * @typedef {{ network: Network | null, patterns: Pattern[], layouts: string[][], instances: Record<string, Instance>,
 *   samples: Sample[], iterations: number, stride: number, output: string, end: Header["end"], error: ProgramError | null,
 *   notices: Notice[], rule: Trait[] | null, findings: Finding[], figures: Figures, playground: Playground | null, loss: number[], kept: number[], places: Place[],
 *   checks: number, differing: number[], sides: Map<number, Polygon | null> }} Recording  rule: null until known; checks: how many numbers were compared with
 *   their equation; differing: the kept iterations in which one differs; sides: by iteration, where the answer is above one half
 *
 * @typedef {{ iteration: number, step: number }} Position  both 0-based; step counts through the whole iteration
 * @typedef {"quantity" | "node" | "line" | "pass" | "sample" | "iteration"} Granularity
 * @typedef {{ pattern: Pattern, segment: number, sample: number, first: number, offset: number }} Segment  first: the number of its first step
 * @typedef {Segment & { step: Step }} Moment  a step in its place; sample: the step's own, else its segment's, -1 for none
 * @typedef {Map<string, number>} State  ref to value
 * @typedef {{ agrees: boolean, code: number, formula: number }} Check  what the program has, and the equation from the same inputs
 * @typedef {{ where: string, sample: number | null, code: number | null, numeric: number | null, ratio: number | null,
 *   agrees: boolean }} GradientRow  a delta, or the change of a weight (sample: null for a sum over several); null is no finite number
 */

/** @type {Granularity[]} */
export const GRANULARITIES = ["quantity", "node", "line", "pass", "sample", "iteration"];

/** @returns {Recording} */
export function createRecording() {
  return {
    network: null,
    patterns: [],
    layouts: [],
    instances: {},
    samples: [],
    iterations: 0,
    stride: 1,
    output: "",
    end: null,
    error: null,
    notices: [],
    rule: null,
    findings: [],
    figures: {},
    playground: null,
    loss: [],
    kept: [],
    places: [],
    checks: 0,
    differing: [],
    sides: new Map(),
  };
}

/** Folds the next chunk of a run into its recording. @param {Recording} recording @param {Chunk} chunk */
export function append(recording, { header, index, values, loss }) {
  recording.network = header.network ?? recording.network;
  recording.patterns.push(...header.patterns);
  recording.layouts.push(...header.layouts);
  recording.samples.push(...header.samples);
  recording.notices.push(...header.notices);
  Object.assign(recording.instances, header.instances);
  recording.output += header.output;
  recording.rule = header.rule ?? recording.rule;
  recording.findings = header.findings ?? recording.findings;
  recording.figures = header.figures ?? recording.figures;
  recording.playground = header.playground ?? recording.playground;
  const { iterations, stride, end, error, loss_stride = 1, sides = [] } = header;
  const thinner = stride > recording.stride;
  Object.assign(recording, { iterations, stride, end, error });
  loss.forEach((figure, i) => {
    recording.loss.push(figure);
    const next = Math.min((i + 1) * loss_stride, iterations);
    for (let k = i * loss_stride + 1; k < next; k++) recording.loss.push(Number.NaN);
  });
  const before = recording.kept.length;
  addPlaces(recording, { index, values });
  sides.forEach((side, i) => {
    recording.sides.set(recording.kept[before + i], side);
  });
  if (thinner) thin(recording);
}

/** Lets go of iterations kept earlier that a larger stride keeps no longer; the last of the run is kept whatever its number. @param {Recording} recording */
function thin(recording) {
  const { kept, stride, end } = recording;
  const stays = (/** @type {number} */ iteration, /** @type {number} */ i) =>
    iteration % stride === 0 || (end !== null && i === kept.length - 1);
  recording.places = moved(
    recording,
    recording.places.filter((_, i) => stays(kept[i], i)),
  );
  recording.kept = kept.filter(stays);
  const left = new Set(recording.kept);
  recording.differing = recording.differing.filter((iteration) => left.has(iteration));
}

/** What stays is copied into a chunk of its own, so that the memory of what was let go of is free. @param {Recording} recording @param {Place[]} places @returns {Place[]} */
function moved(recording, places) {
  const sizes = places.map((place) => sizeOf(recording, place));
  const chunk = {
    index: new Int32Array(sizes.reduce((sum, size) => sum + size.index, 0)),
    values: new Float64Array(sizes.reduce((sum, size) => sum + size.values, 0)),
  };
  let index = 0;
  let values = 0;
  return places.map((from, i) => {
    const { index: at, values: first, chunk: old } = from;
    const place = { chunk, index, values };
    chunk.index.set(old.index.subarray(at, at + sizes[i].index), index);
    chunk.values.set(old.values.subarray(first, first + sizes[i].values), values);
    index += sizes[i].index;
    values += sizes[i].values;
    return place;
  });
}

/** How many numbers a kept iteration takes in its chunk. @param {Recording} recording @param {Place} place */
function sizeOf({ layouts, patterns }, { chunk: { index }, index: at }) {
  const end = at + 3 + 2 * index[at + 2];
  let values = layouts[index[at + 1]].length + index[end];
  for (let s = at + 3; s < end; s += 2) values += patterns[index[s]].length;
  return { index: end + 1 + index[end] - at, values };
}

/** @param {Recording} recording @param {Place["chunk"]} chunk */
function addPlaces(recording, chunk) {
  const checked = recording.patterns.map(
    ({ steps }) => steps.filter((step) => step.checked).length,
  );
  let values = 0;
  for (let at = 0; at < chunk.index.length; ) {
    const [iteration, layout, segments] = chunk.index.subarray(at, at + 3);
    recording.kept.push(iteration);
    recording.places.push({ chunk, index: at, values });
    values += recording.layouts[layout].length;
    for (let s = 0; s < segments; s++) {
      const id = chunk.index[at + 3 + 2 * s];
      values += recording.patterns[id].length;
      recording.checks += checked[id];
    }
    const differing = chunk.index[at + 3 + 2 * segments];
    if (differing) recording.differing.push(iteration);
    values += differing;
    at += 4 + 2 * segments + differing;
  }
}

/** Which of the kept iterations is nearest to this one: its place in `kept`, -1 when nothing is kept. @param {Recording} recording @param {number} iteration */
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

/** The nearest position that exists. @param {Recording} recording @param {Position} wanted @returns {Position} */
export function settle(recording, wanted) {
  const place = nearest(recording, wanted.iteration);
  if (place < 0) return { iteration: 0, step: 0 };
  const iteration = recording.kept[place];
  const last = stepsOf(recording, iteration).length - 1;
  return { iteration, step: Math.max(0, Math.min(wanted.step, last)) };
}

/** The parts a kept iteration was run in, in order. @param {Recording} recording @param {number} iteration @returns {Segment[]} */
function segmentsOf(recording, iteration) {
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

/** Every step of a kept iteration, in order. @param {Recording} recording @param {number} iteration @returns {Moment[]} */
export function stepsOf(recording, iteration) {
  return segmentsOf(recording, iteration).flatMap((segment) =>
    segment.pattern.steps.map((step) => ({
      ...segment,
      step,
      sample: step.sample ?? segment.sample,
    })),
  );
}

/** Weights, biases and eta stay; all else belongs to one sample. @param {string} ref */
export const belongsToSample = (ref) => !/^(w:|b:|eta)/.test(ref);

/** "a:4/2" is a:4 of sample 2; -1 where no sample is named. @param {string} ref @returns {[string, number]} */
export function ofSample(ref) {
  const [plain, sample] = ref.split("/");
  return [plain, sample === undefined ? -1 : Number(sample)];
}

/** Whose numbers are shown: those of the step's own sample, else of the chosen one; -1 without samples. @param {Recording} recording @param {Moment | undefined} moment @param {number} chosen */
export function sampleAt({ samples }, moment, chosen) {
  return moment && moment.sample >= 0 ? moment.sample : Math.min(chosen, samples.length - 1);
}

/**
 * The state just before a step (after it, with `including`): what the iteration started from, then every step so far.
 * A sample's own quantities stand there as "a:4/2", and those of the sample shown, as far as the current segment has
 * come, as "a:4" too.
 * @param {Recording} recording @param {Position} position @param {number} shown @param {boolean} [including] @returns {State}
 */
export function stateAt(recording, position, shown, including = true) {
  /** @type {State} */
  const state = new Map();
  const place = recording.places[nearest(recording, position.iteration)];
  if (!place) return state;
  const { index, values } = place.chunk;
  const segments = segmentsOf(recording, position.iteration);
  const current = segments.findLast(({ first }) => first <= position.step);
  const note = (
    /** @type {string} */ name,
    /** @type {number} */ whole,
    /** @type {number} */ at,
    /** @type {boolean} */ isCurrent,
  ) => {
    const [ref, own] = ofSample(name);
    const sample = own < 0 ? whole : own;
    const bySample = sample >= 0 && belongsToSample(ref);
    if (bySample) state.set(`${ref}/${sample}`, values[at]);
    if (!belongsToSample(ref) || (isCurrent && (!bySample || sample === shown)))
      state.set(ref, values[at]);
  };
  recording.layouts[index[place.index + 1]].forEach((ref, i) => {
    note(ref, -1, place.values + i, true);
  });
  for (const segment of segments) {
    const { pattern, sample, first, offset } = segment;
    if (first > position.step) break;
    const last = position.step - first;
    pattern.steps.slice(0, including ? last + 1 : last).forEach((step) => {
      note(step.sets, step.sample ?? sample, offset + step.at, segment === current);
    });
    for (const [ref, at, from] of pattern.also)
      if (from <= last) note(ref, sample, offset + at, segment === current);
  }
  return state;
}

/** The last output of every sample at or before this position; a sample not yet seen in this iteration shows the kept iteration before,
 * and where an iteration does not take up all of them, those before that.
 * @param {Recording} recording @param {Position} position @returns {(number | undefined)[][]} by sample, by output node */
export function outputsAt(recording, position) {
  const nodes = recording.network?.layers.at(-1) ?? [];
  const outputs = recording.samples.map(() =>
    nodes.map(() => /** @type {number | undefined} */ (undefined)),
  );
  const k = nearest(recording, position.iteration);
  if (k < 0) return outputs;
  const takenUp = new Set(stepsOf(recording, position.iteration).map(({ sample }) => sample)).size;
  const back = takenUp < outputs.length ? outputs.length : 1;
  for (let before = Math.max(0, k - back); before < k; before++)
    noteOutputs(recording, before, Number.POSITIVE_INFINITY, nodes, outputs);
  noteOutputs(recording, k, position.step, nodes, outputs);
  return outputs;
}

/** @param {Recording} recording @param {number} k @param {number} last @param {number[]} nodes @param {(number | undefined)[][]} outputs */
function noteOutputs(recording, k, last, nodes, outputs) {
  const { values } = recording.places[k].chunk;
  stepsOf(recording, recording.kept[k]).forEach(({ step, sample, offset }, i) => {
    const node = nodes.findIndex((id) => step.sets === `a:${id}`);
    if (node >= 0 && i <= last && outputs[sample]) outputs[sample][node] = values[offset + step.at];
  });
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

/**
 * Where another run does the same: in the same iteration or the nearest one it has, the step that sets the same quantity
 * of the same sample for as many times as here.
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

/** The error of an iteration, or the last one known before it. @param {Recording} recording @param {number} iteration */
export function lossAt({ loss }, iteration) {
  while (iteration > 0 && Number.isNaN(loss[iteration])) iteration--;
  return loss[iteration];
}

/** The weights and biases of a state, as JSON; what is no finite number is null. @param {State} state */
export const weightsOf = (state) =>
  JSON.stringify(Object.fromEntries([...state].filter(([ref]) => /^[wb]:/.test(ref))));

/** The equation of a step; undefined where there is none to write down. @param {Recording} recording @param {Step} step @returns {Instance | undefined} */
export const equationOf = ({ instances }, step) => instances[step.written ?? step.sets];

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
    pattern.also.findLast(([name, , from]) => name === ref && first + from < step)?.[1];
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

/** What a step set. @param {Recording} recording @param {number} iteration @param {Moment} moment */
export const valueAt = (recording, iteration, { offset, step }) =>
  recording.places[nearest(recording, iteration)].chunk.values[offset + step.at];

// --- the program's numbers against the equations': a kept iteration's steps that differ stand after its segments,
// and what the equations give there after its numbers ---

/** The numbers of the steps that differ, in order. @param {Place} place */
function stepsThatDiffer({ chunk: { index }, index: at }) {
  const count = at + 3 + 2 * index[at + 2];
  return index.subarray(count + 1, count + 1 + index[count]);
}

/**
 * The program's number at a step and the equation's; null where no equation tells. Where they agree they do so to every
 * digit that is shown, and one stands for both.
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

/** The numbers of the steps of a kept iteration that differ from their equation, in order. @param {Recording} recording @param {number} iteration @returns {number[]} */
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

/** The nearest step, onwards (1) or back (-1), that differs from its equation. @param {Recording} recording @param {Position} position @param {1 | -1} direction @returns {Position | null} */
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

/** The node a quantity belongs to: itself, or the target of a connection. @param {string} ref */
export const nodeOf = (ref) => ref.split(":")[1]?.split(/[-/]/)[0] ?? "";

/** What is taken together in one step of this size. @param {Moment} moment @param {number} i @param {Granularity} granularity */
function group({ step, segment, sample }, i, granularity) {
  if (granularity === "quantity") return String(i);
  if (granularity === "sample") return `${segment}/${sample}`;
  if (granularity === "line") return `${segment}/${step.line}`;
  const pass = `${segment}/${step.phase}`;
  return granularity === "pass" ? pass : `${pass}/${sample}/${nodeOf(step.sets)}`;
}

/** The last step of every group. @param {Moment[]} moments @param {Granularity} granularity */
function ends(moments, granularity) {
  const names = moments.map((moment, i) => group(moment, i, granularity));
  return names.flatMap((name, i) => (name === names[i + 1] ? [] : [i]));
}

/**
 * The position one step on (1) or back (-1). A coarse step lands where its group is complete; an iteration keeps the step,
 * so that the same quantity can be compared over time. At either end of the run the position stays.
 * @param {Recording} recording @param {Position} position @param {Granularity} granularity @param {1 | -1} direction @returns {Position}
 */
export function move(recording, position, granularity, direction) {
  const k = nearest(recording, position.iteration);
  const other = recording.kept[k + direction];
  if (granularity === "iteration")
    return other === undefined
      ? position
      : settle(recording, { iteration: other, step: position.step });
  const here = ends(stepsOf(recording, position.iteration), granularity);
  const step =
    direction > 0 ? here.find((i) => i > position.step) : here.findLast((i) => i < position.step);
  if (step !== undefined) return { iteration: position.iteration, step };
  if (other === undefined)
    return direction > 0 ? position : { iteration: position.iteration, step: 0 };
  const there = ends(stepsOf(recording, other), granularity);
  return { iteration: other, step: (direction > 0 ? there[0] : there.at(-1)) ?? 0 };
}

/** @param {Recording} recording @returns {Position} */
export function lastPosition(recording) {
  const iteration = recording.kept.at(-1) ?? 0;
  return settle(recording, { iteration, step: Number.MAX_SAFE_INTEGER });
}

/** Whether a step of this size takes all samples that a line computes at once. @param {Granularity} granularity */
const takesAll = (granularity) => granularity === "line" || granularity === "pass";

/** Of the steps that one line makes for all samples at once, that of this sample. @param {Moment[]} moments @param {Moment} now @param {number} sample */
const twinOf = (moments, now, sample) =>
  moments.findIndex(
    (one) =>
      one.segment === now.segment &&
      one.sample === sample &&
      one.step.sets === now.step.sets &&
      one.step.line === now.step.line,
  );

/** The step that is looked at: one that takes all samples shows the chosen one's. @param {Moment[]} moments @param {number} step @param {number} chosen @param {Granularity} granularity */
function lookedAt(moments, step, chosen, granularity) {
  const now = moments[step];
  if (!takesAll(granularity) || now?.step.sample === undefined) return step;
  const twin = twinOf(moments, now, chosen);
  return twin < 0 || twin > step ? step : twin;
}

/**
 * Where the same is done for another sample: in a program that computes all samples at once a step of the same line, in one
 * that goes sample by sample the same place in that sample's segment, be it of another iteration. Where nothing is, or all samples are there, the position stays.
 * @param {Recording} recording @param {Position} position @param {number} sample @param {Granularity} granularity @returns {Position}
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

/** The nearest iteration, this one first, that takes up a sample by itself; none further off than there are samples. @param {Recording} recording @param {number} iteration @param {number} sample */
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

/** What every view is handed: the recording read at one position. @param {Recording} recording @param {Position} position @param {number} chosen the sample to show where the step is not one sample's @param {Granularity} granularity */
export function readAt(recording, position, chosen, granularity) {
  const moments = stepsOf(recording, position.iteration);
  const step = lookedAt(moments, position.step, chosen, granularity);
  const moment = /** @type {Moment | undefined} */ (moments[step]);
  const sample = sampleAt(recording, moment, chosen);
  return {
    position,
    moments,
    moment,
    sample,
    state: stateAt(recording, position, sample),
    before: stateAt(recording, position, sample, false),
    outputs: outputsAt(recording, position),
    check: checkAt(recording, { iteration: position.iteration, step }),
    differs: differsAt(recording, position, sample),
    disagreements: differingSteps(recording, position.iteration),
  };
}

/** @typedef {ReturnType<typeof readAt>} Scene */

/** What the current step does with these quantities, which stand in one place. @param {Scene} scene @param {string[]} refs */
export function roleOf({ moment, differs }, refs) {
  const step = moment?.step;
  return {
    now: !!step && refs.includes(step.sets),
    used: !!step && refs.some((ref) => step.reads.includes(ref)),
    differs: refs.some((ref) => differs.has(ref)),
  };
}

/** A baked recording as the lesson file carries it: the arrays as base64. @param {Baked} baked @returns {Chunk} */
export function unpack({ header, index, values, loss }) {
  return {
    header,
    index: new Int32Array(bytes(index)),
    values: new Float64Array(bytes(values)),
    loss: new Float64Array(bytes(loss)),
  };
}

/** @param {string} base64 */
const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)).buffer;

/** How a quantity is written; that of one certain sample has the sample's number, from 1, above it. @param {Recording} recording @param {string} ref @returns {Symbol} */
export function symbolOf(recording, ref) {
  const [plain, sample] = ofSample(ref.replace(/@.*/, ""));
  const symbol = recording.network?.symbols[plain] ?? { tex: `\\text{${plain}}`, text: plain };
  if (sample < 0) return symbol;
  return { tex: `${symbol.tex}^{(${sample + 1})}`, text: `${symbol.text} (${sample + 1})` };
}

/** The bias of node 8 is drawn as the connection "8-b". @param {string} edge */
export const refOfEdge = (edge) => (edge.endsWith("-b") ? `b:${edge.slice(0, -2)}` : `w:${edge}`);

/** The equations each line of the program computes. @param {Recording} recording @returns {[number, string][]} */
export function equationsByLine({ patterns }) {
  /** @type {Map<number, Set<string>>} */
  const lines = new Map();
  for (const { line, equation } of patterns.flatMap(({ steps }) => steps))
    if (equation) lines.set(line, (lines.get(line) ?? new Set()).add(equation));
  return [...lines].map(([line, ids]) => [line, [...ids].join(" ")]);
}
