// The page tells when it has settled: when nothing waits any longer, not each time that something is done.

import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, end } from "../../site/state/settled.js";

test("the number grows once all that waited is done", () => {
  const dataset = /** @type {Record<string, string>} */ ({});
  Object.assign(globalThis, { document: { documentElement: { dataset } } });
  begin("drawing");
  begin("scrolling");
  begin("drawing"); // asked for again before it was done
  end("drawing");
  assert.deepEqual(dataset, { settling: "" });
  end("scrolling");
  assert.deepEqual(dataset, { settled: "1" });
  end("scrolling");
  assert.deepEqual(dataset, { settled: "1" });
  begin("drawing");
  assert.deepEqual(dataset, { settling: "", settled: "1" });
  end("drawing");
  assert.deepEqual(dataset, { settled: "2" });
});
