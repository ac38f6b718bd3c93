// Forecasts the numbers of a recorded run, one after the other, from those before them: a weight is forecast as the old one
// plus its change, a net as the sum of its products. A lesson's file holds only by how much each forecast is wrong, which is
// mostly nothing (docs/recording-format.md). Nobody sees a forecast: what the page shows are the program's own numbers.
//
// Reader and writer must come to the same forecasts bit for bit, in every engine, so there are only + − × ÷ here:
// Math.exp differs between engines in the last digit.

import { rowsOf } from "./rows.js";

/**
 * @typedef {import("./types.js").Header} Header
 * @typedef {import("./types.js").Pattern} Pattern
 * @typedef {import("./types.js").Step} Step
 */

/**
 * The operands from which a step's number is forecast: places in the list of the newest numbers.
 * @typedef {object} Operands
 * @property {number} self
 * @property {boolean} isUpdate  of a weight or bias, by deltas
 * @property {boolean} isOutput  of a node
 * @property {[number, number][]} products  of a weighted sum
 * @property {number[]} added  biases
 * @property {[delta: number, output: number][]} changes  the output is -1 for a bias
 * @property {number} samples  how many `changes` come from
 * @property {number} eta  -1 where the step reads none
 * @property {number} a  -1, as below, where the step reads none or several
 * @property {number} t
 * @property {number[]} all
 * @property {number} given  the number's place in a sample's inputs or targets; -1 for others
 */

const FORMULA = "/formula"; // behind a quantity's name: the number that its equation gives, where that differs

/**
 * Goes through all numbers of a run. `exchange` gets a number's place among them and its forecast, and gives the number.
 * @param {Header} header
 * @param {Int32Array} index
 * @param {(at: number, forecast: number) => number} exchange
 */
export function walk(header, index, exchange) {
  const slots = slotsOf(header);
  const layouts = header.layouts.map((names) => names.map((name) => slots.get(name) ?? 0));
  const patterns = header.patterns.map((pattern) => compiled(header, pattern, slots));
  const now = new Float64Array(slots.size);
  const best = new Uint8Array(slots.size); // which of its forecasts was the nearest the last time
  const numberAt = (
    /** @type {number} */ at,
    /** @type {number} */ slot,
    /** @type {number[]} */ forecasts,
  ) => {
    const forecast = forecasts[best[slot]] ?? 0;
    const value = exchange(at, Number.isFinite(forecast) ? forecast : 0);
    now[slot] = value;
    let nearest = Number.POSITIVE_INFINITY;
    forecasts.forEach((one, i) => {
      if (Math.abs(one - value) < nearest) [best[slot], nearest] = [i, Math.abs(one - value)];
    });
    return value;
  };
  const asBefore = (/** @type {number} */ at, /** @type {number} */ slot) => {
    now[slot] = exchange(at, Number.isFinite(now[slot]) ? now[slot] : 0);
  };
  /** @type {Float64Array[]} */
  let batch = []; // the numbers after each pass that the next update takes together
  for (const row of rowsOf(header, index)) {
    let at = row.values;
    for (const slot of layouts[row.layout]) asBefore(at++, slot);
    /** @type {{ slot: number, forecasts: number[] }[]} */
    const steps = [];
    for (const { pattern, sample } of row.segments) {
      const { also, made, length, rest } = patterns[pattern];
      const given = header.samples[sample];
      for (const { slot, place, target } of also)
        numberAt(at + place, slot, [given?.t[target] ?? now[slot], now[slot]]);
      for (const { slot, place, operands } of made) {
        const forecasts = forecastsOf(operands, now, batch, given?.x);
        const value = numberAt(at + place, slot, forecasts);
        if (row.differing.length) steps.push({ slot, forecasts: [...forecasts, value] });
      }
      for (const { slot, place } of rest) asBefore(at + place, slot);
      batch = made.some(({ operands }) => operands.isUpdate) ? [] : [...batch, now.slice()];
      at += length;
    }
    for (const number of row.differing) {
      const { slot, forecasts } = steps[number];
      numberAt(at++, slot + 1, forecasts);
    }
  }
}

/** A quantity, and whose it is where a pass goes through several samples. @param {string} ref @param {number} [sample] */
const named = (ref, sample) => (sample === undefined ? ref : `${ref}/${sample}`);

/** A place for the newest number of each quantity, and behind it one for what its equation gives. @param {Header} header */
function slotsOf({ layouts, patterns }) {
  /** @type {Map<string, number>} */
  const slots = new Map();
  const add = (/** @type {string} */ name) => {
    if (slots.has(name)) return;
    slots.set(name, slots.size);
    slots.set(name + FORMULA, slots.size);
  };
  layouts.flat().forEach(add);
  for (const { also, steps, length } of patterns) {
    for (let place = 0; place < length; place++) add(`${place}`);
    for (const [ref] of also) add(ref);
    for (const { sets, sample } of steps) add(named(sets, sample));
  }
  for (const { steps } of patterns) steps.flatMap(({ reads }) => reads).forEach(add);
  return slots;
}

/** @param {Header} header @param {Pattern} pattern @param {Map<string, number>} slots */
function compiled({ network }, { length, also, steps }, slots) {
  const first = network?.layers.at(-1)?.[0] ?? 0;
  const samples = [...new Set(steps.flatMap(({ sample }) => sample ?? []))];
  const known = new Set([...also.map(([, at]) => at), ...steps.map(({ at }) => at)]);
  return {
    length,
    also: also.map(([ref, place]) => ({
      slot: slots.get(ref) ?? 0,
      place,
      target: Number.parseInt(ref.split(":")[1], 10) - first,
    })),
    made: steps.map((step) => ({
      slot: slots.get(named(step.sets, step.sample)) ?? 0,
      place: step.at,
      operands: operandsOf(step, samples, slots),
    })),
    rest: Array.from({ length }, (_, place) => ({
      slot: slots.get(`${place}`) ?? 0,
      place,
    })).filter(({ place }) => !known.has(place)),
  };
}

/** @param {Step} step @param {number[]} samples of the pass @param {Map<string, number>} slots @returns {Operands} */
function operandsOf({ sets, reads, sample }, samples, slots) {
  const slot = (/** @type {string} */ ref, of = sample) =>
    slots.get(named(ref, of)) ?? slots.get(ref) ?? 0;
  const all = (/** @type {string} */ kind) => reads.filter((ref) => ref.startsWith(`${kind}:`));
  const [kind, node] = sets.split(":");
  const [weights, biases, outputs, deltas, targets] = ["w", "b", "a", "delta", "t"].map(all);
  const isUpdate = (kind === "w" || kind === "b") && deltas.length > 0;
  const factors = kind === "delta" ? deltas : outputs;
  const only = (/** @type {string[]} */ refs) => (refs.length === 1 ? slot(refs[0]) : -1);
  const of = isUpdate && samples.length ? samples : [sample];
  return {
    self: slot(sets),
    isUpdate,
    isOutput: kind === "a",
    products: weights.map((weight, i) => [
      slot(weight),
      factors[i] ? slot(factors[i]) : slot(weight),
    ]),
    added: biases.map((ref) => slot(ref)),
    changes: deltas.flatMap((delta, i) =>
      of.map((one) => [slot(delta, one), outputs[i] ? slot(outputs[i], one) : -1]),
    ),
    samples: of.length,
    eta: reads.includes("eta") ? slot("eta") : -1,
    a: only(outputs),
    t: only(targets),
    all: reads.map((ref) => slot(ref)),
    given: kind === "a" && !reads.length ? Number(node) - 1 : -1,
  };
}

/**
 * The forecasts of a step's number, the likeliest first; the last one is the quantity's number before the step.
 * @param {Operands} operands
 * @param {Float64Array} now the newest number of each quantity
 * @param {Float64Array[]} batch
 * @param {number[]} [inputs] of the sample
 */
function forecastsOf(operands, now, batch, inputs) {
  const { self, isUpdate, isOutput, products, added, eta, a, t, all, given } = operands;
  const before = now[self];
  if (given >= 0) return [inputs?.[given] ?? before, before];
  if (!all.length) return [before];
  if (isUpdate) {
    const change = changeOf(operands, now, batch) * (eta < 0 ? 1 : now[eta]);
    const mean = change / (operands.samples * (batch.length + 1));
    return [before + change, before + mean, before];
  }
  if (products.length) {
    let sum = 0;
    for (const [weight, factor] of products) sum += now[weight] * now[factor];
    for (const bias of added) sum += now[bias];
    if (isOutput) return [...activations(sum), sum, before];
    return [...(a < 0 ? [] : slopes(now[a]).map((slope) => slope * sum)), sum, before];
  }
  if (a >= 0 && t >= 0) {
    const error = now[t] - now[a];
    return [...slopes(now[a]).map((slope) => slope * error), error, -error, before];
  }
  if (isOutput) return [...activations(now[all[0]]), before];
  if (a >= 0 && all.length === 1) return [...slopes(now[a]), before];
  const product = all.reduce((result, slot) => result * now[slot], 1);
  return [product, -product, before];
}

/** @param {Operands} operands @param {Float64Array} now @param {Float64Array[]} batch */
function changeOf({ changes }, now, batch) {
  let sum = 0;
  for (const then of [...batch, now])
    for (const [delta, output] of changes) sum += then[delta] * (output < 0 ? 1 : then[output]);
  return sum;
}

/** The output for a net: of the sigmoid, of tanh, of ReLU. @param {number} net */
function activations(net) {
  return [1 / (1 + exp(-net)), 1 - 2 / (exp(2 * net) + 1), net > 0 ? net : 0];
}

/** Their slopes, from the output. @param {number} y */
function slopes(y) {
  return [y * (1 - y), 1 - y * y];
}

/** eˣ to about the last digit: x = k·ln 2 + r. @param {number} x */
function exp(x) {
  const within = Math.min(Math.max(x, -700), 700) || 0;
  const k = Math.floor(within / Math.LN2 + 0.5);
  const r = within - k * Math.LN2;
  let result = 1;
  for (let n = 14; n > 0; n--) result = 1 + (r * result) / n;
  for (let i = Math.abs(k); i > 0; i--) result = k > 0 ? result * 2 : result / 2;
  return result;
}
