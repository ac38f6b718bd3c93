// The mark of what belongs to a run of another text than the one in the editor.

import { html, nothing } from "./vendor.js";

/** @param {boolean} isOld @param {string} words */
export const old = (isOld, words) => (isOld ? html`<p class="old">${words}</p>` : nothing);
