// Bytes as text that may stand in any page: 15 bits in one character, each a Chinese or a Korean one, which no encoding,
// server or editor changes. In UTF-16 that costs a fifteenth of their size (docs/loading.md). The other way: tools/as_text.mjs.

/** @param {string} text @param {number} size how many bytes it holds */
export function bytesInText(text, size) {
  const bytes = new Uint8Array(size);
  let [at, bits, held] = [0, 0, 0];
  for (let i = 0; i < size; i++) {
    if (held < 8) {
      const code = text.charCodeAt(at++);
      bits = (bits << 15) | (code - (code < 0xa000 ? 0x3400 : 0x4000));
      held += 15;
    }
    held -= 8;
    bytes[i] = bits >> held;
    bits &= (1 << held) - 1;
  }
  return bytes;
}
