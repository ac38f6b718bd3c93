// The current step in sentences: for the view of the step, and for screen readers after each move.

import { equationOf } from "../recording/operands.js";
import { symbolOf } from "../recording/read.js";
import { nodeOf } from "../recording/refs.js";
import * as format from "../text/format.js";

/** @typedef {import("./types.js").Model} Model */

/** One or two sentences: what the step does, and what the sign of its value means. @param {Model} model */
export function inWords(model) {
  const { scene, recording, t, view } = model;
  const now = scene.moment?.step;
  if (!now) return [];
  if (model.summary) return together(model, model.summary);
  const value = scene.state.get(now.sets);
  const instance = equationOf(recording, now);
  if (!instance)
    return [
      t("step.plain", { symbol: symbolOf(recording, now.sets).text, value: format.short(value) }),
    ];
  const sense = value && (value > 0 ? instance.sense?.plus : instance.sense?.minus);
  return [instance.words[view.lang], sense ? sense[view.lang] : ""].filter(Boolean);
}

/** The sentence on a step over several quantities: their outputs, deltas and changes. @param {Model} model @param {import("./summary.js").Summary} summary */
function together({ recording, scene, view, t }, { by, error }) {
  const symbol = (/** @type {string} */ ref) => symbolOf(recording, ref.split("/")[0]).text;
  const node = nodeOf(scene.moment?.step.sets ?? "");
  const parts = [];
  if (view.granularity === "node") parts.push(t("summary.node", { node }));
  if (view.granularity === "sample" && scene.sample >= 0)
    parts.push(t("summary.sample", { sample: scene.sample + 1 }));
  if (error?.every(Number.isFinite)) {
    const digits = format.apart(...error);
    const [was, is] = error.map((one) => format.short(one, digits));
    parts.push(t("summary.error", { was, is }));
  }
  for (const phase of /** @type {const} */ (["forward", "backward", "update"])) {
    const { count, rows } = by[phase] ?? { count: 0, rows: [] };
    if (!count) continue;
    const [{ ref, value, was }] = rows;
    const change =
      phase === "forward"
        ? format.short(value)
        : format.signed(was === undefined ? value : value - was);
    const values = { count, symbol: symbol(ref), change };
    parts.push(t(`summary.${phase}${count > 1 ? "" : ".one"}`, values));
  }
  return [parts.join(" ")];
}

/** The text for screen readers: the quantity and its number, then what it means. @param {Model} model */
export function announcement(model) {
  const { scene, recording, t } = model;
  const ref = scene.moment?.step.sets;
  if (!ref) return "";
  const value = scene.state.get(ref);
  const number = format.signed(value, format.apart(scene.before.get(ref), value));
  const where = t("transport.stepOf", {
    step: scene.position.step + 1,
    steps: scene.moments.length,
  });
  const differs =
    verdict(scene.check) === "differs"
      ? t("check.said", { formula: format.signed(scene.check?.formula) })
      : "";
  return [`${symbolOf(recording, ref).text} = ${number}.`, differs, ...inWords(model), where]
    .filter(Boolean)
    .join(" ");
}

/** @param {import("../recording/types.js").Check | null} check */
export const verdict = (check) => check && (check.agrees ? "agrees" : "differs");
