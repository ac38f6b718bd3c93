// A program inside a link: #code=<deflate, base64url>~<checksum>. Browsers do not send this part of an address to a server.

/** Characters: more than any lesson needs, but few enough that a hostile link cannot fill the memory. */
export const LIMIT = 200_000;

/** @param {string} code @returns {Promise<string>} */
export async function packCode(code) {
  const stream = new Blob([code]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const packed = btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `${packed}~${checksum(code)}`;
}

/** CRC-32 of the program's UTF-8, in base 36: a link that lost or changed a character is noticed. @param {string} code */
function checksum(code) {
  let crc = -1;
  for (const byte of new TextEncoder().encode(code)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (~crc >>> 0).toString(36).padStart(7, "0");
}

/**
 * What a chat has put behind the link ("。", ")", "&from=…") is passed over. Links without a checksum were made by earlier
 * versions. Throws if the link is damaged or cut off, or the program too long.
 * @param {string} given
 * @returns {Promise<string>}
 */
export async function unpackCode(given) {
  const [, packed = "", , sum] = given.match(/^([A-Za-z0-9_-]*)(~([0-9a-z]{7}))?/) ?? [];
  const text = await inflated(packed);
  if (sum ? sum !== checksum(text) : given.startsWith("~", packed.length))
    throw new Error("the link is damaged");
  return text;
}

/** @param {string} packed */
async function inflated(packed) {
  const binary = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
  const stream = new DecompressionStream("deflate-raw");
  const writer = stream.writable.getWriter();
  const written = writer
    .write(Uint8Array.from(binary, (c) => c.charCodeAt(0)))
    .then(() => writer.close());
  const [text] = await Promise.all([readAll(stream.readable), written]);
  return text;
}

/** @param {ReadableStream<Uint8Array>} stream */
async function readAll(stream) {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += decoder.decode(part.value, { stream: true });
    if (text.length > LIMIT) throw new RangeError("the program in the link is too long");
  }
  return text + decoder.decode();
}
