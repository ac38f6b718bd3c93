// The quantities that places of a program stand for.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parser } from "@lezer/python";
import { refsOfSymbol, symbolsIn } from "../../site/recording/code_symbols.js";
import { run } from "./recordings.mjs";

const name = (/** @type {any} */ given) => ({
  items: 0,
  layer: null,
  node: null,
  walks: false,
  ...given,
});
const NAMES = {
  w: name({ quantity: "w", items: 2 }),
  a: name({ quantity: "a", items: 1 }),
  y: name({ quantity: "a", node: "output" }),
  l2: name({ quantity: "delta", layer: "last" }),
  z: name({ quantity: "a", walks: true }),
};

/** The text of each symbol of a program, followed by its refs. @param {string} text @param {any} [now] the step that is shown */
function told(text, now) {
  const recording = run(1);
  const { symbols } = /** @type {any} */ (recording.network);
  for (const ref of ["w:2-1", "w:3-2", "a:1", "a:2", "a:3", "delta:2", "delta:3"])
    symbols[ref] = { tex: ref, text: ref };
  recording.patterns[0].steps[1].reads.push("a:2", "w:3-2"); // line 11 sets a:3
  return symbolsIn(text, parser.parse(text), NAMES).map((one) => [
    text.slice(one.from, one.to),
    ...refsOfSymbol(recording, one, one.line, now),
  ]);
}
const atLine = (/** @type {number} */ line, /** @type {string} */ text) =>
  "\n".repeat(line - 1) + text;

test("an item whose indices are numbers is one quantity", () => {
  assert.deepEqual(told("w[3, 2] = a[1]"), [
    ["w[3, 2]", "w:3-2"],
    ["a[1]", "a:1"],
  ]);
  assert.deepEqual(told("self.w[3][2]"), [["self.w[3][2]", "w:3-2"]]);
});

test("without numbers it is what the line's steps set, left of =, or read", () => {
  assert.deepEqual(told(atLine(11, "a[j] = a[i] * w[j, i]")), [
    ["a[j]", "a:3"],
    ["a[i]", "a:2"],
    ["w[j, i]", "w:3-2"],
  ]);
});

test("at the line of the step that is shown it is what this step sets and reads", () => {
  const now = { line: 11, sets: "a:2", reads: ["a:1"] };
  assert.deepEqual(told(atLine(11, "a[j] = a[i]"), now), [
    ["a[j]", "a:2"],
    ["a[i]", "a:1"],
  ]);
});

test("where the line has no step it is all that the name can mean", () => {
  assert.deepEqual(told("print(y, l2, w[j, i])"), [
    ["y", "a:3"],
    ["l2", "delta:3"],
    ["w[j, i]", "w:2-1", "w:3-2"],
  ]);
});

test("an argument of a function, and the array of one layer after the other, are told by steps alone", () => {
  assert.deepEqual(told("def slope(y):\n    return y * (1 - y)"), [["y"], ["y"]]);
  assert.deepEqual(told("print(z)"), [["z"]]);
});

test("comments, texts, and a variable without its indices are none", () => {
  assert.deepEqual(told('# y\nprint("y", w)\nf = x.shape'), []);
});

test("the steps of a run are gone through once, whatever step is shown", () => {
  const recording = run(1);
  const step = recording.patterns[0].steps[1];
  let asked = 0;
  Object.defineProperty(step, "reads", {
    get: () => {
      asked++;
      return ["a:2"];
    },
  });
  const text = atLine(step.line, "x = a[j] + a[2]");
  const places = symbolsIn(text, parser.parse(text), NAMES);
  for (let i = 0; i < 3; i++)
    assert.deepEqual(
      places.map((one) => refsOfSymbol(recording, one, one.line, undefined)),
      [["a:2"], ["a:2"]],
    );
  assert.equal(asked, 1);
});

test("what a place stands for at all steps is looked up once, and again when more of the run has come", () => {
  const recording = run(1);
  const [place] = symbolsIn(atLine(11, "z = 1"), parser.parse(atLine(11, "z = 1")), NAMES);
  const refs = () => refsOfSymbol(recording, place, 11, undefined);
  assert.deepEqual(refs(), ["a:3"]);
  assert.equal(refs(), refs());
  recording.patterns.push({
    ...recording.patterns[0],
    steps: [{ ...recording.patterns[0].steps[1], sets: "a:4" }],
  });
  assert.deepEqual(refs(), ["a:3", "a:4"]);
});
