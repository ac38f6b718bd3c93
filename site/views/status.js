// A short line beside Run: which run the picture shows, and what Python is doing.

import { wrongFile } from "../text/wrong_file.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */

/** @param {Model} model @param {Send} send */
export function status(model, send) {
  const { python, run, t } = model;
  const text = sentences(model);
  return html`<div class="status" data-python=${python.state}>
    <p title=${isThinned(model) ? `${text} ${whatIsKept(model)}` : text} aria-live=${python.state === "loading" || run.state === "running" ? "off" : "polite"}>${text}</p>
    ${python.state === "failed" ? html`<button type="button" data-action="retry" @click=${() => send("retry")}>${t("status.retry")}</button>` : nothing}
    ${python.state === "loading" ? bar(python.progress, t("status.progress")) : nothing}
    ${model.opening ? bar(model.opening.part, text) : nothing}
    ${run.state === "running" && !run.queued ? html`<span class="busy" aria-hidden="true"></span>` : nothing}
  </div>`;
}

/** The most important news of the moment; there is room for one line. @param {Model} model */
function sentences(model) {
  const { python, run, isStale } = model;
  const now = doing(model);
  const isBusy = run.queued || run.state === "running" || python.state === "failed";
  const ofPicture = isStale
    ? stale(model)
    : run.state === "stopped"
      ? ""
      : shown(model, now !== "");
  return [isBusy ? "" : ofPicture, now].filter(Boolean).join(" ");
}

/** @param {Model} model @param {boolean} isShort  another sentence follows in the same line */
function shown({ t, recording, shownAt, view }, isShort) {
  if (!recording.kept.length) return "";
  const { stride, first, iterations } = recording;
  const isWhole = stride === 1 || isShort;
  const isFirst = stride >= iterations;
  if (!shownAt)
    return t(isWhole ? "status.baked" : isFirst ? "status.first" : "status.thinned", {
      stride,
      first,
    });
  const thinned = isFirst ? "status.runFirst" : "status.runThinned";
  const time = shownAt.toLocaleTimeString(view.lang, { hour: "2-digit", minute: "2-digit" });
  return t(isWhole ? "status.run" : thinned, { stride, first, time });
}

/** @param {Model} model */
const whatIsKept = ({ t, recording: { stride, iterations, first } }) =>
  stride >= iterations ? t("notice.first", { first }) : t("notice.thinned", { stride });

/** True if not all iterations of the run shown were kept. @param {Model} model */
const isThinned = ({ recording }) => recording.stride > 1;

/** @param {Model} model */
function stale({ t, isStale, run, code }) {
  if (!isStale) return "";
  return t(run.error && run.code === code ? "status.previous" : "status.stale");
}

/** @param {Model} model */
function doing({ t, python, run, isOwn, found, opening }) {
  if (python.state === "failed")
    return wrongFile(python.error, t) ?? t(isOwn ? "own.pythonFailed" : "status.failed");
  if (run.queued && run.cause === "place" && python.state === "loading")
    return t("status.place", loaded(python));
  if (run.queued)
    return t(python.state === "ready" ? "status.asking" : "status.queued", loaded(python));
  if (opening)
    return t("status.opening", {
      iteration: opening.iteration + 1,
      percent: Math.round(100 * opening.part),
    });
  if (run.state === "running" && run.checking) return t("findings.checking");
  if (run.state === "running" && isOwn && !found) return t("found.looking");
  if (run.state === "running") return t("status.running", { iterations: run.iterations });
  if (run.state === "stopped")
    return t(run.fresh ? "status.stopped" : "status.stoppedEarly", { iterations: run.iterations });
  if (python.state === "ready") return "";
  if (!python.bytes) return ""; // nobody has asked for it yet
  const key = python.progress < 1 ? "status.loading" : "status.starting";
  return t(key, loaded(python));
}

/** In MB, of what is packed. @param {Model["python"]} python */
const loaded = ({ progress, bytes }) => ({
  got: ((progress * bytes) / 1e6).toFixed(1),
  all: (bytes / 1e6).toFixed(1),
});

/** @param {number} fraction @param {string} name */
const bar = (fraction, name) =>
  html`<progress max="1" .value=${fraction} aria-label=${name}></progress>`;
