// The quantities of the network in the text of the program: pointing at one, or the cursor on it, lights it wherever the page
// shows it, and explains it.

import { refsOfSymbol, symbolsIn } from "../recording/code_symbols.js";
import { mapLine } from "../text/line_mapping.js";
import { Decoration, EditorView, pythonLanguage, StateEffect, StateField } from "./vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../recording/code_symbols.js").CodeSymbol} CodeSymbol */
/** @typedef {{ from: number, to: number, refs: string[] }} SymbolPlace */

/** @type {import("@codemirror/state").StateEffectType<SymbolPlace[]>} */
const setSymbols = StateEffect.define();
/** @type {import("@codemirror/state").StateEffectType<string[]>} */
const setPointed = StateEffect.define();

/** The last program whose symbols were looked for. */
let known = {
  text: "",
  names: /** @type {import("../recording/code_symbols.js").Names | undefined} */ (undefined),
  symbols: /** @type {CodeSymbol[]} */ ([]),
};

/** The places of the quantities in the program, each with the refs that it stands for now. @param {Model} model @returns {SymbolPlace[]} */
function symbolPlaces({ lesson, code, shownCode, recording, scene, found }) {
  const names = lesson?.names;
  if (!names || found?.rows.length) return []; // the network was found by what is computed, not by the lesson's names
  if (known.text !== code || known.names !== names)
    known = {
      text: code,
      names,
      symbols: symbolsIn(code, pythonLanguage.parser.parse(code), names),
    };
  const now = scene.moment?.step;
  return known.symbols
    .map((one) => ({
      from: one.from,
      to: one.to,
      refs: refsOfSymbol(recording, one, mapLine(code, shownCode, one.line), now),
    }))
    .filter(({ refs }) => refs.length);
}

/** The marks of the places; they move along with edits. Those of what is pointed at are lit. */
export const symbolField = StateField.define({
  create: () => ({ marks: Decoration.none, pointed: /** @type {string[]} */ ([]) }),
  update({ marks, pointed }, { changes, effects }) {
    const places = effects.find((effect) => effect.is(setSymbols))?.value;
    const lit = effects.find((effect) => effect.is(setPointed))?.value;
    return { marks: places ? marksOf(places) : marks.map(changes), pointed: lit ?? pointed };
  },
  provide: (field) => [
    EditorView.decorations.from(field, ({ marks }) => marks),
    EditorView.decorations.from(field, ({ marks, pointed }) => {
      /** @type {any[]} */
      const lit = [];
      for (const at = marks.iter(); pointed.length && at.value; at.next())
        if (pointed.some((ref) => setOf(at.value?.spec.refs).has(ref)))
          lit.push(LIT.range(at.from, at.to));
      return Decoration.set(lit);
    }),
  ],
});
const LIT = Decoration.mark({ class: "symbol-lit" });

/** @type {WeakMap<string[], Decoration>} by the refs, which are not changed: those of a weight matrix may be 25,000 */
const marks = new WeakMap();

/** @param {string[]} refs */
function markOf(refs) {
  let mark = marks.get(refs);
  if (!mark) {
    const attributes = { "data-ref": refs.join(" ") };
    mark = Decoration.mark({ class: "symbol", refs, attributes });
    marks.set(refs, mark);
  }
  return mark;
}

/** @type {WeakMap<string[], Set<string>>} */
const sets = new WeakMap();

/** @param {string[]} refs not changed */
function setOf(refs) {
  const known = sets.get(refs) ?? new Set(refs);
  sets.set(refs, known);
  return known;
}

/** @param {SymbolPlace[]} places */
const marksOf = (places) =>
  Decoration.set(
    places.map(({ from, to, refs }) => markOf(refs).range(from, to)),
    true,
  );

/** The refs of the symbol at the cursor; [] where there is none. @param {import("./vendor.js").EditorState} state @returns {string[]} */
export function refsAtCursor(state) {
  const { head, empty } = state.selection.main;
  /** @type {string[]} */
  let refs = [];
  if (empty)
    state.field(symbolField).marks.between(head, head, (_from, _to, { spec }) => {
      refs = spec.refs;
    });
  return refs;
}

/** The input from which the marks of each editor were made last. @type {WeakMap<EditorView, { of: unknown[], highlighted: string[] }>} */
const shown = new WeakMap();

/** The effects that mark the places, and light those of what is pointed at. @param {EditorView} view @param {Model} model */
export function symbolChanges(view, model) {
  const { found, code, shownCode, recording, scene, highlighted, lesson } = model;
  const of = [
    lesson,
    found,
    code,
    shownCode,
    recording,
    recording.patterns.length,
    scene.moment?.step,
  ];
  const last = shown.get(view);
  /** @type {StateEffect<any>[]} */
  const effects = [];
  if (of.some((one, i) => one !== last?.of[i])) effects.push(setSymbols.of(symbolPlaces(model)));
  if (last?.highlighted !== highlighted) effects.push(setPointed.of(highlighted));
  shown.set(view, { of, highlighted });
  return effects;
}
