// A state: values by ref, in arrays.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Numbering, State } from "../../site/recording/state.js";
import { stateWith } from "./recordings.mjs";

test("a state has what was set, of a sample and of the one shown, and nothing else", () => {
  const state = stateWith({ "w:3-2": 0.5, eta: 0, "a:3": Number.NaN, "a:3/1": 7 });
  assert.equal(state.get("w:3-2"), 0.5);
  assert.equal(state.get("eta"), 0);
  assert.ok(state.has("a:3") && Number.isNaN(state.get("a:3")));
  assert.equal(state.get("a:3/1"), 7);
  for (const ref of ["w:3-1", "w:3-2/1", "a:3/0", "a:2", "a:2/1"]) {
    assert.equal(state.get(ref), undefined, ref);
    assert.equal(state.has(ref), false, ref);
  }
  assert.deepEqual(
    [...state],
    [
      ["w:3-2", 0.5],
      ["eta", 0],
      ["a:3", Number.NaN],
      ["a:3/1", 7],
    ],
  );
});

test("a list has the values of its refs in order, of the sample shown or of another", () => {
  const state = stateWith({ "w:3-2": 1, "a:3": 2, "a:3/4": 3 });
  const refs = ["a:3", "w:3-2", "a:9"];
  assert.deepEqual(state.list(refs), [2, 1, undefined]);
  assert.deepEqual(state.list(refs, 4), [3, 1, undefined]);
  assert.deepEqual(state.list(refs, 5), [undefined, 1, undefined]);
});

test("a ref that comes later in the run is unknown in an earlier state", () => {
  const numbering = new Numbering();
  const early = stateWith({ "w:3-2": 1 }, numbering);
  const late = stateWith({ "w:3-2": 2, "w:3-1": 4, "a:3": 5 }, numbering);
  assert.deepEqual(early.list(["w:3-1", "a:3"]), [undefined, undefined]);
  assert.deepEqual(late.list(["w:3-1", "a:3"]), [4, 5]);
  assert.deepEqual([...early], [["w:3-2", 1]]);
});

test("what an exercise asks for is left out of a state", () => {
  const state = stateWith({ "a:1": 1, "a:1/2": 1, "a:2": 2 });
  assert.deepEqual([...state.without(["a:1", "a:1/2", "a:7"])], [["a:2", 2]]);
  assert.equal(state.get("a:1"), 1);
  assert.deepEqual([...new State(state.numbering).without(["a:1"])], []);
});
