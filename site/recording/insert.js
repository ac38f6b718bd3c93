// Puts iterations that a thinned run had let go among those that are kept: they were recorded when the run was repeated.

import { nearest } from "./read.js";

/**
 * @typedef {import("./types.js").Chunk} Chunk
 * @typedef {import("./types.js").Place} Place
 * @typedef {import("./types.js").Recording} Recording
 */

/**
 * Adds the iterations of a chunk that the recording does not have. The chunk is a recording by itself: its patterns, layouts
 * and samples are numbered from 0.
 * @param {Recording} recording @param {Chunk} chunk
 */
export function insert(recording, { header, index, values }) {
  const firstPattern = recording.patterns.length;
  const firstLayout = recording.layouts.length;
  recording.patterns.push(...header.patterns);
  recording.layouts.push(...header.layouts);
  recording.instances = { ...header.instances, ...recording.instances };
  const samples = header.samples.map((one) => numberOf(recording.samples, one));
  const chunk = { index: index.slice(), values };
  let from = 0;
  for (let at = 0; at < index.length; ) {
    const [iteration, layout, count] = index.subarray(at, at + 3);
    const place = { chunk, index: at, values: from };
    chunk.index[at + 1] = layout + firstLayout;
    from += header.layouts[layout].length;
    at += 3;
    for (const end = at + 2 * count; at < end; at += 2) {
      from += header.patterns[index[at]].length;
      chunk.index[at] += firstPattern;
      chunk.index[at + 1] = samples[index[at + 1]] ?? -1;
    }
    from += index[at];
    at += 1 + index[at];
    add(recording, iteration, place);
  }
}

/** The number of a sample; it is added if the recording does not have it. @param {Recording["samples"]} samples @param {Recording["samples"][number]} one */
function numberOf(samples, one) {
  const text = JSON.stringify(one);
  const at = samples.findIndex((other) => JSON.stringify(other) === text);
  return at >= 0 ? at : samples.push(one) - 1;
}

/** @param {Recording} recording @param {number} iteration @param {Place} place */
function add({ kept, places, differing }, iteration, place) {
  const near = nearest(/** @type {Recording} */ ({ kept }), iteration);
  if (kept[near] === iteration) return;
  const at = kept[near] < iteration ? near + 1 : Math.max(near, 0);
  kept.splice(at, 0, iteration);
  places.splice(at, 0, place);
  const { index } = place.chunk;
  if (!index[place.index + 3 + 2 * index[place.index + 2]]) return;
  const after = differing.findIndex((one) => one > iteration);
  differing.splice(after < 0 ? differing.length : after, 0, iteration);
}
