// The error over the whole run, which is also the slider over its iterations.

import { lossAt, nearest } from "../recording/read.js";
import * as format from "../text/format.js";
import { whatChanged } from "../text/what_changed.js";
import { curve } from "../widgets/curve.js";
import { html, nothing, uPlot } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */

/** @param {Model} model @param {Send} send */
export function loss(model, send) {
  const { t, recording, other, before, view, dark } = model;
  const isEmpty = !recording.kept.length;
  const iteration = placeOnCurve(model);
  const beside = other?.recording ?? before;
  const isMeasured = [recording, beside].some((one) => one?.loss.some(Number.isFinite));
  const lines = beside ? [NOW, other ? OTHER : BEFORE] : [NOW];
  const chart = {
    lines: isMeasured ? lines : [], // without a known error only the slider over the iterations is left
    data: data(recording.loss, beside?.loss, view.log),
    marked: recording.differing,
    broken: recording.broken,
    span: Math.max(recording.iterations, beside?.iterations ?? 0),
    here: isEmpty ? -1 : iteration,
    log: view.log,
    fromZero: true,
    dark,
    go: (/** @type {number} */ there) => send("iteration", there),
  };
  const title = isEmpty ? "loss.empty" : isMeasured ? "loss.heading" : "loss.none";
  return html`<div class="tools">
    <span class="title" aria-hidden="true">${t(title)}</span>
    ${recording.broken === null ? nothing : html`<span class="broken">${t("loss.broken", { iteration: recording.broken + 1 })}</span>`}
    ${beside ? legend(model) : nothing}
    ${isMeasured ? html`<button type="button" data-action="log" aria-pressed=${view.log ? "true" : "false"} title=${t("loss.logHint")} @click=${() => send("log")}>${t("loss.log")}</button>` : nothing}
    ${
      other
        ? html`<button type="button" data-action="let-go" @click=${() => send("let-go")}>${t("compare.letGo")}</button>`
        : isEmpty
          ? nothing
          : html`<button type="button" data-action="keep" title=${t("compare.hint")} @click=${() => send("keep")}>${t("compare.keep")}</button>`
    }
  </div>
  <div class="loss" role="slider" tabindex="0" aria-label=${t("loss.name")} aria-valuemin="1"
      aria-valuemax=${Math.max(1, recording.iterations)} aria-valuenow=${iteration + 1} aria-valuetext=${valueText(model)}
      aria-disabled=${isEmpty ? "true" : "false"}
      @keydown=${(/** @type {KeyboardEvent} */ event) => onKey(event, model, send)}>
    <div class="chart" ${curve(chart)}></div>
  </div>`;
}

const NOW = { colour: "--ink", rising: true };
const OTHER = { colour: "--soft", dash: [6, 4] };

const BEFORE = { colour: "--before" };

/** The run before, by what was changed since. @param {Model} model */
function changed({ t, before }) {
  const change = before?.change;
  if (change?.kind === "value") return change.text;
  return change?.kind === "line" ? t("compare.line", { line: change.line }) : t("compare.before");
}

/** @param {Model} model */
function legend(model) {
  const { t, view, other, shownCode } = model;
  if (!other)
    return html`<span class="legend" data-before>${stroke("before")}${changed(model)}</span>`;
  const change = whatChanged(other.code, shownCode);
  const kept = other.edited && change.kind !== "value" ? "compare.keptEdited" : "compare.kept";
  const words = t(kept, {
    program: change.kind === "value" ? change.text : other.title[view.lang],
  });
  return html`<span class="legend" title=${words}>${stroke("")}${t("compare.now")}
    ${stroke("dashed")}${words}</span>`;
}

/** @param {string} kind */
const stroke = (kind) =>
  html`<svg class="stroke ${kind}" viewBox="0 0 24 8" aria-hidden="true"><path d="M0 4h24"/></svg>`;

/** The iteration shown; of the reader's drawing, the one whose weights it was read with. @param {Model} model */
const placeOnCurve = ({ scene, recording, isDrawn }) =>
  recording.drawn && isDrawn ? recording.drawn.from.iteration : scene.position.iteration;

/** @param {Model} model */
function valueText(model) {
  const { t, recording, scene } = model;
  const iteration = placeOnCurve(model);
  const error = lossAt(recording, iteration);
  const value = t(error === undefined ? "loss.place" : "loss.value", {
    iteration: iteration + 1,
    iterations: recording.iterations,
    loss: format.short(error),
  });
  return scene.disagreements.length ? `${value}, ${t("check.marked")}` : value;
}

/**
 * On the chart the arrow keys move by iterations; elsewhere by steps.
 * @param {KeyboardEvent} event
 * @param {Model} model
 * @param {Send} send
 */
function onKey(event, { recording, scene }, send) {
  const { kept } = recording;
  const at = nearest(recording, scene.position.iteration);
  const far = Math.max(1, Math.round(kept.length / 20));
  const moves = /** @type {Record<string, number>} */ ({
    ArrowRight: at + 1,
    ArrowUp: at + 1,
    ArrowLeft: at - 1,
    ArrowDown: at - 1,
    PageUp: at + far,
    PageDown: at - far,
    Home: 0,
    End: kept.length - 1,
  });
  if (!(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey || !kept.length)
    return;
  event.preventDefault();
  event.stopPropagation();
  send("iteration", kept[Math.max(0, Math.min(kept.length - 1, moves[event.key]))]);
}

/** @type {{ of: unknown[], data: any }} the last data, so that the chart is given the same object while nothing changes */
let last = { of: [], data: [] };

/** @param {number[]} now @param {number[] | undefined} other @param {boolean} log @returns {any} */
function data(now, other, log) {
  const of = [now, now.length, other, log];
  if (of.some((one, i) => one !== last.of[i])) {
    const points = known(now, log);
    last = { of, data: other ? uPlot.join([points, known(other, log)]) : points };
  }
  return last.data;
}

/**
 * The known values only: a run that the build recorded has the error of every n-th iteration.
 * @param {number[]} loss
 * @param {boolean} log
 * @returns {any}
 */
function known(loss, log) {
  const there = [...loss.keys()].filter((i) => Number.isFinite(loss[i]) && (!log || loss[i] > 0));
  return [there.map((i) => i + 1), there.map((i) => loss[i])];
}
