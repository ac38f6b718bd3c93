// A file of the reader's becomes the program in the editor; it runs only when the reader presses Run.

import { model, view } from "../state/model.js";
import { editProgram } from "../state/selection.js";
import { switchProgram } from "./programs.js";

const MOST_BYTES = 1_000_000;

/**
 * The program in the text of a file. Every text that enters the editor from a file goes through here.
 * @param {string} text
 * @returns {Promise<string>}
 */
async function programIn(text) {
  return text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
}

/** Opens a file in the editor, or shows why it cannot. @param {File} file */
export async function openFile(file) {
  const { name } = file;
  const refuse = (/** @type {string} */ id) => void model.notices.push({ id, name });
  model.notices = model.notices.filter(({ id }) => !id.startsWith("file-"));
  if (/\.ipynb$/i.test(name)) return refuse("file-notebook");
  if (file.size > MOST_BYTES) return refuse("file-large");
  const text = await file.text();
  if (text.includes("\0") || text.includes("\uFFFD")) return refuse("file-binary");
  const program = await programIn(text);
  if (view.program !== "program") {
    view.program = "program"; // the one to start from stays as it is
    switchProgram();
  }
  editProgram(program);
  model.notices.push({ id: "file-opened", name });
}
