// The page's own words, in the reader's language: i18n/<language>.json, flat keys, {name} for what is put in.

import en from "./i18n/en.json" with { type: "json" };
import zh from "./i18n/zh.json" with { type: "json" };

/** @typedef {(key: string, values?: Record<string, string | number>) => string} Translate */

/** @type {Record<string, Record<string, string>>} */
export const WORDS = { en, zh };

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
