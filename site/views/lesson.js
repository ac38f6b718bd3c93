// The lesson's text, as a page of a textbook.

import { mathml } from "../equation.js";
import { html, unsafeHTML } from "../vendor.js";

/** @param {import("../state.js").Model} model */
export function lesson({ lesson, view }) {
  if (!lesson) return html``;
  return html`<section class="lesson" id="lesson" aria-labelledby="lesson-heading"><article>
    <h1 id="lesson-heading">${lesson.title[view.lang]}</h1>
    ${unsafeHTML(typeset(lesson.text[view.lang]))}
  </article></section>`;
}

/** @type {Map<string, string>} */
const done = new Map();

/** The text with its maths (elements of class "math" that carry their TeX) as MathML. @param {string} source */
function typeset(source) {
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
  for (const wide of page.querySelectorAll("pre, .display")) wide.setAttribute("tabindex", "0");
  done.set(source, page.body.innerHTML);
  return page.body.innerHTML;
}
