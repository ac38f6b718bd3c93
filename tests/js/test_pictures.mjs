// What a program drew with matplotlib: calls become panels with shapes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { figuresOf } from "../../site/recording/pictures.js";

/** @param {string} call @param {any[]} given @param {any} [options] @param {any} [where] */
const drawn = (call, given, options = {}, { figure = 1, panel = [1, 1, 1] } = {}) => ({
  call,
  figure,
  panel,
  arguments: given,
  options,
});
/** @param {any[]} calls */
const panel = (...calls) => figuresOf(calls)[0].panels[0];

test("plot takes y, or x and y, a format, several curves, and columns", () => {
  const { shapes } = panel(
    drawn("plot", [[3, 1, null]]),
    drawn("plot", [[0, 1], [5, 6], "r--", [0, 1], [7, 8], "go"]),
    drawn(
      "plot",
      [
        [
          [1, 10],
          [2, 20],
        ],
      ],
      { label: "误差", color: "C3", marker: "o" },
    ),
  );
  assert.deepEqual(
    shapes.map(({ x, y }) => [x, y]),
    [
      [
        [0, 1, 2],
        [3, 1, Number.NaN],
      ],
      [
        [0, 1],
        [5, 6],
      ],
      [
        [0, 1],
        [7, 8],
      ],
      [
        [0, 1],
        [1, 2],
      ],
      [
        [0, 1],
        [10, 20],
      ],
    ],
  );
  assert.deepEqual(
    shapes.map(({ paint }) => paint),
    [{ index: 0 }, { name: "red" }, { name: "green" }, { index: 3 }, { index: 3 }],
  );
  assert.deepEqual(
    shapes.map(({ dash, marker, stroke }) => [dash, marker, stroke]),
    [
      ["", false, true],
      ["6 4", false, true],
      ["", true, false],
      ["", true, true],
      ["", true, true],
    ],
  );
  assert.equal(shapes[3].label, "误差");
});

test("a colour that is no colour takes one of the cycle", () => {
  const { shapes } = panel(
    drawn("plot", [[1]], { color: "url(javascript:1)" }),
    drawn("plot", [[1]], { color: "#12ab9f" }),
  );
  assert.deepEqual(
    shapes.map(({ paint }) => paint),
    [{ index: 0 }, { name: "#12ab9f" }],
  );
});

test("titles, limits, scales and panels", () => {
  const [one, two] = figuresOf([
    drawn("suptitle", ["whole"]),
    drawn("plot", [[1, 2]], {}, { panel: [1, 2, 2] }),
    drawn("plot", [[1, 2]], {}, { panel: [1, 2, 1] }),
    drawn("title", ["训练"], {}, { panel: [1, 2, 2] }),
    drawn("ylim", [0, 1], {}, { panel: [1, 2, 2] }),
    drawn("semilogy", [[1, 2]], {}, { figure: 2 }),
    drawn("axis", [[0, 1, 2, 3]], {}, { figure: 2 }),
    drawn("title", ["nothing drawn"], {}, { figure: 3 }),
  ]);
  assert.deepEqual(
    [one.title, one.columns, one.panels.map(({ index }) => index)],
    ["whole", 2, [1, 2]],
  );
  assert.deepEqual([one.panels[1].words.title, one.panels[1].limits.y], ["训练", [0, 1]]);
  assert.deepEqual(
    [two.panels[0].log, two.panels[0].limits],
    [
      { x: false, y: true },
      { x: [0, 1], y: [2, 3] },
    ],
  );
});

test("a scatter by class, bars with names, a histogram", () => {
  const { shapes, ticks } = panel(
    drawn(
      "scatter",
      [
        [0, 1],
        [2, 3],
      ],
      { c: [0, 1], cmap: "Spectral" },
    ),
    drawn("bar", [
      ["甲", "乙"],
      [3, -1],
    ]),
    drawn("hist", [[0, 1, 1, 2], 2]),
  );
  assert.deepEqual(shapes[0].paint, { values: [0, 1], map: "Spectral" });
  assert.deepEqual(shapes[1].rects, [
    [-0.4, 0.4, 0, 3],
    [0.6, 1.4, 0, -1],
  ]);
  assert.deepEqual(ticks.x, { at: [0, 1], names: ["甲", "乙"] });
  assert.deepEqual(shapes[2].rects, [
    [0, 1, 0, 1],
    [1, 2, 0, 3],
  ]);
});

test("a table is drawn with its first row at the top, a field with its first row at the bottom", () => {
  const table = [
    [1, 2],
    [3, 4],
  ];
  const [matrix] = panel(drawn("imshow", [table])).shapes;
  assert.deepEqual([matrix.values, matrix.extent], [table, [-0.5, 1.5, 1.5, -0.5]]);
  const [field] = panel(
    drawn("contourf", [
      [
        [0, 1],
        [0, 1],
      ],
      [
        [5, 5],
        [6, 6],
      ],
      table,
      [0, 2, 4],
    ]),
  ).shapes;
  assert.deepEqual(
    [field.values, field.extent, field.levels],
    [
      [
        [3, 4],
        [1, 2],
      ],
      [0, 1, 5, 6],
      [0, 2, 4],
    ],
  );
  const [lines] = panel(
    drawn("contour", [
      [0, 1],
      [0, 1],
      [
        [0, 0],
        [2, 2],
      ],
      [1],
    ]),
  ).shapes;
  assert.deepEqual(
    lines.segments.map((s) => s[1]),
    [0.5],
  );
});

test("no call, however odd, breaks the page", () => {
  const odd = [null, [], [[]], "x", {}, -1, [null], [["a"]], true];
  const calls =
    "plot scatter imshow contourf contour bar barh hist fill_between axhline axvline text title xlim yscale xticks legend grid axis suptitle pcolormesh quiver";
  for (const call of calls.split(" "))
    for (const a of odd)
      for (const b of odd)
        figuresOf([drawn(call, [a, b], { label: a }), drawn(call, [a]), drawn(call, [])]);
});
