// The network found in a program of the reader's own: each quantity with its place. Before a run: how to begin.

import { rowsSetBy } from "../recording/found.js";
import { layerName } from "../text/layer_name.js";
import { shapeInWords } from "../text/shape.js";
import { quantitySymbol } from "../widgets/found_places.js";
import { inputValue } from "../widgets/input_value.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../recording/told_types.js").Found} Found */
/** @typedef {import("../recording/told_types.js").FoundRow} FoundRow */

/**
 * @param {Model} model
 * @param {Send} send
 * @param {unknown} checked  how the program compares with the equations
 * @param {unknown} samples
 */
export function found(model, send, checked, samples) {
  const { t, found: result, recording } = model;
  const rows = result?.rows ?? [];
  const begins = result?.state === "none" || !recording.kept.length;
  return html`<section class="found" aria-labelledby="found-heading">
    <h2 class="headline" id="found-heading">${headline(model)}</h2>
    ${result ? [networks(model, send, result), told(model, send, result)] : nothing}
    ${checked}
    ${rows.length ? [table(model, send, rows), why(model, rows)] : nothing}
    ${rows.length ? compared(model, rows) : nothing}
    ${samples}
    ${begins ? [beginnings(model, send), html`<p class="soft">${t("own.private")}</p>`] : nothing}
  </section>`;
}

/** @param {Model} model */
function headline({ t, found: result, recording, code, run }) {
  if (run.state === "running" && !result) return t("found.looking");
  if (result?.state === "none") return t("found.none");
  if (result && recording.network)
    return t("found.network", { sizes: sizes(t, recording.network) });
  return t(code.trim() ? "own.run" : "own.begin");
}

/** "3 inputs, 4 hidden nodes, 1 output". @param {Model["t"]} t @param {import("../recording/types.js").Network} network */
function sizes(t, { layers }) {
  const last = layers.length - 1;
  return layers
    .map(({ length: count }, l) => {
      const kind = l === 0 ? "input" : l === last ? "output" : "hidden";
      return t(`found.count.${kind}`, { count });
    })
    .join(t("found.comma"));
}

/** Why nothing, or not all, was found, and the way on. @param {Model} model @param {Send} send @param {Found} result */
function told({ t, view, run }, send, { state, message, missing, line, choices }) {
  const lost = choices.filter(({ problem }) => problem);
  const undo = (/** @type {string} */ key) =>
    html` <button type="button" data-action="unchoose" ?disabled=${run.state === "running"} @click=${() => send("choose", { key, expression: "" })}>${t("found.choice.undo")}</button>`;
  const sentences = [message, ...missing]
    .flatMap((words) => words?.[view.lang] ?? [])
    .filter((one) => one !== t("found.none"));
  const goes = line
    ? html` <button type="button" data-action="show-line" @click=${() => send("show-line", line)}>${t("findings.goLine", { line })}</button>`
    : nothing;
  return html`${sentences.length ? html`<div role="status"><ul class="missing">${sentences.map((one, i) => html`<li>${one}${i ? nothing : goes}</li>`)}</ul></div>` : nothing}
    ${lost.length ? html`<div role="status"><ul class="missing">${lost.map(({ key, line: at, problem }) => html`<li>${problem?.[view.lang]}${at ? nothing : undo(key)}</li>`)}</ul></div>` : nothing}
    ${state === "found" ? nothing : html`<p>${t(state === "none" ? "found.wayOn" : "found.wayOnPartial")}</p>`}`;
}

// ---- The table

/** @param {Model} model @param {Send} send @param {FoundRow[]} rows */
function table(model, send, rows) {
  const { t, recording, scene } = model;
  const step = scene.moment?.step;
  const now = recording.network && step ? rowsSetBy(recording.network, rows, step) : [];
  return html`<table class="roles" @pointerleave=${() => send("point-role", -1)}>
    <caption class="unseen">${t("found.caption")}</caption>
    <thead><tr>
      <td></td><th scope="col">${t("found.quantity")}</th><th scope="col">${t("found.expression")}</th>
      <th scope="col">${t("found.shape")}</th><th scope="col">${t("found.words")}</th>
    </tr></thead>
    <tbody>${rows.map((row, i) => [line(model, send, row, i, now.includes(i)), questions(model, send, rows, i)])}</tbody>
  </table>`;
}

/** @param {Model} model @param {Send} send @param {FoundRow} row @param {number} i @param {boolean} isNow */
function line(model, send, row, i, isNow) {
  const { t, view } = model;
  const { quantity, name, expression, shape, message, evidence } = row;
  return html`<tr data-role=${quantity} data-layer=${row.layer} data-line=${row.line} data-now=${isNow ? "" : nothing}
      data-lit=${model.role === i ? "" : nothing} @pointerenter=${() => send("point-role", i)}
      @focusin=${() => send("point-role", i)} @focusout=${() => send("point-role", -1)} @click=${() => send("go-role", i)}>
    <td class="symbol"><span class="chip" data-quantity=${quantity} aria-hidden="true">${quantitySymbol(quantity)}</span></td>
    <th scope="row">${nameOf(model, row)}</th>
    <td class="expression"><button type="button" data-action="go-role" title=${expression}
      aria-description="${message[view.lang]} ${evidence[view.lang]}"><code>${name || expression}</code>
      <span class="line"><span class="unseen">${t("found.line")}</span> ${row.line}</span></button></td>
    <td class="shape">${shapeInWords(t, shape, row.axes)}</td>
    <td class="words">${inWords(model, row)}</td>
  </tr>`;
}

// ---- Questions

/**
 * What the reader may decide about a row, below it: which of several values it is; of the inputs, what a column of ones is.
 * @param {Model} model
 * @param {Send} send
 * @param {FoundRow[]} rows
 * @param {number} i
 */
function questions(model, send, rows, i) {
  return [aboutOnes(model, send, rows, i), aboutValue(model, send, rows[i])];
}

/** @param {Model} model @param {Send} send @param {FoundRow[]} rows @param {number} i */
function aboutOnes(model, send, rows, i) {
  const { t, found: result } = model;
  if (!result?.ones || rows[i].quantity !== "input" || rows[i + 1]?.quantity === "input")
    return nothing;
  const answers = /** @type {const} */ (["input", "bias"]).map((one) => ({
    expression: one,
    is_shown: result.ones === one,
    says: html`<b>${t(`found.ones.${one}`)}</b> <span>${networkWith(t, result.ones_layers[one])}</span>`,
  }));
  const asks = t("found.ones.ask", { name: rows[i].name || rows[i].expression });
  return question(model, send, "ones", asks, answers);
}

/** @param {Model} model @param {Send} send @param {FoundRow} row */
function aboutValue(model, send, row) {
  const { t } = model;
  const { quantity, layer, candidates } = row;
  if (candidates.length < 2) return nothing;
  const key = ["target", "input", "eta"].includes(quantity) ? quantity : `${quantity}[${layer}]`;
  const answers = candidates.map(({ expression, line, factor, is_shown, layers }) => ({
    expression,
    is_shown,
    says: html`<b><code>${expression}</code></b> <span>${[
      t("found.choice.line", { line }),
      is_shown ? t("found.choice.shown") : compares(t, factor),
      networkWith(t, layers),
    ].join(t("found.comma"))}</span>`,
  }));
  return question(
    model,
    send,
    key,
    t("found.choice.ask", { quantity: nameOf(model, row) }),
    answers,
    FOLDED.includes(quantity),
  );
}

/** By how much a value is larger than what is shown. @param {Model["t"]} t @param {string | null} factor */
const compares = (t, factor) =>
  factor === "1"
    ? t("found.choice.same")
    : t(factor ? "found.choice.factor" : "found.choice.other", { factor: factor ?? "" });

/** Quantities of which a choice changes no delta and no verdict: few readers want it, so it is folded. */
const FOLDED = ["input", "w", "b", "net", "eta"];

/**
 * @param {Model} model
 * @param {Send} send
 * @param {string} key  of the choice
 * @param {string} asks
 * @param {{ expression: string, is_shown: boolean, says: unknown }[]} answers
 * @param {boolean} [isFolded]  until the reader opens it
 */
function question({ t, found: result, run }, send, key, asks, answers, isFolded = false) {
  const made = result?.choices.find((one) => one.key === key);
  const choose = (/** @type {string} */ expression) => send("choose", { key, expression });
  const isBusy = run.state === "running";
  const body = html`<div role="group" aria-label=${asks}>${isFolded ? nothing : html`<p>${asks}</p>`}
      <div class="answers">${answers.map(
        ({
          expression,
          is_shown,
          says,
        }) => html`<button type="button" data-choice=${expression} aria-pressed=${is_shown ? "true" : "false"} ?disabled=${isBusy}
        @click=${() => is_shown || choose(expression)}>${says}</button>`,
      )}</div>
      ${
        made && !made.problem
          ? html`<p class="made">${made.line ? t("found.choice.noted", { line: made.line }) : t("found.choice.made")}
              <button type="button" data-action="unchoose" ?disabled=${isBusy} @click=${() => choose("")}>${t("found.choice.undo")}</button>
              ${made.line ? nothing : html`<button type="button" data-action="note-choice" ?disabled=${isBusy} title="# backprop: ${key} = ${made.expression}" @click=${() => send("note-choice", { key, expression: made.expression })}>${t("found.choice.note")}</button>`}</p>`
          : nothing
      }
    </div>`;
  return html`<tr class="question" data-question=${key}><td></td><td colspan="4">${
    isFolded ? html`<details ?open=${!!made}><summary>${asks}</summary>${body}</details>` : body
  }</td></tr>`;
}

/** "network 2–4–1". @param {Model["t"]} t @param {number[] | undefined} layers */
const networkWith = (t, layers) =>
  layers ? t("found.choice.network", { layers: layers.join("–") }) : "";

/** The menu of a program's networks, where it trains several. @param {Model} model @param {Send} send @param {Found} result */
function networks({ t, view, run }, send, { networks: all, network }) {
  if (all.length < 2) return nothing;
  const go = (/** @type {Event} */ event) => send("network", Number(inputValue(event)));
  return html`<p class="networks"><label>${t("found.networks", { count: all.length })}
    <select data-action="network" ?disabled=${run.state === "running"} @change=${go}>${all.map(
      ({ number, message }) =>
        html`<option value=${number} ?selected=${number === network}>${number}. ${message[view.lang]}</option>`,
    )}</select></label></p>`;
}

// ---- A row in words

/** "hidden weights". @param {Model} model @param {FoundRow} row */
function nameOf({ t, recording }, { quantity, layer }) {
  const last = (recording.network?.layers.length ?? 0) - 1;
  if (["input", "target", "eta"].includes(quantity) || last < 1) return t(`found.name.${quantity}`);
  return t(`found.of.${quantity}`, { layer: layerName(t, layer, last) });
}

/** The axes of arrays of data and weights; of a delta its sign and factor. @param {Model} model @param {FoundRow} row */
function inWords({ t }, { quantity, axes, sign, factor }) {
  const signed = sign < 0 ? "found.opposite" : "found.same";
  return [
    lies(t, quantity, axes),
    quantity === "delta" ? t(signed) : "",
    factor ? t("found.factor", { factor }) : "",
  ]
    .filter(Boolean)
    .join(t("found.comma"));
}

/** @param {Model["t"]} t @param {FoundRow["quantity"]} quantity @param {FoundRow["axes"]} axes */
function lies(t, quantity, axes) {
  if (axes.length < 2) return "";
  if (quantity === "w") return t(`found.axes.${axes[0]}`);
  const at = quantity === "delta" ? -1 : axes.indexOf("sample"); // of a delta, sign and factor tell enough
  return at < 0 ? "" : t(at ? "found.axes.columns" : "found.axes.rows");
}

/** Why the row that is pointed at is what it is. @param {Model} model @param {FoundRow[]} rows */
function why({ t, view, role }, rows) {
  const row = rows[role];
  return html`<p class="why soft" aria-hidden="true">${row ? `${row.message[view.lang]} ${row.evidence[view.lang]}` : t("found.why")}</p>`;
}

/** The number of compared numbers of each quantity, and the quantities that were not compared. @param {Model} model @param {FoundRow[]} rows */
function compared({ t, recording, run }, rows) {
  if (!recording.network || run.state === "running") return nothing;
  const has = (/** @type {string} */ quantity) => rows.some((row) => row.quantity === quantity);
  const all = /** @type {const} */ (["net", "a", "delta", "w", "b"]).filter(
    (one) => one !== "b" || recording.network?.biases.length,
  );
  const done = all.filter((one) => recording.compared[one]);
  const told = (/** @type {string} */ one, /** @type {number} */ count) =>
    t("found.compared.count", { name: t(`found.name.${one}`), count });
  const counts = done.map((one) => told(one, recording.compared[one]));
  const left = all.flatMap((one) => {
    const count = recording.uncompared[one];
    if (count) return told(one, count);
    return done.includes(one) || has(one)
      ? []
      : t("found.compared.unfound", { name: t(`found.name.${one}`) });
  });
  const comma = t("found.comma");
  return html`<p class="compared soft">${counts.length ? t("found.compared", { counts: counts.join(comma) }) : nothing}
    ${left.length ? t("found.compared.left", { left: left.join(comma) }) : t("found.compared.all")}</p>`;
}

// ---- Before the first run

/** @param {Model} model @param {Send} send */
function beginnings({ t, view, found: result, programs, program }, send) {
  const examples = programs.filter(({ says }) => says);
  return html`${result ? nothing : html`<p>${t("own.how")}</p>`}
    <h3 id="own-examples">${t("own.examples")}</h3>
    <ul class="examples" aria-labelledby="own-examples">${examples.map(
      ({
        id,
        title,
        says,
      }) => html`<li><button type="button" data-example=${id} aria-pressed=${id === program.id ? "true" : "false"}
        @click=${() => send("program", id)}><b>${title[view.lang]}</b> <span>${says?.[view.lang]}</span></button></li>`,
    )}</ul>`;
}
