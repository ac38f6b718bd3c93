// The sentence about a file of the page that did not come as it should (python/wrong_file.js).

/** @typedef {{ file: string, came: string, status: number }} Wrong */

/**
 * The sentence about an error; null if it is about something else.
 * @param {Error | null} error @param {(key: string, values: Record<string, string | number>) => string} t
 */
export function wrongFile(error, t) {
  if (!error || !("came" in error)) return null;
  const { came, file, status } = /** @type {Error & Wrong} */ (error);
  return t(`file.${came}`, { file, status });
}
