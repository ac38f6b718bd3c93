// Undoes Zstandard while a file loads. No browser has it for all engines; the decoder is that of the package zstddec, as
// WebAssembly, which takes a quarter of the time of one in JavaScript (docs/loading.md).

import { inside } from "./inside.js";

const PIECE = 131_072; // bytes: the largest block of Zstandard, so each piece out is one block
const WORDS = 6; // of 4 bytes: ZSTD_inBuffer and ZSTD_outBuffer, each { address, size, position }

/** @type {Promise<WebAssembly.Module> | undefined} */
let compiled;

/** The decoder, which itself is packed with gzip. */
async function decoder() {
  const unpacked = (await inside("zstd.wasm")).pipeThrough(new DecompressionStream("gzip"));
  return WebAssembly.compile(await new Response(unpacked).arrayBuffer());
}

/**
 * A stream from packed to unpacked bytes; it fails when they are damaged (the checksum is part of the format) or cut off.
 * @param {(error: Error) => void} [onDamage] is told why before it fails: a Response that is made of the stream forgets that
 */
export async function unzstd(onDamage = () => {}) {
  compiled ??= decoder();
  const imports = { env: { emscripten_notify_memory_growth() {} } };
  const { exports } = await WebAssembly.instantiate(await compiled, imports);
  const zstd = /** @type {any} */ (exports);
  const context = zstd.ZSTD_createDCtx();
  const [from, to, words] = [PIECE, PIECE, WORDS * 4].map((size) => zstd.malloc(size));
  const fail = (/** @type {string} */ what) => {
    const error = new Error(what);
    onDamage(error);
    throw error;
  };
  let wanted = 1; // how much more the decoder wants: 0 at the end of the file

  /** @param {Uint8Array} part @param {TransformStreamDefaultController<Uint8Array>} out */
  function decode(part, out) {
    new Uint8Array(zstd.memory.buffer).set(part, from);
    let taken = 0;
    let made = PIECE;
    while (wanted !== 0 && (taken < part.length || made === PIECE)) {
      const given = [from, part.length, taken, to, PIECE, 0];
      new Uint32Array(zstd.memory.buffer, words, WORDS).set(given);
      wanted = zstd.ZSTD_decompressStream(context, words + 12, words);
      if (wanted < 0) fail("damaged"); // an error code of Zstandard
      const { buffer } = zstd.memory; // another one after the memory has grown
      [, , taken, , , made] = new Uint32Array(buffer, words, WORDS);
      if (made) out.enqueue(new Uint8Array(buffer, to, made).slice());
    }
  }

  return new TransformStream({
    transform(/** @type {Uint8Array} */ piece, out) {
      for (let at = 0; at < piece.length; at += PIECE) decode(piece.subarray(at, at + PIECE), out);
    },
    flush() {
      if (wanted !== 0) fail("cut off");
    },
  });
}
