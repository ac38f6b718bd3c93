// An equation in pieces, between which it may wrap.

import { mathml } from "./equation.js";
import { guard, unsafeHTML } from "./vendor.js";

/** All of them as one piece of HTML, which the browser reads at once. @param {string[]} formula pieces of TeX */
export const pieces = (formula) =>
  guard(formula, () =>
    unsafeHTML(formula.map((tex) => `<span class="piece">${mathml(tex)}</span>`).join("")),
  );
