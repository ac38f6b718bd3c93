// The samples in the plane of their first two inputs, and the region where the network's output is above one half.

import * as format from "../text/format.js";
import { html, nothing, svg } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */

const UNIT = 100; // from 0 to 1 on both axes

/** @param {Model} model @param {Send} send */
export function boundary(model, send) {
  const { t, recording, scene } = model;
  const { iteration } = scene.position;
  const side = recording.sides.get(iteration);
  const said = !side ? "none" : side.length ? "side" : "nowhere";
  return html`<section class="boundary" aria-labelledby="boundary-heading">
    ${side ? plane(model, send, side) : nothing}
    <div>
      <h2 id="boundary-heading">${t("boundary.heading")}</h2>
      <p>${t(`boundary.${said}`, { iteration: iteration + 1 })}</p>
      ${side ? html`<p class="soft">${t("boundary.dots")}</p>` : nothing}
    </div>
  </section>`;
}

/**
 * x2 goes up and SVG's y goes down: hence the minus.
 * @param {Model} model
 * @param {Send} send
 * @param {import("../recording/types.js").Polygon} side
 */
function plane({ t, recording, scene }, send, side) {
  const corners = side.map(([x1, x2]) => `${x1 * UNIT},${-x2 * UNIT}`).join(" ");
  const answers = answersOf(scene);
  const said = recording.samples.map(({ x, t: [target] }, i) =>
    t("boundary.dot", { x1: x[0], x2: x[1], target, output: answers[i] || "–" }),
  );
  return html`<svg viewBox="-50 -150 200 200" role="img" aria-label=${[t("boundary.heading"), ...said].join(" ")}
      data-side=${JSON.stringify(side)}>
    <polygon points=${corners}></polygon>
    <path class="axes" d="M-50 0h200M0 50v-200M${UNIT} -4v8M-4 ${-UNIT}h8"></path>
    <text x="130" y="-7">x₁</text><text x="-22" y="-134">x₂</text>
    ${recording.samples.map(({ x, t: [target] }, i) =>
      dot(x, target, answers[i], i === scene.sample, () => send("sample", i)),
    )}
  </svg>`;
}

/**
 * The output for each sample in this iteration so far; "" where there is none, since the boundary is of this iteration.
 * @param {import("../recording/scene.js").Scene} scene
 */
function answersOf({ moments, position, outputs }) {
  const done = moments.slice(0, position.step + 1);
  return outputs.map(([output], i) =>
    output !== undefined && done.some(({ step, sample }) => sample === i && isAnswer(step))
      ? format.short(output, 3)
      : "",
  );
}

/** @param {import("../recording/types.js").Step} step */
const isAnswer = ({ sets, equation }) => sets.startsWith("a:") && equation === "3.3";

/** @param {number[]} x @param {number} target @param {string} answer @param {boolean} isShown @param {() => void} choose */
const dot = (
  [x1, x2],
  target,
  answer,
  isShown,
  choose,
) => svg`<g class="dot" ?data-shown=${isShown} @click=${choose}>
    <circle class="reach" cx=${x1 * UNIT} cy=${-x2 * UNIT} r="24"></circle>
    <circle class="disc" cx=${x1 * UNIT} cy=${-x2 * UNIT} r="9" style="--grey:${target * 100}%"></circle>
    <text x=${x1 * UNIT} y=${-x2 * UNIT + 29}>${answer}</text>
  </g>`;
