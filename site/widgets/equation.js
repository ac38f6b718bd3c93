// Turns a template from the recording ("«a:8»·(1 - «a:8»)") into TeX, with symbols or with numbers. Each quantity carries
// its ref, so that the page can highlight a number together with its node.

import { equationOf, lastChange, sampleOfPass, valueInPass } from "../recording/operands.js";
import { APOSTROPHE } from "../recording/own_names.js";
import { symbolOf } from "../recording/read.js";
import { stateAt } from "../recording/state_at.js";
import * as format from "../text/format.js";
import { isLong, longest, shortened } from "./long_sums.js";
import { temml } from "./vendor.js";

/** @typedef {import("../recording/types.js").Recording} Recording */

/** @param {string} tex @returns {string} MathML */
export function mathml(tex) {
  const made = temml.renderToString(tex, { trust: true, throwOnError: false });
  return made.replaceAll(APOSTROPHE, "'");
}

/** @param {string} kind "now" or "used" @param {string} ref @param {string} tex */
const marked = (kind, ref, tex) => `\\class{${kind}}{\\data{ref=${ref}}{${tex}}}`;

/** @param {string} right */
const cut = (right) => right.split(/(«[^»]*»)/);

/** The quantities in a template. @param {string} right */
const refsIn = (right) =>
  cut(right).flatMap((text) => (text.startsWith("«") ? text.slice(1, -1) : []));

/** A template with the quantities by their symbols, as TeX. @param {Recording} recording @param {string} right */
export function withSymbols(recording, right) {
  const times = recording.network?.names ? "\\cdot " : ""; // whole words need a sign between them
  const part = (/** @type {string} */ text) =>
    text.startsWith("«") ? operandOf(recording, text.slice(1, -1)) : text.replaceAll("·", times);
  return cut(right).map(part).join("");
}

/** @param {Recording} recording @param {string} ref */
function operandOf(recording, ref) {
  const { tex } = symbolOf(recording, ref);
  return marked("used", ref, tex.startsWith("-") ? `(${tex})` : tex);
}

/** A template with symbols as plain text, for a button or a sentence. @param {Recording} recording @param {string} right */
export const inText = (recording, right) =>
  cut(right)
    .map((text) =>
      text.startsWith("«")
        ? symbolOf(recording, text.slice(1, -1)).text
        : text.replaceAll("-", " − ").replaceAll("+", " + "),
    )
    .join("")
    .trim()
    .replace(/^− /, "−");

/** A place to write a number. */
const BLANK = "\\rule[-0.2em]{4.2em}{0.06em}";

/**
 * A template with numbers, as TeX; `lookUp` gives a quantity's number, `digits` how many digits it takes.
 * @param {(ref: string) => number | undefined} lookUp
 * @param {string} right
 * @param {(ref: string) => number} digits
 * @param {(ref: string) => boolean} isBlank
 */
function withNumbers(lookUp, right, digits, isBlank) {
  return cut(right)
    .map((text, i, all) => {
      if (!text.startsWith("«")) return text.replaceAll("·", "\\times ");
      const ref = text.slice(1, -1);
      if (isBlank(ref)) return BLANK;
      const value = lookUp(ref);
      const number = value === undefined ? "?" : format.tex(value, digits(ref));
      const opens = all[i - 1].trim() === "" ? i === 1 : all[i - 1].endsWith("(");
      const bare = opens || !number.startsWith("-");
      return marked("used", ref, bare ? number : `(${number})`);
    })
    .join("");
}

/**
 * Cuts a template before each of these signs outside of brackets, and between the products of a sum in round brackets
 * (written with spaces), so that a long equation can wrap.
 * @param {string} right
 * @param {string} signs
 */
export function terms(right, signs) {
  /** @type {string[]} */
  const parts = [""];
  let [round, closed] = [0, 0];
  for (const c of right) {
    if (c === "(") round++;
    if (c === ")") round--;
    if ("[{«".includes(c)) closed++;
    if ("]}»".includes(c)) closed--;
    const last = parts[parts.length - 1];
    const inSum = "+-".includes(c) && last.endsWith("» ");
    if (closed === 0 && signs.includes(c) && (round === 0 || inSum) && last.trim()) parts.push("");
    parts[parts.length - 1] += c;
  }
  return parts;
}

const OF_PASS = /^(.*)@(-?\d+)$/;

/** The equation with the sample of each pass in place of its distance. @param {Recording} recording @param {import("../recording/types.js").Position} position @param {string} right */
const ofPasses = (recording, position, right) =>
  right.replace(/«([^»@]*)@(-?\d+)»/g, (_, ref, distance) => {
    const sample = sampleOfPass(recording, position, Number(distance));
    return sample < 0 ? `«${ref}»` : `«${ref}/${sample}»`;
  });

/** The number of a quantity in the equation of the step that is shown. @param {Recording} recording @param {import("../recording/scene.js").Scene} scene @param {string} ref */
function operand(recording, { before, position, moment, sample }, ref) {
  const since = moment?.step.operands?.[ref];
  if (moment && since !== undefined)
    return stateAt(recording, { ...position, step: moment.first + since }, sample, false).get(ref);
  if (ref.startsWith("Δ")) return lastChange(recording, position, ref.slice(1));
  const [, plain, distance] = ref.match(OF_PASS) ?? [];
  if (plain === undefined) return before.get(ref);
  return valueInPass(recording, position, plain, Number(distance)) ?? before.get(plain);
}

/**
 * The equation of one step: `symbols` and `numbers` as pieces of TeX that may stand on several lines, and the `result`,
 * which is the equation's own where the program has another. `more` says how many terms of a long sum are left out; without
 * it they are all written. `longest`: how many terms the longest sum has, if it is one that can be shortened. With `blanks`
 * the result is a blank, and so is each operand that it names.
 * @param {Recording} recording
 * @param {import("../recording/scene.js").Scene} scene
 * @param {import("../recording/types.js").Step} step
 * @param {((count: number) => string) | null} [more]
 * @param {((ref: string) => boolean) | null} [blanks]
 */
export function written(recording, scene, step, more = null, blanks = null) {
  const ref = step.sets;
  const instance = equationOf(recording, step);
  const left = marked("now", ref, symbolOf(recording, ref).tex);
  const value = scene.state.get(ref);
  const enough = format.apart(scene.before.get(ref), value);
  const differs = scene.check && !scene.check.agrees ? scene.check : null;
  const result = blanks
    ? BLANK
    : differs
      ? format.tex(differs.formula, format.apart(differs.code, differs.formula))
      : marked("now", ref, value === undefined ? "?" : format.tex(value, enough));
  if (!instance?.right)
    return { symbols: [`${left} = ${result}`], numbers: [], result: "", longest: 0 };
  const lookUp = (/** @type {string} */ one) => operand(recording, scene, one);
  const right = more ? shortened(instance.right, lookUp, more) : instance.right;
  const bySample = ofPasses(recording, scene.position, right);
  const breaks = recording.network?.names ? "=+-·" : "=+-"; // whole words take more room than symbols
  const symbols = terms(bySample, breaks).map((piece) => `{}${withSymbols(recording, piece)}`);
  const digits = (/** @type {string} */ one) => (one === ref ? enough : 4);
  // What no equation can check (a sum half built up, an input that is not known) is not made from these numbers.
  const isKnown = scene.check && refsIn(instance.right).every((one) => lookUp(one) !== undefined);
  const numbers = !isKnown
    ? []
    : terms(right, "=+-·").map(
        (piece, i) =>
          `${i ? "" : "= "}{}${withNumbers(lookUp, piece, digits, blanks ?? (() => false))}`,
      );
  return {
    symbols: [`${left} ${instance.arrow} ${symbols[0]}`, ...symbols.slice(1)],
    numbers,
    result: `= ${result}`,
    longest: isLong(instance.right) ? longest(instance.right) : 0,
  };
}
