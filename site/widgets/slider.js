// A slider for a constant of the program: it shows the value in the text, and writes there.

import { constantIn } from "../text/program_constants.js";
import { inputValue } from "./input_value.js";
import { html, live, nothing } from "./vendor.js";

/**
 * The lesson's sliders; without those whose constant the program does not have.
 * @param {import("../state/types.js").Model} model
 * @param {import("../state/messages.js").Send} send
 */
export function sliders({ t, code, lesson }, send) {
  const found = (lesson?.sliders ?? [])
    .map((one) => ({ ...one, text: constantIn(code, one.name) }))
    .filter(({ text }) => text !== null && text !== "" && Number.isFinite(Number(text)));
  if (!found.length) return nothing;
  return html`<div class="sliders" role="group" aria-label=${t("sliders.name")}>${found.map(
    ({ name, min, max, step, text }) => html`<label>
      <code>${name}</code>
      <input type="range" data-constant=${name} min=${min} max=${max} step=${step} .value=${live(String(Number(text)))}
        @input=${(/** @type {Event} */ event) => send("constant", { name, value: inputValue(event) })}>
      <output>${text?.replace("-", "−")}</output>
    </label>`,
  )}</div>`;
}
