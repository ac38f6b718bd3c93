// The playground: gets the maps of the position that is shown, and writes the reader's own points into the program.

import { weightsOf } from "../recording/state_at.js";
import { draw, model, notify, view } from "../state/model.js";
import { withPoint } from "../text/point_list.js";
import { ask, isAsking, setConstant } from "./execution.js";

/**
 * Has Python make the maps of the position that is shown, unless they are there.
 * @param {import("../state/types.js").Model} now
 */
export async function followMaps({ recording, scene, python, run, mapsAreHere, lesson }) {
  const given = recording.playground?.given;
  const isShown = lesson?.panels?.includes("playground") && !view.hide.includes("playground");
  if (!given || !isShown || mapsAreHere || isAsking() || python.state !== "ready") return;
  if (run.state === "running") return; // a run brings its own maps
  const state = weightsOf(scene.state);
  try {
    const maps = await ask("maps", { given: JSON.stringify(given), state });
    model.heldMaps = { given, state, maps };
  } catch {
    return; // Python was stopped; it is asked again when it is ready
  }
  draw();
}

/** @returns {number[][]} */
function recordedPoints() {
  const { train = [], test = [] } = model.recording.playground?.given ?? {};
  return [...train, ...test];
}

/** Writes points that are given as text into the program, or shows why they cannot be read. @param {string} text */
async function ownPoints(text) {
  try {
    const { literal, refused } = await ask("points", { text });
    model.refused = refused ?? null;
    if (literal) setConstant({ name: "dataset", value: literal });
  } catch {
    notify("python-away");
  }
  draw();
}

/** @satisfies {Partial<import("../state/messages.js").Actions>} */
export const playground = {
  mark: (kind) => {
    model.mark = model.mark === kind ? "" : kind;
  },
  "draw-point": (place) => ownPoints(withPoint(model.code, recordedPoints(), model.mark, place)),
  "own-points": ownPoints,
};
