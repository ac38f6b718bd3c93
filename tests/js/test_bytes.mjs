// Bytes that stand in the page as text: what tools/pages.mjs writes, site/python/bytes_in_text.js reads.
import assert from "node:assert/strict";
import test from "node:test";
import { bytesInText } from "../../site/python/bytes_in_text.js";
import { asText } from "../../tools/as_text.mjs";

test("bytes of every length come back from text", () => {
  for (let length = 0; length < 40; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 151 + length * 89) & 255);
    assert.deepEqual(bytesInText(asText(bytes), length), bytes);
  }
});

test("all digits are letters, also the first and the last", () => {
  const text = asText(Uint8Array.of(0, 0, 255, 255, 255, 255, 0xd8, 0, 0xb0, 0));
  assert.match(text, /^\p{Letter}+$/u);
  assert.equal(text.normalize("NFKD").normalize("NFC"), text);
});
