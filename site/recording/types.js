// The types of a recording of one run: as Python sends it in pieces (Chunk), as the page keeps it (Recording), and what is
// read from it (Moment, State, Check, Position).
//
// A ref names one quantity: "a:4" "net:4" "delta:8" "w:8-4" (from node 4 to node 8) "b:4" "t:8" "eta".
// With a sample's number behind, it is the quantity of that sample: "a:4/2". In an equation there are also "delta:8@-3", what
// the third pass before made of it, and "Δw:8-4", what the update before did to a weight.

/** @typedef {import("../text/i18n.js").Words} Words */
/** @typedef {import("./told_types.js").ProgramError} ProgramError */
/** @typedef {import("./told_types.js").Notice} Notice */
/** @typedef {import("./told_types.js").Finding} Finding */
/** @typedef {import("./told_types.js").Judgement} Judgement */
/** @typedef {import("./told_types.js").OwnName} OwnName */
/** @typedef {import("./told_types.js").Trait} Trait */
/** @typedef {import("./told_types.js").Verdict} Verdict */
/** @typedef {import("./told_types.js").Found} Found */

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

/**
 * What a trained network gets wrong: how often a sample of the class of the row is read as that of the column, and the
 * iterations that look at a misread sample.
 * @typedef {object} Misread
 * @property {number[][] | null} table
 * @property {number} right
 * @property {number} all
 * @property {{ iteration: number, digit: number, answer: number }[]} looks
 */

/**
 * What Python needs of a run to send the reader's drawing through its network (panels/handwriting.py), or why it cannot.
 * @typedef {object} Handwriting
 * @property {Words} [refused]
 * @property {string[]} differs  the quantities that the program computes otherwise than the equations: "delta", "w", …
 * @property {boolean} momentum  an update of the program makes a part of the last one again
 */

/** @typedef {{ misread?: Misread | null, handwriting?: Handwriting | null, neuron?: NeuronFigure | null, landscape?: LandscapeFigure | null, starts?: Starts | null }} Figures */

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
 * @property {[number, number][]} [kept_loss]  the kept iterations of this chunk, each with its error
 * @property {boolean} [again]  the program has begun anew: what came before this chunk is void
 * @property {string} output
 * @property {import("./pictures.js").Drawing[]} [drawings]  in the last chunk
 * @property {null | "done" | "error" | "budget"} end  null until the last chunk
 * @property {boolean} [checking]  the run is over, and all that was recorded has come; the last chunk brings what is found in it
 * @property {ProgramError | null} error
 * @property {Notice[]} notices
 * @property {Trait[] | null} rule
 * @property {Finding[]} [findings]  in the last chunk
 * @property {Judgement | null} [judgement]  in the last chunk
 * @property {number | null} [searched]  in the last chunk: how many weights were searched for known mistakes
 * @property {Figures | null} figures  in the first chunk of a run that is over
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

/** @typedef {{ header: Header, index: string, values: string, loss: string }} Packed  a chunk as JSON: the arrays as base64 */

/** @typedef {{ header: Header, index: string, misses: string, loss: string }} Baked  a whole run in a lesson's file (baked.js) */

// ---- A recording, as the page keeps it

/** @typedef {{ chunk: { index: Int32Array, values: Float64Array }, index: number, values: number }} Place  where a kept iteration begins in both arrays */

/**
 * The reader's drawing, as an iteration behind the last one of the run.
 * @typedef {object} Drawn
 * @property {number} iteration
 * @property {number} sample
 * @property {Recording} run  without it
 * @property {Position} from  where the weights stand that it is read with
 */

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
 * @property {number | null} searched  how many weights were searched for known mistakes
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
 * @property {Drawn | null} drawn
 * @property {import("./state.js").Numbering} numbering  of the refs in its states
 * @property {Map<number, Polygon | null>} sides  by iteration, where the network's answer is above one half
 */

// ---- What is read from it

/** @typedef {{ iteration: number, step: number }} Position  both from 0; step counts through the whole iteration */

/** @typedef {"quantity" | "update" | "node" | "line" | "pass" | "sample" | "iteration"} Granularity  how far one step goes; update: one quantity, but all of an update together */

/**
 * A part of a kept iteration that repeats a pattern.
 * @typedef {object} Segment
 * @property {Pattern} pattern
 * @property {number} segment  its number in the iteration
 * @property {number} sample  -1 for none, or for several
 * @property {number} first  the number of its first step in the iteration
 * @property {number} offset  where its numbers begin in the chunk's values
 */

/** @typedef {Omit<Segment, "pattern"> & { step: Step }} Moment  a step in its place; sample: the step's own, else its segment's, -1 for none */

/** @typedef {import("./state.js").State} State  the value of each ref */

/** @typedef {{ agrees: boolean, code: number, formula: number }} Check  the program's number, and the equation's from the same inputs */

export {};
