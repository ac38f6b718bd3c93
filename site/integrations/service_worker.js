// Keeps the page and all its files for the next visit, which then needs no network. The build puts the list of them in
// the place of FILES; their names carry content hashes, so only what has changed is loaded for a new version.

import { cleanupOutdatedCaches, precacheAndRoute } from "workbox-precaching";

// @ts-expect-error: see above
const files = FILES;

precacheAndRoute(files, { ignoreURLParametersMatching: [/./] }); // ?lesson=… is the same page
cleanupOutdatedCaches();

// A new version waits until the reader asks for it: offline.js.
addEventListener("message", ({ data }) => {
  if (data === "take over") /** @type {any} */ (globalThis).skipWaiting();
});
