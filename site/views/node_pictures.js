// The numbers around one node of a large network, as pictures: its weights, also in the course of the run, what comes in, the
// change, the deltas of its layer.

import { nearest, symbolOf } from "../recording/read.js";
import { nodeOf } from "../recording/refs.js";
import { inputsAt } from "../recording/scene.js";
import { changesOf, weightsBefore } from "../recording/state_at.js";
import * as format from "../text/format.js";
import { columnsOf, fixedOf, isImage } from "../widgets/large_layout.js";
import { isSame, largest, moveOf, pixels } from "../widgets/pixels.js";
import { guard, html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../widgets/large_layout.js").Fixed} Fixed */

/** Made again only if something in it has changed. @param {Model} model @param {Send} send */
export function nodePictures(model, send) {
  const { t, recording, scene, pinned, dark } = model;
  const shown = [t, recording.network, recording.kept.length, scene, String(pinned), dark];
  return guard(shown, () => figures(model, send, fixedOf(recording.network ?? { layers: [] })));
}

/**
 * The node that this step is about, or that is pinned, if many connections lead into it.
 * @param {Model} model @param {Fixed} fixed
 */
function openNode({ scene, pinned }, { plan, weights }) {
  const many = (/** @type {string} */ id) => (weights.get(id)?.length ?? 0) > 12;
  const sets = nodeOf(scene.moment?.step.sets ?? "");
  const fallback = plan.blocks.find(({ nodes }) => many(String(nodes[0])))?.nodes[0];
  return [...pinned.map(nodeOf), sets, String(fallback ?? "")].find(many);
}

/**
 * The numbers around one node as pictures: its weights, what comes in, the change, and the deltas of its layer.
 * @param {Model} model @param {Send} send @param {Fixed} fixed
 */
function figures(model, send, fixed) {
  const { t, scene, recording } = model;
  const id = openNode(model, fixed);
  if (!id) return html`<p class="soft">${t("large.choose")}</p>`;
  const weights = fixed.weights.get(id) ?? [];
  const inputs = fixed.inputs.get(id) ?? [];
  const layer = recording.network?.layers.find((nodes) => nodes.includes(Number(id))) ?? [];
  const deltas = layer.map((one) => `delta:${one}`);
  const changes = changesOf(recording, scene.position.iteration, weights);
  const { state } = scene;
  const isFirst = inputs[0] === `a:${recording.network?.layers[0][0]}`;
  const inputNow = isFirst ? inputsAt(recording, scene, inputs) : state.list(inputs);
  return html`${overTime(model, send, id, weights)}<div class="figures">
    ${figure(model, send, t("large.weights", { node: id }), weights, state.list(weights))}
    ${figure(model, send, t("large.input"), inputs, inputNow)}
    ${
      changes.some((change) => change !== undefined)
        ? figure(model, send, t("large.change"), weights, changes)
        : nothing
    }
    ${
      layer.length > 12 && deltas.some((ref) => state.has(ref))
        ? figure(model, send, t("large.deltas"), deltas, state.list(deltas))
        : nothing
    }
  </div>`;
}

const MOMENTS = 6; // at most, of the run
const SMALL = 44;

/** @typedef {{ images: { iteration: number, pictures: import("../widgets/pixels.js").Picture[] }[], most: number }} OverTime */

/** @type {WeakMap<object, OverTime & { id: string, kept: number }>} the last of each recording, whatever names it is read with */
const lastImages = new WeakMap();

/**
 * The weights into a node before some of the kept iterations as images, all on one scale; the same at every step of a run.
 * @param {import("../recording/types.js").Recording} recording @param {string} id @param {string[]} weights @returns {OverTime}
 */
function imagesOf(recording, id, weights) {
  const known = lastImages.get(recording.numbering);
  if (known?.id === id && known.kept === recording.kept.length) return known;
  const kept = recording.kept.filter((iteration) => iteration < recording.iterations);
  const count = isImage(weights.map((_, i) => i)) ? Math.min(MOMENTS, kept.length) : 0;
  const seen = Array.from({ length: count }, (_, i) => {
    const at = (i * kept[kept.length - 1]) / Math.max(1, count - 1);
    const k = nearest(/** @type {typeof recording} */ ({ kept }), at); // the first ones are kept more densely
    return {
      iteration: kept[k],
      values: weightsBefore(recording, k, weights),
    };
  }).filter(({ values }, i, all) => !i || !isSame(values, all[i - 1].values));
  const most = largest(seen.flatMap(({ values }) => values));
  const place = { columns: columnsOf(weights.length), most, signed: true, x: 0, y: 0 };
  const images = seen.map(({ iteration, values }) => ({
    iteration,
    pictures: [{ values, ...place, width: SMALL, height: SMALL }],
  }));
  const found = { id, kept: recording.kept.length, images, most };
  lastImages.set(recording.numbering, found);
  return found;
}

/**
 * What a node looks for, in the course of the run: its weights before some of the kept iterations, all on one scale.
 * @param {Model} model @param {Send} send @param {string} id @param {string[]} weights
 */
function overTime({ t, dark, recording, scene }, send, id, weights) {
  const { images, most } = imagesOf(recording, id, weights);
  if (images.length < 2) return nothing;
  return html`<div class="over-time" role="group" aria-label=${t("large.overTime", { node: id })}>
    <p class="soft">${t("large.overTime", { node: id })} ${t("large.within", { most: format.short(most, 3) })}</p>
    ${images.map(
      ({ iteration, pictures }) =>
        html`<button type="button" data-moment=${iteration} aria-label=${t("large.moment", { iteration: iteration + 1 })} aria-current=${iteration === scene.position.iteration ? "true" : nothing}
        @click=${() => send("go", { iteration, step: scene.position.step })}>
      <canvas aria-hidden="true" style="width:${SMALL}px;height:${SMALL}px" ${pixels(pictures, SMALL, SMALL, dark)}></canvas>${t("large.number", { iteration: iteration + 1 })}</button>`,
    )}
  </div>`;
}

const SIDE = 96;

/** @param {Model} model @param {Send} send @param {string} what @param {string[]} refs @param {(number | undefined)[]} values */
function figure({ t, dark, recording }, send, what, refs, values) {
  const columns = columnsOf(refs.length);
  const rows = Math.ceil(refs.length / columns);
  const height = (SIDE * rows) / columns;
  const signed =
    !refs[0].startsWith("a:") || values.some((value) => value !== undefined && value < 0);
  const most = largest(values);
  const scale = t(signed ? "large.within" : "large.upTo", { most: format.short(most, 3) });
  /** @param {HTMLCanvasElement} canvas @param {number} at */
  const read = (canvas, at) => {
    const ref = refs[Math.max(0, Math.min(refs.length - 1, at))];
    canvas.dataset.ref = ref;
    canvas.dataset.at = String(refs.indexOf(ref));
    const value = values[refs.indexOf(ref)];
    canvas.title = `${symbolOf(recording, ref).text} ${value === undefined ? "–" : format.repr(value)}`;
    canvas.setAttribute("aria-description", canvas.title);
    send("highlight", [ref]);
  };
  const point = (/** @type {PointerEvent} */ event) => {
    const canvas = /** @type {HTMLCanvasElement} */ (event.currentTarget);
    const box = canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
    read(canvas, Math.floor(((event.clientY - box.top) / box.height) * rows) * columns + column);
  };
  const key = (/** @type {KeyboardEvent} */ event) => {
    const move = moveOf(event.key, columns);
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    const canvas = /** @type {HTMLCanvasElement} */ (event.currentTarget);
    read(canvas, Number(canvas.dataset.at ?? -move) + move);
  };
  return html`<figure>
    <figcaption>${what}</figcaption>
    <canvas tabindex="0" role="img" aria-label=${t("large.read", { what })} style="width:${SIDE}px;height:${height}px"
      @pointermove=${point} @pointerdown=${point} @keydown=${key}
      ${pixels([{ values, columns, most, signed, x: 0, y: 0, width: SIDE, height }], SIDE, height, dark)}></canvas>
    <p class="soft">${scale}</p>
  </figure>`;
}
