// Asks Python about one number: where it comes from, what it is used for, what the error is over it. Each level of the tree
// is asked for when it is opened.

import { ofSample } from "../recording/refs.js";
import { draw, model, view } from "../state/model.js";
import { askedPosition, isUntold } from "../state/selection.js";
import { currentModel } from "../state/selectors.js";
import { mapLine } from "../text/line_mapping.js";
import { focusOn } from "./after_render.js";
import { ask, python, wanted } from "./execution.js";
import { go } from "./stepping.js";

/** @typedef {import("../state/types.js").Inquiry} Inquiry */
/** @typedef {import("../recording/told_types.js").OriginNode} OriginNode */

/** Changes the inquiry that is shown, if it is still this one. @param {Inquiry} of @param {Partial<Inquiry>} news */
function update(of, news) {
  if (model.inquiry && model.inquiry.ref === of.ref && model.inquiry.at === of.at)
    model.inquiry = { ...model.inquiry, ...news };
  draw();
}

/** @param {string} named a ref, perhaps with a sample @param {Inquiry["way"]} way @param {import("../recording/types.js").Position} [position] */
function begin(named, way, position) {
  const [ref, sample] = ofSample(named);
  const at = { ...(position ?? { iteration: view.iteration, step: view.step }), sample: -1 };
  at.sample = sample >= 0 ? sample : currentModel().scene.sample;
  model.inquiry = {
    way,
    ref,
    at,
    state: "asked",
    progress: 0,
    untold: null,
    node: null,
    levels: {},
    open: [],
    nudge: null,
    point: 10,
  };
  focusOn("#inquiry-heading");
  return answer(model.inquiry);
}

/** Has Python answer what is asked, unless that is known already. @param {Inquiry} inquiry */
async function answer(inquiry) {
  const { way, ref, at } = inquiry;
  if (way === "nudge" ? inquiry.nudge : inquiry.node)
    return update(inquiry, { state: "done", untold: null });
  if (model.python.state !== "ready" || model.run.state === "running") {
    python.load();
    return update(inquiry, { state: "unready" });
  }
  update(inquiry, { state: "asked", progress: 0, untold: null });
  const loss = model.recording.loss[at.iteration];
  const question = { source: model.shownCode, lesson: view.lesson, ...at, ref, loss, ...wanted() };
  const heard = (/** @type {number} */ progress) => update(inquiry, { progress });
  try {
    const told = await ask(way === "nudge" ? "nudge" : "origin", question, heard);
    const state = model.inquiry?.way === way ? "done" : model.inquiry?.state;
    if (told.untold) update(inquiry, { state, untold: told.untold });
    else if (way === "nudge") update(inquiry, { state, untold: null, nudge: told });
    else update(inquiry, { state, untold: null, node: told.node, levels: firstLevels(told) });
  } catch {
    update(inquiry, { state: "failed" });
  }
}

/** @param {{ node: OriginNode, parts: import("../recording/told_types.js").OriginLevel, uses: import("../recording/told_types.js").OriginLevel }} told */
const firstLevels = ({ node: { handle }, parts, uses }) => ({
  [`parts ${handle}`]: parts,
  [`uses ${handle}`]: uses,
});

/** Asks for a level of the tree. @param {string} handle @param {boolean} whole */
async function load(handle, whole) {
  const inquiry = /** @type {Inquiry} */ (model.inquiry);
  const { way } = inquiry;
  const { iteration } = inquiry.at;
  const question = {
    source: model.shownCode,
    lesson: view.lesson,
    iteration,
    loss: model.recording.loss[iteration],
    way,
    handle,
    whole,
    ...wanted(),
  };
  try {
    const level = await ask("level", question);
    if (level.parts)
      update(inquiry, { levels: { ...model.inquiry?.levels, [`${way} ${handle}`]: level } });
  } catch {
    update(inquiry, { state: "failed" });
  }
}

/** Opens a node of the tree, or closes it. @param {{ path: string, handle: string }} node */
function open({ path, handle }) {
  const inquiry = /** @type {Inquiry} */ (model.inquiry);
  const isOpen = inquiry.open.includes(path);
  inquiry.open = isOpen ? inquiry.open.filter((one) => one !== path) : [...inquiry.open, path];
  if (!isOpen && !inquiry.levels[`${inquiry.way} ${handle}`]) return load(handle, false);
}

/** To the step that set a number of the tree, and to its line. @param {OriginNode} node */
function goTo({ ref, sample, line }) {
  const { iteration } = /** @type {Inquiry} */ (model.inquiry).at;
  if (ref) {
    go({ iteration, step: view.step });
    const { moments } = currentModel().scene;
    const step = moments.findIndex(
      (moment) =>
        ofSample(moment.step.sets)[0] === ref &&
        (sample === null || moment.sample === sample || moment.sample < 0),
    );
    if (step >= 0) go({ iteration, step });
    model.highlighted = [ref];
  }
  const { shownCode, code } = currentModel();
  model.tab = "code";
  model.place = { line: mapLine(shownCode, code, line) };
}

/** About what the reader points at: the number that this step sets, if that is there; else the first that is known. @param {Inquiry["way"]} way */
function about(way) {
  const { scene } = currentModel();
  const pointed = model.highlighted.length ? model.highlighted : model.pinned;
  const known = pointed.filter((ref) => scene.state.has(ref));
  const now = scene.moment?.step.sets;
  const ref = now && (!pointed.length || known.includes(now)) ? now : known[0];
  if (ref) return begin(ref, way);
}

/** @satisfies {Partial<import("../state/messages.js").Actions>} */
export const inquiries = {
  inquire: ({ ref, way }) => begin(ref, way),
  "inquire-here": (way) => {
    const { isDrawn } = currentModel(); // Python's run has no such iteration
    if (!view.present && !isUntold() && !askedPosition() && !isDrawn) return about(way);
  },
  "inquire-way": (way) => {
    if (!model.inquiry) return;
    model.inquiry = { ...model.inquiry, way };
    return answer(model.inquiry);
  },
  "inquire-open": open,
  "inquire-whole": (handle) => load(handle, true),
  "inquire-go": goTo,
  "inquire-before": (ref) => {
    const iteration = /** @type {Inquiry} */ (model.inquiry).at.iteration - 1;
    return begin(ref, "parts", { iteration, step: Number.MAX_SAFE_INTEGER });
  },
  "inquire-stop": () => python.stop(),
  "inquire-close": () => {
    model.inquiry = null;
  },
  "nudge-point": (point) => {
    if (model.inquiry) model.inquiry.point = point;
  },
};
