// Writes numbers: exactly (like Python's repr), in a few digits, and as TeX.

/** The number as Python's repr writes it, so that it can be pasted into Python. @param {number} x */
export function repr(x) {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  if (Object.is(x, -0)) return "-0.0";
  const size = Math.abs(x);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [digits, exponent] = x.toExponential().split("e");
    const sign = exponent.startsWith("-") ? "-" : "+";
    return `${digits}e${sign}${exponent.slice(1).padStart(2, "0")}`;
  }
  const text = String(x);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** @param {number} x @param {number} digits @returns {[string, string]} digits and power of ten ("" when none) */
function parts(x, digits) {
  const exact = String(x);
  const size = Math.abs(x);
  if (size === 0 || (exact.length <= digits + 1 && !exact.includes("e"))) return [exact, ""];
  if (size < 1e-4 || size >= 1e6) {
    const [head, exponent] = x.toExponential(Math.max(digits - 2, 1)).split("e");
    return [head, String(Number(exponent))];
  }
  return [Number(x.toPrecision(digits)).toFixed(places(x, digits)), ""];
}

/** @param {number} x @param {number} digits */
function places(x, digits) {
  return Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(Number(x.toPrecision(digits))))));
}

/** @param {number} x */
const odd = (x) => (Number.isNaN(x) ? "NaN" : x > 0 ? "∞" : "−∞");
/** @param {string} text */
const trueMinus = (text) => text.replaceAll("-", "−");
/** @param {string} text */
const raised = (text) => text.replace(/./g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)]));

/** A few significant digits, with a true minus: "−0.1235", "1.23×10⁻⁵". @param {number | undefined} x @param {number} [digits] */
export function short(x, digits = 4) {
  if (x === undefined) return "–";
  if (!Number.isFinite(x)) return odd(x);
  const [head, power] = parts(x, digits);
  return trueMinus(head) + (power && `×10${raised(power)}`);
}

/** The number of digits it takes to see that two numbers differ. @param {number | undefined} x @param {number | undefined} y */
export function apart(x, y) {
  let digits = 4;
  if (x !== y) while (digits < 17 && short(x, digits) === short(y, digits)) digits++;
  return digits;
}

/**
 * By how much two numbers differ, as a part of the larger: 0 to 2, and 3 if one of them alone is no finite number. 0 and −0
 * are the same.
 * @param {number} [x] @param {number} [y]
 */
export function difference(x = Number.NaN, y = Number.NaN) {
  if (x === y || Object.is(x, y)) return 0;
  const part = Math.abs(x - y) / Math.max(Math.abs(x), Math.abs(y));
  return Number.isNaN(part) ? 3 : part;
}

/** The width of a number in the system's sans-serif font, in ems. @param {string} text */
const ems = (text) => 0.58 * text.length - 0.28 * Number(text.includes("."));

/**
 * As many decimals, three at most, as fit a width in ems; a rounded number keeps its zeros ("0.510"); a huge number by
 * its power of ten.
 * @param {number} x
 * @param {number} room
 */
export function fitting(x, room) {
  if (!Number.isFinite(x)) return odd(x);
  const rounded = (/** @type {number} */ decimals) =>
    Number(x.toFixed(decimals)) === x ? String(x) : x.toFixed(decimals);
  const shorter = [3, 2, 1, 0].map((decimals) => trueMinus(rounded(decimals)));
  return (
    shorter.find((text) => ems(text) <= room) ?? trueMinus(x.toExponential(0).replace("e+", "e"))
  );
}

/** For a column of numbers: two decimals; whole and huge numbers without. @param {number} x */
export const hundredths = (x) =>
  Number.isInteger(x) || !(Math.abs(x) < 100) ? fitting(x, 2.7) : trueMinus(x.toFixed(2));

/** For narrow places: three decimals at most. @param {number} x */
export function brief(x) {
  const size = Math.abs(x);
  return size < 1000
    ? trueMinus(String(x).length < 6 ? String(x) : x.toFixed(size < 10 ? 3 : 1))
    : short(x, 3);
}

/** Like short, with a plus before positive numbers. @param {number | undefined} x @param {number} [digits] */
export function signed(x, digits = 4) {
  return x !== undefined && x > 0 ? `+${short(x, digits)}` : short(x, digits);
}

/** An angle: whole degrees, small ones with a decimal. @param {number} x */
export const degrees = (x) => Number(x.toFixed(x < 9.95 ? 1 : 0)).toString();

/** @param {number} x @param {number} [digits] */
export function tex(x, digits = 4) {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "\\text{NaN}" : x > 0 ? "\\infty" : "-\\infty";
  const [head, power] = parts(x, digits);
  return power ? `${head}\\times10^{${power}}` : head;
}

/**
 * Factors as one product; a sum among several of them stands in brackets.
 * @param {string[]} factors
 * @example product(["e", "1 - y"]) // "e · (1 - y)"
 */
export const product = (factors) =>
  factors.map((one) => (factors.length > 1 && isSum(one) ? `(${one})` : one)).join(" · ");

/** True for a text with a plus or minus between two parts, outside of all brackets. @param {string} text */
function isSum(text) {
  let rest = text.replace(/\de[+-]\d/gi, "");
  for (let before = ""; before !== rest; ) {
    before = rest;
    rest = rest.replace(/[([][^()[\]]*[)\]]/g, "");
  }
  return /[^\s*/,([]\s*[+−-]/.test(rest);
}
