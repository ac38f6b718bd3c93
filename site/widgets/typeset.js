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
    place.innerHTML = alone ? display(tex) : mathml(tex);
  }
  for (const [i, heading] of page.querySelectorAll("h2").entries()) heading.id = `section-${i + 1}`; // search leads there
  for (const code of page.querySelectorAll("pre > code")) code.replaceChildren(...linesOf(code));
  for (const wide of page.querySelectorAll("pre, .display")) wide.setAttribute("tabindex", "0");
  done.set(source, page.body.innerHTML);
  return page.body.innerHTML;
}

/** An equation alone in its line, as MathML; it wraps between its parts. @param {string} tex */
const display = (tex) =>
  partsOf(tex)
    .map((part) => `<span class="piece">${mathml(`\\displaystyle ${part}`)}</span>`)
    .join(" ");

/**
 * The parts of an equation between which it may wrap: before =, + and −, and behind a comma, unless in braces. A part
 * that begins with a sign has {} before it, so that the sign keeps its distance.
 * @param {string} tex
 */
export function partsOf(tex) {
  if (/\\left|\\begin/.test(tex)) return [tex];
  const parts = [""];
  let depth = 0;
  for (const piece of tex.split(/(?<= )(?=[-=+] )|(?<=, )/)) {
    if (depth || parts[0] === "") parts[parts.length - 1] += piece;
    else parts.push(/^[-=+]/.test(piece) ? `{}${piece}` : piece);
    depth += piece.split("{").length - piece.split("}").length;
  }
  return parts.map((part) => part.trim());
}

/** The lines of a program in the text, each of which wraps with a hanging indent. @param {Element} code */
const linesOf = (code) =>
  (code.textContent ?? "")
    .replace(/\n$/, "")
    .split("\n")
    .map((text) => {
      const line = document.createElement("span");
      line.style.setProperty("--indent", String(text.search(/[^-+ ]|$/)));
      line.textContent = `${text}\n`;
      return line;
    });
