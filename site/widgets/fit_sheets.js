// Pages of a fixed height: what can be spared is left out until the rest fits.

import { Directive, directive, noChange } from "./vendor.js";

/** Leaves out the parts of a page with the highest data-spare first, until it fits. @param {HTMLElement} sheet */
function fit(sheet) {
  const parts = /** @type {HTMLElement[]} */ ([...sheet.querySelectorAll("[data-spare]")]);
  for (const part of parts) part.hidden = false;
  sheet.dataset.cut = "";
  const spare = (/** @type {HTMLElement} */ part) => Number(part.dataset.spare);
  parts.sort((a, b) => spare(b) - spare(a));
  const left = parts.filter((part) => {
    part.hidden = sheet.scrollHeight > sheet.clientHeight;
    return part.hidden;
  });
  if (!left.length) delete sheet.dataset.cut;
}

/** @param {HTMLElement} element */
function fitAll(element) {
  for (const sheet of element.querySelectorAll(".sheet")) fit(/** @type {HTMLElement} */ (sheet));
}

class FitSheets extends Directive {
  /** @type {ResizeObserver | undefined} */ observer;

  /** @param {unknown} _of what the sheets are drawn from */
  render(_of) {
    return noChange;
  }

  /** @param {any} part */
  update({ element }) {
    const observer = new ResizeObserver(() => fitAll(element)); // a font may come later
    this.observer?.disconnect();
    this.observer = observer;
    queueMicrotask(() => {
      fitAll(element); // once the sheets are drawn: the printer does not wait
      for (const part of element.querySelectorAll(".sheet > *")) observer.observe(part);
    });
    return noChange;
  }
}

/** `<div ${fitSheets(model)}>`: fits each `.sheet` in it again each time it is drawn, and when the size of a part changes. */
export const fitSheets = directive(FitSheets);
