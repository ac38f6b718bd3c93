// What the page may stand in: the system of a course, or a frame of somebody's page. What each may ask for, and is told.

import { looking } from "../actions/display.js";
import { go } from "../actions/stepping.js";
import { draw, model, notify, view } from "../state/model.js";
import { readProgress } from "../state/progress.js";
import { readState, rememberIn, writeState } from "../state/url_state.js";
import { talkWithParent } from "./embed.js";
import { lessonScore, wholeScore } from "./score.js";
import { connect } from "./scorm.js";

/** The system of the course this page is in, if it is in one. */
export const lms = connect(window, notify);
if (lms) rememberIn(lms.storage);

/** Where the student was, taken up in the place of what the address says. */
export async function resume() {
  if (!lms) return;
  await lms.resume();
  const query = new URLSearchParams(location.search);
  for (const [name, text] of new URLSearchParams(lms.place)) query.set(name, text);
  Object.assign(view, readState(String(query)).state);
  model.wanted = { iteration: view.iteration, step: view.step };
  model.progress = readProgress();
}

/** In a frame of a course page: tells the page around; else there is nobody to tell. */
const tell =
  view.embed && window.parent !== window
    ? talkWithParent({
        code: ({ code }) => handed(code),
        go: (position) => visit(position),
        language: ({ language }) => speak(language),
      })
    : null;

/** A program from the page around is shown, as one from a link is, never run; the reader's own is one undo away. @param {string} code */
function handed(code) {
  if (!model.lesson || code === model.code) return;
  model.code = code;
  model.notices = [...model.notices.filter(({ id }) => id !== "handed"), { id: "handed" }];
  draw();
}

/** @param {import("../recording/reader.js").Position} position */
function visit({ iteration, step }) {
  if (!model.lesson) return;
  go({ iteration, step });
  draw();
}

/** @param {import("../state/url_state.js").Language} language */
function speak(language) {
  if (language !== view.lang) looking.language();
  draw();
}

/** What the course hears of where the student is. @param {import("../state/url_state.js").Model} now */
export function report({ lessons, lesson, scene, recording, python, run, progress }) {
  if (!lesson || !(tell || lms)) return;
  const { id } = lesson;
  const listed = lessons.find((one) => one.id === id) ?? lesson;
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
  tell?.("score", { lesson: id, score: lessonScore(listed, progress) });
  lms?.report(writeState(view, true), wholeScore(lessons, progress));
}
