// The page's own words, in the reader's language: i18n/<language>.json, flat keys, {name} for what is put in.

/** @typedef {(key: string, values?: Record<string, string | number>) => string} Translate */

/** @param {string} base @param {string} language @returns {Promise<Record<string, string>>} */
export async function loadWords(base, language) {
  const answer = await fetch(new URL(`i18n/${language}.json`, base));
  if (!answer.ok) throw new Error(`i18n/${language}.json: ${answer.status}`);
  return answer.json();
}

/** @param {Record<string, string>} words @param {string} language @returns {Translate} */
export function translator(words, language) {
  const numbers = new Intl.NumberFormat(language);
  return (key, values = {}) =>
    (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => {
      const value = values[name];
      return typeof value === "number" ? numbers.format(value) : (value ?? whole);
    });
}

/** `key` where it exists, else the general one beside it. @param {Record<string, string>} words @param {string} key @param {string} general */
export const either = (words, key, general) => (key in words ? key : general);
