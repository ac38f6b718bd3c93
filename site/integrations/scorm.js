// SCORM 1.2, the interface of a course's own system: where the student was, what the page remembers, the score.
// Without such a system, or once it is out of reach, the page runs as usual.

import { LIMIT, packCode, unpackCode } from "../text/share.js";

const MOST = 4096; // characters of suspend_data
const LONGEST_PLACE = 255; // characters of lesson_location
const VERSION = "1|";
const PAUSE = 2000; // ms between two calls that reach the server

/**
 * Begins a session with the system.
 * @param {Window} page @param {(id: "lms-lost" | "lms-full") => void} onTrouble  called once for each: the system no longer
 *   keeps anything; not all that should be kept has room
 * @returns what it offers, or null when there is no such system
 */
export function connect(page, onTrouble) {
  const api = find(page);
  if (!api || ask(api, "LMSInitialize", "") !== "true") return null;
  const started = Date.now();
  /**
   * What the page remembers, instead of in the browser's storage: a school's computers are shared.
   * @type {Map<string, string>}
   */
  const kept = new Map();
  /** @type {Set<string>} */
  const troubles = new Set();
  let finished = false;
  let changes = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;

  /** @param {"lms-lost" | "lms-full"} id */
  function trouble(id) {
    if (troubles.has(id)) return;
    troubles.add(id);
    onTrouble(id);
  }

  const get = (/** @type {string} */ name) => ask(api, "LMSGetValue", name);

  /** @param {string} name @param {string | number} value */
  function set(name, value) {
    if (finished) return;
    if (ask(api, "LMSSetValue", name, String(value)) !== "true") trouble("lms-lost");
    soon ??= setTimeout(commit, PAUSE);
  }

  function commit() {
    clearTimeout(soon);
    soon = undefined;
    if (finished) return;
    ask(api, "LMSSetValue", "cmi.core.session_time", duration(Date.now() - started));
    if (ask(api, "LMSCommit", "") !== "true") trouble("lms-lost");
  }

  /** Sends what the page remembers to the system; entries that do not fit are left out, the longest first. */
  async function keep() {
    const change = ++changes;
    const [text, isWhole] = await pack(kept);
    if (change !== changes) return;
    if (!isWhole) trouble("lms-full");
    set("cmi.suspend_data", text);
  }

  const status = get("cmi.core.lesson_status");
  const before = get("cmi.suspend_data");
  const place = get("cmi.core.lesson_location");
  let placed = place;
  let raw = Number(get("cmi.core.score.raw")) || 0;
  set("cmi.core.exit", "suspend"); // without this the system drops the data at the end of the session
  if (["", "not attempted"].includes(status)) set("cmi.core.lesson_status", "incomplete");
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

    /** Reads back what was kept. */
    async resume() {
      for (const [name, text] of await unpack(before)) kept.set(name, text);
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

    /** A score never falls. @param {string} place @param {number} score 0 to 1 */
    report(place, score) {
      if (place !== placed && place.length <= LONGEST_PLACE) set("cmi.core.lesson_location", place);
      placed = place;
      const now = Math.round(100 * score);
      if (now <= raw) return;
      raw = now;
      set("cmi.core.score.min", 0);
      set("cmi.core.score.max", 100);
      set("cmi.core.score.raw", raw);
      if (raw === 100 && status !== "passed") set("cmi.core.lesson_status", "completed");
    },
  };
}

/**
 * Calls a function of the system; its answer as text, "" if the call fails.
 * @param {any} api
 * @param {string} name
 * @param {string[]} values
 */
function ask(api, name, ...values) {
  try {
    return String(api[name](...values));
  } catch {
    return "";
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

/** @param {string} text @returns {Promise<[string, string][]>} nothing when it was cut off or is of another version */
async function unpack(text) {
  if (!text.startsWith(VERSION)) return [];
  try {
    return JSON.parse(await unpackCode(text.slice(VERSION.length)));
  } catch {
    return [];
  }
}

/** As HHHH:MM:SS.SS. @param {number} ms */
function duration(ms) {
  const two = (/** @type {number} */ n) => String(Math.floor(n)).padStart(2, "0");
  const seconds = ms / 1000;
  const whole = [two(seconds / 3600).padStart(4, "0"), two((seconds / 60) % 60), two(seconds % 60)];
  return `${whole.join(":")}.${two((seconds * 100) % 100)}`;
}
