// Runs the program in the editor, takes in its recording chunk by chunk, and asks Python questions about it.

import { keepOffline } from "../integrations/offline.js";
import { Crashed, Python } from "../python/client.js";
import { lastPosition, settle } from "../recording/navigate.js";
import { differingSteps, stepsOf } from "../recording/read.js";
import { stateAt, weightsOf } from "../recording/state_at.js";
import { append, createRecording } from "../recording/store.js";
import { keepBefore } from "../state/before.js";
import { filesForPython } from "../state/data_files.js";
import { derivationIn } from "../state/derivation.js";
import { codeKey } from "../state/lesson_programs.js";
import { draw, idle, model, notify, view } from "../state/model.js";
import { applyVerdict, editProgram, isAnswer, selectedProgram } from "../state/selection.js";
import { remember } from "../state/storage.js";
import { mapLine } from "../text/line_mapping.js";
import { withConstant } from "../text/program_constants.js";
import { fingerprint } from "../text/share.js";
import { focusOn } from "./after_render.js";
import { reachable } from "./stepping.js";
import { keepThisVersion } from "./versions.js";

/** @typedef {import("../recording/types.js").Chunk} Chunk */
/** @typedef {import("../recording/told_types.js").Notice} Notice */
/** @typedef {import("../recording/types.js").Recording} Recording */

/** The error of a run that the page itself had to end. @type {import("../recording/told_types.js").ProgramError} */
const TOO_LONG = {
  type: "Time",
  message: "",
  line: null,
  column: null,
  explanation: {},
  operands: [],
  file: null,
};

/** Who waits for Python: each is told whether it is ready. @type {((isReady: boolean) => void)[]} */
const waiting = [];

/** The worker with Python, whose state and answers change the model. */
export const python = new Python({
  onState(state, error) {
    Object.assign(model.python, { state, error: error ?? null });
    if (state === "failed" && model.run.queued)
      model.run = { ...model.run, state: "idle", queued: false };
    if (state !== "loading") for (const tell of waiting.splice(0)) tell(state === "ready");
    if (state === "ready") startQueued();
    if (state === "ready") keepOffline(() => notify("version")).catch(() => {}); // this host allows no service worker
    draw();
  },
  onProgress(fraction, bytes) {
    Object.assign(model.python, { progress: fraction, bytes });
    draw();
  },
});

/** Runs the program in the editor as soon as Python is ready and has answered all questions. */
export function run() {
  keepThisVersion();
  python.load();
  begin("asked");
}

/** Runs the program to show a place that the run shown lacks. In a frame, Python comes once the frame is in sight. */
export const runForPlace = () => begin("place");

/** Neither keeps the program among its versions; a slider runs many. @param {import("../state/types.js").Run["cause"]} cause */
function begin(cause) {
  if (!model.lesson || model.run.state === "running" || model.python.state === "failed") return;
  model.run = { ...idle(model.code), state: "running", queued: true, cause };
  startQueued();
}

/** Starts the run that is queued, unless Python has a question to answer first. */
function startQueued() {
  if (!asking && model.run.queued && model.python.state === "ready") start();
}

/** The network of the program to record, the reader's choices, and the files that the program may open. */
export const wanted = () => ({
  network: Number(view.network) || 1,
  choices: view.choices || "{}",
  files: filesForPython(),
  shallow: model.run.shallow,
});

/** Starts the run. */
async function start() {
  const { run: queued, code } = model; // as it stands now: a file may have been opened since Run was pressed
  const notices = queued.cause === "place" ? model.notices : [];
  const nothing = () => ({ notices: [...notices], output: "", drawings: [] });
  Object.assign(model, { run: { ...queued, queued: false, code }, ...nothing() });
  if (model.lesson?.follows && !view.exercise)
    model.wanted = { iteration: Infinity, step: Infinity };
  let recording = createRecording();
  const startedAt = new Date();
  try {
    const onChunk = (/** @type {Chunk} */ chunk) => {
      if (chunk.header.again) {
        recording = createRecording();
        Object.assign(model, nothing());
      }
      fold(recording, chunk, startedAt);
    };
    await python.run(model.run.code, view.lesson, onChunk, isAnswer(), wanted());
    model.run = { ...model.run, state: "idle" };
  } catch (error) {
    const isOverrun = error instanceof Error && error.name === "Overrun";
    const { run } = model;
    if (run.state === "running" && isOverrun)
      model.run = { ...run, state: "idle", end: "budget", error: TOO_LONG };
    else if (
      run.state === "running" &&
      error instanceof Crashed &&
      error.isTooDeep &&
      !run.shallow
    ) {
      model.run = { ...run, queued: true, shallow: true };
      startQueued();
    } else if (run.state === "running") model.run = { ...run, state: "idle", crash: String(error) };
  }
  if (model.run.again) begin("set");
  draw();
}

/** Stops the running program, or takes back a run that waits for Python. */
export function stop() {
  const { queued } = model.run;
  model.run = { ...model.run, state: queued ? "idle" : "stopped", queued: false, again: false };
  if (!queued) python.stop();
}

/** Sets a constant of the program and runs it. @param {{ name: string, value: string }} constant */
export function setConstant({ name, value }) {
  editProgram(withConstant(model.code, name, value));
  runChanged();
}

/** Runs the program with the constant that was changed; in an exercise only Run does, since it counts as a try. */
function runChanged() {
  if (view.exercise) return;
  python.load();
  if (model.run.state === "running") model.run.again = true;
  else begin("set");
}

/**
 * Adds a chunk to the run's recording. The page shows that recording once an iteration is in it, or once the run has
 * ended without any.
 * @param {Recording} recording
 * @param {Chunk} chunk
 * @param {Date} startedAt
 */
function fold(recording, chunk, startedAt) {
  const { checking = false, end, error, iterations, output, notices } = chunk.header;
  const { drawings = [], found } = chunk.header;
  append(recording, chunk);
  if (chunk.header.playground) storeMaps(recording);
  const fresh = recording.kept.length > 0 || end === "done";
  if (fresh && model.recording !== recording) keepBefore(model.run.code);
  if (fresh)
    Object.assign(model, {
      recording,
      shownAt: startedAt,
      shownCode: model.run.code,
      gradient: null,
      inquiry: null,
    });
  const { network } = model.recording;
  if (model.derivation && network && !network.edges.includes(model.derivation.edge))
    model.derivation = derivationIn(model.lesson, network); // the old one was of another network
  const known = found ?? model.run.found;
  Object.assign(model.run, { fresh, iterations, checking, end, error, found: known });
  model.output += output;
  if (drawings.length) model.drawings = [...model.drawings, ...drawings];
  model.notices.push(...notices.filter(isNews));
  if (error?.line) model.place = { line: mapLine(model.run.code, model.code, error.line) };
  if (chunk.header.verdict) applyVerdict(chunk.header.verdict);
  if (chunk.header.verdict?.solved) focusOn("#exercise"); // from the editor; there Enter leads to the next exercise
  if (end) atTheEnd(recording);
  Object.assign(view, reachable(model.wanted));
  draw();
}

/** The key under which the page remembers which text of this program ran to its end. */
export const ranKey = () => `ran:${codeKey(view.lesson, selectedProgram().id)}`;

/**
 * Leads to what matters in a run that the reader asked for: the last step before an error, or the first number that
 * differs from its equation.
 * @param {Recording} recording
 */
function atTheEnd(recording) {
  const { cause, error, end, fresh, code } = model.run;
  if (end === "done" && code === model.storedCode) remember(ranKey(), fingerprint(code));
  if (cause === "place") sayIfBeyond(recording);
  if (cause !== "asked" || !fresh || model.lesson?.follows || view.exercise) return;
  if (error) model.wanted = lastPosition(recording);
  else if (recording.differing.length) {
    const [iteration] = recording.differing;
    const [step] = differingSteps(recording, iteration);
    const { line } = stepsOf(recording, iteration)[step].step;
    model.wanted = { iteration, step };
    model.place = { line: mapLine(code, model.code, line) };
  }
}

/** Says that a place lies beyond the end of the run. Whether it does. @param {Recording} recording */
export function sayIfBeyond({ iterations }) {
  const isBeyond = iterations > 0 && model.wanted.iteration >= iterations;
  if (isBeyond)
    model.notices.push({ id: "beyond", iteration: model.wanted.iteration + 1, iterations });
  return isBeyond;
}

/**
 * Whether to show a notice: not "nothing recorded" (errors.js shows it), nor a missing quantity that the lesson's own
 * program does not have either.
 * @param {Notice} notice
 */
function isNews({ id, quantity }) {
  const meant = selectedProgram().baked?.header.notices ?? [];
  if (id === "thinned") return false; // the status beside Run tells it
  return (
    id !== "nothing" &&
    !(id === "missing" && meant.some((own) => own.id === id && own.quantity === quantity))
  );
}

/** Stores the playground's maps that came with a recording; they are of its newest iteration. @param {Recording} recording */
export function storeMaps(recording) {
  const { given, iteration, maps } = recording.playground ?? {};
  if (!given || !maps || iteration === undefined) return;
  const state = weightsOf(stateAt(recording, settle(recording, { iteration, step: Infinity }), 0));
  model.heldMaps = { given, state, maps };
}

/** The number of questions that Python has not answered. */
let asking = 0;
/** @type {Promise<unknown>} */
let lastAnswer = Promise.resolve();

/** True while a question to Python waits for its answer. */
export const isAsking = () => asking > 0;

/**
 * Asks Python one question after the other; a run that is queued meanwhile starts after the last answer.
 * @param {Parameters<typeof python.ask>} question
 */
export async function ask(...question) {
  asking++;
  const answer = lastAnswer.then(() => python.ask(...question));
  lastAnswer = answer.catch(() => {});
  try {
    return await answer;
  } finally {
    asking--;
    startQueued();
  }
}

/**
 * Asks Python a question as soon as it is ready, before a run that is queued. Rejects if Python cannot be loaded.
 * @param {Parameters<typeof python.ask>} question
 */
export async function askWhenReady(...question) {
  asking++;
  try {
    python.load();
    if (model.python.state === "loading") await new Promise((tell) => waiting.push(tell));
    return await ask(...question);
  } finally {
    asking--;
    startQueued();
  }
}

/** Has Python check the gradient of the iteration that is shown. */
async function checkGradient() {
  const { recording, shownCode } = model;
  const every = model.gradient?.every ?? false;
  const { iteration } = view;
  /** @param {Partial<import("../state/types.js").Gradient>} told */
  const show = (told) => {
    if (model.recording !== recording) model.gradient = null;
    else {
      const nothing = {
        state: /** @type {const} */ ("asked"),
        progress: 0,
        rows: [],
        weights: 0,
        untold: null,
      };
      model.gradient = { ...nothing, iteration, every, ...told };
    }
  };
  const heard = (/** @type {number} */ progress) => {
    show({ progress });
    draw();
  };
  show({});
  const loss = recording.loss[iteration];
  const question = { source: shownCode, lesson: view.lesson, iteration, loss, ...wanted() };
  try {
    const { rows = [], weights = 0, untold = null } = await ask("gradient", question, heard);
    show({ state: "done", rows, weights, untold });
  } catch {
    show({ state: "failed" });
  }
  draw();
}

/** @satisfies {Partial<import("../state/messages.js").Actions>} */
export const execution = {
  run,
  stop,
  "run-changed": runChanged,
  retry: () => python.retry(),
  constant: setConstant,
  gradient: checkGradient,
  "gradient-stop": () => python.stop(),
  "gradient-every": () => {
    if (model.gradient) model.gradient.every = !model.gradient.every;
  },
};
