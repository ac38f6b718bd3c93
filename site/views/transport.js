// The controls at the foot of the page: buttons to move, the size of a step, the current position.

import { GRANULARITIES } from "../recording/navigate.js";
import { SPEEDS } from "../state/url_state.js";
import { inputValue } from "../widgets/input_value.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */

/**
 * @param {Model} model
 * @param {Send} send
 * @param {unknown} curve the loss curve, which is also the slider
 * @param {string} said what a screen reader is told of this step
 */
export function transport(model, send, curve, said) {
  const { t, recording, scene, view, isFirst, isLast } = model;
  const { position, moments, sample } = scene;
  const empty = moments.length === 0;
  const button = (
    /** @type {import("../state/messages.js").PlainMessage} */ action,
    /** @type {string} */ sign,
    /** @type {boolean} */ end,
  ) =>
    html`<button type="button" class="icon" data-action=${action} aria-label=${t(`transport.${action}`)} title=${t(`transport.${action}`)}
      ?disabled=${empty || end} @click=${() => send(action)}>${icon(sign)}</button>`;
  return html`<footer aria-label=${t("transport.heading")}
      data-step=${position.step} data-steps=${moments.length} data-iteration=${position.iteration} data-iterations=${recording.iterations}
      data-sample=${sample >= 0 ? sample : nothing}>
    <div class="controls">
      <div class="buttons">
        ${button("first", FIRST, isFirst)}
        ${button("previous-iteration", REWIND, position.iteration === recording.kept[0])}
        <button type="button" data-action="back" ?disabled=${empty || isFirst} @click=${() => send("back")}>${icon(BACK)}<span>${t("transport.back")}</span></button>
        <button type="button" class="play" data-action="play" aria-keyshortcuts="Space" aria-label=${t(model.isPlaying ? "transport.pause" : "transport.play")} title=${t(model.isPlaying ? "transport.pause" : "transport.playHint")}
          ?disabled=${empty} @click=${() => send("play")}>${icon(model.isPlaying ? PAUSE : PLAY)}</button>
        <button type="button" class="main" data-action="step" ?disabled=${empty || isLast} @click=${() => send("step")}><span>${t("transport.step")}</span>${icon(FORTH)}</button>
        ${button("next-iteration", FAST, position.iteration === recording.kept.at(-1))}
        ${button("last", LAST, isLast)}
      </div>
      <label class="size" title=${t(`granularity.${view.granularity}.full`)}><span>${t("transport.size")}</span>
        <select aria-label=${t("transport.size")} @change=${(/** @type {Event} */ event) => send("granularity", /** @type {import("../recording/types.js").Granularity} */ (inputValue(event)))}>${GRANULARITIES.map(
          (name) =>
            html`<option value=${name} ?selected=${name === view.granularity}>${t(`granularity.${name}`)}</option>`,
        )}</select></label>
      <select class="speed" aria-label=${t("transport.speed")} title=${t("transport.speed")} @change=${(/** @type {Event} */ event) => send("speed", /** @type {import("../state/url_state.js").Speed} */ (inputValue(event)))}>${SPEEDS.map(
        (name) =>
          html`<option value=${name} ?selected=${name === view.speed}>${t(`speed.${name}`)}</option>`,
      )}</select>
      <p class="position">${empty ? t("transport.empty") : places(model)}</p>
    </div>
    ${curve}
    <p class="unseen" role="status" aria-live="polite">${said}</p>
    <p class="unseen">${t("page.keys")}</p>
  </footer>`;
}

/** "step 7 of 156 · iteration 310 of 4,000 · sample 2 of 4": people count from 1. @param {Model} model */
function places({ t, recording, scene }) {
  const { position, moments, sample } = scene;
  const { drawn } = recording;
  const step = t("transport.stepOf", { step: position.step + 1, steps: moments.length });
  const isDrawn = drawn?.iteration === position.iteration;
  if (isDrawn)
    return joined([step, t("handwriting.here", { iteration: drawn.from.iteration + 1 })]);
  return joined([
    step,
    t("transport.iterationOf", {
      iteration: position.iteration + 1,
      iterations: recording.iterations,
    }),
    sample >= 0
      ? t("network.sample", { sample: sample + 1, samples: recording.samples.length })
      : "",
  ]);
}

/** Each part by itself, so that a narrow foot leaves out a whole one. @param {string[]} parts */
const joined = (parts) =>
  parts.filter(Boolean).map((part, i) => html`<span>${i ? " · " : ""}${part}</span>`);

const FIRST = "M5 4v12M16 4l-8 6 8 6";
const LAST = "M15 4v12M4 4l8 6-8 6";
const REWIND = "M10 4l-6 6 6 6M17 4l-6 6 6 6";
const FAST = "M10 4l6 6-6 6M3 4l6 6-6 6";
const BACK = "M13 4l-6 6 6 6";
const PLAY = "M6 3.5l10 6.5-10 6.5z";
const PAUSE = "M7 4v12M13 4v12";
const FORTH = "M7 4l6 6-6 6";

/** @param {string} path */
const icon = (path) =>
  html`<svg class="glyph" viewBox="0 0 20 20" aria-hidden="true"><path d=${path}/></svg>`;
