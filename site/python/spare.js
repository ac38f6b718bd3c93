// A second worker, made ready while the first one runs a long program: after Stop the next run begins at once.

import { give } from "./download.js";

const ROOM = 4; // gigabytes of memory from which on there is room for a second Python

export class Spare {
  /** @type {{ worker: Worker, isReady: boolean } | undefined} */
  #made;

  /** Begins to make it, unless there is one or too little memory. @param {import("./download.js").Download} download */
  async prepare({ script, files }) {
    if (this.#made || !hasRoom()) return;
    const address = await script;
    if (this.#made) return;
    const made = { worker: new Worker(address), isReady: false };
    this.#made = made;
    made.worker.onmessage = ({ data: { stage, crash } }) => {
      if (crash !== undefined) this.dismiss();
      if (stage !== "ready") return;
      made.isReady = true;
      performance.mark("spare worker");
    };
    made.worker.onerror = () => this.dismiss();
    await give(made.worker, files);
  }

  /** The worker if it is ready, for the caller alone. @returns {Worker | undefined} */
  take() {
    if (!this.#made?.isReady) return undefined;
    const { worker } = this.#made;
    this.#made = undefined;
    return worker;
  }

  /** Ends the worker, if there is one. */
  dismiss() {
    this.#made?.worker.terminate();
    this.#made = undefined;
  }
}

/** True if there is memory for a second Python: not on phones; 4 GB or more, if the browser tells. */
function hasRoom() {
  const { deviceMemory = ROOM } = /** @type {Navigator & { deviceMemory?: number }} */ (navigator);
  return deviceMemory >= ROOM && !matchMedia("(pointer: coarse) and (max-width: 800px)").matches;
}
