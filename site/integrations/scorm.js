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
  const started = Date.now();
  /**
   * What the page remembers, instead of in the browser's storage: a school's computers are shared.
   * @type {Map<string, string>}
   */
  const kept = new Map();
  /** @type {Set<Trouble>} */
  const troubles = new Set();
  /** @type {Map<string, string>} values that the system did not take; each commit tries them again */
  const refused = new Map();
  let finished = false;
  let changes = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;

  /** @param {Trouble} id @param {boolean} isSo */
  function trouble(id, isSo) {
    if (troubles.has(id) === isSo) return;
    if (isSo) troubles.add(id);
    else troubles.delete(id);
    onTrouble(id, isSo);
  }

  const get = (/** @type {string} */ name) => value(api, name);

  /** @param {string} name @param {string | number} value */
  function set(name, value) {
    if (finished) return;
    refused.set(name, String(value));
    retry();
    soon ??= setTimeout(commit, PAUSE);
  }

  /** Tells the system what it has not taken yet. */
  function retry() {
    for (const [name, text] of refused)
      if (ask(api, "LMSSetValue", name, text) === "true") refused.delete(name);
    if (refused.size) trouble("lms-lost", true);
  }

  function commit() {
    clearTimeout(soon);
    soon = undefined;
    if (finished) return;
    retry();
    ask(api, "LMSSetValue", "cmi.core.session_time", duration(Date.now() - started));
    const isKept = ask(api, "LMSCommit", "") === "true" && refused.size === 0;
    trouble("lms-lost", !isKept);
  }

  /** Sends what the page remembers to the system; entries that do not fit are left out, the longest first. */
  async function keep() {
    const change = ++changes;
    const [text, isWhole] = await pack(kept);
    if (change !== changes) return;
    trouble("lms-full", !isWhole);
    set("cmi.suspend_data", text);
  }

  /** A status only rises: one that cannot be read, or that the system or a teacher has set, stays. @param {string} to */
  function raiseStatus(to) {
    const now = get("cmi.core.lesson_status");
    const below = to === "completed" ? ["", "not attempted", "incomplete"] : ["", "not attempted"];
    if (now !== null && below.includes(now)) set("cmi.core.lesson_status", to);
  }

  const before = get("cmi.suspend_data");
  const place = get("cmi.core.lesson_location") ?? "";
  let placed = place;
  let best = 0;
  set("cmi.core.exit", "suspend"); // without this the system drops the data at the end of the session
  raiseStatus("incomplete");
  commit();

  page.addEventListener("visibilitychange", () => {
    if (page.document.visibilityState === "hidden") commit();
  });
  page.addEventListener("pagehide", () => {
    if (finished) return;
    commit();
    finished = true;
    ask(api, "LMSFinish", "");
  });

  return {
    /** Where the student was, as it was reported; "" at first. */
    place,

    /** Reads back what was kept; says so if that is not all of it. */
    async resume() {
      const [entries, isWhole] = before === null ? [[], false] : await unpack(before);
      for (const [name, text] of entries) kept.set(name, text);
      trouble("lms-damaged", !isWhole);
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

    /** A score never falls, and none is written over one that cannot be read. @param {string} place @param {number} score 0 to 1 */
    report(place, score) {
      if (place !== placed && place.length <= LONGEST_PLACE) set("cmi.core.lesson_location", place);
      placed = place;
      const now = Math.round(100 * score);
      if (now <= best) return;
      const raw = get("cmi.core.score.raw");
      if (raw === null) return;
      best = Math.max(now, Number(raw) || 0);
      if (now < best || now === Number(raw)) return;
      ask(api, "LMSSetValue", "cmi.core.score.min", "0"); // a system may do without these two
      ask(api, "LMSSetValue", "cmi.core.score.max", "100");
      set("cmi.core.score.raw", now);
      if (now === 100) raiseStatus("completed");
    },
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

/** A value that the system keeps, "" if it has none; null if it cannot be read. @param {any} api @param {string} name */
function value(api, name) {
  const text = ask(api, "LMSGetValue", name);
  return text === "" && ask(api, "LMSGetLastError") !== "0" ? null : text;
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
