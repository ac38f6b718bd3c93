// The reader's files of data, which the programs of a lesson may open: in the state, and kept for the next visit.

import { decoded, tableIn } from "../text/table.js";
import { model, view } from "./model.js";
import { recall, remember } from "./storage.js";

/** @typedef {import("./types.js").DataFile} DataFile */

const MOST_TO_KEEP = 1_000_000; // characters: a browser keeps about five million for the whole page

const key = () => `files:${view.lesson}`;

/** Takes in the files of the lesson that is open, as an earlier visit left them. */
export function recallFiles() {
  try {
    const kept = JSON.parse(recall(key()) ?? "[]");
    model.files = kept.map((/** @type {any} */ { name, data }) => ({
      ...described(
        String(name),
        Uint8Array.from(atob(data), (c) => c.charCodeAt(0)),
      ),
      kept: true,
    }));
  } catch {
    model.files = []; // what stands there is not of ours
  }
}

/** All files as Python gets them: JSON, the bytes of each by name in base64. */
export const filesForPython = () =>
  JSON.stringify(Object.fromEntries(model.files.map(({ name, data }) => [name, data])));

/** Adds a file, or replaces the one of this name. @param {string} name @param {Uint8Array} bytes */
export function addBytes(name, bytes) {
  keep([...model.files.filter((one) => one.name !== name), described(name, bytes)]);
}

/** @param {string} name */
export function removeFile(name) {
  keep(model.files.filter((one) => one.name !== name));
}

/** Keeps the files for the next visit, if there is room; `kept` says for each whether they are. @param {DataFile[]} files */
function keep(files) {
  const text = JSON.stringify(files.map(({ name, data }) => ({ name, data })));
  const fits = text.length <= MOST_TO_KEEP;
  remember(key(), fits && files.length ? text : null);
  const kept = fits && recall(key()) === text;
  model.files = files.map((file) => ({ ...file, kept }));
}

/** @param {string} name @param {Uint8Array} bytes @returns {DataFile} */
function described(name, bytes) {
  const found = decoded(bytes);
  return {
    name,
    data: base64(bytes),
    size: bytes.length,
    encoding: found?.encoding ?? "",
    table: found && !name.endsWith(".py") ? tableIn(found.text) : null,
    kept: false,
  };
}

/** @param {Uint8Array} bytes */
function base64(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}
