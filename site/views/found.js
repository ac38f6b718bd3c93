// What was found in a program of the reader's own: each quantity with its place. Before a run: how to begin.

import { rowsSetBy } from "../recording/found.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../recording/types.js").FoundRow} FoundRow */

/** How each quantity is written. @type {Record<FoundRow["quantity"], string>} */
const SYMBOLS = {
  input: "x",
  target: "t",
  w: "w",
  b: "b",
  net: "net",
  a: "a",
  delta: "δ",
  eta: "η",
};

/**
 * @param {Model} model
 * @param {Send} send
 * @param {unknown} checked  how the program compares with the equations
 */
export function found(model, send, checked) {
  const { t, found: result, recording } = model;
  const rows = result?.rows ?? [];
  return html`<section class="found" aria-labelledby="found-heading">
    <h2 class="headline" id="found-heading">${headline(model)}</h2>
    ${result ? missing(model) : nothing}
    ${rows.length ? table(model, send, rows) : nothing}
    ${checked}
    ${recording.kept.length || rows.length ? nothing : beginnings(model, send)}
    ${result?.state === "none" || !recording.kept.length ? html`<p class="soft">${t("own.private")}</p>` : nothing}
  </section>`;
}

/** @param {Model} model */
function headline({ t, view, found: result, recording, code, run }) {
  if (result?.state === "none") return result.message?.[view.lang] ?? t("found.none");
  const sizes = recording.network?.layers.map((layer) => layer.length).join("-") ?? "";
  if (sizes && recording.kept.length) return t("found.network", { sizes });
  if (run.state === "running") return t("found.looking");
  return t(code.trim() ? "own.run" : "own.begin");
}

/** What the headline does not say: what is doubtful, and what is missing, with the way on. @param {Model} model */
function missing({ t, view, found: result }) {
  if (!result) return nothing;
  const told = [result.state === "none" ? null : result.message, ...result.missing].flatMap(
    (words) => words?.[view.lang] ?? [],
  );
  return html`${told.length ? html`<ul class="missing">${told.map((one) => html`<li>${one}</li>`)}</ul>` : nothing}
    ${result.state === "none" ? html`<p>${t("found.wayOn")}</p>` : nothing}`;
}

// ---- The table

/** @param {Model} model @param {Send} send @param {FoundRow[]} rows */
function table(model, send, rows) {
  const { t, recording, scene } = model;
  const step = scene.moment?.step;
  const now = recording.network && step ? rowsSetBy(recording.network, rows, step) : [];
  return html`<table class="roles">
    <caption class="unseen">${t("found.caption")}</caption>
    <thead><tr>
      <td></td><th scope="col">${t("found.quantity")}</th><th scope="col">${t("found.expression")}</th>
      <th scope="col">${t("found.shape")}</th><th scope="col">${t("found.words")}</th>
    </tr></thead>
    <tbody @pointerleave=${() => send("point-role", -1)}>${rows.map((row, i) => line(model, send, row, i, now.includes(i)))}</tbody>
  </table>`;
}

/** @param {Model} model @param {Send} send @param {FoundRow} row @param {number} i @param {boolean} isNow */
function line(model, send, row, i, isNow) {
  const { t } = model;
  const { quantity, expression, shape } = row;
  return html`<tr data-role=${quantity} data-layer=${row.layer} data-line=${row.line} data-now=${isNow ? "" : nothing}
      data-lit=${model.role === i ? "" : nothing} @pointerenter=${() => send("point-role", i)}
      @focusin=${() => send("point-role", i)} @focusout=${() => send("point-role", -1)} @click=${() => send("go-role", i)}>
    <td class="symbol"><span class="chip" data-quantity=${quantity} aria-hidden="true">${SYMBOLS[quantity]}</span></td>
    <th scope="row">${nameOf(model, row)}</th>
    <td class="expression"><button type="button" data-action="go-role"><code>${expression}</code>
      <span class="line"><span class="unseen">${t("found.line")}</span> ${row.line}</span></button></td>
    <td class="shape">${shape.length ? shape.join(" × ") : t("found.number")}</td>
    <td class="words">${inWords(model, row)}</td>
  </tr>`;
}

/** "hidden weights". @param {Model} model @param {FoundRow} row */
function nameOf({ t, recording }, { quantity, layer }) {
  const last = (recording.network?.layers.length ?? 0) - 1;
  if (["input", "target", "eta"].includes(quantity) || last < 1) return t(`found.name.${quantity}`);
  const place =
    layer === last
      ? t("found.layer.output")
      : last > 2
        ? t("found.layer.hiddenOf", { layer })
        : t("found.layer.hidden");
  return t(`found.of.${quantity}`, { layer: place });
}

/** @param {Model} model @param {FoundRow} row */
function inWords({ t, view }, { message, sign, factor }) {
  const told = message?.[view.lang];
  if (told) return told;
  return [sign < 0 ? t("found.sign") : "", factor ? t("found.factor", { factor }) : ""]
    .filter(Boolean)
    .join(t("found.comma"));
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
        @click=${() => send("program", id)}><b>${title[view.lang]}</b><span>${says?.[view.lang]}</span></button></li>`,
    )}</ul>`;
}
