// The types of the application state: what model.js holds (Held), what selectors.js computes from it (Derived), and both
// together, which every view is given (Model).

/**
 * @typedef {import("../recording/types.js").Recording} Recording
 * @typedef {import("../recording/scene.js").Scene} Scene
 * @typedef {import("../recording/types.js").Position} Position
 * @typedef {import("../recording/types.js").Baked} Baked
 * @typedef {import("../recording/types.js").Maps} Maps
 * @typedef {import("../recording/told_types.js").Notice} Notice
 * @typedef {import("../text/i18n.js").Words} Words
 * @typedef {import("./exercise.js").Exercise} Exercise
 */

/**
 * A slider of a lesson: it sets one constant of the program.
 * @typedef {object} Slider
 * @property {string} name  of the constant
 * @property {number} min
 * @property {number} max
 * @property {number} step
 */

/**
 * One program of a lesson, with its run as the build recorded it.
 * @typedef {object} Program
 * @property {string} id  "program" for the lesson's own
 * @property {Words} title
 * @property {string} program  its source
 * @property {Baked | null} baked  null where no run was recorded beforehand
 * @property {string} [printed]  by that run, where the recording has it in another language
 * @property {Words} [says]  a line about it, where it is one to start from
 */

/** @typedef {Omit<Program, "program" | "printed"> & { program: Words, printed?: Partial<Words> }} Written  a program in each language */

/**
 * A place of a program's run that the lesson's text names.
 * @typedef {object} LessonPlace
 * @property {string} program  the id of one of the lesson's programs
 * @property {number} iteration
 * @property {number} step  in the run that the build recorded
 * @property {string} sets  what that step sets
 * @property {number} sample  -1 for none
 * @property {string[]} shows  what a link to it lights: refs, "line:45", "sample:0"
 */

/**
 * A part of the lesson's text, tied to a place of the run.
 * @typedef {object} Passage
 * @property {string} place  one of the lesson's places
 * @property {Words} title  as HTML
 * @property {Words} html
 */

/**
 * Something to try. edits: the changes of a program that do it.
 * @typedef {object} Try
 * @property {string} title  as HTML
 * @property {string} html
 * @property {{ label: string, program: string, changes: import("../text/changes.js").Change[] }[]} edits
 */

/**
 * A lesson as the build writes it: lessons/<id>.json.
 * @typedef {object} Lesson
 * @property {string} id
 * @property {Words} title
 * @property {Words} program  the source of its own program
 * @property {Partial<Words>} [printed]  by its run
 * @property {Words} text  as HTML
 * @property {Passage[]} [passages]
 * @property {Record<string, LessonPlace>} [places]  that the passages name, by their text
 * @property {Record<import("../text/i18n.js").Language, Try[]>} [tries]
 * @property {Baked | null} baked  the run of its own program; null where it has none
 * @property {Words} [program_title]  where the program has another title than the lesson
 * @property {Written[]} [variants]  further programs
 * @property {string[]} [panels]  views beside the network, by name: LESSON_PANELS in page.js
 * @property {Slider[]} [sliders]
 * @property {import("../recording/code_symbols.js").Names} [names]  what its programs' variables stand for
 * @property {boolean} [follows]  whether the page shows the newest iteration while a run goes on
 * @property {Exercise[]} exercises
 */

/**
 * One run of the student's program.
 * @typedef {object} Run
 * @property {"idle" | "running" | "stopped"} state
 * @property {boolean} queued  Run was pressed, and Python is not ready or has a question to answer first
 * @property {boolean} again  a constant was set during the run, so the program runs once more afterwards
 * @property {boolean} fresh  the recording that is shown comes from this run
 * @property {"asked" | "set" | "place"} cause  the reader pressed Run, set a constant, or came for a place that the run shown lacks
 * @property {string} code  the source that is run
 * @property {number} iterations  so far
 * @property {boolean} checking  the program has ended, and what it computed is being checked
 * @property {import("../recording/types.js").Header["end"]} end
 * @property {import("../recording/told_types.js").ProgramError | null} error
 * @property {import("../recording/told_types.js").Found | null} found  in the program of this run
 * @property {string} crash  the message of the worker that broke; "" for none
 * @property {boolean} shallow  true in the second try of a program whose first try ran over the browser's stack: it names the line of the endless recursion
 */

/**
 * A run that the student keeps to compare another one with.
 * @typedef {object} Kept
 * @property {Recording} recording
 * @property {Words} title  of its program
 * @property {boolean} edited  the student had changed that program
 * @property {string} code  what had run
 */

/**
 * A gradient check of one iteration.
 * @typedef {object} Gradient
 * @property {"asked" | "done" | "failed"} state
 * @property {number} iteration
 * @property {boolean} every  show the rows of all samples
 * @property {number} progress  the part of the way to the iteration that is done
 * @property {import("../recording/told_types.js").GradientRow[]} rows  [] until Python has answered
 * @property {number} weights  of how many weights, spread evenly over a large network
 * @property {Words | null} untold  why there are none
 */

/**
 * What is asked about one number: where it comes from, what it is used for, or what the error is over it.
 * @typedef {object} Inquiry
 * @property {"parts" | "uses" | "nudge"} way
 * @property {string} ref
 * @property {Position & { sample: number }} at  where it was asked
 * @property {"asked" | "done" | "failed" | "unready"} state
 * @property {number} progress  from 0 to 1: of the run that is repeated
 * @property {Words | null} untold  why there is no answer
 * @property {import("../recording/told_types.js").OriginNode | null} node  the number itself
 * @property {Record<string, import("../recording/told_types.js").OriginLevel>} levels  by way and handle: "parts 12"
 * @property {string[]} open  the paths of the nodes that are open: handles with a slash between them
 * @property {import("../recording/told_types.js").Nudge | null} nudge
 * @property {number} point  the chosen point of its curve
 */

/**
 * The reader's drawing of a digit, and what Python said of it. state: running: it cannot be read while the program runs.
 * @typedef {object} Handwriting
 * @property {string} bits  see widgets/strokes.js
 * @property {import("./strokes.js").Point} pen
 * @property {boolean} isDown  the keyboard's pen paints as it moves
 * @property {number} digit  what it should be; -1: not said
 * @property {"drawing" | "asked" | "running" | "refused" | "failed" | "done"} state
 * @property {Words | null} refused  what is wrong with the drawing
 * @property {{ pixels: number[], answer: number, output: number, was?: number, becomes?: number } | null} told  how the network sees it, as what it reads it; the output for `digit` before and after an update
 */

/**
 * The playground's maps that Python made last, and what it made them of.
 * @typedef {object} HeldMaps
 * @property {import("../recording/types.js").PlaygroundGiven} given
 * @property {string} state  the weights and biases, as JSON
 * @property {Maps} maps
 */

/**
 * The dialog "Put into a course page".
 * @typedef {object} Embedding
 * @property {string} link  to this step, with the program if it was edited
 * @property {string} withEdit  the same link with the differences to the lesson's program, for a QR code
 * @property {string} withoutCode  the same link without the program
 * @property {boolean} isFile  the page is a file on this machine, so no link leads to it
 * @property {string} copied  what was copied last: "snippet", "link", "byHand", or "" for nothing
 */

/**
 * Why Python could not read a text as points.
 * @typedef {object} Refusal
 * @property {string} id  of the sentence: playground.<id> in the translations
 * @property {number | null} line
 * @property {string} given
 */

/** @typedef {"step" | "lesson"} Side  what stands below the step's sentence: the step in full, or the lesson's passages */

/** @typedef {"code" | "found" | "samples" | "curve" | "lesson"} Tab  the part of the page that a narrow screen shows below this step */

/**
 * Something that repair says of a program: id of the sentence, and where it stands.
 * @typedef {{ id: string, lines: number[], message: Words }} Told
 */

/**
 * What Python makes of a text that it may not be able to read.
 * @typedef {object} Repaired
 * @property {string} text  repaired
 * @property {boolean} keeps_lines  each line is where it was
 * @property {Told[]} changes  repairs
 * @property {Told[]} refused  faults that cannot be repaired
 * @property {Told[]} notes  remarks on unchanged text
 */

/**
 * A program of the editor that Python looks over, or has looked over.
 * @typedef {object} Repair
 * @property {"due" | "asked" | "done"} state
 * @property {"pasted" | "typed" | "run"} cause  pasted: also dropped, opened, of a link; run: Python could not read it
 * @property {string} code  the text
 * @property {Repaired | null} shown  null for nothing to show; until this text is looked over, what is known of the one before
 * @property {string | null} before  the text before it was repaired; null if it was not
 */

/**
 * A file of the reader's that a program may open.
 * @typedef {object} DataFile
 * @property {string} name
 * @property {string} data  its bytes in base64
 * @property {number} size  in bytes
 * @property {string} encoding  "" for a file that is no text
 * @property {import("../text/table.js").Table | null} table  what stands in it, if it is a table
 * @property {boolean} kept  for the next visit
 */

/**
 * What model.js holds: nothing in it follows from something else.
 * @typedef {object} Held
 * @property {import("./url_state.js").ViewState} view  what the address says
 * @property {Position} wanted  where the reader went; a run that has not come that far yet is shown as far as it is
 * @property {boolean} isPlaying  the position moves on by itself
 * @property {import("./first_visit.js").FirstVisit | null} first  what the first screen plays; null in the lab
 * @property {number} tip  the number of the tip that is shown, from 1; 0 for none
 * @property {"" | "handout" | "text"} printing  what goes to the printer, while it does
 * @property {"" | "legend" | "keys"} help  the text behind "?" that is open
 * @property {string} said  the sentence for screen readers about the current step
 * @property {import("./first_visit.js").Listed[]} lessons  all lessons of the course
 * @property {Lesson | null} lesson  the one that is open
 * @property {import("../text/search.js").Equations} equations
 * @property {Recording} recording  the one that is shown
 * @property {Date | null} shownAt  when the run that is shown was started; null for a run that the build recorded
 * @property {string} shownCode  the source that made the recording
 * @property {string} code  the source in the editor
 * @property {string | null} storedCode  what this tab last read or wrote as the reader's text; null for none
 * @property {boolean} isKept  the browser's storage has taken the last edit
 * @property {import("./versions.js").Version[] | null} versions  in the dialog of earlier versions; null while it is closed
 * @property {string} output  what the run printed
 * @property {import("../recording/pictures.js").Drawing[]} drawings  what it drew
 * @property {{ state: "loading" | "ready" | "failed", progress: number, bytes: number, error: Error | null }} python  progress: from 0 to 1; bytes: to load in all; error: why it failed
 * @property {Run} run
 * @property {string[]} highlighted  the refs that the reader points at
 * @property {number} role  the row of what was found that the reader points at; -1 for none
 * @property {Side} side
 * @property {import("./columns.js").Columns} columns  how much wider than usual the outer columns are
 * @property {string} pointed  the place of the lesson's text that the reader points at; "" for none
 * @property {number[]} changed  the lines of the editor that "Do it for me" has just written
 * @property {{ line: number, writes?: boolean } | null} place  where the editor is to be scrolled to; another object each time.
 *   writes: the cursor goes there, too
 * @property {Tab} tab
 * @property {string[]} pinned  the refs whose history is drawn
 * @property {boolean} allTerms  whether long sums of an equation are written in full
 * @property {HeldMaps | null} heldMaps  of this position or of another one
 * @property {{ iteration: number, part: number } | null} opening  an iteration for which the run is repeated, and the part of the way made
 * @property {"" | "plus" | "minus" | "away"} mark  what a click on the playground's plane does: add a point of a class, or take one away
 * @property {Refusal | null} refused  why the points that were given last could not be read
 * @property {Gradient | null} gradient  the last gradient check
 * @property {Inquiry | null} inquiry  the number that the reader looks into
 * @property {Handwriting} handwriting
 * @property {import("./derivation.js").Derivation | null} derivation  in a lesson that has this panel
 * @property {number | null} start  the chosen one of many starts; null until one is chosen
 * @property {Kept | null} other  the run to compare with
 * @property {import("./before.js").Before | null} before  the error of the run before
 * @property {Words | null} teachers  the page for teachers, once it is open
 * @property {string} licences  at the foot of that page
 * @property {import("../text/search.js").Course | null} course  the page of the whole course, once it is open
 * @property {Embedding | null} embedding  null while the dialog is closed
 * @property {Record<string, import("./exercise.js").Given>} given  what the exercises start from, by id, once one was opened
 * @property {import("./exercise.js").Attempt | null} attempt  at the exercise that is open
 * @property {DataFile[]} files  that the programs of this lesson may open
 * @property {Repair | null} repair  of the program in the editor
 * @property {import("./progress.js").Progress} progress
 * @property {Notice[]} notices
 */

/**
 * What selectors.js computes from what is held.
 * @typedef {object} Derived
 * @property {Program[]} programs  that the reader may choose from; [] in an exercise
 * @property {Program} program  the selected one
 * @property {string | null} mine  the reader's last text of it, while the lesson's own is in the editor
 * @property {import("../text/i18n.js").Translate} t
 * @property {(key: string) => boolean} has  whether there is a translation for this key
 * @property {Scene} scene  the recording at the current position
 * @property {boolean} isOwn  the lesson is "Your own program"
 * @property {import("../recording/told_types.js").Found | null} found  in the program that was run last
 * @property {string} foundCode  the source that it was found in
 * @property {string[]} roleRefs  the refs of the row that the reader points at
 * @property {Scene | null} there  the run to compare with, at the position that corresponds
 * @property {import("./summary.js").Summary | null} summary  what the step has set, where that is more than one number
 * @property {Passage[]} passages  of the lesson; [] in an exercise
 * @property {number} passage  the number of the open one, -1 for none
 * @property {number} litSample  the sample that the reader points at in the lesson's text; -1 for none
 * @property {number[]} litLines  lines of the editor, likewise
 * @property {string[]} path  the refs through which the weight of the derivation reaches the error
 * @property {boolean} isDrawn  the position is in the reader's drawing
 * @property {boolean} isFirst  the position is the first one
 * @property {boolean} isLast
 * @property {boolean} isStale  the editor has another source than the one that is shown
 * @property {boolean} isUnrun  nothing has been run here, and there is no recorded run
 * @property {number} nowLine  the current step's line in the editor; 0 for none
 * @property {number[]} differingLines  lines in the editor where this iteration differs from an equation
 * @property {[line: number, equations: string][]} equationLines  lines of shownCode with the equations that each computes
 * @property {Exercise | undefined} exercise  the one that is open
 * @property {boolean} hidesValue  the exercise asks for the number that this step sets
 * @property {boolean} hidesChecks  the exercise asks what differs from the equations
 * @property {string} labLink  to this place in the lab
 * @property {string} courseLink  to the page of the course, from where a link leads back to this place
 * @property {boolean} mayHandOut  there is a handout of this step
 * @property {"" | "numbers" | "blanks"} sheets  the handout that is shown or printed, "" for none
 * @property {string} sheetLink  the link in its QR code; "" where no link leads here
 * @property {boolean} dark  the reader's system is dark
 * @property {Maps | null} maps  the playground's
 * @property {boolean} mapsAreHere  the maps are of the current position
 */

/** @typedef {Held & Derived} Model  everything that a view is given */

export {};
