// The marks in the code editor: the line of the current step, the equations beside the lines, the places of the
// quantities that were found, the lines that differ. Each mark is a field of CodeMirror, set by an effect, and moves
// along with edits.

import {
  Decoration,
  EditorView,
  GutterMarker,
  gutterLineClass,
  RangeSet,
  StateEffect,
  StateField,
} from "./vendor.js";

/** @type {import("@codemirror/state").StateEffectType<number>} */
export const setLine = StateEffect.define();
/** @typedef {{ text: string, quantity: string }} Label  an equation, or the symbol of a quantity that was found */
/** @type {import("@codemirror/state").StateEffectType<[number, Label[]][]>} */
export const setEquations = StateEffect.define();
/** @type {import("@codemirror/state").StateEffectType<{ lines: number[], title: string }>} */
export const setDiffering = StateEffect.define();
/** @type {import("@codemirror/state").StateEffectType<number[]>} */
export const setLit = StateEffect.define();
class NowLine extends GutterMarker {
  elementClass = "now-line";
}
const nowInGutter = new NowLine();

/** The line of the current step; it moves along with edits. */
export const nowField = StateField.define({
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

/** Lines that the lesson's text names, or has just written; they move along with edits. */
export const litField = StateField.define({
  create: () => Decoration.none,
  update(marks, { changes, effects, state }) {
    const next = effects.find((effect) => effect.is(setLit));
    if (!next) return marks.map(changes);
    const known = next.value.filter((line) => line > 0 && line <= state.doc.lines);
    const lit = Decoration.line({ class: "lit-line", attributes: { "data-lit": "" } });
    return Decoration.set(
      known.sort((a, b) => a - b).map((line) => lit.range(state.doc.line(line).from)),
    );
  },
  provide: (field) => EditorView.decorations.from(field),
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
export const equationField = StateField.define({
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
export const setFound = StateEffect.define();
/** @type {import("@codemirror/state").StateEffectType<number>} */
export const setRole = StateEffect.define();

/** The places of the quantities that were found, underlined; they move along with edits. */
export const foundField = StateField.define({
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
export const differingField = StateField.define({
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
