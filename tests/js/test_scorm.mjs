// A course's own system that fails in parts: scorm-again as the system, with faults put in front of it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";
import { connect } from "../../site/integrations/scorm.js";
import { packCode } from "../../site/text/share.js";

const TEXT = readFileSync("node_modules/scorm-again/dist/scorm12.js", "utf8");

/**
 * One stay: the system with what an earlier stay left, and functions that stand in front of its own.
 * @param {Record<string, string>} before @param {Record<string, (own: Function, ...given: string[]) => unknown>} faults
 */
function stay(before = {}, faults = {}) {
  const world = vm.createContext({ console, setTimeout, clearTimeout, TextEncoder, URL });
  vm.runInContext(`var window = globalThis; ${TEXT}`, world);
  const inner = vm.runInContext("new Scorm12API({ autocommit: false, logLevel: 5 })", world);
  inner.loadFromFlattenedJSON(before);
  const API = new Proxy(
    {},
    {
      get:
        (_, name) =>
        (...given) => {
          const own = (...values) => inner[name](...values);
          return faults[name] ? faults[name](own, ...given) : own(...given);
        },
    },
  );
  const listeners = {};
  const page = {
    API,
    document: { visibilityState: "hidden" },
    addEventListener: (type, listener) => (listeners[type] = listener),
  };
  page.parent = page;
  const said = new Set();
  const offered = connect(page, (id, isSo) => (isSo ? said.add(id) : said.delete(id)));
  return {
    lms: offered,
    said,
    value: (name) => inner.LMSGetValue(name),
    commit: () => listeners.visibilitychange(),
    leave: () => listeners.pagehide(),
  };
}

const fail = () => {
  throw new Error("out of reach");
};
const tick = () => new Promise((resolve) => setImmediate(resolve));
/** Waits until what is packed in the background has reached the system. */
const until = async (condition) => {
  while (!condition()) await tick();
};

test("a system that refuses to begin is said", () => {
  for (const LMSInitialize of [() => "false", fail]) {
    const { lms, said } = stay({}, { LMSInitialize });
    assert.equal(lms, null);
    assert.deepEqual([...said], ["lms-lost"]);
  }
});

const PASSED = { "cmi.core.lesson_status": "passed", "cmi.core.score.raw": "80" };

test("nothing lowers a passed status or a score", () => {
  const unreadable = { LMSGetValue: fail };
  const empty = { LMSGetValue: () => "", LMSGetLastError: () => "101" };
  for (const faults of [{}, unreadable, empty]) {
    const { lms, value, leave } = stay(PASSED, faults);
    for (const score of [0, 0.5, 0.8]) lms.report("?step=1", score);
    assert.equal(value("cmi.core.score.raw"), "80");
    if (Object.keys(faults).length) {
      lms.report("?step=2", 1);
      assert.equal(value("cmi.core.score.raw"), "80");
    }
    assert.equal(value("cmi.core.lesson_status"), "passed");
    leave();
  }
});

test("a status that the system sets while the page is open stays", () => {
  let passed = false;
  const LMSGetValue = (own, name) =>
    passed && name === "cmi.core.lesson_status" ? "passed" : own(name);
  const { lms, value } = stay({}, { LMSGetValue });
  assert.equal(value("cmi.core.lesson_status"), "incomplete");
  passed = true;
  lms.report("", 1);
  assert.equal(value("cmi.core.score.raw"), "100");
  assert.equal(value("cmi.core.lesson_status"), "incomplete"); // not written: the system has its own by now
});

test("all done is completed, whether or not the system knows bounds of a score", () => {
  const refusesBounds = {
    LMSSetValue: (own, name, text) => (/score\.m/.test(name) ? "false" : own(name, text)),
  };
  for (const faults of [{}, refusesBounds]) {
    const { lms, said, value } = stay({ "cmi.core.lesson_status": "incomplete" }, faults);
    lms.report("", 1);
    assert.equal(value("cmi.core.lesson_status"), "completed");
    assert.deepEqual([...said], []);
  }
});

const noise = (length) => Array.from({ length }, (_, i) => (i * i * 7919) % 1_000_003).join(" ");

test("what was cut is said, and what stands before the cut is read", async () => {
  const entries = [
    ["backprop-lab:lang", "zh"],
    ["backprop-lab:code:xor", 'print("a [\\"b\\", 学习率]")\n'],
    ["backprop-lab:code:own", noise(200)],
  ];
  const whole = `1|${await packCode(JSON.stringify(entries))}`;
  for (let length = 255; length < whole.length; length += 97) {
    const { lms, said } = stay({ "cmi.suspend_data": whole.slice(0, length) });
    await lms.resume();
    assert.deepEqual([...said], ["lms-damaged"]);
    for (const [name, text] of entries.slice(0, 2)) assert.equal(lms.storage.getItem(name), text);
    assert.equal(lms.storage.getItem("backprop-lab:code:own"), null);
  }
  const { lms, said } = stay({ "cmi.suspend_data": whole });
  await lms.resume();
  assert.deepEqual([...said], []);
  assert.equal(lms.storage.getItem("backprop-lab:code:own"), noise(200));
});

test("what cannot be read at all is said; a first stay has nothing to read", async () => {
  for (const [before, faults, expected] of [
    [{}, {}, []],
    [{ "cmi.suspend_data": "1|%%%" }, {}, ["lms-damaged"]],
    [{ "cmi.suspend_data": "of another page" }, {}, ["lms-damaged"]],
    [{}, { LMSGetValue: fail }, ["lms-damaged"]],
  ]) {
    const { lms, said } = stay(before, faults);
    await lms.resume();
    assert.deepEqual([...said], expected);
  }
});

test("'too long' is said while it is so", async () => {
  const { lms, said, value } = stay();
  lms.storage.setItem("backprop-lab:code:xor", noise(3000));
  await until(() => said.has("lms-full"));
  lms.storage.setItem("backprop-lab:code:xor", noise(30));
  await until(() => !said.has("lms-full"));
  assert.match(value("cmi.suspend_data"), /^1\|./);
});

test("what a system did not take is told again when it is back, and the notice goes", () => {
  let isAway = false;
  const away =
    (value) =>
    (own, ...given) =>
      isAway ? value : own(...given);
  const { lms, said, value, commit } = stay(
    {},
    { LMSSetValue: away("false"), LMSCommit: away("false") },
  );
  isAway = true;
  lms.report("?step=7", 0.5);
  assert.deepEqual([...said], ["lms-lost"]);
  commit();
  assert.deepEqual([...said], ["lms-lost"]);
  isAway = false;
  commit();
  assert.deepEqual([...said], []);
  assert.equal(value("cmi.core.lesson_location"), "?step=7");
  assert.equal(value("cmi.core.score.raw"), "50");
});
