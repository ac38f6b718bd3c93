// The lines that set and read a quantity.

import assert from "node:assert/strict";
import { test } from "node:test";
import { linesOf } from "../../site/recording/lines_of.js";
import { run } from "./recordings.mjs";

test("each line once, with its equation", () => {
  const recording = run(3);
  assert.deepEqual(linesOf(recording, ["delta:3/1"]), {
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
