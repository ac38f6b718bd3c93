/**
 * Copies of a site's files as some hosts want to find them: .br and .gz beside each, for browsers that take these.
 *
 *   node tools/copies.mjs FOLDER
 *
 * What pages.mjs has packed itself (.bin) is unpacked first: such a host sends the copy as an encoding, which the browser
 * undoes, and site/python/assets.js takes what comes, packed or not.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gunzipSync, gzipSync } from "node:zlib";

const GOOD_ENOUGH = 9; // the best, 11, takes ten times as long for a tenth less

const folder = process.argv[2];
const names = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));
await Promise.all(names.map(copy));

/** A copy that is hardly smaller is not made. @param {string} name */
async function copy(name) {
  const bytes = readFileSync(name);
  const isPacked = name.endsWith(".bin");
  const content = isPacked ? gunzipSync(bytes) : bytes;
  const copies = { br: await brotli(content), gz: isPacked ? bytes : gzipSync(content) };
  for (const [kind, made] of Object.entries(copies))
    if (made.length < 0.9 * content.length) writeFileSync(`${name}.${kind}`, made);
}

/** @param {Buffer} content */
function brotli(content) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: GOOD_ENOUGH,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  return promisify(brotliCompress)(content, { params });
}
