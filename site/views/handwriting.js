// The reader's own digit: a square to draw in, the drawing as the network sees it, what it is read as, and which digit it
// should be.

import { moved, SIDE } from "../state/strokes.js";
import * as format from "../text/format.js";
import { pixels } from "../widgets/pixels.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../state/strokes.js").Point} Point */

const PAD = 192; // of the square
const SEEN = 64;

/** @param {Model} model @param {Send} send */
export function handwriting(model, send) {
  const { t, recording, view, exercise } = model;
  if (exercise) return nothing;
  const given = (recording.drawn?.run ?? recording).figures?.handwriting;
  const refused = given?.refused?.[view.lang];
  return html`<section class="handwriting" aria-labelledby="handwriting-heading" data-state=${model.handwriting.state}>
    <h2 id="handwriting-heading">${t("handwriting.heading")}</h2>
    ${given && !refused ? board(model, send, given) : html`<p class="soft">${refused ?? t("handwriting.none")}</p>`}
  </section>`;
}

/** @param {Model} model @param {Send} send @param {import("../recording/types.js").Handwriting} given */
function board(model, send, given) {
  const { t, handwriting: now } = model;
  const isBlank = !now.bits.includes("1");
  return html`<p class="soft" id="handwriting-keys">${t("handwriting.how")}</p>
    <div class="board">
      <div>${pad(model, send)}
        <div class="buttons">
          <button type="button" data-action="handwriting-read" ?disabled=${isBlank} @click=${() => send("handwriting-read", -1)}>${t("handwriting.read")}</button>
          <button type="button" data-action="handwriting-clear" ?disabled=${isBlank} @click=${() => send("handwriting-clear")}>${t("handwriting.clear")}</button>
        </div>
      </div>
      <div class="answer">
        ${now.told ? seen(model, now.told.pixels) : nothing}
        <div role="status">${said(model)}</div>
        ${now.told && model.recording.drawn ? [choice(model, send), more(model, send, given)] : nothing}
      </div>
    </div>`;
}

/** The square to draw in. @param {Model} model @param {Send} send */
function pad({ t, dark, handwriting: { bits, pen, isDown } }, send) {
  const at = (/** @type {PointerEvent} */ event) => {
    const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
    return /** @type {Point} */ ([
      ((event.clientX - box.left) / box.width) * SIDE,
      ((event.clientY - box.top) / box.height) * SIDE,
    ]);
  };
  const down = (/** @type {PointerEvent} */ event) => {
    if (event.button) return;
    /** @type {Element} */ (event.currentTarget).setPointerCapture(event.pointerId);
    send("handwriting-line", { to: at(event), begins: true });
  };
  const move = (/** @type {PointerEvent} */ event) => {
    const pad = /** @type {Element} */ (event.currentTarget);
    if (pad.hasPointerCapture(event.pointerId))
      send("handwriting-line", { to: at(event), begins: false });
  };
  const picture = {
    values: Array.from(bits, Number),
    columns: SIDE,
    most: 1,
    signed: false,
    x: 0,
    y: 0,
    width: PAD,
    height: PAD,
  };
  const [left, top] = moved(pen, [0, 0]); // a pointer may leave the square while it draws
  const where = t("handwriting.pen", {
    row: Math.floor(top) + 1,
    column: Math.floor(left) + 1,
    pen: t(isDown ? "handwriting.down" : "handwriting.up"),
  });
  return html`<div class="pad" role="application" tabindex="0" aria-label=${t("handwriting.pad")} aria-describedby="handwriting-keys" data-down=${isDown ? "" : nothing}
      @pointerdown=${down} @pointermove=${move} @lostpointercapture=${() => send("handwriting-read", -1)} @keydown=${(/** @type {KeyboardEvent} */ event) => onKey(event, send)}>
    <canvas aria-hidden="true" ${pixels([picture], PAD, PAD, dark)}></canvas>
    <span class="pen" style="left:${(left / SIDE) * 100}%;top:${(top / SIDE) * 100}%"></span>
    <span class="unseen" role="status">${where}</span>
  </div>`;
}

/** @type {Record<string, Point>} */
const MOVES = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** @param {KeyboardEvent} event @param {Send} send */
function onKey(event, send) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const far = event.shiftKey ? 4 : 1;
  const by = MOVES[event.key];
  if (by) send("handwriting-move", [by[0] * far, by[1] * far]);
  else if (event.key === " ") send("handwriting-pen");
  else if (event.key === "Enter") send("handwriting-read", -1);
  else if (event.key === "Delete" || event.key === "Backspace") send("handwriting-clear");
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** The drawing as the data are; each number on hover. @param {Model} model @param {number[]} values */
function seen({ t, dark }, values) {
  const columns = Math.sqrt(values.length);
  const picture = {
    values,
    columns,
    most: 16,
    signed: false,
    x: 0,
    y: 0,
    width: SEEN,
    height: SEEN,
  };
  const rows = Array.from({ length: columns }, (_, row) =>
    values.slice(row * columns, (row + 1) * columns).join(" "),
  );
  return html`<figure>
    <canvas role="img" aria-label="${t("handwriting.seen")}: ${rows.join(", ")}" title=${rows.join("\n")} style="width:${SEEN}px;height:${SEEN}px" ${pixels([picture], SEEN, SEEN, dark)}></canvas>
    <figcaption>${t("handwriting.seen")}</figcaption>
  </figure>`;
}

/** @param {number} number */
const short = (number) =>
  html`<span title=${format.repr(number)}>${format.short(number, 3)}</span>`;

/** @param {Model} model */
function said({ t, view, recording, python, handwriting: now }) {
  const { state, told, digit } = now;
  if (state === "refused") return html`<p>${now.refused?.[view.lang]}</p>`;
  if (state === "asked" && python.state === "loading")
    return html`<p>${t("handwriting.loading")}</p>`;
  if (state === "failed" || state === "running" || state === "asked")
    return html`<p>${t(`handwriting.${state}`)}</p>`;
  if (!told || !recording.drawn) return nothing;
  const { answer, output, was, becomes } = told;
  return html`<p class="read">${t("handwriting.answer", { answer })} <span class="soft">${t("handwriting.output")} ${short(output)}</span></p>
    ${was === undefined || becomes === undefined ? nothing : html`<p>${t("handwriting.update", { digit })} ${short(was)} → ${short(becomes)}</p>`}
    ${was !== undefined && becomes !== undefined && becomes < was ? html`<p class="soft">${t("handwriting.falls")}</p>` : nothing}`;
}

/** The ways on from here, and the meaning of the numbers. @param {Model} model @param {Send} send @param {import("../recording/types.js").Handwriting} given */
function more({ t, recording, isDrawn, handwriting: now }, send, given) {
  const { drawn } = recording;
  if (!drawn) return nothing;
  const { from, run } = drawn;
  const isTrained = from.iteration === run.kept[run.kept.length - 1];
  const button = (
    /** @type {"handwriting-watch" | "handwriting-trained" | "handwriting-leave"} */ action,
  ) =>
    html`<button type="button" data-action=${action} @click=${() => send(action)}>${t(`handwriting.${action.slice(12)}`)}</button>`;
  const notes = [
    t("handwriting.weights", { iteration: from.iteration + 1, step: from.step + 1 }),
    now.digit >= 0 ? t("handwriting.walk") : "",
    now.digit >= 0 && given.momentum ? t("handwriting.momentum") : "",
    given.differs.length
      ? t("handwriting.differs", {
          quantities: given.differs.map((one) => t(`handwriting.of.${one}`)).join(t("found.comma")),
        })
      : "",
  ];
  return html`<div class="buttons">${button("handwriting-watch")}${isTrained ? nothing : button("handwriting-trained")}${isDrawn ? button("handwriting-leave") : nothing}</div>
    <p class="soft">${notes.filter(Boolean).join(" ")}</p>`;
}

/** The choice of the digit that it should be. @param {Model} model @param {Send} send */
const choice = (
  { t, recording, handwriting: { digit } },
  send,
) => html`<div class="should" role="group" aria-labelledby="handwriting-should">
    <span id="handwriting-should">${t("handwriting.should")}</span>
    ${recording.network?.layers.at(-1)?.map((_, one) => html`<button type="button" data-digit=${one} aria-pressed=${one === digit ? "true" : "false"} @click=${() => send("handwriting-read", one)}>${one}</button>`)}
  </div>`;
