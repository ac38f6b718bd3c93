// An equation in pieces, between which it may wrap.

import { mathml } from "./equation.js";
import { guard, html, unsafeHTML } from "./vendor.js";

/** @param {string[]} formula pieces of TeX */
export const pieces = (formula) =>
  formula.map(
    (tex) => html`<span class="piece">${guard([tex], () => unsafeHTML(mathml(tex)))}</span>`,
  );
