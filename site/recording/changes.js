// The changes of the weights in one iteration.

import { nearest, segmentsOf } from "./read.js";

/** @typedef {import("./types.js").Recording} Recording */

/** @type {WeakMap<Recording, { iteration: number, changes: Map<string, number> }>} the last answer of each recording */
const last = new WeakMap();

/**
 * The change of each weight and bias in a kept iteration, by ref; those that it does not set are left out.
 * @param {Recording} recording @param {number} iteration @returns {Map<string, number>}
 */
export function changesIn(recording, iteration) {
  const known = last.get(recording);
  if (known?.iteration === iteration) return known.changes;
  /** @type {Map<string, number>} */
  const changes = new Map();
  const k = nearest(recording, iteration);
  const place = recording.places[k];
  if (place && recording.kept[k] === iteration) {
    const { index, values } = place.chunk;
    /** @type {Map<string, number>} */
    const after = new Map();
    for (const { pattern, offset } of segmentsOf(recording, iteration))
      for (const { sets, at } of pattern.steps)
        if (/^[wb]:/.test(sets)) after.set(sets, values[offset + at]);
    recording.layouts[index[place.index + 1]].forEach((ref, i) => {
      const value = after.get(ref);
      if (value !== undefined) changes.set(ref, value - values[place.values + i]);
    });
    last.set(recording, { iteration, changes });
  }
  return changes;
}
