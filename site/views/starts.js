// Many networks trained from different starts: a small curve for each, and a large one for the chosen start with its outputs.

import * as format from "../text/format.js";
import { html, svg } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../recording/types.js").Start} Start */

/** @param {Model} model @param {Send} send */
export function starts(model, send) {
  const { t, recording } = model;
  const found = recording.figures.starts;
  return html`<section class="starts" aria-labelledby="starts-heading">
    <h2 id="starts-heading">${t("starts.heading")}</h2>
    ${found ? all(model, send, found) : html`<p class="soft">${t("starts.none")}</p>`}
  </section>`;
}

/** @param {Model} model @param {Send} send @param {import("../recording/types.js").Starts} found */
function all({ t, start }, send, { iterations, all }) {
  const learnt = all.filter((one) => one.learnt).length;
  const firstStuck = Math.max(
    0,
    all.findIndex((one) => !one.learnt),
  );
  const chosen = start !== null && start < all.length ? start : firstStuck;
  const highest = Math.max(...all.flatMap(({ curve }) => curve.map((loss) => loss ?? 0)));
  const line = (/** @type {Start} */ one) => curve(one.curve, iterations, highest);
  return html`<p>${t("starts.summary", { learnt, stuck: all.length - learnt, all: all.length })} <span class="soft">${t("starts.hint")}</span></p>
    <ol>${all.map(
      (
        one,
        number,
      ) => html`<li><button type="button" data-start=${number} class=${one.learnt ? "" : "stuck"}
        aria-pressed=${number === chosen ? "true" : "false"} aria-label=${named(t, one, number)}
        @click=${() => send("start", number)}>${line(one)}${number}</button></li>`,
    )}</ol>
    ${large(t, send, all[chosen], chosen, line(all[chosen]))}`;
}

/** @param {Model["t"]} t @param {Send} send @param {Start} one @param {number} number @param {unknown} line */
function large(t, send, one, number, line) {
  const outputs = one.outputs.map((y) => format.short(y ?? Number.NaN, 3)).join(t("starts.comma"));
  return html`<div class="chosen" data-chosen=${number}>
    ${line}
    <div>
      <div aria-live="polite"><p><strong>${named(t, one, number)}</strong></p><p>${t("starts.said", { count: one.outputs.length, outputs })}</p></div>
      <button type="button" data-action="open-start" @click=${() => send("open-start", one)}>${t("starts.open", { number })}</button>
    </div>
  </div>`;
}

/** @param {Model["t"]} t @param {Start} one @param {number} number */
const named = (t, { learnt }, number) =>
  t("starts.one", { number, state: t(learnt ? "starts.learnt" : "starts.stuck") });

/**
 * The error over the iterations, on a square of 100 that the style stretches.
 * @param {Start["curve"]} losses
 * @param {number[]} iterations
 * @param {number} highest
 */
function curve(losses, iterations, highest) {
  const last = Math.max(1, iterations[iterations.length - 1]);
  const points = losses.flatMap((loss, i) =>
    loss === null
      ? []
      : [`${((100 * iterations[i]) / last).toFixed(1)},${(98 - (96 * loss) / highest).toFixed(1)}`],
  );
  return html`<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">${svg`<polyline points=${points.join(" ")} />`}</svg>`;
}
