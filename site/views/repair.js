// The repairs that a program needs before Python can read it: one list, one press.

import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/types.js").Told} Told */
/** @typedef {import("../state/messages.js").Send} Send */

const MOST_LINES = 4; // of one row, as buttons; the rest is counted

/** @param {Model} model @param {Send} send */
export function repair(model, send) {
  const { repair: of, code, python, t } = model;
  const isHere = of?.code === code;
  const isRepaired = isHere && of.before !== null;
  const waits =
    isHere && of.state !== "done" && of.cause === "pasted" && python.state === "loading";
  return html`<div role="status" class="repair-room">${
    of?.shown || isRepaired || waits
      ? html`<section class="repair" aria-label=${t("repair.heading")}>
      ${waits ? html`<p class="soft">${t("repair.waiting")}</p>` : nothing}
      ${isRepaired ? repaired(model, send) : nothing}
      ${of?.shown ? list(model, send, of.shown, isHere) : nothing}
    </section>`
      : nothing
  }</div>`;
}

/** @param {Model} model @param {Send} send */
const repaired = ({ t }, send) => html`<p class="repaired">${t("repair.done")}
  <button type="button" data-action="repair-undo" @click=${() => send("repair-undo")}>${t("repair.undo")}</button>
  ${close(t, send)}</p>`;

/** @param {Model["t"]} t @param {Send} send */
const close = (t, send) =>
  html`<button type="button" class="close" aria-label=${t("repair.close")} @click=${() => send("repair-dismiss")}>×</button>`;

/** @param {Model} model @param {Send} send @param {import("../state/types.js").Repaired} found @param {boolean} isHere */
function list(model, send, { changes, refused, notes, text, keeps_lines }, isHere) {
  const { t, code } = model;
  const lines = (/** @type {string} */ source) => source.split("\n").length;
  const counted = { before: lines(code), after: lines(text) };
  return html`
    ${
      changes.length
        ? html`<div class="repair-head"><h3>${t("repair.changes")}</h3>
      <button type="button" class="main" data-action="repair" ?disabled=${!isHere} @click=${() => send("repair")}>${t("repair.all")}</button>${close(t, send)}</div>
      ${rows(model, send, changes)}
      <p class="soft">${t("repair.hint")} ${keeps_lines ? nothing : t("repair.lines", counted)}</p>`
        : nothing
    }
    ${part(model, send, "refused", refused, !changes.length)}
    ${part(model, send, "notes", notes, !changes.length && !refused.length)}`;
}

/** @param {Model} model @param {Send} send @param {"refused" | "notes"} name @param {Told[]} told @param {boolean} isFirst */
function part(model, send, name, told, isFirst) {
  if (!told.length) return nothing;
  const { t } = model;
  return html`<div class="repair-head"><h3>${t(`repair.${name}`)}</h3>${isFirst && !model.repair?.before ? close(t, send) : nothing}</div>
    ${rows(model, send, told)}`;
}

/** @param {Model} model @param {Send} send @param {Told[]} told */
const rows = ({ t, view }, send, told) =>
  html`<ul>${told.map(
    ({ id, lines, message }) =>
      html`<li data-repair=${id}>${message[view.lang]} <span class="repair-lines">${lines
        .slice(0, MOST_LINES)
        .map(
          (line) =>
            html`<button type="button" data-line=${line} @click=${() => send("go-line", line)}>${t("repair.line", { line })}</button> `,
        )}${lines.length > MOST_LINES ? t("repair.more", { count: lines.length - MOST_LINES }) : nothing}</span></li>`,
  )}</ul>`;
