// A program inside a link: #code=<base64url of the deflated text and its checksum>, or #edit=<base64url of the changes of
// the lesson's program, as JSON, and the checksum of the whole>, which is short enough for a QR code. Browsers do not send
// this part of an address to a server.

import { changesBetween, withChanges } from "./changes.js";

/** The beginning of the part of a link that carries a program. */
export const CODE = "#code=";

/** The mark of a link that carries its differences to the lesson's program. */
export const EDIT = "#edit=";

/** Whether the part of an address behind "#" carries a program. @param {string} hash */
export const hasProgram = (hash) => hash.startsWith(CODE) || hash.startsWith(EDIT);

/** Characters: more than any lesson needs, but few enough that a hostile link cannot fill the memory. */
export const LIMIT = 200_000;

const CHECKSUM = 4; // bytes, behind the deflated text, where other readers of the format pass over them

/** @param {string} code @returns {Promise<string>} */
export async function packCode(code) {
  const stream = new Blob([code]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  return base64url([...bytes, ...checksum(code)]);
}

/** @param {number[]} bytes */
const base64url = (bytes) =>
  btoa(bytes.map((byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** The edits that lead from the lesson's program to another one. @param {string} program @param {string} code */
export function packEdit(program, code) {
  const changes = changesBetween(program, code).map(({ at, remove, insert }) => [
    at,
    remove,
    ...insert,
  ]);
  return base64url([...new TextEncoder().encode(JSON.stringify(changes)), ...checksum(code)]);
}

/**
 * Throws if the link is damaged, or was made from another version of the lesson's program.
 * @param {string} program
 * @param {string} given
 */
export function unpackEdit(program, given) {
  const bytes = bytesOf(packedIn(given));
  const json = new TextDecoder("utf-8", { fatal: true }).decode(bytes.slice(0, -CHECKSUM));
  const changes = JSON.parse(json).map((/** @type {any[]} */ [at, remove, ...insert]) => ({
    at,
    remove,
    insert,
  }));
  const code = withChanges(program, changes);
  if (String(checksum(code)) !== String([...bytes.slice(-CHECKSUM)]))
    throw new Error("the link belongs to another text");
  return code;
}

/** What a chat has put behind the link ("。", ")", "&from=…") is passed over. @param {string} given */
const packedIn = (given) => given.match(/^[A-Za-z0-9_-]*/)?.[0] ?? "";

/** What a mail puts within a link that is longer than its line; the checksum tells whether the rest is whole. */
const BREAKS =
  /=(?:\r?\n|%0D%0A|%0A)|%0D|%0A|%09|%20|%E2%80%8B|[\s\u00ad\u200b-\u200f\u2060\ufeff]/gi;

/** A short text that is another one for another program. @param {string} code */
export const fingerprint = (code) => `${code.length}-${checksum(code).join("-")}`;

/** CRC-32 of the program's UTF-8: a link that lost or changed a character is noticed. @param {string} code */
function checksum(code) {
  let crc = -1;
  for (const byte of new TextEncoder().encode(code)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return [0, 8, 16, 24].map((shift) => (~crc >>> shift) & 255);
}

/**
 * Links without a checksum were made by earlier
 * versions. Throws if the link is damaged or cut off, or the program too long.
 * @param {string} given
 * @returns {Promise<string>}
 */
export async function unpackCode(given) {
  const bytes = bytesOf(packedIn(given));
  for (const each of [bytes, bytesOf(packedIn(given.replace(BREAKS, "")))]) {
    try {
      const text = await inflated(each.slice(0, -CHECKSUM));
      if (String(checksum(text)) === String([...each.slice(-CHECKSUM)])) return text;
    } catch (error) {
      if (error instanceof RangeError) throw error;
    }
  }
  const text = await inflated(bytes);
  const isWhole = await inflated(bytes.slice(0, -1)).then(
    () => false, // something stands behind the text: a checksum that does not fit
    () => true,
  );
  if (!isWhole) throw new Error("the link is damaged");
  return text;
}

/** As much of a packed text as can be read, where its end is missing. @param {string} packed @returns {Promise<string>} */
export async function beginningOf(packed) {
  let text = "";
  try {
    const whole = packed.slice(0, packed.length - (packed.length % 4 === 1 ? 1 : 0));
    const stream = new DecompressionStream("deflate-raw");
    const writer = stream.writable.getWriter();
    writer
      .write(bytesOf(whole))
      .then(() => writer.close())
      .catch(() => {}); // reading meets the same error
    for await (const part of parts(stream.readable)) text += part;
  } catch {
    // Here the text was cut.
  }
  return text;
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function inflated(bytes) {
  const stream = new DecompressionStream("deflate-raw");
  const writer = stream.writable.getWriter();
  const written = writer.write(bytes).then(() => writer.close());
  const [text] = await Promise.all([readAll(stream.readable), written]);
  return text;
}

/** @param {ReadableStream<Uint8Array>} stream */
async function readAll(stream) {
  let text = "";
  for await (const part of parts(stream)) text += part;
  return text;
}

/** The text of a stream, piece by piece. Throws if it is too long or no UTF-8. @param {ReadableStream<Uint8Array>} stream */
async function* parts(stream) {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let length = 0;
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const text = decoder.decode(part.value, { stream: true });
    length += text.length;
    if (length > LIMIT) throw new RangeError("the program in the link is too long");
    yield text;
  }
  yield decoder.decode();
}

/** @param {string} packed base64url @returns {Uint8Array<ArrayBuffer>} */
function bytesOf(packed) {
  const binary = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}
