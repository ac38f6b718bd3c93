// The open passage of the lesson: the last one whose place the position has reached. The position decides, nothing else.

import { settle } from "../recording/navigate.js";
import { stepsOf } from "../recording/read.js";

/**
 * @typedef {import("../recording/types.js").Recording} Recording
 * @typedef {import("../recording/types.js").Position} Position
 * @typedef {import("./types.js").LessonPlace} LessonPlace
 */

/**
 * Where a place is in this recording: the same step, or, in a run of another text, the first one of that iteration that
 * sets the same quantity of the same sample; null if there is none, or if the run ends before that iteration.
 * @param {Recording} recording
 * @param {LessonPlace} place
 * @returns {Position | null}
 */
export function positionOf(recording, { iteration, step, sets, sample }) {
  if (iteration >= recording.iterations) return null;
  const there = settle(recording, { iteration, step });
  const moments = stepsOf(recording, there.iteration);
  const isIt = (/** @type {number} */ i) =>
    moments[i]?.step.sets === sets && moments[i].sample === sample;
  if (isIt(there.step)) return there;
  const other = moments.findIndex((_, i) => isIt(i));
  return other < 0 ? null : { iteration: there.iteration, step: other };
}

/** @type {{ of: unknown[], positions: (Position | null)[] }} the places last looked up: drawing asks for the same ones again and again */
let last = { of: [], positions: [] };

/**
 * Where each passage of the lesson begins in this recording; null for one of another program.
 * @param {import("./types.js").Lesson} lesson
 * @param {string} program the id of the one in the editor
 * @param {Recording} recording
 */
export function passagePositions({ passages = [], places = {} }, program, recording) {
  const of = [passages, program, recording, recording.kept.length];
  if (of.some((one, i) => one !== last.of[i])) {
    const all = passages.map(({ place }) => places[place]);
    last = {
      of,
      positions: all.map((one) => (one.program === program ? positionOf(recording, one) : null)),
    };
  }
  return last.positions;
}

/**
 * The number of the passage that is open at this position, -1 for none.
 * @param {import("./types.js").Lesson} lesson
 * @param {string} program
 * @param {Recording} recording
 * @param {Position} position
 */
export function openPassage(lesson, program, recording, position) {
  const positions = passagePositions(lesson, program, recording);
  const isReached = (/** @type {Position | null} */ place) =>
    place !== null &&
    (place.iteration < position.iteration ||
      (place.iteration === position.iteration && place.step <= position.step));
  const open = positions.findLastIndex(isReached);
  return open >= 0 ? open : positions.findIndex((place) => place !== null);
}

/** The lines that the changes write, from 1, as they stand afterwards. @param {import("../text/changes.js").Change[]} changes */
export function linesWritten(changes) {
  let moved = 0;
  return changes.flatMap(({ at, remove, insert }) => {
    const first = at + moved + 1;
    moved += insert.length - remove;
    return insert.length ? insert.map((_, i) => first + i) : [Math.max(1, first - 1)];
  });
}
