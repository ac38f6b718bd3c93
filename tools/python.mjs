/** The page's own Python in Node, which writes bytecode without columns, with tools/bytecode.py in reach. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { loadPyodide } from "pyodide";

/** @param {Record<string, string>} folders what it sees of this machine: mount point -> folder */
export async function open(folders) {
  const python = await loadPyodide({ args: ["-X", "no_debug_ranges"] });
  const tools = dirname(fileURLToPath(import.meta.url));
  for (const [at, root] of Object.entries({ "/tools": tools, ...folders })) {
    python.FS.mkdir(at);
    python.FS.mount(python.FS.filesystems.NODEFS, { root }, at);
  }
  python.runPython("import sys; sys.dont_write_bytecode = True; sys.path.append('/tools')");
  return python;
}
