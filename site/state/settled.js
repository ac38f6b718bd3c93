// Tells when the page has settled after a change: <html data-settled> is a number that grows when all that was waiting
// to be drawn, scrolled to or focused is done, and <html data-settling> is there while something waits.

/** @type {Set<unknown>} */
const waiting = new Set();
let times = 0;

/** Something waits for a frame from now on. @param {unknown} what */
export function begin(what) {
  waiting.add(what);
  document.documentElement.dataset.settling = "";
}

/** It is done. @param {unknown} what what `begin` was told */
export function end(what) {
  if (!waiting.delete(what) || waiting.size) return;
  const { dataset } = document.documentElement;
  delete dataset.settling;
  dataset.settled = String(++times);
}
