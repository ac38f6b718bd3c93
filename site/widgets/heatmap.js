// A heat map: a square of bytes, 1 in the minus colour, 128 in that of the paper, 255 in the plus colour; 0 (not a number)
// stays empty.

import { Directive, directive, noChange } from "./vendor.js";

/** @type {Map<boolean, Uint32Array>} the colours of the 256 bytes, by night or by day */
const palettes = new Map();

/** @param {boolean} dark */
function palette(dark) {
  const found = palettes.get(dark) ?? mixed();
  palettes.set(dark, found);
  return found;
}

/** The colours of the page as it is now. */
function mixed() {
  const style = getComputedStyle(document.documentElement);
  const [minus, paper, plus] = ["--minus", "--paper", "--plus"].map((name) => {
    const hex = style.getPropertyValue(name).trim().slice(1);
    return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  });
  const colours = new Uint32Array(256);
  for (let byte = 1; byte < 256; byte++) {
    const end = byte < 128 ? minus : plus;
    const part = (Math.abs(byte - 128) / 127) * 0.7; // points of the same colour still show
    const [r, g, b] = paper.map((from, k) => Math.round(from + (end[k] - from) * part));
    colours[byte] = (255 << 24) | (b << 16) | (g << 8) | r;
  }
  return colours;
}

class HeatMap extends Directive {
  bytes = "";
  isDark = false;
  picture = new ImageData(1, 1);

  /** @param {string} _bytes base64, row by row from the top @param {boolean} _dark */
  render(_bytes, _dark) {
    return noChange;
  }

  /** @param {any} part @param {[string, boolean]} args */
  update({ element }, [bytes, dark]) {
    if (bytes === this.bytes && dark === this.isDark) return noChange;
    this.bytes = bytes;
    this.isDark = dark;
    const text = atob(bytes);
    const side = Math.round(Math.sqrt(text.length));
    if (this.picture.width !== side) this.picture = new ImageData(side, side);
    if (element.width !== side) element.width = element.height = side; // every assignment makes the browser lay it out again
    const colours = palette(dark);
    const pixels = new Uint32Array(this.picture.data.buffer);
    for (let i = 0; i < text.length; i++) pixels[i] = colours[text.charCodeAt(i)];
    element.getContext("2d").putImageData(this.picture, 0, 0);
    return noChange;
  }
}

/** `<canvas ${heatMap(bytes, dark)}>`: `bytes` is a square in base64, row by row from the top; `dark`: the page is dark. */
export const heatMap = directive(HeatMap);
