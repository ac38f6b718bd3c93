// What the reader can take away as a file.

import { menu } from "../widgets/menu.js";
import { html } from "../widgets/vendor.js";

/** @typedef {import("../state/url_state.js").Model} Model */
/** @typedef {import("../state/url_state.js").Send} Send */

/** @param {Model} model @param {Send} send */
export function downloadMenu({ t, scene, recording, hidesValue }, send) {
  const kinds = [
    ["py", true],
    ["ipynb", true],
    ["csv", scene.moments.length > 0 && !hidesValue],
    ["svg", recording.network !== null],
    ["png", recording.network !== null],
  ];
  return menu(
    t("take.heading"),
    kinds.map(
      ([kind, there]) =>
        html`<button type="button" data-take=${kind} ?disabled=${!there} @click=${() => send("take", kind)}>${t(`take.${kind}`)}</button>`,
    ),
  );
}
