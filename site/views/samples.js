// The samples: what goes in, what should come out, what the network says at this point of the run.

import * as format from "../format.js";
import { html, nothing } from "../vendor.js";

/** @typedef {import("../state.js").Model} Model */
/** @typedef {import("../state.js").Send} Send */

/** @param {Model} model @param {Send} send */
export function samples(model, send) {
  const { t, recording, scene } = model;
  const all = recording.samples;
  if (!all.length) return nothing;
  return html`<table class="samples">
    <caption>${t("samples.heading")}</caption>
    <thead><tr>
      <td></td>
      ${all[0].x.map((_, i) => html`<th scope="col">x<sub>${i + 1}</sub></th>`)}
      <th scope="col">${t("samples.target")}</th><th scope="col">${t("samples.output")}</th><td></td>
    </tr></thead>
    <tbody>${all.map((sample, i) => row(model, send, atHand(model, sample, i), scene.outputs[i], i))}</tbody>
  </table>`;
}

/** What the sample is in this iteration: the rows of a batch are others each time. @param {Model} model @param {import("../recording.js").Sample} sample @param {number} i */
function atHand({ recording, scene }, { x, t }, i) {
  const layers = recording.network?.layers ?? [];
  const now = (
    /** @type {string} */ quantity,
    /** @type {number[]} */ nodes,
    /** @type {number[]} */ first,
  ) => first.map((value, k) => scene.state.get(`${quantity}:${nodes?.[k]}/${i}`) ?? value);
  return { x: now("a", layers[0], x), t: now("t", layers[layers.length - 1], t) };
}

/** @param {Model} model @param {Send} send @param {import("../recording.js").Sample} sample @param {(number | undefined)[]} outputs @param {number} i */
function row({ t, scene }, send, sample, outputs, i) {
  const current = scene.sample === i;
  return html`<tr aria-current=${current ? "true" : nothing} data-sample-row=${i} @click=${() => send("sample", i)}>
    <th scope="row"><button type="button" aria-pressed=${current ? "true" : "false"} aria-label=${t("samples.choose", { sample: i + 1 })}>${i + 1}</button></th>
    ${sample.x.map((x) => html`<td>${format.short(x, 3)}</td>`)}
    <td>${sample.t.map((x) => format.short(x, 3)).join(" ")}</td>
    <td class="said">${outputs.map((y) => format.short(y, 3)).join(" ")}</td>
    <td class="bars">${outputs.map((y, k) => bar(y, sample.t[k]))}</td>
  </tr>`;
}

/** The output as a length from 0 to 1; the tick is where it should be. @param {number | undefined} y @param {number | undefined} target */
function bar(y, target) {
  const part = (/** @type {number} */ x) => `${Math.max(0, Math.min(1, x)) * 100}%`;
  return html`<span class="bar" aria-hidden="true"><i style="width:${part(y ?? 0)}"></i>${
    target === undefined ? nothing : html`<b style="left:${part(target)}"></b>`
  }</span>`;
}
