// The numbers of a program that can be dragged: a constant on a line that is not indented (`eta = 0.5`), the seed of the
// random numbers, and how many passes a loop makes.

/** @typedef {{ from: number, to: number, least: number, step: number, decimals: number }} CodeNumber  from, to: columns; step: by which it moves */

const PATTERNS = [
  /^[A-Za-z_]\w*\s*=\s*(-?\d+(?:\.\d+)?)\s*(?:#.*)?$/d,
  /\b(?:seed|default_rng|RandomState)\(\s*(\d+)\s*\)/d,
  /^\s*for\s.*\bin\s+range\(\s*(\d+)\s*\)\s*:/d,
];
const SEED = 1;

/** The number of this line that can be dragged; null for none. @param {string} line @returns {CodeNumber | null} */
export function numberIn(line) {
  for (const [i, pattern] of PATTERNS.entries()) {
    const place = pattern.exec(line)?.indices?.[1];
    if (!place) continue;
    const [from, to] = place;
    const text = line.slice(from, to);
    const decimals = text.split(".")[1]?.length ?? 0;
    const large = 10 ** Math.max(0, text.length - 2); // 4000 moves by 100, 30 by 1
    const step = decimals ? 10 ** -decimals : i === SEED || text.startsWith("-") ? 1 : large;
    const least =
      Number(text) < 0 ? Number.NEGATIVE_INFINITY : Number(text) > 0 && i !== SEED ? step : 0;
    return { from, to, least, step, decimals };
  }
  return null;
}

/** The number so many steps further, as text. @param {string} text @param {CodeNumber} number @param {number} steps */
export const moved = (text, { least, step, decimals }, steps) =>
  Math.max(least, Number(text) + steps * step).toFixed(decimals);
