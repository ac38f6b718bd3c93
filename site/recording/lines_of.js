// The lines of the program that set a quantity, and those that read it.

import { byLineIn } from "./code_symbols.js";
import { ofSample } from "./refs.js";

/** @typedef {{ line: number, equation: string | null }} Setting */
/** @typedef {{ set: Setting[], read: number[] }} Lines  each line once, in order */

/** @type {WeakMap<object, { count: number, lines: Map<string, Lines> }>} by a recording's patterns, by the refs: a weight matrix has 25,000, and a pinned one asks at each drawing */
const known = new WeakMap();

/** @param {import("./types.js").Recording} recording @param {string[]} refs @returns {Lines} */
export function linesOf({ patterns }, refs) {
  const wanted = [...new Set(refs.map((ref) => ofSample(ref)[0]))];
  const name = wanted.join(" ");
  let answers = known.get(patterns);
  if (answers?.count !== patterns.length) {
    answers = { count: patterns.length, lines: new Map() };
    known.set(patterns, answers);
  }
  const lines = answers.lines.get(name) ?? found(patterns, wanted);
  answers.lines.set(name, lines);
  return lines;
}

/** @param {import("./types.js").Pattern[]} patterns @param {string[]} wanted @returns {Lines} */
function found(patterns, wanted) {
  /** @type {Lines} */
  const lines = { set: [], read: [] };
  for (const [line, { set, read }] of byLineIn(patterns)) {
    const last = wanted.findLast((ref) => set.has(ref));
    if (last !== undefined) lines.set.push({ line, equation: set.get(last) ?? null });
    if (wanted.some((ref) => read.has(ref))) lines.read.push(line);
  }
  lines.set.sort((a, b) => a.line - b.line);
  lines.read.sort((a, b) => a - b);
  return lines;
}
