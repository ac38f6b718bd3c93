// The state at one position: the value of each ref, in two layers. A large network has 30,000 quantities and a step sets
// one of them: the next state shares the lower layer and has its own upper one.

/** @type {WeakMap<Map<string, number>, WeakMap<string[], (number | undefined)[]>>} the lists read from a lower layer */
const lists = new WeakMap();
/** @type {WeakMap<string[], Map<string, number>>} where in a list each ref stands */
const placesIn = new WeakMap();

const MOST_ABOVE = 500; // quantities of an upper layer; more are laid onto the lower one

export class State {
  /** @param {Map<string, number>} [under] not changed any more @param {Map<string, number>} [over] what has been set since */
  constructor(under = new Map(), over = new Map()) {
    this.under = under;
    this.over = over;
  }

  /** @param {string} ref @returns {number | undefined} */
  get(ref) {
    return this.over.get(ref) ?? this.under.get(ref);
  }

  /** @param {string} ref */
  has(ref) {
    return this.over.has(ref) || this.under.has(ref);
  }

  /** @returns {MapIterator<[string, number]>} */
  [Symbol.iterator]() {
    return this.flat().entries();
  }

  /** Both layers in one. */
  flat() {
    const all = new Map(this.under);
    for (const [ref, value] of this.over) all.set(ref, value);
    return all;
  }

  /** A copy of this state; a change to the copy leaves this state as it is. */
  copy() {
    return this.over.size > MOST_ABOVE
      ? new State(this.flat())
      : new State(this.under, new Map(this.over));
  }

  /** @param {string} ref @param {number} value */
  set(ref, value) {
    this.over.set(ref, value);
  }

  /** @param {string[]} refs */
  without(refs) {
    const left = this.flat();
    for (const ref of refs) left.delete(ref);
    return new State(left);
  }

  /**
   * The values of a list of refs, which is kept and not changed. The same array as for the state before, if none has changed.
   * @param {string[]} refs @returns {(number | undefined)[]}
   */
  list(refs) {
    const below = listOf(this.under, refs);
    const places = placesOf(refs);
    let values = below;
    for (const [ref, value] of this.over) {
      const at = places.get(ref);
      if (at === undefined) continue;
      if (values === below) values = [...below];
      values[at] = value;
    }
    return values;
  }
}

/** @param {Map<string, number>} under @param {string[]} refs */
function listOf(under, refs) {
  const known = lists.get(under) ?? new WeakMap();
  lists.set(under, known);
  const values = known.get(refs) ?? refs.map((ref) => under.get(ref));
  known.set(refs, values);
  return values;
}

/** @param {string[]} refs */
function placesOf(refs) {
  const places = placesIn.get(refs) ?? new Map(refs.map((ref, i) => [ref, i]));
  placesIn.set(refs, places);
  return places;
}
