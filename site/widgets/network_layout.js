// The layout of the network: places of the nodes and curves between them, for any layered network.

/** @typedef {{ x: number, y: number }} Point */
/** @typedef {{ width: number, height: number, radius: number, nodes: Map<string, Point>, columns: number[] }} Plan */

const TOP = 30;
const LEFT = 48;
export const RIGHT = 54; // of the last column, to the edge
const STRIP = 10; // below the lowest node
const TARGET = 16; // an output node has its target above it

/** @param {number[][]} layers @returns {Plan} */
export function plan(layers) {
  const tallest = Math.max(...layers.map((layer) => layer.length));
  const radius = tallest > 6 ? 20 : 24;
  const row = tallest > 6 ? 86 : 98;
  const column = layers.length > 3 ? 130 : 170;
  const gap = (/** @type {number} */ l) => row + (l === layers.length - 1 ? TARGET : 0);
  const room = Math.max(...layers.map((layer, l) => layer.length * gap(l)));
  const columns = layers.map((_, l) => LEFT + l * column);
  /** @type {Map<string, Point>} */
  const nodes = new Map();
  layers.forEach((layer, l) => {
    const apart = Math.min(gap(l) * 1.12, room / layer.length);
    layer.forEach((id, i) => {
      const y = TOP + room / 2 + (i - (layer.length - 1) / 2) * apart - 8;
      nodes.set(String(id), { x: columns[l], y });
    });
  });
  return {
    width: LEFT + (layers.length - 1) * column + RIGHT,
    height: TOP + room + STRIP,
    radius,
    nodes,
    columns,
  };
}

/** A connection: level where it leaves and where it arrives. @param {Point} from @param {Point} to */
export function curve(from, to) {
  const middle = (from.x + to.x) / 2;
  return `M${from.x} ${from.y} C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`;
}

/**
 * The point of that curve at a part of its length, from 0 to 1.
 * @param {Point} from
 * @param {Point} to
 * @param {number} s
 * @returns {Point}
 */
export function along(from, to, s) {
  const middle = (from.x + to.x) / 2;
  const [a, b, c, d] = [(1 - s) ** 3, 3 * s * (1 - s) ** 2, 3 * s * s * (1 - s), s ** 3];
  return { x: a * from.x + (b + c) * middle + d * to.x, y: (a + b) * from.y + (c + d) * to.y };
}

/** The place of a node's bias: a small square, up and to the left. @param {Point} node @param {number} radius @returns {Point} */
export function biasPlace(node, radius) {
  return { x: node.x - radius - 19, y: node.y - radius - 14 };
}
