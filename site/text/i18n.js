// Translations of the page's sentences: <language>.json beside this file has flat keys; {name} is a place for a value.

import en from "./en.json" with { type: "json" };
import zh from "./zh.json" with { type: "json" };

/** @typedef {"en" | "zh"} Language */
/** @typedef {Record<string, string>} Words  one sentence by language: {en, zh} */
/** @typedef {(key: string, values?: Record<string, string | number>) => string} Translate */

/** @type {Record<string, Record<string, string>>} */
export const TRANSLATIONS = { en, zh };

/** @type {Record<string, Translate>} */
const translators = {};

/** The translating function of a language; the same object each time. @param {string} language @returns {Translate} */
export function translator(language) {
  translators[language] ??= translating(language);
  return translators[language];
}

/** @param {string} language @returns {Translate} */
function translating(language) {
  const numbers = new Intl.NumberFormat(language);
  return (key, values = {}) =>
    (TRANSLATIONS[language][key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => {
      const value = values[name];
      return typeof value === "number" ? numbers.format(value) : (value ?? whole);
    });
}

/**
 * `key` if there is a sentence for it, else `general`.
 * @param {Record<string, string>} words
 * @param {string} key
 * @param {string} general
 */
export const either = (words, key, general) => (key in words ? key : general);
