// One panel of a figure as SVG: axes, curves, points, bars, tables of numbers as colours.

import { rangeOf } from "../recording/picture_values.js";
import * as format from "../text/format.js";
import { coloursOf, rasterAddress } from "./colour_map.js";
import { html, nothing, svg } from "./vendor.js";

/** @typedef {import("../recording/pictures.js").Panel} Panel */
/** @typedef {import("../recording/pictures.js").Shape} Shape */
/** @typedef {import("../recording/pictures.js").Paint} Paint */
/** @typedef {{ place: (x: number) => number, low: number, high: number, log: boolean }} Axis */

const [WIDTH, HEIGHT] = [360, 240];
const MOST_POINTS = 1500; // of one shape that are drawn: more lie in the same pixels

/** @param {Panel} panel @param {string} said  for a screen reader */
export function plot(panel, said) {
  const { words, bare } = panel;
  const left = bare ? 6 : words.ylabel ? 58 : 44;
  const bottom = bare ? 6 : words.xlabel ? 40 : 24;
  const top = words.title ? 26 : 8;
  const box = boxOf(panel, { left, top, right: WIDTH - 10, bottom: HEIGHT - bottom });
  const { x, y } = axesOf(panel, box);
  const clip = `clip-${clips++ % 1000}`;
  return html`<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${said}>
    ${words.title ? svg`<text class="title" x=${(box.left + box.right) / 2} y="17">${words.title}</text>` : nothing}
    <clipPath id=${clip}><rect x=${box.left} y=${box.top} width=${box.right - box.left} height=${box.bottom - box.top}></rect></clipPath>
    ${bare ? nothing : frame(panel, box, x, y)}
    <g clip-path="url(#${clip})">${panel.shapes.map((shape) => draw(shape, x, y, box))}</g>
    ${panel.legend ? legend(panel, box) : nothing}
  </svg>`;
}
let clips = 0;

/** @typedef {{ left: number, top: number, right: number, bottom: number }} Box */

/** The box in which the panel is drawn: as wide as there is room, or so that one unit is as long on both axes. @param {Panel} panel @param {Box} room @returns {Box} */
function boxOf(panel, room) {
  if (!panel.equal) return room;
  const [[x0, x1], [y0, y1]] = rangesOf(panel);
  const [width, height] = [room.right - room.left, room.bottom - room.top];
  const scale = Math.min(width / Math.abs(x1 - x0 || 1), height / Math.abs(y1 - y0 || 1));
  const [w, h] = [Math.abs(x1 - x0 || 1) * scale, Math.abs(y1 - y0 || 1) * scale];
  const left = room.left + (width - w) / 2;
  return { left, right: left + w, top: room.bottom - h, bottom: room.bottom };
}

/** @param {Panel} panel @returns {[[number, number], [number, number]]} */
function rangesOf(panel) {
  const ends = /** @type {const} */ (["x", "y"]).map((axis, k) => {
    const log = panel.log[axis];
    const all = panel.shapes.flatMap((shape) => extent(shape)[k]).filter((v) => !log || v > 0);
    const [low, high] = rangeOf(all);
    const isTight = panel.shapes.some(({ kind }) => kind === "raster");
    const room = isTight || log ? 0 : (high - low || Math.abs(high) || 1) * 0.05;
    const [asked, until] = panel.limits[axis] ?? [Number.NaN, Number.NaN];
    const start = panel.shapes.some(({ kind }) => kind === "bars") && low === 0 ? 0 : low - room;
    return /** @type {[number, number]} */ ([
      Number.isFinite(asked) ? asked : start,
      Number.isFinite(until) ? until : high + room,
    ]);
  });
  const raster = panel.shapes.find((shape) => shape.kind === "raster");
  if (raster && !panel.limits.y && raster.extent[2] > raster.extent[3]) ends[1].reverse(); // rows count from the top
  return [ends[0], ends[1]];
}

/** The numbers that a shape reaches on either axis. @param {Shape} shape @returns {[number[], number[]]} */
function extent(shape) {
  switch (shape.kind) {
    case "line":
    case "points":
      return [shape.x, shape.y];
    case "area":
      return [shape.x, [...shape.from, ...shape.to]];
    case "bars":
      return [
        shape.rects.flatMap((rect) => rect.slice(0, 2)),
        shape.rects.flatMap((rect) => rect.slice(2)),
      ];
    case "raster":
      return [shape.extent.slice(0, 2), shape.extent.slice(2)];
    case "contour":
      return [
        shape.segments.flatMap(([a, , c]) => [a, c]),
        shape.segments.flatMap(([, b, , d]) => [b, d]),
      ];
    case "rule":
      return shape.across ? [[], [shape.at]] : [[shape.at], []];
    default:
      return [[shape.x], [shape.y]];
  }
}

/** @param {Panel} panel @param {Box} box */
function axesOf(panel, { left, right, top, bottom }) {
  const [across, up] = rangesOf(panel);
  return {
    x: axis(across, panel.log.x, left, right),
    y: axis(up, panel.log.y, bottom, top),
  };
}

/** @param {[number, number]} range @param {boolean} log @param {number} from @param {number} to @returns {Axis} */
function axis([low, high], log, from, to) {
  const value = log ? Math.log10 : (/** @type {number} */ v) => v;
  const [a, b] = [value(low), value(high)];
  const place = (/** @type {number} */ v) => from + ((value(v) - a) / (b - a || 1)) * (to - from);
  return { place, low, high, log };
}

/** Round numbers along an axis. @param {Axis} axis @param {number} count @returns {number[]} */
function ticksOf({ low, high, log }, count) {
  const [a, b] = [Math.min(low, high), Math.max(low, high)];
  if (log) {
    const powers = [];
    for (let p = Math.ceil(Math.log10(a)); p <= Math.log10(b) && powers.length < 20; p++)
      powers.push(10 ** p);
    return powers.length > 1 ? powers : [a, b];
  }
  const rough = (b - a) / count;
  if (!(rough > 0)) return [a];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((one) => one >= rough) ?? rough;
  const first = Math.ceil(a / step);
  return Array.from({ length: Math.floor(b / step) - first + 1 }, (_, i) => (first + i) * step);
}

/** @param {Panel} panel @param {Box} box @param {Axis} x @param {Axis} y */
function frame({ ticks, words, grid }, box, x, y) {
  const { left, right, top, bottom } = box;
  const isIn =
    (/** @type {Axis} */ of) =>
    (/** @type {{ at: number }} */ { at }) =>
      at >= Math.min(of.low, of.high) && at <= Math.max(of.low, of.high);
  const named = (
    /** @type {Axis} */ of,
    /** @type {"x" | "y"} */ which,
    /** @type {number} */ count,
  ) =>
    (ticks[which]
      ? ticks[which].at.map((at, i) => ({ at, name: ticks[which]?.names[i] ?? "" }))
      : ticksOf(of, count).map((at) => ({ at, name: format.short(Number(at.toPrecision(6)), 4) }))
    ).filter(isIn(of));
  return svg`<g class="frame">
    ${named(x, "x", 5).map(({ at, name }) => svg`<g class="tick">${grid ? svg`<path class="grid" d="M${x.place(at)},${top}V${bottom}" />` : nothing}<path d="M${x.place(at)},${bottom}v4" /><text x=${x.place(at)} y=${bottom + 14}>${name}</text></g>`)}
    ${named(y, "y", 4).map(({ at, name }) => svg`<g class="tick side">${grid ? svg`<path class="grid" d="M${left},${y.place(at)}H${right}" />` : nothing}<path d="M${left},${y.place(at)}h-4" /><text x=${left - 6} y=${y.place(at) + 3.5}>${name}</text></g>`)}
    <rect class="box" x=${left} y=${top} width=${right - left} height=${bottom - top} />
    ${words.xlabel ? svg`<text class="name" x=${(left + right) / 2} y=${HEIGHT - 6}>${words.xlabel}</text>` : nothing}
    ${words.ylabel ? svg`<text class="name" transform="translate(13 ${(top + bottom) / 2}) rotate(-90)">${words.ylabel}</text>` : nothing}
  </g>`;
}

/** @param {Shape} shape @param {Axis} x @param {Axis} y @param {Box} box */
function draw(shape, x, y, box) {
  switch (shape.kind) {
    case "line":
      return line(shape, x, y);
    case "points":
      return points(shape, x, y);
    case "bars":
      return svg`<g class="bars" style=${tint(shape.paint)}>${shape.rects.map(([a, b, c, d]) => {
        const [p, q, r, s] = [x.place(a), x.place(b), y.place(c), y.place(d)];
        return svg`<rect x=${Math.min(p, q)} y=${Math.min(r, s)} width=${Math.abs(q - p)} height=${Math.abs(s - r)} />`;
      })}</g>`;
    case "area":
      return svg`<path class="area" style=${tint(shape.paint)} d=${`M${[...along(shape.x, shape.from, x, y), ...along(shape.x, shape.to, x, y).reverse()].join("L")}Z`} />`;
    case "raster": {
      const [left, right] = [x.place(shape.extent[0]), x.place(shape.extent[1])];
      const [top, bottom] = [shape.extent[3], shape.extent[2]].map(y.place).sort((a, b) => a - b);
      return svg`<image class=${shape.levels ? "levels" : "pixels"} preserveAspectRatio="none" href=${rasterAddress(shape)} x=${Math.min(left, right)} y=${top} width=${Math.abs(right - left)} height=${bottom - top} />`;
    }
    case "contour":
      return svg`<path class="curve thin" style=${tint(shape.paint)} d=${shape.segments.map(([a, b, c, d]) => `M${x.place(a).toFixed(1)},${y.place(b).toFixed(1)}L${x.place(c).toFixed(1)},${y.place(d).toFixed(1)}`).join("")} />`;
    case "rule":
      return svg`<path class="curve thin" style=${tint(shape.paint)} stroke-dasharray=${shape.dash || nothing} d=${shape.across ? `M${box.left},${y.place(shape.at)}H${box.right}` : `M${x.place(shape.at)},${box.top}V${box.bottom}`} />`;
    default:
      return svg`<text class="note" x=${x.place(shape.x)} y=${y.place(shape.y)}>${shape.text}</text>`;
  }
}

/** The colour of a shape as the style's variable; colours of the cycle and the common names are the style sheet's. @param {Paint} paint */
function tint(paint) {
  if ("index" in paint) return `--tint:var(--plot-${paint.index % 8})`;
  if ("name" in paint) return `--tint:var(--plot-${paint.name.replace("#", "")},${paint.name})`;
  return "";
}

/** The places of a curve that can be drawn, thinned. @param {number[]} xs @param {number[]} ys @param {Axis} x @param {Axis} y @returns {string[]} */
function along(xs, ys, x, y) {
  const places = [];
  const stride = Math.max(1, Math.ceil(ys.length / MOST_POINTS));
  for (
    let i = 0;
    i < ys.length;
    i = i + stride < ys.length || i === ys.length - 1 ? i + stride : ys.length - 1
  ) {
    const [p, q] = [x.place(xs[i]), y.place(ys[i])];
    places.push(Number.isFinite(p + q) ? `${p.toFixed(1)},${q.toFixed(1)}` : "");
  }
  return places;
}

/** @param {import("../recording/pictures.js").Line} shape @param {Axis} x @param {Axis} y */
function line({ x: xs, y: ys, paint, dash, marker, stroke }, x, y) {
  const places = along(xs, ys, x, y);
  const parts = places
    .join("L")
    .split(/(?:^|L)(?:L|$)/)
    .map((part) => part.replace(/^L|L$/g, ""))
    .filter(Boolean);
  return svg`<g style=${tint(paint)}>
    ${stroke ? svg`<path class="curve" stroke-dasharray=${dash || nothing} d=${parts.map((part) => `M${part}`).join("")} />` : nothing}
    ${marker ? places.filter(Boolean).map((place) => svg`<circle class="dot" cx=${place.split(",")[0]} cy=${place.split(",")[1]} r="2.6" />`) : nothing}
  </g>`;
}

/** @param {import("../recording/pictures.js").Points} shape @param {Axis} x @param {Axis} y */
function points({ x: xs, y: ys, paint }, x, y) {
  const colours = "values" in paint ? coloursOf(paint.values, paint.map) : null;
  const shown = xs.map((_, i) => i).filter((i) => Number.isFinite(x.place(xs[i]) + y.place(ys[i])));
  return svg`<g style=${tint(paint)}>${shown.slice(0, MOST_POINTS).map((i) => svg`<circle class="dot" style=${colours ? `--tint:${colours[i]}` : nothing} cx=${x.place(xs[i]).toFixed(1)} cy=${y.place(ys[i]).toFixed(1)} r="3" />`)}</g>`;
}

/** @param {Panel} panel @param {Box} box */
function legend({ shapes }, { right, top }) {
  const rows = shapes.flatMap((shape) =>
    "label" in shape && shape.label && !shape.label.startsWith("_") ? [shape] : [],
  );
  const wide =
    Math.max(
      ...rows.map(({ label }) => [...label].reduce((sum, c) => sum + (c > "\u2e80" ? 10 : 5.6), 0)),
      0,
    ) + 26;
  return svg`<g class="legend" transform="translate(${right - wide - 4} ${top + 4})">
    <rect width=${wide} height=${rows.length * 14 + 4} rx="2" />
    ${rows.map(
      (
        { paint, label, kind, ...rest },
        i,
      ) => svg`<g style=${tint(paint)} transform="translate(5 ${i * 14 + 9})">
      ${kind === "points" ? svg`<circle class="dot" cx="7" r="3" />` : svg`<path class="curve" stroke-dasharray=${/** @type {any} */ (rest).dash || nothing} d="M0,0h14" />`}
      <text x="19" y="3.5">${label}</text></g>`,
    )}
  </g>`;
}
