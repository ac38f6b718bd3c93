// Links to this step, lines for a course page, and files to take away.

import { draw, model, view } from "../state/model.js";
import { selectedProgram } from "../state/selection.js";
import { currentModel } from "../state/selectors.js";
import { writeState } from "../state/url_state.js";
import { packCode } from "../text/share.js";
import { png, svgText } from "./export_picture.js";
import * as files from "./export_text.js";

/** The address of this step, and, when it was edited, of the program. @param {boolean} [withCode] */
async function linkHere(withCode = model.code !== selectedProgram().program) {
  const hash = withCode ? `#code=${await packCode(model.code)}` : "";
  return new URL(location.pathname + writeState(view, true) + hash, location.href).href;
}

async function share() {
  const link = await linkHere();
  model.notices = model.notices.filter(({ id }) => id !== "copied" && id !== "copy");
  try {
    await navigator.clipboard.writeText(link);
    model.notices.push({ id: "copied" });
  } catch {
    model.notices.push({ id: "copy", link });
  }
  draw();
}

async function openEmbedding() {
  const [link, withoutCode] = [await linkHere(), await linkHere(false)];
  model.embedding = { link, withoutCode, isFile: location.protocol === "file:", copied: "" };
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

/** Hands the reader a file. @param {string} kind "py", "ipynb", "csv", "svg" or "png" */
async function take(kind) {
  const { scene, recording, lesson, code } = currentModel();
  const svg = () => /** @type {SVGSVGElement} */ (document.querySelector(".network > svg"));
  const makers = /** @type {Record<string, () => BlobPart | Promise<BlobPart>>} */ ({
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
