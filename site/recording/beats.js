// Beats: parts of a run as the first screen plays them. A slow beat is what one layer does for one sample (its outputs, its
// deltas, or the update); a fast one is a whole iteration. Each stands for a position of the recording.

import { lastPosition } from "./navigate.js";
import { stepsOf } from "./read.js";
import { nodeOf } from "./refs.js";

/**
 * @typedef {import("./types.js").Recording} Recording
 * @typedef {import("./types.js").Step} Step
 */

/** @typedef {"inputs" | "hidden" | "output" | "delta" | "back" | "update" | "run" | "end"} BeatKind */

/**
 * @typedef {object} Beat
 * @property {BeatKind} kind
 * @property {import("./types.js").Position} position  the last of its steps
 * @property {Step[]} steps  that it takes together; [] for a whole iteration
 */

/**
 * The first sample of the first iteration, layer by layer; then one iteration after the other, evenly up to the end.
 * @param {Recording} recording
 * @param {number} [most] how many iterations are shown, spread over the run
 * @returns {Beat[]}
 */
export function beatsOf(recording, most = Number.POSITIVE_INFINITY) {
  const { kept, stride } = recording;
  if (!kept.length) return [];
  const even = kept.filter((iteration, k) => iteration % stride === 0 || k === kept.length - 1);
  const apart = Math.max(1, Math.ceil(even.length / most));
  const shown = even.filter((_, k) => k > 0 && k % apart === 0 && k < even.length - 1);
  return [
    ...slowly(recording, kept[0]),
    ...shown.map((iteration) => whole(iteration, "run")),
    { ...whole(0, "end"), position: lastPosition(recording) },
  ];
}

/** @param {number} iteration @param {BeatKind} kind @returns {Beat} */
const whole = (iteration, kind) => ({
  kind,
  position: { iteration, step: Number.MAX_SAFE_INTEGER },
  steps: [],
});

/** @param {Recording} recording @param {number} iteration */
function slowly(recording, iteration) {
  const moments = stepsOf(recording, iteration);
  /** @type {Map<string, Beat>} */
  const beats = new Map();
  for (const [i, { step, sample }] of moments.entries()) {
    if (sample !== moments[0].sample) break;
    const kind = kindOf(recording, step);
    const name = kind === "update" ? kind : `${kind} ${layerOf(recording, step)}`;
    const steps = [...(beats.get(name)?.steps ?? []), step];
    beats.set(name, { kind, position: { iteration, step: i }, steps });
  }
  return [...beats.values()];
}

/** @param {Recording} recording @param {Step} step @returns {BeatKind} */
function kindOf(recording, step) {
  const layer = layerOf(recording, step);
  const isLast = layer === (recording.network?.layers.length ?? 0) - 1;
  if (step.phase === "update") return "update";
  if (step.phase === "backward") return isLast ? "delta" : "back";
  return layer === 0 ? "inputs" : isLast ? "output" : "hidden";
}

/** @param {Recording} recording @param {Step} step */
const layerOf = ({ network }, step) =>
  network?.layers.findIndex((layer) => layer.includes(Number(nodeOf(step.sets)))) ?? -1;
