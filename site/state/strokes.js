// A drawing of 32 by 32 cells as a text, row by row from the top: "1" is ink, "0" is paper. Places are in cells, from the
// upper left corner.

/** @typedef {[x: number, y: number]} Point */

export const SIDE = 32;
export const BLANK = "0".repeat(SIDE * SIDE);
const PEN = 1.5; // from the middle of the pen to its edge

/** The drawing with a stroke of the pen from one point to another. @param {string} bits @param {Point} from @param {Point} to */
export function withStroke(bits, [x0, y0], [x1, y1]) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  return Array.from(bits, (bit, i) => {
    const [x, y] = [(i % SIDE) + 0.5 - x0, Math.floor(i / SIDE) + 0.5 - y0];
    const along = length ? Math.max(0, Math.min(1, (x * dx + y * dy) / length)) : 0;
    return Math.hypot(x - along * dx, y - along * dy) <= PEN ? "1" : bit;
  }).join("");
}

/** The middle of the cell that a move leads to; it stays in the square. @param {Point} at @param {Point} by */
export const moved = (at, by) =>
  /** @type {Point} */ (at.map((place, k) => Math.max(0.5, Math.min(SIDE - 0.5, place + by[k]))));
