// Some lines of a program around one of them, with their numbers.

import { html, nothing } from "./vendor.js";

/**
 * @param {string} code
 * @param {number} now the line that is marked, from 1
 * @param {number} count how many lines
 * @param {Map<number, string>} equations what each line computes
 */
export function excerpt(code, now, count, equations) {
  const lines = code.trimEnd().split("\n");
  const first = Math.max(0, Math.min(now - 1 - Math.floor(count / 2), lines.length - count));
  const shown = lines.slice(first, first + count);
  const indent = Math.min(...shown.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return html`<ol class="excerpt" tabindex="-1">${shown.map((line, i) => {
    const number = first + i + 1;
    return html`<li data-away=${Math.abs(number - now)} aria-current=${number === now ? "step" : nothing}><b>${number}</b><code style="--indent:${Math.max(0, line.search(/\S|$/) - indent)}">${line.trim()}</code><small>${equations.get(number) ?? ""}</small></li>`;
  })}</ol>`;
}
