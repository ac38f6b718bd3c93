// Lines of the program that was run, found again in the text as it stands now.

/**
 * Where line n of the text that was run (from 1) stands in the edited text; 0 when that line is gone.
 * Equal lines at both ends are matched; between them line by line as long as the edit kept their number.
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
