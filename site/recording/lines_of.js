// The lines of the program that set a quantity, and those that read it.

import { ofSample } from "./refs.js";

/** @typedef {{ line: number, equation: string | null }} Setting */

/**
 * @param {import("./types.js").Recording} recording
 * @param {string} ref
 * @returns {{ set: Setting[], read: number[] }} each line once, in order
 */
export function linesOf({ patterns }, ref) {
  const [plain] = ofSample(ref);
  const steps = patterns.flatMap((pattern) => pattern.steps);
  const set = new Map(
    steps.filter(({ sets }) => sets === plain).map(({ line, equation }) => [line, equation]),
  );
  const read = new Set(steps.filter(({ reads }) => reads.includes(plain)).map(({ line }) => line));
  const inOrder = (/** @type {number} */ a, /** @type {number} */ b) => a - b;
  return {
    set: [...set.keys()].sort(inOrder).map((line) => ({ line, equation: set.get(line) ?? null })),
    read: [...read].sort(inOrder),
  };
}
