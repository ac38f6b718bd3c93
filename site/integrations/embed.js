// Messages between this page and an embedding page: what it is told, and the three things that it may ask for.
// docs/embedding.md describes both for the authors of embedding pages.

const NAME = "backprop-lab";
const LONGEST = 200_000; // characters of a program, as in a link
const [LOWEST, HIGHEST] = [200, 3000]; // px, of the height that the page asks its frame to have

/** @param {unknown} n */
const isCount = (n) => Number.isInteger(n) && Number(n) >= 0;

/**
 * The requests that are allowed; each function checks that one is well-formed.
 * @type {Record<string, (request: any) => boolean>}
 */
const REQUESTS = {
  code: ({ code }) => typeof code === "string" && code.length <= LONGEST,
  go: ({ iteration, step }) => isCount(iteration) && isCount(step),
  language: ({ language }) => language === "en" || language === "zh",
};

/**
 * Listens to the embedding page and to no other window; a message that is not understood is ignored.
 * @param {Record<keyof typeof REQUESTS, (request: any) => void>} obey
 * @returns {(type: string, facts: object) => void} tells the embedding page something, unless it was told the same before
 */
export function talkWithParent(obey) {
  /** @type {Record<string, string>} */
  const told = {};
  addEventListener("message", ({ source, data }) => {
    if (source !== parent || data?.target !== NAME || !Object.hasOwn(REQUESTS, data.type)) return;
    if (REQUESTS[data.type](data)) obey[data.type](data);
  });
  return (type, facts) => {
    const text = JSON.stringify(facts);
    if (told[type] === text) return;
    told[type] = text;
    // To any origin: the embedding page is not known, and nothing here is secret (a program is never sent).
    parent.postMessage({ source: NAME, type, ...facts }, "*");
  };
}

/**
 * Asks the embedding page for a frame as high as its content, with the messages of Canvas, IMS, H5P and Open edX; others
 * ignore them. The layout of an embedded page does not depend on the height of its frame, so the two cannot grow each other
 * without end.
 */
export function askForHeight() {
  let asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;
  const ask = () => {
    const { scrollHeight } = document.documentElement;
    const height = Math.min(HIGHEST, Math.max(LOWEST, scrollHeight));
    if (height === asked) return;
    asked = height;
    for (const message of [
      { subject: "lti.frameResize", height },
      { subject: "org.imsglobal.lti.frameResize", height },
      { context: "h5p", action: "resize", scrollHeight: height },
      { type: "plugin.resize", payload: { height } },
    ])
      parent.postMessage(message, "*");
  };
  const later = () => {
    clearTimeout(soon);
    soon = setTimeout(ask, 100);
  };
  addEventListener("message", ({ source, data }) => {
    if (source !== parent || data?.context !== "h5p") return;
    asked = 0; // H5P has become ready, or has lost the height
    later();
  });
  parent.postMessage({ context: "h5p", action: "hello" }, "*");
  new ResizeObserver(later).observe(document.body);
}

/** Resolves when an element comes into view, however deep the frames are. @param {Element} element @returns {Promise<void>} */
export function whenVisible(element) {
  return new Promise((resolve) => {
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      resolve();
    });
    observer.observe(element);
  });
}
