// Highlights a quantity that is pointed at wherever the page shows it: as a number, a node or a connection.

import { ofSample } from "../recording/refs.js";

/** The refs of what is pointed at or focused; [] for anything else. @param {EventTarget | null} target @returns {string[]} */
export function refsAt(target) {
  const place = target instanceof Element ? target.closest("[data-ref]") : null;
  return place?.getAttribute("data-ref")?.split(" ") ?? [];
}

/** The editor lights its own places. @param {HTMLElement} root @param {string[]} refs */
export function highlight(root, refs) {
  const wanted = new Set(refs.flatMap((one) => [one, ofSample(one)[0]]));
  for (const lit of root.querySelectorAll("[data-ref][data-lit]")) lit.removeAttribute("data-lit");
  if (!wanted.size) return;
  for (const place of root.querySelectorAll("[data-ref]:not(.cm-editor *)"))
    if (
      place
        .getAttribute("data-ref")
        ?.split(" ")
        .some((ref) => wanted.has(ref))
    )
      place.setAttribute("data-lit", "");
}
