// What the current step does, in sentences: for the view of the step, and for screen readers after each move.

import { equationOf } from "../recording/operands.js";
import { symbolOf } from "../recording/read.js";
import * as format from "../text/format.js";

/** @typedef {import("./types.js").Model} Model */

/** One or two sentences: what the step does, and what the sign of its value means. @param {Model} model */
export function inWords({ scene, recording, t, view }) {
  const now = scene.moment?.step;
  if (!now) return [];
  const value = scene.state.get(now.sets);
  const instance = equationOf(recording, now);
  if (!instance)
    return [
      t("step.plain", { symbol: symbolOf(recording, now.sets).text, value: format.short(value) }),
    ];
  const sense = value && (value > 0 ? instance.sense?.plus : instance.sense?.minus);
  return [instance.words[view.lang], sense ? sense[view.lang] : ""].filter(Boolean);
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
