// Each layer as one matrix product (3.8): W · x = net, f(net) = a. A row of W is a node, its last column the biases.

import { symbolOf } from "../recording/read.js";
import { roleOf } from "../recording/scene.js";
import * as format from "../text/format.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/**
 * @typedef {object} Table
 * @property {(number | string)[]} heads  the nodes of the columns
 * @property {(string | null)[][]} rows  refs, row by row; null for the constant 1
 * @property {number[]} [sides]  the nodes of the rows
 */

/** @param {Model} model */
export function matrices(model) {
  const { t, recording } = model;
  const { network } = recording;
  if (!network) return nothing;
  const { layers } = network;
  return html`<section class="matrices" aria-labelledby="matrices-heading">
    <h2 id="matrices-heading">${t("matrices.heading")}<span class="where">a = f(W · x)</span></h2>
    <div class="products" tabindex="0" role="group" aria-label=${t("matrices.heading")}>
      ${layers.slice(1).map((nodes, l) => product(model, network, layers[l], nodes))}
    </div>
  </section>`;
}

/**
 * @param {Model} model
 * @param {import("../recording/types.js").Network} network
 * @param {number[]} below
 * @param {number[]} nodes
 */
function product(model, { edges, biases }, below, nodes) {
  const { t, recording } = model;
  const hasBiases = nodes.some((j) => biases.includes(j));
  const keepsNets = nodes.some((j) => recording.instances[`net:${j}`]);
  const last = hasBiases ? ["b"] : [];
  const weight = (/** @type {number} */ j, /** @type {number} */ i) =>
    edges.includes(`${j}-${i}`) ? `w:${j}-${i}` : "";
  /** @param {string} quantity @returns {Table} */
  const column = (quantity) => ({ heads: [], rows: nodes.map((j) => [`${quantity}:${j}`]) });
  const name = t("matrices.layer", { first: nodes[0], last: nodes[nodes.length - 1] });
  return html`<div class="product" role="group" aria-label=${name} data-layer=${nodes[0]}>
    ${table(model, "W", {
      heads: [...below, ...last],
      rows: nodes.map((j) => [
        ...below.map((i) => weight(j, i)),
        ...(hasBiases ? [biases.includes(j) ? `b:${j}` : ""] : []),
      ]),
      sides: nodes,
    })}
    <span class="sign" aria-hidden="true">·</span>
    ${table(model, "x", { heads: [], rows: [...below.map((i) => [`a:${i}`]), ...(hasBiases ? [[null]] : [])] }, nodes)}
    <div class="result">
      ${keepsNets ? html`<span class="sign" aria-hidden="true">=</span>${table(model, "net", column("net"))}` : nothing}
      <span class="sign apply" aria-hidden="true">f →</span>
      ${table(model, "a", column("a"))}
    </div>
  </div>`;
}

/**
 * @param {Model} model
 * @param {string} name
 * @param {Table} cells
 * @param {number[]} [nodes] those whose bias the constant 1 goes with
 */
function table(model, name, { heads, rows, sides }, nodes = []) {
  return html`<table data-matrix=${name}>
    <caption class="unseen">${name}</caption>
    <thead><tr><td class="name" aria-hidden="true">${name}</td>${heads.map((one) => html`<th scope="col">${one}</th>`)}</tr></thead>
    <tbody>${rows.map((row, r) => html`<tr>${sides ? html`<th scope="row">${sides[r]}</th>` : nothing}${row.map((ref) => cell(model, ref, nodes))}</tr>`)}</tbody>
  </table>`;
}

/** @param {Model} model @param {string | null} ref @param {number[]} nodes */
function cell({ scene, recording, t }, ref, nodes) {
  if (ref === null) return one(scene, nodes, t);
  if (ref === "") return html`<td class="none">0</td>`;
  const value = scene.state.get(ref);
  const { now, used, differs } = roleOf(scene, [ref]);
  const says = `${symbolOf(recording, ref).text} ${value === undefined ? "" : format.repr(value)}${differs ? `, ${t("check.marked")}` : ""}`;
  return html`<td data-ref=${ref} title=${says} data-now=${flag(now)} data-used=${flag(used)} data-differs=${flag(differs)}>${value === undefined ? "" : format.hundredths(value)}</td>`;
}

/**
 * The input of every bias.
 * @param {import("../recording/scene.js").Scene} scene
 * @param {number[]} nodes
 * @param {import("../text/i18n.js").Translate} t
 */
function one(scene, nodes, t) {
  const { used } = roleOf(
    scene,
    nodes.map((j) => `b:${j}`),
  );
  return html`<td class="one" title=${t("matrices.one")} data-used=${flag(used)}>1</td>`;
}

/** @param {boolean} yes */
const flag = (yes) => (yes ? "" : nothing);
