/** Runs verdict.py in Pyodide. */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { loadPyodide } from "pyodide";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const python = await loadPyodide({ indexURL: `${root}/build/parts/python/`, packages: ["numpy"] });
const rest = new Uint8Array(readFileSync(`${root}/build/parts/python/rest.zip`));
python.unpackArchive(rest, "zip", { extractDir: "/lib/python3.13" });
for (const [at, folder] of [
  ["/lab", `${root}/py`],
  ["/programs", `${root}/tests/programs`],
]) {
  python.FS.mkdirTree(at);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, at);
}
python.runPython("import sys; sys.path.insert(0, '/lab'); sys.path.append('/lib/python3.13/rest')");
python.globals.set("programs_folder", "/programs");
python.globals.set("processor_seconds", () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
});
python.runPython(readFileSync(`${here}/verdict.py`, "utf8"));
