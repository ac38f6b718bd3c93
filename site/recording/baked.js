// A lesson's recorded run, as its file holds it: instead of the numbers, by how much each forecast of them is wrong.

import { walk } from "./forecast.js";
import { rowsOf } from "./rows.js";
import { bytes } from "./store.js";

/**
 * @typedef {import("./types.js").Baked} Baked
 * @typedef {import("./types.js").Chunk} Chunk
 * @typedef {import("./types.js").Header} Header
 */

const LOWEST = -(2n ** 63n);
const number = new Float64Array(1);
const bits = new BigInt64Array(number.buffer);

/** The run of a lesson's file. @param {Baked} baked @returns {Chunk} */
export function unbaked({ header, index: packed, misses, loss }) {
  const index = new Int32Array(bytes(packed));
  const planes = new Uint8Array(bytes(misses));
  const count = planes.length / 8;
  const by = new Uint8Array(planes.length);
  const order = orderOf(header, index);
  for (let plane = 0; plane < 8; plane++)
    for (let i = 0; i < count; i++) by[8 * order[i] + plane] = planes[plane * count + i];
  const wrong = new BigInt64Array(by.buffer);
  const values = new Float64Array(count);
  const exact = new BigInt64Array(values.buffer);
  walk(header, index, (at, forecast) => {
    number[0] = forecast;
    exact[at] = ordered(BigInt.asIntN(64, ordered(bits[0]) + plain(wrong[at])));
    return values[at];
  });
  return { header, index, values, loss: new Float64Array(bytes(loss)) };
}

/** By how much the forecasts of a run's numbers are wrong, as bytes. @param {Omit<Chunk, "loss">} run */
export function missesOf({ header, index, values }) {
  const exact = new BigInt64Array(values.buffer, values.byteOffset, values.length);
  const wrong = new BigInt64Array(values.length);
  walk(header, index, (at, forecast) => {
    number[0] = forecast;
    wrong[at] = folded(BigInt.asIntN(64, ordered(exact[at]) - ordered(bits[0])));
    return values[at];
  });
  const by = new Uint8Array(wrong.buffer);
  const planes = new Uint8Array(by.length);
  const order = orderOf(header, index);
  for (let plane = 0; plane < 8; plane++)
    order.forEach((at, i) => {
      planes[plane * order.length + i] = by[8 * at + plane];
    });
  return planes;
}

/** The numbers by their place in an iteration, so that those of one quantity stand together. @param {Header} header @param {Int32Array} index */
function orderOf(header, index) {
  const rows = [...rowsOf(header, index)];
  const longest = rows.reduce((most, { length }) => Math.max(most, length), 0);
  /** @type {number[]} */
  const order = [];
  for (let place = 0; place < longest; place++)
    for (const { values, length } of rows) if (place < length) order.push(values + place);
  return order;
}

/** The bits of a number as an integer that grows with the number, and back. @param {bigint} bits */
const ordered = (bits) => (bits < 0n ? ~bits ^ LOWEST : bits);

/** 0, −1, 1, −2 … as 0, 1, 2, 3 …, so that small ones have few bits. @param {bigint} signed */
const folded = (signed) => BigInt.asIntN(64, signed < 0n ? ~(signed << 1n) : signed << 1n);

/** The other way. @param {bigint} folded */
const plain = (folded) => {
  const unsigned = BigInt.asUintN(64, folded);
  return unsigned & 1n ? ~(unsigned >> 1n) : unsigned >> 1n;
};
