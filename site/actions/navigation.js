// Opens what an address names: when the page starts, and for links within the page.

import { askForHeight } from "../integrations/embed.js";
import { lms, resume } from "../integrations/host.js";
import { json, text } from "../python/assets.js";
import { recallFiles } from "../state/data_files.js";
import { tipNow } from "../state/first_visit.js";
import { programsOf } from "../state/lesson_programs.js";
import { draw, model, notify, view } from "../state/model.js";
import { isCourse, selectedProgram } from "../state/selection.js";
import { readState } from "../state/url_state.js";
import { CODE, EDIT, hasProgram, packCode, unpackCode, unpackEdit } from "../text/share.js";
import { scrollToHash } from "./after_render.js";
import { python } from "./execution.js";
import { goToExerciseStep } from "./exercises.js";
import { openFirstVisit } from "./first_visit.js";
import { linked, runToPlace, toPosition } from "./place.js";
import { loadExercises, openProgram, switchProgram } from "./programs.js";
import { lookOver } from "./repairing.js";
import { go } from "./stepping.js";
import { keepThisVersion } from "./versions.js";

/** Loads what the address asks for (lesson, program, exercise, page) and shows it. Rejects if a file does not come. */
export async function open() {
  await resume();
  const [found, equations] = await Promise.all([loadLesson(), json("equations.json")]);
  Object.assign(model, { lesson: found, equations });
  if (view.teachers)
    [model.teachers, model.licences] = await Promise.all([
      json("teachers.json"),
      text("licences.txt"),
    ]);
  if (isCourse()) model.course = await json("course.json");
  if (!programsOf(found).some(({ id }) => id === view.program)) {
    model.notices.push({ id: "program", name: view.program });
    view.program = "program";
  }
  if (view.exercise && !(await loadExercises(view.exercise))) view.exercise = "";
  const { network, choices } = view;
  recallFiles();
  openProgram();
  Object.assign(view, { network, choices: choices || view.choices });
  toPosition(found);
  openFirstVisit();
  model.tip = tipNow();
  draw();
  await new Promise(requestAnimationFrame); // first the reader's own program is drawn, so that undo brings it back
  await codeFromLink(location.hash);
  if (!model.first) runToPlace();
  draw();
  if (view.embed) askForHeight();
  if (location.hash) await scrollToHash(location.hash);
}

/** The lesson that the address names; if there is none of this name, the first one, and a notice. */
async function loadLesson() {
  model.lessons = await json("lessons/index.json");
  if (!model.lessons.some(({ id }) => id === view.lesson)) {
    model.notices.push({ id: "lesson", name: view.lesson });
    view.lesson = readState("").state.lesson;
  }
  return json(`lessons/${view.lesson}.json`);
}

/** Shows the code in a link; only the reader can run it. @param {string} hash */
async function codeFromLink(hash) {
  if (!hasProgram(hash)) return;
  const isEdit = hash.startsWith(EDIT);
  const packed = hash.slice((isEdit ? EDIT : CODE).length);
  try {
    const code = isEdit ? unpackEdit(selectedProgram().program, packed) : await unpackCode(packed);
    keepThisVersion();
    if (![code, selectedProgram().program].includes(model.code))
      model.notices.push({ id: "own-kept" });
    model.code = code;
    model.notices.push(linked());
    lookOver("pasted");
  } catch {
    model.notices.push({ id: isEdit ? "damaged-edit" : "damaged" });
  }
}

/**
 * Follows one of our links without leaving the page: a course's system (SCORM) takes leaving for the end of the session.
 * @param {string} search
 * @param {string} hash
 */
async function follow(search, hash) {
  const { state: to } = readState(search);
  const isOther = to.lesson !== view.lesson;
  try {
    if (to.course) model.course ??= await json("course.json");
    if (isOther) {
      model.lesson = await json(`lessons/${to.lesson}.json`);
      model.given = {};
    }
  } catch {
    return notify("unreachable");
  }
  const isOpen =
    [to.lesson, to.program, to.exercise].join() ===
    [view.lesson, view.program, view.exercise].join();
  const { lesson, program, exercise, sample } = to;
  Object.assign(view, { lesson, program, exercise, sample, course: to.course, search: "" });
  if (isOther) recallFiles();
  if (exercise && !isOpen && !(await loadExercises(exercise))) view.exercise = "";
  if (!isOpen) switchProgram();
  if (!isOpen && view.exercise) goToExerciseStep();
  else go(to);
  await codeFromLink(hash);
  python.load();
  draw();
  await scrollToHash(hash);
}

/** @param {MouseEvent} event */
export function followLink(event) {
  const link =
    event.target instanceof Element &&
    event.target.closest("a[href^='?lesson='], a[href^='?course=']");
  if (!lms || !(link instanceof HTMLAnchorElement)) return;
  event.preventDefault();
  follow(link.search, link.hash);
}

/**
 * Opens lesson xor with a program that begins from this start; it is shown, not run.
 * @param {import("../recording/types.js").Start} start
 */
async function openStart({ begins }) {
  const { program } = await json("lessons/xor.json");
  const code = await packCode(
    program[view.lang].replace("\nfor epoch in ", `\n${begins}\n\nfor epoch in `),
  );
  leave(`?lesson=xor&lang=${view.lang}`, `${CODE}${code}`);
}

/** @param {string} search @param {string} [hash] */
function leave(search, hash = "") {
  if (lms) follow(search, hash);
  else location.assign(search + hash);
}

/** @satisfies {Partial<import("../state/messages.js").Actions>} */
export const navigation = {
  lesson: (id) => leave(`?lesson=${id}&lang=${view.lang}`),
  "open-start": openStart,
};
