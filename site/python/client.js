/**
 * The page's side of the worker that runs Python: one program at a time, which can be stopped at any moment. Files are kept
 * after loading, so that the new worker after a stop needs no network.
 */

import { bytes, read, sizes } from "./assets.js";

/**
 * @typedef {import("../recording/types.js").Chunk} Chunk
 * @typedef {{ network: number, choices: string, files: string }} Wanted  which of the program's networks is recorded; what the reader chose to be which quantity, as JSON; the files that it may open, each in base64 by its name, as JSON
 * @typedef {"loading" | "ready" | "failed"} State
 * @typedef {{ id: number, onChunk: (chunk: Chunk) => void, onProgress: (part: number) => void, resolve: (answer?: any) => void, reject: (error: Error) => void }} Call
 * @typedef {{ worker: Worker, isReady: boolean }} Spare  a worker that is starting, or waits to be needed
 * @typedef {[name: string, file: Promise<ArrayBuffer | WebAssembly.Module | null>][]} Files
 */

const FOLDER = "python/";
const SCRIPTS = ["python/pyodide.asm.js", "python/pyodide.js", "python/worker.js"];
const SNAPSHOT = "python/memory.bin";
const REST = "python/rest.zip"; // the modules that no start needs: they load when Python is up
const FAST = 40; // megabits a second from which on the snapshot saves more time than it takes to load
const STALL = 20_000; // ms without a byte
const START = 90_000; // ms without a sign of life once all bytes are here: slow machines exist
const SILENCE = 75_000; // ms without anything from a call; Python itself ends a run after 60 s, if it gets to look
const LONG = 1_500; // ms after which a run is one that the reader may stop: a spare worker is made ready
const ROOM = 4; // gigabytes of memory from which on there is room for a spare worker
const WORN = ["MemoryError", "Memory"]; // after these a new worker starts, since a WebAssembly memory never shrinks

/** As the worker calls a file. @param {string} path */
const nameOf = (path) => path.slice(FOLDER.length);

/** The run was ended by stop(). */
export class Stopped extends Error {
  name = "Stopped";
}

/** The worker died during the run: an error inside Pyodide, or no memory left. A new one starts. */
export class Crashed extends Error {
  name = "Crashed";
}

/** Nothing came for so long that one line must take for ever: the worker was ended, and a new one starts. */
export class Overrun extends Error {
  name = "Overrun";
}

/**
 * Python, which starts with load(); it is "loading" until onState says otherwise.
 * @param {{ onState: (state: State, error?: Error) => void, onProgress: (fraction: number, bytes: number) => void }} page
 *   onProgress hears which fraction of how many bytes has loaded
 */
export function createPython({ onState, onProgress }) {
  /** @type {State} */
  let state = "loading";
  /** @type {Promise<{ script: Promise<string>, files: Files }> | undefined} */
  let download;
  /** @type {Worker | undefined} */
  let worker;
  /** @type {Call | undefined} */
  let call;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let watch;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let silence;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;
  let abort = new AbortController();
  /** @type {Spare | undefined} */
  let spare;
  let fraction = 0;
  let starts = 0;
  let calls = 0;

  /** @param {State} next @param {Error} [error] */
  function become(next, error) {
    clearTimeout(watch);
    if (state === next) return;
    state = next;
    onState(next, error);
  }

  /** A sign of life: the next one must come in time. */
  function alive() {
    clearTimeout(watch);
    const stalled = () => fail(new Error("loading came to a halt"));
    watch = setTimeout(stalled, fraction < 1 ? STALL : START);
  }

  /** @param {Error} error */
  function fail(error) {
    starts++;
    worker?.terminate();
    dismiss();
    abort.abort();
    download = undefined;
    become("failed", error);
  }

  /** Replaces the worker: by the spare one if that is ready, else by a new one, made of files that have loaded or are loading. */
  async function start() {
    const turn = ++starts;
    worker?.terminate();
    if (spare?.isReady) {
      employ(spare.worker);
      spare = undefined;
      return become("ready");
    }
    dismiss();
    become("loading");
    alive();
    try {
      download ??= load(abort.signal, (part, total) => {
        fraction = part;
        onProgress(part, total);
        alive();
      });
      const { script, files } = await download;
      const address = await script;
      if (turn !== starts) return;
      const fresh = new Worker(address);
      employ(fresh);
      await give(fresh, files);
    } catch (error) {
      if (turn === starts) fail(/** @type {Error} */ (error));
    }
  }

  /** From here on this worker is heard. @param {Worker} fresh */
  function employ(fresh) {
    worker = fresh;
    fresh.onmessage = ({ data }) => hear(data);
    fresh.onerror = ({ message }) => hear({ crash: message });
  }

  /** Makes a second worker ready while the first one runs: after Stop the next run begins at once. */
  async function prepare() {
    if (spare || state !== "ready" || !download || !hasRoom()) return;
    const { script, files } = await download;
    const made = { worker: new Worker(await script), isReady: false };
    if (spare) return made.worker.terminate();
    spare = made;
    made.worker.onmessage = ({ data: { stage, crash } }) => {
      if (crash !== undefined) dismiss();
      if (stage !== "ready") return;
      made.isReady = true;
      performance.mark("spare worker");
    };
    made.worker.onerror = dismiss;
    await give(made.worker, files);
  }

  /** Ends the spare worker. */
  function dismiss() {
    spare?.worker.terminate();
    spare = undefined;
  }

  /** @param {any} said a message of the worker: worker.js lists them */
  function hear({ stage, id, chunk, progress, answer, crash }) {
    if (call && id === call.id) heard();
    if (crash !== undefined) crashed(crash);
    else if (stage === "ready") become("ready");
    else if (stage) alive();
    else if (call && id === call.id && chunk) receive(call, chunk);
    else if (call && id === call.id && progress !== undefined) call.onProgress(progress);
    else if (call && id === call.id) settle()?.resolve(answer && JSON.parse(answer));
  }

  /** The current call has said something: the next must come in time. */
  function heard() {
    clearTimeout(silence);
    silence = setTimeout(() => {
      settle()?.reject(new Overrun("one line takes for ever"));
      start();
    }, SILENCE);
  }

  /** @param {string} what */
  function crashed(what) {
    if (state === "loading") return fail(new Crashed(what));
    settle()?.reject(new Crashed(what));
    start();
  }

  /** @param {Call} of @param {any} raw */
  function receive(of, { header, index, values, loss }) {
    const chunk = {
      header: JSON.parse(header),
      index: new Int32Array(index),
      values: new Float64Array(values),
      loss: new Float64Array(loss),
    };
    of.onChunk(chunk);
    if (chunk.header.end === null) return;
    settle()?.resolve();
    if (WORN.includes(chunk.header.error?.type)) start();
  }

  /** @param {object} message @param {(chunk: Chunk) => void} onChunk @param {(part: number) => void} [onProgress] @returns {Promise<any>} */
  function send(message, onChunk, onProgress = () => {}) {
    if (state !== "ready" || call) throw new Error(call ? "a run is going on" : "not ready");
    const id = ++calls;
    const ended = new Promise((resolve, reject) => {
      call = { id, onChunk, onProgress, resolve, reject };
    });
    worker?.postMessage({ id, ...message });
    heard();
    clearTimeout(soon);
    soon = setTimeout(() => call && prepare().catch(dismiss), LONG);
    return ended;
  }

  /** Ends the current call, and returns it. */
  function settle() {
    clearTimeout(silence);
    const ended = call;
    call = undefined;
    return ended;
  }

  return {
    get state() {
      return state;
    },

    /**
     * Runs a program; resolves after the chunk that has an `end`. Rejects with Stopped, Crashed or Overrun.
     * @param {string} source @param {string} lesson @param {(chunk: Chunk) => void} onChunk @param {boolean} judged whether it is an exercise's run
     * @param {Wanted} wanted
     * @returns {Promise<void>}
     */
    async run(source, lesson, onChunk, judged, wanted) {
      await send({ source, lesson, judged, ...wanted }, onChunk);
    },

    /**
     * Asks Python a question, such as one about a program's run; resolves with the answer. Rejects with Stopped, Crashed or Overrun. onProgress hears which
     * part of the way to an iteration the repeated run has gone.
     * @param {"gradient" | "origin" | "level" | "nudge" | "stretch" | "maps" | "points" | "notebook" | "repair" | "handwriting"} what
     * @param {Record<string, string | number | boolean>} args
     * @param {(part: number) => void} [onProgress]
     * @returns {Promise<any>}
     */
    async ask(what, args, onProgress) {
      return send({ ask: what, ...args }, () => {}, onProgress);
    },

    /** Ends the current run or question, whatever it is doing, and starts a new worker. */
    stop() {
      if (!call) return;
      settle()?.reject(new Stopped("stopped"));
      start();
    },

    /** Starts to load, once. */
    load() {
      if (!starts) start();
    },

    /** Loads again after a failure. */
    retry() {
      if (state !== "failed") return;
      abort = new AbortController();
      fraction = 0;
      start();
    },
  };
}

/** Sends a worker its files, as they come. @param {Worker} worker @param {Files} files */
const give = (worker, files) =>
  Promise.all(files.map(async ([name, file]) => worker.postMessage({ name, file: await file })));

/** Whether there is memory for a second Python; not on phones, and where the browser tells, from 4 GB on. */
function hasRoom() {
  const { deviceMemory = ROOM } = /** @type {Navigator & { deviceMemory?: number }} */ (navigator);
  return deviceMemory >= ROOM && !matchMedia("(pointer: coarse) and (max-width: 800px)").matches;
}

/** Whether the line on which the page itself has come is fast. A page from the browser's own store came on none. */
function isFast() {
  const [page] = /** @type {PerformanceNavigationTiming[]} */ (
    performance.getEntriesByType("navigation")
  );
  const { transferSize = 0, responseStart = 0, responseEnd = 0 } = page ?? {};
  return transferSize * 8 >= FAST * 1000 * (responseEnd - responseStart);
}

/**
 * Starts to load everything Python needs.
 * @param {AbortSignal} signal @param {(part: number, total: number) => void} onPart
 * @returns {Promise<{ script: Promise<string>, files: Files }>} script: the address of the worker's text
 */
async function load(signal, onPart) {
  const left = isFast() ? [REST] : [REST, SNAPSHOT];
  const listed = sizes(FOLDER).filter(([path]) => !left.includes(path));
  const total = listed.reduce((sum, [, size]) => sum + size, 0);
  onPart(0, total);
  let got = 0;
  const heard = (/** @type {number} */ bytes) => {
    got += bytes;
    onPart(Math.min(got / total, 1), total);
  };

  /** A file in the form the worker takes; WebAssembly is compiled while it comes. @param {string} path */
  async function file(path) {
    const type = path.endsWith(".wasm") ? "application/wasm" : "";
    /** @type {(answer: Response) => Promise<ArrayBuffer | WebAssembly.Module>} */
    const use = type ? WebAssembly.compileStreaming : (answer) => answer.arrayBuffer();
    return read(path, use, { signal, heard, type });
  }

  const texts = Promise.all(
    SCRIPTS.map((path) => read(path, (answer) => answer.text(), { signal, heard })),
  );
  const script = texts.then((parts) => URL.createObjectURL(new Blob([parts.join("\n;\n")])));
  /** @type {Files} */
  const files = listed
    .filter(([path]) => !SCRIPTS.includes(path))
    .map(([path]) => [nameOf(path), file(path)]);
  if (!listed.some(([path]) => path === SNAPSHOT))
    files.push([nameOf(SNAPSHOT), Promise.resolve(null)]);
  const first = Promise.all([script, ...files.map(([, each]) => each)]);
  files.push([nameOf(REST), first.then(() => bytes(REST)).catch(() => null)]);
  for (const [, promise] of files) promise.catch(() => {}); // start() hears of it when it gets there
  return { script, files };
}
