// The address: what it can say, what is remembered, what goes into a link.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { readProgress, score, startedOver, withTry } from "../../site/state/progress.js";
import { recall, remember, rememberIn } from "../../site/state/storage.js";
import { keepState, readState, writeState } from "../../site/state/url_state.js";

/** @type {Map<string, string>} */
const storage = new Map();
Object.defineProperty(globalThis, "navigator", { value: { language: "en-GB" }, writable: true });

beforeEach(() => {
  storage.clear();
  globalThis.navigator = /** @type {any} */ ({ language: "en-GB" });
  rememberIn({
    getItem: (name) => storage.get(name) ?? null,
    setItem: (name, text) => storage.set(name, text),
    removeItem: (name) => storage.delete(name),
  });
});

test("without a word in the address", () => {
  const { state, problems } = readState("");
  assert.deepEqual(problems, []);
  assert.deepEqual(state, {
    lesson: "xor",
    program: "program",
    exercise: "",
    lang: "en",
    embed: false,
    present: false,
    wall: "panel-step",
    handout: "",
    teachers: false,
    course: false,
    search: "",
    hide: [],
    iteration: 0,
    step: 0,
    sample: 0,
    log: false,
    names: "course",
    network: "",
    choices: "",
    granularity: "update",
    speed: "normal",
  });
  assert.equal(writeState(state), "");
});

test("an address is read and written back", () => {
  const search =
    "?lesson=own&lang=zh&embed=1&hide=editor,output&iteration=12&step=3&sample=1&log=1&granularity=line";
  const { state, problems } = readState(search);
  assert.deepEqual(problems, []);
  assert.deepEqual(state.hide, ["editor", "output"]);
  assert.equal(state.iteration, 12);
  assert.equal(state.embed, true);
  assert.equal(writeState(state), search);
});

test("a link has what is shared, in full, and nothing of how one reader looks at the page", () => {
  const { state } = readState("?embed=1&present=1&granularity=line&hide=editor");
  assert.equal(
    writeState(state, true),
    "?lesson=xor&program=program&lang=en&hide=editor&iteration=0&step=0&sample=0&log=0",
  );
});

test("what is not understood is reported, and the usual value holds", () => {
  const { state, problems } = readState(
    "?lesson=../etc&lang=fr&hide=editor,nothing&iteration=-1&step=1e3&embed=yes&utm=x",
  );
  assert.deepEqual(state, readState("").state);
  assert.deepEqual(problems.map(({ name, given }) => `${name}=${given}`).sort(), [
    "embed=yes",
    "hide=editor,nothing",
    "iteration=-1",
    "lang=fr",
    "lesson=../etc",
    "step=1e3",
    "utm=x",
  ]);
});

test("the language is that of the browser, of the last visit, of the address, in this order of strength", () => {
  globalThis.navigator = /** @type {any} */ ({ language: "zh-TW" });
  const { state } = readState("");
  assert.equal(state.lang, "zh");
  keepState({ ...state, lang: "en", granularity: "pass" });
  assert.equal(readState("").state.lang, "en");
  assert.equal(readState("").state.granularity, "pass");
  assert.equal(readState("?lang=zh").state.lang, "zh");
});

test("storage that throws is as good as none", () => {
  const refuse = () => {
    throw new Error("not in this frame");
  };
  rememberIn({ getItem: refuse, setItem: refuse, removeItem: refuse });
  remember("lang", "zh");
  assert.equal(recall("lang"), null);
  assert.deepEqual(readProgress(), {});
});

test("null forgets", () => {
  remember("code:xor", "x = 1");
  assert.equal(recall("code:xor"), "x = 1");
  remember("code:xor", null);
  assert.equal(recall("code:xor"), null);
});

test("progress: tries are counted until an exercise is done, and it stays done", () => {
  let progress = withTry({}, "xor", "one", false);
  progress = withTry(progress, "xor", "one", true);
  progress = withTry(progress, "xor", "one", false);
  assert.deepEqual(progress, { xor: { one: { done: true, tries: 2 } } });
  assert.deepEqual(readProgress(), progress);
  assert.equal(score(progress, "xor", ["one", "two"]), 0.5);
  assert.equal(score(progress, "and", []), 0);
  assert.deepEqual(startedOver(progress, "xor"), {});
  assert.deepEqual(readProgress(), {});
});

test("progress that is damaged, or of another version, is none", () => {
  for (const text of ["{", "null", '{"version":2,"lessons":{"xor":{}}}', '{"version":1}']) {
    remember("progress", text);
    assert.deepEqual(readProgress(), {});
  }
});
