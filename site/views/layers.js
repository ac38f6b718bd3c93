// The verdict layer by layer: each layer's deltas and changes beside the derivative of the program's own error.

import { layerName } from "../text/layer_name.js";
import { old } from "../widgets/old.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../recording/told_types.js").LayerVerdict} LayerVerdict */
/** @typedef {LayerVerdict["parts"][number]} Part */

/** Colour never speaks alone. @type {Record<Part["state"], string>} */
const SIGNS = { agrees: "✓", factor: "✓", rule: "~", differs: "≠", unknown: "?", follows: "↳" };

/** @param {Model} model @param {Send} send */
export function layers(model, send) {
  const { t, recording, has } = model;
  const { judgement } = recording;
  if (!judgement?.layers.length) return nothing;
  const error = has(`layers.error.${judgement.error}`)
    ? `layers.error.${judgement.error}`
    : "layers.error.own";
  const parts = judgement.layers.flatMap((layer) => layer.parts);
  const open = parts.filter(({ state }) => !["agrees", "factor"].includes(state)).length;
  return html`<details class="layers" ?open=${open > 0}>
    <summary><h2>${t("layers.heading")}</h2> <span>${t(open ? "layers.some" : "layers.all", { error: t(error) })}</span></summary>
    ${old(model.isStale, t("run.old"))}
    <table>
      <caption>${t("layers.what", { error: t(error), count: judgement.needle.angles.length, passes: judgement.passes })}</caption>
      <tbody>${[...judgement.layers].reverse().map((layer) => [layer.parts.map((part) => row(model, send, layer, part)), why(model, layer)])}</tbody>
    </table>
    <p class="soft">${t("layers.later")}</p>
  </details>`;
}

/** @param {Model} model @param {Send} send @param {LayerVerdict} layer @param {Part} part */
function row(model, send, layer, { what, state, line }) {
  const { t, recording } = model;
  const count = recording.judgement?.layers.length ?? 0;
  const name = t(`layers.${what}`, { layer: layerName(t, layer.layer, count) });
  const follows = layer.parts.find((part) => part.what === "delta")?.line ?? "";
  return html`<tr data-judged=${layer.layer} data-part=${what} data-state=${state}>
    <th scope="row">${name}</th>
    <td><span aria-hidden="true">${SIGNS[state]}</span> ${t(`layers.${state}`, { line: follows })}</td>
    <td>${line ? html`<button type="button" class="link" data-action="show-line" @click=${() => send("show-line", line)}>${t("layers.line", { line })}</button>` : nothing}</td>
  </tr>`;
}

/** The factor between a layer's deltas and the right ones, or the reason why nothing can be told. @param {Model} model @param {LayerVerdict} layer */
function why({ view }, { state, message, factor }) {
  if (state !== "unknown" && factor === null) return nothing;
  return html`<tr class="why"><td colspan="3">${message[view.lang]}</td></tr>`;
}
