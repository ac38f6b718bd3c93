// Keeps the page for visits without a network. That works only for a page in a window of its own, from a secure server.

import { serviceWorker } from "../python/assets.js";

/** @type {ServiceWorkerRegistration | undefined} */
let kept;

/** Registers the service worker, and tells when it has loaded a newer version. @param {() => void} onNewer */
export async function keepOffline(onNewer) {
  if (kept || !serviceWorker || window !== window.parent || !("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register(serviceWorker);
  kept = registration;
  const look = () => {
    if (registration.waiting && navigator.serviceWorker.controller) onNewer();
  };
  const watch = () =>
    registration.installing?.addEventListener("statechange", look, { once: true });
  look();
  watch();
  registration.addEventListener("updatefound", watch);
}

/** Switches to the newer version. */
export function update() {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
  kept?.waiting?.postMessage("take over");
}
