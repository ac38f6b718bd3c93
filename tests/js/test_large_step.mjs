// A step through a large network: what it has to do is counted, for it must be drawn within a frame.

import assert from "node:assert/strict";
import { test } from "node:test";
import { linesOf } from "../../site/recording/lines_of.js";
import { move } from "../../site/recording/navigate.js";
import { readAt } from "../../site/recording/scene.js";
import { Numbering } from "../../site/recording/state.js";
import { changesOf } from "../../site/recording/state_at.js";
import { append, createRecording } from "../../site/recording/store.js";
import { summaryOf } from "../../site/state/summary.js";
import { chunk } from "./recordings.mjs";

const WEIGHTS = 23_520;
const refs = Array.from(
  { length: WEIGHTS },
  (_, i) => `w:${785 + Math.floor(i / 784)}-${1 + (i % 784)}`,
);

/** One batch after the other: an update of each weight, to its number plus a thousandth of its place. */
function large() {
  const step = {
    line: 9,
    phase: "update",
    equation: "4.5",
    instance: null,
    reads: [],
    checked: true,
  };
  const steps = /** @type {import("../../site/recording/types.js").Step[]} */ (
    refs.map((sets, at) => ({ ...step, sets, at }))
  );
  const recording = createRecording();
  const iterations = [0, 1].map((k) => ({
    iteration: k,
    before: refs.map((_, i) => k + i),
    segments: /** @type {[number, number[]][]} */ ([[-1, refs.map((_, i) => k + i * 1.001)]]),
  }));
  const patterns = [{ length: WEIGHTS, steps, also: [] }];
  append(recording, chunk(iterations, { patterns, layouts: [refs], samples: [], iterations: 2 }));
  return recording;
}

test("an update of all weights makes rows of the few that are told, and looks up no weight by its name", (t) => {
  const recording = large();
  const last = { iteration: 1, step: WEIGHTS - 1 };
  const from = move(recording, { iteration: 0, step: WEIGHTS - 1 }, "pass", 1);
  assert.deepEqual(from, last);
  changesOf(recording, 1, refs.slice(0, 784)); // each ref gets its number once
  readAt(recording, last, -1, "pass");
  const looked = t.mock.method(Numbering.prototype, "find");
  const numbered = t.mock.method(Numbering.prototype, "of");
  const into = refs.slice(784, 2 * 784);
  const scene = readAt(recording, last, -1, "pass");
  const summary = summaryOf(recording, scene, "pass");
  const changes = changesOf(recording, 1, into);
  const list = scene.state.list(into);
  assert.equal(looked.mock.callCount(), 0);
  assert.equal(numbered.mock.callCount(), into.length); // a list asks once, for its own refs
  assert.equal(summary?.last.count, WEIGHTS);
  assert.deepEqual(
    summary?.last.rows.map(({ ref }) => ref),
    refs.slice(-4).reverse(),
  );
  assert.ok(Math.abs(Number(changes[0]) - 0.784) < 1e-9);
  assert.equal(list[1], 1 + 785 * 1.001);
});

test("numbers that a step leaves as they are stay the same array, so that no picture of them is compared", () => {
  const recording = large();
  const [first, second] = [refs.slice(0, 784), refs.slice(784, 2 * 784)];
  const at = (/** @type {number} */ step) =>
    readAt(recording, { iteration: 0, step }, -1, "quantity");
  const [before, after] = [at(100).state, at(101).state];
  const lists = [before.list(first), before.list(second)];
  assert.equal(after.list(second), lists[1]);
  assert.notEqual(after.list(first), lists[0]);
  assert.notDeepEqual(after.list(first), lists[0]);
});

test("the lines of a quantity are found without going through the steps again", () => {
  const recording = large();
  linesOf(recording, [refs[0]]);
  for (const step of recording.patterns[0].steps)
    Object.defineProperty(step, "reads", { get: () => assert.fail("gone through again") });
  assert.deepEqual(linesOf(recording, [refs[5]]), {
    set: [{ line: 9, equation: "4.5" }],
    read: [],
  });
});
