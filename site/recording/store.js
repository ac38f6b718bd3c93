// Keeps a recording: takes in the pieces of a run as they come, and lets iterations go that a longer run no longer keeps.

import { rowsOf } from "./rows.js";
import { Numbering } from "./state.js";

/**
 * @typedef {import("./types.js").Chunk} Chunk
 * @typedef {import("./types.js").Packed} Packed
 * @typedef {import("./types.js").Place} Place
 * @typedef {import("./types.js").Recording} Recording
 */

/** @returns {Recording} */
export function createRecording() {
  return {
    network: null,
    patterns: [],
    layouts: [],
    instances: {},
    samples: [],
    iterations: 0,
    stride: 1,
    looks: [],
    first: 0,
    broken: null,
    output: "",
    end: null,
    error: null,
    notices: [],
    rule: null,
    findings: [],
    judgement: null,
    searched: null,
    figures: {},
    playground: null,
    found: null,
    loss: [],
    kept: [],
    places: [],
    checks: 0,
    compared: {},
    uncompared: {},
    differing: [],
    drawn: null,
    numbering: new Numbering(),
    sides: new Map(),
  };
}

/** Adds the next chunk of a run to its recording. @param {Recording} recording @param {Chunk} chunk */
export function append(recording, { header, index, values, loss }) {
  recording.network = header.network ?? recording.network;
  recording.patterns.push(...header.patterns);
  recording.layouts.push(...header.layouts);
  recording.samples.push(...header.samples);
  recording.notices.push(...header.notices);
  Object.assign(recording.instances, header.instances);
  recording.output += header.output;
  recording.broken = header.broken ?? recording.broken;
  recording.rule = header.rule ?? recording.rule;
  recording.findings = header.findings ?? recording.findings;
  recording.judgement = header.judgement ?? recording.judgement;
  recording.searched = header.searched ?? recording.searched;
  recording.figures = header.figures ?? recording.figures;
  recording.playground = header.playground ?? recording.playground;
  recording.found = header.found ?? recording.found;
  const {
    iterations,
    stride,
    looks = [],
    first = 0,
    end,
    error,
    loss_stride = 1,
    kept_loss = [],
    sides = [],
    checking = false,
  } = header;
  const thinner = stride > recording.stride || looks.length < recording.looks.length;
  Object.assign(recording, { iterations, stride, looks, first, end, error });
  loss.forEach((figure, i) => {
    recording.loss.push(figure);
    const next = Math.min((i + 1) * loss_stride, iterations);
    for (let k = i * loss_stride + 1; k < next; k++) recording.loss.push(Number.NaN);
  });
  for (const [iteration, error] of kept_loss) recording.loss[iteration] = error;
  const before = recording.kept.length;
  addPlaces(recording, { index, values });
  sides.forEach((side, i) => {
    recording.sides.set(recording.kept[before + i], side);
  });
  if (thinner) thin(recording, end !== null || checking);
}

/**
 * Drops the iterations that a larger stride no longer keeps; the last one of the run always stays.
 * @param {Recording} recording @param {boolean} isOver  the run has ended
 */
function thin(recording, isOver) {
  const { kept, stride, first } = recording;
  const looks = new Set(recording.looks);
  const stays = (/** @type {number} */ iteration, /** @type {number} */ i) =>
    iteration % stride === 0 ||
    iteration < first ||
    looks.has(iteration) ||
    (isOver && i === kept.length - 1);
  recording.places = moved(
    recording,
    recording.places.filter((_, i) => stays(kept[i], i)),
  );
  recording.kept = kept.filter(stays);
  const left = new Set(recording.kept);
  recording.differing = recording.differing.filter((iteration) => left.has(iteration));
}

/**
 * Copies the places that stay into a chunk of their own, so that the memory of the dropped ones is freed.
 * @param {Recording} recording
 * @param {Place[]} places
 * @returns {Place[]}
 */
function moved(recording, places) {
  const sizes = places.map((place) => sizeOf(recording, place));
  const chunk = {
    index: new Int32Array(sizes.reduce((sum, size) => sum + size.index, 0)),
    values: new Float64Array(sizes.reduce((sum, size) => sum + size.values, 0)),
  };
  let index = 0;
  let values = 0;
  return places.map((from, i) => {
    const { index: at, values: first, chunk: old } = from;
    const place = { chunk, index, values };
    chunk.index.set(old.index.subarray(at, at + sizes[i].index), index);
    chunk.values.set(old.values.subarray(first, first + sizes[i].values), values);
    index += sizes[i].index;
    values += sizes[i].values;
    return place;
  });
}

/** The count of numbers that a kept iteration takes in its chunk. @param {Recording} recording @param {Place} place */
function sizeOf({ layouts, patterns }, { chunk: { index }, index: at }) {
  const end = at + 3 + 2 * index[at + 2];
  let values = layouts[index[at + 1]].length + index[end];
  for (let s = at + 3; s < end; s += 2) values += patterns[index[s]].length;
  return { index: end + 1 + index[end] - at, values };
}

/**
 * Of each quantity how many of these steps are compared with an equation, and how many are not; inputs are given, not made.
 * @param {Recording} recording
 * @param {import("./types.js").Step[]} steps
 */
function countsOf({ network }, steps) {
  const inputs = new Set(network?.layers[0]?.map((node) => `a:${node}`));
  /** @type {Map<string, { compared: number, uncompared: number }>} */
  const counts = new Map();
  for (const { sets, checked } of steps) {
    if (inputs.has(sets)) continue;
    const quantity = sets.split(":")[0];
    const count = counts.get(quantity) ?? { compared: 0, uncompared: 0 };
    count[checked ? "compared" : "uncompared"]++;
    counts.set(quantity, count);
  }
  return counts;
}

/** Adds the places of the iterations in a chunk. @param {Recording} recording @param {Place["chunk"]} chunk */
export function addPlaces(recording, chunk) {
  const made = recording.patterns.map(({ steps }) => countsOf(recording, steps));
  for (const { iteration, index, values, segments, differing } of rowsOf(recording, chunk.index)) {
    recording.kept.push(iteration);
    recording.places.push({ chunk, index, values });
    for (const { pattern } of segments) {
      for (const [quantity, { compared, uncompared }] of made[pattern]) {
        recording.checks += compared;
        recording.compared[quantity] = (recording.compared[quantity] ?? 0) + compared;
        recording.uncompared[quantity] = (recording.uncompared[quantity] ?? 0) + uncompared;
      }
    }
    if (differing.length) recording.differing.push(iteration);
  }
}

/** A chunk that came as JSON. @param {Packed} packed @returns {Chunk} */
export function unpack({ header, index, values, loss }) {
  return {
    header,
    index: new Int32Array(bytes(index)),
    values: new Float64Array(bytes(values)),
    loss: new Float64Array(bytes(loss)),
  };
}

/** @param {string} base64 */
export function bytes(base64) {
  const text = atob(base64);
  const made = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) made[i] = text.charCodeAt(i);
  return made.buffer;
}
