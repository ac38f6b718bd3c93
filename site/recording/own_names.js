// Quantities as the reader's own program writes them: dZ2[0, 3] in place of δ₈.

import { belongsToSample } from "./refs.js";

/** @typedef {import("./told_types.js").OwnName} OwnName */
/** @typedef {import("./types.js").Recording} Recording */
/** @typedef {import("./types.js").Symbol} Symbol */

/**
 * The recording with the program's own names for its quantities; the same object if they are not known.
 * @param {Recording} recording
 * @param {number} sample  whose rows the names have
 * @returns {Recording}
 */
export function inOwnNames(recording, sample) {
  const { network, found } = recording;
  if (!network || !found) return recording;
  return { ...recording, network: { ...network, names: found.names, sample } };
}

/**
 * A quantity by its own name. Where several nodes share it, it has the index of the usual symbol.
 * @param {OwnName} name
 * @param {Symbol} usual
 * @param {string} ref
 * @param {number} sample  -1: it need not be said
 * @param {number} shown  the sample whose row it is otherwise
 * @returns {Symbol}
 */
export function ownSymbol({ before, after, rows, sign, shared }, usual, ref, sample, shown) {
  const row = rows ? String((sample < 0 ? Math.max(shown, 0) : sample) % rows) : "";
  const minus = sign < 0 ? "−" : "";
  const index = shared ? usual.text.replace(/^[^₀-₉₍]+/u, "") : "";
  const low = shared ? usual.tex.replace(/^[^_]*/, "") : "";
  const says = sample >= 0 && !rows && belongsToSample(ref);
  const high = says ? `^{(${sample + 1})}` : "";
  return {
    tex: `${minus && "-"}\\text{${escaped(before + row + after)}}${low}${high}`,
    text: `${minus}${before}${row}${after}${index}${says ? ` (${sample + 1})` : ""}`,
  };
}

/** Stands in TeX for the straight apostrophe, which would become a curly one. */
export const APOSTROPHE = "＇";

/** Characters that mean something in TeX. @type {Record<string, string>} */
const ESCAPED = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "'": APOSTROPHE,
};

/** @param {string} text */
const escaped = (text) => text.replace(/[\\{}$&#_%~^']/g, (one) => ESCAPED[one] ?? `\\${one}`);
