// The quantities that a row of the found network stands for: as refs, see types.js.

import { ofSample } from "./refs.js";

/** @typedef {import("./told_types.js").FoundRow} FoundRow */
/** @typedef {import("./types.js").Network} Network */
/** @typedef {import("./types.js").Moment} Moment */

const LETTERS = { input: "a", target: "t", b: "b", net: "net", a: "a", delta: "delta" };

/** @typedef {import("./told_types.js").NamedArray} NamedArray */

/** The refs that the row's expression holds. @param {Network} network @param {NamedArray} row @returns {string[]} */
export function refsOf(network, { quantity, nodes, layer }) {
  if (quantity === "eta") return ["eta"];
  if (quantity !== "w") return nodes.map((node) => `${LETTERS[quantity]}:${node}`);
  const here = network.layers[layer] ?? [];
  const targets = nodes.filter((node) => here.includes(node));
  const sources = nodes.filter((node) => !here.includes(node));
  const isOneOf = (/** @type {number[]} */ some, /** @type {string} */ node) =>
    !some.length || some.includes(Number(node));
  return network.edges
    .filter((edge) => {
      const [to, from] = edge.split("-");
      return isOneOf(targets.length ? targets : here, to) && isOneOf(sources, from);
    })
    .map((edge) => `w:${edge}`);
}

/** The refs that light up with the row: its own, and its nodes. @param {Network} network @param {FoundRow} row */
export function litRefsOf(network, row) {
  const own = refsOf(network, row);
  return ["w", "b", "eta"].includes(row.quantity)
    ? own
    : [...own, ...row.nodes.map((node) => `a:${node}`)];
}

/** @type {WeakMap<NamedArray, { edges: string[], refs: Set<string> }>} each row is asked at every step */
const held = new WeakMap();

/** True if a quantity stands in the row's expression. @param {Network} network @param {NamedArray} row @param {string} ref */
function holds(network, row, ref) {
  let known = held.get(row);
  if (known?.edges !== network.edges) {
    known = { edges: network.edges, refs: new Set(refsOf(network, row)) };
    held.set(row, known);
  }
  return known.refs.has(ref);
}

/**
 * The rows that a step sets: those at its line, if there are any, else all of this quantity.
 * @param {Network} network
 * @param {NamedArray[]} rows
 * @param {{ sets: string, line: number }} step
 * @returns {number[]}
 */
export function rowsSetBy(network, rows, { sets, line }) {
  const [ref] = ofSample(sets);
  const all = [...rows.keys()].filter((i) => holds(network, rows[i], ref));
  const here = all.filter((i) => rows[i].line <= line && line <= rows[i].end_line);
  return here.length ? here : all;
}

/**
 * The number of the step that sets a row's quantity: at the row's line and for this sample, if there is one; else the
 * nearest to that; -1 if no step does.
 * @param {Network} network
 * @param {FoundRow} row
 * @param {Moment[]} moments
 * @param {number} sample
 */
export function stepOf(network, row, moments, sample) {
  const refs = new Set(refsOf(network, row));
  /** @type {((moment: Moment) => boolean)[]} */
  const wishes = [
    ({ step, sample: of }) => step.line === row.line && of === sample,
    ({ sample: of }) => of === sample,
    ({ step }) => step.line === row.line,
    () => true,
  ];
  for (const wish of wishes) {
    const at = moments.findIndex(
      (moment) => refs.has(ofSample(moment.step.sets)[0]) && wish(moment),
    );
    if (at >= 0) return at;
  }
  return -1;
}
