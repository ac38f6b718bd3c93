// The gradient check: the program's deltas and weight changes beside central differences of the error, for one iteration.

import { symbolOf } from "../recording/read.js";
import * as format from "../text/format.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../recording/told_types.js").GradientRow} GradientRow */
/** @typedef {import("../state/types.js").Gradient} Gradient */

/** @param {Model} model @param {Send} send */
export function gradient(model, send) {
  const { t, recording, gradient: asked } = model;
  if (!recording.kept.length) return nothing;
  return html`<details class="gradient">
    <summary><h2>${t("gradient.heading")}</h2></summary>
    <p>${t("gradient.what")}</p>
    ${asked?.state === "done" && asked.rows.length ? sampled(model, asked) : nothing}
    ${asked?.state === "asked" ? waiting(model, send, asked) : ask(model, send)}
    <div role="status">${asked ? outcome(model, asked) : nothing}</div>
    ${asked?.state === "done" && asked.rows.length ? table(model, send, asked) : nothing}
  </details>`;
}

/** @param {Model} model @param {Send} send */
function ask({ t, scene, python, run }, send) {
  const { iteration } = scene.position;
  const stopped = run.state === "stopped" && run.fresh;
  const ready = python.state === "ready" && run.state !== "running" && !stopped;
  const key = stopped ? "stopped" : python.state === "ready" ? "ask" : "python";
  return html`<button type="button" data-action="gradient" ?disabled=${!ready}
    @click=${() => send("gradient")}>${t(`gradient.${key}`, { iteration: iteration + 1 })}</button>`;
}

/** @param {Model} model @param {Send} send @param {Gradient} asked */
const waiting = ({ t }, send, { progress }) => html`<p class="waiting">
  <progress aria-label=${t("gradient.waiting")} value=${progress || nothing}></progress>
  <button type="button" data-action="gradient-stop" @click=${() => send("gradient-stop")}>${t("editor.stop")}</button></p>`;

/** @param {Model} model @param {Gradient} asked */
function outcome({ t, view }, { state, iteration, rows, untold }) {
  const at = { iteration: iteration + 1, rows: rows.length };
  if (state === "asked") return html`<p>${t("gradient.waiting")}</p>`;
  if (state === "failed") return html`<p>${t("gradient.failed")}</p>`;
  if (untold) return html`<p class="untold">${untold[view.lang]}</p>`;
  if (!rows.length) return html`<p>${t("gradient.none", at)}</p>`;
  const number = (/** @type {GradientRow["state"]} */ which) =>
    rows.filter((row) => row.state === which).length;
  if (number("agrees") === rows.length) return html`<p>${t("gradient.agrees", at)}</p>`;
  const counted = OTHERWISE.map((which) => [which, number(which)]).filter(([, count]) => count);
  return html`<p>${t("gradient.counted", { ...at, count: number("agrees") })}</p>
    <ul>${counted.map(([which, count]) => html`<li data-count=${which}>${t(`gradient.counted.${which}`, { count })}</li>`)}</ul>`;
}

/** How many weights are checked, if not all. @param {Model} model @param {Gradient} asked */
function sampled({ t, recording }, { weights }) {
  const all = recording.network?.edges.length ?? 0;
  return weights < all
    ? html`<p class="soft" data-sampled=${weights}>${t("gradient.sampled", { weights, all })}</p>`
    : nothing;
}

/** The states of rows that are not the same, the gravest first. */
const OTHERWISE = /** @type {const} */ (["differs", "rule", "factor", "unknown"]);

/** @param {Model} model @param {Send} send @param {Gradient} asked */
function table(model, send, { rows, every }) {
  const { t, scene, recording } = model;
  const several = recording.samples.length > 1 && rows.some(({ sample }) => sample !== null);
  const bySample = several && every;
  const shown = rows.filter(({ sample }) => every || sample === null || sample === scene.sample);
  return html`
    ${several ? html`<label class="every"><input type="checkbox" .checked=${every} @change=${() => send("gradient-every")}> ${t("gradient.every")}</label>` : nothing}
    <div class="rows" tabindex="0" role="group" aria-label=${t("gradient.heading")}><table>
      <thead><tr>
        <th scope="col">${t("gradient.where")}</th>${bySample ? html`<th scope="col">${t("gradient.sample")}</th>` : nothing}
        <th scope="col">${t("gradient.code")}</th><th scope="col">${t("gradient.numeric")}</th><th scope="col">${t("gradient.ratio")}</th>
      </tr></thead>
      <tbody>${shown.map((row) => line(model, send, row, bySample))}</tbody>
    </table></div>`;
}

/** @param {Model} model @param {Send} send @param {GradientRow} row @param {boolean} bySample */
function line({ t, recording }, send, row, bySample) {
  const { where, sample, state } = row;
  const [code, numeric, ratio] = [row.code, row.numeric, row.ratio].map((x) => x ?? Number.NaN);
  const digits = state === "agrees" ? 4 : Math.min(6, format.apart(code, numeric));
  const number = (/** @type {number} */ x) =>
    html`<td title=${format.repr(x)}>${format.signed(x, digits)}</td>`;
  const changed = where.startsWith("delta:") ? "" : "Δ";
  const quotient = Number.isNaN(ratio) ? "–" : format.short(ratio);
  return html`<tr data-ref=${where} data-gradient=${where} data-gradient-sample=${sample ?? nothing} data-check=${state}>
    <th scope="row"><button type="button" @click=${() => send("pin", [where])}>${changed}${symbolOf(recording, where).text}</button></th>
    ${bySample ? html`<td>${sample === null ? "" : sample + 1}</td>` : nothing}
    ${number(code)}${number(numeric)}
    <td>${state === "agrees" ? quotient : html`<span class=${state === "differs" ? "verdict" : ""}>${quotient}</span> ${t(`gradient.row.${state}`)}`}</td>
  </tr>`;
}
