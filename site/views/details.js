// Everything known about the node, connection or number that is pointed at, in full doubles.

import { linesOf } from "../recording/lines_of.js";
import { symbolOf } from "../recording/read.js";
import { nodeOf } from "../recording/refs.js";
import * as format from "../text/format.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */

/** @typedef {import("../state/messages.js").Send} Send */

const MOST = 6; // numbers of one quantity that are shown, each in a row

/** Details of the quantities that the reader points at; else of the pinned one, with a button to look into each number. @param {Model} model @param {Send | null} send null where nothing may be asked */
export function details(model, send) {
  const { t, recording, scene, there } = model;
  const isPinned = !model.highlighted.length;
  const highlighted = isPinned ? model.pinned : model.highlighted;
  const refs = expand(model, highlighted);
  const known = refs.filter((ref) => scene.state.has(ref));
  const rows = isOfOne(highlighted) ? known.slice(0, MOST) : toldOf(known, scene.state);
  const areAsked = isPinned || (model.pinned[0] && highlighted.includes(model.pinned[0]));
  const asks = areAsked ? send : null;
  return html`<aside class="details ${isPinned ? "" : "lit"}" ?data-asks=${asks !== null} ?data-empty=${!highlighted.length && !there} aria-label=${t("details.heading")}>
    <h2>${title(model, highlighted)}</h2>
    ${
      known.length
        ? html`<table><tbody>${rows.map(
            (ref) => html`<tr ?data-also=${!highlighted.includes(ref)}>
            <th scope="row">${symbolOf(recording, ref).text}</th><td>${format.repr(scene.state.get(ref) ?? 0)}</td>
            <td class="question">${asks ? question(model, asks, ref) : nothing}</td></tr>`,
          )}</tbody></table>${known.length > rows.length && !isOfOne(highlighted) ? html`<p class="soft">${t("details.more", { count: known.length - rows.length })}</p>` : nothing}`
        : html`<p class="soft">${t(highlighted.length ? "details.unknown" : "details.hint")}</p>`
    }
    ${isOfOne(highlighted) ? explained(model, highlighted) : highlighted.map((ref) => explained(model, [ref]))}
    ${there ? differences(model, there, refs) : nothing}
  </aside>`;
}

const MOST_OF_NODE = 24; // numbers of a node that are shown

/**
 * The numbers of a node that get a row, in their order: of very many weights those with the largest amount.
 * @param {string[]} known @param {import("../recording/types.js").State} state
 */
function toldOf(known, state) {
  if (known.length <= MOST_OF_NODE) return known;
  const amount = (/** @type {string} */ ref) =>
    ref.startsWith("w:") ? Math.abs(state.get(ref) ?? 0) : Number.POSITIVE_INFINITY;
  const amounts = new Map(known.map((ref) => [ref, amount(ref)]));
  const largest = known.toSorted((a, b) => Number(amounts.get(b)) - Number(amounts.get(a)));
  const told = new Set(largest.slice(0, MOST_OF_NODE));
  return known.filter((ref) => told.has(ref));
}

/** True for several numbers of one quantity, such as the weights that a place of the program stands for. @param {string[]} refs */
const isOfOne = (refs) =>
  refs.length > 1 && new Set(refs.map((ref) => ref.split(":")[0])).size === 1;

/** Numbers of one quantity: their meaning, and the lines in which the program sets them and reads them. @param {Model} model @param {string[]} refs */
function explained(model, refs) {
  const { t, has, recording, scene, isOwn } = model;
  const [quantity] = refs[0].split(":");
  const inputs = recording.network?.layers[0] ?? [];
  const areInputs = quantity === "a" && refs.every((ref) => inputs.includes(Number(nodeOf(ref))));
  const key = `${refs.length > 1 ? "symbols" : "symbol"}.${areInputs ? "x" : quantity}`;
  const { set, read } = linesOf(recording, refs);
  if (!has(key) || !(set.length || refs.some((ref) => scene.state.has(ref)))) return nothing;
  const lines = set.map(({ line, equation }) =>
    t(equation && !isOwn ? "symbol.lineOf" : "symbol.line", {
      line: String(line),
      equation: equation ?? "",
    }),
  );
  return html`<p class="meaning" data-meaning=${refs[0]}><b>${nameOf(model, refs)}</b> ${t(key, { node: nodeOf(refs[0]) })}
    <span class="soft">${lines.length ? t("symbol.set", { lines: lines.join(", ") }) : nothing}
    ${read.length ? t("symbol.read", { count: read.length, lines: read.join(", ") }) : nothing}</span></p>`;
}

/** The symbol of a quantity, or those of the first and the last. @param {Model} model @param {string[]} refs */
function nameOf({ recording }, refs) {
  const [first, last] = [refs[0], refs[refs.length - 1]].map(
    (ref) => symbolOf(recording, ref).text,
  );
  if (refs.length === 1) return first;
  return `${first}${refs.length > 2 ? " … " : ", "}${last}`;
}

/**
 * The numbers that differ from those of the run to compare with, what differs most first: of the highlighted quantities,
 * else of all.
 * @param {Model} model
 * @param {import("../recording/scene.js").Scene} there
 * @param {string[]} refs
 */
function differences({ t, recording, scene }, there, refs) {
  const of = refs.length
    ? refs
    : [...scene.state].map(([ref]) => ref).filter((ref) => !ref.includes("/"));
  const rows = of
    .map((ref) => ({ ref, was: there.state.get(ref), is: scene.state.get(ref) }))
    .map((one) => ({ ...one, size: format.difference(one.was, one.is) }))
    .filter(({ size }) => size)
    .sort((a, b) => b.size - a.size);
  const place = { iteration: there.position.iteration + 1, step: there.position.step + 1 };
  if (!rows.length) return html`<p class="soft">${t("compare.same", place)}</p>`;
  return html`<table class="differences">
    <caption>${t("compare.differs", place)}</caption>
    <tbody>${rows.map(({ ref, was, is }) => row(symbolOf(recording, ref).text, was, is))}</tbody>
  </table>`;
}

/** @param {string} name @param {number | undefined} was @param {number | undefined} is */
function row(name, was, is) {
  const digits = format.apart(was, is);
  return html`<tr><th scope="row">${name}</th><td>${format.signed(was, digits)}</td><td aria-hidden="true">→</td><td>${format.signed(is, digits)}</td></tr>`;
}

/** To look into a number. @param {Model} model @param {Send} send @param {string} ref */
function question({ t, recording }, send, ref) {
  const { text: symbol } = symbolOf(recording, ref);
  return html`<button type="button" data-action="inquire" data-of=${ref} aria-label=${t("inquiry.ask", { symbol })} @click=${() => send("inquire", { ref, way: "parts" })}>${t("inquiry.look")}</button>`;
}

/** @param {Model} model @param {string[]} highlighted */
function title(model, highlighted) {
  const { t } = model;
  if (!highlighted.length) return t("details.heading");
  if (highlighted.length === 1 || isOfOne(highlighted)) return nameOf(model, highlighted);
  return t("network.node", { node: nodeOf(highlighted[0]) });
}

/** The refs of a node: its own, and those of its connections and its bias. @param {Model} model @param {string[]} highlighted */
function expand({ recording }, highlighted) {
  if (highlighted.length < 2 || isOfOne(highlighted)) return highlighted;
  const node = nodeOf(highlighted[0]);
  return [...highlighted, ...incomingOf(recording.network?.edges ?? [], node), `b:${node}`];
}

/** @type {WeakMap<string[], Map<string, string[]>>} by the edges, by node: a large network has 25,000 */
const incoming = new WeakMap();

/** The weights of the connections into a node. @param {string[]} edges not changed @param {string} node */
function incomingOf(edges, node) {
  let known = incoming.get(edges);
  if (!known) {
    known = new Map();
    for (const edge of edges) {
      const [to] = edge.split("-");
      const before = known.get(to);
      if (before) before.push(`w:${edge}`);
      else known.set(to, [`w:${edge}`]);
    }
    incoming.set(edges, known);
  }
  return known.get(node) ?? [];
}
