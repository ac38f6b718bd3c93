// The places in a program that stand for quantities of its network, by the names that the lesson gives them: `w[8, j]`,
// `l1_delta`, `self.weights`.

import { ofSample } from "./refs.js";

/** @typedef {import("./types.js").Recording} Recording */
/** @typedef {import("./types.js").Step} Step */
/** @typedef {import("./types.js").Network} Network */
/** @typedef {import("@lezer/common").SyntaxNode} SyntaxNode */

/**
 * What a variable stands for. items: by how many indices one number of it is named; layer: of the network, of an array that is
 * always that of one layer; node: of a single number, "output", or a connection, target first; walks: it is the array of one
 * layer after the other.
 * @typedef {{ quantity: string, items: number, layer: number | "last" | null, node: number | "output" | [number, number] | null, walks: boolean }} Name
 */
/** @typedef {Record<string, Name>} Names  by variable */

/**
 * A place in a program. indices: as they are written; isSet: it stands left of "="; isGiven: it is an argument of the
 * function around it.
 * @typedef {{ from: number, to: number, line: number, name: Name, indices: string[], isSet: boolean, isGiven: boolean }} CodeSymbol
 */

/**
 * The places of the quantities in a program, in order.
 * @param {string} text  the program
 * @param {import("@lezer/common").Tree} tree  its syntax
 * @param {Names} names
 * @returns {CodeSymbol[]}
 */
export function symbolsIn(text, tree, names) {
  /** @type {CodeSymbol[]} */
  const found = [];
  const written = ({ from, to } = { from: 0, to: 0 }) => text.slice(from, to);
  tree.iterate({
    enter: (at) => {
      if (at.name !== "VariableName" && at.name !== "PropertyName") return;
      const word = written(at);
      const name = Object.hasOwn(names, word) ? names[word] : null;
      const node = at.node;
      if (!name || node.parent?.name === "ParamList") return;
      const item = name.items ? itemOf(node, written, name.items) : { whole: node, indices: [] };
      if (!item) return;
      const { from, to } = item.whole;
      const line = text.slice(0, from).split("\n").length;
      const isGiven = at.name === "VariableName" && isArgument(node, word, written);
      found.push({ from, to, line, name, indices: item.indices, isSet: isTarget(node), isGiven });
    },
  });
  return found;
}

/** An item of a variable, `w[8, j]` or `w[8][j]`; null for the variable without its indices. @param {SyntaxNode} node @param {(node: SyntaxNode) => string} written @param {number} items */
function itemOf(node, written, items) {
  /** @type {string[]} */
  const indices = [];
  let whole = node;
  if (node.name === "PropertyName" && node.parent) whole = node.parent; // self.w
  for (let above = whole.parent; indices.length < items; above = whole.parent) {
    if (above?.name !== "MemberExpression" || !above.getChild("[")) return null;
    if (above.firstChild?.from !== whole.from || above.firstChild.to !== whole.to) return null;
    const inside = written(above).slice(whole.to - above.from);
    indices.push(...inside.slice(inside.indexOf("[") + 1, -1).split(","));
    whole = above;
  }
  return { whole, indices: indices.map((index) => index.trim()) };
}

/** True if a place is assigned to. @param {SyntaxNode} node */
function isTarget(node) {
  for (let at = node; at.parent; at = at.parent) {
    if (!/^(Assign|Update)Statement$/.test(at.parent.name)) continue;
    const last = at.parent.getChildren("AssignOp").concat(at.parent.getChildren("UpdateOp")).at(-1);
    return last !== undefined && at.to <= last.from;
  }
  return false;
}

/** True if a variable is an argument of a function around it. @param {SyntaxNode} node @param {string} word @param {(node: SyntaxNode) => string} written */
function isArgument(node, word, written) {
  for (let at = node.parent; at; at = at.parent) {
    const given = at.getChild("ParamList")?.getChildren("VariableName") ?? [];
    if (given.some((one) => written(one) === word)) return true;
  }
  return false;
}

/** The quantities that steps set, each with its equation, and those that they read, without their samples. @typedef {{ set: Map<string, string | null>, read: Set<string> }} OfSteps */

/** @type {WeakMap<object, { count: number, byLine: Map<number, OfSteps> }>} by a recording's patterns: a large network has 40,000 steps, and each step is drawn with all symbols */
const known = new WeakMap();

/** The quantities that the steps of each line set and read, by line number. @param {import("./types.js").Pattern[]} patterns */
export function byLineIn(patterns) {
  const before = known.get(patterns);
  if (before?.count === patterns.length) return before.byLine;
  /** @type {Map<number, OfSteps>} */
  const byLine = new Map();
  for (const { steps } of patterns)
    for (const step of steps) {
      const of = byLine.get(step.line) ?? { set: new Map(), read: new Set() };
      byLine.set(step.line, of);
      addTo(of, step);
    }
  known.set(patterns, { count: patterns.length, byLine });
  return byLine;
}

/** @param {OfSteps} of @param {Step} step */
function addTo({ set, read }, { sets, reads, equation }) {
  set.set(ofSample(sets)[0], equation);
  for (const ref of reads) read.add(ofSample(ref)[0]);
}

/**
 * The quantities that a place stands for, without their samples: of the step at its line, if it is that of this step; else of
 * all steps of the line; else all that the name can mean, where the line alone need not tell. Those of all steps are the same
 * array each time.
 * @param {Recording} recording @param {CodeSymbol} symbol
 * @param {number} line  of the place in the program that was recorded; 0 if it has none there
 * @param {Step | undefined} now  the step that is shown
 * @returns {string[]}
 */
export function refsOfSymbol({ network, patterns }, symbol, line, now) {
  if (!network) return [];
  if (now?.line === line) {
    /** @type {OfSteps} */
    const step = { set: new Map(), read: new Set() };
    addTo(step, now);
    const here = [...(symbol.isSet ? step.set.keys() : step.read)].filter(fitting(network, symbol));
    if (here.length) return here;
  }
  return ofAllSteps(network, patterns, symbol, line);
}

/**
 * The last answer for each place, and what it was made from: to look through 30,000 quantities takes longer than to draw a
 * step.
 * @type {WeakMap<CodeSymbol, { of: unknown[], refs: string[] }>}
 */
const answers = new WeakMap();

/**
 * The quantities that a place stands for, whichever step is shown.
 * @param {Network} network @param {import("./types.js").Pattern[]} patterns @param {CodeSymbol} symbol @param {number} line
 * @returns {string[]}
 */
function ofAllSteps(network, patterns, symbol, line) {
  const of = [network.layers, network.symbols, patterns, patterns.length, line];
  const last = answers.get(symbol);
  if (last && of.every((one, i) => one === last.of[i])) return last.refs;
  const fits = fitting(network, symbol);
  const steps = byLineIn(patterns).get(line);
  let refs = [...((symbol.isSet ? steps?.set.keys() : steps?.read) ?? [])].filter(fits);
  if (!refs.length && !symbol.isGiven && !symbol.name.walks)
    refs = Object.keys(network.symbols).filter(fits);
  answers.set(symbol, { of, refs });
  return refs;
}

/** A test for refs: true if the symbol at a place of the program can stand for the ref. @param {Network} network @param {CodeSymbol} symbol @returns {(ref: string) => boolean} */
function fitting({ layers }, { name: { quantity, layer, node }, indices }) {
  const inLayer = layer === null ? null : layers[layer === "last" ? layers.length - 1 : layer];
  const one = node === "output" ? layers[layers.length - 1][0] : node;
  const wanted = one === null ? indices : [one].flat().map(String);
  const hasNumbers = wanted.some((index) => /^\d+$/.test(index));
  const inputs = /^(net|slope|delta)$/.test(quantity) ? layers[0] : []; // an input has none
  return (ref) => {
    if (!ref.startsWith(quantity) || (ref[quantity.length] ?? ":") !== ":") return false; // "eta" has no node
    if (!inLayer && !inputs.length && !hasNumbers) return true;
    const numbers = ref.slice(quantity.length + 1).split("-");
    const first = Number(numbers[0]);
    if ((inLayer && !inLayer.includes(first)) || inputs.includes(first)) return false;
    return wanted.every((index, i) => !/^\d+$/.test(index) || index === numbers[i]);
  };
}
