// Text as large as its column allows, for a wall; where even small text is too much, parts that can be spared go.

import { Directive, directive, noChange } from "./vendor.js";

/** The sizes tried until the column fits, each with the parts that are spared, and how many lines of code stay on each side. @type {[number, string, number][]} */
const TRIES = [
  [2, "", 5],
  [1.8, "", 5],
  [1.6, "", 5],
  [1.4, "", 5],
  [1.2, "", 5],
  [1.2, "", 3],
  [1.2, "", 2],
  [1.1, "", 2],
  [1, "", 2],
  [1, "general", 2],
  [1, "general agreement", 2],
  [1.1, "general agreement labels", 2],
  [1, "general agreement labels", 2],
  [1, "general agreement", 1],
  [1, "general agreement", 0],
  [1, "general agreement table", 2],
  [1, "general agreement table labels", 1],
  [1, "general agreement table labels", 0],
];

/** Whether all of the column's content is in sight. @param {HTMLElement} column */
const fits = (column) =>
  column.scrollHeight <= column.clientHeight + 1 &&
  [column, ...column.querySelectorAll("section, .formula, .piece")].every(
    (part) => part.scrollWidth <= part.clientWidth + 1 || part.clientWidth === 0,
  );

/** @param {HTMLElement} column */
function fill(column) {
  for (const [scale, spared, around] of TRIES) {
    column.style.setProperty("--fill", String(scale));
    column.dataset.spared = spared;
    for (const line of column.querySelectorAll("[data-away]"))
      line.toggleAttribute("data-far", Number(line.getAttribute("data-away")) > around);
    if (fits(column)) return;
  }
}

class FillHeight extends Directive {
  /** @type {ResizeObserver | undefined} */ observer;

  /** @param {unknown} _of what the column is drawn from */
  render(_of) {
    return noChange;
  }

  /** @param {any} part */
  update({ element }) {
    queueMicrotask(() => fill(element)); // once it is drawn
    if (this.observer) return noChange;
    this.observer = new ResizeObserver(() => fill(element));
    this.observer.observe(element);
    return noChange;
  }
}

/** `<div ${fillHeight(model)}>`: fits the text again each time it is drawn, and when the size of the element changes. */
export const fillHeight = directive(FillHeight);
