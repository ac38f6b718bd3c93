// The change between two runs in a few characters: the label of the run before.

/** @typedef {{ kind: "value", text: string } | { kind: "line", line: number } | { kind: "more" }} Change  line: in the later program */

const ASSIGNMENT = /^\s*([\w.[\], ]+?)\s*=\s*(.+)$/;
const CALL = /\w+\([\w.-]*\)/g;
const LONGEST = 18; // characters

/** The difference between the earlier program and the later one. @param {string} before @param {string} now @returns {Change} */
export function whatChanged(before, now) {
  const [old, later] = [before.split("\n"), now.split("\n")];
  const different = old.flatMap((line, i) => (line === later[i] ? [] : [i]));
  if (old.length !== later.length || different.length !== 1) return { kind: "more" };
  const [i] = different;
  const text = earlierValue(old[i], later[i]);
  return text ? { kind: "value", text } : { kind: "line", line: i + 1 };
}

/** The earlier value of the one thing that differs: "eta 0.5", "range(4000)"; "" if it is no short value. @param {string} old @param {string} later */
function earlierValue(old, later) {
  const [before, now] = [old, later].map((line) => ASSIGNMENT.exec(line.replace(/\s*#.*$/, "")));
  const assigned = before && before[1] === now?.[1] ? `${before[1]} ${before[2]}` : "";
  if (assigned && assigned.length <= LONGEST) return assigned;
  return called(old, later);
}

/** A call with one plain argument that is all that differs, as the earlier program has it. @param {string} old @param {string} later */
function called(old, later) {
  const [calls, callsNow] = [old, later].map((line) =>
    [...line.matchAll(CALL)].map(([text]) => text),
  );
  const k = calls.findIndex((text, i) => text !== callsNow[i]);
  if (k < 0 || !callsNow[k] || calls[k].length > LONGEST) return "";
  return old.replace(calls[k], "") === later.replace(callsNow[k], "") ? calls[k] : "";
}
