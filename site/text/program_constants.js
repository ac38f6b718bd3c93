// The constants of a program, which a slider may set: a name given a number or a list, alone on a line of its own, in no block.
// A list (of no lists) may go on over several lines.

/** @param {string} name */
const assignment = (name) =>
  new RegExp(`^(${name} *= *)(\\[[^\\[\\]]*\\]|[^#\\n]*?)( *(?:#.*)?)$`, "m");

/** What a program gives a constant, as it is written there; null where it has no such line. @param {string} code @param {string} name */
export const constantIn = (code, name) => assignment(name).exec(code)?.[2] ?? null;

/** The program with another value written there, all else as it was. @param {string} code @param {string} name @param {string} value */
export const withConstant = (code, name, value) =>
  code.replace(assignment(name), (_, before, __, after) => before + value + after);
