// The handout: two A4 pages of the step that is shown, to print and to write on.

import { readAt } from "../recording/scene.js";
import { inWords } from "../state/announcement.js";
import { blanksOf, generalQuestions, linesOf, questionsOf, workedSteps } from "../state/handout.js";
import * as format from "../text/format.js";
import { tagOf } from "../text/i18n.js";
import { written } from "../widgets/equation.js";
import { fitSheets } from "../widgets/fit_sheets.js";
import { pieces } from "../widgets/pieces.js";
import { qrCode } from "../widgets/qr.js";
import { typeset } from "../widgets/typeset.js";
import { guard, html, nothing, unsafeHTML } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {(scene: import("../recording/scene.js").Scene) => unknown} Draw  the network of a scene */

/** @param {Model} model @param {Send} send @param {Draw} network */
export function handout(model, send, network) {
  const { t, sheets, recording, scene, shownCode, view } = model;
  if (!sheets) return nothing;
  const shown = [t, sheets, recording, scene, shownCode, view.lesson, model.sheetLink];
  return html`<main class="handout" aria-labelledby="handout-heading">
    ${view.handout ? bar(model, send) : nothing}
    ${guard(shown, () => pages(model, network))}
  </main>`;
}

/** @param {Model} model @param {Send} send */
function bar({ t, sheets }, send) {
  const choice = (/** @type {"numbers" | "blanks"} */ how) =>
    html`<button type="button" data-handout=${how} aria-pressed=${sheets === how ? "true" : "false"} @click=${() => send("handout", how)}>${t(`handout.${how}`)}</button>`;
  return html`<div class="handout-bar">
    <h1 id="handout-heading" tabindex="-1">${t("handout.heading")}</h1>
    <div class="switch" role="group" aria-label=${t("handout.how")}>${choice("numbers")}${choice("blanks")}</div>
    <button type="button" class="main" data-action="print" @click=${() => send("print", "page")}>${t("handout.print")}</button>
    <button type="button" data-action="leave-handout" @click=${() => send("handout", "")}>${t("handout.leave")}</button>
  </div>`;
}

/** @param {Model} model @param {Draw} network */
function pages(model, network) {
  const { t, lesson, view } = model;
  const title = lesson?.title[view.lang];
  return html`<div class="sheets" lang=${tagOf(view.lang)} ${fitSheets(model)}>
    <article class="sheet">
      <header><strong>${t("page.name")}</strong> <span>${title}</span><span class="space"></span><span class="pupil">${t("handout.name")} <i></i></span></header>
      ${firstPage(model, network)}
      <footer><span>${t("handout.page", { page: 1 })}</span><span>${place(model)}</span></footer>
    </article>
    <article class="sheet">
      <header><strong>${t("page.name")}</strong> <span>${title}</span><span class="space"></span><span>${t("handout.page", { page: 2 })}</span></header>
      ${secondPage(model)}
    </article>
  </div>`;
}

// ---- The first page: the network and the equations

/** @param {Model} model @param {Draw} network */
function firstPage(model, network) {
  const { t, recording, scene, sheets } = model;
  const all = workedSteps(recording, scene);
  const isBlank = sheets === "blanks" ? blanksOf(all) : null;
  const at = isBlank && all.length ? Math.max(0, all[0].step - 1) : scene.position.step;
  const drawn = readAt(recording, { ...scene.position, step: at }, scene.sample, "quantity");
  const shown = all.filter(({ alike }) => alike < MOST_ALIKE);
  const phases = /** @type {const} */ (["forward", "backward", "update"]);
  return html`<h2 class="say">${isBlank ? t("handout.task") : inWords(model)[0]}</h2>
    <div class="picture"><div inert>${network(isBlank ? drawn : scene)}</div>${facts(model)}</div>
    ${phases.map((phase) =>
      phasePart(
        model,
        phase,
        shown.filter(({ moment }) => moment.step.phase === phase),
        isBlank,
      ),
    )}
    <p class="soft cut-note">${t("handout.cut")}</p>`;
}

/** @param {Model} model */
const place = ({ t, scene, recording }) =>
  [
    t("handout.iteration", { iteration: scene.position.iteration + 1 }),
    scene.sample < 0
      ? ""
      : t("network.sample", { sample: scene.sample + 1, samples: recording.samples.length }),
  ]
    .filter(Boolean)
    .join(" · ");

const MOST_INPUTS = 6;
const MOST_ALIKE = 4; // equations of one kind: a page has no room for more

/** The givens: the sample, the learning rate, and how to read the picture. @param {Model} model */
function facts(model) {
  const { t, recording, scene } = model;
  const sample = recording.samples[scene.sample];
  const list = (/** @type {number[]} */ values) =>
    values.length === 1
      ? format.short(values[0])
      : `(${values.map((value) => format.short(value, 3)).join(", ")})`;
  const eta = scene.state.get("eta");
  /** @type {[string, string][]} */
  const rows = [
    ...(sample && sample.x.length <= MOST_INPUTS ? [["x", list(sample.x)]] : []),
    ...(sample?.t.length && sample.t.length <= MOST_INPUTS ? [["t", list(sample.t)]] : []),
    ...(eta === undefined ? [] : [["η", format.short(eta)]]),
  ].map(([symbol, value]) => [symbol, value]);
  return html`<div class="facts">
    <h3>${t("handout.given")}</h3>
    <p>${place(model)}</p>
    <dl>${rows.map(([symbol, value]) => html`<div><dt>${symbol}</dt><dd>${value}</dd></div>`)}</dl>
    <h3>${t("handout.reading")}</h3>
    <p>${t("handout.legend")}</p>
  </div>`;
}

/**
 * @param {Model} model
 * @param {import("../recording/types.js").Phase} phase
 * @param {import("../state/handout.js").Worked[]} steps
 * @param {((ref: string) => boolean) | null} isBlank
 */
function phasePart(model, phase, steps, isBlank) {
  if (!steps.length) return nothing;
  const { t } = model;
  return html`<section class="phase"><h3>${t(`phase.${phase}`)}</h3>
    ${steps.map((one, i) => line(model, one, one.isExample ? null : isBlank, i === 0))}</section>`;
}

/** @param {Model} model @param {import("../state/handout.js").Worked} worked @param {((ref: string) => boolean) | null} isBlank @param {boolean} stays */
function line({ t, recording, scene }, { step, moment, alike }, isBlank, stays) {
  const { iteration } = scene.position;
  const at = readAt(recording, { iteration, step }, scene.sample, "quantity");
  const more = (/** @type {number} */ count) => t("step.more", { count });
  const { symbols, numbers, result } = written(recording, at, moment.step, more, isBlank);
  return html`<p class="worked" data-spare=${stays ? nothing : 1000 * alike + step} data-step=${step}><span>${pieces([...symbols, ...numbers, result].filter(Boolean))}</span>
    <small>${[moment.step.equation, t("handout.line", { line: moment.step.line })].filter(Boolean).join(" · ")}</small></p>`;
}

// ---- The second page: the program and the questions

const ALWAYS = 8; // lines around the current one that stay, whatever the questions need

/** @param {Model} model */
function secondPage(model) {
  const { t, shownCode, recording, scene, equationLines, lesson, view, sheets } = model;
  const now = scene.moment?.step.line ?? 1;
  const [first, last] = linesOf(shownCode, recording, now);
  const equations = new Map(equationLines);
  const lines = shownCode.split("\n").slice(first - 1, last);
  const questions = questionsOf(lesson, view.lang, sheets === "blanks");
  const general = generalQuestions(scene, recording).map((name) => t(`handout.ask.${name}`));
  return html`<h2>${t("handout.program", { line: now })}</h2>
    <ol class="program">${lines.map((text, i) => {
      const number = first + i;
      const away = Math.abs(number - now);
      return html`<li data-spare=${away > ALWAYS ? 500 + away : nothing} aria-current=${number === now ? "step" : nothing}><b>${number}</b><code style="--indent:${text.search(/\S|$/)}">${text.trimStart()}</code><small>${equations.get(number) ?? ""}</small></li>`;
    })}</ol>
    <h2>${t("exercises.heading")}</h2>
    <ol class="questions">${[...questions, ...general].map(
      (one, i) =>
        html`<li data-spare=${i > 2 ? 2000 + i : i ? 100 + i : nothing}><div>${unsafeHTML(typeset(one))}</div><i></i><i></i></li>`,
    )}</ol>
    ${link(model)}`;
}

/** @param {Model} model */
function link({ t, sheetLink, scene, code, program }) {
  if (!sheetLink) return nothing;
  const isPlain = code !== program.program && !sheetLink.includes("#");
  const values = { iteration: scene.position.iteration + 1, step: scene.position.step + 1 };
  return html`<div class="to-lab">${qrCode(sheetLink, t("embedding.qr"))}<div><h3>${t("handout.link")}</h3>
    <p>${t("handout.scan", values)}${isPlain ? ` ${t("handout.plain")}` : ""}</p></div></div>`;
}
