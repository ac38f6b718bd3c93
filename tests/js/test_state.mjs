// A state in two layers: what the next one sets does not show in it, however much that is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { State } from "../../site/recording/state.js";

test("a copy is set without a change to what it was copied from, also when its upper layer is laid down", () => {
  const first = new State(new Map([["w:1-0", 1]]));
  /** @type {State[]} */
  const states = [first];
  for (let i = 0; i < 1200; i++) {
    const next = /** @type {State} */ (states.at(-1)).copy();
    next.set(`w:1-${i}`, i + 0.5);
    states.push(next);
  }
  assert.deepEqual([...first], [["w:1-0", 1]]);
  states.forEach((state, i) => {
    assert.equal(state.get(`w:1-${i - 1}`), i ? i - 0.5 : undefined);
    assert.equal(state.has(`w:1-${i}`), i === 0);
  });
  assert.equal([...states[1200]].length, 1200);
});

test("a list of refs is the same array until one of them is set", () => {
  const refs = ["w:1-0", "w:1-1"];
  const first = new State(new Map([["w:1-0", 1]]));
  const values = first.list(refs);
  assert.deepEqual(values, [1, undefined]);
  const next = first.copy();
  next.set("a:1", 3);
  assert.equal(next.list(refs), values);
  next.set("w:1-1", 2);
  assert.deepEqual(next.list(refs), [1, 2]);
  assert.equal(first.list(refs), values);
});

test("what an exercise asks for is left out of a state", () => {
  const state = new State(new Map([["a:1", 1]]));
  state.set("a:2", 2);
  assert.deepEqual([...state.without(["a:1", "a:2/0"])], [["a:2", 2]]);
  assert.equal(state.get("a:1"), 1);
});
