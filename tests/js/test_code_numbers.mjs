// Numbers that can be dragged in the code, and the label of the run before.

import assert from "node:assert/strict";
import { test } from "node:test";
import { moved, numberIn } from "../../site/text/code_numbers.js";
import { whatChanged } from "../../site/text/what_changed.js";

/** The line after its number has moved. @param {string} line @param {number} steps */
function after(line, steps) {
  const number = numberIn(line);
  if (!number) return null;
  const { from, to } = number;
  return line.slice(0, from) + moved(line.slice(from, to), number, steps) + line.slice(to);
}

test("constants, seeds and passes move by a step of their size", () => {
  assert.equal(after("eta = 0.5  # the learning rate", 2), "eta = 0.7  # the learning rate");
  assert.equal(after("lr=0.05", -1), "lr=0.04");
  assert.equal(after("random.seed(211)", 3), "random.seed(214)");
  assert.equal(after("rng = np.random.default_rng(7)", -9), "rng = np.random.default_rng(0)");
  assert.equal(after("for epoch in range(4000):", -5), "for epoch in range(3500):");
  assert.equal(after("    for _ in range(30):", -40), "    for _ in range(1):");
  assert.equal(after("w = -2", 3), "w = 1");
  assert.equal(after("eta = 0.1", -5), "eta = 0.1"); // a rate does not become 0 by an accident of the hand
});

test("other numbers stay as they are", () => {
  for (const line of [
    "    error = 0",
    "y = 1 / (1 + x)",
    "a[1] = 2",
    "x = 1e-3",
    "for i in inputs:",
    "# eta = 0.5",
    "",
  ])
    assert.equal(numberIn(line), null, line);
});

test("the run before is named by the one value that was changed", () => {
  const program =
    "eta = 0.5  # rate\nrandom.seed(211)\nfor epoch in range(4000):\n    y = f(a) * w[8, j] + long_name * another";
  const changed = (/** @type {string} */ from, /** @type {string} */ to) =>
    whatChanged(program, program.replace(from, to));
  assert.deepEqual(changed("0.5", "2"), { kind: "value", text: "eta 0.5" });
  assert.deepEqual(changed("211", "7"), { kind: "value", text: "seed(211)" });
  assert.deepEqual(changed("4000", "30"), { kind: "value", text: "range(4000)" });
  assert.deepEqual(changed("* w[8, j] ", ""), { kind: "line", line: 4 });
  assert.deepEqual(whatChanged(program, `${program}\n`), { kind: "more" });
  assert.deepEqual(whatChanged(program, program.replace("0.5", "1").replace("211", "1")), {
    kind: "more",
  });
});
