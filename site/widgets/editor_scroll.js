// Scrolls the code editor to a line.

import { begin, end } from "../state/settled.js";

/** @typedef {import("./vendor.js").EditorView} EditorView */

/** The frame in which an editor checks again whether a line is visible. @type {WeakMap<EditorView, number>} */
const nextLook = new WeakMap();

/**
 * Scrolls the editor, not the page, to a line.
 * @param {EditorView} view
 * @param {number} line
 * @param {number} [sure] how often to check again though the line is visible: a new text moves once its lines are drawn
 * @param {number} [looks] how often to check again where it is not: CodeMirror only estimates the heights of lines until it
 *   draws them
 */
export function follow(view, line, sure = 0, looks = 8) {
  // Otherwise a check for an earlier line would replace this one.
  cancelAnimationFrame(nextLook.get(view) ?? 0);
  begin(view);
  view.requestMeasure({
    key: follow,
    read: () => scrollFor(view, line),
    write: (scrollTop) => {
      const isSeen = scrollTop === undefined;
      if (!view.dom.isConnected || !(isSeen ? sure : looks)) return end(view);
      if (!isSeen) view.scrollDOM.scrollTop = scrollTop;
      nextLook.set(
        view,
        requestAnimationFrame(() =>
          follow(view, line, sure - Number(isSeen), looks - Number(!isSeen)),
        ),
      );
    },
  });
}

/**
 * The scroll position at which a line is visible; undefined if it is visible now, the current position if that cannot be
 * told yet.
 * @param {EditorView} view
 * @param {number} line
 */
function scrollFor(view, line) {
  // The text may have become shorter since the check was planned.
  if (line > view.state.doc.lines) return undefined;
  const { from } = view.state.doc.line(line);
  const { scrollTop, clientHeight } = view.scrollDOM;
  const shift = scrollTop - view.scrollDOM.getBoundingClientRect().top;
  const drawn = view.coordsAtPos(from);
  const { top, bottom } = drawn
    ? { top: drawn.top + shift, bottom: drawn.bottom + shift }
    : view.lineBlockAt(from);
  const seen = top >= scrollTop + 20 && bottom <= scrollTop + clientHeight - 20;
  if (!clientHeight || (seen && !drawn)) return scrollTop;
  return seen ? undefined : top - clientHeight / 2;
}
