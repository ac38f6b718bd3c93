// Small recordings made by hand, for the tests: a network of one input, one hidden node and one output (nodes 1, 2, 3),
// trained sample by sample. Every number tells where it belongs: iteration 3, sample 1, third step is 3.13.

import { ofSample } from "../../site/recording/refs.js";
import { Numbering, State } from "../../site/recording/state.js";
import { append, createRecording } from "../../site/recording/store.js";

/** @param {Partial<import("../../site/recording/types.js").Step>} given */
const step = (given) => ({
  line: 1,
  phase: /** @type {const} */ ("forward"),
  equation: null,
  instance: null,
  sets: "",
  at: 0,
  reads: [],
  checked: true,
  ...given,
});

/** The same weight is changed twice, and no equation gives the second number. */
export const TWICE = {
  length: 2,
  steps: [
    step({ line: 30, phase: "update", sets: "w:3-2", at: 0 }),
    step({ line: 31, phase: "update", sets: "w:3-2", at: 1, checked: false }),
  ],
  also: [],
};

/** Forward, backward and the update of one weight for one sample. */
export const ONE_SAMPLE = {
  length: 5,
  steps: [
    step({ line: 10, sets: "a:2", at: 0, equation: "1.4" }),
    step({ line: 11, sets: "a:3", at: 1, equation: "3.3" }),
    step({ line: 20, phase: "backward", sets: "delta:3", at: 2, equation: "4.1" }),
    step({ line: 30, phase: "update", sets: "w:3-2", at: 3, equation: "4.5" }),
  ],
  also: /** @type {[string, number, number][]} */ ([["t:3", 4, 1]]),
};

/** The same line handles both samples at once. */
export const BATCH = {
  length: 5,
  steps: [
    step({ line: 10, sets: "a:3", at: 0, sample: 0 }),
    step({ line: 10, sets: "a:3", at: 1, sample: 1 }),
    step({ line: 20, phase: "backward", sets: "delta:3", at: 2, sample: 0 }),
    step({ line: 20, phase: "backward", sets: "delta:3", at: 3, sample: 1 }),
    step({ line: 30, phase: "update", sets: "w:3-2", at: 4 }),
  ],
  also: [],
};

const NETWORK = {
  layers: [[1], [2], [3]],
  edges: ["2-1", "3-2"],
  biases: [],
  activation: "sigmoid",
  symbols: { "a:3": { tex: "y_3", text: "y₃" } },
};

/**
 * A chunk of a run. Each iteration: its number, what it starts from (w:3-2 and eta), its segments, each a sample (-1 for
 * none) and its numbers, and the steps that differ with what the equation gives there.
 * @param {{ iteration: number, before: number[], segments: [sample: number, values: number[]][], differs?: [step: number, formula: number][] }[]} iterations
 * @param {Partial<import("../../site/recording/types.js").Header>} [header]
 * @returns {import("../../site/recording/types.js").Chunk}
 */
export function chunk(iterations, header = {}) {
  const index = iterations.flatMap(({ iteration, segments, differs = [] }) => [
    iteration,
    0,
    segments.length,
    ...segments.flatMap(([sample]) => [0, sample]),
    differs.length,
    ...differs.map(([number]) => number),
  ]);
  const values = iterations.flatMap(({ before, segments, differs = [] }) => [
    ...before,
    ...segments.flatMap(([, numbers]) => numbers),
    ...differs.map(([, formula]) => formula),
  ]);
  const last = iterations.at(-1)?.iteration ?? -1;
  return {
    header: {
      lesson: "xor",
      network: null,
      patterns: [],
      layouts: [],
      instances: {},
      samples: [],
      iterations: last + 1,
      stride: 1,
      looks: [],
      output: "",
      end: null,
      error: null,
      notices: [],
      rule: null,
      figures: null,
      playground: null,
      verdict: null,
      ...header,
    },
    index: Int32Array.from(index),
    values: Float64Array.from(values),
    loss: Float64Array.from(iterations, ({ iteration }) => 1 / (iteration + 1)),
  };
}

/** What the first chunk of a run brings besides its iterations. */
export const FIRST = {
  network: NETWORK,
  patterns: [ONE_SAMPLE],
  layouts: [["w:3-2", "eta"]],
  samples: [
    { x: [0], t: [0] },
    { x: [1], t: [1] },
  ],
};

/** Iteration k of a program that goes sample by sample. @param {number} k @param {[number, number][]} [differs] */
export const bySample = (k, differs) => ({
  iteration: k,
  before: [k + 0.99, 0.5],
  segments: /** @type {[number, number[]][]} */ (
    [0, 1].map((sample) => [
      sample,
      [0, 1, 2, 3, 4].map((at) => (100 * k + 10 * sample + at) / 100),
    ])
  ),
  differs,
});

/** A run of so many iterations, two samples each; step 6 of iteration 1 differs from its equation. @param {number} iterations */
export function run(iterations) {
  const recording = createRecording();
  const all = Array.from({ length: iterations }, (_, k) => bySample(k, k === 1 ? [[6, 9.75]] : []));
  append(recording, chunk(all, FIRST));
  return recording;
}

/** One iteration that changes a weight twice. */
export function twiceRun() {
  const recording = createRecording();
  const segments = /** @type {[number, number[]][]} */ ([[-1, [0.1, 0.2]]]);
  const iteration = { iteration: 0, before: [0.99, 0.5], segments };
  append(recording, chunk([iteration], { ...FIRST, patterns: [TWICE] }));
  return recording;
}

/** Iteration k handles one sample alone, sample k % 2 or the one that is given. @param {number} k @param {number} [sample] */
export const oneSample = (k, sample = k % 2) => ({
  ...bySample(k),
  segments: bySample(k).segments.filter(([one]) => one === sample),
});

/** One iteration of a program that computes both samples at once. */
export function batchRun() {
  const recording = createRecording();
  const iteration = { iteration: 0, before: [0.99, 0.5] };
  const segments = /** @type {[number, number[]][]} */ ([[-1, [0.1, 0.2, 0.3, 0.4, 0.5]]]);
  append(recording, chunk([{ ...iteration, segments }], { ...FIRST, patterns: [BATCH] }));
  return recording;
}

/** A state in which these refs have these values. @param {Record<string, number>} values @param {Numbering} [numbering] */
export function stateWith(values, numbering = new Numbering()) {
  const named = Object.entries(values).map(([name, value]) => ({ of: ofSample(name), value }));
  for (const { of } of named) numbering.of(of[0]);
  const state = new State(numbering);
  for (const { of, value } of named) state.set(numbering.of(of[0]), of[1], of[1] < 0, value);
  return state;
}
