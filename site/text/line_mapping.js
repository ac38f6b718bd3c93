// Finds a line of the program that was run in the text that the editor has now.

/**
 * The number in the edited text of line n (from 1) of the text that was run; 0 if that line is gone. Equal lines at both
 * ends are matched; the lines between them only if there are as many as before.
 * @param {string} ran @param {string} edited @param {number} n
 */
export function mapLine(ran, edited, n) {
  if (ran === edited) return n;
  const [a, b] = [ran.split("\n"), edited.split("\n")];
  if (n < 1 || n > a.length) return 0;
  let top = 0;
  while (top < a.length && top < b.length && a[top] === b[top]) top++;
  let bottom = 0;
  while (
    bottom < a.length - top &&
    bottom < b.length - top &&
    a.at(-1 - bottom) === b.at(-1 - bottom)
  )
    bottom++;
  if (n <= top) return n;
  if (n > a.length - bottom) return n + b.length - a.length;
  return a.length === b.length ? n : 0;
}
