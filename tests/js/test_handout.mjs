// What stands on a handout, and the differences between two programs that a short link carries.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readAt } from "../../site/recording/scene.js";
import {
  blanksOf,
  generalQuestions,
  linesOf,
  questionsOf,
  workedSteps,
} from "../../site/state/handout.js";
import { changesBetween, withChanges } from "../../site/text/changes.js";
import { packEdit, unpackEdit } from "../../site/text/share.js";
import { run } from "./recordings.mjs";

const PROGRAM = "eta = 0.5\nfor epoch in range(9):\n    a = 1\n    b = 2\nprint(a)\n";

test("changes between two texts lead from one to the other, and leave what both have", () => {
  const pairs = [
    ["a\nb\nc", "a\nx\nc"],
    ["a\nb\nc\nd\ne", "a\nB\nc\nD\ne\nf"],
    ["", PROGRAM],
    [PROGRAM, ""],
    ["a\na\na", "a\na"],
  ];
  for (const [before, after] of pairs)
    assert.equal(withChanges(before, changesBetween(before, after)), after);
  assert.deepEqual(changesBetween("a\nb\nc\nd\ne", "a\nB\nc\nD\ne"), [
    { at: 1, remove: 1, insert: ["B"] },
    { at: 3, remove: 1, insert: ["D"] },
  ]);
  assert.deepEqual(changesBetween(PROGRAM, PROGRAM), []);
});

test("a link to a small edit is short, and brings the edit back", () => {
  const edited = PROGRAM.replace("0.5", "5  # 学习率");
  const packed = packEdit(PROGRAM, edited);
  assert.ok(packed.length < 70, packed);
  assert.equal(unpackEdit(PROGRAM, packed), edited);
  assert.equal(unpackEdit(PROGRAM, `${packed}。`), edited);
});

test("a short link that does not fit the lesson's program is noticed", () => {
  const packed = packEdit(PROGRAM, PROGRAM.replace("0.5", "5"));
  assert.throws(() => unpackEdit(PROGRAM.replace("range(9)", "range(8)"), packed));
  for (let length = 0; length < packed.length; length++)
    assert.throws(() => unpackEdit(PROGRAM, packed.slice(0, length)), String(length));
});

/** @param {string} ref */
const instance = (ref) => ({ [ref]: { arrow: "=", right: `«${ref}»`, words: { en: "", zh: "" } } });

test("a handout works out one sample's pass; what it works out is blank, what is given is not", () => {
  const recording = run(2);
  for (const ref of ["a:2", "a:3", "delta:3", "w:3-2"])
    Object.assign(recording.instances, instance(ref));
  const scene = readAt(recording, { iteration: 0, step: 5 }, 0, "quantity");
  const all = workedSteps(recording, scene);
  assert.deepEqual(
    all.map(({ step, moment }) => [step, moment.step.sets, moment.sample]),
    [
      [4, "a:2", 1],
      [5, "a:3", 1],
      [6, "delta:3", 1],
      [7, "w:3-2", 1],
    ],
  );
  const isBlank = blanksOf(all);
  assert.deepEqual(["a:2", "delta:3", "w:3-2", "a:1", "eta"].map(isBlank), [
    true,
    true,
    false,
    false,
    false,
  ]);
});

test("of a short program all lines are printed, of a long one the training around the step", () => {
  const recording = run(1);
  assert.deepEqual(linesOf(PROGRAM, recording, 3), [1, 5]);
  const long = [...Array(60).fill("x = 1"), "for e in r:", ...Array(30).fill("    y = 2"), "z"];
  const steps = [{ line: 65 }, { line: 80 }];
  const there = /** @type {any} */ ({ patterns: [{ steps }] });
  assert.deepEqual(linesOf(long.join("\n"), there, 70), [61, 91]);
  const [first, last] = linesOf(
    ["for e in r:", ...Array(90).fill("    y = 2")].join("\n"),
    /** @type {any} */ ({ patterns: [{ steps: [{ line: 2 }, { line: 90 }] }] }),
    50,
  );
  assert.ok(first <= 50 && 50 <= last && last - first < 44);
});

test("a number is asked for only where it is not worked out", () => {
  const words = { en: { title: "T", task: "line {line}?" }, zh: { title: "T", task: "?" } };
  const lesson = /** @type {any} */ ({
    exercises: [
      { kind: "predict", line: 4, words },
      { kind: "write", line: 4, words },
    ],
    tries: { en: [{ html: "try" }] },
  });
  assert.deepEqual(questionsOf(lesson, "en", true), ["<strong>T.</strong> line 4?", "try"]);
  assert.deepEqual(questionsOf(lesson, "en", false), ["try"]);
  assert.deepEqual(questionsOf(null, "zh", true), []);
});

test("a run without updates is not asked which weight changes most", () => {
  const set = (/** @type {string} */ phase, /** @type {string} */ sets) => ({
    step: { phase, sets },
  });
  const scene = (/** @type {any[]} */ ...moments) => /** @type {any} */ ({ moments });
  const recording = /** @type {any} */ ({ network: { layers: [[1], [2], [3]] } });
  assert.deepEqual(generalQuestions(scene(set("forward", "a:2")), recording), []);
  const trains = scene(set("backward", "delta:2"), set("update", "w:2-1"));
  assert.deepEqual(generalQuestions(trains, recording), ["largest", "eta", "outputs"]);
});
