// The error over the whole run, which is also the slider over its iterations.

import * as format from "../format.js";
import { lossAt, nearest } from "../recording.js";
import { Directive, directive, html, noChange, uPlot } from "../vendor.js";

/** @typedef {import("../state.js").Model} Model */
/** @typedef {import("../state.js").Send} Send */

/** @param {Model} model @param {Send} send */
export function loss(model, send) {
  const { t, recording, scene } = model;
  const { iteration } = scene.position;
  return html`<div class="loss" role="slider" tabindex="0" aria-label=${t("loss.name")} aria-valuemin="1"
      aria-valuemax=${Math.max(1, recording.iterations)} aria-valuenow=${iteration + 1} aria-valuetext=${valueText(model)}
      aria-disabled=${recording.kept.length ? "false" : "true"}
      @keydown=${(/** @type {KeyboardEvent} */ event) => onKey(event, model, send)}>
    <span class="title" aria-hidden="true">${t("loss.heading")}</span><div class="chart" ${chart(model, send)}></div>
  </div>`;
}

/** @param {Model} model */
function valueText({ t, recording, scene }) {
  const { iteration } = scene.position;
  return t("loss.value", {
    iteration: iteration + 1,
    iterations: recording.iterations,
    loss: format.short(lossAt(recording, iteration)),
  });
}

/** On the curve the arrows move by iterations; elsewhere they step. @param {KeyboardEvent} event @param {Model} model @param {Send} send */
function onKey(event, { recording, scene }, send) {
  const { kept } = recording;
  const at = nearest(recording, scene.position.iteration);
  const far = Math.max(1, Math.round(kept.length / 20));
  const moves = /** @type {Record<string, number>} */ ({
    ArrowRight: at + 1,
    ArrowUp: at + 1,
    ArrowLeft: at - 1,
    ArrowDown: at - 1,
    PageUp: at + far,
    PageDown: at - far,
    Home: 0,
    End: kept.length - 1,
  });
  if (!(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey || !kept.length)
    return;
  event.preventDefault();
  event.stopPropagation();
  send("iteration", kept[Math.max(0, Math.min(kept.length - 1, moves[event.key]))]);
}

class Chart extends Directive {
  /** @type {uPlot | undefined} */ plot;
  /** @type {HTMLElement | undefined} */ here;
  /** @type {Model | undefined} */ model;
  /** @type {unknown[]} what the curve was last drawn from */ seen = [];

  /** @param {Model} _model @param {Send} _send */
  render(_model, _send) {
    return noChange;
  }

  /** @param {any} part @param {[Model, Send]} args */
  update(part, [model, send]) {
    this.model = model;
    this.plot ??= this.create(part.element, send);
    const { recording, scene } = model;
    const { loss } = recording;
    const seen = [loss, loss.length, model.dark];
    if (seen.some((one, i) => one !== this.seen[i])) this.plot.setData(points(loss));
    this.seen = seen;
    this.place(scene.position.iteration);
    return noChange;
  }

  /** @param {HTMLElement} box @param {Send} send */
  create(box, send) {
    const plot = new uPlot(options(), points([]), box);
    this.here = document.createElement("div");
    this.here.className = "here";
    plot.over.append(this.here);
    const go = (/** @type {PointerEvent} */ event) => {
      const x = plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, "x");
      if (this.model) send("iteration", Math.round(x) - 1);
    };
    plot.over.addEventListener("pointerdown", (event) => {
      plot.over.setPointerCapture(event.pointerId);
      go(event);
    });
    plot.over.addEventListener("pointermove", (event) => event.buttons && go(event));
    new ResizeObserver(() => {
      plot.setSize({ width: box.clientWidth, height: box.clientHeight });
      if (this.model) this.place(this.model.scene.position.iteration);
    }).observe(box);
    return plot;
  }

  /** "You are here". @param {number} iteration */
  place(iteration) {
    if (!this.plot || !this.here) return;
    const x = this.plot.valToPos(iteration + 1, "x");
    this.here.hidden = !Number.isFinite(x) || !this.model?.recording.kept.length;
    this.here.style.transform = `translateX(${x}px)`;
  }
}

const chart = directive(Chart);

/** Only what is known: a lesson's own run tells one figure in several iterations. @param {number[]} loss @returns {any} */
function points(loss) {
  const known = [...loss.keys()].filter((i) => Number.isFinite(loss[i]));
  return [known.map((i) => i + 1), known.map((i) => loss[i])];
}

/** @param {string} name */
const colour = (name) => () => getComputedStyle(document.documentElement).getPropertyValue(name);

/** Iterations are counted in whole numbers. */
const WHOLE = [1, 10, 100, 1e3, 1e4, 1e5, 1e6].flatMap((n) => [n, 2 * n, 5 * n]);

/** @returns {any} */
function options() {
  const axis = {
    stroke: colour("--soft"),
    ticks: { show: false },
    font: "12px system-ui, sans-serif",
    gap: 4,
  };
  return {
    width: 300,
    height: 80,
    legend: { show: false },
    cursor: { show: false },
    padding: [6, 22, 0, 0],
    scales: {
      x: {
        time: false,
        range: (/** @type {any} */ _u, /** @type {number} */ _low, /** @type {number} */ high) => [
          1,
          Math.max(2, high || 2),
        ],
      },
      y: {
        range: (/** @type {any} */ _u, /** @type {number} */ _low, /** @type {number} */ high) => [
          0,
          (high || 1) * 1.06,
        ],
      },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 18, space: 90, incrs: WHOLE },
      { ...axis, grid: { stroke: colour("--line"), width: 1 }, size: 38, space: 26 },
    ],
    series: [
      {},
      {
        stroke: colour("--ink"),
        width: 1.5,
        points: { show: (/** @type {uPlot} */ plot) => plot.data[0].length < 30, size: 5 },
      },
    ],
  };
}
