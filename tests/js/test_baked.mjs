// A lesson's recorded run: its numbers come back bit for bit from what their forecasts miss.

import assert from "node:assert/strict";
import { test } from "node:test";
import { missesOf, unbaked } from "../../site/recording/baked.js";
import { chunk } from "./recordings.mjs";

const base64 = (/** @type {ArrayBufferView} */ { buffer, byteOffset, byteLength }) =>
  Buffer.from(buffer, byteOffset, byteLength).toString("base64");

/** A run as a lesson's file holds it. @param {import("../../site/recording/types.js").Chunk} run */
const packed = (run) => ({
  header: run.header,
  index: base64(run.index),
  misses: base64(missesOf(run)),
  loss: base64(run.loss),
});

const step = (/** @type {Partial<import("../../site/recording/types.js").Step>} */ given) =>
  /** @type {import("../../site/recording/types.js").Step} */ ({
    phase: "forward",
    line: 1,
    ...given,
  });

/** A neuron of one input, trained by its equations, in this many iterations. @param {number} iterations */
function neuron(iterations) {
  const samples = [{ x: [0.5], t: [1] }];
  let [w, b] = [0.1, -0.2];
  const rows = Array.from({ length: iterations }, (_, iteration) => {
    const before = [w, b, 0.5];
    const net = w * 0.5 + b;
    const y = 1 / (1 + Math.exp(-net));
    const delta = (1 - y) * (y * (1 - y));
    w += 0.5 * (delta * 0.5);
    b += 0.5 * delta;
    return { iteration, before, segments: [[0, [1, 0.5, net, y, delta, w, b]]] };
  });
  const steps = [
    step({ sets: "a:1", at: 1, reads: [] }),
    step({ sets: "net:2", at: 2, reads: ["w:2-1", "a:1", "b:2"] }),
    step({ sets: "a:2", at: 3, reads: ["net:2"] }),
    step({ sets: "delta:2", at: 4, reads: ["a:2", "t:2"] }),
    step({ sets: "w:2-1", at: 5, reads: ["w:2-1", "eta", "delta:2", "a:1"] }),
    step({ sets: "b:2", at: 6, reads: ["b:2", "eta", "delta:2"] }),
  ];
  const header = {
    network: {
      layers: [[1], [2]],
      edges: ["2-1"],
      biases: [2],
      activation: "sigmoid",
      symbols: {},
    },
    layouts: [["w:2-1", "b:2", "eta"]],
    patterns: [{ length: 7, steps, also: [["t:2", 0, 0]] }],
    samples,
  };
  return chunk(/** @type {any} */ (rows), /** @type {any} */ (header));
}

test("after the first iteration the forecasts of a program that follows the equations miss nothing but last digits", () => {
  const run = neuron(20);
  const misses = missesOf(run);
  const rows = 20;
  const upper = misses.subarray(misses.length / 8); // all bytes but the lowest of each number
  assert.equal(upper.length, 7 * 10 * rows);
  assert.ok(
    upper.filter(Boolean).length <= 7 * 10,
    "only numbers of the first iteration are given in full",
  );
  assert.deepEqual(unbaked(packed(run)), run);
});

test("numbers that no forecast can be near come back bit for bit", () => {
  const run = neuron(4);
  const odd = [
    Number.NaN,
    -0,
    0,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    5e-324,
    -1.7e308,
  ];
  odd.forEach((value, i) => {
    run.values[4 * i + 1] = value;
  });
  new BigInt64Array(run.values.buffer)[30] = -1n; // a NaN with a sign and all bits
  const { values } = unbaked(packed(run));
  assert.deepEqual(new BigInt64Array(values.buffer), new BigInt64Array(run.values.buffer));
});

test("what an equation gives where the program differs comes back, too", () => {
  const { header } = neuron(1);
  const row = { iteration: 0, before: [0.1, 0.2, 0.5], differs: [[3, 0.25]] };
  const segments = [[0, [1, 0.5, 0.25, 0.56, 0.44, 0.2, 0.3]]];
  const run = chunk(/** @type {any} */ ([{ ...row, segments }]), header);
  assert.deepEqual(unbaked(packed(run)), run);
});
