/** The page's own Python in Node, writing bytecode without columns, with tools/bytecode.py in reach; `folders` is what it may see of this machine. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { loadPyodide } from "pyodide";

/** @param {string} runtime the folder with Pyodide's files @param {Record<string, string>} folders mount point -> folder */
export async function open(runtime, folders) {
  const python = await loadPyodide({ indexURL: `${runtime}/`, args: ["-X", "no_debug_ranges"] });
  const tools = dirname(fileURLToPath(import.meta.url));
  for (const [at, root] of Object.entries({ "/tools": tools, ...folders })) {
    python.FS.mkdir(at);
    python.FS.mount(python.FS.filesystems.NODEFS, { root }, at);
  }
  python.runPython("import sys; sys.dont_write_bytecode = True; sys.path.append('/tools')");
  return python;
}
