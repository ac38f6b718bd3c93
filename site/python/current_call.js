// The call that Python is busy with: a run, or a question. There is one at a time.

/** @typedef {import("../recording/types.js").Chunk} Chunk */
/**
 * @typedef {object} Call
 * @property {number} id
 * @property {(chunk: Chunk) => void} onChunk  hears each piece of a run
 * @property {(part: number) => void} onProgress  hears which part of its work a question has done
 * @property {(answer?: any) => void} resolve
 * @property {(error: Error) => void} reject
 */

const SILENCE = 75_000; // ms without anything from a call; Python itself ends a run after 60 s, if it gets to look

export class CurrentCall {
  /** @type {Call | undefined} */
  #call;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #silence;
  #count = 0;
  #onSilence;

  /** @param {() => void} onSilence  called when the call has said nothing for so long that it never will */
  constructor(onSilence) {
    this.#onSilence = onSilence;
  }

  get isGoingOn() {
    return this.#call !== undefined;
  }

  /**
   * Begins a call; `ended` settles with it.
   * @param {(chunk: Chunk) => void} onChunk @param {(part: number) => void} onProgress
   * @returns {{ id: number, ended: Promise<any> }}
   */
  begin(onChunk, onProgress) {
    const id = ++this.#count;
    const ended = new Promise((resolve, reject) => {
      this.#call = { id, onChunk, onProgress, resolve, reject };
    });
    this.#await();
    return { id, ended };
  }

  /**
   * Takes what the worker says of a call; what it says of an earlier one is dropped.
   * @param {any} said  worker.js lists the messages
   * @returns {Chunk["header"] | undefined} the header of a run's last chunk
   */
  hear({ id, chunk, progress, answer }) {
    const call = this.#call;
    if (id !== call?.id || !call) return undefined;
    this.#await();
    if (progress !== undefined) call.onProgress(progress);
    else if (!chunk) this.resolve(answer && JSON.parse(answer));
    else {
      const whole = unpacked(chunk);
      call.onChunk(whole);
      if (whole.header.end === null) return undefined;
      this.resolve();
      return whole.header;
    }
    return undefined;
  }

  /** Ends the call, if there is one. @param {any} [answer] */
  resolve(answer) {
    this.#end()?.resolve(answer);
  }

  /** Ends the call, if there is one, without an answer. @param {Error} error */
  reject(error) {
    this.#end()?.reject(error);
  }

  /** The call has begun or said something: the next message must come in time. */
  #await() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(this.#onSilence, SILENCE);
  }

  #end() {
    clearTimeout(this.#silence);
    const ended = this.#call;
    this.#call = undefined;
    return ended;
  }
}

/** A chunk, read from the buffers in which it came. @param {any} raw @returns {Chunk} */
const unpacked = ({ header, index, values, loss }) => ({
  header: JSON.parse(header),
  index: new Int32Array(index),
  values: new Float64Array(values),
  loss: new Float64Array(loss),
});
