// The name of a layer in a sentence: "hidden", "hidden 2", "output".

/**
 * @param {import("./i18n.js").Translate} t
 * @param {number} layer from 1
 * @param {number} last the number of the output layer
 */
export function layerName(t, layer, last) {
  const hidden = last > 2 ? "found.layer.hiddenOf" : "found.layer.hidden";
  return t(layer === last ? "found.layer.output" : hidden, { layer });
}
