// The derivation of one weight's update (4.9 to 4.17, then 4.1 or 4.3, and 4.5): the next factor is picked before it is
// shown.

import { instanceOf } from "../recording/operands.js";
import { symbolOf } from "../recording/read.js";
import { stateAt } from "../recording/state_at.js";
import { stagesOf } from "../state/derivation.js";
import * as format from "../text/format.js";
import { inText, mathml, withSymbols } from "../widgets/equation.js";
import { inputValue } from "../widgets/input_value.js";
import { html, nothing, unsafeHTML } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../recording/types.js").State} State */
/** @typedef {import("../state/derivation.js").Stage} Stage */
/** @typedef {import("../state/derivation.js").Row} Row */
/** @typedef {{ before: State, after: State }} Numbers  of the sample shown: before its update, and after it */

/** @param {Model} model @param {Send} send */
export function derivation(model, send) {
  const { t, recording, derivation: now } = model;
  const { network } = recording;
  if (!network || !now) return nothing;
  const stages = stagesOf(network, now.edge);
  const numbers = numbersOf(model);
  const known = stages.slice(0, now.done + 1);
  const open = stages[now.done + 1];
  return html`<section class="derivation" aria-labelledby="derivation-heading" data-derivation=${now.edge} data-done=${now.done}>
    <h2 id="derivation-heading">${t("derivation.heading")}</h2>
    ${choice(model, send, network)}
    ${instanceOf(recording, `dE_dw:${now.edge}`) ? nothing : html`<p class="soft">${t("derivation.none")}</p>`}
    <div class="chain" tabindex="0" role="group" aria-label=${t("derivation.heading")}><ol>
      ${known.flatMap(({ rows }) => rows.map((row) => line(model, send, row, numbers)))}
    </ol></div>
    <div role="status">${answer(model, stages, numbers)}</div>
    ${open ? question(model, send, open, numbers) : end(model, send)}
  </section>`;
}

/** @param {Model} model @param {Send} send @param {import("../recording/types.js").Network} network */
function choice({ t, recording, derivation: now }, send, { edges }) {
  return html`<p class="choice"><label>${t("derivation.weight")}
    <select @change=${(/** @type {Event} */ event) => send("derive-weight", inputValue(event))}>
      ${edges.map((edge) => html`<option value=${edge} .selected=${edge === now?.edge}>${symbolOf(recording, `w:${edge}`).text}</option>`)}
    </select></label> <span class="soft">${t("derivation.pick")}</span></p>`;
}

/** The numbers of the current segment of the iteration, also those of later steps. @param {Model} model @returns {Numbers} */
function numbersOf({ recording, scene }) {
  const { moments, moment, sample, position } = scene;
  const last = moments.findLastIndex((one) => one.segment === moment?.segment);
  const update = moments.findIndex(
    (one) => one.segment === moment?.segment && one.step.phase === "update",
  );
  const at = (/** @type {number} */ step, /** @type {boolean} */ including) =>
    stateAt(recording, { iteration: position.iteration, step }, sample, including);
  return { before: update < 0 ? at(last, true) : at(update, false), after: at(last, true) };
}

// ---- The lines so far

/** @param {Model} model @param {Send} send @param {Row} row @param {Numbers} numbers */
function line(model, send, { id, ref, left, right }, numbers) {
  const { t, recording, scene, equations } = model;
  const instance = instanceOf(recording, ref);
  const template = right ?? instance?.right;
  const tex = template
    ? [left ?? `«${ref}»`, left ? "=" : (instance?.arrow ?? "="), template]
        .map((part) => withSymbols(recording, part))
        .join(" ")
    : (equations[id]?.tex ?? "");
  const value = (id === "4.5" ? numbers.after : numbers.before).get(ref);
  const isNow = scene.moment?.step.sets === ref && !right;
  return html`<li data-row=${id} data-current=${isNow ? "" : nothing}>
    ${instance ? html`<button type="button" class="number" title=${t("derivation.go")} aria-label=${`${id}: ${t("derivation.go")}`} @click=${() => send("derive-go", ref)}>${id}</button>` : html`<span class="number">${id}</span>`}
    <span class="formula">${unsafeHTML(mathml(`\\displaystyle ${tex}`))}</span>
    ${ref ? html`<span class="result" data-ref=${ref} title=${value === undefined ? nothing : format.repr(value)}>= ${format.short(value)}</span>` : nothing}
  </li>`;
}

// ---- The question

/** @param {Model} model @param {Send} send @param {Stage} stage @param {Numbers} numbers */
function question(model, send, stage, numbers) {
  const { t, recording } = model;
  return html`<div class="asked" role="group" aria-labelledby="derivation-asked" data-stage=${stage.id}>
    <p id="derivation-asked">${t(`derivation.${stage.id}.ask`, facts(model, numbers))}</p>
    <div class="choices">${stage.options.map(
      (option) =>
        html`<button type="button" data-option=${option.name} @click=${() => send("derive", option.name)}>${inText(recording, option.right)}</button>`,
    )}</div>
  </div>`;
}

/**
 * The answer to the last pick: why it is wrong, or that it is right, or that the answer is shown.
 * @param {Model} model
 * @param {Stage[]} stages
 * @param {Numbers} numbers
 */
function answer(model, stages, numbers) {
  const { t, recording, derivation: now } = model;
  if (!now) return nothing;
  const [last, open] = [stages[now.done], stages[now.done + 1]];
  if (open && now.said)
    return html`<p class="wrong">${t(`derivation.${open.id}.${now.said}`, facts(model, numbers))}</p>`;
  const right = last.options.find(({ isRight }) => isRight);
  if (!right) return nothing;
  const key = now.shown.includes(last.id) ? "derivation.shown" : "derivation.right";
  return html`<p>${t(key, { right: inText(recording, right.right) })} ${t(`derivation.${last.id}.why`, facts(model, numbers))}</p>`;
}

/** @param {Model} model @param {Send} send */
const end = ({ t, derivation: now }, send) =>
  html`<p class="end"><strong>${t("derivation.done")}</strong> <button type="button" data-action="derive-again" @click=${() => send("derive-weight", now?.edge ?? "")}>${t("derivation.again")}</button></p>`;

/**
 * Values for the sentences of a stage: symbols, and under the same key with a V, their numbers.
 * @param {Model} model
 * @param {Numbers} numbers
 */
function facts({ recording, derivation: now }, { before }) {
  const [j, i] = (now?.edge ?? "").split("-");
  const edges = recording.network?.edges ?? [];
  const k = edges.find((edge) => edge.endsWith(`-${j}`))?.split("-")[0];
  const layer = recording.network?.layers.find((nodes) => nodes.includes(Number(j))) ?? [];
  const sibling = layer.find((node) => node !== Number(j));
  const refs = Object.entries({
    w: `w:${j}-${i}`,
    x: `a:${i}`,
    net: `net:${j}`,
    a: `a:${j}`,
    t: `t:${j}`,
    E: "E",
    net2: `net:${k}`,
    a2: `a:${sibling}`,
    back: `w:${k}-${j}`,
    slope: `slope:${j}`,
    dnet: `dE_dnet:${j}`,
    dw: `dE_dw:${j}-${i}`,
    delta: `delta:${j}`,
  });
  return Object.fromEntries([
    ["node", j],
    ["other", String(sibling ?? "")],
    ...refs.map(([name, ref]) => [name, symbolOf(recording, ref).text]),
    ...refs.map(([name, ref]) => [`${name}V`, format.short(before.get(ref))]),
  ]);
}
