// The square in which a digit is drawn.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BLANK, moved, SIDE, withStroke } from "../../site/state/strokes.js";

/** @param {string} bits */
const inked = (bits) =>
  [...bits].flatMap((bit, i) => (bit === "1" ? [[i % SIDE, Math.floor(i / SIDE)]] : []));

test("a dot is nine cells around the pen, a stroke is three cells wide and has no gap", () => {
  const dot = inked(withStroke(BLANK, [10.5, 5.5], [10.5, 5.5]));
  assert.equal(dot.length, 9);
  assert.ok(dot.every(([x, y]) => Math.abs(x - 10) <= 1 && Math.abs(y - 5) <= 1));
  const stroke = withStroke(BLANK, [4.5, 5.5], [20.5, 5.5]);
  for (let x = 4; x <= 20; x++)
    assert.equal(inked(stroke).filter(([column]) => column === x).length, 3);
});

test("strokes add up, and beyond the edge nothing is painted", () => {
  const one = withStroke(BLANK, [2, 2], [2, 30]);
  const two = withStroke(one, [-40, 16], [40, 16]);
  assert.equal(two.length, SIDE * SIDE);
  assert.ok([...one].every((bit, i) => bit === "0" || two[i] === "1"));
  assert.ok(inked(two).length > inked(one).length + 2 * SIDE);
});

test("the pen of the keyboard stays in the square", () => {
  assert.deepEqual(moved([0.5, 4.5], [-4, 1]), [0.5, 5.5]);
  assert.deepEqual(moved([31.5, 31.5], [1, 4]), [31.5, 31.5]);
});
