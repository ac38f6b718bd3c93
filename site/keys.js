// Maps keyboard shortcuts to messages, wherever the focus is; in a text field the keys keep their usual meaning.

import { GRANULARITIES } from "./recording/navigate.js";
import { stateOf } from "./state/exercise.js";
import { model, view } from "./state/model.js";
import { isOtherPage, selectedExercise } from "./state/selection.js";
import { currentModel } from "./state/selectors.js";

/** @typedef {import("./state/messages.js").PlainMessage} PlainMessage */

/** @type {Record<string, PlainMessage>} */
const KEYS = {
  ArrowRight: "step",
  ArrowLeft: "back",
  Home: "first",
  End: "last",
  p: "present",
  v: "next-presenter-layout",
  n: "next-disagreement",
  e: "names-other",
  " ": "play",
  "?": "keys",
};
/** @type {Record<string, PlainMessage>} */
const SHIFTED = {
  ArrowRight: "next-iteration",
  ArrowLeft: "previous-iteration",
  N: "previous-disagreement",
  "?": "keys",
};

/**
 * The keys of a presentation remote, in presenter mode only: elsewhere they scroll the page.
 * @type {Record<string, PlainMessage>}
 */
const CLICKER = { PageDown: "step", PageUp: "back" };

/** The questions about the number that the reader points at, by key. @type {Record<string, import("./state/messages.js").Way>} */
const ASKING = { w: "parts", u: "uses", s: "nudge" };

/** @param {KeyboardEvent} event @param {import("./state/messages.js").Send} send */
export function onKeyDown(event, send) {
  if (
    !model.lesson ||
    model.embedding ||
    model.versions ||
    model.help ||
    isOtherPage() ||
    event.defaultPrevented ||
    event.altKey
  )
    return;
  if (model.first) {
    if (event.key !== " " || event.repeat || isPressedBySpace(event.target)) return;
    event.preventDefault();
    return send("first-play");
  }
  if (view.handout && currentModel().sheets) {
    if (event.key === "Escape") send("handout", "");
    return;
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return send("run");
  const busy =
    event.target instanceof Element &&
    event.target.closest("input, select, textarea, [contenteditable=true]");
  if (event.key === "Enter" && !busy && !isPressedBySpace(event.target) && isSolved())
    return send("next-exercise");
  const size = view.present && !busy && GRANULARITIES[Number(event.key) - 1];
  if (size && !event.ctrlKey && !event.metaKey) return send("granularity", size);
  const clicked = view.present && CLICKER[event.key];
  const action = clicked || (event.shiftKey ? SHIFTED : KEYS)[event.key];
  if (event.key === "Escape" && !busy && model.pinned.length) return send("pin", []);
  if (event.key === "Escape" && view.present) return send("present");
  if (event.key === " " && isPressedBySpace(event.target)) return;
  if (event.repeat && (event.key === " " || ASKING[event.key])) return; // a key that is held asks once
  const asked = !event.shiftKey && !event.ctrlKey && !event.metaKey && !busy && ASKING[event.key];
  if (asked) return send("inquire-here", asked);
  if ((busy && !clicked) || !action || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  send(action);
}

/** True if the open exercise is solved; then Enter leads to the next one. */
function isSolved() {
  const { exercise, attempt } = selectedExercise();
  return !!exercise && !!attempt && stateOf(exercise, attempt) !== "open";
}

/** Whether the space bar has a meaning of its own there. @param {EventTarget | null} target */
const isPressedBySpace = (target) =>
  target instanceof Element &&
  !!target.closest("button, a, summary, [role='slider'], [data-pins], [tabindex='0']:not(#step)");
