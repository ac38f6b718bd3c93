// The derivation of one weight's update, in stages: before each the student picks one of several terms. Refs stand in «…», as
// in the recording's templates; the translations have the sentences of each stage: derivation.<id>.

/**
 * @typedef {import("../recording/types.js").Network} Network
 */

/**
 * One line of the derivation. Without `right` it shows the program's own equation for `ref`, or the general equation if no
 * step of the program has one.
 * @typedef {object} Row
 * @property {string} id  the number of the equation
 * @property {string} ref  the quantity whose value is shown beside it; "" for none
 * @property {string} [left]
 * @property {string} [right]
 */

/** @typedef {{ name: string, right: string, isRight?: boolean }} Option  a term that the student may pick */

/** @typedef {{ id: string, options: Option[], rows: Row[] }} Stage  rows: the lines that appear once it is done */

/**
 * The student's progress in it.
 * @typedef {object} Derivation
 * @property {string} edge  the weight
 * @property {number} done  how many stages
 * @property {number} misses  wrong picks in the current stage
 * @property {string} said  the name of the last wrong pick
 * @property {string[]} shown  the stages whose answer the page had to show
 */

const MOST_MISSES = 2;

/** @param {string} edge @returns {Derivation} */
export const newDerivation = (edge) => ({ edge, done: 0, misses: 0, said: "", shown: [] });

/**
 * The derivation that a lesson begins with: of the first weight into an output; null in a lesson without this panel.
 * @param {import("./types.js").Lesson | null} lesson
 * @param {Network | null} network
 */
export function derivationIn(lesson, network) {
  const output = network?.layers.at(-1)?.[0];
  if (!network || !lesson?.panels?.includes("derivation")) return null;
  return newDerivation(weightOf(network, [`a:${output}`]) ?? "");
}

/**
 * The progress after an option of the current stage was picked.
 * @param {Derivation} now
 * @param {Stage} stage
 * @param {Option} option
 * @returns {Derivation}
 */
export function picked(now, stage, option) {
  const misses = now.misses + Number(!option.isRight);
  if (!option.isRight && misses < MOST_MISSES) return { ...now, misses, said: option.name };
  const shown = option.isRight ? now.shown : [...now.shown, stage.id];
  return { ...now, done: now.done + 1, misses: 0, said: "", shown };
}

/** The nodes that read a node's output. @param {Network} network @param {string} node */
const downstream = ({ edges }, node) =>
  edges.filter((edge) => edge.endsWith(`-${node}`)).map((edge) => edge.split("-")[0]);

/**
 * Everything through which a weight reaches the error: itself, then node by node to the outputs.
 * @param {Network} network
 * @param {string} edge
 * @returns {string[]}
 */
export function pathOf(network, edge) {
  const nodes = [edge.split("-")[0]];
  const refs = [`w:${edge}`];
  for (const node of nodes) {
    refs.push(`a:${node}`, ...downstream(network, node).map((k) => `w:${k}-${node}`));
    nodes.push(...downstream(network, node).filter((k) => !nodes.includes(k)));
  }
  return refs;
}

/**
 * The connection that refs mean: of a weight, itself; of a node, the first one into it.
 * @param {Network} network
 * @param {string[]} refs
 */
export function weightOf({ edges }, refs) {
  const [quantity, key] = (refs[0] ?? "").split(":");
  return edges.find((edge) => (quantity === "w" ? edge === key : edge.startsWith(`${key}-`)));
}

/** @param {Network} network @param {string} edge @returns {Stage[]} */
export function stagesOf(network, edge) {
  const [j, i] = edge.split("-");
  const isOutput = network.layers[network.layers.length - 1].includes(Number(j));
  const first = {
    id: "start",
    options: [],
    rows: [
      { id: "4.9", ref: "E" },
      { id: "4.10", ref: "" },
      { id: "4.11", ref: `net:${j}` },
    ],
  };
  const middle = isOutput ? outputStages(j) : hiddenStages(network, j, i);
  return [first, way(j, i), ...middle, sign(j, isOutput), update(j, i)];
}

/** @param {string} j @param {string} i @returns {Stage} */
const way = (j, i) => ({
  id: "way",
  options: [
    { name: "w", right: `«w:${j}-${i}»` },
    { name: "x", right: `«a:${i}»`, isRight: true },
    { name: "net", right: `«net:${j}»` },
  ],
  rows: [
    {
      id: "4.12",
      ref: `a:${i}`,
      left: over(`«net:${j}»`, `«w:${j}-${i}»`),
      right: `«a:${i}»`,
    },
  ],
});

/** @param {string} above @param {string} below */
const over = (above, below) => `\\frac{\\partial ${above}}{\\partial ${below}}`;

/** @param {string} j @returns {Stage[]} */
const outputStages = (j) => [
  {
    id: "net",
    options: [
      { name: "t", right: `«t:${j}»` },
      { name: "net", right: `«net:${j}»` },
      { name: "y", right: `«a:${j}»`, isRight: true },
    ],
    rows: [
      {
        id: "4.13",
        ref: "",
        left: `«dE_dnet:${j}»`,
        right: `«dE_dy:${j}»·${over(`«a:${j}»`, `«net:${j}»`)}`,
      },
    ],
  },
  {
    id: "output",
    options: [
      { name: "up", right: `«t:${j}»-«a:${j}»` },
      { name: "down", right: `-(«t:${j}»-«a:${j}»)`, isRight: true },
      { name: "error", right: `½(«t:${j}»-«a:${j}»)²` },
    ],
    rows: [{ id: "4.14", ref: `dE_dy:${j}` }],
  },
  slope(j, [
    { id: "4.15", ref: `slope:${j}`, left: over(`«a:${j}»`, `«net:${j}»`) },
    { id: "4.16", ref: `dE_dnet:${j}` },
  ]),
];

/** @param {Network} network @param {string} j @param {string} i @returns {Stage[]} */
function hiddenStages(network, j, i) {
  const below = downstream(network, j);
  const layer = network.layers.find((nodes) => nodes.includes(Number(j))) ?? [];
  const sibling = layer.find((node) => node !== Number(j)) ?? Number(j);
  const [k] = below;
  const whole = below
    .map(
      (k) => `«dE_dnet:${k}»·${over(`«net:${k}»`, `«a:${j}»`)}·${over(`«a:${j}»`, `«net:${j}»`)}`,
    )
    .join(" + ");
  return [
    {
      id: "downstream",
      options: [
        { name: "below", right: below.map((k) => `«net:${k}»`).join(", "), isRight: true },
        { name: "x", right: `«a:${i}»` },
        { name: "sibling", right: `«net:${sibling}»` },
      ],
      rows: [
        { id: "→ 4.3", ref: "", left: `«dE_dnet:${j}»`, right: whole },
        ...below.map((k) => ({ id: "4.16", ref: `dE_dnet:${k}` })),
      ],
    },
    {
      id: "weight",
      options: [
        { name: "a", right: `«a:${j}»` },
        { name: "w", right: `«w:${j}-${i}»` },
        { name: "back", right: `«w:${k}-${j}»`, isRight: true },
      ],
      rows: below.map((k) => ({
        id: "4.11",
        ref: `w:${k}-${j}`,
        left: over(`«net:${k}»`, `«a:${j}»`),
        right: `«w:${k}-${j}»`,
      })),
    },
    slope(j, [
      { id: "1.4", ref: `slope:${j}`, left: over(`«a:${j}»`, `«net:${j}»`) },
      { id: "→ 4.3", ref: `dE_dnet:${j}` },
    ]),
  ];
}

/** @param {string} j @param {Row[]} rows @returns {Stage} */
const slope = (j, rows) => ({
  id: "slope",
  options: [
    { name: "net", right: `«net:${j}»(1-«net:${j}»)` },
    { name: "y", right: `«a:${j}»` },
    { name: "slope", right: `«a:${j}»(1-«a:${j}»)`, isRight: true },
  ],
  rows,
});

/** @param {string} j @param {boolean} isOutput @returns {Stage} */
const sign = (j, isOutput) => ({
  id: "sign",
  options: [
    { name: "down", right: `-«dE_dnet:${j}»`, isRight: true },
    { name: "up", right: `«dE_dnet:${j}»` },
  ],
  rows: [
    {
      id: isOutput ? "4.17" : "→ 4.3",
      ref: `delta:${j}`,
      left: `«delta:${j}»`,
      right: `-«dE_dnet:${j}»`,
    },
    { id: isOutput ? "4.1" : "4.3", ref: `delta:${j}` },
  ],
});

/** @param {string} j @param {string} i @returns {Stage} */
const update = (j, i) => ({
  id: "update",
  options: [
    { name: "minus", right: `«w:${j}-${i}»-«eta»«delta:${j}»«a:${i}»` },
    { name: "bias", right: `«w:${j}-${i}»+«eta»«delta:${j}»` },
    { name: "plus", right: `«w:${j}-${i}»+«eta»«delta:${j}»«a:${i}»`, isRight: true },
  ],
  rows: [
    { id: "4.12", ref: `dE_dw:${j}-${i}` },
    { id: "4.5", ref: `w:${j}-${i}` },
  ],
});
