// Where things are drawn: places of nodes and the curves between them, for any layered network.

/** @typedef {{ x: number, y: number }} Point */
/** @typedef {{ width: number, height: number, radius: number, nodes: Map<string, Point>, columns: number[] }} Plan */

const TOP = 34;

/** @param {number[][]} layers @returns {Plan} */
export function plan(layers) {
  const tallest = Math.max(...layers.map((layer) => layer.length));
  const radius = tallest > 6 ? 20 : 24;
  const row = tallest > 6 ? 84 : tallest > 4 ? 100 : 118;
  const column = layers.length > 5 ? 130 : layers.length > 3 ? 160 : 205;
  const height = TOP + tallest * row;
  const columns = layers.map((_, l) => 72 + l * column);
  /** @type {Map<string, Point>} */
  const nodes = new Map();
  layers.forEach((layer, l) => {
    const gap = layer.length < tallest ? Math.min(row * 1.12, (tallest * row) / layer.length) : row;
    layer.forEach((id, i) => {
      nodes.set(String(id), {
        x: columns[l],
        y: TOP + (tallest * row) / 2 + (i - (layer.length - 1) / 2) * gap - 8,
      });
    });
  });
  return { width: 72 + (layers.length - 1) * column + 96, height, radius, nodes, columns };
}

/** A connection: level where it leaves and where it arrives. @param {Point} from @param {Point} to */
export function curve(from, to) {
  const middle = (from.x + to.x) / 2;
  return `M${from.x} ${from.y} C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`;
}

/** The point of that curve at a part of its length, from 0 to 1. @param {Point} from @param {Point} to @param {number} s @returns {Point} */
export function along(from, to, s) {
  const middle = (from.x + to.x) / 2;
  const [a, b, c, d] = [(1 - s) ** 3, 3 * s * (1 - s) ** 2, 3 * s * s * (1 - s), s ** 3];
  return { x: a * from.x + (b + c) * middle + d * to.x, y: (a + b) * from.y + (c + d) * to.y };
}

/** Where a node's bias sits: a small square, up and to the left. @param {Point} node @param {number} radius @returns {Point} */
export function biasPlace(node, radius) {
  return { x: node.x - radius - 14, y: node.y - radius - 12 };
}
