// The kept iterations of a chunk, read from its index (docs/recording-format.md).

/**
 * One kept iteration: where its row begins in the index and among the values, how many values it has, and what it holds.
 * @typedef {{ iteration: number, index: number, values: number, length: number, layout: number,
 *   segments: { pattern: number, sample: number }[], differing: Int32Array }} Row
 */

/**
 * @param {{ layouts: string[][], patterns: { length: number }[] }} recording
 * @param {Int32Array} index
 * @returns {Generator<Row>}
 */
export function* rowsOf({ layouts, patterns }, index) {
  let values = 0;
  for (let at = 0; at < index.length; ) {
    const [iteration, layout, count] = index.subarray(at, at + 3);
    const end = at + 3 + 2 * count;
    const segments = Array.from({ length: count }, (_, i) => ({
      pattern: index[at + 3 + 2 * i],
      sample: index[at + 4 + 2 * i],
    }));
    const differing = index.subarray(end + 1, end + 1 + index[end]);
    const length = segments.reduce(
      (sum, { pattern }) => sum + patterns[pattern].length,
      layouts[layout].length + differing.length,
    );
    yield { iteration, index: at, values, length, layout, segments, differing };
    values += length;
    at = end + 1 + differing.length;
  }
}
