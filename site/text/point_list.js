// One's own points while they are drawn: the text that Python is to make a list of.

import { constantIn } from "./program_constants.js";

/** The points of a list in the program, a line each; null where the program has the name of a data set. @param {string} code */
function listed(code) {
  const text = constantIn(code, "dataset") ?? "";
  return text.startsWith("[") ? [...text.matchAll(/[(]([^()]*)[)]/g)].map(([, row]) => row) : null;
}

/**
 * The points of the program, or, where it has only the name of a set, those recorded; with one more, or without the one that is nearest.
 * @param {string} code @param {number[][]} recorded @param {string} mark "plus", "minus" or "away" @param {{ x1: number, x2: number }} place
 */
export function withPoint(code, recorded, mark, { x1, x2 }) {
  const rows = listed(code) ?? recorded.map(String);
  const numbers = rows.map((row) => row.split(",").map(Number));
  if (mark !== "away") {
    const isClasses = numbers.every(([, , t]) => t === 0 || t === 1);
    const target = mark === "plus" ? 1 : isClasses ? 0 : -1;
    return [...rows, `${x1.toFixed(3)},${x2.toFixed(3)},${target}`].join("\n");
  }
  const away = numbers.map(([a, b]) => Math.hypot(a - x1, b - x2));
  const nearest = away.indexOf(Math.min(...away));
  return rows.length > 1 ? rows.filter((_, i) => i !== nearest).join("\n") : rows.join("\n");
}
