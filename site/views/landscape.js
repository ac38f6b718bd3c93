// The error as a function of one weight (a curve) or two (contour lines), and the path of the training so far.

import { symbolOf } from "../recording/read.js";
import * as format from "../text/format.js";
import { sliders } from "../widgets/slider.js";
import { html, nothing, svg } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../recording/types.js").LandscapeFigure} Figure */
/** @typedef {import("../recording/types.js").PathPoint} PathPoint */
/** @typedef {{ x: number, y: number }} Place */

const ROOM = { left: 46, right: 10, top: 12, bottom: 30 };

/** Not during an exercise, whose numbers it would tell. @param {Model} model @param {Send} send */
export function landscape(model, send) {
  const figure = model.recording.figures.landscape;
  if (model.exercise) return nothing;
  return html`<section class="landscape" aria-labelledby="landscape-heading">
    <h2 id="landscape-heading">${model.t("landscape.heading")}</h2>
    ${sliders(model, send)}
    ${figure ? picture(model, figure) : html`<p class="soft">${model.t(figure === null ? "landscape.none" : "panel.notYet")}</p>`}
  </section>`;
}

/** @param {Model} model @param {Figure} figure */
function picture(model, figure) {
  const walked = figure.path.filter(({ iteration }) => iteration <= model.scene.position.iteration);
  const now = walked[walked.length - 1];
  const [plot, says] = [figure.error ? curve : contours, sentence(model, figure, now)];
  return html`${plot(model, figure, walked, says)}
    <p class="at" data-at=${now.at ? now.at.map(format.repr).join(" ") : nothing} data-outside=${isInside(figure, now) ? nothing : ""}>${says}</p>
    ${pace(model, figure)}`;
}

/**
 * One sentence: where the path is now, the error there, and the direction in which it falls.
 * @param {Model} model
 * @param {Figure} figure
 * @param {PathPoint} now
 */
function sentence({ t, recording }, figure, now) {
  const names = figure.refs.map((ref) => symbolOf(recording, ref).text);
  const { at } = now;
  if (!at) return t("landscape.noNumber", { turn: now.iteration + 1 });
  const list = (/** @type {(i: number) => string} */ one) =>
    names.map((_, i) => one(i)).join(t("landscape.comma"));
  return [
    t("landscape.at", {
      turn: now.iteration + 1,
      place: list((i) => `${names[i]} = ${format.short(at[i])}`),
      error: format.short(now.error),
      slope: list((i) => `∂E/∂${names[i]} = ${format.signed(now.slope[i])}`),
    }),
    isInside(figure, now) ? "" : t("landscape.outside"),
  ].join(" ");
}

/** @param {Model} model @param {Figure} figure */
function pace({ t }, { pace: name, factor, refs }) {
  if (!name || factor === null) return nothing;
  const key = refs.length > 1 ? "landscape.factor2" : "landscape.factor";
  return html`<p class="pace" data-pace=${name} data-factor=${format.repr(factor)}><strong>${t(`landscape.${name}`)}</strong> ${t(key, { factor: format.short(factor) })}</p>`;
}

/** Whether a point is in the picture. @param {Figure} figure @param {PathPoint} point */
function isInside({ low, high, error }, point) {
  const within = point.at?.every((value, i) => value >= low[i] && value <= high[i]) ?? false;
  return within && (!error || point.error <= Math.max(...error));
}

/** @param {Model} model @param {Figure} figure @param {PathPoint[]} walked @param {string} says */
function curve({ t, recording }, figure, walked, says) {
  const { low, high, error = [], refs } = figure;
  const size = { width: 400, height: 220 };
  const top = Math.max(...error);
  const x = scale(low[0], high[0], ROOM.left, size.width - ROOM.right);
  const y = scale(0, top, size.height - ROOM.bottom, ROOM.top);
  const between = scale(0, error.length - 1, low[0], high[0]);
  const line = error.map((e, i) => `${x(between(i)).toFixed(1)} ${y(e).toFixed(1)}`).join("L");
  const places = shown(walked).map(({ at, error: e }) => ({ x: x(at[0]), y: y(e) }));
  const now = walked[walked.length - 1];
  const slope = now.at && isInside(figure, now) ? now : null;
  return html`<svg class="plot" viewBox="0 0 ${size.width} ${size.height}" style="--wide:${size.width}" role="img" aria-label=${says} data-points=${places.length}>
    ${frame(size)}
    <text class="tick" x=${ROOM.left - 5} y=${ROOM.top + 8}>${format.short(top, 3)}</text>
    <text class="tick" x=${ROOM.left - 5} y=${size.height - ROOM.bottom}>0</text>
    <text class="title name" x=${ROOM.left + 8} y=${ROOM.top + 10}>${t("landscape.error")}</text>
    ${ends(figure, 0, symbolOf(recording, refs[0]).text, size)}
    <g clip-path="url(#landscape-clip)">
      <path class="curve" d="M${line}"/>
      ${slope ? tangent(x, y, slope) : nothing}
      ${way(places)}
    </g>
  </svg>`;
}

/** @param {Model} model @param {Figure} figure @param {PathPoint[]} walked @param {string} says */
function contours({ recording }, figure, walked, says) {
  const { low, high, contours: levels = [], lowest, refs } = figure;
  const size = { width: 300, height: 286 };
  const [left, right, top, bottom] = [
    ROOM.left,
    size.width - ROOM.right,
    ROOM.top,
    size.height - ROOM.bottom,
  ];
  const x = scale(low[0], high[0], left, right);
  const y = scale(low[1], high[1], bottom, top);
  const across = scale(0, 1000, left, right);
  const up = scale(0, 1000, bottom, top);
  const places = shown(walked).map(({ at }) => ({ x: x(at[0]), y: y(at[1]) }));
  const name = symbolOf(recording, refs[1]).text;
  return html`<svg class="plot square" viewBox="0 0 ${size.width} ${size.height}" style="--wide:${size.width}" role="img" aria-label=${says} data-points=${places.length}>
    ${frame(size)}
    ${levels.map(([, lines]) => svg`<path class="contour" d=${lines.map(([a, b, c, d]) => `M${across(a).toFixed(1)} ${up(b).toFixed(1)}L${across(c).toFixed(1)} ${up(d).toFixed(1)}`).join("")}/>`)}
    <path class="lowest" d="M${x(lowest.at[0]) - 5} ${y(lowest.at[1])}h10m-5 -5v10"/>
    <text class="tick" x=${left - 5} y=${top + 8}>${format.short(high[1], 3)}</text>
    <text class="tick" x=${left - 5} y=${bottom}>${format.short(low[1], 3)}</text>
    <text class="tick" x=${left - 5} y=${(top + bottom) / 2 + 4}>${name}</text>
    ${ends(figure, 0, symbolOf(recording, refs[0]).text, size)}
    <g clip-path="url(#landscape-clip)">${way(places)}</g>
  </svg>`;
}

/**
 * A linear map from one interval to another.
 * @param {number} from
 * @param {number} to
 * @param {number} first
 * @param {number} last
 * @returns {(value: number) => number}
 */
const scale = (from, to, first, last) => (value) =>
  first + ((value - from) / (to - from)) * (last - first);

/**
 * The points that can be drawn, without those far outside.
 * @param {PathPoint[]} walked
 * @returns {(PathPoint & { at: number[] })[]}
 */
const shown = (walked) => /** @type {any} */ (walked.filter(({ at, error }) => at && error < 1e9));

/** @param {{ width: number, height: number }} size */
const frame = ({ width, height }) => svg`
  <clipPath id="landscape-clip"><rect x=${ROOM.left} y=${ROOM.top - 4} width=${width - ROOM.left - ROOM.right} height=${height - ROOM.top - ROOM.bottom + 4}/></clipPath>
  <path class="axis" d="M${ROOM.left} ${ROOM.top}V${height - ROOM.bottom}H${width - ROOM.right}"/>`;

/** @param {Figure} figure @param {number} axis @param {string} name @param {{ width: number, height: number }} size */
const ends = ({ low, high }, axis, name, { width, height }) => svg`
  <text class="ends" x=${ROOM.left} y=${height - 12}>${format.short(low[axis], 3)}</text>
  <text class="title" x=${(ROOM.left + width - ROOM.right) / 2} y=${height - 12}>${name}</text>
  <text class="ends last" x=${width - ROOM.right} y=${height - 12}>${format.short(high[axis], 3)}</text>`;

/** The points so far, earlier ones paler, and the current one. @param {Place[]} places */
function way(places) {
  const now = places[places.length - 1];
  if (!now) return nothing;
  const count = places.length - 1;
  return svg`<path class="way" d="M${places.map(({ x, y }) => `${x} ${y}`).join("L")}"/>
    ${places.slice(0, -1).map(({ x, y }, i) => svg`<circle class="past" cx=${x} cy=${y} r="3" opacity=${(0.25 + (0.6 * i) / count).toFixed(2)}/>`)}
    <circle class="halo" cx=${now.x} cy=${now.y} r="9"/><circle class="dot" cx=${now.x} cy=${now.y} r="3.5"/>`;
}

/**
 * The derivative at this point, as a line.
 * @param {(w: number) => number} x
 * @param {(error: number) => number} y
 * @param {PathPoint} point
 */
function tangent(x, y, { at, error, slope }) {
  const w = at?.[0] ?? 0;
  const [along, up] = [x(w + 1) - x(w), y(error + slope[0]) - y(error)];
  const part = 60 / Math.hypot(along, up);
  const ends = [-part, part].map((s) => `${x(w) + s * along} ${y(error) + s * up}`);
  return svg`<path class="tangent" d="M${ends.join("L")}"/>`;
}
