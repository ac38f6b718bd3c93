// One neuron: its activation function as a curve, its point on the curve, the tangent, and the slope by three formulas.

import * as format from "../text/format.js";
import { sliders } from "../widgets/slider.js";
import { html, nothing, svg } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../recording/types.js").NeuronFigure} Figure */
/** @typedef {import("../recording/types.js").NeuronPoint} Point */

const NAMES = { sigmoid: "sigmoid", tanh: "tanh", relu: "ReLU", linear: "" };
const SLOPES = { sigmoid: "y(1 − y)", tanh: "1 − y²", relu: "y′", linear: "y′" };
// The range of values that is drawn; relu and a line go on beyond.
const RANGES = { sigmoid: [0, 1], tanh: [-1, 1], relu: [0, 6], linear: [-6, 6] };

/** Not during an exercise, whose numbers it would tell. @param {Model} model @param {Send} send */
export function neuron(model, send) {
  const figure = model.recording.figures.neuron;
  if (model.exercise) return nothing;
  return html`<section class="neuron" aria-labelledby="neuron-heading">
    <h2 id="neuron-heading">${model.t("neuron.heading")}</h2>
    ${sliders(model, send)}
    ${figure ? curves(model, figure) : html`<p class="soft">${model.t(figure === null ? "neuron.none" : "panel.notYet")}</p>`}
  </section>`;
}

/** @param {Model} model @param {Figure} figure */
function curves({ t, scene }, figure) {
  const point = figure.points[scene.position.iteration];
  const own = figure.activation;
  const others = Object.keys(figure.curves).filter((name) => name !== own);
  return html`${curve(figure, own, point, { width: 400, height: 190 })}
  <div class="others">${others.map(
    (name) => html`<figure>
      ${curve(figure, name, point, { width: 190, height: 92 })}
      <figcaption>${point ? `${slopeOf(name)} = ${format.short(point.on[name][1])}` : nothing}</figcaption>
    </figure>`,
  )}</div>
  ${point ? slopes(t, point, own) : html`<p class="soft">${t("neuron.nowhere")}</p>`}`;
}

/** @param {string} name */
const slopeOf = (name) => /** @type {Record<string, string>} */ (SLOPES)[name];
/** @param {string} name */
const named = (name) => /** @type {Record<string, string>} */ (NAMES)[name];

/** The three slopes side by side. @param {Model["t"]} t @param {Point} point @param {string} activation */
function slopes(t, { net, on, measured, of_output, of_net }, activation) {
  const rows = /** @type {[string, string, number][]} */ ([
    ["measured", t("neuron.measured"), measured],
    ["of-output", "y(1 − y)", of_output],
    ["of-net", "net(1 − net)", of_net],
  ]);
  return html`<table class="slopes">
    <caption>${t("neuron.slopes", { net: format.short(net), y: format.short(on[activation][0]) })}</caption>
    <tbody>${rows.map(([id, name, slope]) => html`<tr data-slope=${id}><th scope="row">${name}</th><td title=${format.repr(slope)}>${format.short(slope)}</td></tr>`)}</tbody>
  </table>`;
}

/**
 * @param {Figure} figure
 * @param {string} name
 * @param {Point | undefined} point
 * @param {{ width: number, height: number }} size
 */
function curve(figure, name, point, { width, height }) {
  const reach = figure.net[figure.net.length - 1];
  const [low, high] = /** @type {Record<string, number[]>} */ (RANGES)[name];
  const room = { left: 30, right: 8, top: 10, bottom: 18 };
  const x = (/** @type {number} */ net) =>
    room.left + ((net + reach) / (2 * reach)) * (width - room.left - room.right);
  const y = (/** @type {number} */ value) =>
    height - room.bottom - ((value - low) / (high - low)) * (height - room.top - room.bottom);
  const line = figure.net
    .map((net, i) => `${x(net).toFixed(1)} ${y(figure.curves[name][i]).toFixed(1)}`)
    .join("L");
  const clip = `clip-${name}`;
  const says = point
    ? `${named(name)}: net ${format.short(point.net)}, y ${format.short(point.on[name][0])}, ${slopeOf(name)} ${format.short(point.on[name][1])}`
    : named(name);
  return html`<svg class="plot" viewBox="0 0 ${width} ${height}" style="--wide:${width}" role="img" aria-label=${says} data-curve=${name}
      data-net=${point ? format.repr(point.net) : nothing} data-value=${point ? format.repr(point.on[name][0]) : nothing} data-slope=${point ? format.repr(point.on[name][1]) : nothing}>
    <clipPath id=${clip}><rect x=${room.left} y="2" width=${width - room.left - room.right} height=${height - room.bottom - 2}/></clipPath>
    <path class="axis" d="M${x(-reach)} ${y(0)}H${x(reach)}M${x(0)} ${y(low)}V${y(high)}"/>
    <text class="tick" x=${room.left - 5} y=${y(high) + 4}>${format.short(high)}</text>
    <text class="tick" x=${room.left - 5} y=${y(low) + 4}>${format.short(low)}</text>
    <text class="ends" x=${x(-reach)} y=${height - 4}>${format.short(-reach, 2)}</text>
    <text class="ends last" x=${x(reach)} y=${height - 4}>${format.short(reach, 2)}</text>
    <text class="title" x=${(x(-reach) + x(reach)) / 2} y=${height - 4}>net</text>
    <text class="title name" x=${x(-reach) + 8} y=${y(high) + 12}>${named(name)}</text>
    <g clip-path="url(#${clip})">
      <path class="curve" d="M${line}"/>
      ${point ? tangent(point, name, x, y, width / 5) : nothing}
    </g>
  </svg>`;
}

/** The tangent through the current point, of the same length on both sides. @param {Point} point @param {string} name
 *  @param {(net: number) => number} x @param {(value: number) => number} y @param {number} length in pixels */
function tangent({ net, on }, name, x, y, length) {
  const [value, slope] = on[name];
  const [along, up] = [x(net + 1) - x(net), y(value + slope) - y(value)];
  const part = length / Math.hypot(along, up);
  const ends = [-part, part].map((s) => `${x(net) + s * along} ${y(value) + s * up}`);
  return svg`<path class="tangent" d="M${ends.join("L")}"/><circle class="halo" cx=${x(net)} cy=${y(value)} r="9"/><circle class="dot" cx=${x(net)} cy=${y(value)} r="3.5"/>`;
}
