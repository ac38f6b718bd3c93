// SCORM 1.2, the interface of a course's own system: where the student was, what the page remembers, the score.
// Without such a system, or once it is out of reach, the page runs as usual.

import { beginningOf, LIMIT, packCode, unpackCode } from "../text/share.js";

const MOST = 4096; // characters of suspend_data
const LONGEST_PLACE = 255; // characters of lesson_location
const VERSION = "1|";
const ENTRY = /\["(?:[^"\\]|\\.)*","(?:[^"\\]|\\.)*"\]/g; // a name and a text, as JSON
const PAUSE = 2000; // ms between two calls that reach the server

/** @typedef {"lms-lost" | "lms-full" | "lms-damaged"} Trouble */

/**
 * Begins a session with the system.
 * @param {Window} page @param {(id: Trouble, isSo: boolean) => void} onTrouble  called when a trouble begins and when it
 *   ends: the system does not keep what it is told; not all that should be kept has room; what it kept came back damaged
 * @returns what it offers, or null when there is no such system or it refuses
 */
export function connect(page, onTrouble) {
  const api = find(page);
  if (!api) return null;
  if (ask(api, "LMSInitialize", "") !== "true") {
    onTrouble("lms-lost", true);
    return null;
  }
  const session = new Session(api, onTrouble);
  const before = session.get("cmi.suspend_data");
  const place = session.get("cmi.core.lesson_location") ?? "";
  session.set("cmi.core.exit", "suspend"); // without this the system drops the data at the end of the session
  session.raiseStatus("incomplete");
  session.commit();
  page.addEventListener("visibilitychange", () => {
    if (page.document.visibilityState === "hidden") session.commit();
  });
  page.addEventListener("pagehide", () => session.finish());
  return {
    /** The student's last place, as it was reported; "" at first. */
    place,
    ...memory(session, before),
    report: reporter(session, place),
  };
}

/** The values that the system keeps for one stay of the student. */
class Session {
  #api;
  #onTrouble;
  #started = Date.now();
  /** @type {Set<Trouble>} */
  #troubles = new Set();
  /** @type {Map<string, string>} values that the system did not take; each commit tries them again */
  #refused = new Map();
  #isFinished = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #soon;

  /** @param {any} api  the system's interface @param {(id: Trouble, isSo: boolean) => void} onTrouble */
  constructor(api, onTrouble) {
    this.#api = api;
    this.#onTrouble = onTrouble;
  }

  /** Says that a trouble has begun or ended, if that is new. @param {Trouble} id @param {boolean} isSo */
  trouble(id, isSo) {
    if (this.#troubles.has(id) === isSo) return;
    if (isSo) this.#troubles.add(id);
    else this.#troubles.delete(id);
    this.#onTrouble(id, isSo);
  }

  /** A value that the system keeps, "" if it has none; null if it cannot be read. @param {string} name */
  get(name) {
    const text = ask(this.#api, "LMSGetValue", name);
    return text === "" && ask(this.#api, "LMSGetLastError") !== "0" ? null : text;
  }

  /** @param {string} name @param {string | number} value */
  set(name, value) {
    if (this.#isFinished) return;
    this.#refused.set(name, String(value));
    this.#retry();
    this.#soon ??= setTimeout(() => this.commit(), PAUSE);
  }

  /** Sets a value that a system may do without. @param {string} name @param {string} value */
  offer(name, value) {
    ask(this.#api, "LMSSetValue", name, value);
  }

  /** A status only rises: one that cannot be read, or that the system or a teacher has set, stays. @param {string} to */
  raiseStatus(to) {
    const now = this.get("cmi.core.lesson_status");
    const below = to === "completed" ? ["", "not attempted", "incomplete"] : ["", "not attempted"];
    if (now !== null && below.includes(now)) this.set("cmi.core.lesson_status", to);
  }

  /** Makes the system keep what it was told. */
  commit() {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    if (this.#isFinished) return;
    this.#retry();
    this.offer("cmi.core.session_time", duration(Date.now() - this.#started));
    const isKept = ask(this.#api, "LMSCommit", "") === "true" && this.#refused.size === 0;
    this.trouble("lms-lost", !isKept);
  }

  /** Ends the session, once. */
  finish() {
    if (this.#isFinished) return;
    this.commit();
    this.#isFinished = true;
    ask(this.#api, "LMSFinish", "");
  }

  /** Tells the system what it has not taken yet. */
  #retry() {
    for (const [name, text] of this.#refused)
      if (ask(this.#api, "LMSSetValue", name, text) === "true") this.#refused.delete(name);
    if (this.#refused.size) this.trouble("lms-lost", true);
  }
}

/**
 * What the page remembers, in the system instead of in the browser's storage: a school's computers are shared.
 * @param {Session} session @param {string | null} before  what an earlier stay left; null if it cannot be read
 */
function memory(session, before) {
  /** @type {Map<string, string>} */
  const kept = new Map();
  let changes = 0;

  /** Sends what the page remembers to the system; entries that do not fit are left out, the longest first. */
  async function keep() {
    const change = ++changes;
    const [text, isWhole] = await pack(kept);
    if (change !== changes) return;
    session.trouble("lms-full", !isWhole);
    session.set("cmi.suspend_data", text);
  }

  return {
    /** Reads back what was kept; says so if that is not all of it. */
    async resume() {
      const [entries, isWhole] = before === null ? [[], false] : await unpack(before);
      for (const [name, text] of entries) kept.set(name, text);
      session.trouble("lms-damaged", !isWhole);
    },

    /**
     * Remembers for this student, with the methods of the browser's own storage.
     * @type {Pick<Storage, "getItem" | "setItem" | "removeItem">}
     */
    storage: {
      getItem: (name) => kept.get(name) ?? null,
      setItem(name, text) {
        kept.set(name, text);
        keep();
      },
      removeItem(name) {
        kept.delete(name);
        keep();
      },
    },
  };
}

/** Reports where the student is and the score. @param {Session} session @param {string} placed  the last place reported */
function reporter(session, placed) {
  let best = 0;

  /** A score never falls, and none is written over one that cannot be read. @param {string} place @param {number} score 0 to 1 */
  return (place, score) => {
    if (place !== placed && place.length <= LONGEST_PLACE)
      session.set("cmi.core.lesson_location", place);
    placed = place;
    const now = Math.round(100 * score);
    if (now <= best) return;
    const raw = session.get("cmi.core.score.raw");
    if (raw === null) return;
    best = Math.max(now, Number(raw) || 0);
    if (now < best || now === Number(raw)) return;
    session.offer("cmi.core.score.min", "0");
    session.offer("cmi.core.score.max", "100");
    session.set("cmi.core.score.raw", now);
    if (now === 100) session.raiseStatus("completed");
  };
}

/**
 * Calls a function of the system; its answer as text, null if the call fails.
 * @param {any} api
 * @param {string} name
 * @param {string[]} values
 */
function ask(api, name, ...values) {
  try {
    return String(api[name](...values));
  } catch {
    return null;
  }
}

/** The system's interface: an object in a window around this one, or around the one that opened it. @param {Window} page */
function find(page) {
  for (const start of [() => page, () => page.opener, () => page.top?.opener]) {
    try {
      for (let [at, depth] = [start(), 0]; at && depth < 10; at = at.parent, depth++) {
        if (typeof at.API?.LMSInitialize === "function") return at.API;
        if (at.parent === at) break;
      }
    } catch {
      // A window of another origin cannot be read.
    }
  }
  return null;
}

/** @param {Map<string, string>} kept @returns {Promise<[text: string, isWhole: boolean]>} */
async function pack(kept) {
  const entries = [...kept].sort((a, b) => a[1].length - b[1].length);
  for (let count = entries.length; count > 0; count--) {
    const json = JSON.stringify(entries.slice(0, count));
    if (json.length > LIMIT) continue; // could not be read back
    const text = VERSION + (await packCode(json));
    const isWhole = entries.slice(count).every(([name]) => name.includes(":versions:"));
    if (text.length <= MOST) return [text, isWhole];
  }
  return ["", entries.length === 0];
}

/**
 * The entries in a text of pack(), and whether that is all of them: of a text that was cut, those before the cut.
 * @param {string} text @returns {Promise<[entries: [string, string][], isWhole: boolean]>}
 */
async function unpack(text) {
  if (!text) return [[], true];
  if (!text.startsWith(VERSION)) return [[], false];
  const packed = text.slice(VERSION.length);
  try {
    return [JSON.parse(await unpackCode(packed)), true];
  } catch {
    const entries = (await beginningOf(packed)).match(ENTRY) ?? [];
    return [entries.map((entry) => JSON.parse(entry)), false];
  }
}

/** As HHHH:MM:SS.SS. @param {number} ms */
function duration(ms) {
  const two = (/** @type {number} */ n) => String(Math.floor(n)).padStart(2, "0");
  const seconds = ms / 1000;
  const whole = [two(seconds / 3600).padStart(4, "0"), two((seconds / 60) % 60), two(seconds % 60)];
  return `${whole.join(":")}.${two((seconds * 100) % 100)}`;
}
