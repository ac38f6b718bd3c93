// The rows of what was found in a program: pointing at one, and going to its place.

import { stepOf } from "../recording/found.js";
import { model, view } from "../state/model.js";
import { currentModel } from "../state/selectors.js";
import { keepState } from "../state/url_state.js";
import { mapLine } from "../text/line_mapping.js";
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
  model.place = { line: mapLine(foundCode, code, line) };
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
  names: write,
  "names-other": () => {
    if (currentModel().isOwn) write(view.names === "own" ? "course" : "own");
  },
};
