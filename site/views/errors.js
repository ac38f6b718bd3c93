// An error in the student's program: its line, an explanation in the reader's language, and Python's own message.

import { mapLine } from "../text/line_mapping.js";
import { old } from "../widgets/old.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */

/** @param {Model} model @param {Send} send */
export function errors(model, send) {
  const { t, run, recording, isOwn, code, view } = model;
  if (run.crash) return card(model, t("error.crash"), run.crash);
  if (run.error) {
    const { line } = run.error;
    const button =
      line && !view.present
        ? html`<button type="button" data-action="error-line" @click=${() => send("go-line", mapLine(run.code, code, line))}>${t("error.line", { line })}</button> `
        : nothing;
    const words = [explain(model, run.error), shapes(model, run.error)].filter(Boolean).join(" ");
    const python = run.end === "budget" ? "" : pythons(run.error);
    return card(model, words, python, button, repairButton(model, send));
  }
  if (isOwn && !view.present && run.found?.state === "none") return nothing; // found.js says why
  if (run.end && run.fresh && !recording.kept.length) return card(model, t("error.nothing"), "");
  return nothing;
}

/** The button that repairs the program, where that is what the error needs. @param {Model} model @param {Send} send */
const repairButton = ({ t, run, code, repair }, send) =>
  run.code === code && repair?.code === code && repair.shown?.changes.length
    ? html` <button type="button" class="main" data-action="repair-error" @click=${() => send("repair")}>${t("repair.all")}</button>`
    : nothing;

/** @param {Model} model @param {string} words @param {string} python @param {unknown} [before] @param {unknown} [after] */
const card = ({ t, run, code: now }, words, python, before = nothing, after = nothing) =>
  html`<div class="error" role="alert">${old(now !== run.code, t("run.old"))}<p>${before}${words}${after}</p>${python ? html`<details><summary>${t("error.python")}</summary><pre class="python" tabindex="0">${python}</pre></details>` : nothing}</div>`;

/** @param {import("../recording/told_types.js").ProgramError} error */
const pythons = ({ type, message }) => (message ? `${type}: ${message}` : type);

/** @param {Model} model @param {import("../recording/told_types.js").ProgramError} error */
function explain({ t, has, run, recording, scene }, { type, explanation }) {
  const of = run.end === "budget" ? "budget" : "error";
  const ids = [`${of}.${explanation.id ?? type}`, `${of}.${type}`, `${of}.other`];
  const isStepped = scene.moments.length > 0 || recording.kept.length > 1; // an iteration may end before its first step
  const rest =
    run.fresh && recording.kept.length && isStepped
      ? t("error.partial", { iterations: recording.iterations })
      : "";
  return [t(ids.find(has) ?? ids[2], explanation), rest].filter(Boolean).join(" ");
}

/** The shapes of the arrays that an operation failed on. @param {Model} model @param {import("../recording/told_types.js").ProgramError} error */
const shapes = ({ t }, { operands = [] }) =>
  operands.map((one) => t("error.shape", { text: one.text, shape: shape(one.shape) })).join(" ");

/** As NumPy writes it: "(4, 3)", "(4,)". @param {number[]} lengths */
const shape = (lengths) => `(${lengths.join(", ")}${lengths.length === 1 ? "," : ""})`;
