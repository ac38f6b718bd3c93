// The page's languages and their sentences: <language>.json beside this file has flat keys; {name} is a place for a value,
// {name|one|many} for words that depend on a count, where # is the number: "{count|# sample|# samples}".
// A new language is a file, its import, and its name in TRANSLATIONS.

import en from "./en.json" with { type: "json" };
import zh from "./zh.json" with { type: "json" };

/** @typedef {keyof typeof TRANSLATIONS} Language */
/** @typedef {Record<string, string>} Words  one sentence by language: {en, zh} */
/** @typedef {(key: string, values?: Record<string, string | number>) => string} Translate */

export const TRANSLATIONS = {
  en: /** @type {Record<string, string>} */ (en),
  zh: /** @type {Record<string, string>} */ (zh),
};

export const LANGUAGES = /** @type {Language[]} */ (Object.keys(TRANSLATIONS));

/** The language after this one, the first after the last. @param {Language} language */
export const nextLanguage = (language) =>
  LANGUAGES[(LANGUAGES.indexOf(language) + 1) % LANGUAGES.length];

/** A language as the attribute `lang` names it. @param {Language} language */
export const tagOf = (language) => TRANSLATIONS[language]["language.tag"];

/** @type {Partial<Record<Language, Translate>>} */
const translators = {};

/** The translating function of a language; the same object each time. @param {Language} language @returns {Translate} */
export function translator(language) {
  const known = translators[language] ?? translating(language);
  translators[language] = known;
  return known;
}

const PLACE = /\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g;

/** @param {Language} language @returns {Translate} */
function translating(language) {
  const numbers = new Intl.NumberFormat(language);
  return (key, values = {}) =>
    (TRANSLATIONS[language][key] ?? key).replace(PLACE, (whole, name, one, many) => {
      const value = values[name];
      const shown = typeof value === "number" ? numbers.format(value) : (value ?? whole);
      return one === undefined ? shown : (shown === "1" ? one : many).replace("#", shown);
    });
}

/**
 * `key` if there is a sentence for it, else `general`.
 * @param {Record<string, string>} words
 * @param {string} key
 * @param {string} general
 */
export const either = (words, key, general) => (key in words ? key : general);
