// Messages between this page and an embedding page: what it is told, and the three things that it may ask for.
// docs/embedding.md describes both for the authors of embedding pages.

import { LANGUAGES } from "../text/i18n.js";

const NAME = "backprop-lab";
const LONGEST = 200_000; // characters of a program, as in a link
const [LOWEST, HIGHEST] = [200, 3000]; // px, of the height that the page asks its frame to have
const PAUSE = 300; // ms between two heights
const SETTLE = 50; // ms from a change to its height: several often come together
const MOST_REPEATS = 3; // of one height, to a page that wants to hear it again
const MOST_ROUNDS = 4; // in which content and frame grow each other

/** @param {unknown} n */
const isCount = (n) => Number.isInteger(n) && Number(n) >= 0;

/**
 * The requests that are allowed; each function checks that one is well-formed.
 * @type {Record<string, (request: any) => boolean>}
 */
const REQUESTS = {
  code: ({ code }) => typeof code === "string" && code.length <= LONGEST,
  go: ({ iteration, step }) => isCount(iteration) && isCount(step),
  language: ({ language }) => LANGUAGES.includes(language),
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
 * ignore them.
 */
export function askForHeight() {
  const heights = heightsToAsk();
  let spoke = -PAUSE;
  let isWaiting = false;
  const ask = () => {
    isWaiting = false;
    const height = heights.next(document.documentElement.scrollHeight, innerHeight);
    if (height === null) return;
    spoke = performance.now();
    for (const message of [
      { subject: "lti.frameResize", height },
      { subject: "org.imsglobal.lti.frameResize", height },
      { context: "h5p", action: "resize", scrollHeight: height },
      { type: "plugin.resize", payload: { height } },
    ])
      parent.postMessage(message, "*");
  };
  const later = () => {
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(ask, Math.max(SETTLE, spoke + PAUSE - performance.now()));
  };
  addEventListener("message", ({ source, data }) => {
    if (source !== parent || data?.context !== "h5p") return;
    heights.repeat(); // H5P has become ready, or has lost the height
    later();
  });
  parent.postMessage({ context: "h5p", action: "hello" }, "*");
  new ResizeObserver(later).observe(document.body);
}

/**
 * Decides which heights to ask for: one that differs from the last, or that the embedding page wants to hear again, a few
 * times. Content that grows by the same amount each time that its frame has grown (a part as high as the frame, say, or an
 * embedding page that gives a frame some pixels more than it asks for) would go on without end: after some rounds the frame
 * stays as it is, until the content has another height.
 */
export function heightsToAsk() {
  let asked = 0;
  let repeats = 0;
  let isWanted = false;
  let grown = 0;
  let added = 0; // by the embedding page to the height that it was asked for
  let rounds = 0;
  return {
    /** The embedding page wants to hear the height again. */
    repeat() {
      isWanted = repeats < MOST_REPEATS;
    },

    /** The height to ask for, or null. @param {number} content px @param {number} frame px, as high as it is now */
    next(content, frame) {
      const height = Math.min(HIGHEST, Math.max(LOWEST, content));
      if (height === asked) {
        if (!isWanted) return null;
        isWanted = false;
        repeats++;
        return height;
      }
      const step = height - asked;
      rounds = step === grown && frame - asked === added ? rounds + 1 : 0;
      [grown, added] = [step, frame - asked];
      if (rounds >= MOST_ROUNDS) return null;
      asked = height;
      repeats = 0;
      return height;
    },
  };
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
