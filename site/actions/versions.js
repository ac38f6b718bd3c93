// Earlier versions of the program, and what other tabs of this browser do to it.

import { codeKey } from "../state/lesson_programs.js";
import { draw, model, notify, view } from "../state/model.js";
import { editProgram, selectedProgram } from "../state/selection.js";
import { onOtherTab } from "../state/storage.js";
import { keepVersion, versionsOf } from "../state/versions.js";
import { focusOn } from "./after_render.js";

/** The key of the program in the editor. */
const key = () => codeKey(view.lesson, selectedProgram().id);

/** Keeps what is in the editor, if it is the reader's own. */
export function keepThisVersion() {
  if (model.code !== selectedProgram().program) keepVersion(key(), model.code);
}

onOtherTab((name, text) => {
  if (!model.lesson || name !== key() || text === model.code) return;
  keepThisVersion();
  model.storedCode = text;
  keepVersion(key(), text);
  if (!model.notices.some(({ id }) => id === "other-tab")) notify("other-tab");
});

/** @satisfies {Partial<import("../state/messages.js").Actions>} */
export const versions = {
  versions: () => {
    keepThisVersion();
    model.versions = versionsOf(key());
  },
  "close-versions": () => {
    model.versions = null;
  },
  "bring-back": (code) => {
    keepThisVersion();
    Object.assign(view, { network: "", choices: "" }); // they were chosen for another program
    editProgram(code);
    model.versions = null;
    focusOn(".cm-content");
    draw();
  },
};
