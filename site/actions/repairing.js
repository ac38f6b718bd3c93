// Has Python look over a program as it came into the editor, and repairs it when the reader says so.

import { draw, model } from "../state/model.js";
import { editProgram, selectedProgram } from "../state/selection.js";
import { focusOn } from "./after_render.js";
import { ask, isAsking } from "./execution.js";

/** @typedef {import("../state/types.js").Repair} Repair */
/** @typedef {import("../state/types.js").Repaired} Repaired */

const PAUSE = 700; // ms without a key: then what was typed is looked over
const STAND_INS = ["import-standin", "import-pandas"]; // these programs run: nothing is to be done
const UNREADABLE = ["SyntaxError", "IndentationError", "TabError"];

let pause = 0;
/** The text whose list the reader has closed. */
let dismissed = "";

/** Has the program in the editor looked over as soon as Python is free. @param {Repair["cause"]} cause */
export function lookOver(cause) {
  clearTimeout(pause);
  pause = 0;
  const { code, repair } = model;
  const isOurs = code === selectedProgram().program;
  const isClosed = cause === "typed" && code === dismissed;
  if (isOurs || isClosed || !code.trim()) model.repair = null;
  else model.repair = { state: "due", cause, code, shown: repair?.shown ?? null, before: null };
}

/** Looks the text over once the reader has paused in typing. */
function lookOverSoon() {
  clearTimeout(pause);
  pause = setTimeout(() => {
    lookOver("typed");
    draw();
  }, PAUSE);
}

/** Asks Python what is due, unless it has something else to do. @param {import("../state/types.js").Model} now */
export async function followRepair({ run, python, code }) {
  if (model.repair && model.repair.code !== code && !pause) lookOverSoon();
  if (isUnreadable(run, code)) lookOver("run");
  const asked = model.repair;
  if (asked?.state !== "due" || python.state !== "ready" || run.state === "running" || isAsking())
    return;
  asked.state = "asked";
  try {
    const found = await ask("repair", { text: asked.code });
    if (model.repair === asked)
      model.repair = { ...asked, state: "done", shown: worthShowing(asked.cause, found) };
  } catch (error) {
    const isStopped = error instanceof Error && error.name === "Stopped";
    asked.state = isStopped ? "due" : "done"; // what ends Python itself is not asked again
  }
  draw();
}

/** Whether the run ended because Python cannot read this text, and nobody has said how to repair it. @param {import("../state/types.js").Run} run @param {string} code */
function isUnreadable({ state, error, code: ran }, code) {
  const isKnown = model.repair?.code === code && model.repair.cause !== "typed";
  return state === "idle" && UNREADABLE.includes(error?.type ?? "") && ran === code && !isKnown;
}

/**
 * A line that is still being typed is not called wrong, and what ended a run the error itself says. Of a program that
 * Python reads, nothing is said but what cannot be had here.
 * @param {Repair["cause"]} cause @param {Repaired} found @returns {Repaired | null}
 */
function worthShowing(cause, found) {
  const changes = cause === "typed" && found.refused.length ? [] : found.changes;
  const refused = cause === "pasted" ? found.refused : [];
  const notes = found.notes.filter(({ id }) => !STAND_INS.includes(id));
  const isWorth = changes.length || refused.length || (cause === "pasted" && notes.length);
  return isWorth ? { ...found, changes, refused, notes } : null;
}

/** Puts the repaired text into the editor; one undo there brings all back. */
function repairAll() {
  const { repair, code } = model;
  if (!repair?.shown || repair.code !== code) return;
  editProgram(repair.shown.text);
  const { cause, shown } = repair;
  const left = shown.refused.length || shown.notes.length ? { ...shown, changes: [] } : null;
  model.repair = { state: "done", cause, code: model.code, shown: left, before: code };
  focusOn('[data-action="repair-undo"]');
}

function bringBack() {
  if (typeof model.repair?.before !== "string") return;
  editProgram(model.repair.before);
  lookOver("pasted");
  focusOn(".cm-content");
}

/** @satisfies {Partial<import("../state/messages.js").Actions>} */
export const repairing = {
  edit: ({ code, pasted }) => {
    editProgram(code);
    if (pasted) lookOver("pasted");
    else lookOverSoon();
  },
  repair: repairAll,
  "repair-undo": bringBack,
  "repair-dismiss": () => {
    dismissed = model.code;
    model.repair = null;
  },
  "go-line": (line) => {
    model.place = { line };
  },
};
