// The files of the page: on a server, or inside the page when it is one file. No other module knows the difference.
// tools/pages.mjs packs them and writes the list of them into the page; where there is no `at`, the file is inside.

import { inside } from "./inside.js";
import { WrongFile } from "./wrong_file.js";
import { unzstd } from "./zstd.js";

/** @typedef {{ size: number, at?: string }} File  size: its bytes as packed */

/** @type {Record<string, File>} */
const FILES = JSON.parse(document.getElementById("files")?.textContent ?? "{}");
const STALL = 20_000; // ms without a byte
const PACKED = [0x28, 0xb5, 0x2f, 0xfd]; // how each of our files begins

/** Whether the page is one file that has all others inside. */
export const isOneFile = Object.values(FILES).every(({ at }) => at === undefined);

/** The address of the service worker, in a page that has one. */
export const serviceWorker = FILES["service-worker.js"]?.at;

/**
 * Files that site/start.js has asked for, by address, until they are read: kept by the window, since start and program each
 * have these modules for themselves.
 * @type {Map<string, { answer: Promise<Response>, ended: AbortController }>}
 */
const ASKED = /** @type {any} */ (globalThis).asked || new Map();
/** @type {any} */ (globalThis).asked = ASKED;

/** Asks for a file that is going to be read soon, if it is one of the server's. @param {string} path */
export function askFor(path) {
  const at = FILES[path]?.at;
  if (!at) return;
  const ended = new AbortController();
  const answer = fetch(new URL(at, document.baseURI), { signal: ended.signal });
  answer.catch(() => {}); // told when it is read
  ASKED.set(at, { answer, ended });
}

/** The names and sizes of the files in a folder. @param {string} folder ends in "/" */
export const sizes = (folder) =>
  Object.entries(FILES).flatMap(([path, { size }]) =>
    path.startsWith(folder) ? [/** @type {[string, number]} */ ([path, size])] : [],
  );

/**
 * A file, unpacked while it loads. Throws like fetch, and a WrongFile if something else than the file comes.
 * @template T
 * @param {string} path @param {(answer: Response) => Promise<T>} use  reads it
 * @param {{ signal?: AbortSignal, heard?: (bytes: number) => void, type?: string }} [how]
 *   heard: is told the size of each piece that comes; type: the media type, whatever the server thinks
 * @returns {Promise<T>}
 */
export async function read(path, use, { signal, heard = () => {}, type = "" } = {}) {
  const file = FILES[path];
  if (!file) throw new Error(`${path}: there is no such file`);
  const stream = file.at === undefined ? await inside(path) : await fetched(file.at, signal);
  /** @type {Error | undefined} */
  let wrong;
  const unpacked = await unzstd(() => {
    wrong ??= new WrongFile(file.at ?? path, "damaged");
  });
  let isFirst = true;
  let got = 0;
  const counted = stream.pipeThrough(
    new TransformStream({
      transform(piece, out) {
        if (isFirst && !PACKED.every((byte, n) => n >= piece.length || piece[n] === byte)) {
          wrong = new WrongFile(file.at ?? path, isHtml(piece) ? "html" : "damaged");
          throw wrong;
        }
        isFirst = false;
        got += piece.length;
        heard(piece.length);
        out.enqueue(piece);
      },
      flush() {
        if (got === file.size) return;
        wrong ??= new WrongFile(file.at ?? path, "damaged"); // whole, but another file
        throw wrong;
      },
    }),
  );
  const answer = new Response(counted.pipeThrough(unpacked), { headers: { "Content-Type": type } });
  return use(answer).catch((error) => {
    throw wrong ?? error;
  });
}

/** Whether bytes are the beginning of a web page. @param {Uint8Array} bytes */
const isHtml = (bytes) =>
  /^\s*<(!|html|head|\?xml)/i.test(new TextDecoder().decode(bytes.slice(0, 100)));

/** @param {string} path @returns {Promise<any>} */
export const json = (path) => whole(path, (answer) => answer.json());

/** @param {string} path @returns {Promise<ArrayBuffer>} */
export const bytes = (path) => whole(path, (answer) => answer.arrayBuffer());

/** @param {string} path @returns {Promise<string>} */
export const text = (path) => whole(path, (answer) => answer.text());

/**
 * A small file as a whole; throws an Error when no byte comes for STALL.
 * @template T
 * @param {string} path
 * @param {(answer: Response) => Promise<T>} use
 */
async function whole(path, use) {
  const ended = new AbortController();
  /** @type {ReturnType<typeof setTimeout>} */
  let watch;
  const heard = () => {
    clearTimeout(watch);
    watch = setTimeout(() => ended.abort(new Error(`${path}: loading came to a halt`)), STALL);
  };
  heard();
  return read(path, use, { signal: ended.signal, heard }).finally(() => clearTimeout(watch));
}

/** @param {string} at @param {AbortSignal} [signal] @returns {Promise<ReadableStream<any>>} */
async function fetched(at, signal) {
  const asked = ASKED.get(at);
  ASKED.delete(at);
  signal?.addEventListener("abort", () => asked?.ended.abort(signal.reason));
  const answer = await (asked?.answer ?? fetch(new URL(at, document.baseURI), { signal }));
  if (!answer.ok || !answer.body) throw new WrongFile(at, "refused", answer.status);
  return answer.body;
}
