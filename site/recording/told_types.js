// The types of what Python says about a run: its error, what was found in the program, the judgement on it, where a number
// comes from. Refs are written as in types.js.

/** @typedef {import("../text/i18n.js").Words} Words */

/**
 * An exception in the program.
 * @typedef {object} ProgramError
 * @property {string} type
 * @property {string} message
 * @property {number | null} line
 * @property {number | null} column
 * @property {{ id?: string, [name: string]: any }} explanation  id: of the sentence that says what it is about; the rest: its values
 * @property {{ text: string, shape: number[] }[]} [operands]  the arrays that an operation failed on
 * @property {string | null} [file]  the name of the file that was not found
 */

/** @typedef {{ id: string, [key: string]: string | number | Words }} Notice  id: of the sentence; the rest: its values */

/**
 * One factor of a product. tex is "" where the program's own text stands for it; code: the program's text, if there is one.
 * @typedef {{ text: string, tex: string, value: number, code: string, line: number | null, ref: string | null }} Factor
 */

/**
 * The program's product for one quantity, and the chain rule's. sample: from 0, null for the change of a whole update.
 * @typedef {object} Factors
 * @property {string} ref
 * @property {string} tex
 * @property {string} text
 * @property {number | null} line
 * @property {number | null} sample
 * @property {number} program
 * @property {number} chain_rule
 * @property {{ state: "same" | "missing" | "extra" | "differs" | "updated" | "constant", program: Factor[], chain_rule: Factor[] }[]} columns
 */

/**
 * @typedef {object} Finding
 * @property {string} id
 * @property {"mistake" | "rule" | "observation" | "remark" | "unknown"} kind
 * @property {number | null} line
 * @property {string | null} where  the ref
 * @property {number | null} iteration
 * @property {number | null} step
 * @property {Words} message
 * @property {Words} hint
 * @property {Words} answer
 * @property {Factors | null} [factors]  where something differs
 */

/**
 * What the derivative of the program's own error says of one computing layer.
 * @typedef {object} LayerVerdict
 * @property {number} layer  from 1
 * @property {number[]} nodes
 * @property {"agrees" | "factor" | "rule" | "differs" | "unknown"} state
 * @property {number | null} factor  by which its deltas are larger than the derivative, if it is not 1
 * @property {number | null} line
 * @property {{ what: "delta" | "weights" | "biases", state: LayerVerdict["state"] | "follows", line: number | null }[]} parts
 * @property {Words} message
 */

/**
 * The program beside the derivative of its own error, in the first updates. needle: of each update the angle between the
 * step taken and the steepest descent, in degrees; passes: how many samples went through the network in them.
 * @typedef {object} Judgement
 * @property {LayerVerdict[]} layers
 * @property {string | null} error  the id of the error whose gradient the deltas are
 * @property {number} passes
 * @property {NamedArray[]} arrays  of a lesson's program; of others the rows of what was found tell them
 * @property {{ angles: number[], largest: number | null, direction: "gradient" | "downhill" | "uphill" | "mixed" | null }} needle
 */

/**
 * An array in which a quantity of a layer stands.
 * @typedef {Pick<FoundRow, "quantity" | "layer" | "line" | "end_line" | "expression" | "name" | "shape" | "axes" | "nodes">} NamedArray
 */

/**
 * How a program itself writes a quantity: `before` + the sample's row + `after`.
 * @typedef {object} OwnName
 * @property {string} before
 * @property {string} after
 * @property {number} rows  a sample's number modulo this is its row; 0: there is no row, all the text is in `before`
 * @property {1 | -1} sign  -1: the variable has the other sign than the quantity
 * @property {boolean} shared  the program writes the same for several nodes or connections
 */

/** @typedef {{ id: string, words: Words }} Trait  something unusual, but right, in the rule that a program follows */

/**
 * Whether a run solves an exercise.
 * @typedef {object} Verdict
 * @property {boolean} solved
 * @property {"agrees" | "error" | "nothing" | "missing" | "differs"} reason
 * @property {string | null} equation
 * @property {string | null} ref
 * @property {number | null} line
 */

/**
 * One row of a gradient check: a delta, or the change of a weight. null stands for a number that is not finite.
 * @typedef {object} GradientRow
 * @property {string} where  the ref
 * @property {number | null} sample  null for a sum over several samples
 * @property {number | null} code  the program's number
 * @property {number | null} numeric  the central difference of the error
 * @property {number | null} ratio
 * @property {"agrees" | "factor" | "rule" | "differs" | "unknown"} state  "factor": the same up to a constant; "rule": another rule than the gradient's
 */

/**
 * One number of the tree of where a number comes from: see docs/recording-format.md. A number that is not finite is text.
 * @typedef {object} OriginNode
 * @property {string} handle
 * @property {number | string} value
 * @property {string} kind
 * @property {string} operation
 * @property {number} count  of its parts
 * @property {number} line
 * @property {string} name
 * @property {string} text
 * @property {string | null} ref
 * @property {boolean} negated
 * @property {number | null} sample
 * @property {number[]} shape
 * @property {number[]} index
 */

/** @typedef {{ node: OriginNode, sign: 1 | -1, at: number, factors: OriginPart[] }} OriginPart */
/** @typedef {{ parts: OriginPart[], left_out: number, rest: number | string }} OriginLevel */

/**
 * The error over one number: see docs/recording-format.md. null stands for what is not known.
 * @typedef {object} Nudge
 * @property {string} ref
 * @property {number} value
 * @property {number[]} x
 * @property {(number | null)[]} error
 * @property {number | null} at
 * @property {number | null} exact
 * @property {number | null} central
 * @property {number | null} program
 * @property {number[] | null} tangent
 * @property {number[] | null} own
 * @property {"agrees" | "factor" | "rule" | "differs" | "unknown" | "none"} state
 * @property {number} step
 * @property {number | null} change
 * @property {number} samples
 * @property {import("../text/i18n.js").Words | null} name
 */

/**
 * One place of the program and the quantity that was found there. Lines count from 1, columns in bytes of UTF-8 from 0.
 * @typedef {object} FoundRow
 * @property {"input" | "target" | "w" | "b" | "net" | "a" | "delta" | "eta"} quantity
 * @property {number} layer  0 for the inputs
 * @property {number} line
 * @property {number} column
 * @property {number} end_line
 * @property {number} end_column
 * @property {string} expression  the program's text there
 * @property {string} name  the variable that holds it; "" for none
 * @property {[line: number, column: number] | null} assigned  where that variable is assigned to
 * @property {number[]} shape  [] for a number
 * @property {("sample" | "node" | "input" | "one")[]} axes  what stands along each axis; "input": the node that a weight comes from
 * @property {1 | -1} sign  -1: the program has this quantity with the other sign
 * @property {string | null} factor  by which the program's quantity is larger than ours
 * @property {number[]} nodes
 * @property {Candidate[]} candidates  what it could show instead
 * @property {Words} evidence  why it is this quantity
 * @property {Words} message
 */

/**
 * A value of the program that a row could show.
 * @typedef {object} Candidate
 * @property {string} expression
 * @property {number} line
 * @property {string | null} factor  by which it is larger than what the row shows; null: by no fixed number
 * @property {boolean} is_shown
 * @property {string} comment  the line that chooses it in the program
 * @property {number[]} layers  how many nodes each layer has with it
 */

/**
 * A choice that the reader made: in the program, or on the page (line null).
 * @typedef {object} Choice
 * @property {string} key
 * @property {string} expression
 * @property {number | null} line
 * @property {Words | null} problem  why it was not taken
 */

/** @typedef {{ number: number, sizes: number[], line: number | null, message: Words }} FoundNetwork  one of those that a program trains */

/**
 * What was found in a program of the reader's own.
 * @typedef {object} Found
 * @property {"found" | "partial" | "none"} state
 * @property {Words | null} message
 * @property {FoundRow[]} rows
 * @property {Words[]} missing
 * @property {number | null} line  to which the message points
 * @property {Record<string, OwnName>} names  by ref
 * @property {FoundNetwork[]} networks  all that the program trains
 * @property {number} network  the number of the one that is recorded
 * @property {Choice[]} choices
 * @property {"input" | "bias" | null} ones  how a column of ones in the data is drawn; null: there is none
 * @property {Partial<Record<"input" | "bias", number[]>>} ones_layers  how many nodes each layer has with either
 */

export {};
