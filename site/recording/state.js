// The state at one position: the value of each ref, in arrays of numbers. A large network has 30,000 quantities, and each
// drawing reads the state before the step and after it.

import { belongsToSample, ofSample } from "./refs.js";

/**
 * Numbers the refs of a recording: what stays (weights, biases, the learning rate) 0, 1, 2 …, what belongs to a sample
 * -1, -2, -3 …
 */
export class Numbering {
  /** @type {Map<string, number>} */
  #numbers = new Map();
  /** @type {WeakMap<string[], Int32Array>} */
  #lists = new WeakMap();
  /** The values that a list of refs had last. @type {WeakMap<string[], (number | undefined)[]>} */
  last = new WeakMap();
  /** @type {string[]} */
  lasting = [];
  /** @type {string[]} */
  passing = [];

  /** The number of a ref without a sample; undefined if the recording does not have it. @param {string} ref */
  find(ref) {
    return this.#numbers.get(ref);
  }

  /** The number of a ref without a sample; a new one is added. @param {string} ref */
  of(ref) {
    const known = this.#numbers.get(ref);
    if (known !== undefined) return known;
    const bySample = belongsToSample(ref);
    const count = (bySample ? this.passing : this.lasting).push(ref);
    const number = bySample ? -count : count - 1;
    this.#numbers.set(ref, number);
    return number;
  }

  /** The numbers of a list of refs, which is kept and not changed. @param {string[]} refs */
  ofAll(refs) {
    const known = this.#lists.get(refs) ?? Int32Array.from(refs, (ref) => this.of(ref));
    this.#lists.set(refs, known);
    return known;
  }
}

/** The values of some quantities by their number, each known or not. */
class Values {
  /** @param {number} count */
  constructor(count) {
    this.numbers = new Float64Array(count);
    this.known = new Uint8Array(count);
  }

  /** @param {number} i @returns {number | undefined} */
  get(i) {
    return this.known[i] ? this.numbers[i] : undefined;
  }

  /** @param {number} i @param {number} value */
  set(i, value) {
    this.numbers[i] = value;
    this.known[i] = 1;
  }

  copy() {
    const made = new Values(this.known.length);
    made.numbers.set(this.numbers);
    made.known.set(this.known);
    return made;
  }
}

export class State {
  /** @param {Numbering} numbering which has all the refs that will be set by their numbers */
  constructor(numbering) {
    this.numbering = numbering;
    this.lasting = new Values(numbering.lasting.length);
    /** The values of the sample that is shown. */
    this.shown = new Values(numbering.passing.length);
    /** @type {Map<number, Values>} */
    this.samples = new Map();
  }

  /** @param {string} ref @returns {number | undefined} */
  get(ref) {
    const [plain, sample] = ofSample(ref);
    const number = this.numbering.find(plain);
    if (number === undefined || (number >= 0 && sample >= 0)) return undefined;
    return this.valueOf(number, sample);
  }

  /** @param {number} number of a ref @param {number} [sample] of what belongs to one: -1 for the one shown @returns {number | undefined} */
  valueOf(number, sample = -1) {
    if (number >= 0) return this.lasting.get(number);
    return (sample < 0 ? this.shown : this.samples.get(sample))?.get(placeOf(number));
  }

  /** @param {string} ref */
  has(ref) {
    return this.get(ref) !== undefined;
  }

  /**
   * The values of a list of refs, which is kept and not changed; with a sample, of that one. As long as they stay the same
   * it is the same array, not to be changed: of a large network few of 25,000 change in a step.
   * @param {string[]} refs @param {number} [sample]
   */
  list(refs, sample = -1) {
    const last = this.numbering.last.get(refs);
    if (last && this.hasSame(refs, last, sample)) return last;
    /** @type {(number | undefined)[]} */
    const values = [];
    for (const number of this.numbering.ofAll(refs)) values.push(this.valueOf(number, sample));
    this.numbering.last.set(refs, values);
    return values;
  }

  /**
   * True if a list of refs has these values; with a sample, of that one.
   * @param {string[]} refs kept and not changed @param {(number | undefined)[]} values @param {number} sample
   */
  hasSame(refs, values, sample) {
    const numbers = this.numbering.ofAll(refs);
    for (let i = 0; i < numbers.length; i++)
      if (!Object.is(this.valueOf(numbers[i], sample), values[i])) return false;
    return true;
  }

  /** True if anything of a sample is known. @param {number} sample */
  hasSample(sample) {
    return this.samples.has(sample);
  }

  /**
   * Sets what a step sets: of what belongs to a sample, that sample's value, and the one shown if `isShown`.
   * @param {number} number of the ref @param {number} sample -1 for none @param {boolean} isShown @param {number} value
   */
  set(number, sample, isShown, value) {
    if (number >= 0) return this.lasting.set(number, value);
    if (sample >= 0) {
      let own = this.samples.get(sample);
      if (!own) {
        own = new Values(this.numbering.passing.length);
        this.samples.set(sample, own);
      }
      own.set(placeOf(number), value);
    }
    if (isShown) this.shown.set(placeOf(number), value);
  }

  /** This state without some of its refs. @param {string[]} refs */
  without(refs) {
    const left = new State(this.numbering);
    left.lasting = this.lasting.copy();
    left.shown = this.shown.copy();
    left.samples = new Map([...this.samples].map(([sample, values]) => [sample, values.copy()]));
    for (const ref of refs) {
      const [plain, sample] = ofSample(ref);
      const number = this.numbering.find(plain);
      if (number === undefined) continue;
      const passing = sample < 0 ? left.shown : left.samples.get(sample);
      if (number >= 0) left.lasting.known[number] = 0;
      else if (passing) passing.known[placeOf(number)] = 0;
    }
    return left;
  }

  /** @returns {Generator<[ref: string, value: number]>} */
  *[Symbol.iterator]() {
    const { lasting, passing } = this.numbering;
    yield* named(this.lasting, lasting, "");
    yield* named(this.shown, passing, "");
    for (const [sample, values] of this.samples) yield* named(values, passing, `/${sample}`);
  }
}

/** Where a number stands among those of its kind. @param {number} number */
const placeOf = (number) => (number >= 0 ? number : -number - 1);

/** @param {Values} values @param {string[]} refs @param {string} sample @returns {Generator<[ref: string, value: number]>} */
function* named({ known, numbers }, refs, sample) {
  for (let i = 0; i < known.length; i++) if (known[i]) yield [`${refs[i]}${sample}`, numbers[i]];
}
