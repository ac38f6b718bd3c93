// An error in the student's program: its line, an explanation in the reader's language, and Python's own message.

import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */

/** @param {Model} model */
export function errors(model) {
  const { t, run, recording, isOwn } = model;
  if (run.crash) return card(t("error.crash"), run.crash);
  if (run.error)
    return card(explain(model, run.error), run.end === "budget" ? "" : pythons(run.error));
  if (isOwn && run.found?.state === "none") return nothing; // found.js says why
  if (run.end && run.fresh && !recording.kept.length) return card(t("error.nothing"), "");
  return nothing;
}

/** @param {string} words @param {string} python */
const card = (words, python) =>
  html`<div class="error" role="alert"><p>${words}</p>${python ? html`<p class="python"><code>${python}</code></p>` : nothing}</div>`;

/** @param {import("../recording/types.js").ProgramError} error */
const pythons = ({ type, message }) => (message ? `${type}: ${message}` : type);

/** @param {Model} model @param {import("../recording/types.js").ProgramError} error */
function explain({ t, has, run, recording }, { type, line }) {
  const kind = run.end === "budget" ? `budget.${type}` : `error.${type}`;
  const general = run.end === "budget" ? "budget.other" : "error.other";
  const where = line ? t("error.line", { line }) : "";
  const rest =
    run.fresh && recording.kept.length
      ? t("error.partial", { iterations: recording.iterations })
      : "";
  return [where, t(has(kind) ? kind : general), rest].filter(Boolean).join(" ");
}
