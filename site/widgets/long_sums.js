// Long sums in an equation: the first terms, the largest ones, the last, and how many more there are.

const TERM = "«[^»]*»(?:·«[^»]*»)*";
const SUM = new RegExp(`${TERM}(?: \\+ ${TERM})+`, "g");
const MOST_TERMS = 12;
const FIRST = 3;
const LARGEST = 3;

/** @param {string} sum */
const termsOf = (sum) => sum.split(" + ");

/** The number of terms of an equation's longest sum. @param {string} right */
export const longest = (right) =>
  Math.max(0, ...[...right.matchAll(SUM)].map(([sum]) => termsOf(sum).length));

/** Whether an equation has a sum that is shortened. @param {string} right */
export const isLong = (right) => longest(right) > MOST_TERMS;

/**
 * The same with long sums shortened; `lookUp` gives a quantity's number, by which the largest terms are found, `more` the
 * words for the rest.
 * @param {string} right
 * @param {(ref: string) => number | undefined} lookUp
 * @param {(count: number) => string} more
 */
export function shortened(right, lookUp, more) {
  return right.replace(SUM, (sum) => {
    const terms = termsOf(sum);
    if (terms.length <= MOST_TERMS) return sum;
    const kept = chosen(terms, lookUp);
    /** @type {string[]} */
    const parts = [];
    for (let i = 0; i < terms.length; i++) if (kept.has(i)) parts.push(terms[i]);
    return `${parts.join(" + ")} + {\\cdots}\\;\\text{${more(terms.length - kept.size)}}`;
  });
}

/** The numbers of the terms that stay. @param {string[]} terms @param {(ref: string) => number | undefined} lookUp */
function chosen(terms, lookUp) {
  const last = terms.length - 1;
  const kept = new Set([...Array(FIRST).keys(), last]);
  const rest = [...terms.keys()].filter((i) => !kept.has(i));
  const amounts = terms.map((term) =>
    [...term.matchAll(/«([^»]*)»/g)].reduce(
      (size, [, ref]) => size * Math.abs(lookUp(ref) ?? 0),
      1,
    ),
  );
  rest.sort((i, j) => amounts[j] - amounts[i]);
  for (const i of rest.slice(0, LARGEST)) kept.add(i);
  return kept;
}
