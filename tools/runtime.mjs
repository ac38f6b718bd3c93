/**
 * Makes what lets Python start fast, with the page's own Python:
 * NumPy and our modules as bytecode, and memory.bin, the memory of an interpreter that is already
 * up and has imported what NumPy and we need of the standard library.
 *
 *   node tools/runtime.mjs WHEEL TARGET FILE...     the FILEs are relative to py/
 */
import { writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { loadPyodide } from "pyodide";

const [wheel, target, ...files] = process.argv.slice(2);
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const indexURL = `${resolve(target)}/`;

const python = await loadPyodide({ indexURL });
const mounts = { "/repo": root, "/wheel": dirname(wheel), "/target": target };
for (const [at, folder] of Object.entries(mounts)) {
  python.FS.mkdir(at);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, at);
}
python.globals.set("name", basename(wheel));
python.globals.set("files", python.toPy(files));
python.runPython(`
import sys
sys.dont_write_bytecode = True
sys.path[:0] = ["/repo/tools", "/repo/py"]
from bytecode import bundle, repack
repack(f"/wheel/{name}", f"/target/{name}")
bundle("/repo/py", files, "/target/backprop.zip")
`);

await python.loadPackage("numpy", { messageCallback() {} });
const imports = python.runPython(`
import backprop.runner
" ".join(sorted(name for name in sys.modules if name.split(".")[0] in sys.stdlib_module_names))
`);
const fresh = await loadPyodide({ indexURL, _makeSnapshot: true });
fresh.runPython(`for name in "${imports}".split(): __import__(name)`);
writeFileSync(`${target}/memory.bin`, gzipSync(fresh.makeMemorySnapshot(), { level: 9 }));
