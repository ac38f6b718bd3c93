// The network as a picture file: the styles that it gets from the style sheet are written into its elements.

const STYLES = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-linecap",
  "stroke-linejoin",
  "opacity",
  "paint-order",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
];

/** @param {SVGSVGElement} svg @returns {string} */
export function svgText(svg) {
  const copy = /** @type {SVGSVGElement} */ (svg.cloneNode(true));
  const copies = [...copy.querySelectorAll("*")];
  [...svg.querySelectorAll("*")].forEach((element, i) => {
    const style = getComputedStyle(element);
    for (const name of STYLES) copies[i].setAttribute(name, plain(name, style));
    for (const { name } of [...copies[i].attributes])
      if (/^(class|style|role|tabindex|aria-.*|data-.*)$/.test(name))
        copies[i].removeAttribute(name);
  });
  const { width, height } = svg.viewBox.baseVal;
  const paper = getComputedStyle(document.body).backgroundColor;
  for (const name of [...copy.attributes].map((one) => one.name))
    if (name !== "viewBox") copy.removeAttribute(name);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  const text = new XMLSerializer().serializeToString(copy).replace(/<!--.*?-->/g, "");
  const ground = `<rect width="100%" height="100%" fill="${paper}"/>${tiles(svg)}`;
  return text.replace(/(<svg[^>]*>)/, `$1${ground}`);
}

/** The tiles of weights under the drawing of a large network, as an SVG image; "" where there are none. @param {SVGSVGElement} svg @returns {string} */
function tiles(svg) {
  const canvas = svg.parentElement?.querySelector("canvas");
  return canvas
    ? `<image width="100%" height="100%" image-rendering="pixelated" href="${canvas.toDataURL()}"/>`
    : "";
}

/** The picture at twice its size. @param {SVGSVGElement} svg @returns {Promise<Blob>} */
export async function png(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(svg))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width * 2;
  canvas.height = image.height * 2;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))));
  });
}

const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });

/**
 * A style, with colours as rgb(): not every program reads newer notations.
 * @param {string} name
 * @param {CSSStyleDeclaration} style
 */
function plain(name, style) {
  const value = style.getPropertyValue(name);
  if (!pixel || !/^(oklab|color)\(/.test(value)) return value;
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = value;
  pixel.fillRect(0, 0, 1, 1);
  const [r, g, b] = pixel.getImageData(0, 0, 1, 1).data;
  return `rgb(${r}, ${g}, ${b})`;
}
