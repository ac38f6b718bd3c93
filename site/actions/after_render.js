// What has to wait until the page is drawn.

/** Waits for the frame after the one in which the page is drawn next. */
async function afterRender() {
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
}

/** Sets the focus; what had it may be gone. @param {string} selector */
export async function focusOn(selector) {
  await afterRender();
  /** @type {HTMLElement | null} */ (document.querySelector(`#app ${selector}`))?.focus();
}

/** To the part of the page that an address names; else to its beginning. @param {string} hash */
export async function scrollToHash(hash) {
  await afterRender();
  const part = hash && document.getElementById(hash.slice(1));
  if (part) part.scrollIntoView();
  else scrollTo(0, 0);
}
