// Focus and scrolling: both must wait until the page is drawn.

import { begin, end } from "../state/settled.js";

/** Does something in the frame after the one in which the page is drawn next. @param {() => void} act */
async function afterRender(act) {
  begin(act);
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  act();
  end(act);
}

/** Moves the focus, since the element that had it may be gone. @param {string} selector */
export const focusOn = (selector) =>
  afterRender(() => {
    /** @type {HTMLElement | null} */ (document.querySelector(`#app ${selector}`))?.focus();
  });

/** Scrolls to the element that "#id" names; else to the top. @param {string} hash */
export const scrollToHash = (hash) =>
  afterRender(() => {
    const part = hash && document.getElementById(hash.slice(1));
    if (part) part.scrollIntoView();
    else scrollTo(0, 0);
  });
