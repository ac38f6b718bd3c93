// Files of data: encodings, separators, quoted cells, decimal commas; whatever the bytes are.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decoded, readingLine, tableIn } from "../../site/text/table.js";

const utf8 = (/** @type {string} */ text) => new TextEncoder().encode(text);

test("encodings are told from the bytes", () => {
  const gbk = Uint8Array.from([0xce, 0xf3, 0xb2, 0xee, 0x2c, 0x31]);
  const european = Uint8Array.from([0x47, 0x72, 0xf6, 0xdf, 0x65, 0x3b, 0x31]);
  const utf16 = Uint8Array.from([0xff, 0xfe, 0xef, 0x8b, 0x2c, 0, 0x31, 0]);
  assert.deepEqual(decoded(gbk), { text: "误差,1", encoding: "gb18030" });
  assert.deepEqual(decoded(european), { text: "Größe;1", encoding: "windows-1252" });
  assert.deepEqual(decoded(utf16), { text: "误,1", encoding: "utf-16le" });
  assert.deepEqual(decoded(utf8("\ufeff误,1")), { text: "误,1", encoding: "utf-8" });
  assert.equal(decoded(Uint8Array.from([0x89, 0x50, 0, 1])), null);
});

test("a table is told with its separator, heading, quoted cells and decimal commas", () => {
  const table = (/** @type {string} */ text) => {
    const found = tableIn(text);
    return (
      found && [
        found.separator,
        found.rows,
        found.columns,
        found.heading,
        found.quoted,
        found.decimalComma,
      ]
    );
  };
  assert.deepEqual(table("x,y\n0,1\n1,0\n"), [",", 2, 2, true, false, false]);
  assert.deepEqual(table("0,5;1\r\n0,25;-1\r\n"), [";", 2, 2, false, false, true]);
  assert.deepEqual(table("1\t2\n3\t4"), ["\t", 2, 2, false, false, false]);
  assert.deepEqual(table("0.5 -1  2\n1 2 3\n"), [" ", 2, 3, false, false, false]);
  assert.deepEqual(table('name,x\n"a, b",1\n"c",2\n'), [",", 2, 2, true, true, false]);
  assert.equal(table("import numpy as np\nx = np.array([1, 2])\n"), null);
  assert.equal(table("for i in range(3):\n    print(i, 2)\n    print(i, 3)\n"), null);
  assert.equal(table(""), null);
});

test("the line that reads it says how", () => {
  assert.equal(
    readingLine("a.csv", tableIn("x,y\n0,1\n")),
    'data = np.genfromtxt("a.csv", delimiter=",", skip_header=1)',
  );
  assert.equal(
    readingLine("a.csv", tableIn("0,5;1\n0,2;2\n")),
    'data = np.genfromtxt([line.replace(",", ".") for line in open("a.csv")], delimiter=";")',
  );
  assert.equal(readingLine("a.txt", null), 'text = open("a.txt").read()');
});

test("no bytes break it", () => {
  let seed = 1;
  const random = (/** @type {number} */ below) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  const odd = [...'0,;\t "\n\r.-e#', "\u0000", "误"].map(utf8);
  for (let round = 0; round < 2000; round++) {
    const bytes = Uint8Array.from({ length: random(40) }, () => random(256));
    const marks = Array.from({ length: random(30) }, () => [...odd[random(odd.length)]]).flat();
    for (const each of [bytes, Uint8Array.from(marks)]) {
      const found = decoded(each);
      if (found) readingLine("a", tableIn(found.text));
    }
  }
});
