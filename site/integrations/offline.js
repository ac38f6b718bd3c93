// The page kept for visits without a network. Only a page of its own, from a secure server, can be kept.

import { serviceWorker } from "../python/assets.js";

/** @type {ServiceWorkerRegistration | undefined} */
let kept;

/** Keeps this version, and tells when a newer one is there. @param {() => void} onNewer */
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

/** Goes over to the newer version. */
export function update() {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
  kept?.waiting?.postMessage("take over");
}
