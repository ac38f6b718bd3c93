// The composition root: the only file that knows all others. It holds the one model, answers what the views send,
// and draws everything anew from the model, once per frame.

import { isOneFile, json, text } from "./assets.js";
import { withConstant } from "./constants.js";
import * as chain from "./derivation.js";
import { askForHeight, seen, talkWithParent } from "./embed.js";
import * as task from "./exercise.js";
import * as files from "./files.js";
import { lineIn } from "./lines.js";
import { keepOffline, update } from "./offline.js";
import * as panels from "./panels.js";
import { png, svgText } from "./picture.js";
import { withPoint } from "./points.js";
import { codeKey, exerciseKey, exerciseProgram, programsOf } from "./programs.js";
import { readProgress, startedOver, withTry } from "./progress.js";
import { createPython } from "./python.js";
import * as rec from "./recording.js";
import { countStep, lessonScore, wholeScore } from "./score.js";
import { connect } from "./scorm.js";
import { packCode, unpackCode } from "./share.js";
import { keepState, readState, recall, remember, rememberIn, WALLS, writeState } from "./state.js";
import { html, nothing, render } from "./vendor.js";
import { course } from "./views/course.js";
import { details } from "./views/details.js";
import { editor } from "./views/editor.js";
import { embedding } from "./views/embedding.js";
import { errors } from "./views/errors.js";
import { exerciseCard, exerciseList } from "./views/exercises.js";
import { findings } from "./views/findings.js";
import { gradient } from "./views/gradient.js";
import { header } from "./views/header.js";
import { history as pinnedHistory } from "./views/history.js";
import { lesson } from "./views/lesson.js";
import { light, refsAt } from "./views/light.js";
import { loss } from "./views/loss.js";
import { network } from "./views/network.js";
import { notices } from "./views/notices.js";
import { output } from "./views/output.js";
import { presenter } from "./views/presenter.js";
import { samples } from "./views/samples.js";
import { status } from "./views/status.js";
import { announcement, step } from "./views/step.js";
import { takeaway } from "./views/takeaway.js";
import { teach } from "./views/teach.js";
import { teachers } from "./views/teachers.js";
import { transport } from "./views/transport.js";
import { translator, WORDS } from "./words.js";

/** @typedef {import("./state.js").Model} Model */

const app = /** @type {HTMLElement} */ (document.getElementById("app"));
const night = matchMedia("(prefers-color-scheme: dark)");
const { state: view, problems } = readState(location.search);

/** What is not derived from something else; derived() adds the rest. @type {import("./state.js").Held} */
const model = {
  view,
  lessons: [],
  lesson: null,
  equations: {},
  recording: rec.createRecording(),
  shownAt: null,
  shownCode: "",
  code: "",
  output: "",
  python: { state: "loading", progress: 0, bytes: 0 },
  run: idle(""),
  light: [],
  pinned: [],
  other: null,
  gradient: null,
  derivation: null,
  start: null,
  embedding: null,
  teachers: null,
  course: null,
  licences: "",
  heldMaps: null,
  mark: "",
  refused: null,
  given: {},
  attempt: null,
  progress: readProgress(),
  notices: problems.map(({ name, given }) => ({ id: "parameter", name, given })),
};
let said = "";
/** Where the reader went; a run that has not come that far yet is shown as far as it is. @type {rec.Position} */
let wanted = { iteration: view.iteration, step: view.step };

/** @param {string} code @returns {Model["run"]} */
function idle(code) {
  return {
    state: "idle",
    queued: false,
    again: false,
    fresh: false,
    code,
    iterations: 0,
    end: null,
    error: null,
    crash: "",
  };
}

const python = createPython({
  onState(state) {
    model.python.state = state;
    if (state === "failed" && model.run.queued)
      model.run = { ...model.run, state: "idle", queued: false };
    if (state === "ready" && model.run.queued) start();
    if (state === "ready") keepOffline(() => notify("version")).catch(() => {}); // not here, then
    draw();
  },
  onProgress(fraction, bytes) {
    Object.assign(model.python, { progress: fraction, bytes });
    draw();
  },
});

// ---- What the views may ask for

/** @type {Record<string, (value?: any) => void>} */
const actions = {
  step: () => go(rec.move(model.recording, view, view.granularity, 1)),
  back: () => go(rec.move(model.recording, view, view.granularity, -1)),
  "next-iteration": () => go(rec.move(model.recording, view, "iteration", 1)),
  "previous-iteration": () => go(rec.move(model.recording, view, "iteration", -1)),
  first: () => go({ iteration: 0, step: 0 }),
  last: () => go(rec.lastPosition(model.recording)),
  "next-disagreement": () => disagreement(1),
  "previous-disagreement": () => disagreement(-1),
  go: (position) => go(position),
  iteration: (iteration) => go({ iteration, step: view.step }),
  sample: (sample) => {
    view.sample = sample;
    go(rec.moveToSample(model.recording, view, sample, view.granularity));
  },
  granularity: (size) => {
    view.granularity = size;
    keepState(view);
  },
  light: (refs) => {
    model.light = refs;
  },
  pin: (refs) => {
    model.pinned = String(refs) === String(model.pinned) ? [] : refs;
    const { network } = model.recording;
    const edge = network && model.derivation && chain.weightOf(network, refs);
    if (edge) model.derivation = chain.newDerivation(edge);
  },
  "derive-weight": (edge) => {
    model.derivation = chain.newDerivation(edge);
  },
  derive,
  "derive-go": (ref) => go(stepThatSets(ref)),
  log: () => {
    view.log = !view.log;
  },
  present: () => {
    view.present = !view.present;
    focusOn('[data-action="step"]'); // what was pressed is gone
  },
  wall: (wall) => {
    view.wall = wall;
  },
  "next-wall": () => {
    if (view.present) view.wall = WALLS[(WALLS.indexOf(view.wall) + 1) % WALLS.length];
  },
  keep: () => {
    const { title, program } = opened();
    model.other = { recording: model.recording, title, edited: model.shownCode !== program };
  },
  "let-go": () => {
    model.other = null;
  },
  gradient: checkGradient,
  "gradient-stop": () => python.stop(),
  mark: (kind) => {
    model.mark = model.mark === kind ? "" : kind;
  },
  "draw-point": (place) => ownPoints(withPoint(model.code, recordedPoints(), model.mark, place)),
  "own-points": ownPoints,
  "gradient-every": () => {
    if (model.gradient) model.gradient.every = !model.gradient.every;
  },
  edit: (code) => write(code),
  constant: ({ name, value }) => {
    write(withConstant(model.code, name, value));
    if (model.run.state === "running") model.run.again = true;
    else actions.run();
  },
  start: (number) => {
    model.start = number;
  },
  "open-start": openStart,
  reset: () => write(opened().program),
  program: (id) => {
    const { other } = model;
    view.program = id;
    change();
    model.other = other; // what two programs of one lesson do can be compared
    go({ iteration: 0, step: 0 });
  },
  run: () => {
    if (!model.lesson || model.run.state === "running" || model.python.state === "failed") return;
    python.load();
    model.run = { ...idle(model.code), state: "running", queued: true };
    if (model.python.state === "ready" && !asking) start();
  },
  stop: () => {
    const { queued } = model.run;
    model.run = {
      ...model.run,
      state: queued ? "idle" : "stopped",
      queued: false,
      again: false,
    };
    if (!queued) python.stop();
  },
  retry: () => python.retry(),
  update,
  share,
  embed: openEmbedding,
  "close-embedding": () => {
    model.embedding = null;
  },
  copy: async ({ kind, text }) => {
    const copied = await navigator.clipboard.writeText(text).then(
      () => kind,
      () => "byHand",
    );
    if (model.embedding) model.embedding = { ...model.embedding, copied };
    draw();
  },
  take,
  dismiss: (i) => {
    model.notices = model.notices.filter((_, k) => k !== i);
  },
  language: () => {
    view.lang = view.lang === "en" ? "zh" : "en";
    keepState(view);
    said = "";
  },
  exercise: openExercise,
  "leave-exercise": () => {
    focusOn(`[data-exercise-item="${view.exercise}"] button`);
    view.exercise = "";
    change();
    go({ iteration: 0, step: 0 });
  },
  "next-exercise": () => openExercise(nextExercise()),
  "exercise-step": () => {
    const { exercise, attempt } = working();
    if (exercise && attempt) go(task.startOf(model.recording, exercise, attempt));
  },
  hint: () => attempt({ hints: (model.attempt?.hints ?? 0) + 1 }),
  another: () => {
    attempt({ ...task.newAttempt(), pick: (model.attempt?.pick ?? 0) + 1 });
    actions["exercise-step"]();
  },
  predict,
  point,
  cursor: (line) => {
    if (model.attempt) attempt({ at: line });
  },
  "start-over": startOver,
  lesson: (id) => {
    const search = `?lesson=${id}&lang=${view.lang}`;
    if (lms) return follow(search, "");
    location.search = search;
  },
  search: (text) => {
    view.search = text;
  },
};

/** @param {string} message @param {any} [value] */
function send(message, value) {
  actions[message](value);
  draw();
}

/** @param {string} name the factor that was picked in the derivation */
function derive(name) {
  const { recording, derivation: now } = model;
  if (!recording.network || !now) return;
  const stages = chain.stagesOf(recording.network, now.edge);
  const stage = stages[now.done + 1];
  const option = stage.options.find((one) => one.name === name);
  if (!option) return;
  model.derivation = chain.picked(now, stage, option);
  const { done } = model.derivation;
  const { ref } = stage.rows[stage.rows.length - 1];
  if (done > now.done) go(stepThatSets(ref));
  if (done + 1 === stages.length) focusOn('[data-action="derive-again"]'); // what was pressed is gone
}

/** Where the sample shown has this quantity set; where nothing sets it, the position stays. @param {string} ref @returns {rec.Position} */
function stepThatSets(ref) {
  const { position, moments, moment } = derived().scene;
  const step = moments.findIndex((one) => one.segment === moment?.segment && one.step.sets === ref);
  return step < 0 ? position : { iteration: position.iteration, step };
}

/** @param {string} id a notice without values */
function notify(id) {
  model.notices.push({ id });
  draw();
}

/** @param {rec.Position} position */
function go(position) {
  wanted = reach(position);
  Object.assign(view, wanted);
  const now = derived();
  said = announcement(now);
  const line = now.scene.moment?.step.line;
  if (line) countStep(view.lesson, model.recording, line);
}

/** The nearest position there is, no further than an exercise lets one see. @param {rec.Position} position */
const reach = (position) => task.heldBack(rec.settle(model.recording, position), asked());

/** Puts another program in the place of the one that is open. */
function change() {
  if (model.run.state === "running") actions.stop();
  model.pinned = [];
  model.other = null;
  forgetLink();
  openProgram();
}

/** @param {1 | -1} direction */
function disagreement(direction) {
  const there = isBlind() ? null : rec.nextDisagreement(model.recording, view, direction);
  if (there) go(there);
}

/** @param {string} code */
function write(code) {
  model.code = code;
  const { id, program } = opened();
  remember(codeKey(view.lesson, id), code === program ? null : code);
  forgetLink();
}

/** The address goes on without the code that came in it. */
function forgetLink() {
  if (location.hash.startsWith("#code="))
    history.replaceState(null, "", location.pathname + location.search);
}

// ---- Running

/** Runs what was in the editor when Run was pressed. */
async function start() {
  Object.assign(model, { run: { ...model.run, queued: false }, notices: [], output: "" });
  if (model.lesson?.follows && !view.exercise) wanted = { iteration: Infinity, step: Infinity };
  const recording = rec.createRecording();
  const startedAt = new Date();
  try {
    const onChunk = (/** @type {rec.Chunk} */ chunk) => fold(recording, chunk, startedAt);
    await python.run(model.run.code, view.lesson, onChunk, isJudged());
    model.run = { ...model.run, state: "idle" };
  } catch (error) {
    if (model.run.state === "running")
      model.run = { ...model.run, state: "idle", crash: String(error) };
  }
  if (model.run.again) actions.run();
  draw();
}

/** Asks for the gradient check of the iteration shown; a run that is wanted meanwhile waits for it. */
async function checkGradient() {
  const { recording, shownCode } = model;
  const every = model.gradient?.every ?? false;
  const { iteration } = view;
  /** @param {import("./state.js").Gradient["state"]} state @param {rec.GradientRow[]} rows */
  const show = (state, rows) => {
    model.gradient = model.recording === recording ? { state, iteration, every, rows } : null;
  };
  show("asked", []);
  try {
    show("done", await ask("gradient", { source: shownCode, lesson: view.lesson, iteration }));
  } catch {
    show("failed", []);
  }
  draw();
}

/** How many questions wait for Python's answer. */
let asking = 0;
/** @type {Promise<unknown>} */
let lastAnswer = Promise.resolve();

/** Asks Python, one question after the other; a run that is wanted meanwhile waits for them. @param {Parameters<typeof python.ask>} question */
async function ask(...question) {
  asking++;
  const answer = lastAnswer.then(() => python.ask(...question));
  lastAnswer = answer.catch(() => {});
  try {
    return await answer;
  } finally {
    asking--;
    if (!asking && model.run.queued && model.python.state === "ready") start();
  }
}

// ---- The playground

/** Gets the maps of the position that is shown, if there are others. @param {Model} now */
async function followMaps({ recording, scene, python, run, mapsAreHere, lesson }) {
  const given = recording.playground?.given;
  const isShown = lesson?.panels?.includes("playground") && !view.hide.includes("playground");
  if (!given || !isShown || mapsAreHere || asking || python.state !== "ready") return;
  if (run.state === "running") return; // which brings its own
  const state = rec.weightsOf(scene.state);
  try {
    const maps = await ask("maps", { given: JSON.stringify(given), state });
    model.heldMaps = { given, state, maps };
  } catch {
    return; // Python was stopped: it is asked again once it is there
  }
  draw();
}

/** The maps that came with a recording: of its newest iteration. @param {rec.Recording} recording */
function holdMaps(recording) {
  const { given, iteration, maps } = recording.playground ?? {};
  if (!given || !maps || iteration === undefined) return;
  const state = rec.weightsOf(
    rec.stateAt(recording, rec.settle(recording, { iteration, step: Infinity }), 0),
  );
  model.heldMaps = { given, state, maps };
}

/** @returns {number[][]} */
function recordedPoints() {
  const { train = [], test = [] } = model.recording.playground?.given ?? {};
  return [...train, ...test];
}

/** Points given as text become a list in the program; where they cannot, it is said why. @param {string} text */
async function ownPoints(text) {
  try {
    const { literal, refused } = await ask("points", { text });
    model.refused = refused ?? null;
    if (literal) actions.constant({ name: "dataset", value: literal });
  } catch {
    notify("python-away");
  }
  draw();
}

/** The run's recording takes the picture's place once there is something in it, or it is clear that there never will be. @param {rec.Recording} recording @param {rec.Chunk} chunk @param {Date} startedAt */
function fold(recording, chunk, startedAt) {
  const { end, error, iterations, output, notices } = chunk.header;
  rec.append(recording, chunk);
  if (chunk.header.playground) holdMaps(recording);
  const fresh = recording.kept.length > 0 || end === "done";
  if (fresh)
    Object.assign(model, {
      recording,
      shownAt: startedAt,
      shownCode: model.run.code,
      gradient: null,
    });
  const { network } = model.recording;
  if (model.derivation && network && !network.edges.includes(model.derivation.edge))
    model.derivation = derivationOf(model.recording); // it was of another network
  Object.assign(model.run, { fresh, iterations, end, error });
  model.output += output;
  model.notices.push(...notices.filter(isNews));
  if (chunk.header.verdict) judged(chunk.header.verdict);
  Object.assign(view, reach(wanted));
  draw();
}

/** errors.js says that nothing was recorded, and what the lesson's own run has not either is meant to be missing. @param {rec.Notice} notice */
function isNews({ id, quantity }) {
  const meant = opened().baked.header.notices;
  return (
    id !== "nothing" &&
    !(id === "missing" && meant.some((own) => own.id === id && own.quantity === quantity))
  );
}

// ---- Exercises

/** The exercise that is open, and where the student stands in it. */
function working() {
  const exercise = model.lesson?.exercises.find(({ id }) => id === view.exercise);
  return { exercise, attempt: exercise ? model.attempt : null };
}

/** The step whose number is still to be predicted. */
function asked() {
  const { exercise, attempt } = working();
  return exercise && attempt && !attempt.answer
    ? task.askedStep(model.recording, exercise, attempt)
    : null;
}

/** Whether the student is still to find out what the equations say. */
function isBlind() {
  const { exercise, attempt } = working();
  return exercise && attempt ? task.isSearching(exercise, attempt) : false;
}

/** @param {Partial<task.Attempt>} news */
function attempt(news) {
  model.attempt = { ...(model.attempt ?? task.newAttempt()), ...news };
}

/** @param {string} id */
async function openExercise(id) {
  if (await loadGiven(id)) {
    view.exercise = id;
    change();
    actions["exercise-step"]();
    focusOn("#exercise");
  }
  draw();
}

/** Gets what an exercise gives the student; when there is no such thing, or no way to it, the reader is told. @param {string} name */
async function loadGiven(name) {
  if (!model.lesson?.exercises.some(({ id }) => id === name)) {
    model.notices.push({ id: "exercise", name });
    return false;
  }
  try {
    model.given = await json(`lessons/${view.lesson}.exercises.json`);
    return true;
  } catch {
    model.notices.push({ id: "exercise-unreachable" });
    return false;
  }
}

/** The next one that is not done, else simply the next. */
function nextExercise() {
  const ids = (model.lesson?.exercises ?? []).map(({ id }) => id);
  const after = ids.indexOf(view.exercise) + 1;
  const others = [...ids.slice(after), ...ids.slice(0, after - 1)];
  return others.find((id) => !model.progress[view.lesson]?.[id]?.done) ?? others[0];
}

/** @param {boolean} done */
function tried(done) {
  model.progress = withTry(model.progress, view.lesson, view.exercise, done);
}

/** Whether what is run is the answer to an exercise. */
function isJudged() {
  const { exercise } = working();
  return exercise !== undefined && exercise.kind !== "predict";
}

/** @param {task.Verdict} verdict */
function judged(verdict) {
  attempt({ verdict });
  tried(verdict.solved);
}

/** @param {string} said */
function predict(said) {
  const place = asked();
  const guess = task.numberFrom(said);
  attempt({ said });
  if (!place || Number.isNaN(guess)) return;
  answer(task.isNear(guess, task.askedValue(model.recording, place)));
  go(place);
}

/** @param {string} said */
function point(said) {
  const { exercise } = working();
  if (!exercise) return;
  attempt({ said });
  answer(Number(said) === task.lineNow(exercise, opened().program, model.code));
}

/** @param {boolean} isRight */
function answer(isRight) {
  const misses = (model.attempt?.misses ?? 0) + Number(!isRight);
  attempt({ misses, answer: isRight ? "right" : misses >= task.MOST_MISSES ? "shown" : null });
  tried(isRight && working().exercise?.kind === "predict");
}

/** Forgets what is done in this lesson's exercises, and what was written in them. */
function startOver() {
  for (const { id } of model.lesson?.exercises ?? [])
    remember(codeKey(view.lesson, exerciseKey(id)), null);
  model.progress = startedOver(model.progress, view.lesson);
  if (view.exercise) openExercise(view.exercise);
}

/** Once it is drawn. @param {string} selector */
async function focusOn(selector) {
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  /** @type {HTMLElement | null} */ (app.querySelector(selector))?.focus();
}

// ---- Sharing

/** The address of this step, and, when it was edited, of the program. @param {boolean} [withCode] */
async function linkHere(withCode = model.code !== opened().program) {
  const hash = withCode ? `#code=${await packCode(model.code)}` : "";
  return new URL(location.pathname + writeState(view, true) + hash, location.href).href;
}

async function openEmbedding() {
  const [link, withoutCode] = [await linkHere(), await linkHere(false)];
  model.embedding = { link, withoutCode, isFile: location.protocol === "file:", copied: "" };
  draw();
}

async function share() {
  const link = await linkHere();
  model.notices = model.notices.filter(({ id }) => id !== "copied" && id !== "copy");
  try {
    await navigator.clipboard.writeText(link);
    model.notices.push({ id: "copied" });
  } catch {
    model.notices.push({ id: "copy", link });
  }
  draw();
}

/** Lesson xor in a page of its own place, its program set to begin where this start did: shown, not run. @param {import("./recording.js").Start} start */
async function openStart({ begins }) {
  const { program } = await json("lessons/xor.json");
  const code = await packCode(program.replace("\nfor epoch in ", `\n${begins}\n\nfor epoch in `));
  const search = `?lesson=xor&lang=${view.lang}`;
  if (lms) return follow(search, `#code=${code}`);
  location.assign(`${search}#code=${code}`);
}

// ---- Taking away

/** Hands the reader a file. @param {string} kind "py", "ipynb", "csv", "svg" or "png" */
async function take(kind) {
  const { scene, recording, lesson, code } = derived();
  const svg = () => /** @type {SVGSVGElement} */ (app.querySelector(".network > svg"));
  const makers = /** @type {Record<string, () => BlobPart | Promise<BlobPart>>} */ ({
    py: () => code,
    ipynb: () => files.notebook(lesson?.title[view.lang] ?? "", code),
    csv: () => files.table(recording, scene),
    svg: () => svgText(svg()),
    png: () => png(svg()),
  });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([await makers[kind]()]));
  link.download = `${view.lesson}.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Code from a link is shown, never run, until the reader presses Run. */
async function codeFromLink() {
  if (!location.hash.startsWith("#code=")) return;
  try {
    model.code = await unpackCode(location.hash.slice("#code=".length));
    model.notices.push({ id: "linked" });
  } catch {
    model.notices.push({ id: "damaged" });
  }
}

// ---- Drawing

/** The whole model of this moment: what is held, and what follows from it. @returns {Model} */
function derived() {
  const { recording, code, shownCode, other, heldMaps } = model;
  const { iteration, step: number } = view;
  const place = asked();
  const isVeiled = place !== null && place.iteration === iteration && place.step === number;
  const scene = sceneNow(isVeiled);
  const step = scene.moment?.step;
  const labLink = writeState(view, true) + location.hash;
  const [isFirst, isLast] = [
    rec.settle(recording, { iteration: 0, step: 0 }),
    place ?? rec.lastPosition(recording),
  ].map((end) => end.iteration === view.iteration && end.step === view.step);
  return {
    ...model,
    recording: isBlind() ? task.unchecked(recording) : recording,
    exercise: working().exercise,
    programs: model.lesson && !view.exercise ? programsOf(model.lesson) : [],
    program: opened(),
    scene,
    isVeiled,
    isBlind: isBlind(),
    pinned: isVeiled ? [] : model.pinned,
    there: other && !isVeiled ? readThere(other.recording, scene) : null,
    path:
      recording.network && model.derivation
        ? chain.pathOf(recording.network, model.derivation.edge)
        : [],
    isFirst,
    isLast,
    t: translator(WORDS[view.lang], view.lang),
    has: (key) => key in WORDS[view.lang],
    isStale: code !== shownCode,
    nowLine: step ? lineIn(shownCode, code, step.line) : 0,
    differingLines: scene.disagreements.map((i) =>
      lineIn(shownCode, code, scene.moments[i].step.line),
    ),
    equationLines: equationLines(recording),
    labLink,
    courseLink: labLink.replace("?", "?course=1&"),
    dark: night.matches,
    maps: heldMaps?.maps ?? null,
    mapsAreHere:
      heldMaps !== null &&
      heldMaps.given === recording.playground?.given &&
      heldMaps.state === rec.weightsOf(scene.state),
  };
}

/** What there is to see at this position, of it what an exercise lets one see. @param {boolean} isVeiled */
function sceneNow(isVeiled) {
  const { iteration, step, sample, granularity } = view;
  const whole = rec.readAt(model.recording, { iteration, step }, sample, granularity);
  const known = isVeiled ? task.veiled(model.recording, whole) : whole;
  return isBlind() ? task.unmarked(known) : known;
}

/** @param {rec.Recording} other @param {rec.Scene} scene */
function readThere(other, { position, moments }) {
  const there = rec.counterpart(other, position, moments);
  return rec.readAt(other, there, view.sample, view.granularity);
}

/** @type {WeakMap<rec.Recording, { count: number, lines: Model["equationLines"] }>} */
const lineCache = new WeakMap();

/** @param {rec.Recording} recording @returns {Model["equationLines"]} */
function equationLines(recording) {
  const count = recording.patterns.length;
  const cached = lineCache.get(recording);
  if (cached?.count === count) return cached.lines;
  const lines = rec.equationsByLine(recording);
  lineCache.set(recording, { count, lines });
  return lines;
}

let waiting = false;
/** Draws once in the next frame, however often it is asked to. */
function draw() {
  if (waiting || !model.lesson) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    const now = derived();
    render(page(now), app);
    light(app, now.light);
    describe(now);
    report(now);
    followMaps(now);
  });
}

/** Whether the page of the whole course is shown; a frame of a course page has one of its own around it. */
const isCourse = () => view.course && !view.embed;

/** Whether a page beside the lab is shown. */
const isBeside = () => view.teachers || isCourse();

/** @param {Model} now */
function page(now) {
  const { isStale } = now;
  const { hide, embed, present } = view;
  if (view.teachers) return teachers(now, send);
  if (isCourse()) return course(now, send);
  const has = (/** @type {string} */ panel) => !hide.includes(panel);
  const own = (now.lesson?.panels ?? [])
    .filter(has)
    .map((name) => panels.VIEWS[name](now, send))
    .filter((panel) => panel !== nothing); // beside an exercise some are away
  if (present) {
    const halves = {
      panel: own.length ? own : null,
      network: has("network") ? network(now, send) : null,
      step: has("step") ? step(now) : null,
    };
    const doing = isStale || now.run.state !== "idle" ? status(now, send) : nothing;
    const foot = transport(now, send, nothing, said);
    return presenter(now, send, halves, doing, errors(now), foot);
  }
  const untold = now.isBlind || (now.exercise && !now.shownAt);
  const outcome = has("findings") && !untold ? findings(now, send) : nothing;
  const left = has("editor") || has("output") || has("findings");
  const opinion = has("gradient") && !now.isBlind && !asked() ? gradient(now, send) : nothing;
  const middle = has("network") || has("samples") || has("gradient") || own.length;
  const columns = [left && "code", middle && "picture", has("step") && "words"]
    .filter(Boolean)
    .join(" ");
  return html`<div class="stage ${embed ? "embed" : ""}">
    ${header(now, send, status(now, send), [takeaway(now, send), embed ? nothing : teach(now, send)])}
    <div class="above">${notices(now, send)}${exerciseCard(now, send)}</div>
    <main data-columns=${columns} ?data-stale=${isStale}>
      ${left ? html`<div class="column code-column">${has("editor") ? editor(now, send, [errors(now), outcome]) : outcome}${has("output") ? output(now) : nothing}</div>` : nothing}
      ${middle ? html`<div class="column picture-column">${own}${has("network") ? network(now, send) : nothing}${has("samples") ? samples(now, send) : nothing}${opinion}</div>` : nothing}
      ${has("step") ? html`<div class="column words-column">${step(now)}${details(now)}</div>` : nothing}
    </main>
    ${transport(now, send, has("loss") ? html`<div class="time">${loss(now, send)}${pinnedHistory(now, send)}</div>` : nothing, said)}
  </div>
  ${embedding(now, send)}
  ${embed || !has("lesson") ? nothing : lesson(now, has("exercises") ? exerciseList(now, send) : nothing)}`;
}

let addressTimer = 0;
/** What is said about the page outside its own tree: the root's attributes, the title, the address. @param {Model} now */
function describe({ t, lesson, python, run }) {
  const root = document.documentElement;
  const lang = view.lang === "zh" ? "zh-CN" : "en";
  const whole = view.teachers ? t("teach.teachers") : isCourse() ? t("course.heading") : "";
  const title = `${whole || lesson?.title[view.lang]} · ${t("page.name")}`;
  if (root.lang !== lang) root.lang = lang; // each assignment, even of the same, has the whole page styled anew
  if (document.title !== title) document.title = title;
  if (root.dataset.python !== python.state) root.dataset.python = python.state;
  if (root.dataset.run !== run.state) root.dataset.run = run.state;
  clearTimeout(addressTimer);
  addressTimer = setTimeout(() => {
    try {
      history.replaceState(null, "", location.pathname + writeState(view) + location.hash);
    } catch {
      // An opaque frame may not touch its address; nothing depends on it.
    }
  }, 300);
}

// ---- Keys and pointing

/** @type {Record<string, string>} */
const KEYS = {
  ArrowRight: "step",
  ArrowLeft: "back",
  Home: "first",
  End: "last",
  p: "present",
  v: "next-wall",
  n: "next-disagreement",
};
const SHIFTED = /** @type {Record<string, string>} */ ({
  ArrowRight: "next-iteration",
  ArrowLeft: "previous-iteration",
  N: "previous-disagreement",
});

/** What a clicker sends, whatever has the focus: only in presenter mode, for elsewhere these keys turn the page. */
const CLICKER = /** @type {Record<string, string>} */ ({ PageDown: "step", PageUp: "back" });

document.addEventListener("keydown", (event) => {
  if (!model.lesson || model.embedding || isBeside() || event.defaultPrevented || event.altKey)
    return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return send("run");
  const busy =
    event.target instanceof Element &&
    event.target.closest("input, select, textarea, [contenteditable=true]");
  const clicked = view.present && CLICKER[event.key];
  const action = clicked || (event.shiftKey ? SHIFTED : KEYS)[event.key];
  if (event.key === "Escape" && !busy && model.pinned.length) return send("pin", []);
  if (event.key === "Escape" && view.present) return send("present");
  if ((busy && !clicked) || !action || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  send(action);
});

for (const [type, leaving] of [
  ["pointerover", false],
  ["focusin", false],
  ["pointerleave", true],
  ["focusout", true],
])
  app.addEventListener(String(type), (event) => {
    const refs = leaving ? [] : refsAt(event.target);
    if (String(refs) !== String(model.light)) send("light", refs);
  });
night.addEventListener("change", draw);

// ---- In a course

/** The system of the course this page is in, if it is in one. */
const lms = connect(window, (id) => {
  model.notices.push({ id });
  draw();
});
if (lms) rememberIn(lms.storage);

/** In a frame of a course page: tells the page around; else there is nobody to tell. */
const tell =
  view.embed && window.parent !== window
    ? talkWithParent({
        code: ({ code }) => handed(code),
        go: (position) => visit(position),
        language: ({ language }) => {
          if (language !== view.lang) send("language");
        },
      })
    : null;

/** Where the student was, taken up in the place of what the address says. */
async function resume() {
  if (!lms) return;
  await lms.resume();
  const query = new URLSearchParams(location.search);
  for (const [name, text] of new URLSearchParams(lms.place)) query.set(name, text);
  Object.assign(view, readState(String(query)).state);
  wanted = { iteration: view.iteration, step: view.step };
  model.progress = readProgress();
}

/** Leads where a link of ours does, but the page stays, for the course's system takes its leaving for the end. @param {string} search @param {string} hash */
async function follow(search, hash) {
  const { state: to } = readState(search);
  try {
    if (to.course) model.course ??= await json("course.json");
    if (to.lesson !== view.lesson) {
      model.lesson = await json(`lessons/${to.lesson}.json`);
      model.given = {};
    }
  } catch {
    return notify("unreachable");
  }
  const isOpen =
    [to.lesson, to.program, to.exercise].join() ===
    [view.lesson, view.program, view.exercise].join();
  const { lesson, program, exercise, sample } = to;
  Object.assign(view, { lesson, program, exercise, sample, course: to.course, search: "" });
  if (exercise && !isOpen && !(await loadGiven(exercise))) view.exercise = "";
  if (!isOpen) change();
  if (!isOpen && view.exercise) actions["exercise-step"]();
  else go(to);
  python.load();
  draw();
  await scrollToHash(hash);
}

/** To the part of the page that an address names, once it is drawn; else to its beginning. @param {string} hash */
async function scrollToHash(hash) {
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  const part = hash && document.getElementById(hash.slice(1));
  if (part) part.scrollIntoView();
  else scrollTo(0, 0);
}

app.addEventListener("click", (event) => {
  const link =
    event.target instanceof Element &&
    event.target.closest("a[href^='?lesson='], a[href^='?course=']");
  if (!lms || !(link instanceof HTMLAnchorElement)) return;
  event.preventDefault();
  follow(link.search, link.hash);
});

/** A program from the page around is shown, as one from a link is, never run; the reader's own is one undo away. @param {string} code */
function handed(code) {
  if (!model.lesson || code === model.code) return;
  model.code = code;
  model.notices = [...model.notices.filter(({ id }) => id !== "handed"), { id: "handed" }];
  draw();
}

/** @param {rec.Position} position */
function visit({ iteration, step }) {
  if (!model.lesson) return;
  go({ iteration, step });
  draw();
}

/** What the course hears of where the student is. @param {Model} now */
function report({ lessons, lesson, scene, recording, python, run, progress }) {
  if (!lesson || !(tell || lms)) return;
  const { id } = lesson;
  const listed = lessons.find((one) => one.id === id) ?? lesson;
  const { iteration, step } = scene.position;
  tell?.("ready", { version: 1, lesson: id, language: view.lang });
  tell?.("position", {
    lesson: id,
    program: view.program,
    iteration,
    step,
    steps: scene.moments.length,
    iterations: recording.iterations,
  });
  tell?.("progress", {
    lesson: id,
    python: python.state,
    run: run.state,
    exercises: progress[id] ?? {},
  });
  tell?.("score", { lesson: id, score: lessonScore(listed, progress) });
  lms?.report(writeState(view, true), wholeScore(lessons, progress));
}

// ---- Starting

/** The lesson asked for, or, with a word about it, the one that opens without asking. */
async function loadLesson() {
  model.lessons = await json("lessons/index.json");
  if (!model.lessons.some(({ id }) => id === view.lesson)) {
    model.notices.push({ id: "lesson", name: view.lesson });
    view.lesson = readState("").state.lesson;
  }
  return json(`lessons/${view.lesson}.json`);
}

/** The program that is open: that of the exercise, if one is. */
function opened() {
  const { exercise } = working();
  if (exercise) return exerciseProgram(/** @type {any} */ (model.lesson), exercise, model.given);
  const programs = programsOf(/** @type {import("./state.js").Lesson} */ (model.lesson));
  return programs.find(({ id }) => id === view.program) ?? programs[0];
}

/** Shows the program, as the reader left it, beside its run recorded beforehand. */
function openProgram() {
  const { id, program, baked } = opened();
  if (model.gradient?.state === "asked") python.stop();
  const recording = rec.createRecording();
  rec.append(recording, rec.unpack(baked));
  model.heldMaps = null;
  holdMaps(recording);
  Object.assign(model, {
    recording,
    shownAt: null,
    shownCode: program,
    output: baked.header.output,
    gradient: null,
    derivation: derivationOf(recording),
    code: recall(codeKey(view.lesson, id)) ?? program,
    run: idle(program),
    attempt: view.exercise ? task.newAttempt() : null,
  });
}

/** The derivation begins with the first weight into an output; only a lesson that shows it has one. @param {rec.Recording} recording */
function derivationOf({ network }) {
  const output = network?.layers.at(-1)?.[0];
  if (!network || !model.lesson?.panels?.includes("derivation")) return null;
  return chain.newDerivation(chain.weightOf(network, [`a:${output}`]) ?? "");
}

async function open() {
  await resume();
  const [found, equations] = await Promise.all([loadLesson(), json("equations.json")]);
  Object.assign(model, { lesson: found, equations });
  if (view.teachers)
    [model.teachers, model.licences] = await Promise.all([
      json("teachers.json"),
      text("licences.txt"),
    ]);
  if (isCourse()) model.course = await json("course.json");
  if (!programsOf(found).some(({ id }) => id === view.program)) {
    model.notices.push({ id: "program", name: view.program });
    view.program = "program";
  }
  if (view.exercise && !(await loadGiven(view.exercise))) view.exercise = "";
  openProgram();
  const { exercise, attempt } = working();
  if (exercise && attempt && wanted.iteration + wanted.step === 0)
    wanted = task.startOf(model.recording, exercise, attempt);
  Object.assign(view, reach(wanted));
  if (wanted.iteration !== view.iteration || wanted.step !== view.step)
    model.notices.push({ id: "position", iteration: view.iteration + 1, step: view.step + 1 });
  if (found.follows && !view.exercise && !new URLSearchParams(location.search).has("iteration"))
    go(rec.lastPosition(model.recording));
  if (view.sample > 0 && view.sample >= model.recording.samples.length) {
    model.notices.push({ id: "sample", sample: view.sample + 1 });
    view.sample = Math.max(0, model.recording.samples.length - 1);
  }
  draw();
  await new Promise(requestAnimationFrame); // the reader's own program is in the editor, so undo brings it back
  await codeFromLink();
  draw();
  if (view.embed) askForHeight();
  if (location.hash) await scrollToHash(location.hash);
}

open().catch((error) => {
  if (origin === "null" && !isOneFile && location.protocol.startsWith("http"))
    return location.replace(`backprop-lab.html${location.search}${location.hash}`); // a frame that may load nothing
  const t = translator(WORDS[view.lang], view.lang);
  const again = () => location.reload();
  render(
    html`<div class="waiting" role="alert"><p>${t("page.failed", { error: String(error.message) })}</p><button type="button" data-action="reload" @click=${again}>${t("status.retry")}</button></div>`,
    app,
  );
});
if (view.embed) seen(document.body).then(python.load);
else if (!isBeside()) python.load();
