// The lines of the program that set a quantity, and those that read it.

import { ofSample } from "./refs.js";

/** @typedef {{ line: number, equation: string | null }} Setting */
/** @typedef {{ set: Setting[], read: number[] }} Lines  each line once, in order */

/** @type {WeakMap<object, { count: number, lines: Map<string, Lines> }>} by a recording's patterns, by the refs: a large network has 40,000 steps, and a pinned node asks at each drawing */
const known = new WeakMap();

/** @param {import("./types.js").Recording} recording @param {string[]} refs @returns {Lines} */
export function linesOf({ patterns }, refs) {
  const wanted = new Set(refs.map((ref) => ofSample(ref)[0]));
  const name = [...wanted].join(" ");
  let answers = known.get(patterns);
  if (answers?.count !== patterns.length) {
    answers = { count: patterns.length, lines: new Map() };
    known.set(patterns, answers);
  }
  const lines = answers.lines.get(name) ?? found(patterns, wanted);
  answers.lines.set(name, lines);
  return lines;
}

/** @param {import("./types.js").Pattern[]} patterns @param {Set<string>} wanted @returns {Lines} */
function found(patterns, wanted) {
  /** @type {Map<number, string | null>} */
  const set = new Map();
  /** @type {Set<number>} */
  const read = new Set();
  for (const { steps } of patterns)
    for (const { sets, reads, line, equation } of steps) {
      if (wanted.has(sets)) set.set(line, equation);
      if (!read.has(line) && reads.some((ref) => wanted.has(ref))) read.add(line);
    }
  const inOrder = (/** @type {number} */ a, /** @type {number} */ b) => a - b;
  return {
    set: [...set.keys()].sort(inOrder).map((line) => ({ line, equation: set.get(line) ?? null })),
    read: [...read].sort(inOrder),
  };
}
