// The files of the page: on a server, or inside the page when it is one file. No other module knows the difference.
// tools/pages.mjs packs them with gzip and writes the list of them into the page; where there is no `at`, the file is inside.

/** @typedef {{ size: number, unpacked?: number, at?: string }} File  size: its bytes as packed */

/** @type {Record<string, File>} */
const FILES = JSON.parse(document.getElementById("files")?.textContent ?? "{}");
const STALL = 20_000; // ms without a byte
const GZIP = 0x1f; // the first byte of a packed file, and of none of our files unpacked

/** Whether the page is one file that has all others inside. */
export const isOneFile = Object.values(FILES).every(({ at }) => at === undefined);

/** The address of the service worker, in a page that has one. */
export const serviceWorker = FILES["service-worker.js"]?.at;

/** The names and sizes of the files in a folder. @param {string} folder ends in "/" */
export const sizes = (folder) =>
  Object.entries(FILES).flatMap(([path, { size }]) =>
    path.startsWith(folder) ? [/** @type {[string, number]} */ ([path, size])] : [],
  );

/**
 * A file, unpacked while it loads. Throws like fetch, and an Error if the server refuses.
 * @param {string} path @param {{ signal?: AbortSignal, heard?: (bytes: number) => void, type?: string }} [how]
 *   heard: is told the size of each piece that comes; type: the media type, whatever the server thinks
 */
export async function open(path, { signal, heard = () => {}, type = "" } = {}) {
  const file = FILES[path];
  if (!file) throw new Error(`${path}: there is no such file`);
  const stream =
    file.at === undefined ? await inside(path, file.size) : await fetched(file.at, signal);
  const reader = stream.getReader();
  let piece = await reader.read();
  // A host may send a copy that it has packed (tools/copies.mjs); then the browser has unpacked it already.
  const isPacked = piece.value?.[0] === GZIP;
  const share = isPacked ? 1 : file.size / (file.unpacked ?? file.size);
  const heardOf = new ReadableStream({
    async pull(out) {
      if (piece.done) return out.close();
      heard(piece.value.length * share);
      out.enqueue(piece.value);
      piece = await reader.read();
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const content = isPacked ? heardOf.pipeThrough(new DecompressionStream("gzip")) : heardOf;
  return new Response(content, { headers: { "Content-Type": type } });
}

/** @param {string} path @returns {Promise<any>} */
export const json = (path) => whole(path, (answer) => answer.json());

/** @param {string} path @returns {Promise<string>} */
export const text = (path) => whole(path, (answer) => answer.text());

/**
 * A small file as a whole; throws an Error when no byte comes for STALL.
 * @template T
 * @param {string} path
 * @param {(answer: Response) => Promise<T>} read
 */
async function whole(path, read) {
  const ended = new AbortController();
  /** @type {ReturnType<typeof setTimeout>} */
  let watch;
  const heard = () => {
    clearTimeout(watch);
    watch = setTimeout(() => ended.abort(new Error(`${path}: loading came to a halt`)), STALL);
  };
  heard();
  const answer = await open(path, { signal: ended.signal, heard });
  return read(answer).finally(() => clearTimeout(watch));
}

/** @param {string} at @param {AbortSignal} [signal] @returns {Promise<ReadableStream<any>>} */
async function fetched(at, signal) {
  const answer = await fetch(new URL(at, document.baseURI), { signal });
  if (!answer.ok || !answer.body) throw new Error(`${at}: ${answer.status}`);
  return answer.body;
}

/**
 * The file of this size that stands in the page; the large ones come after the program that reads them.
 * @param {string} path
 * @param {number} size
 */
async function inside(path, size) {
  const find = () => document.querySelector(`script[data-file="${path}"]`)?.textContent;
  if (!find() && document.readyState === "loading")
    await new Promise((done) => document.addEventListener("DOMContentLoaded", done));
  const bytes = fromText(find() ?? "", size);
  return new ReadableStream({
    start(out) {
      out.enqueue(bytes);
      out.close();
    },
  });
}

/**
 * Bytes out of text: 13 bits stand in two characters. The other way: tools/pages.mjs.
 * @param {string} text
 * @param {number} size
 */
function fromText(text, size) {
  const digit = (/** @type {number} */ at) => {
    const code = text.charCodeAt(at);
    return code < 60 ? code - 35 : code - 36;
  };
  const bytes = new Uint8Array(size);
  let [at, bits, held] = [0, 0, 0];
  for (let i = 0; i < size; i++) {
    if (held < 8) {
      bits = (bits << 13) | (digit(at) * 91 + digit(at + 1));
      held += 13;
      at += 2;
    }
    held -= 8;
    bytes[i] = bits >> held;
    bits &= (1 << held) - 1;
  }
  return bytes;
}
