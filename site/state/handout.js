// The contents of a handout: the steps of one sample that are worked out, the lines of the program, and the blanks.

import { equationOf } from "../recording/operands.js";
import { belongsToSample, nodeOf } from "../recording/refs.js";

/**
 * @typedef {import("../recording/types.js").Recording} Recording
 * @typedef {import("../recording/types.js").Moment} Moment
 * @typedef {import("../recording/scene.js").Scene} Scene
 */

/**
 * One worked equation. step: its number in the iteration; alike: how many steps of the same equation and layer stand before
 * it; isExample: with blanks, it is worked out all the same, since all that it reads is known.
 * @typedef {{ step: number, moment: Moment, alike: number, isExample: boolean }} Worked
 */

/**
 * The steps of one pass of the sample that have an equation, in order.
 * @param {Recording} recording
 * @param {Scene} scene
 * @returns {Worked[]}
 */
export function workedSteps(recording, scene) {
  const all = passOf(recording, scene);
  const sizes = new Map();
  for (const { name } of all) sizes.set(name, (sizes.get(name) ?? 0) + 1);
  const toWorkOut = new Set(all.map(({ moment }) => moment.step.sets));
  const seen = new Map();
  return all.map(({ name, step, moment }) => {
    const alike = seen.get(name) ?? 0;
    seen.set(name, alike + 1);
    const { sets, reads } = moment.step;
    const isKnown = reads.every((ref) => !belongsToSample(ref) || !toWorkOut.has(ref));
    const isExample = alike === 0 && sizes.get(name) > 1 && isKnown;
    if (isExample) toWorkOut.delete(sets);
    return { step, moment, alike, isExample };
  });
}

/** @param {Recording} recording @param {Scene} scene */
function passOf(recording, { moments, moment, sample }) {
  const layers = recording.network?.layers ?? [];
  const layerOf = (/** @type {string} */ ref) =>
    layers.findIndex((nodes) => nodes.includes(Number(nodeOf(ref))));
  const own = moments.find((one) => one.sample === sample) ?? moment;
  /** @type {Map<string, { name: string, step: number, moment: Moment }>} */
  const last = new Map();
  moments.forEach((one, step) => {
    const { sets, phase, equation } = one.step;
    const isOfPass = one.segment === own?.segment || (one.sample < 0 && phase === "update");
    if (!isOfPass || (one.sample >= 0 && one.sample !== sample)) return;
    if (!equationOf(recording, one.step) || layerOf(sets) === 0) return;
    const [kind] = sets.split(":");
    last.delete(sets); // a sum that is built up stands where it is complete
    last.set(sets, { name: [phase, equation, kind, layerOf(sets)].join("/"), step, moment: one });
  });
  return [...last.values()];
}

/**
 * Whether a number is left blank: it is worked out in this pass, and is no example.
 * @param {Worked[]} all
 * @returns {(ref: string) => boolean}
 */
export function blanksOf(all) {
  const blank = new Set(
    all.flatMap(({ moment, isExample }) => (isExample ? [] : [moment.step.sets])),
  );
  return (ref) => blank.has(ref) && belongsToSample(ref);
}

const MOST_LINES = 44;

/**
 * The lines of the program that a page has room for, from 1: the training, from the statement that begins it.
 * @param {string} code
 * @param {Recording} recording
 * @param {number} now the line of the current step
 * @returns {[first: number, last: number]}
 */
export function linesOf(code, { patterns }, now) {
  const lines = code.trimEnd().split("\n");
  if (lines.length <= MOST_LINES) return [1, lines.length];
  const set = patterns.flatMap(({ steps }) => steps.map(({ line }) => line));
  let first = Math.min(...set, now);
  while (first > 1 && /^\s|^$/.test(lines[first - 1])) first--;
  let last = Math.min(lines.length, Math.max(...set, now));
  while (last < lines.length && /^\s+\S/.test(lines[last])) last++;
  if (last - first < MOST_LINES) return [first, last];
  first = Math.max(first, Math.min(now - MOST_LINES / 2, last - MOST_LINES + 1));
  return [first, first + MOST_LINES - 1];
}

/**
 * The questions that fit any lesson with this in its run: weights that change, hidden nodes with deltas.
 * @param {import("../recording/scene.js").Scene} scene @param {import("../recording/types.js").Recording} recording
 */
export function generalQuestions({ moments }, { network }) {
  const updates = moments.some(({ step }) => step.phase === "update");
  const hidden = network?.layers.slice(1, -1).flat() ?? [];
  const hasHidden = moments.some(({ step }) => hidden.some((id) => step.sets === `delta:${id}`));
  return [...(updates ? ["largest", "eta"] : []), ...(hasHidden ? ["outputs"] : [])];
}

/**
 * The questions of a handout as HTML: what the lesson has its readers predict (only where it is not worked out), and try.
 * @param {import("./types.js").Lesson | null} lesson
 * @param {import("../text/i18n.js").Language} lang
 * @param {boolean} hasBlanks
 */
export function questionsOf(lesson, lang, hasBlanks) {
  const exercises = lesson?.exercises ?? [];
  const ask = (/** @type {import("./exercise.js").Exercise} */ { words, line }) =>
    `<strong>${words[lang].title}.</strong> ${words[lang].task.replace("{line}", String(line))}`;
  const predict = exercises.filter(({ kind }) => kind === "predict");
  const tries = lesson?.tries?.[lang] ?? [];
  return [...(hasBlanks ? predict.map(ask) : []), ...tries.map(({ html }) => html)];
}
