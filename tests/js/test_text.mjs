// Texts and numbers: how a number is written, programs in links, search, and finding places in a program's text.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import * as format from "../../site/text/format.js";
import { LANGUAGES, nextLanguage, TRANSLATIONS, tagOf, translator } from "../../site/text/i18n.js";
import { mapLine } from "../../site/text/line_mapping.js";
import { withPoint } from "../../site/text/point_list.js";
import { constantIn, withConstant } from "../../site/text/program_constants.js";
import { excerpt, hits, placeOf, search } from "../../site/text/search.js";
import { shapeInWords } from "../../site/text/shape.js";
import { packCode, unpackCode } from "../../site/text/share.js";

// ---- Languages

test("the switch goes through all languages in turn, each with its name and its tag", () => {
  let language = LANGUAGES[0];
  const seen = LANGUAGES.map(() => {
    language = nextLanguage(language);
    return language;
  });
  assert.deepEqual(seen.sort(), [...LANGUAGES].sort());
  assert.deepEqual(LANGUAGES.map(tagOf), ["en", "zh-CN"]);
  for (const words of Object.values(TRANSLATIONS)) assert.ok(words["language.name"]);
});

test("words that depend on a count have a form for one", () => {
  const [en, zh] = [translator("en"), translator("zh")];
  /** @param {number | string} iterations */
  const stopped = (iterations) => en("status.stopped", { iterations });
  assert.deepEqual([1, 2, 1500, "1"].map(stopped), [
    "Stopped after 1 iteration.",
    "Stopped after 2 iterations.",
    "Stopped after 1,500 iterations.",
    "Stopped after 1 iteration.",
  ]);
  assert.match(en("findings.agrees", { checks: 1 }), /^The one number .* matches its equation\.$/);
  assert.match(en("findings.agrees", { checks: 9216 }), /^All 9,216 numbers /);
  assert.equal(en("starts.summary", { learnt: 1, all: 2, stuck: 1 }).match(/has|is/g)?.length, 2);
  assert.match(zh("status.stopped", { iterations: 1 }), /1/);
});

test("only i18n.js names the languages", () => {
  const files = readdirSync("site", { recursive: true, encoding: "utf8" });
  const naming = files.filter(
    (file) =>
      file.endsWith(".js") && /"zh(-CN)?"|\.zh\b/.test(readFileSync(`site/${file}`, "utf8")),
  );
  assert.ok(files.length > 100);
  assert.deepEqual(naming, []);
});

// ---- Numbers

/** @param {(x: number) => string} write @param {[number, string][]} examples */
function writes(write, examples) {
  for (const [number, text] of examples) assert.equal(write(number), text);
}

test("repr writes a double as Python does", () => {
  writes(format.repr, [
    [1, "1.0"],
    [-0, "-0.0"],
    [0.1 + 0.2, "0.30000000000000004"],
    [0.0001, "0.0001"],
    [0.00001, "1e-05"],
    [1.5e-7, "1.5e-07"],
    [1e15, "1000000000000000.0"],
    [1e16, "1e+16"],
    [-1.25e300, "-1.25e+300"],
    [5e-324, "5e-324"],
    [Number.NaN, "nan"],
    [-Infinity, "-inf"],
  ]);
});

test("short writes a few significant digits with a true minus", () => {
  writes(format.short, [
    [0, "0"],
    [0.5, "0.5"],
    [-0.123456, "−0.1235"],
    [0.99999, "1.000"],
    [12345.678, "12350"],
    [0.0000123456, "1.23×10⁻⁵"],
    [-1234567, "−1.23×10⁶"],
    [Number.NaN, "NaN"],
    [-Infinity, "−∞"],
  ]);
  assert.equal(format.short(undefined), "–");
  assert.equal(format.signed(0.5), "+0.5");
  assert.equal(format.signed(-0.5), "−0.5");
  assert.equal(format.signed(0), "0");
});

test("apart finds the digits it takes to tell two numbers from each other", () => {
  assert.equal(format.apart(0.5, 0.5), 4);
  assert.equal(format.apart(0.1, 0.2), 4);
  const digits = format.apart(0.12345678, 0.12345699);
  assert.equal(digits, 7);
  assert.notEqual(format.short(0.12345678, digits), format.short(0.12345699, digits));
});

test("a difference is a part of the larger number; one to no number is the largest, and 0 is −0", () => {
  const { difference } = format;
  assert.deepEqual(
    [difference(2, 1), difference(1, -1), difference(0, -0), difference(Number.NaN, Number.NaN)],
    [0.5, 2, 0, 0],
  );
  assert.deepEqual([difference(1, undefined), difference(1, Infinity)], [3, 3]);
});

test("tex, brief, hundredths and fitting", () => {
  writes(format.tex, [
    [-0.5, "-0.5"],
    [1.5e-7, "1.50\\times10^{-7}"],
    [Infinity, "\\infty"],
  ]);
  writes(format.brief, [
    [0.123456, "0.123"],
    [12.3456, "12.3"],
    [-3, "−3"],
  ]);
  writes(format.hundredths, [
    [0.126, "0.13"],
    [-1, "−1"],
    [123456, "1e5"],
  ]);
  assert.equal(format.fitting(0.12345, 3), "0.123");
  assert.equal(format.fitting(0.510234, 3), "0.510", "rounded, it keeps its zeros");
  assert.equal(format.fitting(1.5, 3), "1.5");
  assert.equal(format.fitting(-123.456, 2.4), "−123");
});

// ---- Programs in links

test("a program comes back from its link", async () => {
  for (const code of ["", "x = 1\n", "π = 3.14  # 圆周率 🎈\n".repeat(200)]) {
    const packed = await packCode(code);
    assert.match(packed, /^[\w-]*$/);
    assert.equal(await unpackCode(packed), code);
  }
});

test("a damaged link throws, and so does one that would fill the memory", async () => {
  const packed = await packCode("x = 1\n".repeat(50));
  await assert.rejects(unpackCode(packed.slice(0, -4)));
  await assert.rejects(unpackCode("!"));
  await assert.rejects(unpackCode(await packCode("x".repeat(200_001))), RangeError);
});

// ---- Lines of a program

test("a line is found again after an edit elsewhere", () => {
  const ran = "a\nb\nc\nd";
  assert.equal(mapLine(ran, ran, 3), 3);
  assert.equal(mapLine(ran, "a\nnew\nb\nc\nd", 1), 1);
  assert.equal(mapLine(ran, "a\nnew\nb\nc\nd", 4), 5);
  assert.equal(mapLine(ran, "a\nB\nc\nd", 2), 2); // the edit kept the number of lines
  assert.equal(mapLine(ran, "a\nc\nd", 2), 0); // gone
  assert.equal(mapLine(ran, "a\nc\nd", 4), 3);
  assert.equal(mapLine(ran, "a\nb", 9), 0);
});

test("a constant of the program is read and written, all else stays", () => {
  const code = [
    "eta = 0.5  # the rate",
    "sizes = [3,",
    "    4, 1]",
    "if True:",
    "    seed = 1",
    "etas = 2",
    "",
  ].join("\n");
  assert.equal(constantIn(code, "eta"), "0.5");
  assert.equal(constantIn(code, "sizes"), "[3,\n    4, 1]");
  assert.equal(constantIn(code, "seed"), null); // in a block
  assert.equal(withConstant(code, "eta", "0.1"), code.replace("0.5", "0.1"));
  assert.equal(withConstant(code, "sizes", "[2]"), code.replace("[3,\n    4, 1]", "[2]"));
  assert.equal(withConstant(code, "none", "1"), code);
  assert.equal(withConstant("a = 1", "a", "'$1'"), "a = '$1'"); // no pattern of a replacement
});

test("a point is added to the program's list, or the nearest one taken away", () => {
  const code = "dataset = [(0, 0, 0), (1, 1, 1)]\n";
  const at = { x1: 0.9, x2: 0.8 };
  assert.equal(withPoint(code, [], "plus", at), "0, 0, 0\n1, 1, 1\n0.900,0.800,1");
  assert.equal(withPoint(code, [], "minus", at), "0, 0, 0\n1, 1, 1\n0.900,0.800,0");
  assert.equal(withPoint(code, [], "away", at), "0, 0, 0");
  const named = "dataset = 'plane'\n";
  assert.equal(withPoint(named, [[1, 2, -0.5]], "minus", at), "1,2,-0.5\n0.900,0.800,-1"); // no classes
  assert.equal(withPoint(named, [[1, 2, 1]], "away", at), "1,2,1"); // one always stays
});

// ---- Search

const both = (/** @type {string} */ en, /** @type {string} */ zh) => ({ en, zh });

/** @type {import("../../site/text/search.js").Course} */
const COURSE = {
  lessons: [
    {
      id: "xor",
      title: both("XOR", "异或"),
      answers: both("Why a hidden layer?", "为什么需要隐藏层？"),
      minutes: 10,
      exercises: [{ id: "write", title: both("Write the delta", "写出误差项") }],
      sections: {
        en: [
          {
            id: "part-1",
            heading: "The rule",
            text: "Equation (4.1) gives the delta of an output.",
          },
        ],
        zh: [{ id: "part-1", heading: "规则", text: "式 (4.1) 给出输出层的误差项。" }],
      },
    },
  ],
  equations: [
    {
      id: "4.1",
      chapter: "4",
      text: "delta_j = f'(net_j)(t_j - y_j)",
      places: [{ lesson: "xor", step: 6 }],
    },
    { id: "4.9", chapter: "4", text: "unused", places: [] },
  ],
  glossary: [
    {
      tex: "\\delta_j",
      text: "δ_j",
      name: both("error signal", "误差信号"),
      words: both("what a node passes back", "节点向后传的量"),
      place: { lesson: "xor", step: 6 },
    },
  ],
};
const EQUATIONS = { 4.1: { tex: "\\delta_j", words: both("of an output node", "输出节点") } };

/** @param {string} text @param {"en" | "zh"} [lang] */
const find = (text, lang = "en") => search(COURSE, EQUATIONS, text, lang);

test("search finds lessons, equations, symbols, exercises and text, the title first", () => {
  const { entries, lang } = find("delta");
  assert.equal(lang, "en");
  assert.deepEqual(
    entries.map(({ kind }) => kind),
    ["exercise", "equation", "text"],
  );
  assert.deepEqual(
    entries.map(({ href }) => href),
    [
      "?lesson=xor&lang=en&exercise=write",
      "?lesson=xor&lang=en&step=6",
      "?lesson=xor&lang=en#part-1",
    ],
  );
  assert.equal(entries[1].tex, "\\delta_j");
});

test("every word must occur; nothing is found for no word", () => {
  assert.equal(find("delta rule output").entries.length, 1);
  assert.deepEqual(find("delta banana").entries, []);
  assert.deepEqual(find("  ").entries, []);
});

test("what only the other language has is found there", () => {
  const found = find("误差项");
  assert.equal(found.lang, "zh");
  assert.equal(found.entries.length, 2);
  assert.equal(find("hidden", "zh").lang, "en");
});

test("letters are compared without their form", () => {
  assert.equal(find("ＸＯＲ").entries[0].kind, "lesson");
  assert.equal(find("δj").entries[0].kind, "symbol");
});

test("an equation's place: a step, or the part of a text that has its number", () => {
  const place = (/** @type {any} */ one, /** @type {string} */ id) =>
    placeOf(one, id, COURSE.lessons, "en");
  assert.equal(place({ lesson: "xor", step: 2 }, "4.1"), "?lesson=xor&lang=en&step=2");
  assert.equal(place({ lesson: "xor" }, "4.1"), "?lesson=xor&lang=en#part-1");
  assert.equal(place({ lesson: "xor" }, "9.9"), "?lesson=xor&lang=en#lesson");
});

test("hits are marked in the original text", () => {
  const parts = hits("The Delta δ_j", ["delta", "δj"]);
  assert.deepEqual(
    parts.map(({ text, isHit }) => (isHit ? `[${text}]` : text)),
    ["The ", "[Delta]", " ", "[δ_j]"],
  );
});

test("an excerpt begins a little before the first hit", () => {
  const long = `${"a ".repeat(100)}delta ${"b ".repeat(100)}`;
  const cut = excerpt(long, ["delta"]);
  assert.match(cut, /^… (a ){15}delta (b )+ …$/);
  assert.equal(excerpt("short", ["none"]), "short");
});

test("a shape names its axes", () => {
  const t = translator("en");
  assert.equal(shapeInWords(t, [4, 3], ["sample", "node"]), "4 samples × 3 nodes");
  assert.equal(shapeInWords(t, [3, 2], ["node", "input"]), "3 nodes × 2 inputs");
  assert.equal(shapeInWords(t, [4, 1], ["sample", "one"]), "4 samples × 1");
  assert.equal(shapeInWords(t, [], []), t("found.number"));
  assert.equal(shapeInWords(translator("zh"), [4], ["sample"]), "4 个样本");
});

test("a sum among several factors stands in brackets", () => {
  assert.equal(format.product(["t₁ − y₁", "y₁(1 − y₁)"]), "(t₁ − y₁) · y₁(1 − y₁)");
  assert.equal(
    format.product(["e.sum(1, keepdims=True)", "o", "1-o"]),
    "e.sum(1, keepdims=True) · o · (1-o)",
  );
  assert.equal(
    format.product(["1 − a₃²", "W[i - 1]", "x ** -2", "1e-3"]),
    "(1 − a₃²) · W[i - 1] · x ** -2 · 1e-3",
  );
  assert.equal(format.product(["1 - o"]), "1 - o");
});
