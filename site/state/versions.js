// Earlier versions of the reader's programs: kept whenever something could take a program's place, newest first.

import { recall, remember } from "./storage.js";

/** @typedef {{ time: number, code: string }} Version  time: in milliseconds since 1970 */

const MOST = 12;

/** The key under which the versions of a program are kept. @param {string} codeKey */
const keyOf = (codeKey) => `versions:${codeKey}`;

/** The versions that are kept; [] if they cannot be read. @param {string} codeKey @returns {Version[]} */
export function versionsOf(codeKey) {
  try {
    const kept = JSON.parse(recall(keyOf(codeKey)) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one?.code === "string") : [];
  } catch {
    return [];
  }
}

let newest = {
  kept: /** @type {string | null} */ (null),
  code: /** @type {string | null} */ (null),
};

/** The newest version's text; null if there is none. Read at each drawing, so that it is parsed only when it is another one. @param {string} codeKey */
export function newestVersion(codeKey) {
  const kept = recall(keyOf(codeKey));
  if (kept !== newest.kept) newest = { kept, code: versionsOf(codeKey)[0]?.code ?? null };
  return newest.code;
}

/**
 * Keeps a program among the versions, unless the same text is there already; the oldest go when there are too many, or
 * when the storage is full.
 * @param {string} codeKey
 * @param {string | null} code null and blank texts are not kept
 */
export function keepVersion(codeKey, code) {
  if (!code?.trim()) return;
  const others = versionsOf(codeKey).filter((one) => one.code !== code);
  const kept = [{ time: Date.now(), code }, ...others].slice(0, MOST);
  while (kept.length && !remember(keyOf(codeKey), JSON.stringify(kept))) kept.pop();
}
