// The code editor: CodeMirror with Python, the current line highlighted, the equations in a gutter, an error marked on its
// line, and a wavy underline for lines that differ from their equation.

import { indexOfColumn } from "../text/columns.js";
import { mapLine } from "../text/line_mapping.js";
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
  GutterMarker,
  gutter,
  gutterLineClass,
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
  RangeSet,
  StateEffect,
  StateField,
  searchKeymap,
  setDiagnostics,
  syntaxHighlighting,
  tags,
} from "./vendor.js";

/** @typedef {import("../state/types.js").Model} Model */

const fromPage = Annotation.define();
/** @type {import("@codemirror/state").StateEffectType<number>} */
const setLine = StateEffect.define();
/** @typedef {{ text: string, quantity: string }} Label  an equation, or the symbol of a quantity that was found */
/** @type {import("@codemirror/state").StateEffectType<[number, Label[]][]>} */
const setEquations = StateEffect.define();
/** @type {import("@codemirror/state").StateEffectType<{ lines: number[], title: string }>} */
const setDiffering = StateEffect.define();
const words = new Compartment();

class NowLine extends GutterMarker {
  elementClass = "now-line";
}
const nowInGutter = new NowLine();

/** The line of the current step; it moves along with edits. */
const nowField = StateField.define({
  create: () => Decoration.none,
  update(marks, { changes, effects, state }) {
    const next = effects.find((effect) => effect.is(setLine));
    if (!next) return marks.map(changes);
    if (!next.value || next.value > state.doc.lines) return Decoration.none;
    return Decoration.set([
      Decoration.line({ class: "now-line" }).range(state.doc.line(next.value).from),
    ]);
  },
  provide: (field) => [
    EditorView.decorations.from(field),
    gutterLineClass.compute([field], (state) => {
      const at = state.field(field).iter();
      return at.value ? RangeSet.of([nowInGutter.range(at.from)]) : RangeSet.empty;
    }),
  ],
});

class Equation extends GutterMarker {
  /** @param {Label[]} labels */
  constructor(labels) {
    super();
    this.labels = labels;
  }
  /** @param {Equation} other */
  eq(other) {
    return JSON.stringify(this.labels) === JSON.stringify(other.labels);
  }
  toDOM() {
    const all = document.createElement("span");
    for (const { text, quantity } of this.labels) {
      const one = document.createElement("span");
      one.textContent = text;
      if (quantity) Object.assign(one.dataset, { quantity });
      if (quantity) one.className = "chip";
      all.append(one);
    }
    return all;
  }
}

/** The equation each line computes; it moves along with edits too. */
const equationField = StateField.define({
  create: () => /** @type {RangeSet<GutterMarker>} */ (RangeSet.empty),
  update(marks, { changes, effects, state }) {
    const next = effects.find((effect) => effect.is(setEquations));
    if (!next) return marks.map(changes);
    const known = next.value
      .filter(([line]) => line > 0 && line <= state.doc.lines)
      .sort(([a], [b]) => a - b);
    return RangeSet.of(
      known.map(([line, labels]) => new Equation(labels).range(state.doc.line(line).from)),
    );
  },
});

/** @typedef {{ from: number, to: number, quantity: string, row: number }} FoundPlace */
/** @type {import("@codemirror/state").StateEffectType<FoundPlace[]>} */
const setFound = StateEffect.define();
/** @type {import("@codemirror/state").StateEffectType<number>} */
const setRole = StateEffect.define();

/** The places of the quantities that were found, underlined; they move along with edits. */
const foundField = StateField.define({
  create: () => ({ marks: Decoration.none, role: -1 }),
  update({ marks, role }, { changes, effects }) {
    const next = effects.find((effect) => effect.is(setFound));
    const pointed = effects.find((effect) => effect.is(setRole));
    const places = /** @type {FoundPlace[]} */ (next?.value ?? []).toSorted(
      (a, b) => a.from - b.from || b.to - a.to,
    );
    const all = next
      ? Decoration.set(
          places.map(({ from, to, quantity, row }) =>
            Decoration.mark({
              class: "found-place",
              attributes: { "data-quantity": quantity, "data-found": String(row) },
            }).range(from, to),
          ),
          true,
        )
      : marks.map(changes);
    return { marks: all, role: pointed ? pointed.value : role };
  },
  provide: (field) => [
    EditorView.decorations.from(field, ({ marks }) => marks),
    EditorView.decorations.from(field, ({ marks, role }) => {
      /** @type {any[]} */
      const lit = [];
      for (const at = marks.iter(); at.value; at.next())
        if (at.value.spec.attributes["data-found"] === String(role))
          lit.push(Decoration.mark({ class: "found-lit" }).range(at.from, at.to));
      return Decoration.set(lit, true);
    }),
  ],
});

/** The lines that differ from their equation somewhere in the iteration shown. */
const differingField = StateField.define({
  create: () => Decoration.none,
  update(marks, { changes, effects, state }) {
    const next = effects.find((effect) => effect.is(setDiffering));
    if (!next) return marks.map(changes);
    const mark = Decoration.mark({
      class: "differs-line",
      attributes: { title: next.value.title },
    });
    const lines = next.value.lines
      .filter((line) => line > 0 && line <= state.doc.lines)
      .map((line) => state.doc.line(line))
      .filter(({ text }) => text.trim());
    return Decoration.set(
      lines.map(({ from, to, text }) =>
        mark.range(from + text.length - text.trimStart().length, to),
      ),
      true,
    );
  },
  provide: (field) => EditorView.decorations.from(field),
});

const colours = HighlightStyle.define([
  {
    tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword, tags.operatorKeyword],
    fontWeight: "600",
  },
  { tag: tags.comment, color: "var(--soft)" },
  { tag: [tags.string, tags.docString], color: "var(--soft)" },
]);

/**
 * What each editor shows, so that only the parts that have changed are updated.
 * @type {WeakMap<EditorView, Record<string, any>>}
 */
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
    keymap.of(keys),
    nowField,
    equationField,
    differingField,
    foundField,
    EditorView.domEventHandlers({
      mouseover: ({ target }) => point(target, send),
      mouseleave: () => point(null, send),
    }),
    gutter({
      class: "equations",
      side: "after",
      markers: (view) => view.state.field(equationField),
    }),
    words.of([]),
    EditorView.updateListener.of(({ docChanged, selectionSet, state, transactions }) => {
      if (transactions.some((one) => one.annotation(fromPage))) return;
      const pasted = transactions.some(
        (one) => one.isUserEvent("input.paste") || one.isUserEvent("input.drop"),
      );
      if (docChanged) send("edit", { code: state.doc.toString(), pasted });
      else if (selectionSet) send("cursor", state.doc.lineAt(state.selection.main.head).number);
    }),
  ];
  const view = new EditorView({ parent });
  open(view, model, extensions);
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

/** Opens a program with an undo history of its own. @param {EditorView} view @param {Model} model @param {any} extensions */
function open(view, { program }, extensions) {
  view.setState(EditorState.create({ doc: program.program, extensions }));
  shown.set(view, { extensions, program: program.id });
}

/** Updates the editor from the model. @param {EditorView} view @param {Model} model */
export function show(view, model) {
  if (shown.get(view)?.program !== model.program.id) open(view, model, shown.get(view)?.extensions);
  const last = shown.get(view) ?? {};
  const { code, shownCode, run, t, nowLine, equationLines, isOwn, found, role, place } = model;
  const differing = String(model.differingLines);
  const text = view.state.doc.toString();
  if (code !== text)
    view.dispatch({
      ...replacement(text, code),
      annotations: [fromPage.of(true), isolateHistory.of("full")], // one undo takes back this change alone
    });
  if (last.t !== t || last.isOwn !== isOwn)
    view.dispatch({ effects: words.reconfigure(named(t, isOwn)) });
  if (last.equationLines !== equationLines || last.shownCode !== shownCode) {
    const here = equationLines.map(
      ([line, text]) =>
        /** @type {[number, Label[]]} */ ([
          mapLine(shownCode, code, line),
          [{ text, quantity: "" }],
        ]),
    );
    if (!found?.rows.length) view.dispatch({ effects: setEquations.of(here) });
  }
  if (last.found !== found) {
    const places = foundPlaces(view.state.doc, model);
    view.dispatch({ effects: setFound.of(places) });
    if (found?.rows.length) view.dispatch({ effects: setEquations.of(symbols(model)) });
  }
  if (last.role !== role) view.dispatch({ effects: setRole.of(role) });
  if (last.differing !== differing || last.t !== t) {
    const lines = [...new Set(model.differingLines)];
    view.dispatch({ effects: setDiffering.of({ lines, title: t("check.marked") }) });
  }
  if (last.error !== run.error)
    view.dispatch(setDiagnostics(view.state, diagnostics(view.state, model)));
  const goes = place?.line && last.place !== place;
  const { iteration, step } = model.scene.position;
  const position = `${iteration}/${step}`;
  if (last.nowLine !== nowLine || last.position !== position || last.shownCode !== shownCode) {
    view.dispatch({ effects: setLine.of(nowLine) });
    if (nowLine && !view.hasFocus && !goes) follow(view, nowLine);
  }
  if (goes) follow(view, place.line);
  shown.set(view, {
    extensions: last.extensions,
    program: model.program.id,
    t,
    isOwn,
    found,
    role,
    place,
    equationLines,
    differing,
    shownCode,
    error: run.error,
    nowLine,
    position,
  });
}

const SYMBOLS = /** @type {Record<string, string>} */ ({
  input: "x",
  target: "t",
  delta: "δ",
  eta: "η",
});

/** The symbols in the gutter, by line. @param {Model} model @returns {[number, Label[]][]} */
function symbols({ found, foundCode, code }) {
  /** @type {Map<number, Map<string, Label>>} */
  const lines = new Map();
  for (const { line, quantity, assigned } of found?.rows ?? [])
    for (const one of assigned ? [line, assigned[0]] : [line]) {
      const here = mapLine(foundCode, code, one);
      const labels = lines.get(here) ?? new Map();
      lines.set(here, labels.set(quantity, { text: SYMBOLS[quantity] ?? quantity, quantity }));
    }
  return [...lines].map(([line, labels]) => [line, [...labels.values()]]);
}

/** Where a variable stands in a line, as a whole word; -1 if it does not. @param {string} text @param {string} name */
function columnOfName(text, name) {
  const isPart = (/** @type {string | undefined} */ letter) => /[\p{L}\p{N}_.]/u.test(letter ?? "");
  let at = name ? text.indexOf(name) : -1;
  while (at >= 0 && (isPart(text[at - 1]) || isPart(text[at + name.length])))
    at = text.indexOf(name, at + 1);
  return at;
}

/** Where the rows of what was found stand in the text: the variable if it is in that line, else the expression. @param {any} doc @param {Model} model @returns {FoundPlace[]} */
function foundPlaces(doc, { found, foundCode, code }) {
  const ran = foundCode.split("\n");
  const at = (/** @type {number} */ line, /** @type {number} */ column) => {
    const here = mapLine(foundCode, code, line);
    if (here < 1 || here > doc.lines || doc.line(here).text !== ran[line - 1]) return -1;
    return doc.line(here).from + indexOfColumn(ran[line - 1], column);
  };
  return (found?.rows ?? [])
    .flatMap(({ name, quantity, line, column, end_line, end_column, assigned }, row) => {
      const first = assigned ? at(assigned[0], assigned[1]) : -1;
      const variable = { from: first, to: first + name.length, quantity, row };
      const named = columnOfName(ran[line - 1], name);
      const from = at(line, 0) + named;
      if (named >= 0 && from >= named)
        return [variable, { from, to: from + name.length, quantity, row }];
      return [variable, { from: at(line, column), to: at(end_line, end_column), quantity, row }];
    })
    .filter(
      ({ from, to, row }, i, all) =>
        from >= 0 &&
        to > from &&
        !all.slice(0, i).some((one) => one.row === row && one.from === from),
    );
}

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
  ...(isOwn ? [EditorView.lineWrapping, hanging, placeholder(t("own.placeholder"))] : []),
  EditorView.contentAttributes.of({ "aria-label": t("editor.label"), tabindex: "0" }),
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

/** The frame in which an editor checks again whether a line is visible. @type {WeakMap<EditorView, number>} */
const nextLook = new WeakMap();

/**
 * Scrolls the editor, not the page, to a line.
 * @param {EditorView} view
 * @param {number} line
 * @param {number} [looks] how often to check again: CodeMirror only estimates the heights of lines until it draws them
 */
function follow(view, line, looks = 8) {
  // Otherwise a check for an earlier line would replace this one.
  cancelAnimationFrame(nextLook.get(view) ?? 0);
  view.requestMeasure({
    key: follow,
    read: () => scrollFor(view, line),
    write: (scrollTop) => {
      if (scrollTop === undefined) return;
      view.scrollDOM.scrollTop = scrollTop;
      if (looks && view.dom.isConnected)
        nextLook.set(
          view,
          requestAnimationFrame(() => follow(view, line, looks - 1)),
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
