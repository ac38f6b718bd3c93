// The reader's own points in the playground, as text that Python makes a list of.

import { constantIn } from "./program_constants.js";

/** The points in the program's list, one text each; null if the program names a data set instead. @param {string} code */
function listed(code) {
  const text = constantIn(code, "dataset") ?? "";
  return text.startsWith("[") ? [...text.matchAll(/[(]([^()]*)[)]/g)].map(([, row]) => row) : null;
}

/**
 * The points of the program, or the recorded ones if it names a data set; with one more, or without the nearest one.
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
