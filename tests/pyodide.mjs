/**
 * Runs tests/py inside Pyodide in Node: the same core tests, with the Python and the NumPy that
 * the page ships. pytest, hypothesis and autograd are the .venv's: they are pure Python.
 * One Pyodide uses one core, so there is one for each, and every test runs in one of them.
 *
 *   node tests/pyodide.mjs [pytest options]
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadPyodide } from "pyodide";

const LEFT_OUT = ["build_wheel", "installed", "command_line", "docs"].map(
  (it) => `tests/py/test_${it}.py`,
); // CPython only

const options = process.argv.slice(2);
if (!process.env.SHARE) {
  console.log(`left out: ${LEFT_OUT.join(", ")} (CPython only)`);
  const cores = availableParallelism();
  const shares = Array.from({ length: cores }, (_, i) => {
    const env = { ...process.env, SHARE: `${i}/${cores}` };
    return once(spawn(process.execPath, process.argv.slice(1), { env, stdio: "inherit" }), "exit");
  });
  const codes = (await Promise.all(shares)).map(([code]) => code ?? 1); // null: killed
  process.exit(Math.max(...codes));
}
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const venv = join(root, ".venv", process.platform === "win32" ? "Scripts" : "bin", "python");
const asked = ["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"];
const sitePackages = execFileSync(venv, asked, { encoding: "utf8" }).trim();
const python = await loadPyodide({
  indexURL: `${root}/build/parts/python/`,
  packages: ["numpy"],
  env: {
    HOME: "/tmp",
    PYTHONDONTWRITEBYTECODE: "1",
    SHARE: process.env.SHARE,
    HYPOTHESIS_STORAGE_DIRECTORY: "/tmp/hypothesis",
  },
});
const mounts = [
  ["/lab", root],
  ["/tools", sitePackages],
];
for (const [at, folder] of mounts) {
  python.FS.mkdirTree(at);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, at);
}
const ignored = LEFT_OUT.map((file) => `--ignore=${file}`);
python.globals.set(
  "options",
  python.toPy([
    "-q",
    "-p",
    "no:xdist",
    "-p",
    "no:rerunfailures",
    "tests/py",
    ...ignored,
    ...options,
  ]),
);
process.exitCode = python.runPython(`
import os, sys
sys.path.append("/tools")  # last: NumPy is Pyodide's own
os.chdir("/lab")
import pytest
int(pytest.main(options))
`);
