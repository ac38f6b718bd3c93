// Two programs, line by line: what changed from one to the other, and the other made again from it.

/** @typedef {{ at: number, remove: number, insert: string[] }} Change  of a program's lines; at: from 0 */

const MOST = 600; // lines between the first and the last that differ; beyond it they count as one change

/**
 * The changes that lead from one text to another, in order. Lines that both have in the same order stay.
 * Example: "a\nb\nc" to "a\nx\nc" is [{ at: 1, remove: 1, insert: ["x"] }].
 * @param {string} before
 * @param {string} after
 * @returns {Change[]}
 */
export function changesBetween(before, after) {
  const [a, b] = [before.split("\n"), after.split("\n")];
  let top = 0;
  while (top < a.length && top < b.length && a[top] === b[top]) top++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - top && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [old, now] = [a.slice(top, a.length - end), b.slice(top, b.length - end)];
  if (!old.length && !now.length) return [];
  if (Math.max(old.length, now.length) > MOST)
    return [{ at: top, remove: old.length, insert: now }];
  return between(old, now, common(old, now), top);
}

/**
 * The changes beside the lines that stay.
 * @param {string[]} old @param {string[]} now @param {[number, number][]} stay @param {number} top
 */
function between(old, now, stay, top) {
  /** @type {Change[]} */
  const changes = [];
  let [i, j] = [0, 0];
  for (const [x, y] of [...stay, [old.length, now.length]]) {
    if (x > i || y > j) changes.push({ at: top + i, remove: x - i, insert: now.slice(j, y) });
    [i, j] = [x + 1, y + 1];
  }
  return changes;
}

/** The longest list of lines that both have in the same order: their places. @param {string[]} a @param {string[]} b @returns {[number, number][]} */
function common(a, b) {
  const length = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      length[i][j] =
        a[i] === b[j] ? length[i + 1][j + 1] + 1 : Math.max(length[i + 1][j], length[i][j + 1]);
  /** @type {[number, number][]} */
  const places = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) places.push([i++, j++]);
    else if (length[i + 1][j] >= length[i][j + 1]) i++;
    else j++;
  }
  return places;
}

/** The text after the changes. @param {string} text @param {Change[]} changes in order */
export function withChanges(text, changes) {
  const lines = text.split("\n");
  for (const { at, remove, insert } of changes.toReversed()) lines.splice(at, remove, ...insert);
  return lines.join("\n");
}
