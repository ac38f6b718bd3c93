// The page in a frame of somebody else's: what it tells the page around it, and the three things that page may ask for.
// docs/embedding.md describes both for those who write that page.

const NAME = "backprop-lab";
const LONGEST = 200_000; // characters of a program, as in a link
const [LOWEST, HIGHEST] = [200, 3000]; // px that a frame is asked to be high

/** @param {unknown} n */
const isCount = (n) => Number.isInteger(n) && Number(n) >= 0;

/** What may be asked for: whether it is asked for properly. @type {Record<string, (request: any) => boolean>} */
const REQUESTS = {
  code: ({ code }) => typeof code === "string" && code.length <= LONGEST,
  go: ({ iteration, step }) => isCount(iteration) && isCount(step),
  language: ({ language }) => language === "en" || language === "zh",
};

/**
 * Listens to the page around this one, and to no other; what is not understood is passed over.
 * @param {Record<keyof typeof REQUESTS, (request: any) => void>} obey
 * @returns {(type: string, facts: object) => void} tells the page around something, if it has not been told the same before
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
    // To any origin: the page around is not known, and none of this is a secret (a program is never told).
    parent.postMessage({ source: NAME, type, ...facts }, "*");
  };
}

/**
 * Asks the page around for a frame as high as what is in it, in the ways of Canvas, IMS, H5P and Open edX: whoever
 * does not know them passes them over. The layout of an embedded page does not follow its frame's height, so the two
 * cannot drive each other up.
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
    asked = 0; // it is ready only now, or it has forgotten
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
