// Sets the text of a lesson: its maths as MathML.

import { mathml } from "./equation.js";

/** @type {Map<string, string>} */
const done = new Map();

/** The text with its maths (elements of class "math" that carry their TeX) as MathML. @param {string} source */
export function typeset(source) {
  const known = done.get(source);
  if (known) return known;
  const page = new DOMParser().parseFromString(source, "text/html");
  for (const place of page.querySelectorAll(".math")) {
    const tex = place.getAttribute("data-tex") ?? place.textContent ?? "";
    const around = place.parentElement;
    const alone = around?.tagName === "P" && around.textContent === place.textContent;
    if (alone) around.className = "display";
    place.innerHTML = mathml(alone ? `\\displaystyle ${tex}` : tex);
  }
  for (const [i, heading] of page.querySelectorAll("h2").entries()) heading.id = `section-${i + 1}`; // search leads there
  for (const wide of page.querySelectorAll("pre, .display")) wide.setAttribute("tabindex", "0");
  done.set(source, page.body.innerHTML);
  return page.body.innerHTML;
}
