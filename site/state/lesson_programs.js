// The programs of a lesson: its own one, and others that the reader may choose.

/** @typedef {import("./types.js").Written} Written */

/** The id of the page for a program of the reader's own, which is like a lesson but not one of the course. */
export const OWN = "own";

/** All programs, the lesson's own first; its id is "program". @param {import("./types.js").Lesson} lesson @returns {Written[]} */
export function programsOf({ title, program_title, program, baked, printed, variants = [] }) {
  const own = { id: "program", title: program_title ?? title, program, baked, printed };
  return [own, ...variants];
}

/** A program as a reader of this language sees it. @param {Written} written @param {import("../text/i18n.js").Language} lang @returns {import("./types.js").Program} */
export const inLanguage = (written, lang) => ({
  ...written,
  program: written.program[lang],
  printed: written.printed?.[lang],
});

/** The id of an exercise's program. @param {string} exercise */
export const exerciseKey = (exercise) => `exercises/${exercise}`;

/**
 * The program that an exercise gives the student; the lesson's own, where the exercise asks for a number.
 * @param {import("./types.js").Lesson} lesson
 * @param {import("./exercise.js").Exercise} exercise
 * @param {Record<string, import("./exercise.js").Given>} given
 * @returns {Written}
 */
export function exerciseProgram({ program, baked, printed }, { id, words }, given) {
  const title = Object.fromEntries(
    Object.entries(words).map(([language, said]) => [language, said.title]),
  );
  return { id: exerciseKey(id), title, ...(given[id] ?? { program, baked, printed }) };
}

/** The key under which the page remembers what the reader chose to be which quantity. @param {string} program */
export const choicesKey = (program) => `choices:${program}`;

/** The key under which the page remembers the reader's edits. @param {string} lesson @param {string} program */
export const codeKey = (lesson, program) =>
  program === "program" ? `code:${lesson}` : `code:${lesson}/${program}`;
