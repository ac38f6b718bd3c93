// A file of the reader's becomes the program in the editor; it runs only when the reader presses Run.

import { draw, model, view } from "../state/model.js";
import { editProgram } from "../state/selection.js";
import { decoded } from "../text/table.js";
import { askWhenReady, stop } from "./execution.js";
import { forgetChoices, switchProgram } from "./programs.js";
import { lookOver } from "./repairing.js";
import { keepThisVersion } from "./versions.js";

const MOST_BYTES = 1_000_000;
const MOST_BYTES_OF_NOTEBOOK = 20_000_000; // with the pictures that it holds

/** @typedef {import("../recording/told_types.js").Notice} Notice */

/**
 * The program in the text of a file, and what to say about it; program null: it cannot be read. Every text that enters the
 * editor from a file goes through here.
 * @param {string} text
 * @param {string} name  of the file
 * @returns {Promise<{ program: string | null, notice: Notice }>}
 */
async function programIn(text, name) {
  if (isNotebook(name)) return programInNotebook(text, name);
  const program = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  return { program, notice: { id: "file-opened", name } };
}

/** @param {string} name */
const isNotebook = (name) => /\.ipynb$/i.test(name);

/** @param {string} text @param {string} name @returns {ReturnType<typeof programIn>} */
async function programInNotebook(text, name) {
  if (model.run.state === "running" && !model.run.queued) stop();
  model.notices.push({ id: "file-waiting", name });
  draw();
  try {
    const { program, cells, aside, refused } = await askWhenReady("notebook", { text });
    if (refused) return { program: null, notice: { id: "file-refused", name, why: refused } };
    const what = aside.map((/** @type {any} */ one) => `${one.what} (${one.line})`).join(", ");
    const id = what ? "file-notebook-aside" : "file-notebook";
    return { program, notice: { id, name, cells, what } };
  } catch {
    return { program: null, notice: { id: "file-python", name } };
  }
}

/** Opens a file in the editor, or shows why it cannot. @param {File} file */
export async function openFile(file) {
  const { name } = file;
  const say = (/** @type {Notice} */ notice) => {
    model.notices = [...model.notices.filter(({ id }) => !id.startsWith("file-")), notice];
  };
  if (file.size > (isNotebook(name) ? MOST_BYTES_OF_NOTEBOOK : MOST_BYTES))
    return say({ id: "file-large", name });
  const found = decoded(new Uint8Array(await file.arrayBuffer()));
  if (!found) return say({ id: "file-binary", name });
  const { program, notice } = await programIn(found.text, name);
  say(notice);
  if (program === null) return;
  keepThisVersion();
  if (view.program !== "program") {
    view.program = "program"; // the one to start from stays as it is
    switchProgram();
  }
  forgetChoices();
  editProgram(program);
  lookOver("pasted");
}
