// The code editor: CodeMirror with Python, the current line highlighted, the equations in a gutter, an error marked on its
// line, and a wavy underline for lines that differ from their equation.

import { mapLine } from "../text/line_mapping.js";
import {
  differingField,
  equationField,
  foundField,
  litField,
  nowField,
  setDiffering,
  setEquations,
  setFound,
  setLine,
  setLit,
  setRole,
} from "./editor_marks.js";
import { follow } from "./editor_scroll.js";
import { foundPlaces, symbols } from "./found_places.js";
import { draggableMarks, draggableNumbers } from "./number_drag.js";
import { refsAtCursor, symbolChanges, symbolField } from "./symbol_marks.js";
import {
  Annotation,
  bracketMatching,
  Compartment,
  closeBrackets,
  Decoration,
  defaultKeymap,
  drawSelection,
  EditorState,
  EditorView,
  gutter,
  HighlightStyle,
  highlightSelectionMatches,
  history,
  historyKeymap,
  indentOnInput,
  indentUnit,
  indentWithTab,
  isolateHistory,
  keymap,
  lineNumbers,
  placeholder,
  python,
  searchKeymap,
  setDiagnostics,
  syntaxHighlighting,
  tags,
} from "./vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("./editor_marks.js").Label} Label */

const fromPage = Annotation.define();
const words = new Compartment();

const colours = HighlightStyle.define([
  {
    tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword, tags.operatorKeyword],
    fontWeight: "600",
  },
  { tag: tags.comment, color: "var(--soft)" },
  { tag: [tags.string, tags.docString], color: "var(--soft)" },
]);

/** @typedef {Record<string, any>} Shown  the input of the marks that an editor shows */

/** The input of the marks, by editor: only the marks whose input has changed are made anew. @type {WeakMap<EditorView, Shown>} */
const shown = new WeakMap();

/** @param {HTMLElement} parent @param {Model} model @param {import("../state/messages.js").Send} send */
export function create(parent, model, send) {
  const keys = [
    {
      key: "Mod-Enter",
      run: () => {
        send("run");
        return true;
      },
    },
    {
      key: "Escape",
      run: (/** @type {EditorView} */ view) => {
        view.contentDOM.blur();
        return true;
      },
    },
    indentWithTab,
    ...historyKeymap,
    ...searchKeymap,
    ...defaultKeymap,
  ];
  const extensions = [
    lineNumbers(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    highlightSelectionMatches(),
    indentUnit.of("    "),
    python(),
    syntaxHighlighting(colours),
    draggableNumbers(() => send("run-changed")),
    keymap.of(keys),
    nowField,
    litField,
    equationField,
    differingField,
    foundField,
    symbolField,
    EditorView.domEventHandlers({
      mouseover: ({ target }) => point(target, send),
      mouseleave: () => point(null, send),
      click: ({ target }) => tap(target, send),
    }),
    gutter({
      class: "equations",
      side: "after",
      markers: (view) => view.state.field(equationField),
    }),
    EditorView.lineWrapping,
    hanging,
    words.of([]),
    EditorView.updateListener.of(({ docChanged, selectionSet, state, transactions }) => {
      if (transactions.some((one) => one.annotation(fromPage))) return;
      const pasted = transactions.some(
        (one) => one.isUserEvent("input.paste") || one.isUserEvent("input.drop"),
      );
      if (docChanged) send("edit", { code: state.doc.toString(), pasted });
      else if (selectionSet) send("cursor", state.doc.lineAt(state.selection.main.head).number);
      if (docChanged || selectionSet) send("highlight", docChanged ? [] : refsAtCursor(state));
    }),
  ];
  const view = new EditorView({ parent });
  open(view, model, extensions);
  // A phone turned or a window made smaller: the line of this step stays in sight.
  addEventListener("resize", () => {
    const { nowLine } = shown.get(view) ?? {};
    if (nowLine && view.dom.isConnected && !view.hasFocus) follow(view, nowLine);
  });
  return view;
}

/** Says which row of what was found the pointer is at. @param {EventTarget | null} target @param {import("../state/messages.js").Send} send */
function point(target, send) {
  const place = target instanceof Element ? target.closest("[data-found]") : null;
  const row = place ? Number(place.getAttribute("data-found")) : -1;
  if (row === pointed) return;
  pointed = row;
  send("point-role", row);
}
let pointed = -1;

/** A finger points only while it is down: what it tapped stays lit. @param {EventTarget | null} target @param {import("../state/messages.js").Send} send */
function tap(target, send) {
  const place = target instanceof Element ? target.closest("[data-ref]") : null;
  if (place) send("highlight", place.getAttribute("data-ref")?.split(" ") ?? []);
}

/** Opens a program with an undo history of its own. @param {EditorView} view @param {Model} model @param {any} extensions */
function open(view, { program }, extensions) {
  view.setState(EditorState.create({ doc: program.program, extensions }));
  shown.set(view, { extensions, program: program.id });
}

const SURE = 4; // frames in which the heights of a new text settle

/** Updates the editor from the model. @param {EditorView} view @param {Model} model */
export function show(view, model) {
  const isNew = shown.get(view)?.program !== model.program.id;
  if (isNew) open(view, model, shown.get(view)?.extensions);
  const last = shown.get(view) ?? {};
  const { code, shownCode, run, t, nowLine, equationLines, isOwn, found, role, place } = model;
  const text = view.state.doc.toString();
  if (code !== text)
    view.dispatch({
      ...replacement(text, code),
      annotations: [fromPage.of(true), isolateHistory.of("full")], // one undo takes back this change alone
    });
  const { iteration, step } = model.scene.position;
  /** @type {Shown} */
  const now = {
    extensions: last.extensions,
    program: model.program.id,
    t,
    isOwn,
    found,
    role,
    place,
    equationLines,
    differing: String(model.differingLines),
    marked: t(model.isStale ? "run.old" : "check.marked"),
    lit: String(model.litLines),
    shownCode,
    error: run.error,
    nowLine: nowLine || last.nowLine, // none while a run begins
    position: `${iteration}/${step}`,
  };
  const effects = [...changes(view, model, now, last), ...symbolChanges(view, model)];
  if (last.lit !== now.lit || code !== text) effects.push(setLit.of(model.litLines));
  if (effects.length) view.dispatch({ effects }); // one for all: each takes a layout of the page
  follows(view, model, now, last, isNew ? SURE : 0);
  shown.set(view, now);
}

/** The marks that are others than before. @param {EditorView} view @param {Model} model @param {Shown} now @param {Shown} last */
function changes(view, model, now, last) {
  const { t, isOwn, found, role, nowLine, differingLines } = model;
  /** @type {import("@codemirror/state").StateEffect<any>[]} */
  const effects = [];
  const isOther = (/** @type {string[]} */ ...names) =>
    names.some((name) => last[name] !== now[name]);
  if (isOther("t", "isOwn")) effects.push(words.reconfigure(named(t, isOwn)));
  if (isOther("equationLines", "shownCode") && !found?.rows.length)
    effects.push(setEquations.of(equations(model)));
  if (isOther("found")) {
    effects.push(setFound.of(foundPlaces(view.state.doc, model)));
    if (found?.rows.length) effects.push(setEquations.of(symbols(model)));
  }
  if (isOther("role")) effects.push(setRole.of(role));
  if (isOther("differing", "marked"))
    effects.push(setDiffering.of({ lines: [...new Set(differingLines)], title: now.marked }));
  if (isOther("error"))
    effects.push(
      ...[setDiagnostics(view.state, diagnostics(view.state, model)).effects ?? []].flat(),
    );
  if (last.nowLine !== nowLine || isOther("position", "shownCode"))
    effects.push(setLine.of(nowLine));
  return effects;
}

/** Scrolls to the line that the text names, or to that of the step. @param {EditorView} view @param {Model} model @param {Shown} now @param {Shown} last @param {number} sure */
function follows(view, { litLines, nowLine, place, run }, now, last, sure) {
  if (last.lit !== undefined && last.lit !== now.lit && !view.hasFocus)
    follow(view, litLines[0] ?? nowLine);
  const goes = place?.line && last.place !== place;
  // A run by a dragged number moves nothing, though its first iterations come one after the other: who has dragged a number
  // wants to drag it again.
  const isElsewhere = last.nowLine !== nowLine || last.position !== now.position;
  const isDragged = run.state === "running" && run.cause === "set";
  if (nowLine && isElsewhere && !isDragged && !view.hasFocus && !goes) follow(view, nowLine, sure);
  if (!goes) return;
  if (place.writes) writeAt(view, place.line);
  follow(view, place.line, sure);
}

/** The numbers of the equations, by line. @param {Model} model @returns {[number, Label[]][]} */
const equations = ({ equationLines, shownCode, code }) =>
  equationLines.map(([line, text]) => [mapLine(shownCode, code, line), [{ text, quantity: "" }]]);

/** A line that is too long goes on four columns further in than it begins, and never breaks in its indentation. */
const hanging = EditorView.decorations.compute(["doc"], ({ doc }) =>
  Decoration.set(
    [...Array(doc.lines).keys()].flatMap((i) => {
      const { from, text } = doc.line(i + 1);
      const indent = text.length - text.trimStart().length;
      const attributes = { style: `--hang: ${indent + 4}ch` };
      const line = Decoration.line({ class: "hangs", attributes }).range(from);
      return indent ? [line, INDENT.range(from, from + indent)] : [line];
    }),
  ),
);
const INDENT = Decoration.mark({ class: "indent" });

/** @param {import("../text/i18n.js").Translate} t @param {boolean} isOwn */
const named = (t, isOwn) => [
  draggableMarks(t("editor.drag")),
  ...(isOwn ? [placeholder(t("own.placeholder"))] : []),
  EditorView.contentAttributes.of({
    "aria-label": t("editor.label"),
    "aria-describedby": "exercise", // so the task is read where the cursor comes to the line that it asks for
    tabindex: "0",
  }),
  EditorState.phrases.of({
    "Go to line": t("editor.goto"),
    Find: t("editor.find"),
    next: t("editor.next"),
    previous: t("editor.previous"),
    all: t("editor.all"),
    "match case": t("editor.case"),
    regexp: t("editor.regexp"),
    "by word": t("editor.word"),
    Replace: t("editor.replace"),
    replace: t("editor.replace"),
    "replace all": t("editor.replaceAll"),
    close: t("editor.close"),
  }),
];

/** Puts the cursor, and with it the focus, behind the code of a line, before its comment. @param {EditorView} view @param {number} line */
function writeAt(view, line) {
  const { from, text } = view.state.doc.line(line);
  const [code] = text.split("#");
  view.dispatch({ selection: { anchor: from + code.trimEnd().length } });
  view.focus();
}

/** The smallest change from one text to the other, so that marks keep their places. @param {string} from @param {string} to */
function replacement(from, to) {
  const most = Math.min(from.length, to.length);
  let top = 0;
  while (top < most && from[top] === to[top]) top++;
  let end = 0;
  while (end < most - top && from.at(-1 - end) === to.at(-1 - end)) end++;
  return { changes: { from: top, to: from.length - end, insert: to.slice(top, to.length - end) } };
}

/** @param {EditorState} state @param {Model} model */
function diagnostics({ doc }, { run, code }) {
  const line = run.error?.line ? mapLine(run.code, code, run.error.line) : 0;
  if (!run.error || line < 1 || line > doc.lines) return [];
  const { from, to, text } = doc.line(line);
  const start = from + text.length - text.trimStart().length;
  return [
    {
      from: Math.min(start, to),
      to,
      severity: /** @type {const} */ ("error"),
      message: `${run.error.type}: ${run.error.message}`,
    },
  ];
}
