// Reads the arguments of drawing calls: numbers, tables, colours and strokes.

/** @typedef {import("./pictures.js").Panel} Panel */
/** @typedef {import("./pictures.js").Paint} Paint */

/** @param {any} x @returns {x is number} */
export const isNumber = (x) => typeof x === "number";
/** @param {any} values @returns {number[]} */
export const flat = (values) =>
  [values].flat(9).map((x) => (isNumber(x) ? x : Number(x ?? Number.NaN)));
/** @param {number} length */
export const counted = (length) => Array.from({ length }, (_, i) => i);
/** @param {any} rows @returns {rows is number[][]} */
export const isTable = (rows) => Array.isArray(rows) && Array.isArray(rows[0]);
/** The columns of an array, each a curve; one for a plain list. @param {any} values @returns {number[][]} */
export const columns = (values) =>
  isTable(values)
    ? counted(values[0].length).map((j) => flat(values.map((row) => row[j])))
    : [flat(values)];
/** @param {number[]} values @returns {[number, number]} */
export function rangeOf(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const x of values)
    if (Number.isFinite(x)) [low, high] = [Math.min(low, x), Math.max(high, x)];
  return low > high ? [0, 1] : [low, high];
}

// ---- Colours and strokes

const LETTERS = /** @type {Record<string, string>} */ ({
  b: "blue",
  g: "green",
  r: "red",
  c: "cyan",
  m: "magenta",
  y: "yellow",
  k: "black",
  w: "white",
});

/** @param {Panel} panel @param {any} given @returns {Paint} */
export function paint(panel, given) {
  const text = Array.isArray(given) && given.length === 1 ? given[0] : given;
  if (typeof text === "string") {
    const cycle = /^C(\d)$/.exec(text) ?? /^tab:.*$/.exec(text);
    if (cycle?.[1]) return { index: Number(cycle[1]) };
    const name = LETTERS[text] ?? text.replace("tab:", "");
    if (/^([a-z]+|#[0-9a-f]{3,8})$/i.test(name)) return { name: name.toLowerCase() };
  }
  if (Array.isArray(text) && text.length >= 3 && text.every(isNumber))
    return {
      name: `#${text
        .slice(0, 3)
        .map((x) =>
          Math.round(Math.min(Math.max(x, 0), 1) * 255)
            .toString(16)
            .padStart(2, "0"),
        )
        .join("")}`,
    };
  return { index: panel.painted++ };
}

/** "r--o" says colour, stroke and marker. @param {string} text */
export function style(text) {
  const colour = /C\d/.exec(text)?.[0] ?? /[bgrcmykw](?!.*[bgrcmykw])/.exec(text)?.[0] ?? "";
  const rest = text.replace(colour, "");
  const dash = rest.includes("--")
    ? "6 4"
    : rest.includes("-.")
      ? "6 3 1.5 3"
      : rest.includes(":")
        ? "1.5 3"
        : "";
  const marker = /[.,ov^<>1234spP*hH+xXDd|_]/.test(rest.replace("-.", ""));
  return { colour, dash, marker, stroke: dash !== "" || rest.includes("-") || !marker };
}

/** SVG's `stroke-dasharray` (lengths in pixels) for each line style of matplotlib. */
export const STROKES = /** @type {Record<string, string>} */ ({
  "--": "6 4",
  dashed: "6 4",
  "-.": "6 3 1.5 3",
  dashdot: "6 3 1.5 3",
  ":": "1.5 3",
  dotted: "1.5 3",
});
