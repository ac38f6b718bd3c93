// The messages: all that a view may ask for, by name, with the type of the payload; `void` where a message has none.
// A view calls send(name, payload); the action of the same name (actions/) changes the state. TypeScript checks every call.

/**
 * @typedef {import("../recording/types.js").Granularity} Granularity
 * @typedef {import("../recording/types.js").Position} Position
 * @typedef {import("../recording/types.js").Start} Start
 * @typedef {import("./url_state.js").PresenterLayout} PresenterLayout
 */

/**
 * To another position of the recording.
 * @typedef {{
 *   step: void,
 *   back: void,
 *   "next-iteration": void,
 *   "previous-iteration": void,
 *   first: void,
 *   last: void,
 *   "next-disagreement": void,
 *   "previous-disagreement": void,
 *   go: Position,
 *   iteration: number,
 *   sample: number,
 *   granularity: Granularity,
 *   play: void,
 *   speed: import("./url_state.js").Speed,
 * }} Stepping
 */

/**
 * How the page is shown. handout: how, "" to leave it; column: made wider by, or to, so many percent; print: the page as it is, or the lesson's text; highlight, pin: refs; start: the number of one of many starts; search: the text in the field;
 * dismiss: the number of a notice.
 * @typedef {{
 *   highlight: string[],
 *   pin: string[],
 *   "all-terms": void,
 *   log: void,
 *   present: void,
 *   handout: "" | "numbers" | "blanks",
 *   print: "page" | "text",
 *   "presenter-layout": PresenterLayout,
 *   "next-presenter-layout": void,
 *   language: void,
 *   start: number,
 *   search: string,
 *   tab: import("./types.js").Tab,
 *   column: { name: import("./columns.js").Outer, by?: number, to?: number },
 *   legend: void,
 *   keys: void,
 *   "close-help": void,
 *   dismiss: number,
 * }} Display
 */

/**
 * The program in the editor, the files that it may open (add-file: one, and the name that the program asks for), and the run to compare with. open-files: the reader's files;
 * program: the id of one of the lesson's.
 * @typedef {{
 *   "open-files": File[],
 *   "add-file": { file: File, name: string },
 *   "remove-file": string,
 *   reset: void,
 *   versions: void,
 *   "close-versions": void,
 *   "bring-back": string,
 *   program: string,
 *   keep: void,
 *   "let-go": void,
 * }} Programs
 */

/**
 * Changes in the editor, and what Python says to repair there. edit: the new source, and whether it was pasted or
 * dropped; go-line: a line of the editor's text; run-linked, read-linked: what is done with a program that came with a
 * place.
 * @typedef {{
 *   edit: { code: string, pasted: boolean },
 *   repair: void,
 *   "repair-undo": void,
 *   "repair-dismiss": void,
 *   "go-line": number,
 *   "run-linked": void,
 *   "read-linked": void,
 * }} Repairing
 */

/**
 * What was found in a program of the reader's own. point-role: the number of a row, -1 for none; go-role: a row's number;
 * show-line: a line of the program that was run; choose: a row's key, such as "delta[2]", and what it is to be, "" for what was
 * found; note-choice: writes such a choice into the program; network: the number of one that the program trains; names: how equations write its quantities, names-other: the other way.
 * @typedef {{
 *   "point-role": number,
 *   "go-role": number,
 *   "show-line": number,
 *   choose: { key: string, expression: string },
 *   "note-choice": { key: string, expression: string },
 *   network: number,
 *   names: "course" | "own",
 *   "names-other": void,
 * }} Roles
 */

/**
 * Running it. constant: the name of a constant of the program, and its new value as Python text;
 * run-changed: a constant was changed in the text.
 * @typedef {{
 *   run: void,
 *   stop: void,
 *   retry: void,
 *   constant: { name: string, value: string },
 *   "run-changed": void,
 *   gradient: void,
 *   "gradient-stop": void,
 *   "gradient-every": void,
 * }} Execution
 */

/**
 * The passages of the lesson. go-place, point-place: a place as the text has it, "" for none; side: what stands below the
 * step's sentence; try: the number of what there is to try, and of its edit.
 * @typedef {{
 *   "go-place": string,
 *   "point-place": string,
 *   side: import("./types.js").Side,
 *   try: { item: number, edit: number },
 * }} Passages
 */

/**
 * Looking into one number. inquire: which, and what is asked; inquire-open: the node to open or to close, by its path;
 * inquire-whole: the handle of a long sum; inquire-go: to the line and the step of a node; inquire-before: a weight as the
 * iteration before left it; inquire-here: about the number that the reader points at; nudge-point: a point of the curve.
 * @typedef {{
 *   inquire: { ref: string, way: Way },
 *   "inquire-here": Way,
 *   "inquire-way": Way,
 *   "inquire-open": { path: string, handle: string },
 *   "inquire-whole": string,
 *   "inquire-go": import("../recording/told_types.js").OriginNode,
 *   "inquire-before": string,
 *   "inquire-stop": void,
 *   "inquire-close": void,
 *   "nudge-point": number,
 * }} Inquiries
 */

/** @typedef {import("./types.js").Inquiry["way"]} Way */

/**
 * The reader's own digit. handwriting-line: a stroke of the pen to a point, or where it begins; handwriting-move: the pen by so many cells; handwriting-pen:
 * puts it down or lifts it; handwriting-read: the digit that it should be, -1 if that is not said; handwriting-watch:
 * to its first step; handwriting-trained: has it read with the weights at the end of the run.
 * @typedef {{
 *   "handwriting-line": { to: import("./strokes.js").Point, begins: boolean },
 *   "handwriting-move": import("./strokes.js").Point,
 *   "handwriting-pen": void,
 *   "handwriting-read": number,
 *   "handwriting-clear": void,
 *   "handwriting-watch": void,
 *   "handwriting-trained": void,
 *   "handwriting-leave": void,
 * }} Handwritings
 */

/**
 * Exercises. exercise: an id; predict, point: the answer as it was written; cursor: a line, from 1.
 * @typedef {{
 *   exercise: string,
 *   "leave-exercise": void,
 *   "next-exercise": void,
 *   "exercise-step": void,
 *   hint: void,
 *   another: void,
 *   predict: string,
 *   point: string,
 *   cursor: number,
 *   "start-over": void,
 * }} Exercises
 */

/**
 * The derivation of a weight's update. derive: the name of the option that was picked; derive-weight: a connection, "8-4";
 * derive-go: the ref whose step is to be shown.
 * @typedef {{
 *   derive: string,
 *   "derive-weight": string,
 *   "derive-go": string,
 * }} DerivationMessages
 */

/**
 * The playground. mark: what a click on the plane does; draw-point: where it was clicked; own-points: points as text.
 * @typedef {{
 *   mark: "plus" | "minus" | "away",
 *   "draw-point": { x1: number, x2: number },
 *   "own-points": string,
 * }} Playground
 */

/**
 * Links and files. copy: which text, and the text; take: the kind of file.
 * @typedef {{
 *   share: void,
 *   embed: void,
 *   "close-embedding": void,
 *   copy: { kind: string, text: string },
 *   take: "py" | "ipynb" | "csv" | "svg" | "png",
 * }} Exporting
 */

/**
 * To other pages. lesson: an id; update: to the newer version of the page.
 * @typedef {{
 *   lesson: string,
 *   "open-start": Start,
 *   update: void,
 * }} Navigation
 */

/**
 * The first screen, and the tips for the first steps in the lab. first-play: plays or pauses; first-enter: into the lab;
 * first-leave: to another page of the lab; end-tips: no tip is shown again.
 * @typedef {{
 *   "first-play": void,
 *   "first-enter": void,
 *   "first-leave": void,
 *   "next-tip": void,
 *   "end-tips": void,
 * }} Visiting
 */

/** @typedef {Visiting & Stepping & Display & Programs & Repairing & Roles & Execution & Inquiries & Handwritings & Passages & Exercises & DerivationMessages & Playground & Exporting & Navigation} Messages */
/** @typedef {keyof Messages} MessageName */

/** @typedef {{ [Name in MessageName]: Messages[Name] extends void ? Name : never }[MessageName]} PlainMessage  one without a payload */

/** @typedef {<Name extends MessageName>(name: Name, ...payload: Messages[Name] extends void ? [] : [payload: Messages[Name]]) => void} Send */

/** @typedef {{ [Name in MessageName]: (payload: Messages[Name]) => unknown }} Actions  what each message does */

export {};
