// Looking into one number: where it comes from, as a tree of the program's own expressions; what it is used for; and the
// error as a function of it.

import { symbolOf } from "../recording/read.js";
import { nodeOf } from "../recording/refs.js";
import * as format from "../text/format.js";
import { nudgeCurve } from "../widgets/nudge_curve.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/types.js").Inquiry} Inquiry */
/** @typedef {import("../state/messages.js").Send} Send */
/** @typedef {import("../recording/told_types.js").OriginNode} OriginNode */
/** @typedef {import("../recording/told_types.js").OriginPart} OriginPart */
/** @typedef {import("../recording/told_types.js").Nudge} Nudge */

/** @type {Inquiry["way"][]} */
const WAYS = ["parts", "uses", "nudge"];
const DIGITS = 4;

/** @param {Model} model @param {Send} send */
export function inquiry(model, send) {
  const { t, inquiry: asked, recording } = model;
  if (!asked) return nothing;
  const symbol = symbolOf(recording, asked.ref).text;
  const { iteration, sample } = asked.at;
  const where = { iteration: iteration + 1, sample: sample + 1 };
  return html`<section class="inquiry" aria-labelledby="inquiry-heading" data-inquiry=${asked.ref} data-way=${asked.way} data-state=${asked.state}>
    <div class="about">
      <h2 id="inquiry-heading" tabindex="-1">${t("inquiry.heading", { symbol })} <span class="where">${t(sample < 0 ? "inquiry.whereOnly" : "inquiry.where", where)}</span></h2>
      <div class="ways" role="group" aria-label=${t("inquiry.ways")}>${WAYS.map(
        (way) => html`<button type="button" data-action=${`inquire-${way}`}
        aria-pressed=${way === asked.way ? "true" : "false"} @click=${() => send("inquire-way", way)}>${t(`inquiry.way.${way}`)}</button>`,
      )}</div>
      <button type="button" class="close" data-action="inquire-close" aria-label=${t("inquiry.close")} @click=${() => send("inquire-close")}>×</button>
    </div>
    <div role="status">${state(model, asked)}</div>
    ${asked.state === "asked" ? waiting(model, send, asked) : asked.state === "failed" || asked.state === "unready" ? again(model, send, asked) : answer(model, send, asked, symbol)}
  </section>`;
}

/** @param {Model} model @param {Inquiry} asked */
function state({ t, view }, { state: now, untold }) {
  if (now === "asked") return html`<p>${t("inquiry.waiting")}</p>`;
  if (now !== "done") return html`<p>${t(`inquiry.${now}`)}</p>`;
  return untold ? html`<p class="untold">${untold[view.lang]}</p>` : nothing;
}

/** @param {Model} model @param {Send} send @param {Inquiry} asked */
const waiting = ({ t }, send, { progress }) => html`<p class="waiting">
  <progress aria-label=${t("inquiry.waiting")} value=${progress || nothing}></progress>
  <button type="button" data-action="inquire-stop" @click=${() => send("inquire-stop")}>${t("editor.stop")}</button></p>`;

/** @param {Model} model @param {Send} send @param {Inquiry} asked */
const again = ({ t }, send, { way }) =>
  html`<p><button type="button" data-action="inquire-again" @click=${() => send("inquire-way", way)}>${t("inquiry.again")}</button></p>`;

/** @param {Model} model @param {Send} send @param {Inquiry} asked @param {string} symbol */
function answer(model, send, asked, symbol) {
  if (asked.untold) return nothing;
  if (asked.way === "nudge") return asked.nudge ? nudged(model, send, asked.nudge, asked) : nothing;
  if (!asked.node) return nothing;
  const name = model.t(asked.way === "uses" ? "inquiry.treeUses" : "inquiry.tree", { symbol });
  return html`<div class="tree" tabindex="0" role="group" aria-label=${name}><ul>${branch(model, send, asked, { node: asked.node, sign: 1, at: 0, factors: [] }, "", "")}</ul></div>`;
}

// ---- The tree

/** A number and, if it is open, its parts. @param {Model} model @param {Send} send @param {Inquiry} asked @param {OriginPart} part @param {string} above  the path of the node above @param {string} kind  of that node @returns {unknown} */
function branch(model, send, asked, part, above, kind) {
  const { node } = part;
  const path = `${above}/${node.handle}`;
  const isOpen = !above || asked.open.includes(path);
  return html`<li data-handle=${node.handle} data-root=${above ? nothing : ""}>
    ${card(model, send, asked, part, path, kind, isOpen)}
    ${isOpen ? below(model, send, asked, node, path) : nothing}
  </li>`;
}

/** @param {Model} model @param {Send} send @param {Inquiry} asked @param {OriginPart} part @param {string} path @param {string} kind @param {boolean} isOpen */
function card(model, send, asked, { node, sign, at, factors }, path, kind, isOpen) {
  const { t } = model;
  const what = factors.length ? product(model, factors) : nameOf(model, node);
  const value = format.short(Number(node.value), DIGITS);
  const opens = path.lastIndexOf("/") > 0 && (asked.way === "uses" || node.count > 0);
  const operator = at > 0 || sign < 0 ? glyph(kind, sign) : "";
  return html`<div class="card" data-ref=${node.ref ?? nothing} data-value=${node.value}>
    ${glyph(kind, sign) ? html`<span class="operator"><span aria-hidden="true">${operator}</span>${operator ? html`<span class="unseen">${t(`inquiry.sign.${wordOf(operator)}`)}</span>` : nothing}</span>` : nothing}
    <div class="number">
      ${
        opens
          ? html`<button type="button" class="what" aria-expanded=${isOpen ? "true" : "false"} aria-label=${t("inquiry.open", { what: plain(model, node, factors), value })}
          title=${node.text || nothing} @click=${() => send("inquire-open", { path, handle: node.handle })}>${what} <b>${value}</b></button>`
          : html`<span class="what" title=${node.text || nothing}>${what} <b>${value}</b></span>`
      }
      ${factors.length ? html`<span class="numbers">${factors.map((one, i) => html`${i ? (one.sign < 0 ? " ÷ " : " · ") : ""}${bracketed(Number(one.node.value), i)}`)}</span>` : nothing}
      <span class="place"><button type="button" class="line" data-line=${node.line} aria-label=${t("inquiry.go", { line: node.line })}
        @click=${() => send("inquire-go", node)}>${t("inquiry.line", { line: node.line })}</button>${described(model, send, asked, node)}</span>
    </div>
  </div>`;
}

/** @param {number} value @param {number} i */
const bracketed = (value, i) =>
  i && value < 0 ? `(${format.short(value, DIGITS)})` : format.short(value, DIGITS);

/** @param {string} kind @param {number} sign */
function glyph(kind, sign) {
  if (kind === "sum" || kind === "mean") return sign < 0 ? "−" : "+";
  return kind === "product" ? (sign < 0 ? "÷" : "·") : "";
}

/** @param {string} operator */
const wordOf = (operator) =>
  ({ "+": "plus", "−": "minus", "·": "times", "÷": "over" })[operator] ?? "plus";

/** The symbol of a quantity, or the program's own words for a number. @param {Model} model @param {OriginNode} node */
function nameOf(model, node) {
  if (node.ref) return html`<i>${symbol(model, node)}</i>`;
  return html`<code>${own(node)}</code>`;
}

/** @param {Model} model @param {OriginNode} node */
const symbol = ({ recording }, { ref, negated }) =>
  `${negated ? "−" : ""}${symbolOf(recording, ref ?? "").text}`;

/** @param {OriginNode} node */
const own = ({ name, text, kind }) => name || text || (kind === "product" ? "×" : "=");

/** @param {Model} model @param {OriginPart[]} factors */
const product = (model, factors) =>
  factors.map(
    ({ node, sign }, i) => html`${i ? (sign < 0 ? " ÷ " : " · ") : ""}${nameOf(model, node)}`,
  );

/** A product in plain text. @param {Model} model @param {OriginNode} node @param {OriginPart[]} factors */
const plain = (model, node, factors) =>
  (factors.length ? factors.map((one) => one.node) : [node])
    .map((one) => (one.ref ? symbol(model, one) : own(one)))
    .join(" · ");

/** Further facts about a number: whether it was given, its place in an array. @param {Model} model @param {Send} send @param {Inquiry} asked @param {OriginNode} node */
function described({ t, recording }, send, { at }, node) {
  const { ref, name, operation, kind, shape, index } = node;
  const lasts = ref !== null && /^[wb]:/.test(ref);
  const isBefore = kind === "source" && lasts && operation === "data" && at.iteration > 0;
  const said = [
    ref && name ? html`<code>${name}</code>` : nothing,
    kind === "source"
      ? t(`inquiry.source.${isBefore ? "before" : sourceOf(recording, node)}`)
      : nothing,
    shape.length
      ? t("inquiry.element", { index: index.join(", "), shape: shape.join(" × ") })
      : nothing,
    isBefore
      ? html`<button type="button" class="line" data-action="inquire-before" @click=${() => send("inquire-before", ref)}>${t("inquiry.before")}</button>`
      : nothing,
  ];
  return said.filter((one) => one !== nothing).map((one) => html`<span>${one}</span>`);
}

/** @param {Model["recording"]} recording @param {OriginNode} node */
function sourceOf({ network }, { ref, operation }) {
  if (ref?.startsWith("t:")) return "target";
  const isInput = ref?.startsWith("a:") && network?.layers[0].includes(Number(nodeOf(ref)));
  return isInput ? "input" : operation;
}

/** The parts of a number, or its uses. @param {Model} model @param {Send} send @param {Inquiry} asked @param {OriginNode} node @param {string} path @returns {unknown} */
function below(model, send, asked, node, path) {
  const { t } = model;
  const level = asked.levels[`${asked.way} ${node.handle}`];
  if (!level) return html`<ul><li class="soft" aria-busy="true">…</li></ul>`;
  const kind = asked.way === "uses" ? "" : node.kind;
  if (!level.parts.length)
    return path.lastIndexOf("/") === 0 && asked.way === "uses"
      ? html`<p class="soft">${t("inquiry.unused")}</p>`
      : nothing;
  return html`<ul>
    ${heading(model, kind)}
    ${level.parts.map((part) => branch(model, send, asked, part, path, kind))}
    ${
      level.left_out
        ? html`<li class="more">${t(kind ? "inquiry.more" : "inquiry.moreUses", { count: level.left_out, rest: format.short(Number(level.rest), DIGITS) })}
      <button type="button" data-action="inquire-whole" @click=${() => send("inquire-whole", node.handle)}>${t("inquiry.all")}</button></li>`
        : nothing
    }
  </ul>`;
}

/** The name of the operation on the parts, if no sign between them shows it. @param {Model} model @param {string} kind */
function heading({ t, has }, kind) {
  if (["", "sum", "product", "same"].includes(kind)) return nothing;
  const key = `inquiry.of.${kind}`;
  return html`<li class="of">${has(key) ? t(key) : t("inquiry.of", { function: kind })}</li>`;
}

// ---- Nudge and see

/** @param {Model} model @param {Send} send @param {Nudge} nudge @param {Inquiry} asked */
function nudged(model, send, nudge, { ref, point }) {
  const { t, recording } = model;
  const name = symbolOf(recording, nudge.ref).text;
  const number = (/** @type {number | null} */ x) => format.short(x ?? Number.NaN, DIGITS);
  const [exact, program] = [number(nudge.exact), number(nudge.program)];
  const says = nudge.exact === null || nudge.change === null ? "nudge.flat" : "nudge.says";
  const change = { symbol: name, step: nudge.step, change: number(nudge.change), slope: exact };
  const ends = {
    low: number(nudge.error[0]),
    high: number(nudge.error.at(-1) ?? null),
    here: number(nudge.at),
  };
  const xs = {
    from: number(nudge.x[0]),
    to: number(nudge.x.at(-1) ?? null),
    at: number(nudge.value),
  };
  const words = {
    symbol: name,
    says: t("nudge.picture", { symbol: name, ...ends, ...xs }),
    tangent: t("nudge.tangent", { slope: exact }),
    own: t("nudge.own", { slope: program }),
    point,
  };
  return html`<div class="nudge" data-nudge=${nudge.ref} data-check=${nudge.state}>
    ${ref.startsWith("delta:") ? html`<p class="soft">${t("nudge.delta")}</p>` : nothing}
    <p class="say-slope">${t(says, change)}</p>
    <p class="yours ${nudge.state}"><span aria-hidden="true">${MARKS[nudge.state] ?? ""}</span> ${t(`nudge.${nudge.state}`, { program })}</p>
    <p class="of-error">${errorName(model, nudge)}</p>
    ${nudgeCurve(nudge, words)}
    ${slider(model, send, nudge, name, point)}
    ${slopes(model, nudge)}
    <p class="soft">${t("nudge.proof", { points: nudge.x.length })}${nudge.error.includes(null) ? ` ${t("nudge.gap")}` : ""}</p>
  </div>`;
}

/** @type {Record<string, string>} */
const MARKS = { agrees: "✓", factor: "✓", differs: "≠" };

/** @param {Model} model @param {Nudge} nudge */
function errorName({ t, view }, { name, samples }) {
  const called = name ? name[view.lang] : t("nudge.ownError");
  return t(samples === 1 ? "nudge.errorOne" : "nudge.error", { name: called, samples });
}

/** @param {Model} model @param {Send} send @param {Nudge} nudge @param {string} symbol @param {number} point */
function slider({ t }, send, { x, error }, symbol, point) {
  const here = error[point];
  const at = {
    symbol,
    x: format.short(x[point], DIGITS),
    error: format.short(here ?? Number.NaN, DIGITS),
  };
  const says = t(here === null ? "nudge.atGap" : "nudge.at", at);
  return html`<label class="points"><span class="unseen">${t("nudge.point", { symbol })}</span>
    <input type="range" min="0" max=${x.length - 1} step="1" .value=${String(point)} aria-valuetext=${says}
      @input=${(/** @type {any} */ event) => send("nudge-point", Number(event.target.value))}></label>
    <p class="at" aria-hidden="true">${says}</p>`;
}

/** @param {Model} model @param {Nudge} nudge */
function slopes({ t }, nudge) {
  /** @type {["exact" | "central" | "program", number | null][]} */
  const rows = [
    ["exact", nudge.exact],
    ["central", nudge.central],
    ["program", nudge.program],
  ];
  return html`<dl class="slopes" aria-label=${t("nudge.slopes")}>${rows.map(
    ([name, slope]) =>
      html`<div class=${name}><dt>${t(`nudge.${name}`)}</dt><dd title=${slope === null ? nothing : format.repr(slope)}>${slope === null ? "–" : format.short(slope, 6)}</dd></div>`,
  )}</dl>`;
}
