// The hosts of the page: a course's own system (SCORM), or a frame of an embedding page. Both are told where the student
// is. What an embedding page may ask for is done in actions/parent_requests.js; main.js connects the two.

import { OWN } from "../state/lesson_programs.js";
import { model, notifyWhile, view } from "../state/model.js";
import { readProgress } from "../state/progress.js";
import { rememberIn } from "../state/storage.js";
import { readState, writeState } from "../state/url_state.js";
import { talkWithParent } from "./embed.js";
import { lessonScore, wholeScore } from "./score.js";
import { connect } from "./scorm.js";

/** The course's own system (a learning management system), if the page is in one; else null. */
export const lms = connect(window, notifyWhile);
if (lms) rememberIn(lms.storage);

/** Goes on where the student was, instead of where the address says. */
export async function resume() {
  if (!lms) return;
  await lms.resume();
  const query = new URLSearchParams(location.search);
  for (const [name, text] of new URLSearchParams(lms.place)) query.set(name, text);
  Object.assign(view, readState(String(query)).state);
  model.wanted = { iteration: view.iteration, step: view.step };
  model.progress = readProgress();
}

/** Tells the embedding page something; null where there is no such page. @type {ReturnType<typeof talkWithParent> | null} */
let tell = null;

/**
 * In a frame of an embedding page: from now on it is told what happens, and may ask for these things.
 * @param {Parameters<typeof talkWithParent>[0]} requests
 */
export function connectToParent(requests) {
  if (view.embed && window.parent !== window) tell = talkWithParent(requests);
}

/** Tells both where the student is and what is done. @param {import("../state/types.js").Model} now */
export function report({ lessons, lesson, scene, recording, python, run, progress }) {
  if (!lesson || !(tell || lms)) return;
  const { id } = lesson;
  const listed = lessons.find((one) => one.id === id) ?? { id };
  const { iteration, step } = scene.position;
  tell?.("ready", { version: 1, lesson: id, language: view.lang });
  tell?.("position", {
    lesson: id,
    program: view.program,
    iteration,
    step,
    steps: scene.moments.length,
    iterations: recording.iterations,
  });
  tell?.("progress", {
    lesson: id,
    python: python.state,
    run: run.state,
    exercises: progress[id] ?? {},
  });
  if (id !== OWN) tell?.("score", { lesson: id, score: lessonScore(listed, progress) });
  lms?.report(writeState(view, true), wholeScore(lessons, progress));
}
