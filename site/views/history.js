// The history of a pinned connection or node over all kept iterations: a chart below that of the error.

import { historyOf, symbolOf } from "../recording/read.js";
import { belongsToSample } from "../recording/refs.js";
import * as format from "../text/format.js";
import { curve } from "../widgets/curve.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */

/** @param {Model} model @param {Send} send */
export function history(model, send) {
  const { t, recording, scene, pinned, dark } = model;
  if (!pinned.length || !recording.kept.length) return nothing;
  const chart = {
    lines: pinned.map((_, i) => LINES[i]),
    data: data(model),
    marked: NONE,
    span: recording.iterations,
    here: scene.position.iteration,
    log: false,
    fromZero: false,
    dark,
    go: (/** @type {number} */ there) => send("iteration", there),
  };
  return html`<section class="history" aria-label=${t("history.name")}>
    <div class="tools">
      <span class="legend">${pinned.map((ref, i) => named(model, ref, i))}${belongsToSample(pinned[0]) ? sampleOf(model) : nothing}</span>
      <button type="button" data-action="unpin" title=${t("history.letGoHint")} @click=${() => send("pin", [])}>${t("history.letGo")}</button>
    </div>
    <div class="chart" ${curve(chart)}></div>
  </section>`;
}

/** @type {number[]} */
const NONE = [];

/** The first line is a weight or an activation, the second the delta. */
const LINES = [{ colour: "--ink" }, { colour: "--plus", dash: [6, 4] }];

/** @param {Model} model @param {string} ref @param {number} i */
const named = (
  { recording, scene },
  ref,
  i,
) => html`<svg class="stroke ${i ? "delta" : ""}" viewBox="0 0 24 8" aria-hidden="true"><path d="M0 4h24"/></svg>
  <span>${symbolOf(recording, ref).text} ${format.signed(scene.state.get(ref))}</span>`;

/** @param {Model} model */
const sampleOf = ({ t, scene, recording }) =>
  scene.sample < 0
    ? nothing
    : html`<span>${t("network.sample", { sample: scene.sample + 1, samples: recording.samples.length })}</span>`;

/** @type {{ of: unknown[], data: any }} the last data, so that the chart is given the same object while nothing changes */
let last = { of: [], data: [] };

/** @param {Model} model @returns {any} */
function data({ recording: shown, pinned, scene }) {
  const recording = shown.drawn?.run ?? shown; // a drawing is no part of the run
  const of = [recording, recording.kept.length, String(pinned), scene.sample];
  if (of.some((one, i) => one !== last.of[i])) {
    const rows = pinned.map((ref) => historyOf(recording, ref, scene.sample));
    const finite = rows.map((row) => row.map((y) => (Number.isFinite(y) ? y : null)));
    last = { of, data: [recording.kept.map((iteration) => iteration + 1), ...finite] };
  }
  return last.data;
}
