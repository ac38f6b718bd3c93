/**
 * Makes what lets Python start fast: what a start imports of NumPy and of the standard library as bytecode, the rest apart
 * in rest.zip, and memory.bin, the memory of an interpreter that is up and has imported that part of the standard library.
 *
 *   node tools/runtime.mjs WHEEL TARGET
 */
import { writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { loadPyodide } from "pyodide";
import { open } from "./python.mjs";

const WANTED =
  "ast bisect collections copy dataclasses difflib fractions heapq importlib.resources itertools json linecache logging math " +
  "pathlib random shutil statistics tempfile time tomllib traceback typing unicodedata";

const [wheel, target] = process.argv.slice(2);
const python = await open({ "/from": dirname(wheel), "/to": target });
const paths = ["/from", "/to"].map((folder) => `${folder}/${basename(wheel)}`);
python.globals.set("paths", python.toPy(paths));
python.runPython("import bytecode; bytecode.repack(*paths)");
await python.loadPackage(join(target, basename(wheel)), { messageCallback() {} });
const imported = python.runPython(`
import sys
for name in "${WANTED} numpy numpy.random numpy.typing".split():
    __import__(name)
bytecode.split("/to/python_stdlib.zip", paths[1], "/to/rest.zip")
" ".join(sorted(name for name in sys.modules if name.split(".")[0] in sys.stdlib_module_names))
`);

const fresh = await loadPyodide({ indexURL: `${target}/`, _makeSnapshot: true });
fresh.runPython(`
for name in "${imported}".split():
    __import__(name)
del name
`);
writeFileSync(`${target}/memory.bin`, fresh.makeMemorySnapshot());
