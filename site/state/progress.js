// What is done of the exercises: { lesson: { exercise: { done, tries } } }. Kept where storage exists, else until the page is left.

import { recall, remember } from "./storage.js";

/** @typedef {{ done: boolean, tries: number }} Entry  done: solved once; tries: until then */
/** @typedef {Record<string, Record<string, Entry>>} Progress */

const KEY = "progress";
const VERSION = 1;

/** What storage holds; nothing, if that is damaged or of another version. @returns {Progress} */
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

/** With one more try; what is done stays done, and its tries are no longer counted. @param {Progress} progress @param {string} lesson @param {string} exercise @param {boolean} done */
export function withTry(progress, lesson, exercise, done) {
  const before = entryOf(progress, lesson, exercise);
  const entry = before.done ? before : { done, tries: before.tries + 1 };
  return kept({ ...progress, [lesson]: { ...progress[lesson], [exercise]: entry } });
}

/** A lesson from the beginning. @param {Progress} progress @param {string} lesson */
export function startedOver(progress, lesson) {
  const { [lesson]: _, ...others } = progress;
  return kept(others);
}

/** Which part of these exercises of a lesson is done, 0 to 1; 0 for a lesson without any. @param {Progress} progress @param {string} lesson @param {string[]} exercises */
export const score = (progress, lesson, exercises) =>
  exercises.filter((id) => entryOf(progress, lesson, id).done).length / (exercises.length || 1);
