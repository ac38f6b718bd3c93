// The places of the found quantities in the text of the program.

import { indexOfColumn } from "../text/columns.js";
import { mapLine } from "../text/line_mapping.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("./editor_marks.js").Label} Label */
/** @typedef {import("./editor_marks.js").FoundPlace} FoundPlace */

const SYMBOLS = /** @type {Record<string, string>} */ ({
  input: "x",
  target: "t",
  delta: "δ",
  eta: "η",
});

/** The symbol of a quantity. @param {string} quantity */
export const quantitySymbol = (quantity) => SYMBOLS[quantity] ?? quantity;

/** The symbols in the gutter, by line. @param {Model} model @returns {[number, Label[]][]} */
export function symbols({ found, foundCode, code }) {
  /** @type {Map<number, Map<string, Label>>} */
  const lines = new Map();
  for (const { line, quantity, assigned } of found?.rows ?? [])
    for (const one of assigned ? [line, assigned[0]] : [line]) {
      const here = mapLine(foundCode, code, one);
      const labels = lines.get(here) ?? new Map();
      lines.set(here, labels.set(quantity, { text: quantitySymbol(quantity), quantity }));
    }
  return [...lines].map(([line, labels]) => [line, [...labels.values()]]);
}

/** The column of a variable in a line, as a whole word; -1 if it is not there. @param {string} text @param {string} name */
function columnOfName(text, name) {
  const isPart = (/** @type {string | undefined} */ letter) => /[\p{L}\p{N}_.]/u.test(letter ?? "");
  let at = name ? text.indexOf(name) : -1;
  while (at >= 0 && (isPart(text[at - 1]) || isPart(text[at + name.length])))
    at = text.indexOf(name, at + 1);
  return at;
}

/** The places of the found rows in the text: the variable if it is in that line, else the expression. @param {any} doc @param {Model} model @returns {FoundPlace[]} */
export function foundPlaces(doc, { found, foundCode, code }) {
  const ran = foundCode.split("\n");
  const at = (/** @type {number} */ line, /** @type {number} */ column) => {
    const here = mapLine(foundCode, code, line);
    if (here < 1 || here > doc.lines || doc.line(here).text !== ran[line - 1]) return -1;
    return doc.line(here).from + indexOfColumn(ran[line - 1], column);
  };
  return (found?.rows ?? [])
    .flatMap(({ name, quantity, line, column, end_line, end_column, assigned }, row) => {
      const first = assigned ? at(assigned[0], assigned[1]) : -1;
      const variable = { from: first, to: first + name.length, quantity, row };
      const named = columnOfName(ran[line - 1], name);
      const from = at(line, 0) + named;
      if (named >= 0 && from >= named)
        return [variable, { from, to: from + name.length, quantity, row }];
      return [variable, { from: at(line, column), to: at(end_line, end_column), quantity, row }];
    })
    .filter(
      ({ from, to, row }, i, all) =>
        from >= 0 &&
        to > from &&
        !all.slice(0, i).some((one) => one.row === row && one.from === from),
    );
}
