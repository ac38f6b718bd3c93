// The page's side of the worker that runs Python: one program at a time, which can be stopped at any moment.

import { CurrentCall } from "./current_call.js";
import { give, load } from "./download.js";
import { Spare } from "./spare.js";

/**
 * @typedef {import("../recording/types.js").Chunk} Chunk
 * @typedef {{ network: number, choices: string, files: string, shallow: boolean }} Wanted  which of the program's networks is recorded; what the reader chose to be which quantity, as JSON; the files that it may open, each in base64 by its name, as JSON; true if its calls may be nested at most 200 deep
 * @typedef {"loading" | "ready" | "failed"} State
 * @typedef {{ onState: (state: State, error?: Error) => void, onProgress: (fraction: number, bytes: number) => void }} Listener
 */

const STALL = 20_000; // ms without a byte
const START = 90_000; // ms without a sign of life once all bytes are here: slow machines exist
const LONG = 1_500; // ms after which a run is one that the reader may stop: a spare worker is made ready
const WORN = ["MemoryError", "Memory"]; // after these a new worker starts, since a WebAssembly memory never shrinks

/** The run was ended by stop(). */
export class Stopped extends Error {
  name = "Stopped";
}

/** The worker died during the run: an error inside Pyodide, or no memory left. A new one starts. */
export class Crashed extends Error {
  name = "Crashed";

  /** True if the program's calls were nested too deeply for the browser's stack. Each browser has a message of its own. */
  get isTooDeep() {
    return /call stack|recursion/i.test(this.message);
  }
}

/** Nothing came for so long that one line must take for ever: the worker was ended, and a new one starts. */
export class Overrun extends Error {
  name = "Overrun";
}

/** Python, which starts with load(); it is "loading" until onState says otherwise. */
export class Python {
  /** @type {State} */
  #state = "loading";
  /** @type {import("./download.js").Download | undefined} */
  #download;
  /** @type {Worker | undefined} */
  #worker;
  #spare = new Spare();
  #call = new CurrentCall(() => {
    this.#call.reject(new Overrun("one line takes for ever"));
    this.#start();
  });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #watch;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #soon;
  #abort = new AbortController();
  #fraction = 0;
  #starts = 0;
  #listener;

  /** @param {Listener} listener  onProgress hears which fraction of how many bytes has loaded */
  constructor(listener) {
    this.#listener = listener;
  }

  get state() {
    return this.#state;
  }

  /**
   * Runs a program; resolves after the chunk that has an `end`. Rejects with Stopped, Crashed or Overrun.
   * @param {string} source @param {string} lesson @param {(chunk: Chunk) => void} onChunk @param {boolean} judged whether it is an exercise's run
   * @param {Wanted} wanted
   * @returns {Promise<void>}
   */
  async run(source, lesson, onChunk, judged, wanted) {
    await this.#send({ source, lesson, judged, ...wanted }, onChunk);
  }

  /**
   * Asks Python a question, such as one about a program's run; resolves with the answer. Rejects with Stopped, Crashed or Overrun. onProgress hears which
   * part of the way to an iteration the repeated run has gone.
   * @param {"gradient" | "origin" | "level" | "nudge" | "stretch" | "maps" | "points" | "notebook" | "repair" | "handwriting"} what
   * @param {Record<string, string | number | boolean>} args
   * @param {(part: number) => void} [onProgress]
   * @returns {Promise<any>}
   */
  async ask(what, args, onProgress) {
    return this.#send({ ask: what, ...args }, () => {}, onProgress);
  }

  /** Ends the current run or question, whatever it is doing, and starts a new worker. */
  stop() {
    if (!this.#call.isGoingOn) return;
    this.#call.reject(new Stopped("stopped"));
    this.#start();
  }

  /** Starts to load, once. */
  load() {
    if (!this.#starts) this.#start();
  }

  /** Loads again after a failure. */
  retry() {
    if (this.#state !== "failed") return;
    this.#abort = new AbortController();
    this.#fraction = 0;
    this.#start();
  }

  /** @param {State} next @param {Error} [error] */
  #become(next, error) {
    clearTimeout(this.#watch);
    if (this.#state === next) return;
    this.#state = next;
    this.#listener.onState(next, error);
  }

  /** A sign of life: the next one must come in time. */
  #alive() {
    clearTimeout(this.#watch);
    const stalled = () => this.#fail(new Error("loading came to a halt"));
    this.#watch = setTimeout(stalled, this.#fraction < 1 ? STALL : START);
  }

  /** @param {Error} error */
  #fail(error) {
    this.#starts++;
    this.#worker?.terminate();
    this.#spare.dismiss();
    this.#abort.abort();
    this.#download = undefined;
    this.#become("failed", error);
  }

  /** Replaces the worker: by the spare one if that is ready, else by a new one, made of files that have loaded or are loading. */
  async #start() {
    const turn = ++this.#starts;
    this.#worker?.terminate();
    const ready = this.#spare.take();
    if (ready) {
      this.#employ(ready);
      return this.#become("ready");
    }
    this.#spare.dismiss();
    this.#become("loading");
    this.#alive();
    try {
      this.#download ??= load(this.#abort.signal, (part, total) => {
        this.#fraction = part;
        this.#listener.onProgress(part, total);
        this.#alive();
      });
      const { script, files } = this.#download;
      const address = await script;
      if (turn !== this.#starts) return;
      const fresh = new Worker(address);
      this.#employ(fresh);
      await give(fresh, files);
    } catch (error) {
      if (turn === this.#starts) this.#fail(/** @type {Error} */ (error));
    }
  }

  /** From here on this worker is heard. @param {Worker} fresh */
  #employ(fresh) {
    this.#worker = fresh;
    fresh.onmessage = ({ data }) => this.#hear(data);
    fresh.onerror = ({ message }) => this.#crashed(message);
  }

  /** @param {any} said a message of the worker: worker.js lists them */
  #hear(said) {
    if (said.crash !== undefined) this.#crashed(said.crash);
    else if (said.stage === "ready") this.#become("ready");
    else if (said.stage) this.#alive();
    else {
      const last = this.#call.hear(said);
      if (last && WORN.includes(last.error?.type ?? "")) this.#start();
    }
  }

  /** @param {string} what */
  #crashed(what) {
    if (this.#state === "loading") return this.#fail(new Crashed(what));
    this.#call.reject(new Crashed(what));
    this.#start();
  }

  /** @param {object} message @param {(chunk: Chunk) => void} onChunk @param {(part: number) => void} [onProgress] @returns {Promise<any>} */
  #send(message, onChunk, onProgress = () => {}) {
    if (this.#state !== "ready" || this.#call.isGoingOn)
      throw new Error(this.#call.isGoingOn ? "a run is going on" : "not ready");
    const { id, ended } = this.#call.begin(onChunk, onProgress);
    this.#worker?.postMessage({ id, ...message });
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.#prepare(), LONG);
    return ended;
  }

  /** Makes a spare worker ready while the call goes on. */
  #prepare() {
    if (!this.#call.isGoingOn || this.#state !== "ready" || !this.#download) return;
    this.#spare.prepare(this.#download).catch(() => this.#spare.dismiss());
  }
}
