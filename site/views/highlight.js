// Highlights a quantity that is pointed at wherever the page shows it: as a number, a node or a connection.

import { ofSample } from "../recording/refs.js";

/** The refs of what is pointed at or focused; [] for anything else. @param {EventTarget | null} target @returns {string[]} */
export function refsAt(target) {
  const place = target instanceof Element ? target.closest("[data-ref]") : null;
  return place?.getAttribute("data-ref")?.split(" ") ?? [];
}

/** @param {HTMLElement} root @param {string[]} refs */
export function highlight(root, refs) {
  for (const lit of root.querySelectorAll("[data-lit]")) lit.removeAttribute("data-lit");
  for (const ref of refs.flatMap((one) => [...new Set([one, ofSample(one)[0]])]))
    for (const place of root.querySelectorAll(`[data-ref~="${CSS.escape(ref)}"]`))
      place.setAttribute("data-lit", "");
}
