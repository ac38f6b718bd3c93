// The score, 0 to 1: the part of the exercises that is done; in a lesson without any, the part of the lines stepped through.
// A program of the reader's own does not count.

import { OWN } from "../state/lesson_programs.js";
import { score } from "../state/progress.js";
import { recall, remember } from "../state/storage.js";

/** @typedef {{ id: string, exercises?: string[] }} Listed  a lesson, and the ids of its exercises */

const key = (/** @type {string} */ lesson) => `stepped:${lesson}`;

/** @param {Listed} lesson @param {import("../state/progress.js").Progress} progress */
export function lessonScore({ id, exercises = [] }, progress) {
  return exercises.length ? score(progress, id, exercises) : Number(recall(key(id))) || 0;
}

/** The mean over several lessons. @param {Listed[]} lessons @param {import("../state/progress.js").Progress} progress */
export function wholeScore(lessons, progress) {
  const counted = lessons.filter(({ id }) => id !== OWN);
  return (
    counted.reduce((sum, lesson) => sum + lessonScore(lesson, progress), 0) / (counted.length || 1)
  );
}

/** @type {WeakMap<import("../recording/types.js").Recording, Set<number>>} the lines stepped through in a recording */
const stepped = new WeakMap();

/**
 * Counts a step that the student has seen; the page remembers the largest part of a program's lines that was reached.
 * @param {string} lesson
 * @param {import("../recording/types.js").Recording} recording
 * @param {number} line
 */
export function countStep(lesson, recording, line) {
  if (lesson === OWN) return;
  const lines = stepped.get(recording) ?? new Set();
  if (lines.has(line)) return;
  stepped.set(recording, lines.add(line));
  const all = new Set(recording.patterns.flatMap(({ steps }) => steps.map((step) => step.line)));
  const part = lines.size / all.size;
  if (part > Number(recall(key(lesson)))) remember(key(lesson), String(part));
}
