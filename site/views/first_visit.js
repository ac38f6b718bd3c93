// The first screen: one sentence that says what this is, the network while it learns, the outputs on their way to the
// targets, and where to begin.

import { historyOf, lossAt, symbolOf } from "../recording/read.js";
import { goOn } from "../state/first_visit.js";
import { OWN } from "../state/lesson_programs.js";
import * as format from "../text/format.js";
import { wrongFile } from "../text/wrong_file.js";
import { languageSwitch } from "../widgets/language_switch.js";
import { smallCurve } from "../widgets/small_curve.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../recording/types.js").Recording} Recording */

/**
 * @param {Model} model
 * @param {Send} send
 * @param {unknown} network its picture
 */
export function firstVisit(model, send, network) {
  const { t, scene, first, recording } = model;
  const beat = first?.beats[first.at];
  if (!beat) return nothing;
  const { iteration, step } = scene.position;
  return html`<div class="first" data-beat=${beat.kind} data-iteration=${iteration} data-step=${step} data-iterations=${recording.iterations}>
    ${head(model, send)}
    <main>
      <div class="welcome">
        <h1>${t("first.heading")}</h1>
        <p>${t("first.what", { iterations: recording.iterations })}</p>
        ${ways(model, send)}
        ${foot(model, send)}
      </div>
      <div class="show">
        ${phases(model, beat.kind)}
        <div role="img" aria-label=${t("first.picture")}><div inert>${network}</div></div>
        <p class="caption">${caption(model, beat.kind)}</p>
      </div>
    </main>
    ${learning(model, send)}
  </div>`;
}

/** @param {Model} model @param {Send} send */
const head = ({ t, view }, send) => html`<header>
    <span class="name">${t("page.name")}</span>
    <span class="space"></span>
    <a href="?course=1&lang=${view.lang}">${t("header.course")}</a>
    <a href="?teachers=1&lang=${view.lang}">${t("teach.teachers")}</a>
    ${languageSwitch(view.lang, send)}
  </header>`;

/** The last line: nothing needs to be installed; if this copy is cut off, the missing part. @param {Model} model @param {Send} send */
const foot = ({ t, python }, send) =>
  python.state === "failed"
    ? html`<p class="failed" role="alert">${wrongFile(python.error, t) ?? t("status.failed")}
        <button type="button" data-action="retry" @click=${() => send("retry")}>${t("status.retry")}</button></p>`
    : html`<p class="soft">${t("first.private")}</p>`;

// ---- The ways on

/** @param {Model} model @param {Send} send */
function ways(model, send) {
  const { t, view, lessons, progress } = model;
  const on = goOn(lessons, progress, view.lang);
  const course = lessons.filter(({ id }) => id !== OWN).length;
  const leave = () => send("first-leave");
  const enter = (/** @type {MouseEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // into another tab
    event.preventDefault();
    send("first-enter");
  };
  const back = on && {
    title: t(on.exercise ? "first.goOnExercise" : "first.goOn", {
      lesson: on.title[view.lang],
      number: on.exercise,
    }),
    href: on.href,
  };
  return html`<nav aria-label=${t("first.ways")}>
    ${back ? way("go-on", back.href, back.title, t("first.goOnHint"), leave) : nothing}
    ${way("step", `?lesson=${view.lesson}&lang=${view.lang}`, t("first.step"), t("first.stepHint"), enter)}
    ${way("neuron", `?lesson=${lessons[0].id}&lang=${view.lang}`, t("first.neuron"), t("first.neuronHint", { lessons: course }), leave)}
    ${way("own", `?lesson=${OWN}&lang=${view.lang}`, t("header.own"), t("first.ownHint"), leave)}
  </nav>`;
}

/**
 * @param {string} name
 * @param {string} href
 * @param {string} title
 * @param {string} hint
 * @param {(event: MouseEvent) => void} click
 */
const way = (name, href, title, hint, click) =>
  html`<a class="way" data-way=${name} href=${href} @click=${click}><span><b>${title}</b><span class="hint">${hint}</span></span>
    <svg class="glyph" viewBox="0 0 20 20" aria-hidden="true"><path d="M7 4l6 6-6 6"/></svg></a>`;

// ---- What the network does

/** @type {Record<string, string>} */
const PHASE_OF = {
  inputs: "forward",
  hidden: "forward",
  output: "forward",
  delta: "backward",
  back: "backward",
  update: "update",
};

/** @param {Model} model @param {string} kind */
const phases = ({ t }, kind) =>
  html`<ol class="phases">${["forward", "backward", "update"].map(
    (phase) =>
      html`<li aria-current=${PHASE_OF[kind] === phase ? "true" : nothing}>${t(`phase.${phase}`)}</li>`,
  )}</ol>`;

/** The sentence on a beat, with its numbers. @param {Model} model @param {string} kind */
function caption({ t, scene, recording }, kind) {
  const node = recording.network?.layers.at(-1)?.[0] ?? 0;
  const known = (/** @type {string} */ ref) => format.short(scene.state.get(ref));
  return t(`first.beat.${kind}`, {
    inputs: recording.samples[scene.sample]?.x.map((x) => format.short(x, 3)).join(", ") ?? "",
    output: known(`a:${node}`),
    target: known(`t:${node}`),
    symbol: symbolOf(recording, `delta:${node}`).text,
    delta: known(`delta:${node}`),
    iterations: recording.iterations,
  });
}

// ---- How it learns

/** @param {Model} model @param {Send} send */
function learning(model, send) {
  const { t, scene, recording, first } = model;
  const { iteration } = scene.position;
  const label = t(first?.isPlaying ? "transport.pause" : "transport.play");
  return html`<section class="learning" aria-label=${t("first.learning")}>
    <div class="turn">
      <button type="button" data-action="first-play" aria-keyshortcuts="Space" aria-label=${label} title=${label} @click=${() => send("first-play")}>
        <svg class="glyph full" viewBox="0 0 20 20" aria-hidden="true"><path d=${first?.isPlaying ? PAUSE : PLAY}/></svg></button>
      <p><b>${t("first.iteration", { iteration: iteration + 1 })}</b><span class="soft">${t("first.of", { iterations: recording.iterations })}</span></p>
    </div>
    <ul>${recording.samples.map((sample, i) => answer(model, sample, i))}</ul>
    <div class="error-curve">
      <p><span>${t("loss.heading")}</span> <b>${format.short(lossAt(recording, iteration), 3)}</b></p>
      ${smallCurve({ ...errorCurve(recording), here: iteration, isKnown: true, to: recording.iterations - 1, low: 0, target: null })}
    </div>
  </section>`;
}

const PLAY = "M6 3.5l10 6.5-10 6.5z";
const PAUSE = "M5 4h3.5v12H5zM11.5 4H15v12h-3.5z";

/** The output for one sample over the run, with its target. @param {Model} model @param {import("../recording/types.js").Sample} sample @param {number} i */
function answer({ t, scene, recording }, { x, t: targets }, i) {
  const y = scene.outputs[i]?.[0];
  const name = t("first.sample", { first: x[0], second: x[1] });
  return html`<li data-sample=${i}>
    <p><span>${name}</span> <b>${format.short(y, 3)}</b><span class="soft">${t("first.target", { target: format.short(targets[0], 3) })}</span></p>
    ${smallCurve({ ...outputCurve(recording, i), here: scene.position.iteration, isKnown: y !== undefined, to: recording.iterations - 1, low: 0, high: 1, target: targets[0] })}
  </li>`;
}

/** @type {{ of: Recording | null, outputs: Map<number, { x: number[], y: number[] }>, error: { x: number[], y: number[], high: number } }} */
let curves = { of: null, outputs: new Map(), error: { x: [], y: [], high: 1 } };

/** The curves of a recording that came with the page never change. @param {Recording} recording */
function curvesOf(recording) {
  if (curves.of === recording) return curves;
  const node = recording.network?.layers.at(-1)?.[0];
  const outputs = new Map(
    recording.samples.map((_, i) => [
      i,
      { x: recording.kept, y: historyOf(recording, `a:${node}`, i) },
    ]),
  );
  const x = [...recording.loss.keys()].filter((i) => Number.isFinite(recording.loss[i]));
  const y = x.map((i) => recording.loss[i]);
  curves = { of: recording, outputs, error: { x, y, high: Math.max(...y) } };
  return curves;
}

/** @param {Recording} recording @param {number} sample */
const outputCurve = (recording, sample) =>
  /** @type {{ x: number[], y: number[] }} */ (curvesOf(recording).outputs.get(sample));

/** @param {Recording} recording */
const errorCurve = (recording) => curvesOf(recording).error;
