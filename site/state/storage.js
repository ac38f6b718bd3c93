// The page's memory between visits: in the browser's storage, or in that of a course's own system.

const PREFIX = "backprop-lab:";

/** @type {Pick<Storage, "getItem" | "setItem" | "removeItem"> | undefined} used in place of the browser's storage */
let elsewhere;

/** From now on the page remembers in this storage. @param {NonNullable<typeof elsewhere>} storage */
export function rememberIn(storage) {
  elsewhere = storage;
}

/** Storage is optional: in a sandboxed frame every access throws. @param {string} name @returns {string | null} */
export function recall(name) {
  try {
    return (elsewhere ?? localStorage).getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** False if it cannot be kept: storage is full or forbidden. @param {string} name @param {string | null} text null forgets */
export function remember(name, text) {
  try {
    const storage = elsewhere ?? localStorage;
    if (text === null) storage.removeItem(PREFIX + name);
    else storage.setItem(PREFIX + name, text);
    return true;
  } catch {
    return false; // without storage the page remembers nothing; everything else works
  }
}

/** Calls back when another tab of this browser has changed what is remembered. @param {(name: string, text: string | null) => void} heard */
export function onOtherTab(heard) {
  addEventListener("storage", ({ key, newValue }) => {
    if (!elsewhere && key?.startsWith(PREFIX)) heard(key.slice(PREFIX.length), newValue);
  });
}
