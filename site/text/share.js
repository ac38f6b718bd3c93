// A program inside a link: #code=… (deflate, base64url). Browsers do not send this part of an address to a server.

/** Characters: more than any lesson needs, but few enough that a hostile link cannot fill the memory. */
const LIMIT = 200_000;

/** @param {string} code @returns {Promise<string>} */
export async function packCode(code) {
  const stream = new Blob([code]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Throws if the link is damaged, or the program too long. @param {string} packed @returns {Promise<string>} */
export async function unpackCode(packed) {
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
