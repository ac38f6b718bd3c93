/** Bytes as text that may stand in a page, 15 bits a character. The other way: site/python/bytes_in_text.js. @param {Uint8Array} bytes */
export function asText(bytes) {
  const codes = [];
  let [bits, held] = [0, 0];
  for (const byte of Buffer.concat([bytes, Buffer.alloc(2)])) {
    bits = (bits << 8) | byte;
    held += 8;
    if (held < 15) continue;
    held -= 15;
    const digit = bits >> held;
    codes.push(digit + (digit < 0x6c00 ? 0x3400 : 0x4000));
    bits &= (1 << held) - 1;
  }
  return Buffer.from(Uint16Array.from(codes).buffer).toString("utf16le");
}
