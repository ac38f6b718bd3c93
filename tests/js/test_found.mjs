// Your own program: which quantities a row stands for, the step it leads to, columns in bytes, and what counts for the score.

import assert from "node:assert/strict";
import { test } from "node:test";
import { wholeScore } from "../../site/integrations/score.js";
import { litRefsOf, refsOf, rowsSetBy, stepOf } from "../../site/recording/found.js";
import { APOSTROPHE, inOwnNames, ownSymbol } from "../../site/recording/own_names.js";
import { indexOfColumn } from "../../site/text/columns.js";

const NETWORK = {
  layers: [[1, 2], [3, 4], [5]],
  edges: ["3-1", "3-2", "4-1", "4-2", "5-3", "5-4"],
};

const row = (quantity, layer, nodes, line = 1) => ({
  quantity,
  layer,
  nodes,
  line,
  end_line: line,
});

const moment = (sets, line, sample = -1) => ({ step: { sets, line }, sample });

test("a row of numbers of nodes stands for those", () => {
  assert.deepEqual(refsOf(NETWORK, row("input", 0, [1, 2])), ["a:1", "a:2"]);
  assert.deepEqual(refsOf(NETWORK, row("target", 2, [5])), ["t:5"]);
  assert.deepEqual(refsOf(NETWORK, row("delta", 1, [3])), ["delta:3"]);
  assert.deepEqual(refsOf(NETWORK, row("b", 1, [3, 4])), ["b:3", "b:4"]);
  assert.deepEqual(refsOf(NETWORK, row("eta", 0, [])), ["eta"]);
});

test("a row of weights stands for the connections into its nodes", () => {
  assert.deepEqual(refsOf(NETWORK, row("w", 2, [5])), ["w:5-3", "w:5-4"]);
  assert.deepEqual(refsOf(NETWORK, row("w", 1, [4])), ["w:4-1", "w:4-2"]);
});

test("a row of weights that names both ends stands for the connections between them", () => {
  assert.deepEqual(refsOf(NETWORK, row("w", 2, [5, 3])), ["w:5-3"]);
});

test("a target lights its node too, weights only their connections", () => {
  assert.deepEqual(litRefsOf(NETWORK, row("target", 2, [5])), ["t:5", "a:5"]);
  assert.deepEqual(litRefsOf(NETWORK, row("w", 2, [5])), ["w:5-3", "w:5-4"]);
});

test("a step belongs to the row at its line, else to every row of the quantity", () => {
  const rows = [row("a", 1, [3], 7), row("a", 1, [3, 4], 9), row("delta", 1, [3], 7)];
  assert.deepEqual(rowsSetBy(NETWORK, rows, { sets: "a:3", line: 9 }), [1]);
  assert.deepEqual(rowsSetBy(NETWORK, rows, { sets: "a:3/2", line: 20 }), [0, 1]);
  assert.deepEqual(rowsSetBy(NETWORK, rows, { sets: "net:3", line: 7 }), []);
});

test("a row leads to the step of this sample at its line, else to the nearest to that", () => {
  const moments = [moment("a:3", 7, 0), moment("delta:3", 8, 0), moment("delta:3", 9, 1)];
  assert.equal(stepOf(NETWORK, row("delta", 1, [3], 9), moments, 1), 2);
  assert.equal(stepOf(NETWORK, row("delta", 1, [3], 9), moments, 0), 1);
  assert.equal(stepOf(NETWORK, row("delta", 1, [3], 9), moments, 5), 2);
  assert.equal(stepOf(NETWORK, row("w", 1, [3], 9), moments, 0), -1);
});

test("a column counts bytes of UTF-8", () => {
  assert.equal(indexOfColumn("w = 1", 2), 2);
  assert.equal(indexOfColumn("权重 = 误差 * η", 6), 2);
  assert.equal(indexOfColumn("δ = a", 3), 2);
  assert.equal(indexOfColumn("x", 9), 1);
});

test("a program of the reader's own does not count for the score", () => {
  const lessons = [{ id: "xor", exercises: ["one"] }, { id: "own" }];
  const progress = { xor: { one: { done: true, tries: 1 } } };
  assert.equal(wholeScore(lessons, progress), 1);
});

const NAMED = (more) => ({
  before: "dZ2[0, ",
  after: "]",
  rows: 4,
  sign: 1,
  shared: false,
  ...more,
});

test("a name of one's own has the row of the sample", () => {
  const usual = { tex: "\\delta_{5}", text: "δ₅" };
  assert.equal(ownSymbol(NAMED(), usual, "delta:5", -1, 3).text, "dZ2[0, 3]");
  assert.equal(ownSymbol(NAMED(), usual, "delta:5", 6, 3).text, "dZ2[0, 2]");
  assert.equal(ownSymbol(NAMED({ sign: -1 }), usual, "delta:5", 1, 3).text, "−dZ2[0, 1]");
  assert.match(ownSymbol(NAMED({ sign: -1 }), usual, "delta:5", 1, 3).tex, /^-\\text\{dZ2/);
});

test("a name that several nodes share has the node's number", () => {
  const name = { before: "neuron['d_1']", after: "", rows: 0, sign: 1, shared: true };
  const { tex, text } = ownSymbol(name, { tex: "w_{5,12}", text: "w₍5,12₎" }, "w:5-12", -1, 0);
  assert.equal(text, "neuron['d_1']₍5,12₎");
  assert.equal(tex, `\\text{neuron[${APOSTROPHE}d\\_1${APOSTROPHE}]}_{5,12}`);
  const other = ownSymbol(
    { ...name, shared: false },
    { tex: "\\delta_{3}", text: "δ₃" },
    "delta:3",
    2,
    0,
  );
  assert.equal(other.text, "neuron['d_1'] (3)");
});

test("a recording without a program of one's own keeps its symbols", () => {
  const recording = { network: NETWORK, found: null };
  assert.equal(inOwnNames(recording, 0), recording);
});
