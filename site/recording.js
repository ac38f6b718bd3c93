// A recording of one run, and how to read it. Nothing of the network is computed here: numbers are only looked up.
//
// ref: one quantity, a string: "a:4" "net:4" "delta:8" "w:8-4" (to-from) "b:4" "t:8" "eta".

/**
 * @typedef {"forward" | "backward" | "update"} Phase
 * @typedef {{ line: number, phase: Phase, equation: string | null, instance: string | null, sets: string, at: number,
 *   reads: string[], sample?: number }} Step
 * @typedef {{ length: number, steps: Step[], also: [string, number, number][] }} Pattern
 * @typedef {Record<string, string>} Words  one sentence by language: {en, zh}
 * @typedef {{ arrow: string, right: string, words: Words, sense?: { plus: Words, minus: Words } }} Instance
 * @typedef {{ x: number[], t: number[] }} Sample
 * @typedef {{ tex: string, text: string }} Symbol
 * @typedef {{ layers: number[][], edges: string[], biases: number[], activation: string,
 *   symbols: Record<string, Symbol> }} Network
 * @typedef {{ type: string, message: string, line: number | null, column: number | null }} ProgramError
 * @typedef {{ id: string, [key: string]: string | number }} Notice
 * @typedef {{ lesson: string, network: Network | null, patterns: Pattern[], layouts: string[][],
 *   instances: Record<string, Instance>, samples: Sample[], iterations: number, stride: number, output: string,
 *   end: null | "done" | "error" | "budget", error: ProgramError | null, notices: Notice[] }} Header
 * @typedef {{ header: Header, index: Int32Array, values: Float64Array, loss: Float64Array }} Chunk
 *
 * @typedef {{ chunk: { index: Int32Array, values: Float64Array }, index: number, values: number }} Place  where a kept iteration starts
 * @typedef {{ network: Network | null, patterns: Pattern[], layouts: string[][], instances: Record<string, Instance>,
 *   samples: Sample[], iterations: number, stride: number, output: string, end: Header["end"], error: ProgramError | null,
 *   notices: Notice[], loss: number[], kept: number[], places: Place[] }} Recording
 *
 * @typedef {{ iteration: number, step: number }} Position  both 0-based; step counts through the whole iteration
 * @typedef {"quantity" | "node" | "pass" | "sample" | "iteration"} Granularity
 * @typedef {{ step: Step, segment: number, sample: number, first: number, offset: number, pattern: Pattern }} Moment  a step in its place; first: number of its segment's first step
 * @typedef {Map<string, number>} State  ref to value
 */

/** @type {Granularity[]} */
export const GRANULARITIES = ["quantity", "node", "pass", "sample", "iteration"];

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
    loss: [],
    kept: [],
    places: [],
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
  const { iterations, stride, end, error } = header;
  Object.assign(recording, { iterations, stride, end, error });
  for (const figure of loss) recording.loss.push(figure);
  addPlaces(recording, { index, values });
}

/** @param {Recording} recording @param {Place["chunk"]} chunk */
function addPlaces(recording, chunk) {
  let values = 0;
  for (let at = 0; at < chunk.index.length; ) {
    const [iteration, layout, segments] = chunk.index.subarray(at, at + 3);
    recording.kept.push(iteration);
    recording.places.push({ chunk, index: at, values });
    values += recording.layouts[layout].length;
    for (let s = 0; s < segments; s++)
      values += recording.patterns[chunk.index[at + 3 + 2 * s]].length;
    at += 3 + 2 * segments;
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

/** Every step of a kept iteration, in order. @param {Recording} recording @param {number} iteration @returns {Moment[]} */
export function stepsOf(recording, iteration) {
  const place = recording.places[nearest(recording, iteration)];
  if (!place) return [];
  const { index } = place.chunk;
  const [, layout, segments] = index.subarray(place.index, place.index + 3);
  /** @type {Moment[]} */
  const moments = [];
  let offset = place.values + recording.layouts[layout].length;
  for (let segment = 0; segment < segments; segment++) {
    const [id, sample] = index.subarray(place.index + 3 + 2 * segment);
    const pattern = recording.patterns[id];
    const first = moments.length;
    for (const step of pattern.steps)
      moments.push({ step, segment, sample: step.sample ?? sample, first, offset, pattern });
    offset += pattern.length;
  }
  return moments;
}

/** Net, activation, delta and target belong to one sample; weights, biases and eta stay. @param {string} ref */
const belongsToSample = (ref) => /^(a|net|delta|t):/.test(ref);

/**
 * The state just before a step (after it, with `including`): what the iteration started from, then every step so far;
 * of the samples' own quantities only the current sample's.
 * @param {Recording} recording @param {Position} position @param {boolean} [including] @returns {State}
 */
export function stateAt(recording, position, including = true) {
  /** @type {State} */
  const state = new Map();
  const place = recording.places[nearest(recording, position.iteration)];
  if (!place) return state;
  const { index, values } = place.chunk;
  recording.layouts[index[place.index + 1]].forEach((ref, i) => {
    state.set(ref, values[place.values + i]);
  });
  const moments = stepsOf(recording, position.iteration);
  const now = moments[position.step];
  if (!now) return state;
  moments
    .slice(0, position.step + (including ? 1 : 0))
    .forEach(({ step, segment, sample, offset }) => {
      const shown =
        !belongsToSample(step.sets) || (segment === now.segment && sample === now.sample);
      if (shown) state.set(step.sets, values[offset + step.at]);
    });
  for (const [ref, at, from] of now.pattern.also)
    if (from <= position.step - now.first) state.set(ref, values[now.offset + at]);
  return state;
}

/** The last output of every sample at or before this position; a sample not yet seen in this iteration shows the kept iteration before.
 * @param {Recording} recording @param {Position} position @returns {(number | undefined)[][]} by sample, by output node */
export function outputsAt(recording, position) {
  const nodes = recording.network?.layers.at(-1) ?? [];
  const outputs = recording.samples.map(() =>
    nodes.map(() => /** @type {number | undefined} */ (undefined)),
  );
  const k = nearest(recording, position.iteration);
  if (k < 0) return outputs;
  if (k > 0) noteOutputs(recording, k - 1, Number.POSITIVE_INFINITY, nodes, outputs);
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

/** The node a quantity belongs to: itself, or the target of a connection. @param {string} ref */
export const nodeOf = (ref) => ref.split(":")[1]?.split("-")[0] ?? "";

/** What is taken together in one step of this size. @param {Moment} moment @param {number} i @param {Granularity} granularity */
function group({ step, segment, sample }, i, granularity) {
  if (granularity === "quantity") return String(i);
  if (granularity === "sample") return `${segment}/${sample}`;
  const pass = `${segment}/${sample}/${step.phase}`;
  return granularity === "pass" ? pass : `${pass}/${nodeOf(step.sets)}`;
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

/** What every view is handed: the recording read at one position. @param {Recording} recording @param {Position} position */
export function readAt(recording, position) {
  const moments = stepsOf(recording, position.iteration);
  return {
    position,
    moments,
    moment: /** @type {Moment | undefined} */ (moments[position.step]),
    state: stateAt(recording, position),
    before: stateAt(recording, position, false),
    outputs: outputsAt(recording, position),
  };
}

/** @typedef {ReturnType<typeof readAt>} Scene */

/** A baked recording as the lesson file carries it: the arrays as base64. @param {{ header: Header, index: string, values: string, loss: string }} baked @returns {Chunk} */
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

/** How a quantity is written. @param {Recording} recording @param {string} ref @returns {Symbol} */
export function symbolOf(recording, ref) {
  return recording.network?.symbols[ref] ?? { tex: `\\text{${ref}}`, text: ref };
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
