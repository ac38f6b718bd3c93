// The program's drawings (matplotlib), below its printed text.

import { figuresOf } from "../recording/pictures.js";
import * as format from "../text/format.js";
import { plot } from "../widgets/plot.js";
import { html, nothing } from "../widgets/vendor.js";

/** @typedef {import("../state/types.js").Model} Model */
/** @typedef {import("../recording/pictures.js").Figure} Figure */
/** @typedef {import("../recording/pictures.js").Panel} Panel */

/** @type {WeakMap<object, Figure[]>} the page is often drawn again with the same drawings */
const cache = new WeakMap();

/** @param {Model} model */
export function pictures({ t, drawings }) {
  const figures = cache.get(drawings) ?? figuresOf(drawings);
  cache.set(drawings, figures);
  return figures.map(
    (figure, i) => html`<figure class="picture" data-picture=${i + 1}>
      ${figure.title ? html`<figcaption>${figure.title}</figcaption>` : nothing}
      <div class="panels" style="--columns: ${figure.columns}">${figure.panels.map((panel) => plot(panel, said(t, panel, i + 1)))}</div>
    </figure>`,
  );
}

/** The panel in words. @param {Model["t"]} t @param {Panel} panel @param {number} number */
function said(t, { words, shapes }, number) {
  const parts = shapes.map((shape) => {
    if (shape.kind === "line" || shape.kind === "points") {
      const known = shape.y.filter(Number.isFinite);
      const values = {
        count: shape.y.length,
        first: format.short(known[0] ?? Number.NaN),
        last: format.short(known.at(-1) ?? Number.NaN),
      };
      return `${shape.label ? `${shape.label}: ` : ""}${t(`picture.${shape.kind}`, values)}`;
    }
    return shape.kind === "text" ? shape.text : t(`picture.${shape.kind}`);
  });
  const names = [
    words.xlabel && t("picture.x", { name: words.xlabel }),
    words.ylabel && t("picture.y", { name: words.ylabel }),
  ];
  return [t("picture.figure", { number }), words.title, ...parts, ...names]
    .filter(Boolean)
    .join(t("picture.stop"));
}
