// Numbers in the code editor that are dragged sideways, or changed with Alt and the up and down arrow; the program runs when
// the reader lets go. Undo takes back one drag as a whole.

import { moved, numberIn } from "../text/code_numbers.js";
import { Decoration, EditorView, isolateHistory, keymap, Transaction } from "./vendor.js";

const PIXELS = 7; // of the pointer, for one step
const LEAST = 4; // before which a press is a click

/** The number at a place of the document. @param {import("./vendor.js").EditorState} state @param {number} at */
function numberAt({ doc }, at) {
  const line = doc.lineAt(at);
  const found = numberIn(line.text);
  if (!found) return null;
  const [from, to] = [line.from + found.from, line.from + found.to];
  return at < from || at > to ? null : { from, to, text: doc.sliceString(from, to), found };
}

/** The numbers that can be dragged, underlined. @param {string} hint */
export const draggableMarks = (hint) =>
  EditorView.decorations.compute(["doc"], ({ doc }) => {
    const mark = Decoration.mark({ class: "draggable", attributes: { title: hint } });
    const all = [...Array(doc.lines).keys()].flatMap((i) => {
      const { from, text } = doc.line(i + 1);
      const number = numberIn(text);
      return number ? [mark.range(from + number.from, from + number.to)] : [];
    });
    return Decoration.set(all);
  });

/**
 * Drags the number under the pointer; a press without a drag is a click.
 * @param {PointerEvent} event @param {EditorView} view @param {() => void} done
 */
function drag(event, view, done) {
  const isOnNumber = event.target instanceof Element && event.target.closest(".draggable");
  const at = isOnNumber && event.button === 0 ? view.posAtCoords(event) : null;
  const number = at === null ? null : numberAt(view.state, at);
  if (!number) return false;
  const { from, text, found } = number;
  let shown = text;
  const show = (/** @type {string} */ next, /** @type {any} */ more = {}) => {
    view.dispatch({ changes: { from, to: from + shown.length, insert: next }, ...more });
    shown = next;
  };
  const onMove = (/** @type {PointerEvent} */ { clientX }) => {
    const way = clientX - event.clientX;
    const next = Math.abs(way) < LEAST ? text : moved(text, found, Math.round(way / PIXELS));
    if (next !== shown) show(next, { annotations: Transaction.addToHistory.of(false) });
  };
  const ended = new AbortController();
  const end = (/** @type {Event} */ { type }) => {
    ended.abort();
    const next = type === "pointerup" ? shown : text;
    if (shown !== text) show(text, { annotations: Transaction.addToHistory.of(false) });
    if (next === text && type === "pointerup") {
      view.dispatch({ selection: { anchor: /** @type {number} */ (at) } });
      view.focus();
    }
    if (next === text) return;
    show(next, { annotations: isolateHistory.of("full") });
    done();
  };
  addEventListener("pointermove", onMove, { signal: ended.signal });
  addEventListener("pointerup", end, { signal: ended.signal });
  addEventListener("pointercancel", end, { signal: ended.signal });
  return true;
}

/** Changes the number at the cursor by one step. @param {EditorView} view @param {1 | -1} steps */
function nudge(view, steps) {
  const number = numberAt(view.state, view.state.selection.main.head);
  if (!number) return false;
  const { from, to, text, found } = number;
  const insert = moved(text, found, steps);
  view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length } });
  return true;
}

/** @param {() => void} done is called when the reader has let go of a number that was changed */
export function draggableNumbers(done) {
  let isChanged = false;
  const change = (/** @type {1 | -1} */ steps) => (/** @type {EditorView} */ view) => {
    const is = nudge(view, steps);
    isChanged ||= is;
    return is;
  };
  return [
    keymap.of([
      { key: "Alt-ArrowUp", run: change(1) },
      { key: "Alt-ArrowDown", run: change(-1) },
    ]),
    EditorView.domEventHandlers({
      pointerdown: (event, view) => drag(event, view, done),
      keyup: ({ key }) => {
        if (key !== "Alt" || !isChanged) return;
        isChanged = false;
        done();
      },
    }),
  ];
}
