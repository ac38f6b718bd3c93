// The layout of a network with large layers: an input that is an image stands as one, other large layers as grids of tiles.

/** @typedef {{ x: number, y: number, size: number }} Spot  a node: its middle, and the side of its tile or the width of its disc */
/** @typedef {{ nodes: number[], kind: "image" | "tiles" | "discs", columns: number, x: number, y: number, width: number, height: number }} Block  a layer: its corner and its size */
/** @typedef {{ width: number, height: number, blocks: Block[], spots: Map<string, Spot> }} LargePlan */

/** A layer of more nodes is drawn as one picture. */
export const MOST_NODES = 12;

const TOP = 26;
const HIGH = 400;
const IMAGE = 176;
const GAP = 76; // between two layers
const BESIDE = 128; // an output's delta, such as −1.6×10⁻¹⁰

/** Whether a network has a layer too large for single nodes. @param {number[][]} layers */
export const isLarge = (layers) => layers.some((layer) => layer.length > MOST_NODES);

/** The number of columns of a large layer as a grid: those of the image, if it is a square. @param {number} count */
export const columnsOf = (count) => Math.ceil(Math.sqrt(count));

/** @param {number} count */
const isSquare = (count) => columnsOf(count) ** 2 === count;

/** @param {number[][]} layers @returns {LargePlan} */
export function largePlan(layers) {
  /** @type {Map<string, Spot>} */
  const spots = new Map();
  let x = 8;
  const blocks = layers.map((nodes, l) => {
    const block = blockOf(nodes, l === 0, x);
    const side = block.width / block.columns;
    for (const [i, id] of nodes.entries()) {
      const row = Math.floor(i / block.columns);
      spots.set(String(id), {
        x: block.x + ((i % block.columns) + 0.5) * side,
        y: block.y + (row + 0.5) * (block.height / Math.ceil(nodes.length / block.columns)),
        size: block.kind === "image" ? side : block.kind === "tiles" ? side - 4 : 32,
      });
    }
    x += block.width + GAP;
    return block;
  });
  return { width: x - GAP + BESIDE, height: TOP + HIGH + 10, blocks, spots };
}

/** @param {number[]} nodes @param {boolean} isInput @param {number} x @returns {Block} */
function blockOf(nodes, isInput, x) {
  const count = nodes.length;
  if (count <= MOST_NODES) {
    const height = Math.min(HIGH, count * 40);
    return { nodes, kind: "discs", columns: 1, x, y: TOP + (HIGH - height) / 2, width: 34, height };
  }
  if (isInput) {
    const columns = columnsOf(count);
    const height = (IMAGE * Math.ceil(count / columns)) / columns;
    const y = TOP + (HIGH - height) / 2;
    return { nodes, kind: "image", columns, x, y, width: IMAGE, height };
  }
  const rows = Math.max(10, Math.ceil(Math.sqrt(count * 2)));
  const columns = Math.ceil(count / rows);
  const side = HIGH / rows;
  const height = Math.ceil(count / columns) * side;
  const y = TOP + (HIGH - height) / 2;
  return { nodes, kind: "tiles", columns, x, y, width: columns * side, height };
}

/** Whether the numbers of a layer make a square image. @param {number[]} nodes */
export const isImage = (nodes) => nodes.length > MOST_NODES && isSquare(nodes.length);

/** The parts that follow from the network alone; by node: those of the layer below it, those of the layer above it, the activations below, its weights. @typedef {{ plan: LargePlan, below: Map<string, number[]>, above: Map<string, number[]>, inputs: Map<string, string[]>, weights: Map<string, string[]> }} Fixed */

/** @type {WeakMap<number[][], Fixed>} */
const known = new WeakMap();

/** @param {{ layers: number[][] }} network @returns {Fixed} */
export function fixedOf({ layers }) {
  const found = known.get(layers);
  if (found) return found;
  const below = new Map();
  const above = new Map();
  const inputs = new Map();
  const weights = new Map();
  for (const [l, nodes] of layers.slice(1).entries()) {
    const under = layers[l];
    const activations = under.map((from) => `a:${from}`);
    for (const node of under) above.set(String(node), nodes);
    for (const node of nodes) {
      below.set(String(node), under);
      inputs.set(String(node), activations);
      const into = under.map((from) => `w:${node}-${from}`);
      weights.set(String(node), into);
    }
  }
  const made = { plan: largePlan(layers), below, above, inputs, weights };
  known.set(layers, made);
  return made;
}
