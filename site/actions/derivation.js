// The derivation of one weight's update.

import * as chain from "../state/derivation.js";
import { model } from "../state/model.js";
import { focusOn } from "./after_render.js";
import { go, stepThatSets } from "./stepping.js";

/** @param {string} name the factor that was picked */
function derive(name) {
  const { recording, derivation: now } = model;
  if (!recording.network || !now) return;
  const stages = chain.stagesOf(recording.network, now.edge);
  const stage = stages[now.done + 1];
  const option = stage.options.find((one) => one.name === name);
  if (!option) return;
  model.derivation = chain.picked(now, stage, option);
  const { done } = model.derivation;
  const { ref } = stage.rows[stage.rows.length - 1];
  if (done > now.done) go(stepThatSets(ref));
  if (done + 1 === stages.length) focusOn('[data-action="derive-again"]'); // the pressed button is gone
}

/** @satisfies {Partial<import("../state/messages.js").Actions>} */
export const derivation = {
  derive,
  "derive-weight": (edge) => {
    model.derivation = chain.newDerivation(edge);
  },
  "derive-go": (ref) => go(stepThatSets(ref)),
};
