// The lines of the program that set quantities, and those that read them.

import { ofSample } from "./refs.js";

/** @typedef {{ line: number, equation: string | null }} Setting */

/**
 * @param {import("./types.js").Recording} recording
 * @param {string[]} refs
 * @returns {{ set: Setting[], read: number[] }} each line once, in order
 */
export function linesOf({ patterns }, refs) {
  const wanted = new Set(refs.map((ref) => ofSample(ref)[0]));
  const steps = patterns.flatMap((pattern) => pattern.steps);
  const set = new Map(
    steps.filter(({ sets }) => wanted.has(sets)).map(({ line, equation }) => [line, equation]),
  );
  const reading = steps.filter(({ reads }) => reads.some((ref) => wanted.has(ref)));
  const read = new Set(reading.map(({ line }) => line));
  const inOrder = (/** @type {number} */ a, /** @type {number} */ b) => a - b;
  return {
    set: [...set.keys()].sort(inOrder).map((line) => ({ line, equation: set.get(line) ?? null })),
    read: [...read].sort(inOrder),
  };
}
