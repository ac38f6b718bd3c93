// The types of a recording of one run: as Python sends it in pieces (Chunk), as the page keeps it (Recording), and what is
// read from it (Moment, State, Check, Position).
//
// A ref names one quantity: "a:4" "net:4" "delta:8" "w:8-4" (from node 4 to node 8) "b:4" "t:8" "eta".
// With a sample's number behind, it is the quantity of that sample: "a:4/2". In an equation there are also "delta:8@-3", what
// the third pass before made of it, and "Δw:8-4", what the update before did to a weight.

/** @typedef {import("../text/i18n.js").Words} Words */

// ---- The program's steps

/** @typedef {"forward" | "backward" | "update"} Phase */

/**
 * One assignment of a number to a quantity.
 * @typedef {object} Step
 * @property {number} line  of the program, from 1
 * @property {Phase} phase
 * @property {string | null} equation  its number in the catalogue; null where none belongs to the step
 * @property {string | null} instance  the number of the equation at this node
 * @property {string} sets  the ref
 * @property {number} at  where the number is among those of the segment
 * @property {string[]} reads  the refs that the step reads
 * @property {boolean} checked  an equation gives this number too
 * @property {number} [sample]  whose quantity it is, where one segment handles several samples
 * @property {string} [written]  the name of its equation, where that is not its ref (an update that sums up fewer samples, say)
 * @property {Record<string, number>} [operands]  what the equation reads as it stood before an earlier step of the segment: its number
 */

/**
 * A sequence of steps that a run repeats; each repetition is a segment.
 * @typedef {object} Pattern
 * @property {number} length  how many numbers one segment has
 * @property {Step[]} steps
 * @property {[ref: string, at: number, from: number][]} also  quantities that no step sets: the number at `at`, known from the step `from` on
 */

/**
 * An equation at one node.
 * @typedef {object} Instance
 * @property {string} arrow  "=" or an arrow for an update
 * @property {string} right  its right side, a template with the refs in «…»
 * @property {Words} words  what it says
 * @property {{ plus: Words, minus: Words }} [sense]  what the sign of the value means
 */

/**
 * @typedef {object} Sample
 * @property {number[]} x  inputs
 * @property {number[]} t  targets
 */

/**
 * How a quantity is written.
 * @typedef {object} Symbol
 * @property {string} tex
 * @property {string} text
 */

/**
 * @typedef {object} Network
 * @property {number[][]} layers  the nodes of each layer
 * @property {string[]} edges  "8-4": from node 4 to node 8
 * @property {number[]} biases  the nodes that have one
 * @property {string} activation
 * @property {Record<string, Symbol>} symbols  by ref
 * @property {Record<string, OwnName>} [names]  by ref, where quantities are written as the program writes them
 * @property {number} [sample]  whose rows these names have where no sample is named
 */

// ---- What Python says about the run

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
 * @property {{ angles: number[], largest: number | null, direction: "gradient" | "downhill" | "uphill" | "mixed" | null }} needle
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
 * @property {boolean} agrees
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

// ---- What the lessons' own panels draw beyond the recording

/** @typedef {[x1: number, x2: number][]} Polygon  corners in the plane of the first two inputs */

/**
 * One of many networks that were trained from different starts.
 * @typedef {object} Start
 * @property {(number | null)[]} curve  the error over the iterations
 * @property {(number | null)[]} outputs  by sample, at the end
 * @property {boolean} learnt
 * @property {string} begins  the lines that begin it in lesson xor
 */

/** @typedef {{ iterations: number[], all: Start[] }} Starts  iterations: where the curves have their points */

/**
 * @typedef {object} NeuronPoint
 * @property {number} net
 * @property {Record<string, [value: number, slope: number]>} on  by activation function
 * @property {number} measured  the slope as a difference quotient
 * @property {number} of_output  the slope from the output
 * @property {number} of_net  the slope from the net input
 */

/**
 * @typedef {object} NeuronFigure
 * @property {string} activation
 * @property {number[]} net
 * @property {Record<string, number[]>} curves  by activation function
 * @property {Record<string, NeuronPoint>} points  by iteration
 */

/**
 * @typedef {object} PathPoint
 * @property {number} iteration
 * @property {number[] | null} at  null where a coordinate is not a finite number
 * @property {number} error
 * @property {number[]} slope
 */

/**
 * The error over one or two numbers that the program changes; Python computes it at the end of a run.
 * @typedef {object} LandscapeFigure
 * @property {string[]} refs
 * @property {number[]} low
 * @property {number[]} high
 * @property {{ at: number[], error: number }} lowest
 * @property {PathPoint[]} path
 * @property {number | null} factor
 * @property {string | null} pace
 * @property {number[]} [error]  for one number
 * @property {[level: number, lines: number[][]][]} [contours]  for two numbers
 */

/** @typedef {{ neuron?: NeuronFigure | null, landscape?: LandscapeFigure | null, starts?: Starts | null }} Figures */

/**
 * What the playground shows of a program.
 * @typedef {object} PlaygroundGiven
 * @property {string[]} inputs
 * @property {string} cost
 * @property {string[]} activation
 * @property {number[][]} layers
 * @property {number[][]} train
 * @property {number[][]} test
 * @property {boolean} is_classes
 * @property {[[low: number, high: number], [low: number, high: number]]} span  of both axes
 * @property {number | null} lost  the iteration in which the numbers ceased to be finite
 */

/** @typedef {{ error: number | null, right: number | null } | null} Score */

/**
 * Each node's answer all over the plane.
 * @typedef {object} Maps
 * @property {Record<number, string>} bytes  by node, as base64
 * @property {Record<number, [low: number, high: number]>} ranges  by node, the values at both ends of the colours
 * @property {Score} train
 * @property {Score} test
 */

/** @typedef {{ given: PlaygroundGiven, iteration: number, maps: Maps | null }} Playground  maps: at the end of the iteration; null: not made yet */

// ---- A piece of a run, as Python sends it

/**
 * The part of a chunk that is JSON. Lists hold what is new since the last chunk.
 * @typedef {object} Header
 * @property {string} lesson
 * @property {Network | null} network
 * @property {Pattern[]} patterns
 * @property {string[][]} layouts  refs of the numbers that an iteration starts from
 * @property {Record<string, Instance>} instances  by ref
 * @property {Sample[]} samples
 * @property {number} iterations  so far
 * @property {number} stride  every how many iterations one is kept
 * @property {number[]} looks  the iterations after the training that change no weight; they are kept in spite of the stride
 * @property {number | null} [broken]  in the last chunk: the first iteration whose error is no finite number
 * @property {number} [first]  so many iterations are kept whatever the stride
 * @property {number} [loss_stride]  every how many iterations `loss` has a number
 * @property {string} output
 * @property {import("./pictures.js").Drawing[]} [drawings]  in the last chunk
 * @property {null | "done" | "error" | "budget"} end  null until the last chunk
 * @property {ProgramError | null} error
 * @property {Notice[]} notices
 * @property {Trait[] | null} rule
 * @property {Finding[]} [findings]  in the last chunk
 * @property {Judgement | null} [judgement]  in the last chunk
 * @property {Figures | null} figures  in the last chunk
 * @property {Playground | null} playground
 * @property {(Polygon | null)[]} [sides]  for the panel boundary, one for each kept iteration
 * @property {Verdict | null} verdict  in the last chunk
 * @property {Found | null} [found]  in the first and in the last chunk of a program of the reader's own
 */

/**
 * A piece of a run. `index` describes each kept iteration by whole numbers, one iteration after the other:
 *
 *   iteration, layout, segments, (pattern, sample) for each segment, differing, a step for each that differs
 *
 * where sample is -1 if the segment is not of one sample. `values` has its numbers in the same order: those of the layout,
 * those of each segment, and for each step that differs the number that the equation gives.
 * @typedef {object} Chunk
 * @property {Header} header
 * @property {Int32Array} index
 * @property {Float64Array} values
 * @property {Float64Array} loss  the error of each iteration
 */

/** @typedef {{ header: Header, index: string, values: string, loss: string }} Baked  a chunk in a file: the arrays as base64 */

// ---- A recording, as the page keeps it

/** @typedef {{ chunk: { index: Int32Array, values: Float64Array }, index: number, values: number }} Place  where a kept iteration begins in both arrays */

/**
 * @typedef {object} Recording
 * @property {Network | null} network
 * @property {Pattern[]} patterns
 * @property {string[][]} layouts
 * @property {Record<string, Instance>} instances
 * @property {Sample[]} samples
 * @property {number} iterations
 * @property {number} stride
 * @property {number[]} looks
 * @property {number} first
 * @property {number | null} broken
 * @property {string} output
 * @property {Header["end"]} end
 * @property {ProgramError | null} error
 * @property {Notice[]} notices
 * @property {Trait[] | null} rule  null until known
 * @property {Finding[]} findings
 * @property {Judgement | null} judgement
 * @property {Figures} figures
 * @property {Playground | null} playground
 * @property {Found | null} found  null where a lesson's names say which quantity is which
 * @property {number[]} loss  by iteration; NaN where Python sent none
 * @property {number[]} kept  the kept iterations, in order
 * @property {Place[]} places  of the kept iterations
 * @property {number} checks  how many numbers were compared with their equation
 * @property {Record<string, number>} compared  the same by quantity: "net", "a", "delta", "w", "b"
 * @property {Record<string, number>} uncompared  how many numbers of each quantity were not; without the inputs
 * @property {number[]} differing  the kept iterations in which one of them differs
 * @property {Map<number, Polygon | null>} sides  by iteration, where the network's answer is above one half
 */

// ---- What is read from it

/** @typedef {{ iteration: number, step: number }} Position  both from 0; step counts through the whole iteration */

/** @typedef {"quantity" | "node" | "line" | "pass" | "sample" | "iteration"} Granularity  how far one step goes */

/**
 * A part of a kept iteration that repeats a pattern.
 * @typedef {object} Segment
 * @property {Pattern} pattern
 * @property {number} segment  its number in the iteration
 * @property {number} sample  -1 for none, or for several
 * @property {number} first  the number of its first step in the iteration
 * @property {number} offset  where its numbers begin in the chunk's values
 */

/** @typedef {Segment & { step: Step }} Moment  a step in its place; sample: the step's own, else its segment's, -1 for none */

/** @typedef {Map<string, number>} State  the value of each ref */

/** @typedef {{ agrees: boolean, code: number, formula: number }} Check  the program's number, and the equation's from the same inputs */

export {};
