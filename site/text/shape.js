// An array's shape with its axes named: "4 samples × 3 nodes".

/**
 * @param {import("./i18n.js").Translate} t
 * @param {number[]} shape  [] for a number
 * @param {("sample" | "node" | "input" | "one")[]} axes  what stands along each axis
 */
export function shapeInWords(t, shape, axes) {
  if (!shape.length) return t("found.number");
  return shape
    .map((length, at) => {
      const axis = length > 1 ? (axes[at] ?? "one") : "one";
      return axis === "one" ? String(length) : t(`shape.${axis}`, { count: length });
    })
    .join(" × ");
}
