// Factor by factor: the program's product for one quantity over the chain rule's, column by column.

import * as format from "../text/format.js";
import { mathml } from "../widgets/equation.js";
import { guard, html, nothing, unsafeHTML } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../recording/told_types.js").Factors} Factors */
/** @typedef {import("../recording/told_types.js").Factor} Factor */

/** @param {Model} model @param {Send} send @param {Factors | null} factors */
export function factorRows(model, send, factors) {
  if (!factors) return nothing;
  const { t } = model;
  const { columns, sample } = factors;
  const digits = format.apart(factors.program, factors.chain_rule);
  const of = sample === null ? "factors.ofUpdate" : "factors.of";
  return html`<div class="factors" tabindex="0" role="group" aria-label=${t("factors.heading")}>
    <table>
      <caption>${t("factors.heading")} <span class="soft">${math(factors)} ${t(of, { sample: (sample ?? 0) + 1 })}</span></caption>
      <tbody>
        <tr><th scope="row">${factors.line ? t("factors.yours", { line: factors.line }) : t("factors.yourProgram")}</th>
          ${columns.map(({ state, program }) => cell(model, send, state, program, state === "missing" ? "missing" : ""))}
          <td class="result ours">= <b title=${format.repr(factors.program)}>${format.short(factors.program, digits)}</b></td></tr>
        <tr><th scope="row">${t("factors.chainRule")}</th>
          ${columns.map(({ state, chain_rule: right }) => cell(model, send, state, right, ""))}
          <td class="result">= <b title=${format.repr(factors.chain_rule)}>${format.short(factors.chain_rule, digits)}</b></td></tr>
      </tbody>
    </table>
    ${columns.map((column) => said(model, column))}
  </div>`;
}

/**
 * The factors of one row in one column; a hole where one is missing.
 * @param {Model} model
 * @param {Send} send
 * @param {string} state
 * @param {Factor[]} factors
 * @param {string} hole
 */
function cell(model, send, state, factors, hole) {
  const { t } = model;
  const filled = factors.map((one) => box(model, send, one));
  const empty = hole ? html`<span class="hole">${t("factors.missing")}</span>` : nothing;
  return html`<td data-state=${state}>${factors.length ? html`<span class="boxes">${filled}</span>` : empty}</td>`;
}

/** @param {Model} model @param {Send} send @param {Factor} factor */
function box({ t }, send, factor) {
  const { value, line, code, ref } = factor;
  return html`<span class="box" data-ref=${ref ?? nothing} title=${code || nothing}>
    ${math(factor)}<b title=${format.repr(value)}>${format.short(value)}</b>
    ${line ? html`<button type="button" class="link" data-action="show-line" @click=${() => send("show-line", line)}>${t("layers.line", { line })}</button>` : nothing}
  </span>`;
}

/** A symbol, or the program's own text. @param {{ tex: string, text: string }} one */
const math = ({ tex, text }) =>
  tex ? guard([tex], () => unsafeHTML(mathml(tex))) : html`<code>${text}</code>`;

/** The fault in a column, in words. @param {Model} model @param {Factors["columns"][number]} column */
function said({ t, has }, { state, program, chain_rule: right }) {
  const key = `factors.${state}`;
  if (!has(`${key}Said`)) return nothing;
  const product = (/** @type {Factor[]} */ all) => format.product(all.map(({ text }) => text));
  const places = { line: program[0]?.line ?? "", from: right[0]?.line ?? "" };
  return html`<p>${t(`${key}Said`, { yours: product(program), right: product(right), ...places })}</p>`;
}
