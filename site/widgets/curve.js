// A chart over the iterations, drawn by uPlot, with a line at the current iteration; a click or drag goes to another one.

import { Directive, directive, noChange, uPlot } from "./vendor.js";

/**
 * One line of a chart; rising: where it goes up it has the minus colour, for an error should fall.
 * @typedef {{ colour: string, dash?: number[], rising?: boolean }} Line
 *
 * data: uPlot's, x (iterations from 1) and then a row for each line, the same array as long as nothing changed;
 * marked: iterations, from 0 and in order, under which a wavy line is drawn; likewise the same array;
 * broken: the iteration, from 0, from which on there are no finite values, if there is one;
 * span: how many iterations the axis shows; here: the current one, from 0, or -1.
 * @typedef {{ lines: Line[], data: (number | null)[][], marked: number[], broken?: number | null, span: number, here: number, log: boolean, fromZero: boolean,
 *   dark: boolean, go: (iteration: number) => void }} Chart
 */

class Curve extends Directive {
  /** @type {uPlot | undefined} */ plot;
  /** @type {HTMLElement} */ here = document.createElement("div");
  /** @type {Chart | undefined} */ chart;
  drawnAs = "";

  /** @param {Chart} _chart */
  render(_chart) {
    return noChange;
  }

  /** @param {any} part @param {[Chart]} args */
  update(part, [chart]) {
    const before = this.chart;
    const drawnAs = JSON.stringify([chart.lines, chart.log, chart.fromZero]);
    this.chart = chart;
    if (drawnAs !== this.drawnAs) this.create(part.element);
    else if (before?.data !== chart.data || before?.dark !== chart.dark)
      this.plot?.setData(/** @type {any} */ (chart.data));
    else if (before?.marked !== chart.marked || before?.broken !== chart.broken)
      this.plot?.redraw();
    this.drawnAs = drawnAs;
    this.place();
    return noChange;
  }

  /** @param {HTMLElement} box */
  create(box) {
    if (this.plot) this.plot.destroy();
    else this.watch(box);
    const chart = /** @type {Chart} */ (this.chart);
    const size = { width: box.clientWidth || 300, height: box.clientHeight || 80 };
    this.plot = new uPlot(
      { ...size, ...options(chart, () => this.chart ?? chart) },
      /** @type {any} */ (chart.data),
      box,
    );
    this.here.className = "here";
    this.plot.over.append(this.here);
    this.drag(this.plot);
  }

  /** @param {uPlot} plot */
  drag(plot) {
    const go = (/** @type {PointerEvent} */ event) => {
      const x = plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, "x");
      this.chart?.go(Math.round(x) - 1);
    };
    plot.over.addEventListener("pointerdown", (event) => {
      plot.over.setPointerCapture(event.pointerId);
      go(event);
    });
    plot.over.addEventListener("pointermove", (event) => event.buttons && go(event));
  }

  /** @param {HTMLElement} box */
  watch(box) {
    new ResizeObserver(() => {
      if (!box.isConnected) return;
      this.plot?.setSize({ width: box.clientWidth, height: box.clientHeight });
      this.place();
    }).observe(box);
  }

  place() {
    if (!this.plot || !this.chart) return;
    const x = this.plot.valToPos(this.chart.here + 1, "x");
    this.here.hidden = !Number.isFinite(x) || this.chart.here < 0;
    this.here.style.transform = `translateX(${x}px)`;
  }
}

/** `<div ${curve(chart)}>`: the chart (a Chart) fills the element; what has not changed since is not drawn again. */
export const curve = directive(Curve);

/** @param {string} name */
const colour = (name) => () => getComputedStyle(document.documentElement).getPropertyValue(name);

/** Iterations are counted in whole numbers. */
const WHOLE = [1, 10, 100, 1e3, 1e4, 1e5, 1e6].flatMap((n) => [n, 2 * n, 5 * n]);

/** @param {Chart} chart @param {() => Chart} now the chart as it is when it is drawn @returns {any} */
function options({ lines, log, fromZero }, now) {
  const axis = {
    stroke: colour("--soft"),
    ticks: { show: false },
    font: "13px system-ui, sans-serif",
    gap: 4,
  };
  const fitting = (/** @type {any} */ _u, /** @type {number} */ low, /** @type {number} */ high) =>
    fromZero ? [0, (high || 1) * 1.06] : uPlot.rangeNum(low ?? 0, high ?? 1, 0.08, false);
  return {
    legend: { show: false },
    cursor: { show: false },
    padding: [6, 22, 0, lines.length ? 0 : 8], // the first iteration's number stands below the left end
    scales: {
      x: { time: false, range: () => [1, Math.max(2, now().span)] },
      y: log ? { distr: 3 } : { range: fitting },
    },
    axes: [
      {
        ...axis,
        filter: (/** @type {any} */ _u, /** @type {number[]} */ splits) =>
          splits.map((iteration) => (iteration <= now().span ? iteration : null)), // no run, no numbers
        grid: { show: false },
        size: 18,
        space: 90,
        incrs: WHOLE,
      },
      {
        ...axis,
        ...(log ? { splits: powers, values: named, filter: all } : {}),
        grid: { stroke: colour("--line"), width: 1 },
        show: lines.length > 0,
        size: 44,
        space: 26,
      },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        stroke: colour(line.colour),
        width: 1.5,
        dash: line.dash,
        spanGaps: true,
        points: { show: (/** @type {uPlot} */ plot) => plot.data[0].length < 30, size: 5 },
      })),
    ],
    hooks: {
      drawSeries: [
        (/** @type {uPlot} */ plot, /** @type {number} */ i) =>
          lines[i - 1]?.rising && drawRising(plot, i),
      ],
      draw: [
        (/** @type {uPlot} */ plot) => {
          drawMarks(plot, now().marked);
          drawBreak(plot, now().broken ?? null);
        },
      ],
    },
  };
}

/**
 * Powers of ten, four at most, so that they can be read.
 * @param {uPlot} _plot
 * @param {number} _axis
 * @param {number} low
 * @param {number} high
 */
function powers(_plot, _axis, low, high) {
  const first = Math.ceil(Math.log10(low));
  const count = Math.floor(Math.log10(high)) - first + 1;
  const apart = Math.ceil(count / 4);
  return Array.from({ length: Math.ceil(count / apart) }, (_, i) => 10 ** (first + i * apart));
}

/** @param {uPlot} _plot @param {number[]} values */
const all = (_plot, values) => values;

/** @param {uPlot} _plot @param {number[]} values */
const named = (_plot, values) =>
  values.map((y) => (y < 1e-4 ? y.toExponential(0).replace("-", "−") : String(y)));

/**
 * Where a line goes up from one column of pixels to the next, it is drawn over in the minus colour.
 * @param {uPlot} plot
 * @param {number} series
 */
function drawRising(plot, series) {
  const { ctx, data } = plot;
  const points = [...columns(plot, data[0], data[series])].map(
    ([column, y]) => /** @type {[number, number]} */ ([column, plot.valToPos(y, "y", true)]),
  );
  const rises = points.flatMap((point, i) =>
    i > 0 && point[1] < points[i - 1][1] - 1e-6 ? [[points[i - 1], point]] : [],
  );
  if (rises.length > points.length / 4) return; // a curve that rises all the time would be drawn over as a whole
  ctx.save();
  ctx.beginPath();
  for (const [from, to] of rises) {
    ctx.moveTo(...from);
    ctx.lineTo(...to);
  }
  ctx.strokeStyle = colour("--minus")();
  ctx.lineWidth = 2.5 * devicePixelRatio;
  ctx.stroke();
  ctx.restore();
}

/**
 * The last value in each column of pixels.
 * @param {uPlot} plot
 * @param {ArrayLike<number>} xs
 * @param {ArrayLike<number | null | undefined>} ys
 */
function columns(plot, xs, ys) {
  /** @type {Map<number, number>} */
  const last = new Map();
  for (let i = 0; i < xs.length; i++) {
    const y = ys[i];
    if (typeof y === "number") last.set(Math.round(plot.valToPos(xs[i], "x", true)), y);
  }
  return last;
}

/** A dashed line where the values cease to be finite. @param {uPlot} plot @param {number | null} broken */
function drawBreak({ ctx, bbox, valToPos }, broken) {
  if (broken === null) return;
  const unit = devicePixelRatio;
  const x = valToPos(broken + 1, "x", true);
  ctx.save();
  ctx.beginPath();
  ctx.setLineDash([4 * unit, 3 * unit]);
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.strokeStyle = colour("--differs")();
  ctx.lineWidth = 2 * unit;
  ctx.stroke();
  ctx.font = `600 ${13 * unit}px system-ui, sans-serif`;
  ctx.fillStyle = colour("--differs")();
  ctx.textAlign = x > bbox.left + bbox.width / 2 ? "right" : "left";
  ctx.fillText("∞", x + (ctx.textAlign === "right" ? -4 : 4) * unit, bbox.top + 12 * unit);
  ctx.restore();
}

const LEAST = 9; // pixels, so that a single iteration can be seen

/** A wavy line along the foot, under every marked iteration. @param {uPlot} plot @param {number[]} marked */
function drawMarks({ ctx, bbox, valToPos }, marked) {
  const unit = devicePixelRatio;
  const foot = bbox.top + bbox.height - 3 * unit;
  ctx.save();
  ctx.beginPath();
  for (const [from, to] of stretches(
    marked.map((k) => valToPos(k + 1, "x", true)),
    LEAST * unit,
  )) {
    ctx.moveTo(from, foot);
    for (let x = from; x <= to; x += unit / 2)
      ctx.lineTo(x, foot - 2 * unit * Math.sin((x - from) / (1.4 * unit)));
  }
  ctx.strokeStyle = colour("--differs")();
  ctx.lineWidth = 1.6 * unit;
  ctx.stroke();
  ctx.restore();
}

/**
 * The stretches that marks of this width cover, overlapping ones joined.
 * @param {number[]} places in order
 * @param {number} width
 * @returns {[number, number][]}
 */
function stretches(places, width) {
  /** @type {[number, number][]} */
  const covered = [];
  for (const place of places) {
    const [from, to] = [place - width / 2, place + width / 2];
    const last = covered.at(-1);
    if (last && from <= last[1] + 1) last[1] = to;
    else covered.push([from, to]);
  }
  return covered;
}
