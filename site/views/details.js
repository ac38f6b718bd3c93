// Everything known about the node, connection or number that is pointed at, in full doubles.

import { linesOf } from "../recording/lines_of.js";
import { symbolOf } from "../recording/read.js";
import { nodeOf } from "../recording/refs.js";
import * as format from "../text/format.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */

/** @typedef {import("../state/messages.js").Send} Send */

/** Details of the quantity that the reader points at; else of the pinned one, with a button to look into each number. @param {Model} model @param {Send | null} send null where nothing may be asked */
export function details(model, send) {
  const { t, recording, scene, there } = model;
  const highlighted = model.highlighted.length ? model.highlighted : model.pinned;
  const refs = highlighted.length ? expand(model, highlighted) : [];
  const known = refs.filter((ref) => scene.state.has(ref));
  return html`<aside class="details ${model.highlighted.length ? "lit" : ""}" ?data-empty=${!highlighted.length && !there} aria-label=${t("details.heading")}>
    <h2>${title(model, highlighted)}</h2>
    ${
      known.length
        ? html`<table><tbody>${known.map(
            (ref) => html`<tr>
            <th scope="row">${symbolOf(recording, ref).text}</th><td>${format.repr(scene.state.get(ref) ?? 0)}</td>
            <td class="question">${send ? question(model, send, ref) : nothing}</td></tr>`,
          )}</tbody></table>`
        : html`<p class="soft">${t(highlighted.length ? "details.unknown" : "details.hint")}</p>`
    }
    ${highlighted.map((ref) => explained(model, ref))}
    ${there ? differences(model, there, refs) : nothing}
  </aside>`;
}

/** A quantity: its meaning, and the lines in which the program sets it and reads it. @param {Model} model @param {string} ref */
function explained({ t, has, recording, scene, isOwn }, ref) {
  const [quantity] = ref.split(":");
  const isInput = recording.network?.layers[0].includes(Number(nodeOf(ref))) && quantity === "a";
  const key = `symbol.${isInput ? "x" : quantity}`;
  const { set, read } = linesOf(recording, ref);
  if (!has(key) || !(set.length || scene.state.has(ref))) return nothing;
  const lines = set.map(({ line, equation }) =>
    t(equation && !isOwn ? "symbol.lineOf" : "symbol.line", {
      line: String(line),
      equation: equation ?? "",
    }),
  );
  return html`<p class="meaning" data-meaning=${ref}><b>${symbolOf(recording, ref).text}</b> ${t(key, { node: nodeOf(ref) })}
    <span class="soft">${lines.length ? t("symbol.set", { lines: lines.join(", ") }) : nothing}
    ${read.length ? t("symbol.read", { lines: read.join(", ") }) : nothing}</span></p>`;
}

/**
 * The numbers that differ from those of the run to compare with: of the highlighted quantities, else of all.
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
    .filter(({ was, is }) => !Object.is(was, is));
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
function title({ t, recording }, highlighted) {
  if (!highlighted.length) return t("details.heading");
  return highlighted.length > 1
    ? t("network.node", { node: nodeOf(highlighted[0]) })
    : symbolOf(recording, highlighted[0]).text;
}

/** The refs of a node: its own, and those of its connections and its bias. @param {Model} model @param {string[]} highlighted */
function expand({ recording }, highlighted) {
  if (highlighted.length === 1) return highlighted;
  const node = nodeOf(highlighted[0]);
  const incoming = (recording.network?.edges ?? [])
    .filter((edge) => edge.startsWith(`${node}-`))
    .map((edge) => `w:${edge}`);
  return [...highlighted, ...incoming, `b:${node}`];
}
