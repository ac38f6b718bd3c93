// The samples: what goes in, what should come out, what the network says at this point of the run.

import * as format from "../text/format.js";
import { columnsOf } from "../widgets/large_layout.js";
import { largest, pixels } from "../widgets/pixels.js";
import { guard, html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */

const MOST = 24; // rows, beside that of the sample shown
const SIDE = 32; // of a sample that is a picture

/** Made again only if something in it has changed. @param {Model} model @param {Send} send */
export function samples(model, send) {
  const { t, recording, scene, litSample, dark } = model;
  const { network, samples: all, drawn } = recording;
  if (!all.length) return nothing;
  return guard([t, network, all, all.length, drawn, scene, litSample, dark], () =>
    table(model, send),
  );
}

/** @param {Model} model @param {Send} send */
function table(model, send) {
  const { t, recording, scene } = model;
  const all = recording.samples;
  const hasTargets = all.some((sample) => sample.t.length);
  const refs = refsOf(recording.network?.layers ?? []);
  return html`<table class="samples">
    <caption>${t("samples.heading")}</caption>
    <thead><tr>
      <td></td>
      ${isWide(all[0].x) ? html`<th scope="col">x</th>` : all[0].x.map((_, i) => heading(refs.x[i], html`x<sub>${i + 1}</sub>`))}
      ${hasTargets && !isWide(all[0].t) ? heading(refs.t.join(" "), t("samples.target")) : nothing}${heading(isWide(all[0].t) ? "" : refs.y.join(" "), t("samples.output"))}${isWide(all[0].t) ? nothing : html`<td></td>`}
    </tr></thead>
    <tbody>${all.map((_, i) => (i < MOST || i === scene.sample ? row(model, send, atHand(model, refs, i), i, hasTargets, refs) : nothing))}</tbody>
    ${all.length > MOST ? html`<tfoot><tr><td></td><td class="soft" colspan=${isWide(all[0].x) ? 4 : all[0].x.length + 3}>${t("samples.more", { shown: MOST, all: all.length })}</td></tr></tfoot>` : nothing}
  </table>`;
}

/** @typedef {{ x: string[], t: string[], y: string[] }} Columns  the quantities of the columns: inputs, targets, outputs */

/** @type {WeakMap<number[][], Columns>} by the layers */
const columnsByLayers = new WeakMap();

/** @param {number[][]} layers @returns {Columns} */
function refsOf(layers) {
  const [inputs, outputs] = [layers[0] ?? [], layers.at(-1) ?? []];
  const known = columnsByLayers.get(layers) ?? {
    x: inputs.map((node) => `a:${node}`),
    t: outputs.map((node) => `t:${node}`),
    y: outputs.map((node) => `a:${node}`),
  };
  columnsByLayers.set(layers, known);
  return known;
}

/** A column's heading, which tells what it is of the sample shown. @param {string | undefined} refs @param {unknown} text */
const heading = (refs, text) =>
  html`<th scope="col" data-ref=${refs || nothing} tabindex=${refs ? "0" : nothing}>${text}</th>`;

/** The sample as it is in this iteration: the rows of a batch change each time, and an output for an earlier row is not an
 * output for the new one. @param {Model} model @param {Columns} refs @param {number} i */
function atHand({ recording, scene }, refs, i) {
  const { x, t } = recording.samples[i];
  if (!scene.state.hasSample(i)) return { x, t, outputs: scene.outputs[i] };
  if (scene.state.hasSame(refs.x, x, i) && scene.state.hasSame(refs.t, t, i))
    return { x, t, outputs: scene.outputs[i] };
  const known = scene.state.list(refs.x, i);
  const targets = scene.state.list(refs.t, i);
  const xHere = x.map((value, k) => known[k] ?? value);
  const isOther = xHere.some((value, k) => value !== x[k]);
  return {
    x: xHere,
    t: t.map((value, k) => targets[k] ?? value),
    outputs: isOther ? scene.state.list(refs.y, i) : scene.outputs[i],
  };
}

/**
 * @param {Model} model
 * @param {Send} send
 * @param {ReturnType<typeof atHand>} sample
 * @param {number} i
 * @param {boolean} hasTargets
 * @param {Columns} columns
 */
function row({ t, scene, litSample, dark, recording }, send, sample, i, hasTargets, columns) {
  const { outputs } = sample;
  const many = isWide(sample.t);
  const current = scene.sample === i;
  const refs = current ? columns : null;
  const isDrawn = recording.drawn?.sample === i;
  return html`<tr aria-current=${current ? "true" : nothing} data-sample-row=${i} data-lit=${litSample === i ? "" : nothing} @click=${() => send("sample", i)}>
    <th scope="row"><button type="button" aria-pressed=${current ? "true" : "false"} aria-label=${isDrawn ? t("handwriting.sample") : t("samples.choose", { sample: i + 1 })}>${isDrawn ? "✎" : i + 1}</button></th>
    ${isWide(sample.x) ? html`<td>${picture(sample.x, dark)}</td>` : sample.x.map((x, k) => html`<td data-ref=${refs?.x[k] ?? nothing}>${format.short(x, 3)}</td>`)}
    ${hasTargets && !many ? html`<td data-ref=${refs?.t.join(" ") ?? nothing}>${sample.t.map((x) => format.short(x, 3)).join(" ")}</td>` : nothing}
    ${many ? nothing : html`<td class="said" data-ref=${refs?.y.join(" ") ?? nothing}>${outputs.map((y) => format.short(y, 3)).join(" ")}</td>`}
    <td class="bars ${many ? "many" : ""}">${outputs.map((y, k) => bar(y, sample.t[k]))}</td>
  </tr>`;
}

/**
 * The output as a length from 0 to 1; the tick is where it should be.
 * @param {number | undefined} y
 * @param {number | undefined} target
 */
function bar(y, target) {
  const part = (/** @type {number} */ x) => `${Math.max(0, Math.min(1, x)) * 100}%`;
  return html`<span class="bar" aria-hidden="true"><i style="width:${part(y ?? 0)}"></i>${
    target === undefined ? nothing : html`<b style="left:${part(target)}"></b>`
  }</span>`;
}

/** Whether a sample has too many numbers for a column each. @param {number[]} numbers */
const isWide = (numbers) => numbers.length > 8;

/** A sample of many numbers as a picture. @param {number[]} x @param {boolean} dark */
function picture(x, dark) {
  const columns = columnsOf(x.length);
  const height = (SIDE * Math.ceil(x.length / columns)) / columns;
  const signed = x.some((value) => value < 0);
  const one = {
    values: x,
    columns,
    most: Math.max(1, largest(x)),
    signed,
    x: 0,
    y: 0,
    width: SIDE,
    height,
  };
  return html`<canvas aria-hidden="true" style="width:${SIDE}px;height:${height}px" ${pixels([one], SIDE, height, dark)}></canvas>`;
}
