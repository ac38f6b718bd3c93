// The rows of what was found in a program: pointing at one, and going to its place.

import { stepOf } from "../recording/found.js";
import { choicesKey } from "../state/lesson_programs.js";
import { model, view } from "../state/model.js";
import { editProgram, selectedProgram } from "../state/selection.js";
import { currentModel } from "../state/selectors.js";
import { remember } from "../state/storage.js";
import { keepState } from "../state/url_state.js";
import { mapLine } from "../text/line_mapping.js";
import { run } from "./execution.js";
import { go } from "./stepping.js";

/** Shows the row's line in the editor, and the step that sets its quantity. @param {number} number */
function goToRole(number) {
  const { found, foundCode, code, recording, scene } = currentModel();
  const row = found?.rows[number];
  if (!row) return;
  const { moments, sample, position } = scene;
  const step = recording.network ? stepOf(recording.network, row, moments, sample) : -1;
  if (step >= 0) go({ iteration: position.iteration, step });
  model.place = { line: mapLine(foundCode, code, row.line) };
}

/** @param {number} line */
function showLine(line) {
  const { foundCode, code } = currentModel();
  model.tab = "code"; // on a phone the editor may be hidden
  model.place = { line: mapLine(foundCode, code, line) };
}

/** The reader's choices on the page, by key. @returns {Record<string, string>} */
const chosen = () => JSON.parse(view.choices || "{}");

/**
 * Chooses what a quantity is to be, keeps that with the program, and runs it. expression "": what was found; then a comment
 * that we wrote goes, too.
 * @param {{ key: string, expression: string }} choice
 */
function choose({ key, expression }) {
  const { [key]: _, ...others } = chosen();
  keepChoices(expression ? { ...others, [key]: expression } : others);
  const written = new RegExp(`^# backprop: ${escaped(key)} = .*\\n?`, "m");
  if (written.test(model.code)) editProgram(model.code.replace(written, ""));
  run();
}

/** @param {string} text */
const escaped = (text) => text.replace(/[[\]]/g, "\\$&");

/** Writes a choice as a comment at the end of the program, so that it goes wherever the program goes. @param {{ key: string, expression: string }} choice */
function noteChoice({ key, expression }) {
  const { [key]: _, ...others } = chosen();
  keepChoices(others);
  editProgram(`${model.code.replace(/\n*$/, "\n")}# backprop: ${key} = ${expression}\n`);
  run();
}

/** @param {Record<string, string>} choices */
function keepChoices(choices) {
  view.choices = Object.keys(choices).length ? JSON.stringify(choices) : "";
  remember(choicesKey(selectedProgram().id), view.choices || null);
}

/** Has equations written in the course's symbols or in the program's own names. @param {"course" | "own"} names */
function write(names) {
  view.names = names;
  keepState(view);
}

/** @satisfies {Partial<import("../state/messages.js").Actions>} */
export const roles = {
  "point-role": (number) => {
    model.role = number;
  },
  "go-role": goToRole,
  "show-line": showLine,
  choose,
  "note-choice": noteChoice,
  network: (number) => {
    view.network = number > 1 ? String(number) : "";
    run();
  },
  names: write,
  "names-other": () => {
    if (currentModel().isOwn) write(view.names === "own" ? "course" : "own");
  },
};
