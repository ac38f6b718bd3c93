// Numbers as pictures on one canvas: each number a square, grey for an amount, in the colours of plus and minus for a sign. A
// picture whose numbers are the same is left as it stands.

import { Directive, directive, noChange } from "./vendor.js";

/**
 * @typedef {object} Picture
 * @property {(number | undefined)[]} values  row by row from the top
 * @property {number} columns
 * @property {number} most  the amount at the end of the scale
 * @property {boolean} signed
 * @property {number} x  its corner and its size on the canvas
 * @property {number} y
 * @property {number} width
 * @property {number} height
 */

const FINE = 2; // pixels of the canvas for a unit

/** @type {Map<boolean, number[][]>} by whether the page is dark: to ask for a colour makes the browser style the whole page */
const colours = new Map();

/** The page's colours for nothing, an amount, plus and minus: red, green and blue of each. @param {boolean} dark */
function coloursOf(dark) {
  const style = getComputedStyle(document.documentElement);
  const found =
    colours.get(dark) ??
    ["--paper", "--ink", "--plus", "--minus"].map((name) => {
      const hex = style.getPropertyValue(name).trim().slice(1);
      return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
    });
  colours.set(dark, found);
  return found;
}

/** @type {WeakMap<(number | undefined)[], number>} of lists that are not changed any more */
const known = new WeakMap();

/** The largest amount among some numbers, 0 if there is none. @param {(number | undefined)[]} values not changed any more */
export function largest(values) {
  let most = known.get(values);
  if (most !== undefined) return most;
  most = 0;
  for (const value of values)
    if (value !== undefined && Number.isFinite(value)) most = Math.max(most, Math.abs(value));
  known.set(values, most);
  return most;
}

/** True if two lists have the same numbers. @param {(number | undefined)[]} values @param {(number | undefined)[]} before */
export const isSame = (values, before) =>
  values === before ||
  (values.length === before.length && values.every((value, i) => Object.is(value, before[i])));

/** True if a picture is the same as before. @param {Picture} one @param {Picture | undefined} before */
const isAsBefore = (one, before) =>
  before !== undefined &&
  (one === before ||
    (one.columns === before.columns &&
      one.most === before.most &&
      one.signed === before.signed &&
      one.x === before.x &&
      one.y === before.y &&
      one.width === before.width &&
      one.height === before.height &&
      isSame(one.values, before.values)));

/** The pictures that have to be drawn again: those that have changed, or all if the canvas has changed. @param {Args} args @param {Args | null} before */
export function changed([pictures, ...canvas], before) {
  const isOther =
    !before ||
    before[0].length !== pictures.length ||
    canvas.some((one, i) => one !== before[i + 1]);
  return isOther ? pictures : pictures.filter((one, i) => !isAsBefore(one, before[0][i]));
}

/** @type {OffscreenCanvasRenderingContext2D | null} */
let small = null;

/** A canvas in which a picture of so many squares has room, each a pixel; one for all pictures. @param {number} columns @param {number} rows */
function smallOf(columns, rows) {
  if (!small || small.canvas.width < columns || small.canvas.height < rows)
    small = new OffscreenCanvas(columns, rows).getContext("2d");
  return /** @type {OffscreenCanvasRenderingContext2D} */ (small);
}

/** @typedef {[pictures: Picture[], width: number, height: number, dark: boolean]} Args */

class Pixels extends Directive {
  /** @type {Args | null} what stands on the canvas */
  drawn = null;

  /** @param {Picture[]} _pictures @param {number} _width @param {number} _height @param {boolean} _dark */
  render(_pictures, _width, _height, _dark) {
    return noChange;
  }

  /** @param {any} part @param {Args} args */
  update({ element }, args) {
    const pictures = changed(args, this.drawn);
    const isWhole = pictures === args[0];
    const [, width, height] = args;
    this.drawn = args;
    if (!pictures.length && !isWhole) return noChange;
    const [wide, high] = [Math.round(width * FINE), Math.round(height * FINE)];
    if (element.width !== wide || element.height !== high)
      [element.width, element.height] = [wide, high];
    const context = /** @type {CanvasRenderingContext2D} */ (element.getContext("2d"));
    if (isWhole) context.clearRect(0, 0, wide, high);
    context.imageSmoothingEnabled = false;
    const [paper, ink, plus, minus] = coloursOf(args[3]);
    for (const one of pictures) {
      const rows = Math.ceil(one.values.length / one.columns);
      const image = new ImageData(one.columns, rows);
      for (const [i, value] of one.values.entries()) {
        if (value === undefined || Number.isNaN(value)) continue;
        const end = one.signed ? (value < 0 ? minus : plus) : ink;
        const part = Math.min(1, Math.abs(value) / (one.most || 1)) * (one.signed ? 0.95 : 0.85);
        for (let k = 0; k < 3; k++) image.data[4 * i + k] = paper[k] + (end[k] - paper[k]) * part;
        image.data[4 * i + 3] = 255;
      }
      const small = smallOf(one.columns, rows);
      small.putImageData(image, 0, 0);
      const at = [one.x, one.y, one.width, one.height].map((length) => length * FINE);
      context.clearRect(at[0], at[1], at[2], at[3]);
      context.drawImage(small.canvas, 0, 0, one.columns, rows, at[0], at[1], at[2], at[3]);
    }
    return noChange;
  }
}

/** `<canvas ${pixels(pictures, width, height, dark)}>`: width and height in CSS pixels; `dark`: the page is dark. */
export const pixels = directive(Pixels);

/** The number of squares that an arrow key moves among squares in rows; 0: any other key. @param {string} key @param {number} columns */
export const moveOf = (key, columns) =>
  ({ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns })[key] ?? 0;
