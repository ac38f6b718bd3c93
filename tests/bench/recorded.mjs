/** Runs recorded.py in Pyodide, or another file of this folder that is named. */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { loadPyodide } from "pyodide";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const python = await loadPyodide({ indexURL: `${root}/build/parts/python/`, packages: ["numpy"] });
python.FS.mkdirTree("/lab");
python.FS.mount(python.FS.filesystems.NODEFS, { root: `${root}/py` }, "/lab");
python.runPython("import sys; sys.path.insert(0, '/lab')");
python.globals.set("processor_seconds", () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
});
python.FS.mkdirTree("/programs");
python.FS.mount(python.FS.filesystems.NODEFS, { root: `${root}/tests/programs` }, "/programs");
python.globals.set("programs", "/programs");
python.runPython(readFileSync(`${here}/${process.argv[2] ?? "recorded.py"}`, "utf8"));
