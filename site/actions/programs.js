// Switches to another program, and keeps a run to compare with.

import { json } from "../python/assets.js";
import { unbaked } from "../recording/baked.js";
import { append, createRecording } from "../recording/store.js";
import { keepBefore } from "../state/before.js";
import { derivationIn } from "../state/derivation.js";
import { newAttempt } from "../state/exercise.js";
import { choicesKey, codeKey, OWN } from "../state/lesson_programs.js";
import { idle, model, view } from "../state/model.js";
import { editProgram, forgetLink, selectedProgram } from "../state/selection.js";
import { recall, remember } from "../state/storage.js";
import { choicesIn } from "../state/url_state.js";
import { python, stop, storeMaps } from "./execution.js";
import { pause } from "./playing.js";
import { lookOver } from "./repairing.js";
import { go, reachable } from "./stepping.js";
import { keepThisVersion } from "./versions.js";

/** Opens the program that view.program or view.exercise selects now. */
export function switchProgram() {
  if (model.run.state === "running") stop();
  pause();
  model.pinned = [];
  Object.assign(model, { other: null, before: null });
  forgetLink();
  openProgram();
}

/** What was chosen for another program does not fit this one. */
export function forgetChoices() {
  Object.assign(view, { network: "", choices: "" });
  remember(choicesKey(selectedProgram().id), null);
}

/** Shows the selected program as the reader left it, and the run that the build recorded. */
export function openProgram() {
  const { id, program } = selectedProgram();
  view.network = "";
  view.choices = (view.lesson === OWN && choicesIn(recall(choicesKey(id)) ?? "")) || "";
  if (model.gradient?.state === "asked") python.stop();
  const stored = recall(codeKey(view.lesson, id));
  showRecorded();
  Object.assign(model, {
    code: stored ?? program,
    storedCode: stored,
    isKept: true,
    place: null,
    attempt: view.exercise ? newAttempt() : null,
    repair: null,
  });
  lookOver("typed");
}

/** Shows the run of the selected program that the build recorded. */
function showRecorded() {
  const { program, baked, printed } = selectedProgram();
  const recording = createRecording();
  if (baked) append(recording, unbaked(baked));
  model.heldMaps = null;
  storeMaps(recording);
  Object.assign(model, {
    recording,
    shownAt: null,
    shownCode: program,
    output: printed ?? recording.output,
    drawings: baked?.header.drawings ?? [],
    gradient: null,
    inquiry: null,
    derivation: derivationIn(model.lesson, recording.network),
    run: idle(program),
    role: -1,
    pointed: "",
    changed: [],
  });
}

/**
 * Loads what the exercises start from; false, and a notice, if there is no such exercise or it cannot be loaded.
 * @param {string} name
 */
export async function loadExercises(name) {
  if (!model.lesson?.exercises.some(({ id }) => id === name)) {
    model.notices.push({ id: "exercise", name });
    return false;
  }
  try {
    const given = await json(`lessons/${view.lesson}.exercises.json`);
    // Their runs' headers have only what is not as in that of the lesson's own run.
    for (const { baked } of Object.values(given))
      baked.header = { ...model.lesson.baked?.header, ...baked.header };
    model.given = given;
    return true;
  } catch {
    model.notices.push({ id: "exercise-unreachable" });
    return false;
  }
}

/** Keeps the run that is shown, to compare the next one with. */
export function keepThisRun() {
  const { title, program } = selectedProgram();
  const { recording, shownCode: code } = model;
  model.other = { recording, title, edited: code !== program, code };
}

/** @satisfies {Partial<import("../state/messages.js").Actions>} */
export const programs = {
  reset: () => {
    const { program, baked } = selectedProgram();
    keepThisVersion();
    forgetChoices();
    editProgram(program);
    if (!baked) return;
    if (model.run.state === "running") stop();
    keepBefore(program);
    showRecorded();
    Object.assign(view, reachable(model.wanted));
  },
  program: (id) => {
    const { other } = model;
    view.program = id;
    switchProgram();
    model.other = other; // so that two programs of one lesson can be compared
    go({ iteration: 0, step: 0 });
  },
  keep: keepThisRun,
  "let-go": () => {
    model.other = null;
  },
};
