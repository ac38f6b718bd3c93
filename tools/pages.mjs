/**
 * The page, from site/ and from the files that it loads (PARTS), in one of its two forms:
 *
 *   node tools/pages.mjs site PARTS TARGET      a folder for any static host: TARGET/index.html and the files beside it
 *   node tools/pages.mjs offline PARTS TARGET   the same with a service worker, which keeps it for the next visit
 *   node tools/pages.mjs single PARTS TARGET    one file that has everything inside
 *
 * Both forms are the same page: styles stand in it, and the program is a packed text that site/start.js adds, because a
 * server may send wrong types, a sandboxed frame may load no modules, and many hosts pack nothing (docs/loading.md).
 * They differ in the list of files that site/python/assets.js reads.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { asText } from "./as_text.mjs";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FONT = "fonts/STIXTwoMath.woff2";
const PROGRAM = "program.js";
// Small files that the first picture needs: inside every page, so that the lesson itself is the second thing asked for.
const INSIDE = ["lessons/index.json", "equations.json"];
const LEFT_OUT = ["python/memory.bin"]; // starts Python faster, but would take the one file beyond 9 MB

const PYTHON = join(ROOT, ".venv", process.platform === "win32" ? "Scripts" : "bin", "python");

const [form, parts, target] = process.argv.slice(2);
const { program, licences } = await bundled();
const [start] = await script("site/start.js");
const { files, font } = contents();
await { site, offline, single }[form]();

/** The font, and all other files of the page, packed, in the order in which they are needed. */
function contents() {
  const all = new Map([
    [PROGRAM, Buffer.from(program)],
    ...read(parts),
    ["licences.txt", Buffer.from(licences)],
  ]);
  const font = all.get(FONT);
  all.delete(FONT);
  if (form === "single") for (const path of LEFT_OUT) all.delete(path);
  const content = packed([...all.values()]);
  return { font, files: new Map([...all.keys()].map((path, i) => [path, content[i]])) };
}

/** Files under content hashes, so that any of them may be kept for ever; packed by us, since many hosts pack nothing. */
async function site(list = {}) {
  rmSync(target, { recursive: true, force: true });
  const fontAt = hashed(FONT, font);
  write(join(target, fontAt), font);
  let small = "";
  for (const [path, content] of files) {
    if (INSIDE.includes(path)) {
      list[path] = { size: content.length };
      small += inside(path, content);
      continue;
    }
    const at = `${hashed(path, content)}.bin`; // not .gz: some hosts would unpack that on the way
    list[path] = { size: content.length, at };
    write(join(target, at), content);
  }
  const html = page({ list, style: await styles(fontAt), fontAt, small, server: "'self'" });
  write(join(target, "index.html"), html);
  const addresses = Object.values(list).flatMap(({ at }) => at ?? []);
  return [fontAt, ...addresses].map((url) => ({ url, revision: null }));
}

async function offline() {
  const at = "service-worker.js";
  const others = (await site({ [at]: { size: 0, at } })).filter(({ url }) => url !== at);
  const revision = hash(readFileSync(join(target, "index.html")), "hex");
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, "site/integrations/service_worker.js")],
    bundle: true,
    format: "iife",
    minify: true,
    target: "es2022",
    define: {
      FILES: JSON.stringify([{ url: "index.html", revision }, ...others]),
      "process.env.NODE_ENV": '"production"',
    },
    write: false,
  });
  write(join(target, at), outputFiles[0].text);
}

/** Small files stand before the program, which is at work while the large ones are still being read. */
async function single() {
  const list = {};
  const blocks = { small: inside(FONT, font), large: "" };
  for (const [path, content] of files) {
    list[path] = { size: content.length };
    blocks[path.startsWith("python/") ? "large" : "small"] += inside(path, content);
  }
  const html = page({
    list,
    style: await styles(),
    ...blocks,
    notice: `${readFileSync(join(ROOT, "THIRD_PARTY.md"), "utf8")}\nThe licences in full: in the page, menu, For teachers, Licences and sources.`,
  });
  write(target, Buffer.from(`\ufeff${html}`, "utf16le")); // the mark at its begin counts for more than what a server says
}

/** A file inside the page. @param {string} path @param {Buffer} content */
function inside(path, content) {
  return `<script type="text/plain" data-file="${path}" data-size="${content.length}">${asText(content)}</script>\n`;
}

/** Each packed with Zstandard; kept from build to build, since most stay the same. @param {Buffer[]} contents */
function packed(contents) {
  const kept = (/** @type {Buffer} */ content) =>
    join(ROOT, "build/packed", `${hash(content, "hex")}.zst`);
  const missing = contents.filter((content) => !existsSync(kept(content)));
  if (missing.length) {
    const folder = mkdtempSync(join(ROOT, "build/to-pack-"));
    for (const content of missing) write(join(folder, hash(content, "hex")), content);
    execFileSync(PYTHON, ["-m", "building.packing", folder, "build/packed"], { cwd: ROOT });
    rmSync(folder, { recursive: true });
  }
  return contents.map((content) => readFileSync(kept(content)));
}

/** The decoder of Zstandard. The package zstddec holds it as text, for an address that our policy does not allow. */
function decoder() {
  const holder = join(ROOT, "node_modules/zstddec/dist/zstddec-stream.mjs");
  const [, text] = /"(AGFzb[\w+/=]+)"/.exec(readFileSync(holder, "utf8")) ?? [];
  return gzipSync(Buffer.from(text ?? "", "base64"), { level: 9 });
}

/** @param {string} path @param {Buffer} content */
function hashed(path, content) {
  return path.replace(/(\.\w+)$/, `.${hash(content, "hex").slice(0, 10)}$1`);
}

/** @param {{ list: object, style: string, fontAt?: string, server?: string, small?: string, large?: string, notice?: string }} form
 *   fontAt: the address of the formulas' font; server: where the page may load from, as a Content-Security-Policy says it */
function page({ list, style, fontAt = "", server = "", small = "", large = "", notice = "" }) {
  const policy = [
    "default-src 'none'",
    `script-src '${sha256(start)}' '${sha256(program)}' 'wasm-unsafe-eval'`,
    `worker-src blob: ${server}`,
    `connect-src ${server || "'none'"}`,
    "style-src 'unsafe-inline'", // the editor makes style sheets of its own; they reach nothing
    "img-src data: blob:",
    `font-src ${server || "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const font =
    fontAt && `<link rel="preload" as="font" type="font/woff2" href="${fontAt}" crossorigin>\n`;
  // The start asks for program and lesson before the styles have come; for what stands in the page it waits.
  const head = `<meta http-equiv="Content-Security-Policy" content="${policy}">
<script type="application/json" id="files">${JSON.stringify(list)}</script>
<script>${start}</script>
${font}<style>${style}</style>
`;
  const body = `${inside("zstd.wasm", decoder())}${small}${large}`;
  return plainText(readFileSync(join(ROOT, "site/index.html"), "utf8"))
    .replace("</head>", () => `${head}</head>`)
    .replace("</body>", () => `${body}</body>`)
    .concat(notice && `<!--\n${notice.replaceAll("--", "- -")}\n-->\n`);
}

/** HTML with the characters beyond ASCII as numbers: it can be read in a copy in any encoding. @param {string} html */
function plainText(html) {
  return html.replace(/[\u0080-\u{10ffff}]/gu, (character) => `&#${character.codePointAt(0)};`);
}

/** A module and what it imports as one classic script, and the paths of all. @param {string} entry */
async function script(entry) {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(ROOT, entry)],
    absWorkingDir: ROOT,
    bundle: true,
    format: "iife",
    minify: true,
    target: "es2022",
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    write: false,
  });
  return /** @type {const} */ ([outputFiles[0].text, Object.keys(metafile.inputs)]);
}

/** Our modules and those of others, and the licences of the others. */
async function bundled() {
  const [program, paths] = await script("site/main.js");
  const names = paths.map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  const numpy = `numpy\n\n${readFileSync(join(ROOT, "build/numpy-licence.txt"), "utf8")}`;
  const texts = [
    numpy,
    ...[...new Set([...names, "zstddec"])].filter(Boolean).sort().flatMap(licence),
  ];
  const rule = `\n${"-".repeat(72)}\n\n`;
  return {
    program,
    licences: [readFileSync(join(ROOT, "THIRD_PARTY.md"), "utf8"), ...texts].join(rule),
  };
}

/** @param {string} name a package */
function licence(name) {
  const folder = join(ROOT, "node_modules", name);
  const found = readdirSync(folder).filter((file) => /^licen[cs]e/i.test(file));
  return found.map((file) => `${name}\n\n${readFileSync(join(folder, file), "utf8")}`);
}

/** All style sheets. @param {string} [font] where the mathematics font is; left out where site/start.js adds it */
async function styles(font) {
  const [plot, temml] = [
    "node_modules/uplot/dist/uPlot.min.css",
    "node_modules/temml/dist/Temml-STIX2.css",
  ].map((path) => readFileSync(join(ROOT, path), "utf8"));
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, "site/style/index.css")],
    bundle: true,
    minify: true,
    logLevel: "warning",
    write: false,
  });
  const mathematics = font
    ? temml.replace("./STIXTwoMath.woff2", () => font)
    : temml.replace(/@font-face \{[^}]*\}/, "");
  const { code } = await transform(plot + mathematics, { loader: "css", minify: true });
  return code + outputFiles[0].text;
}

/** @param {string} folder @returns {[path: string, bytes: Buffer][]} */
function read(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => [relative(folder, path).replaceAll("\\", "/"), readFileSync(path)]);
}

/** @param {string} path @param {string | Buffer} content */
function write(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** @param {string | Buffer} content @param {"hex" | "base64"} form */
function hash(content, form) {
  return createHash("sha256").update(content).digest(form);
}

/** As a Content-Security-Policy names a script. @param {string} content */
function sha256(content) {
  return `sha256-${hash(content, "base64")}`;
}
