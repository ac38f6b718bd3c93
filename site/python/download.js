// Loading what Python needs. The page keeps the files after loading, so that a new worker needs no network.

import { bytes, read, sizes } from "./assets.js";

/** @typedef {[name: string, file: Promise<ArrayBuffer | WebAssembly.Module | null>][]} Files  under the names that the worker uses */
/** @typedef {{ script: Promise<string>, files: Files }} Download  script: the address of the worker's text */

const FOLDER = "python/";
const SCRIPTS = ["python/pyodide.asm.js", "python/pyodide.js", "python/worker.js"];
const SNAPSHOT = "python/memory.bin";
const REST = "python/rest.zip"; // the modules that no start needs: they load when Python is up
const FAST = 40; // megabits a second from which on the snapshot saves more time than it takes to load

/** Sends a worker its files, as they come. @param {Worker} worker @param {Files} files */
export const give = (worker, files) =>
  Promise.all(files.map(async ([name, file]) => worker.postMessage({ name, file: await file })));

/**
 * Starts to load everything Python needs.
 * @param {AbortSignal} signal @param {(part: number, total: number) => void} onPart  hears which part of how many bytes has come
 * @returns {Download}
 */
export function load(signal, onPart) {
  const left = isFast() ? [REST] : [REST, SNAPSHOT];
  const listed = sizes(FOLDER).filter(([path]) => !left.includes(path));
  const total = listed.reduce((sum, [, size]) => sum + size, 0);
  onPart(0, total);
  let got = 0;
  const heard = (/** @type {number} */ bytes) => {
    got += bytes;
    onPart(Math.min(got / total, 1), total);
  };
  const texts = Promise.all(
    SCRIPTS.map((path) => read(path, (answer) => answer.text(), { signal, heard })),
  );
  const script = texts.then((parts) => URL.createObjectURL(new Blob([parts.join("\n;\n")])));
  /** @type {Files} */
  const files = listed
    .filter(([path]) => !SCRIPTS.includes(path))
    .map(([path]) => [nameOf(path), inWorkersForm(path, signal, heard)]);
  if (!listed.some(([path]) => path === SNAPSHOT))
    files.push([nameOf(SNAPSHOT), Promise.resolve(null)]);
  const first = Promise.all([script, ...files.map(([, each]) => each)]);
  files.push([nameOf(REST), first.then(() => bytes(REST)).catch(() => null)]);
  for (const [, promise] of files) promise.catch(() => {}); // who waits for the download hears of it
  return { script, files };
}

/** The worker's name of a file. @param {string} path */
const nameOf = (path) => path.slice(FOLDER.length);

/**
 * A file in the form the worker takes; WebAssembly is compiled while it comes.
 * @param {string} path @param {AbortSignal} signal @param {(bytes: number) => void} heard
 */
async function inWorkersForm(path, signal, heard) {
  const type = path.endsWith(".wasm") ? "application/wasm" : "";
  /** @type {(answer: Response) => Promise<ArrayBuffer | WebAssembly.Module>} */
  const use = type ? WebAssembly.compileStreaming : (answer) => answer.arrayBuffer();
  return read(path, use, { signal, heard, type });
}

/** True if the page itself came over a fast line. A page from the browser's own store, of 0 bytes, counts as slow. */
function isFast() {
  const [page] = /** @type {PerformanceNavigationTiming[]} */ (
    performance.getEntriesByType("navigation")
  );
  const { transferSize = 0, responseStart = 0, responseEnd = 0 } = page ?? {};
  return transferSize * 8 >= FAST * 1000 * (responseEnd - responseStart);
}
