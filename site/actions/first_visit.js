// The first screen: plays its beats, and leads into the lab.

import { lms } from "../integrations/host.js";
import * as first from "../state/first_visit.js";
import { draw, model, view } from "../state/model.js";
import { isOtherPage } from "../state/selection.js";
import { prefersStill } from "../state/selectors.js";
import { focusOn } from "./after_render.js";
import { reachable } from "./stepping.js";

/** @typedef {import("../recording/beats.js").BeatKind} BeatKind */

/** Milliseconds that a slow beat stays. @type {Record<Exclude<BeatKind, "run" | "end">, number>} */
const PAUSE = { inputs: 900, hidden: 1700, output: 1700, delta: 1500, back: 2000, update: 1900 };
const WHOLE_RUN = 8000;
const STILL = 1500;

let timer = 0;

/** Shows the first screen if the address is bare, on a page of its own. */
export function openFirstVisit() {
  if (window.parent !== window || view.embed || lms || isOtherPage()) return;
  addEventListener("popstate", () => {
    if (!model.first && first.isBare(location.search, location.hash)) location.reload(); // back from the lab
  });
  if (!first.isBare(location.search, location.hash)) return;
  model.first = first.firstVisit(model.recording, prefersStill.matches);
  if (!model.first) return;
  show(0);
  timer = setTimeout(next, pauseOf(0));
}

/** @param {number} at */
function show(at) {
  if (!model.first) return;
  model.first = { ...model.first, at };
  Object.assign(view, reachable(model.first.beats[at].position));
  draw();
}

/** The milliseconds for which a beat stays. @param {number} at */
function pauseOf(at) {
  const { beats } = /** @type {first.FirstVisit} */ (model.first);
  const { kind } = beats[at];
  if (kind !== "run" && kind !== "end") return PAUSE[kind];
  const all = beats.filter((one) => one.kind === "run").length;
  return prefersStill.matches ? STILL : WHOLE_RUN / all;
}

/** The next beat; the playing ends at the last one. */
function next() {
  if (!model.first?.isPlaying) return;
  const at = model.first.at + 1;
  show(at);
  if (at < model.first.beats.length - 1) timer = setTimeout(next, pauseOf(at));
  else model.first = { ...model.first, isPlaying: false };
}

function pause() {
  clearTimeout(timer);
  if (model.first) model.first = { ...model.first, isPlaying: false };
}

function play() {
  if (!model.first) return;
  const { beats, at, isPlaying } = model.first;
  if (isPlaying) return pause();
  model.first = { ...model.first, isPlaying: true };
  if (at === beats.length - 1) show(0);
  timer = setTimeout(next, pauseOf(model.first.at));
}

/** Into the lab without loading the page again, at the first step. */
function enter() {
  pause();
  first.beginTips();
  Object.assign(model, { first: null, tip: first.tipNow(), wanted: { iteration: 0, step: 0 } });
  Object.assign(view, reachable(model.wanted));
  try {
    history.pushState(null, "", `${location.pathname}${first.labAddress(view)}`);
  } catch {
    // Where the address must not change, only the way back is missing.
  }
  focusOn('[data-action="step"]');
}

/** @satisfies {Partial<import("../state/messages.js").Actions>} */
export const visiting = {
  "first-play": play,
  "first-enter": enter,
  "first-leave": first.beginTips,
  "next-tip": () => {
    model.tip = first.nextTip(model.tip);
  },
  "end-tips": () => {
    model.tip = first.endTips();
  },
};
