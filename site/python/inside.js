// The files inside the page: all of them in the one file, the program and the decoder in every page.

import { bytesInText } from "./bytes_in_text.js";
import { WrongFile } from "./wrong_file.js";

/** Its packed bytes, as soon as the browser has read its element to the end. @param {string} path @returns {Promise<ReadableStream>} */
export async function inside(path) {
  let found = element(path);
  while (!isWhole(found) && document.readyState === "loading") {
    await more();
    found = element(path);
  }
  if (!found || !isWhole(found)) throw new WrongFile(path, "cut");
  const bytes = bytesInText(found.textContent ?? "", size(found));
  return new ReadableStream({
    start(out) {
      out.enqueue(bytes);
      out.close();
    },
  });
}

/** @param {string} path @returns {HTMLElement | null} */
const element = (path) => document.querySelector(`script[data-file="${path}"]`);

/** @param {HTMLElement} of */
const size = (of) => Number(of.dataset.size);

/** Whether all its text is there: 8 bits of 15 a byte. @param {HTMLElement | null} found */
const isWhole = (found) => found && Number(found.textContent?.length) * 15 >= size(found) * 8;

/** Resolves when the browser has read another element. */
const more = () =>
  new Promise((done) => {
    new MutationObserver((_, watch) => {
      watch.disconnect();
      done(undefined);
    }).observe(document, { childList: true, subtree: true });
    document.addEventListener("DOMContentLoaded", done, { once: true });
  });
