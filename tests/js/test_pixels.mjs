// Numbers as pictures on a canvas: which of them are drawn again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { changed } from "../../site/widgets/pixels.js";

/** @param {number} x @param {(number | undefined)[]} values @param {number} [most] */
const picture = (x, values, most = 1) => ({
  values,
  columns: 2,
  most,
  signed: true,
  x,
  y: 0,
  width: 8,
  height: 8,
});

test("only a picture with other numbers, or another scale, is drawn again", () => {
  const before = [picture(0, [1, undefined, Number.NaN, 0]), picture(10, [1, 2, 3, 4])];
  const drawn = (/** @type {typeof before} */ pictures, dark = false) =>
    changed([pictures, 20, 8, dark], [before, 20, 8, false]);
  const same = [picture(0, [1, undefined, Number.NaN, 0]), picture(10, [1, 2, 3, 4])];
  assert.deepEqual(drawn(same), []);
  const other = picture(10, [1, 2, 3, 5]);
  assert.deepEqual(drawn([same[0], other]), [other]);
  const scaled = picture(10, [1, 2, 3, 4], 2);
  assert.deepEqual(drawn([same[0], scaled]), [scaled]);
  assert.equal(drawn(same, true), same);
  const fewer = same.slice(1);
  assert.equal(drawn(fewer), fewer);
  assert.equal(changed([same, 20, 8, false], null), same);
});
