// The menu's group of files to download.

import { group } from "../widgets/menu.js";
import { html } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../state/messages.js").Send} Send */

/** @param {Model} model @param {Send} send */
export function downloadMenu({ t, scene, recording, hidesValue }, send) {
  /** @type {[kind: import("../state/messages.js").Messages["take"], isThere: boolean][]} */
  const kinds = [
    ["py", true],
    ["ipynb", true],
    ["csv", scene.moments.length > 0 && !hidesValue],
    ["svg", recording.network !== null],
    ["png", recording.network !== null],
  ];
  return group(
    t("take.heading"),
    kinds.map(
      ([kind, isThere]) =>
        html`<button type="button" data-take=${kind} ?disabled=${!isThere} @click=${() => send("take", kind)}>${t(`take.${kind}`)}</button>`,
    ),
  );
}
