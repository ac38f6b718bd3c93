// Python counts columns in bytes of UTF-8, JavaScript in units of UTF-16: they differ once a line has Chinese or Greek in it.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The index in a line of text that stands for so many bytes of it. @param {string} line @param {number} bytes */
export const indexOfColumn = (line, bytes) =>
  decoder.decode(encoder.encode(line).subarray(0, bytes)).length;
