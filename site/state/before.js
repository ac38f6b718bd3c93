// The error of the run before, which stays beside that of the run shown, with what was changed since.

import { whatChanged } from "../text/what_changed.js";
import { model } from "./model.js";

/**
 * @typedef {object} Before
 * @property {number[]} loss  by iteration
 * @property {number} iterations
 * @property {import("../text/what_changed.js").Change} change
 */

/** Keeps the error of the run that is shown, before that of another program takes its place. @param {string} code the other program */
export function keepBefore(code) {
  const { recording, shownCode } = model;
  if (code === shownCode || !recording.loss.some(Number.isFinite)) return;
  const { loss, iterations } = recording;
  model.before = { loss, iterations, change: whatChanged(shownCode, code) };
}
