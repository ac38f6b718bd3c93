// Two short texts behind "?": how to read the network, and the keys.

import { modal } from "../widgets/modal.js";
import { html, nothing, svg } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */

/** @param {Model} model @param {import("../state/messages.js").Send} send */
export function help(model, send) {
  const { t, help: shown } = model;
  if (!shown) return nothing;
  return html`<dialog class="help-dialog" aria-labelledby="help-heading" ${modal()} @close=${() => send("close-help")}>
    <header>
      <h2 id="help-heading">${t(`help.${shown}`)}</h2>
      <button type="button" class="close" aria-label=${t("embedding.close")} @click=${() => send("close-help")}>×</button>
    </header>
    ${shown === "keys" ? keys(model) : legend(model)}
  </dialog>`;
}

/** A small drawing of each thing in the network. */
const DRAWN = {
  node: svg`<g class="node"><circle class="disc" r="13" style="--grey:30%"/></g>`,
  ring: svg`<g class="node"><circle class="ring minus" r="15" stroke-width="5"/><circle class="disc" r="11" style="--grey:10%"/></g>`,
  plus: svg`<g class="edge plus"><path class="line" d="M-24 0H24" stroke-width="4" stroke-opacity="1"/></g>`,
  minus: svg`<g class="edge minus"><path class="line" d="M-24 0H24" stroke-width="1.5" stroke-opacity="1"/></g>`,
  bias: svg`<g class="edge plus"><path class="line" d="M0 0L24 10"/><rect x="-8" y="-8" width="16" height="16" rx="2"/><text y="5">1</text></g>`,
  squares: svg`<g class="strip"><rect x="-22" y="-5" width="9" height="9" data-known data-shown style="--grey:10%"/><rect x="-10" y="-5" width="9" height="9" data-known style="--grey:35%"/><rect x="2" y="-5" width="9" height="9"/><rect x="14" y="-5" width="9" height="9"/></g>`,
  now: svg`<g class="node" data-now><circle class="halo" r="17"/><circle class="disc" r="10" style="--grey:10%"/></g>`,
  used: svg`<g class="node" data-used><circle class="halo" r="17"/><circle class="disc" r="10" style="--grey:10%"/></g>`,
  differs: svg`<path class="wave" d="M-24 0q2 -4 4 0t4 0t4 0t4 0t4 0t4 0t4 0t4 0t4 0t4 0t4 0"/>`,
};

/** @param {Model} model */
const legend = ({ t }) =>
  html`<ul class="legend-list network">${Object.entries(DRAWN).map(
    ([name, drawing]) =>
      html`<li><svg viewBox="-30 -20 60 40" aria-hidden="true">${drawing}</svg><span>${t(`legend.${name}`)}</span></li>`,
  )}</ul>`;

/** The keys, and the name of what each does. */
const KEYS = [
  ["→ ←", "step"],
  ["Shift + → ←", "iteration"],
  ["Space", "play"],
  ["Home, End", "ends"],
  ["N, Shift + N", "difference"],
  ["W, U, S", "ask"],
  ["Ctrl + Enter", "run"],
  ["Alt + ↑ ↓", "number"],
  ["P", "present"],
  ["V", "wall"],
  ["1 … 7", "size"],
  ["E", "names"],
  ["?", "help"],
  ["Esc", "leave"],
];

/** @param {Model} model */
const keys = ({ t }) =>
  html`<table class="keys-table"><tbody>${KEYS.map(
    ([key, name]) =>
      html`<tr><th scope="row"><kbd>${key}</kbd></th><td>${t(`keys.${name}`)}</td></tr>`,
  )}</tbody></table>`;
