// The programs of a lesson: its own, and the others the reader may open in it.

/** @typedef {import("./types.js").Program} Program */

/** Its own first, which goes by the name of its file. @param {import("./types.js").Lesson} lesson @returns {Program[]} */
export function programsOf({ title, program_title, program, baked, variants = [] }) {
  return [{ id: "program", title: program_title ?? title, program, baked }, ...variants];
}

/** The name an exercise's program goes by. @param {string} exercise */
export const exerciseKey = (exercise) => `exercises/${exercise}`;

/** What an exercise gives the student; one that asks for numbers only, the lesson's own program. @param {import("./types.js").Lesson} lesson @param {import("./exercise.js").Exercise} exercise @param {Record<string, import("./exercise.js").Given>} given @returns {Program} */
export function exerciseProgram({ program, baked }, { id, words }, given) {
  const title = { en: words.en.title, zh: words.zh.title };
  return { id: exerciseKey(id), title, ...(given[id] ?? { program, baked }) };
}

/** Where the reader's edits of it are remembered. @param {string} lesson @param {string} program */
export const codeKey = (lesson, program) =>
  program === "program" ? `code:${lesson}` : `code:${lesson}/${program}`;
