// Files of data: which encoding their bytes are in, and what stands in a table.

/** @typedef {{ separator: "," | ";" | "\t" | " ", rows: number, columns: number, heading: boolean, quoted: boolean, decimalComma: boolean }} Table  rows: without the heading */

/** @type {[mark: number[], encoding: string][]} */
const MARKS = [
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
  [[0xef, 0xbb, 0xbf], "utf-8"],
];

/** The text in some bytes and its encoding; null for bytes that are no text. @param {Uint8Array} bytes @returns {{ text: string, encoding: string } | null} */
export function decoded(bytes) {
  const marked = MARKS.find(([mark]) => mark.every((byte, i) => bytes[i] === byte));
  if (!marked && bytes.includes(0)) return null;
  for (const encoding of marked
    ? [marked[1]]
    : ["utf-8", isChinese(bytes) ? "gb18030" : "windows-1252"])
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      return { text, encoding };
    } catch {
      // the next one
    }
  return null;
}

/** Two bytes make a common character of GB 2312; a single one beyond ASCII is a letter of Europe. @param {Uint8Array} bytes */
function isChinese(bytes) {
  let [pairs, beyond] = [0, 0];
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] < 0x80) continue;
    beyond++;
    const isFirst = (bytes[i] > 0xa0 && bytes[i] < 0xa4) || (bytes[i] > 0xaf && bytes[i] < 0xd8);
    if (!isFirst || !(bytes[i + 1] > 0xa0)) continue;
    pairs++;
    beyond++;
    i++;
  }
  return 4 * pairs > beyond;
}

const NUMBER = /^[-+−]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const COMMA_NUMBER = /^[-+−]?\d+,\d+$/;

/** The contents of a table; null for a text that is none. @param {string} text @returns {Table | null} */
export function tableIn(text) {
  const lines = text.split(/\r\n?|\n/).filter((line) => line.trim() && !line.startsWith("#"));
  const separator = /** @type {const} */ (["\t", ";", ",", " "]).find((mark) =>
    splits(lines, mark),
  );
  if (!separator || lines.length < 2) return null;
  const [first, ...rest] = lines.map((line) => cellsOf(line, separator).map((cell) => cell.trim()));
  const isNumber = (/** @type {string} */ cell) => NUMBER.test(cell) || COMMA_NUMBER.test(cell);
  const cells = rest.slice(0, 200).flat();
  if (cells.filter(isNumber).length < cells.length / 3) return null;
  const heading = !first.some(isNumber);
  return {
    separator,
    rows: lines.length - Number(heading),
    columns: first.length,
    heading,
    quoted: lines.some((line) => line.includes('"')),
    decimalComma: separator !== "," && cells.some((cell) => COMMA_NUMBER.test(cell)),
  };
}

/** Whether a mark parts every line into as many cells. @param {string[]} lines @param {string} mark */
function splits(lines, mark) {
  const counts = lines.slice(0, 50).map((line) => cellsOf(line, mark).length);
  return counts[0] > 1 && counts.every((count) => count === counts[0]);
}

/** The cells of a line; a quoted one may hold the separator. @param {string} line @param {string} mark */
function cellsOf(line, mark) {
  if (mark === " ") return line.trim().split(/ +/);
  const cells = [""];
  let isQuoted = false;
  for (const c of line) {
    if (c === '"') isQuoted = !isQuoted;
    else if (c === mark && !isQuoted) cells.push("");
    else cells[cells.length - 1] += c;
  }
  return cells;
}

/** A line of Python that reads such a table, or imports a module. @param {string} name @param {Table | null} table */
export function readingLine(name, table) {
  if (name.endsWith(".py")) return `import ${name.slice(0, -3)}`;
  if (!table) return `text = open(${JSON.stringify(name)}).read()`;
  const more = [
    table.separator === " " ? "" : `, delimiter=${JSON.stringify(table.separator)}`,
    table.heading ? ", skip_header=1" : "",
  ].join("");
  if (!table.decimalComma) return `data = np.genfromtxt(${JSON.stringify(name)}${more})`;
  return `data = np.genfromtxt([line.replace(",", ".") for line in open(${JSON.stringify(name)})]${more})`;
}
