/** Runs recorded.py in Pyodide, or another file of this folder that is named. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { loadPyodide } from "pyodide";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const python = await loadPyodide({ indexURL: `${root}/build/parts/python/`, packages: ["numpy"] });
const rest = new Uint8Array(readFileSync(`${root}/build/parts/python/rest.zip`));
python.unpackArchive(rest, "zip", { extractDir: "/lib/python3.13" });
python.runPython("import sys; sys.path += ['/lib/python3.13/rest', '/lab']");
python.FS.mkdirTree("/lab");
python.FS.mount(python.FS.filesystems.NODEFS, { root: `${root}/py` }, "/lab");
python.globals.set("processor_seconds", () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
});
python.FS.mkdirTree("/programs");
python.FS.mount(python.FS.filesystems.NODEFS, { root: `${root}/tests/programs` }, "/programs");
python.globals.set("programs", "/programs");
python.globals.set("is_short", "BACKPROP_BENCH_SHORT" in process.env);
python.runPython(readFileSync(resolve(here, process.argv[2] ?? "recorded.py"), "utf8"));
