// Text files to download: a notebook, and a table of one iteration's steps.

import { valueAt } from "../recording/read.js";
import { repr } from "../text/format.js";

/** A Jupyter notebook (format 4.5) with the program in one cell. @param {string} title @param {string} code */
export function notebook(title, code) {
  const cells = [
    { cell_type: "markdown", id: "title", metadata: {}, source: [`# ${title}`] },
    {
      cell_type: "code",
      id: "program",
      metadata: {},
      execution_count: null,
      outputs: [],
      source: code.split(/(?<=\n)/),
    },
  ];
  const metadata = {
    kernelspec: { display_name: "Python 3", language: "python", name: "python3" },
    language_info: { name: "python" },
  };
  return `${JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}

const COLUMNS = ["iteration", "step", "line", "phase", "equation", "sample", "quantity", "value"];

/**
 * Every step of the current iteration as CSV: counted from 0, as in Python, and with all digits.
 * @param {import("../recording/types.js").Recording} recording
 * @param {import("../recording/scene.js").Scene} scene
 */
export function table(recording, { moments, position: { iteration } }) {
  const rows = moments.map((moment, i) => {
    const { line, phase, equation, sets } = moment.step;
    const sample = moment.sample < 0 ? "" : moment.sample;
    return [
      iteration,
      i,
      line,
      phase,
      equation ?? "",
      sample,
      sets,
      repr(valueAt(recording, iteration, moment)),
    ];
  });
  return [COLUMNS, ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}
