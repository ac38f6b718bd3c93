// A program inside a link: there and back, and what chats, line breaks and careless copying do to it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { packCode, unpackCode } from "../../site/text/share.js";

const PROGRAM =
  "eta = 0.5  # 学习率\nfor epoch in range(4000):\n    delta[8] = y * (1 - y) * (t - y)\n";

test("there and back", async () => {
  for (const code of [PROGRAM, "", "a", "é".repeat(5000)])
    assert.equal(await unpackCode(await packCode(code)), code);
});

test("what a chat puts behind a link is passed over", async () => {
  const packed = await packCode(PROGRAM);
  for (const behind of ["。", ")", ".", "，", "&from=wechat", " see above", "%E3%80%82"])
    assert.equal(await unpackCode(packed + behind), PROGRAM);
});

test("a link that a mail has broken into lines is put together", async () => {
  const packed = await packCode(PROGRAM);
  const [first, second] = [packed.slice(0, 40), packed.slice(40)];
  for (const between of ["\n", "\r\n ", " ", "=\r\n", "%0A", "%20", "\u200b", "\u00ad"])
    assert.equal(await unpackCode(`${first}${between}${second}\n。`), PROGRAM, between);
  await assert.rejects(unpackCode(`${first} ${second.slice(1)}`));
});

test("a link without a checksum is one of an earlier version", async () => {
  const { deflateRawSync } = await import("node:zlib");
  const packed = deflateRawSync(Buffer.from(PROGRAM)).toString("base64url");
  assert.equal(await unpackCode(packed), PROGRAM);
});

test("other readers of the format pass over the checksum", async () => {
  const { inflateRawSync } = await import("node:zlib");
  const bytes = Buffer.from(await packCode(PROGRAM), "base64url");
  assert.equal(inflateRawSync(bytes.subarray(0, -4)).toString(), PROGRAM);
});

test("a link that is cut off is noticed, wherever", async () => {
  const packed = await packCode(PROGRAM);
  const whole = Math.ceil(((Buffer.from(packed, "base64url").length - 4) * 4) / 3); // the text, without its checksum
  for (let length = 1; length < packed.length; length++)
    if (Math.abs(length - whole) > 1)
      await assert.rejects(unpackCode(packed.slice(0, length)), String(length));
});

test("a character that is changed is noticed, wherever", async () => {
  const packed = await packCode(PROGRAM);
  for (let at = 0; at < packed.length - 1; at++) {
    // the last one has bits that mean nothing
    const other = packed[at] === "a" ? "b" : "a";
    await assert.rejects(
      unpackCode(packed.slice(0, at) + other + packed.slice(at + 1)),
      String(at),
    );
  }
});
