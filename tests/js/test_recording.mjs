// A recording: taking in chunks, reading a position, moving. Over 400 lines: all tests share the recording made at the top.

import assert from "node:assert/strict";
import { test } from "node:test";
import { insert, withDrawing } from "../../site/recording/insert.js";
import {
  counterpart,
  lastPosition,
  move,
  moveToSample,
  nextDisagreement,
  settle,
} from "../../site/recording/navigate.js";
import { instanceOf } from "../../site/recording/operands.js";
import {
  checkAt,
  differsAt,
  historyOf,
  lossAt,
  nearest,
  outputsAt,
  stepsOf,
  symbolOf,
} from "../../site/recording/read.js";
import { belongsToSample, nodeOf, ofSample, refOfEdge } from "../../site/recording/refs.js";
import { readAt, roleOf } from "../../site/recording/scene.js";
import { changesOf, stateAt, weightsOf } from "../../site/recording/state_at.js";
import { append, createRecording, unpack } from "../../site/recording/store.js";
import { summaryOf } from "../../site/state/summary.js";
import {
  batchRun,
  bySample,
  chunk,
  FIRST,
  ONE_SAMPLE,
  oneSample,
  run,
  stateWith,
  TWICE,
  twiceRun,
} from "./recordings.mjs";

test("a ref names its node and its sample", () => {
  assert.deepEqual(ofSample("a:4/2"), ["a:4", 2]);
  assert.deepEqual(ofSample("w:8-4"), ["w:8-4", -1]);
  assert.deepEqual(["a:4", "w:8-4", "b:4", "a:4/2", "eta"].map(nodeOf), ["4", "8", "4", "4", ""]);
  assert.deepEqual(["8-4", "8-b"].map(refOfEdge), ["w:8-4", "b:8"]);
  assert.deepEqual(["a:4", "t:8", "w:8-4", "b:4", "eta"].map(belongsToSample), [
    true,
    true,
    false,
    false,
    false,
  ]);
});

// ---- Taking in chunks

test("chunks add up: what one brings is what two bring", () => {
  const whole = run(4);
  const pieces = createRecording();
  append(pieces, chunk([bySample(0), bySample(1, [[6, 9.75]])], FIRST));
  append(pieces, chunk([bySample(2), bySample(3)], { output: "done\n", end: "done" }));
  assert.deepEqual(pieces.kept, [0, 1, 2, 3]);
  assert.deepEqual(pieces.loss, [1, 1 / 2, 1 / 3, 1 / 4]);
  assert.equal(pieces.checks, whole.checks);
  assert.equal(pieces.checks, 4 * 2 * 4); // iterations, samples, steps
  assert.equal(
    Object.values(pieces.compared).reduce((a, b) => a + b),
    pieces.checks,
  );
  assert.deepEqual(pieces.uncompared, whole.uncompared);
  assert.deepEqual(pieces.differing, [1]);
  assert.equal(pieces.output, "done\n");
  assert.equal(pieces.end, "done");
  for (const iteration of pieces.kept)
    assert.deepEqual(
      [...stateAt(pieces, { iteration, step: 99 }, 0)],
      [...stateAt(whole, { iteration, step: 99 }, 0)],
    );
});

test("a larger stride drops iterations, and what stays reads the same", () => {
  const recording = createRecording();
  append(
    recording,
    chunk(
      [0, 1, 2, 3].map((k) => bySample(k, [[k, 7]])),
      FIRST,
    ),
  );
  append(recording, chunk([bySample(4), bySample(5)], { stride: 2, end: "done" }));
  assert.deepEqual(recording.kept, [0, 2, 4, 5]); // the last of the run stays whatever its number
  assert.deepEqual(recording.differing, [0, 2]);
  assert.deepEqual(historyOf(recording, "w:3-2", -1), [0.99, 2.99, 4.99, 5.99]);
  assert.equal(stateAt(recording, { iteration: 2, step: 7 }, 1).get("w:3-2"), 2.13);
  assert.deepEqual(checkAt(recording, { iteration: 2, step: 2 }), {
    agrees: false,
    code: 2.02,
    formula: 7,
  });
});

test("the last iteration of a run that is over stays, also while it is being checked", () => {
  const recording = run();
  const ended = { iterations: 6, stride: 4, checking: true };
  append(recording, chunk([bySample(5)], ended));
  append(recording, chunk([], { iterations: 6, stride: 4, end: "done" }));
  assert.equal(recording.kept.at(-1), 5);
});

test("what is only looked at after the training stays, however large the stride, until the training goes on", () => {
  const recording = createRecording();
  append(
    recording,
    chunk(
      [0, 1, 2].map((k) => bySample(k)),
      FIRST,
    ),
  );
  append(recording, chunk([bySample(3), bySample(5)], { stride: 4, looks: [3, 5] }));
  assert.deepEqual(recording.kept, [0, 3, 5]);
  append(recording, chunk([bySample(8)], { stride: 4, looks: [], end: "done" }));
  assert.deepEqual(recording.kept, [0, 8]);
});

test("the change of a weight in an iteration is what its last step made of it", () => {
  const recording = createRecording();
  append(
    recording,
    chunk(
      [0, 1].map((k) => bySample(k)),
      FIRST,
    ),
  );
  const [before, after] = [0, 99].map((step) =>
    stateAt(recording, { iteration: 1, step }, 0, step > 0).get("w:3-2"),
  );
  const refs = ["w:3-2", "w:2-1"];
  assert.deepEqual(changesOf(recording, 1, refs), [Number(after) - Number(before), undefined]);
  assert.deepEqual(changesOf(recording, 7, refs), [undefined, undefined]);
});

test("a long baked run has the error of every n-th iteration, and says none in between", () => {
  const recording = createRecording();
  const header = { ...FIRST, iterations: 5, loss_stride: 3 };
  append(recording, { ...chunk([], header), loss: Float64Array.of(2, 1) });
  assert.deepEqual(recording.loss, [2, Number.NaN, Number.NaN, 1, Number.NaN]);
  assert.deepEqual(
    [0, 2, 3, 4].map((i) => lossAt(recording, i)),
    [2, undefined, 1, undefined],
  );
});

test("the errors of the kept iterations are their own, also of those that come later", () => {
  const recording = createRecording();
  const header = { ...FIRST, iterations: 4, loss_stride: 3 };
  const kept_loss = /** @type {[number, number][]} */ ([[1, 1.5]]);
  append(recording, { ...chunk([], { ...header, kept_loss }), loss: Float64Array.of(2, 1) });
  assert.deepEqual(recording.loss, [2, 1.5, Number.NaN, 1]);
  insert(recording, chunk([bySample(2)], { ...FIRST, kept_loss: [[2, 1.25]] }));
  assert.deepEqual(recording.loss, [2, 1.5, 1.25, 1]);
});

test("a baked recording is a chunk in base64", () => {
  const { header, index, values, loss } = chunk([bySample(0)], FIRST);
  const text = (/** @type {Int32Array | Float64Array} */ array) =>
    Buffer.from(array.buffer).toString("base64");
  const baked = { header, index: text(index), values: text(values), loss: text(loss) };
  assert.deepEqual(unpack(baked), { header, index, values, loss });
});

// ---- Reading

test("the nearest kept iteration, and the nearest position", () => {
  const recording = { ...run(1), kept: [0, 10, 20] };
  assert.deepEqual(
    [-5, 0, 4, 5, 6, 15, 99].map((k) => nearest(recording, k)),
    [0, 0, 0, 1, 1, 2, 2],
  );
  assert.equal(nearest(createRecording(), 3), -1);
  assert.deepEqual(settle(createRecording(), { iteration: 3, step: 3 }), { iteration: 0, step: 0 });
  assert.deepEqual(settle(run(3), { iteration: 9, step: 99 }), { iteration: 2, step: 7 });
  assert.deepEqual(settle(run(3), { iteration: 1, step: -1 }), { iteration: 1, step: 0 });
});

test("the steps of an iteration know their sample", () => {
  const steps = stepsOf(run(2), 1);
  assert.deepEqual(
    steps.map(({ step, sample }) => `${step.sets}/${sample}`),
    ["a:2/0", "a:3/0", "delta:3/0", "w:3-2/0", "a:2/1", "a:3/1", "delta:3/1", "w:3-2/1"],
  );
  assert.deepEqual(
    stepsOf(batchRun(), 0).map(({ sample }) => sample),
    [0, 1, 0, 1, -1],
  );
});

test("the state grows step by step, and a sample's numbers stay with it", () => {
  const recording = run(2);
  const at = (/** @type {number} */ step, including = true) =>
    Object.fromEntries(stateAt(recording, { iteration: 1, step }, 1, including));
  assert.deepEqual(at(0, false), { "w:3-2": 1.99, eta: 0.5 });
  assert.equal(at(3)["w:3-2"], 1.03);
  assert.equal(at(3, false)["w:3-2"], 1.99);
  const second = at(5); // in the segment of sample 1
  assert.equal(second["a:3"], 1.11);
  assert.equal(second["a:3/0"], 1.01);
  assert.equal(second["a:3/1"], 1.11);
  assert.equal(second["delta:3"], undefined); // sample 1 has none yet; that of sample 0 is not shown
  assert.equal(second["delta:3/0"], 1.02);
  assert.equal(second["t:3"], 1.14); // known without a step
});

test("an output that this iteration has not come to is that of the iteration before", () => {
  assert.deepEqual(outputsAt(run(2), { iteration: 1, step: 1 }), [[1.01], [0.11]]);
  assert.deepEqual(outputsAt(run(2), { iteration: 0, step: 0 }), [[undefined], [undefined]]);
});

test("where an iteration handles only some samples, the others' outputs are those of iterations before", () => {
  const recording = createRecording();
  append(recording, chunk([oneSample(0, 1), oneSample(1, 0), oneSample(2, 0)], FIRST));
  assert.deepEqual(outputsAt(recording, { iteration: 2, step: 0 }), [[1.01], [0.11]]);
});

test("of a step over several samples the state has the numbers of the one that is shown", () => {
  const at = (/** @type {number} */ shown) =>
    stateAt(batchRun(), { iteration: 0, step: 1 }, shown).get("a:3");
  assert.deepEqual([0, 1].map(at), [0.1, 0.2]);
});

test("a weight's history has the value before each iteration, an output's the last of its sample", () => {
  assert.deepEqual(historyOf(run(3), "w:3-2", -1), [0.99, 1.99, 2.99]);
  assert.deepEqual(historyOf(run(3), "a:3", 1), [0.11, 1.11, 2.11]);
  assert.deepEqual(historyOf(run(1), "a:9", 0), [Number.NaN]);
});

test("a check: the same number, or the equation's other one", () => {
  const recording = run(2);
  assert.deepEqual(checkAt(recording, { iteration: 1, step: 6 }), {
    agrees: false,
    code: 1.12,
    formula: 9.75,
  });
  assert.deepEqual(checkAt(recording, { iteration: 0, step: 6 }), {
    agrees: true,
    code: 0.12,
    formula: 0.12,
  });
  assert.equal(checkAt(recording, { iteration: 0, step: 99 }), null);
  assert.deepEqual(
    [...differsAt(recording, { iteration: 1, step: 7 }, 1)],
    ["delta:3/1", "delta:3"],
  );
  assert.deepEqual([...differsAt(recording, { iteration: 1, step: 5 }, 1)], []);
});

test("a number that no equation gives has no check", () => {
  assert.notEqual(checkAt(twiceRun(), { iteration: 0, step: 0 }), null);
  assert.equal(checkAt(twiceRun(), { iteration: 0, step: 1 }), null);
});

test("weights as JSON have null for what is not finite", () => {
  const state = stateWith({ "w:3-2": Number.NaN, "b:3": 1, "a:3": 2 });
  assert.equal(weightsOf(state), '{"w:3-2":null,"b:3":1}');
});

test("a symbol carries the number of its sample, from 1", () => {
  assert.deepEqual(symbolOf(run(1), "a:3/1"), { tex: "y_3^{(2)}", text: "y₃ (2)" });
  assert.equal(symbolOf(run(1), "x:9").tex, "\\text{x:9}");
});

test("a scene says what its step sets and reads", () => {
  const scene = readAt(run(2), { iteration: 1, step: 6 }, 0, "quantity");
  assert.equal(scene.sample, 1); // the step's own, not the chosen one
  assert.equal(scene.state.get("delta:3"), 1.12);
  assert.equal(scene.before.get("delta:3"), undefined);
  assert.deepEqual(scene.disagreements, [6]);
  assert.deepEqual(roleOf(scene, ["delta:3"]), { now: true, used: false, differs: true });
  assert.deepEqual(roleOf(scene, ["a:2", "net:2"]), { now: false, used: false, differs: false });
});

test("a step over all samples shows the chosen one", () => {
  const shown = (/** @type {import("../../site/recording/types.js").Granularity} */ size) =>
    readAt(batchRun(), { iteration: 0, step: 3 }, 0, size).sample;
  assert.equal(shown("line"), 0);
  assert.equal(shown("quantity"), 1);
});

// ---- Moving

/** @param {import("../../site/recording/types.js").Granularity} size @param {1 | -1} direction @param {ReturnType<typeof run>} recording */
function walk(size, direction, recording) {
  let here = direction > 0 ? { iteration: 0, step: 0 } : lastPosition(recording);
  const path = [`${here.iteration}/${here.step}`];
  for (let i = 0; i < 40; i++) {
    const next = move(recording, here, size, direction);
    if (next.iteration === here.iteration && next.step === here.step) break;
    here = next;
    path.push(`${here.iteration}/${here.step}`);
  }
  return path.join(" ");
}

test("a step lands where its group is complete", () => {
  const recording = run(2);
  assert.equal(
    walk("quantity", 1, recording),
    "0/0 0/1 0/2 0/3 0/4 0/5 0/6 0/7 1/0 1/1 1/2 1/3 1/4 1/5 1/6 1/7",
  );
  assert.equal(walk("pass", 1, recording), "0/0 0/1 0/2 0/3 0/5 0/6 0/7 1/1 1/2 1/3 1/5 1/6 1/7");
  assert.equal(walk("sample", 1, recording), "0/0 0/3 0/7 1/3 1/7");
  assert.equal(walk("iteration", 1, recording), "0/0 0/7 1/7");
  assert.equal(walk("line", 1, batchRun()), "0/0 0/1 0/3 0/4");
});

test("the steps of an update can be taken together, the others singly", () => {
  const recording = createRecording();
  const at = /** @type {import("../../site/recording/types.js").Step[]} */ ([
    ...ONE_SAMPLE.steps.slice(0, 2),
    ...TWICE.steps.map((one) => ({ ...one, at: one.at + 2 })),
  ]);
  const patterns = [{ length: 4, steps: at, also: [] }];
  const segments = /** @type {[number, number[]][]} */ ([[-1, [0.1, 0.2, 0.3, 0.4]]]);
  append(recording, chunk([{ iteration: 0, before: [1, 0.5], segments }], { ...FIRST, patterns }));
  assert.equal(walk("quantity", 1, recording), "0/0 0/1 0/2 0/3");
  assert.equal(walk("update", 1, recording), "0/0 0/1 0/3");
  assert.equal(walk("update", -1, recording), "0/3 0/1 0/0");
  const from = (/** @type {number} */ step, /** @type {1 | -1} */ direction) =>
    move(recording, { iteration: 0, step }, "update", direction, () => [2]).step;
  assert.deepEqual([from(1, 1), from(2, 1), from(3, -1), from(2, -1)], [2, 3, 2, 1]); // a passage begins at 2
  const together = (/** @type {number} */ step) =>
    summaryOf(recording, readAt(recording, { iteration: 0, step }, 0, "update"), "update");
  assert.equal(together(1), null);
  assert.equal(together(2), null); // a link leads into the middle: that weight alone
  assert.equal(together(3)?.last.count, 1); // one weight, which the update sets twice
});

test("and back; at either end the position stays", () => {
  assert.equal(walk("sample", -1, run(2)), "1/7 1/3 0/7 0/3 0/0");
  assert.equal(walk("iteration", -1, run(3)), "2/7 1/7 0/7 0/0");
  assert.deepEqual(move(run(1), { iteration: 0, step: 7 }, "pass", 1), { iteration: 0, step: 7 });
  assert.deepEqual(lastPosition(createRecording()), { iteration: 0, step: 0 });
  const empty = createRecording();
  const nowhere = readAt(empty, { iteration: 0, step: 0 }, 0, "update");
  assert.equal(summaryOf(empty, nowhere, "update"), null); // before the first run of a program of one's own
});

test("to the next step that differs, and back", () => {
  const recording = run(3);
  const there = { iteration: 1, step: 6 };
  assert.deepEqual(nextDisagreement(recording, { iteration: 0, step: 7 }, 1), there);
  assert.deepEqual(nextDisagreement(recording, { iteration: 2, step: 0 }, -1), there);
  assert.equal(nextDisagreement(recording, there, 1), null);
  assert.equal(nextDisagreement(recording, there, -1), null);
});

test("to the same step of another sample", () => {
  const here = { iteration: 1, step: 1 };
  assert.deepEqual(moveToSample(run(2), here, 1, "quantity"), { iteration: 1, step: 5 });
  assert.deepEqual(moveToSample(run(2), here, 0, "quantity"), here);
  const batch = { iteration: 0, step: 2 };
  assert.deepEqual(moveToSample(batchRun(), batch, 1, "quantity"), { iteration: 0, step: 3 });
  assert.deepEqual(moveToSample(batchRun(), batch, 1, "line"), batch); // which has all of them
});

test("to a sample that only another iteration handles", () => {
  const recording = createRecording();
  append(recording, chunk([oneSample(0), oneSample(1)], FIRST));
  assert.deepEqual(moveToSample(recording, { iteration: 0, step: 2 }, 1, "quantity"), {
    iteration: 1,
    step: 2,
  });
});

test("the position in another run that corresponds", () => {
  const [here, there] = [run(3), run(2)];
  const at = (/** @type {import("../../site/recording/types.js").Position} */ position) =>
    counterpart(there, position, stepsOf(here, position.iteration));
  assert.deepEqual(at({ iteration: 1, step: 5 }), { iteration: 1, step: 5 });
  assert.deepEqual(at({ iteration: 2, step: 6 }), { iteration: 1, step: 6 }); // the nearest it has
  const twice = twiceRun();
  assert.deepEqual(counterpart(twice, { iteration: 0, step: 1 }, stepsOf(twice, 0)), {
    iteration: 0,
    step: 1, // the second change of the weight corresponds to the second
  });
});

test("iterations that were let go come back among the others, with the numbers of their own recording", () => {
  const whole = run(6);
  const recording = createRecording();
  append(
    recording,
    chunk(
      [0, 1, 2, 3, 4, 5].map((k) => bySample(k)),
      FIRST,
    ),
  );
  append(recording, chunk([], { ...{ iterations: 6 }, stride: 4, first: 2, end: "done" }));
  assert.deepEqual(recording.kept, [0, 1, 4, 5]);
  const { checks } = recording;
  const repeated = chunk([bySample(1), bySample(2, [[6, 7]]), bySample(3)], {
    ...FIRST,
    samples: [...(FIRST.samples ?? [])].reverse(),
  });
  insert(recording, repeated);
  assert.deepEqual(recording.kept, [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(recording.differing, [2]);
  assert.equal(recording.checks, checks);
  assert.equal(recording.samples.length, 2);
  assert.deepEqual(historyOf(recording, "w:3-2", -1), historyOf(whole, "w:3-2", -1));
  assert.deepEqual(
    stepsOf(recording, 2).map(({ sample }) => sample),
    stepsOf(whole, 2).map(({ sample }) => 1 - sample), // there the samples were numbered the other way round
  );
  insert(recording, repeated);
  assert.deepEqual(recording.kept, [0, 1, 2, 3, 4, 5]);
});

test("a drawing is one more iteration and one more sample of the run, which itself stays as it is", () => {
  const whole = run(3);
  const before = structuredClone({ ...whole, sides: null, numbering: null });
  const drawn = chunk([{ ...bySample(3), before: [7, 0.5] }], {
    patterns: [ONE_SAMPLE],
    layouts: [["w:3-2", "eta"]],
    samples: [{ x: [0.25], t: [] }],
  });
  drawn.index.set([3, 0, 1, 0, 0, 0]);
  const recording = withDrawing(whole, drawn, { iteration: 1, step: 2 });
  assert.deepEqual(recording.kept, [0, 1, 2, 3]);
  assert.deepEqual(recording.samples.at(-1), { x: [0.25], t: [] });
  assert.deepEqual(
    stepsOf(recording, 3).map(({ sample }) => sample),
    [2, 2, 2, 2],
  );
  assert.equal(stateAt(recording, { iteration: 3, step: 0 }, 2).get("w:3-2"), 7);
  assert.equal(recording.drawn?.run, whole);
  assert.deepEqual(structuredClone({ ...whole, sides: null, numbering: null }), before);
  const again = withDrawing(whole, drawn, { iteration: 0, step: 0 });
  assert.equal(again.patterns.length, recording.patterns.length);
});

test("outputs of long before are not looked for: a step is drawn within a frame", () => {
  const recording = createRecording();
  const count = 9000;
  const iterations = Array.from({ length: count }, (_, k) => ({
    iteration: k,
    before: [0, 0.5],
    segments: /** @type {[number, number[]][]} */ ([[k, [0, 1, 2, 3, 4]]]),
  }));
  const samples = Array.from({ length: count }, () => ({ x: [0], t: [1] }));
  append(recording, chunk(iterations, { ...FIRST, samples }));
  const outputs = outputsAt(recording, { iteration: count - 1, step: 3 });
  assert.deepEqual([outputs[count - 1], outputs[8000], outputs[10]], [[1], [1], [undefined]]);
});

test("the equation of a weight is one for all, unless it has its own", () => {
  const recording = createRecording();
  const ofAll = { arrow: "=", right: "«w:{to}-{from}»·«a:{from}»", words: { en: "to {to}" } };
  const own = { arrow: "=", right: "0", words: { en: "" } };
  recording.instances = { "w:{to}-{from} 0..9": ofAll, "w:3-1 0..9": own };
  assert.equal(instanceOf(recording, "w:3-2 0..9")?.right, "«w:3-2»·«a:2»");
  assert.equal(instanceOf(recording, "w:3-2 0..9")?.words.en, "to 3");
  assert.equal(instanceOf(recording, "w:3-1 0..9"), own);
  assert.equal(instanceOf(recording, "w:3-2"), undefined);
});
