// The program: edited here, run, and followed line by line.

import { create, show } from "../widgets/code_editor.js";
import { inputValue } from "../widgets/input_value.js";
import { Directive, directive, html, noChange, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */

const HINTS = ["editor.keyRun", "editor.keyNumber", "editor.keyLeave"];

/**
 * @param {Model} model
 * @param {Send} send
 * @param {unknown} status which run is shown, and what Python is doing
 * @param {unknown} outcome what went wrong in it, and how it compares with the equations
 * @param {unknown} files that it may open
 */
export function editor(model, send, status, outcome, files) {
  const { t, run, program, programs, code, nowLine, isOwn } = model;
  return html`<section class="editor" aria-labelledby="editor-heading">
    <div class="head">
      <h2 class="unseen" id="editor-heading">${t("editor.heading")}</h2>
      ${
        run.state === "running"
          ? html`<button type="button" class="main" data-action="stop" @click=${() => send("stop")}>${t("editor.stop")}</button>`
          : html`<button type="button" class="main" data-action="run" title=${t("editor.runHint")}
              ?disabled=${model.python.state === "failed"} @click=${() => send("run")}><svg class="glyph full" viewBox="0 0 20 20" aria-hidden="true"><path d="M5 3l12 7-12 7z"/></svg>${t("editor.run")}</button>`
      }
      ${status}
      ${programs.length > 1 ? chooser(model, send) : nothing}
      ${isOwn ? opener(model, send) : nothing}
      ${
        model.mine === null
          ? html`<button type="button" data-action="reset" ?disabled=${code === program.program} title=${t(program.program ? "editor.resetHint" : "own.clearHint")}
              @click=${() => send("reset")}>${t(program.program ? "editor.reset" : "own.clear")}</button>`
          : html`<button type="button" data-action="mine" title=${t("editor.mineHint")} @click=${() => send("bring-back", model.mine ?? "")}>${t("editor.mine")}</button>`
      }
    </div>
    ${model.isKept ? nothing : html`<p class="not-kept" role="status">${t("editor.notKept")} <button type="button" data-take="py" @click=${() => send("take", "py")}>${t("editor.download")}</button></p>`}
    ${outcome}
    <div class="code" data-line=${nowLine || nothing} ${codeMirror(model, send)}></div>
    ${files}
    <p class="keys">${HINTS.map((hint) => html`<span>${t(hint)}</span> `)}</p>
  </section>`;
}

/** @param {Model} model @param {Send} send */
function chooser({ t, programs, program, view }, send) {
  return html`<select aria-label=${t("editor.program")} @change=${(/** @type {Event} */ event) => send("program", inputValue(event))}>
    ${programs.map(({ id, title }) => html`<option value=${id} ?selected=${id === program.id}>${title[view.lang]}</option>`)}
  </select>`;
}

/** @param {Model} model @param {Send} send */
function opener({ t }, send) {
  const choose = (/** @type {any} */ event) => event.currentTarget.nextElementSibling.click();
  const open = (/** @type {any} */ { currentTarget: input }) => {
    if (input.files.length) send("open-files", [...input.files]);
    input.value = ""; // so that the same file can be opened again
  };
  return html`<button type="button" data-action="open" title=${t("own.openHint")} @click=${choose}>${t("own.open")}</button>
    <input type="file" hidden multiple accept=".py,.txt,.ipynb,.csv,.tsv,.dat,.json,.npy,.npz,text/x-python,text/plain,text/csv,application/x-ipynb+json" aria-label=${t("own.open")} @change=${open}>`;
}

class CodeMirror extends Directive {
  /** @type {import("../widgets/vendor.js").EditorView | undefined} */ view;

  /** @param {Model} _model @param {Send} _send */
  render(_model, _send) {
    return noChange;
  }

  /** @param {any} part @param {[Model, Send]} args */
  update(part, [model, send]) {
    this.view ??= create(part.element, model, send);
    show(this.view, model);
    return noChange;
  }
}

const codeMirror = directive(CodeMirror);
