// The lines that set and read a quantity.

import assert from "node:assert/strict";
import { test } from "node:test";
import { linesOf } from "../../site/recording/lines_of.js";
import { run } from "./recordings.mjs";

test("each line once, with its equation", () => {
  const recording = run(3);
  assert.deepEqual(linesOf(run(3), ["delta:3/1"]), {
    set: [{ line: 20, equation: "4.1" }],
    read: [],
  });
  recording.patterns[0].steps[3].reads.push("delta:3");
  recording.patterns[0].steps[1].reads.push("delta:3");
  assert.deepEqual(linesOf(recording, ["delta:3"]).read, [11, 30]);
  assert.deepEqual(linesOf(recording, ["b:9"]), { set: [], read: [] });
  assert.deepEqual(
    linesOf(recording, ["a:2", "a:3"]).set.map(({ line }) => line),
    [10, 11],
  );
});

test("a quantity is looked for once, until the run has brought new steps", () => {
  const recording = run(2);
  const first = linesOf(recording, ["delta:3"]);
  assert.equal(linesOf(recording, ["delta:3/1"]), first);
  const [{ steps }] = recording.patterns;
  recording.patterns.push({ length: 1, also: [], steps: [{ ...steps[2], line: 40, at: 0 }] });
  assert.deepEqual(
    linesOf(recording, ["delta:3"]).set.map(({ line }) => line),
    [20, 40],
  );
});
