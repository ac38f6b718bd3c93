// Focus and scrolling: both must wait until the page is drawn.

/** Resolves in the frame after the one in which the page is drawn next. */
async function afterRender() {
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
}

/** Moves the focus, since the element that had it may be gone. @param {string} selector */
export async function focusOn(selector) {
  await afterRender();
  /** @type {HTMLElement | null} */ (document.querySelector(`#app ${selector}`))?.focus();
}

/** Scrolls to the element that "#id" names; else to the top. @param {string} hash */
export async function scrollToHash(hash) {
  await afterRender();
  const part = hash && document.getElementById(hash.slice(1));
  if (part) part.scrollIntoView();
  else scrollTo(0, 0);
}
