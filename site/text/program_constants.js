// The constants of a program, which a slider can set: an assignment on a line of its own that is not indented, such as
// "eta = 0.5  # the rate". A list without inner lists may take several lines.

/** @param {string} name */
const assignment = (name) =>
  new RegExp(`^(${name} *= *)(\\[[^\\[\\]]*\\]|[^#\\n]*?)( *(?:#.*)?)$`, "m");

/** The value of a constant as the program has it; null if there is no such line. @param {string} code @param {string} name */
export const constantIn = (code, name) => assignment(name).exec(code)?.[2] ?? null;

/** The program with another value of the constant. @param {string} code @param {string} name @param {string} value */
export const withConstant = (code, name, value) =>
  code.replace(assignment(name), (_, before, __, after) => before + value + after);
