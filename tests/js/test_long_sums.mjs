// Long sums in an equation are shortened; short ones are not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isLong, longest, shortened } from "../../site/widgets/long_sums.js";

const sum = (/** @type {number} */ count) =>
  Array.from({ length: count }, (_, i) => `«w:9-${i + 1}»·«a:${i + 1}»`).join(" + ");
const more = (/** @type {number} */ count) => `${count} more`;

test("a long sum keeps its first terms, the largest ones and its bias, and says how many more there are", () => {
  const right = `${sum(64)} + «b:9»`;
  const sizes = new Map([
    ["a:20", 5],
    ["a:30", -7],
    ["a:64", 3],
  ]);
  const lookUp = (/** @type {string} */ ref) => sizes.get(ref) ?? 0.1;
  const short = shortened(right, lookUp, more);
  const left = [...short.matchAll(/«a:(\d+)»/g)].map(([, node]) => Number(node));
  assert.deepEqual(left, [1, 2, 3, 20, 30, 64]);
  assert.ok(short.includes("«b:9»") && short.endsWith("\\text{58 more}"), short);
  assert.equal(longest(right), 65);
  assert.ok(isLong(right));
});

test("a sum inside a product is shortened in its place", () => {
  const right = `«a:9»·(1-«a:9»)·(${sum(30)})`;
  const short = shortened(right, () => 1, more);
  assert.ok(short.startsWith("«a:9»·(1-«a:9»)·(«w:9-1»") && short.endsWith(")"), short);
  assert.ok(short.includes("23 more"), short);
});

test("a sum of ten terms is written in full", () => {
  const right = `«a:9»·(${sum(10)})`;
  assert.equal(
    shortened(right, () => 1, more),
    right,
  );
  assert.ok(!isLong(right));
});
