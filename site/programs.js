// The programs of a lesson: its own, and the others the reader may open in it.

/** @typedef {{ id: string, title: import("./recording.js").Words, program: string, baked: import("./recording.js").Baked }} Program */

/** Its own first, which goes by the name of its file. @param {import("./state.js").Lesson} lesson @returns {Program[]} */
export function programsOf({ title, program_title, program, baked, variants = [] }) {
  return [{ id: "program", title: program_title ?? title, program, baked }, ...variants];
}

/** Where the reader's edits of it are remembered. @param {string} lesson @param {string} program */
export const codeKey = (lesson, program) =>
  program === "program" ? `code:${lesson}` : `code:${lesson}/${program}`;
