// Files that the reader drops or chooses: programs go into the editor, data beside it. They stay in this browser.

import { addBytes, removeFile } from "../state/data_files.js";
import { draw, model } from "../state/model.js";
import { decoded, tableIn } from "../text/table.js";
import { openFile } from "./opening.js";

const MOST_BYTES = 5_000_000;
const DATA = /\.(csv|tsv|dat|data|json|npy|npz)$/i;

/** Opens files one after the other. @param {File[]} files */
async function openFiles(files) {
  for (const file of files) {
    if (file.name === model.run.error?.file || (await isData(file)))
      await addFile({ file, name: file.name });
    else await openFile(file);
    draw();
  }
}

/** A text file is data if it is a table. @param {File} file */
async function isData(file) {
  if (DATA.test(file.name)) return true;
  if (!/\.txt$/i.test(file.name) || file.size > MOST_BYTES) return false;
  const found = decoded(new Uint8Array(await file.arrayBuffer()));
  return found !== null && tableIn(found.text) !== null;
}

/** Adds a file under a name, which is the one that the program asks for. @param {{ file: File, name: string }} given */
async function addFile({ file, name }) {
  model.notices = model.notices.filter(({ id }) => !id.startsWith("file-"));
  if (file.size > MOST_BYTES) model.notices.push({ id: "file-data-large", name });
  else addBytes(name, new Uint8Array(await file.arrayBuffer()));
  draw();
}

/** @satisfies {Partial<import("../state/messages.js").Actions>} */
export const files = {
  "open-files": openFiles,
  "add-file": addFile,
  "remove-file": removeFile,
};
