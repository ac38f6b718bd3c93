// The modules of site/ import each other in one direction: each folder only those that the table names, and no module,
// by whatever way round, itself. Types (`import("…")` in a comment) keep to the same table.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const SITE = join(dirname(fileURLToPath(import.meta.url)), "../../site");

/** The folders that each folder may import from; "" is the top, where main.js, page.js and keys.js are. */
const ALLOWED = {
  text: [],
  recording: ["text"],
  state: ["text", "recording"],
  python: ["recording"],
  integrations: ["text", "recording", "state", "python"],
  actions: ["text", "recording", "state", "python", "integrations"],
  widgets: ["text", "recording", "state"],
  views: ["text", "recording", "state", "widgets"],
  "": ["text", "recording", "state", "python", "integrations", "actions", "widgets", "views"],
};

/** @type {{ from: string, to: string, isType: boolean }[]} every import of one of our own modules by another */
const imports = readdirSync(SITE, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".js"))
  .flatMap((path) => {
    const from = path.replaceAll("\\", "/");
    const text = readFileSync(join(SITE, path), "utf8");
    const found = text.matchAll(/(\bfrom |\bimport |\bimport\()"(\.[^"]+\.js)"/g);
    return [...found].map(([, kind, to]) => ({
      from,
      to: relative(SITE, join(SITE, dirname(from), to)).replaceAll("\\", "/"),
      isType: kind === "import(",
    }));
  });

/** @param {string} path */
const folder = (path) => (path.includes("/") ? path.split("/")[0] : "");

/** @param {{ from: string, to: string }} one */
const arrow = ({ from, to }) => `${from} → ${to}`;

test("every module stands in a folder that the table knows", () => {
  const folders = new Set(imports.map(({ from }) => folder(from)));
  assert.deepEqual(
    [...folders].filter((name) => !(name in ALLOWED)),
    [],
  );
});

test("imports between folders run one way", () => {
  const wrong = imports.filter(({ from, to }) => {
    const [here, there] = [folder(from), folder(to)];
    return here !== there && !ALLOWED[here]?.includes(there);
  });
  assert.deepEqual(wrong.map(arrow), []);
});

test("no view imports another view", () => {
  const wrong = imports.filter(
    ({ from, to }) => folder(from) === "views" && folder(to) === "views",
  );
  assert.deepEqual(wrong.map(arrow), []);
});

test("only widgets/vendor.js and the service worker import npm packages", () => {
  const importers = readdirSync(SITE, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".js"))
    .filter((path) =>
      /^(import|export) [^;]*from "[^."]/m.test(readFileSync(join(SITE, path), "utf8")),
    )
    .map((path) => path.replaceAll("\\", "/"));
  assert.deepEqual(importers.sort(), ["integrations/service_worker.js", "widgets/vendor.js"]);
});

test("no module imports itself, directly or through others", () => {
  /** @type {Map<string, string[]>} */
  const graph = new Map();
  for (const { from, to, isType } of imports)
    if (!isType) graph.set(from, [...(graph.get(from) ?? []), to]);
  const finished = new Set();
  /** @param {string} module @param {string[]} path */
  const visit = (module, path) => {
    assert.ok(!path.includes(module), `a circle: ${[...path, module].join(" → ")}`);
    if (finished.has(module)) return;
    for (const next of graph.get(module) ?? []) visit(next, [...path, module]);
    finished.add(module);
  };
  for (const module of graph.keys()) visit(module, []);
});
