// The passages of the lesson: going to the places that they name, and doing what they propose.

import { model, notify, view } from "../state/model.js";
import { linesWritten, positionOf } from "../state/passages.js";
import { editProgram, selectedProgram } from "../state/selection.js";
import { remember } from "../state/storage.js";
import { withChanges } from "../text/changes.js";
import { focusOn } from "./after_render.js";
import { run } from "./execution.js";
import { pause } from "./playing.js";
import { keepThisRun, switchProgram } from "./programs.js";
import { go } from "./stepping.js";
import { keepThisVersion } from "./versions.js";

/** Opens one of the lesson's programs, unless it is open. @param {string} id */
function openProgramOf(id) {
  if (view.program === id) return;
  keepThisVersion();
  view.program = id;
  switchProgram();
}

/** The number of the passage that was drawn last. */
let drawn = -1;

/** Scrolls the list of passages, not the page, to one that has just been opened. @param {import("../state/types.js").Model} now */
export function followPassage({ passage }) {
  if (passage === drawn) return;
  drawn = passage;
  const open = document.querySelector("[data-passage][data-now]");
  const list = open?.closest(".passages");
  if (!open || !list) return;
  const [part, whole] = [open.getBoundingClientRect(), list.getBoundingClientRect()];
  if (part.top < whole.top) list.scrollTop -= whole.top - part.top;
  else list.scrollTop += Math.max(0, Math.min(part.bottom - whole.bottom, part.top - whole.top));
}

/** @param {string} name */
function goToPlace(name) {
  const place = model.lesson?.places?.[name];
  if (!place) return;
  pause();
  openProgramOf(place.program);
  const there = positionOf(model.recording, place);
  if (!there) return notify("place");
  go(there);
  Object.assign(model, { pointed: "", highlighted: [] }); // what was pointed at may be gone
  focusOn("[data-passage][data-now] button");
}

/** Writes the edit into the lesson's program, shows where, and runs it; the run before stays for comparison. @param {{ item: number, edit: number }} which */
function tryOut({ item, edit }) {
  const { program, changes } = model.lesson?.tries?.[view.lang][item].edits[edit] ?? {};
  if (!model.lesson || !program || !changes) return;
  pause();
  openProgramOf(program);
  if (model.recording.kept.length) keepThisRun();
  keepThisVersion();
  editProgram(withChanges(selectedProgram().program, changes));
  model.changed = linesWritten(changes);
  model.place = { line: model.changed[0] };
  model.tab = "code";
  run();
}

/** @satisfies {Partial<import("../state/messages.js").Actions>} */
export const passages = {
  "go-place": goToPlace,
  "point-place": (name) => {
    model.pointed = name;
  },
  side: (side) => {
    model.side = side;
    remember("side", side);
  },
  try: tryOut,
};
