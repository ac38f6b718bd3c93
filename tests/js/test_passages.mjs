// Which passage is open, where its place is in another run, the changes of "Do it for me", and what a coarse step has set.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readAt } from "../../site/recording/scene.js";
import { linesWritten, openPassage, positionOf } from "../../site/state/passages.js";
import { summaryOf } from "../../site/state/summary.js";
import { withChanges } from "../../site/text/changes.js";
import { run } from "./recordings.mjs";

/** @param {number} iteration @param {number} step @param {string} sets @param {number} sample */
const place = (iteration, step, sets, sample, program = "program") => ({
  program,
  iteration,
  step,
  sets,
  sample,
  shows: [],
});

const PLACES = {
  a: place(0, 1, "a:3", 0),
  b: place(0, 6, "delta:3", 1),
  c: place(2, 0, "a:2", 0),
  d: place(0, 0, "a:2", 0, "other"),
};
const words = { en: "", zh: "" };
const lesson = /** @type {any} */ ({
  passages: Object.keys(PLACES).map((name) => ({ place: name, title: words, html: words })),
  places: PLACES,
});

test("the passage whose place was reached last is open", () => {
  const recording = run(4);
  const open = (/** @type {number} */ iteration, /** @type {number} */ step) =>
    openPassage(lesson, "program", recording, { iteration, step });
  assert.deepEqual(
    [open(0, 0), open(0, 1), open(0, 5), open(0, 6), open(1, 7), open(2, 0), open(3, 7)],
    [0, 0, 0, 1, 1, 2, 2],
  );
  assert.equal(openPassage(lesson, "other", recording, { iteration: 3, step: 0 }), 3);
  assert.equal(openPassage(lesson, "third", recording, { iteration: 0, step: 0 }), -1);
});

test("in a run of another text the place is where the same quantity of the same sample is set", () => {
  const recording = run(4);
  assert.deepEqual(positionOf(recording, PLACES.b), { iteration: 0, step: 6 });
  assert.deepEqual(positionOf(recording, { ...PLACES.b, step: 2 }), { iteration: 0, step: 6 });
  assert.equal(positionOf(recording, { ...PLACES.b, iteration: 99 }), null, "beyond the run");
  assert.equal(positionOf(recording, { ...PLACES.b, sets: "delta:9" }), null);
});

test("an edit changes lines, and the lines that it wrote are known", () => {
  const changes = [
    { at: 0, remove: 1, insert: ["x", "y"] },
    { at: 2, remove: 1, insert: [] },
    { at: 3, remove: 0, insert: ["z"] },
  ];
  assert.equal(withChanges("a\nb\nc\nd", changes), "x\ny\nb\nz\nd");
  assert.deepEqual(linesWritten(changes), [1, 2, 3, 4]);
});

/** @param {number} iteration @param {number} step @param {import("../../site/recording/types.js").Granularity} size */
function summary(iteration, step, size) {
  const recording = run(4);
  return summaryOf(recording, readAt(recording, { iteration, step }, 0, size), size);
}

test("a step over one quantity has no summary", () => {
  assert.equal(summary(0, 1, "quantity"), null);
  assert.equal(summary(0, 2, "pass"), null, "the pass has one delta only");
});

test("a pass and a sample tell what they set", () => {
  assert.deepEqual(
    summary(0, 1, "pass")?.last.rows.map(({ ref, value }) => [ref, value]),
    [
      ["a:3/0", 0.01],
      ["a:2/0", 0],
    ],
  );
  const sample = summary(0, 3, "sample");
  assert.deepEqual(Object.keys(sample?.by ?? {}).sort(), ["backward", "forward", "update"]);
  assert.deepEqual(
    sample?.last.rows.map(({ ref, value, was }) => [ref, value, was]),
    [["w:3-2", 0.03, 0.99]],
  );
  for (const ref of ["a:2", "a:3", "delta:3", "w:3-2"]) assert.ok(sample?.set.has(ref), ref);
  assert.ok(!sample?.set.has("a:1") && !sample?.set.has("a:3/1"));
});

test("a step over an iteration compares with the one before", () => {
  const whole = summary(2, 7, "iteration");
  assert.deepEqual(whole?.error, [1 / 2, 1 / 3]);
  assert.deepEqual(
    whole?.last.rows.map(({ ref, value, was }) => [ref, value, was]),
    [["w:3-2", 2.13, 1.13]],
  );
});
