// Exercises, the derivation of an update, and files to take away: what needs no page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { notebook, table } from "../../site/actions/export_text.js";
import { readAt } from "../../site/recording/scene.js";
import { newDerivation, pathOf, picked, stagesOf, weightOf } from "../../site/state/derivation.js";
import * as task from "../../site/state/exercise.js";
import { codeKey, exerciseProgram, programsOf } from "../../site/state/lesson_programs.js";
import { run } from "./recordings.mjs";

const words = { title: "", task: "", hints: [], why: "" };

/** @param {Partial<task.Exercise>} given @returns {task.Exercise} */
const exercise = (given) => ({
  id: "one",
  kind: "predict",
  line: null,
  steps: [],
  words: { en: words, zh: words },
  ...given,
});

test("a number is read as people write it", () => {
  const numbers = { "−0.12": -0.12, "０.5": 0.5, "1,5": 1.5, " 2e-3 ": 0.002, "0。5": 0.5 };
  for (const [text, number] of Object.entries(numbers)) assert.equal(task.numberFrom(text), number);
  for (const text of ["", " ", "one", "1.2.3", "-"])
    assert.ok(Number.isNaN(task.numberFrom(text)), text);
});

test("a guess within 5 % is right; of another one it is said how it misses", () => {
  assert.ok(task.isNear(0.951, 1) && task.isNear(-1.049, -1));
  assert.ok(!task.isNear(0.94, 1) && !task.isNear(1, -1));
  assert.deepEqual(
    [task.missOf(-1, 1), task.missOf(2, 1), task.missOf(-0.5, -1)],
    ["sign", "large", "small"],
  );
});

test("an exercise that asks for a number stops at its step and hides that number alone", () => {
  const recording = run(2);
  const asks = exercise({ steps: ["delta:3/1", "a:2"] });
  const attempt = task.newAttempt();
  const asked = task.askedStep(recording, asks, attempt);
  assert.deepEqual(asked, { iteration: 0, step: 6 });
  assert.deepEqual(task.askedStep(recording, asks, { ...attempt, pick: 1 }), {
    iteration: 0,
    step: 0,
  });
  assert.equal(task.askedStep(recording, exercise({ steps: ["a:9"] }), attempt), null);
  assert.equal(task.askedValue(recording, { iteration: 0, step: 6 }), 0.12);
  assert.deepEqual(task.limitedTo({ iteration: 1, step: 0 }, asked), asked);
  assert.deepEqual(task.limitedTo({ iteration: 0, step: 5 }, asked), { iteration: 0, step: 5 });
  assert.deepEqual(task.limitedTo({ iteration: 1, step: 0 }, null), { iteration: 1, step: 0 });
  const scene = readAt(recording, { iteration: 0, step: 6 }, 0, "quantity");
  const { state } = task.withoutAskedValue(recording, scene);
  assert.ok(scene.state.has("delta:3") && scene.state.has("delta:3/1"));
  assert.ok(!state.has("delta:3") && !state.has("delta:3/1"));
  assert.ok(state.has("delta:3/0") && state.has("a:3"));
});

test("an exercise is open, solved, or was shown", () => {
  const attempt = task.newAttempt();
  /** @param {Partial<task.Verdict>} given @returns {task.Verdict} */
  const verdict = (given) => ({
    solved: false,
    reason: "differs",
    equation: null,
    ref: null,
    line: null,
    ...given,
  });
  const write = exercise({ kind: "write", line: 3 });
  assert.equal(task.stateOf(write, attempt), "open");
  assert.equal(task.stateOf(write, { ...attempt, verdict: verdict({ solved: true }) }), "solved");
  assert.equal(task.stateOf(write, { ...attempt, answer: "right" }), "open"); // only a run decides
  assert.equal(task.stateOf(exercise({}), { ...attempt, answer: "right" }), "solved");
  assert.equal(task.stateOf(exercise({}), { ...attempt, answer: "shown" }), "shown");
  assert.ok(task.isSearching(exercise({ kind: "find" }), attempt));
  assert.ok(!task.isSearching(write, attempt));
});

test("an exercise begins at the step it is about", () => {
  const recording = run(1);
  const attempt = task.newAttempt();
  const start = (/** @type {Partial<task.Exercise>} */ given) =>
    task.startOf(recording, exercise(given), attempt).step;
  assert.equal(start({ kind: "write", line: 20 }), 2);
  assert.equal(start({ kind: "write", line: 99 }), 0);
  assert.equal(start({ kind: "find", line: 20 }), 0); // or it would tell the line
  assert.equal(start({ kind: "predict", steps: ["w:3-2"] }), 3);
});

test("a lesson's programs, and where edits of them are kept", () => {
  /** @type {any} */
  const lesson = { title: { en: "XOR" }, program: "x", baked: {}, variants: [{ id: "tanh" }] };
  assert.deepEqual(
    programsOf(lesson).map(({ id }) => id),
    ["program", "tanh"],
  );
  assert.equal(exerciseProgram(lesson, exercise({}), {}).program, "x");
  const given = { one: { program: "y", baked: /** @type {any} */ ({}) } };
  assert.equal(exerciseProgram(lesson, exercise({}), given).program, "y");
  assert.equal(codeKey("xor", "program"), "code:xor");
  assert.equal(codeKey("xor", "exercises/one"), "code:xor/exercises/one");
});

// ---- The derivation of an update

const NETWORK = {
  layers: [[1, 2], [3, 4], [5]],
  edges: ["3-1", "3-2", "4-1", "4-2", "5-3", "5-4"],
  biases: [],
  activation: "sigmoid",
  symbols: {},
};

test("a weight reaches the error through every node behind it", () => {
  assert.deepEqual(pathOf(NETWORK, "3-1"), ["w:3-1", "a:3", "w:5-3", "a:5"]);
  assert.deepEqual(pathOf(NETWORK, "5-4"), ["w:5-4", "a:5"]);
  assert.equal(weightOf(NETWORK, ["w:4-2"]), "4-2");
  assert.equal(weightOf(NETWORK, ["a:5", "delta:5"]), "5-3");
  assert.equal(weightOf(NETWORK, []), undefined);
});

test("each stage of a derivation has one right option, but the first has none to pick", () => {
  for (const edge of NETWORK.edges) {
    const [first, ...stages] = stagesOf(NETWORK, edge);
    assert.deepEqual(first.options, []);
    for (const { id, options } of stages)
      assert.equal(options.filter(({ isRight }) => isRight).length, 1, `${edge} ${id}`);
    assert.deepEqual(stages.at(-1)?.rows.at(-1), { id: "4.5", ref: `w:${edge}` });
  }
});

test("a second wrong pick shows the answer and goes on", () => {
  const stages = stagesOf(NETWORK, "5-3");
  const [right, wrong] = [true, false].map(
    (is) => /** @type {any} */ (stages[1].options.find(({ isRight }) => !!isRight === is)),
  );
  const start = newDerivation("5-3");
  assert.deepEqual(picked(start, stages[1], right), { ...start, done: 1 });
  const once = picked(start, stages[1], wrong);
  assert.deepEqual(once, { ...start, misses: 1, said: wrong.name });
  const twice = picked(once, stages[1], wrong);
  assert.deepEqual(twice, { ...start, done: 1, shown: [stages[1].id] });
});

// ---- Files

test("a notebook has the program in one cell, line by line", () => {
  const { cells, nbformat } = JSON.parse(notebook("XOR", "a = 1\nb = 2\n"));
  assert.equal(nbformat, 4);
  assert.deepEqual(cells[0].source, ["# XOR"]);
  assert.deepEqual(cells[1].source, ["a = 1\n", "b = 2\n"]);
});

test("a table has a row for each step of the iteration, with all digits", () => {
  const recording = run(2);
  const rows = table(recording, readAt(recording, { iteration: 1, step: 0 }, 0, "quantity"))
    .trimEnd()
    .split("\r\n");
  assert.equal(rows.length, 9);
  assert.equal(rows[0], "iteration,step,line,phase,equation,sample,quantity,value");
  assert.equal(rows[6], "1,5,11,forward,3.3,1,a:3,1.11");
});

test("an exercise that asks what differs hides findings, verdict and needle", () => {
  const needle = /** @type {const} */ ({ angles: [38], largest: 38, direction: "downhill" });
  const judged = { ...run(2), judgement: { layers: [], error: null, passes: 1, needle } };
  const hidden = task.recordingWithoutChecks(judged);
  assert.deepEqual([hidden.findings, hidden.differing, hidden.judgement], [[], [], null]);
});
