// Everything known about the node, connection or number that is pointed at, in full doubles.

import * as format from "../format.js";
import { nodeOf, symbolOf } from "../recording.js";
import { html } from "../vendor.js";

/** @typedef {import("../state.js").Model} Model */

/** @param {Model} model */
export function details(model) {
  const { t, light, recording, scene } = model;
  const refs = light.length ? expand(model, light) : [];
  const known = refs.filter((ref) => scene.state.has(ref));
  return html`<aside class="details ${light.length ? "lit" : ""}" aria-label=${t("details.heading")}>
    <h2>${title(model)}</h2>
    ${
      known.length
        ? html`<table><tbody>${known.map(
            (ref) => html`<tr>
            <th scope="row">${symbolOf(recording, ref).text}</th><td>${format.repr(scene.state.get(ref) ?? 0)}</td></tr>`,
          )}</tbody></table>`
        : html`<p class="soft">${t(light.length ? "details.unknown" : "details.hint")}</p>`
    }
  </aside>`;
}

/** @param {Model} model */
function title({ t, light, recording }) {
  if (!light.length) return t("details.heading");
  return light.length > 1
    ? t("network.node", { node: nodeOf(light[0]) })
    : symbolOf(recording, light[0]).text;
}

/** A node is its net, activation, delta, and also what comes in. @param {Model} model @param {string[]} light */
function expand({ recording }, light) {
  if (light.length === 1) return light;
  const node = nodeOf(light[0]);
  const incoming = (recording.network?.edges ?? [])
    .filter((edge) => edge.startsWith(`${node}-`))
    .map((edge) => `w:${edge}`);
  return [...light, ...incoming, `b:${node}`];
}
