// The current step: its sentence, its equation in general and here, the numbers, the line of code.

import { rowsSetBy } from "../recording/found.js";
import { symbolOf } from "../recording/read.js";
import { inWords, verdict } from "../state/announcement.js";
import * as format from "../text/format.js";
import { shapeInWords } from "../text/shape.js";
import { written } from "../widgets/equation.js";
import { excerpt } from "../widgets/excerpt.js";
import { pieces } from "../widgets/pieces.js";
import { swipe } from "../widgets/swipe.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */

/** @param {Model} model @param {Send} send @param {unknown} [sides] tabs that choose what stands below */
export function step(model, send, sides = nothing) {
  const { t, scene } = model;
  const now = scene.moment?.step;
  const finger = swipe(
    () => send("step"),
    () => send("back"),
  );
  return html`<section class="step" id="step" tabindex="0" aria-labelledby="step-heading" @touchstart=${{ handleEvent: finger.start, passive: true }} @touchend=${finger.end}
      data-phase=${now?.phase ?? nothing} data-equation=${now?.equation ?? nothing} data-instance=${now?.instance ?? nothing} data-check=${verdict(scene.check) ?? nothing}>
    <h2 class="unseen" id="step-heading">${t("step.heading")}</h2>
    ${now ? naming(model, send) : nothing}
    ${now ? [sentence(model), together(model), equations(model, send, now), sides, html`<div class="in-full" id="in-full">${codeLine(model, now)}${beside(model, now)}</div>`] : html`<p class="say">${t(model.isOwn ? "step.unrun" : "step.none")}</p>`}
  </section>`;
}

/** @type {WeakMap<object, boolean>} a large network has 30,000 names, and to look for one goes through all */
const named = new WeakMap();

/** True if there is any name. @param {object} names */
function hasAny(names) {
  const known = named.get(names) ?? Object.keys(names).length > 0;
  named.set(names, known);
  return known;
}

/** The switch between the program's own names and the course's symbols. @param {Model} model @param {Send} send */
function naming({ t, isOwn, recording, view }, send) {
  if (!isOwn || !recording.found || !hasAny(recording.found.names)) return nothing;
  const choice = (/** @type {"own" | "course"} */ names) =>
    html`<button type="button" data-names=${names} aria-pressed=${view.names === names ? "true" : "false"} @click=${() => send("names", names)}>${t(`names.${names}`)}</button>`;
  return html`<div class="switch" role="group" aria-label=${t("names.heading")} aria-keyshortcuts="E" title=${t("names.hint")}>${choice("own")}${choice("course")}</div>`;
}

/** @param {Model} model */
function sentence(model) {
  const [first, sense] = inWords(model);
  return html`<p class="say">${first}${sense ? html` <span class="sense">${sense}</span>` : nothing}</p>`;
}

/** The quantities that a step over several has set, the largest change first. @param {Model} model */
function together({ t, recording, summary }) {
  if (!summary) return nothing;
  const { rows, count } = summary.last;
  const cells = (/** @type {import("../state/summary.js").Row} */ { value, was }) => {
    if (was === undefined) return html`<td colspan="2">${format.signed(value)}</td>`;
    const digits = format.apart(was, value);
    return html`<td>${format.short(was, digits)} → ${format.short(value, digits)}</td><td>${format.signed(value - was)}</td>`;
  };
  return html`<table class="together">
    <caption class="unseen">${t("summary.table")}</caption>
    <tbody>${rows.map((row) => html`<tr data-ref=${row.ref}><th scope="row">${symbolOf(recording, row.ref).text}</th>${cells(row)}</tr>`)}</tbody>
    ${count > rows.length ? html`<tfoot><tr><td colspan="3" class="soft">${t("summary.more", { count: count - rows.length })}</td></tr></tfoot>` : nothing}
  </table>`;
}

/** @param {Model} model @param {Send} send @param {import("../recording/types.js").Step} now */
function equations({ t, scene, recording, equations, view, allTerms }, send, now) {
  const isInSymbols = !recording.network?.names; // as the general equation is
  const general = now.equation && isInSymbols ? equations[now.equation] : undefined;
  const more = (/** @type {number} */ count) => t("step.more", { count });
  const { symbols, numbers, result, longest } = written(
    recording,
    scene,
    now,
    allTerms ? null : more,
  );
  return html`
    ${general && now.equation ? html`<div class="general">${labelled(general.words[view.lang], [`\\displaystyle ${general.tex}`], now.equation)}</div>` : nothing}
    ${labelled(t("step.here"), symbols, now.instance)}
    ${numbers.length ? html`<div class="formula numbers">${pieces(numbers)}</div>` : nothing}
    ${result ? html`<div class="formula numbers result">${pieces([result])}</div>` : nothing}
    ${longest ? html`<button type="button" data-action="all-terms" aria-pressed=${allTerms ? "true" : "false"} @click=${() => send("all-terms")}>${t(allTerms ? "step.fewer" : "step.all", { count: longest })}</button>` : nothing}`;
}

/** @param {string} label @param {string[]} formula @param {string | null} id */
function labelled(label, formula, id) {
  return html`<p class="label">${label}</p>
    <div class="formula"><div class="terms">${pieces(formula)}</div>${id ? html`<span class="number">${id}</span>` : nothing}</div>`;
}

const AROUND = 5; // lines of code on a wall

/** @param {Model} model @param {import("../recording/types.js").Step} now */
function codeLine(model, now) {
  const { t, shownCode, view, equationLines } = model;
  const text = shownCode.split("\n")[now.line - 1]?.trim();
  if (!text) return nothing;
  return html`<p class="label">${t("step.line", { line: now.line })}${arrays(model, now)}</p>
    ${view.present ? excerpt(shownCode, now.line, AROUND, new Map(equationLines)) : html`<pre class="source"><code>${text}</code></pre>`}`;
}

/**
 * The arrays that the step's number stands in, each with its shape.
 * @param {Model} model
 * @param {import("../recording/types.js").Step} now
 */
function arrays({ t, recording }, now) {
  const { network, found, judgement } = recording;
  const known = found?.rows ?? judgement?.arrays ?? [];
  if (!network) return nothing;
  const rows = rowsSetBy(network, known, now).map((i) => known[i]);
  const written = rows.map(({ name, shape }) => `${name} ${shape}`);
  return rows
    .filter(({ shape }, i) => shape.length && written.indexOf(written[i]) === i)
    .map(
      ({ name, expression, shape, axes }) =>
        html` · <span class="shape"><code>${name || expression}</code> (${shapeInWords(t, shape, axes)})</span>`,
    );
}

/**
 * The number the program computed and the one the equation gives from the same inputs.
 * @param {Model} model
 * @param {import("../recording/types.js").Step} now
 */
function beside({ t, scene: { check } }, now) {
  if (!check) return nothing;
  const { code, formula } = check;
  const digits = format.apart(code, formula);
  return html`<div class="check ${verdict(check)}">
    <dl>
      <div><dt>${t("check.code")}</dt><dd title=${format.repr(code)}><span data-ref=${now.sets}>${format.short(code, digits)}</span></dd></div>
      <div><dt>${t("check.formula")}</dt><dd title=${format.repr(formula)}>${format.short(formula, digits)}</dd></div>
    </dl>
    <p class="verdict">${t(`check.${verdict(check)}`)}</p>
  </div>`;
}
