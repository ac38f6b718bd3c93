// Puts iterations that a thinned run had let go among those that are kept: they were recorded when the run was repeated.

import { nearest } from "./read.js";
import { addPlaces, createRecording } from "./store.js";

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
  for (const [iteration, error] of header.kept_loss ?? []) recording.loss[iteration] = error;
  const { patterns, layouts } = header;
  const part = { ...createRecording(), patterns, layouts };
  addPlaces(part, { index: index.slice(), values });
  part.places.forEach((place, i) => {
    const numbers = place.chunk.index;
    numbers[place.index + 1] += firstLayout;
    const from = place.index + 3;
    for (let at = from; at < from + 2 * numbers[place.index + 2]; at += 2) {
      numbers[at] += firstPattern;
      numbers[at + 1] = samples[numbers[at + 1]] ?? -1;
    }
    add(recording, part.kept[i], place);
  });
}

/**
 * The run with the reader's drawing behind its last iteration. The run itself stays as it is.
 * @param {Recording} run @param {Chunk} chunk @param {import("./types.js").Position} from where the weights stand that it is read with
 * @returns {Recording}
 */
export function withDrawing(run, chunk, from) {
  const { patterns, layouts, samples, kept, places, differing, iterations } = run;
  const recording = {
    ...run,
    patterns: [...patterns],
    layouts: [...layouts],
    samples: [...samples, ...chunk.header.samples],
    kept: [...kept],
    places: [...places],
    differing: [...differing],
    drawn: { iteration: iterations, sample: samples.length, run, from },
  };
  insert(recording, chunk);
  return recording;
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
