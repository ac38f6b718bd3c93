/**
 * What the playground's program is measured against: the same training, node by node and link by link, as TensorFlow
 * Playground and most networks written in JavaScript have it. Nothing in it is slower than it need be: every field
 * is a number from the start, and it has no pull and no momentum, which the measured programs leave at 0.
 *
 * Runs in the page, before the page's own script. Whatever computes twice the same here and in Python arrives at the
 * same weights; the bench looks whether it does.
 */
class Node {
  bias = 0.5; // whole numbers would be kept in another form, and be changed over later
  net = 0.5;
  output = 0.5;
  delta = 0.5;
  slope = 0.5; // of the error by the bias, added up over a batch
  /** @type {Link[]} */
  into = [];
  /** @type {Link[]} */
  onward = [];
}

class Link {
  slope = 0.5;

  /** @param {Node} from @param {Node} to @param {number} weight */
  constructor(from, to, weight) {
    this.from = from;
    this.to = to;
    this.weight = weight;
  }
}

/** @param {number[][][]} weights by layer, node and node below @param {number[][]} biases by layer and node */
function network(weights, biases) {
  const sizes = [weights[0][0].length, ...weights.map((rows) => rows.length)];
  const layers = sizes.map((size) => Array.from({ length: size }, () => new Node()));
  weights.forEach((rows, l) => {
    rows.forEach((row, j) => {
      const to = layers[l + 1][j];
      to.bias = biases[l][j];
      to.slope = 0;
      row.forEach((weight, i) => {
        const link = new Link(layers[l][i], to, weight);
        link.slope = 0;
        to.into.push(link);
        link.from.onward.push(link);
      });
    });
  });
  return layers;
}

const sigmoid = (/** @type {number} */ net) => 1 / (1 + Math.exp(-net));

/** @param {Node[][]} layers @param {number[]} point @param {(net: number) => number} squeeze of the hidden layers */
function forward(layers, point, squeeze) {
  layers[0].forEach((node, i) => {
    node.output = point[i];
  });
  for (let l = 1; l < layers.length; l++) {
    const f = l + 1 < layers.length ? squeeze : sigmoid;
    for (const node of layers[l]) {
      node.net = node.bias;
      for (const link of node.into) node.net += link.weight * link.from.output;
      node.output = f(node.net);
    }
  }
}

/** @param {Node[][]} layers @param {number} target @param {(y: number) => number} slope of the hidden layers @param {boolean} isEntropy */
function backward(layers, target, slope, isEntropy) {
  for (let l = layers.length - 1; l > 0; l--)
    for (const node of layers[l]) {
      if (l + 1 < layers.length) {
        let sum = 0;
        for (const link of node.onward) sum += link.weight * link.to.delta;
        node.delta = sum * slope(node.output);
      } else {
        const off = target - node.output;
        node.delta = isEntropy ? off : off * node.output * (1 - node.output);
      }
      node.slope += node.delta;
      for (const link of node.into) link.slope += node.delta * link.from.output;
    }
}

/** @param {Node[][]} layers @param {number} rate */
function update(layers, rate) {
  for (let l = 1; l < layers.length; l++)
    for (const node of layers[l]) {
      node.bias += rate * node.slope;
      node.slope = 0;
      for (const link of node.into) {
        link.weight += rate * link.slope;
        link.slope = 0;
      }
    }
}

const HIDDEN = {
  sigmoid: [sigmoid, (/** @type {number} */ y) => y * (1 - y)],
  tanh: [Math.tanh, (/** @type {number} */ y) => 1 - y * y],
};

/**
 * Trains each network by itself, and gives each one's layers: their weights, row by row, then their biases. `orders`:
 * the points of each epoch in their order.
 * @param {{ networks: { weights: number[][][], biases: number[][] }[], points: number[][], targets: number[], orders: number[][],
 *   batch: number, rate: number, activation: "sigmoid" | "tanh", isEntropy: boolean }} given
 */
function yardstick({ networks, points, targets, orders, batch, rate, activation, isEntropy }) {
  const [squeeze, slope] = HIDDEN[activation];
  return networks.map(({ weights, biases }) => {
    const layers = network(weights, biases);
    for (const order of orders)
      for (let start = 0; start < order.length; start += batch) {
        const end = Math.min(start + batch, order.length);
        for (let i = start; i < end; i++) {
          forward(layers, points[order[i]], squeeze);
          backward(layers, targets[order[i]], slope, isEntropy);
        }
        update(layers, rate / (end - start));
      }
    return layers
      .slice(1)
      .map((nodes) => [
        ...nodes.flatMap(({ into }) => into.map(({ weight }) => weight)),
        ...nodes.map(({ bias }) => bias),
      ]);
  });
}

globalThis.yardstick = yardstick;
