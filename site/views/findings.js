// The result of comparing code and equations: how many numbers agree, where they differ, and which mistake explains that.

import { nextDisagreement } from "../recording/navigate.js";
import { old } from "../widgets/old.js";
import { html, keyed, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../recording/told_types.js").Finding} Finding */

/**
 * @param {Model} model
 * @param {Send} send
 * @param {(factors: import("../recording/told_types.js").Factors | null) => unknown} factorRows  how both products are shown
 */
export function findings(model, send, factorRows) {
  const { t, view, recording, run } = model;
  if (!recording.kept.length) return nothing;
  const outcome = agreement(model);
  const rules = (recording.rule ?? []).map(({ words }) => words[view.lang]);
  const told = [outcome, ...rules, ...recording.findings.map(({ message }) => message[view.lang])];
  const over = run.state !== "running"; // during a run the numbers change with every chunk
  return html`<section class="findings" aria-label=${t("findings.heading")} tabindex="0">
    ${old(model.isStale, t("run.old"))}
    <div class="outcome ${run.checking ? "" : recording.differing.length ? "differs" : "agrees"}">
      <p>${run.checking ? t("findings.checking") : outcome}</p>
      ${recording.differing.length && !run.checking ? jumps(model, send) : nothing}
    </div>
    ${sampled(model)}
    ${rules.map((rule) => html`<p class="finding" data-kind="rule"><strong>${t("findings.rule")}</strong> ${rule}</p>`)}
    ${keyed(recording.findings, html`${recording.findings.map((finding) => card(model, send, finding, factorRows(finding.factors ?? null)))}`)}
    <p class="unseen" role="status">${over ? told.join(" ") : ""}</p>
  </section>`;
}

/** How many weights were searched for known mistakes, if not all. @param {Model} model */
function sampled({ t, recording: { searched, network } }) {
  const all = network?.edges.length ?? 0;
  return searched !== null && searched < all
    ? html`<p class="soft" data-searched=${searched}>${t("findings.sampled", { weights: searched, all })}</p>`
    : nothing;
}

/** @param {Model} model */
function agreement({ t, recording }) {
  const { checks } = recording;
  const count = recording.differing.length;
  if (count) return t("findings.differs", { count, compared: recording.kept.length });
  const isKept = recording.kept.length === recording.iterations; // else many iterations were not compared at all
  const isWhole = isKept && !Object.values(recording.uncompared).some(Boolean);
  const agrees = isWhole ? "findings.agrees" : "findings.agreesCompared";
  return checks ? t(agrees, { checks }) : t("findings.nothing");
}

/** To the next place where code and equation differ, and back. @param {Model} model @param {Send} send */
function jumps({ t, recording, scene }, send) {
  const there = (/** @type {1 | -1} */ way) => nextDisagreement(recording, scene.position, way);
  return html`<div class="jumps">
    <button type="button" data-action="previous-disagreement" title=${t("findings.previousHint")} ?disabled=${!there(-1)}
      @click=${() => send("previous-disagreement")}>${t("findings.previous")}</button>
    <button type="button" data-action="next-disagreement" title=${t("findings.nextHint")} ?disabled=${!there(1)}
      @click=${() => send("next-disagreement")}>${t("findings.next")}</button>
  </div>`;
}

/** The hint is a click away, the answer one more. @param {Model} model @param {Send} send @param {Finding} finding @param {unknown} products */
function card(model, send, finding, products) {
  const { t, view } = model;
  const { id, kind, line, iteration, step, message, hint, answer } = finding;
  const place = iteration === null ? null : { iteration, step: step ?? 0 };
  const go = place ? "show-finding" : "show-line";
  const button = (/** @type {string} */ label) =>
    html`<button type="button" data-action=${go} @click=${() => (place ? send("go", place) : send("show-line", line ?? 1))}>${label}</button> `;
  const help = hint[view.lang];
  const solution = answer[view.lang];
  return html`<article class="finding" data-finding=${id} data-kind=${kind}>
    <p>${line ? button(t("error.line", { line })) : nothing}<strong>${t(`findings.${kind}`)}</strong> ${message[view.lang]}</p>
    <div class="help">
      ${place && !line ? button(t("findings.go")) : nothing}
      ${help ? more(t("findings.hint"), help, solution ? more(t("findings.answer"), solution, nothing) : nothing) : nothing}
    </div>
    ${products}
  </article>`;
}

/** @param {string} name @param {string} text @param {unknown} further */
const more = (name, text, further) =>
  html`<details><summary>${name}</summary><p>${text}</p>${further}</details>`;
