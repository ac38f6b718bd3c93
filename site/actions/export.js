// Links to this step, the dialog for course pages, and files to download.

import { editHere, placeLink } from "../state/link.js";
import { draw, model, notify, view } from "../state/model.js";
import { selectedProgram } from "../state/selection.js";
import { currentModel } from "../state/selectors.js";
import { CODE, LIMIT, packCode } from "../text/share.js";
import { png, svgText } from "./export_picture.js";
import * as files from "./export_text.js";

/** A link to this step, with the program in it if the reader has edited it. @param {boolean} [withCode] */
async function linkHere(withCode = model.code !== selectedProgram().program) {
  return placeLink(withCode ? `${CODE}${await packCode(model.code)}` : "");
}

async function share() {
  model.notices = model.notices.filter(
    ({ id }) => !["copied", "copy", "without-files", "too-long"].includes(id),
  );
  if (model.code.length > LIMIT) return notify("too-long", { limit: LIMIT });
  const link = await linkHere();
  try {
    await navigator.clipboard.writeText(link);
    model.notices.push({ id: "copied" });
  } catch {
    model.notices.push({ id: "copy", link });
  }
  const names = model.files.map(({ name }) => name).join(", ");
  if (names) model.notices.push({ id: "without-files", names });
  draw();
}

async function openEmbedding() {
  if (model.code.length > LIMIT) return notify("too-long", { limit: LIMIT });
  const [link, withoutCode] = [await linkHere(), await linkHere(false)];
  const isFile = location.protocol === "file:";
  model.embedding = { link, withEdit: placeLink(editHere()), withoutCode, isFile, copied: "" };
  draw();
}

/** @param {{ kind: string, text: string }} lines */
async function copy({ kind, text }) {
  const copied = await navigator.clipboard.writeText(text).then(
    () => kind,
    () => "byHand",
  );
  if (model.embedding) model.embedding = { ...model.embedding, copied };
  draw();
}

/** Has the browser download a file. @param {import("../state/messages.js").Messages["take"]} kind */
async function take(kind) {
  const { scene, recording, lesson, code } = currentModel();
  const svg = () => /** @type {SVGSVGElement} */ (document.querySelector(".network svg"));
  const makers = /** @type {Record<typeof kind, () => BlobPart | Promise<BlobPart>>} */ ({
    py: () => code,
    ipynb: () => files.notebook(lesson?.title[view.lang] ?? "", code),
    csv: () => files.table(recording, scene),
    svg: () => svgText(svg()),
    png: () => png(svg()),
  });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([await makers[kind]()]));
  link.download = `${view.lesson}.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** @satisfies {Partial<import("../state/messages.js").Actions>} */
export const exporting = {
  share,
  embed: openEmbedding,
  "close-embedding": () => {
    model.embedding = null;
  },
  copy,
  take,
};
