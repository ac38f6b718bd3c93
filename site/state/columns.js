// The widths of the outer columns, beyond the usual ones, as the reader has set them.

import { recall, remember } from "./storage.js";

/** @typedef {"code" | "words"} Outer */
/** @typedef {Record<Outer, number>} Columns  in percent of the page; negative: narrower */

const [LEAST, MOST] = [-8, 16]; // no column is narrower than an equation or a row of the samples
const BOTH = 12; // of the two together: the middle column keeps a place

/** The columns with another width of one of them, as far as there is room. @param {Columns} columns @param {Outer} name @param {number} width @returns {Columns} */
export function withWidth(columns, name, width) {
  const other = columns[name === "code" ? "words" : "code"];
  const most = Math.min(MOST, BOTH - other);
  return { ...columns, [name]: Math.round(Math.max(LEAST, Math.min(most, width)) * 10) / 10 };
}

/** The remembered widths. @returns {Columns} */
export function recallColumns() {
  const [code, words] = (recall("columns") ?? "").split(",").map(Number);
  const usual = { code: 0, words: 0 };
  if (!Number.isFinite(code) || !Number.isFinite(words)) return usual;
  return withWidth(withWidth(usual, "code", code), "words", words);
}

/** @param {Columns} columns */
export const rememberColumns = ({ code, words }) => remember("columns", `${code},${words}`);
