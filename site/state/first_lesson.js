// The lesson of the bare address; the page's start asks for it before the program is there.

export const FIRST_LESSON = "xor";
