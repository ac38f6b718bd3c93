// Plays the run: moves the position on by itself, step by step, or through the whole run in eight seconds.

import { lastPosition } from "../recording/navigate.js";
import { nearest } from "../recording/read.js";
import { draw, model, view } from "../state/model.js";
import { keepState } from "../state/url_state.js";
import { go, move } from "./stepping.js";

/** Milliseconds that one step stays. @type {Record<import("../state/url_state.js").Speed, number>} */
const PAUSE = { half: 2000, normal: 1000, double: 500, run: 0 };
const WHOLE_RUN = 8000;

let timer = 0;

/** Starts from the first step if the last one is shown. */
function play() {
  if (model.isPlaying) return pause();
  const last = lastPosition(model.recording);
  if (view.iteration === last.iteration && view.step === last.step) go({ iteration: 0, step: 0 });
  model.isPlaying = true;
  if (view.speed === "run") throughTheRun();
  else timer = setTimeout(oneStep, PAUSE[view.speed]);
}

/** Stops playing; the page stays at the step that it shows. */
export function pause() {
  model.isPlaying = false;
  clearTimeout(timer);
}

/** One step of the size that the reader chose, then the next after a while. */
function oneStep() {
  const { iteration, step } = view;
  if (!mayGoOn()) return;
  move(view.granularity, 1);
  if (view.iteration === iteration && view.step === step) pause();
  else timer = setTimeout(oneStep, PAUSE[view.speed]);
  draw();
}

/** Shows the end of one iteration a frame, so many apart that the whole run takes eight seconds. */
function throughTheRun() {
  const { kept, iterations } = model.recording;
  const from = view.iteration;
  const startedAt = performance.now();
  const frame = () => {
    if (!mayGoOn()) return;
    const passed = (performance.now() - startedAt) / WHOLE_RUN;
    const k = nearest(model.recording, from + passed * iterations);
    go({ iteration: kept[k], step: Number.MAX_SAFE_INTEGER });
    model.said = ""; // a screen reader could not follow
    if (k === kept.length - 1) pause();
    else timer = setTimeout(frame, 1000 / 60);
    draw();
  };
  frame();
}

/** A run that begins, and a reader who pauses, end the playing. */
function mayGoOn() {
  if (model.run.state === "running" || !model.recording.kept.length) pause();
  return model.isPlaying;
}

/**
 * The same actions, each of which ends the playing first: who takes a step takes over.
 * @template {Record<string, (payload: any) => unknown>} Group
 * @param {Group} actions
 * @returns {Group}
 */
export const takingOver = (actions) =>
  /** @type {Group} */ (
    Object.fromEntries(
      Object.entries(actions).map(([name, action]) => [
        name,
        (/** @type {unknown} */ payload) => {
          pause();
          return action(payload);
        },
      ]),
    )
  );

/** @satisfies {Partial<import("../state/messages.js").Actions>} */
export const playing = {
  play,
  speed: (speed) => {
    const wasPlaying = model.isPlaying;
    pause();
    view.speed = speed;
    keepState(view);
    if (wasPlaying) play();
  },
};
