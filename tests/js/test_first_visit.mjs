// The first screen: which addresses show it, the beats that it plays, and where a reader goes on.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { beatsOf } from "../../site/recording/beats.js";
import { createRecording } from "../../site/recording/store.js";
import * as first from "../../site/state/first_visit.js";
import { withTry } from "../../site/state/progress.js";
import { rememberIn } from "../../site/state/storage.js";
import { readState } from "../../site/state/url_state.js";
import { run } from "./recordings.mjs";

/** @type {Map<string, string>} */
const storage = new Map();
Object.defineProperty(globalThis, "navigator", { value: { language: "en-GB" }, writable: true });

beforeEach(() => {
  storage.clear();
  rememberIn({
    getItem: (name) => storage.get(name) ?? null,
    setItem: (name, text) => storage.set(name, text),
    removeItem: (name) => storage.delete(name),
  });
});

test("only an address that names nothing but the language is bare", () => {
  for (const search of ["", "?", "?lang=zh"]) assert.ok(first.isBare(search), search);
  for (const search of ["?lesson=xor", "?step=3", "?lang=en&iteration=4", "?embed=1", "?course=1"])
    assert.ok(!first.isBare(search), search);
  assert.ok(!first.isBare("", "#code=AAAA"));
});

test("the address of a place in the lab is never bare", () => {
  for (const search of ["", "?lang=zh", "?lesson=xor", "?step=3", "?lesson=own"]) {
    const { state } = readState(search);
    const query = first.labAddress(state);
    assert.ok(!first.isBare(query), query);
    assert.deepEqual(readState(query).state, state);
  }
});

test("the first sample is played layer by layer, then the iterations, up to the last", () => {
  const recording = run(5);
  const beats = beatsOf(recording);
  assert.deepEqual(
    beats.slice(0, 4).map(({ kind, position, steps }) => [kind, position.step, steps.length]),
    [
      ["hidden", 0, 1],
      ["output", 1, 1],
      ["delta", 2, 1],
      ["update", 3, 1],
    ],
  );
  const fast = (/** @type {import("../../site/recording/beats.js").Beat[]} */ all) =>
    all.slice(4).map(({ kind, position }) => [kind, position.iteration]);
  assert.deepEqual(fast(beats), [
    ["run", 1],
    ["run", 2],
    ["run", 3],
    ["end", 4],
  ]);
  assert.deepEqual(fast(beatsOf(recording, 2)), [
    ["run", 3],
    ["end", 4],
  ]);
  assert.deepEqual(beatsOf(createRecording()), []);
});

const words = (/** @type {string} */ en) => ({ en, zh: en });
const LESSONS = [
  { id: "neuron", title: words("One neuron"), exercises: ["a", "b"] },
  { id: "xor", title: words("XOR"), exercises: ["c", "d", "e"] },
];

test("a reader goes on in the lesson that was open last", () => {
  assert.equal(first.goOn(LESSONS, {}, "zh"), null);
  first.rememberPlace("?lesson=xor&lang=zh&iteration=64&step=5");
  assert.deepEqual(first.goOn(LESSONS, {}, "zh"), {
    lesson: "xor",
    href: "?lesson=xor&lang=zh&iteration=64&step=5",
    title: words("XOR"),
    exercise: 0,
  });
  assert.equal(first.goOn(LESSONS, {}, "en")?.href, "?lesson=xor&lang=en&iteration=64&step=5");
  let progress = withTry({}, "xor", "c", true);
  progress = withTry(progress, "xor", "d", true);
  assert.deepEqual(first.goOn(LESSONS, progress, "zh"), {
    lesson: "xor",
    href: "?lesson=xor&exercise=e&lang=zh",
    title: words("XOR"),
    exercise: 3,
  });
});

test("after all exercises of a lesson comes the next lesson; a lesson that is gone is no place", () => {
  first.rememberPlace("?lesson=neuron&lang=en");
  const progress = withTry(withTry({}, "neuron", "a", true), "neuron", "b", true);
  assert.equal(first.goOn(LESSONS, progress, "en")?.href, "?lesson=xor&lang=en");
  first.rememberPlace("?lesson=gone");
  assert.equal(first.goOn(LESSONS, progress, "en"), null);
});

test("the tips come once, for a reader who was on the first screen, and end for good", () => {
  assert.equal(first.tipNow(), 0);
  first.beginTips();
  assert.deepEqual(
    [first.tipNow(), first.nextTip(1), first.nextTip(2), first.nextTip(3)],
    [1, 2, 3, 0],
  );
  first.beginTips();
  assert.equal(first.tipNow(), 0);
});
