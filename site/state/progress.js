// Progress in the exercises: { lesson: { exercise: { done, tries } } }. Without storage it lasts until the page is closed.

import { recall, remember } from "./storage.js";

/** @typedef {{ done: boolean, tries: number }} Entry  done: solved once; tries: until then */
/** @typedef {Record<string, Record<string, Entry>>} Progress */

const KEY = "progress";
const VERSION = 1;

/** The stored progress; {} if it is damaged or of another version. @returns {Progress} */
export function readProgress() {
  try {
    const { version, lessons } = JSON.parse(recall(KEY) ?? "{}");
    return version === VERSION && typeof lessons === "object" ? (lessons ?? {}) : {};
  } catch {
    return {};
  }
}

/** @param {Progress} progress @returns {Progress} */
function kept(progress) {
  remember(KEY, JSON.stringify({ version: VERSION, lessons: progress }));
  return progress;
}

/** @param {Progress} progress @param {string} lesson @param {string} exercise @returns {Entry} */
export const entryOf = (progress, lesson, exercise) =>
  progress[lesson]?.[exercise] ?? { done: false, tries: 0 };

/**
 * Counts one more try; an exercise that is done stays done, and its tries are no longer counted.
 * @param {Progress} progress
 * @param {string} lesson
 * @param {string} exercise
 * @param {boolean} done
 */
export function withTry(progress, lesson, exercise, done) {
  const before = entryOf(progress, lesson, exercise);
  const entry = before.done ? before : { done, tries: before.tries + 1 };
  return kept({ ...progress, [lesson]: { ...progress[lesson], [exercise]: entry } });
}

/** Forgets the progress in a lesson. @param {Progress} progress @param {string} lesson */
export function startedOver(progress, lesson) {
  const { [lesson]: _, ...others } = progress;
  return kept(others);
}

/**
 * The part of these exercises that is done, 0 to 1; 0 for a lesson without any.
 * @param {Progress} progress
 * @param {string} lesson
 * @param {string[]} exercises
 */
export const score = (progress, lesson, exercises) =>
  exercises.filter((id) => entryOf(progress, lesson, id).done).length / (exercises.length || 1);
