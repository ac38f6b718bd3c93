// Where the nodes of a network with large layers stand.

import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsOf, isImage, isLarge, largePlan } from "../../site/widgets/large_layout.js";
import { plan } from "../../site/widgets/network_layout.js";

const layersOf = (/** @type {number[]} */ ...sizes) => {
  let next = 1;
  return sizes.map((size) => Array.from({ length: size }, () => next++));
};

test("a network is drawn by layers from thirteen nodes in one of them", () => {
  assert.ok(!isLarge(layersOf(12, 12, 3)));
  assert.ok(isLarge(layersOf(3, 13, 1)));
});

test("the input is the image that it is, the hidden nodes are tiles, ten outputs are discs", () => {
  const { blocks } = largePlan(layersOf(64, 20, 10));
  assert.deepEqual(
    blocks.map(({ kind, columns }) => [kind, columns]),
    [
      ["image", 8],
      ["tiles", 2],
      ["discs", 1],
    ],
  );
  assert.ok(isImage(layersOf(64)[0]) && !isImage(layersOf(20)[0]));
  assert.equal(columnsOf(784), 28);
});

test("every node has a place of its own, inside of the picture, for any size", () => {
  for (const sizes of [
    [64, 20, 10],
    [784, 30, 10],
    [5, 100, 40, 1],
    [13, 2],
    [2, 784, 3],
  ]) {
    const layers = layersOf(...sizes);
    const { width, height, spots } = largePlan(layers);
    const places = layers.flat().map((id) => spots.get(String(id)));
    assert.equal(new Set(places.map((spot) => `${spot?.x} ${spot?.y}`)).size, places.length);
    for (const spot of places) {
      assert.ok(spot && spot.size > 0);
      assert.ok(spot.x > 0 && spot.x < width && spot.y > 0 && spot.y < height, String(sizes));
    }
  }
});

test("a network of two hidden layers fits its column where letters are 13 px high", () => {
  const narrowest = 0.31 * 1280 - 45; // the column of a program of one's own, without its padding and scroll bar
  assert.ok(plan([[1, 2], [3, 4, 5], [6, 7, 8], [9]]).width * 0.7 <= narrowest);
});
