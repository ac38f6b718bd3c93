/**
 * Runs tests of tests/py inside Pyodide in Node: with the Python and the NumPy that the page ships. pytest, hypothesis
 * and autograd are the .venv's: they are pure Python. Ordinarily these are the tests whose outcome can depend on the
 * interpreter (CHOSEN), of many cases alike every fourth (`some` in conftest.py); the others run in CPython alone. With
 * --all, all of them run in both.
 * One Pyodide uses one core, so there is one for each, and every test runs in one of them.
 *
 *   node tests/pyodide.mjs [--all] [pytest options]
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadPyodide } from "pyodide";

/** The tests that run here too, by part of the core, each with what may differ between interpreters. */
const CHOSEN = {
  "errors, budgets, output, what a run leaves behind; every fourth lesson recorded whole": [
    "run",
    "next_run",
    "run_limits",
    "chunks",
    "limits",
  ],
  "the limit of recursion, stops, the random state": ["trace_bounds"],
  "the syntax tree of each statement and expression, run beside plain exec": ["instrument"],
  "ids of objects: every fourth program followed, value by value": [
    "trace_programs::test_every_value_follows_from_its_operands",
  ],
  "NumPy's build: results of its functions, integers, types of numbers": [
    "trace_arrays",
    "array_programs",
    "network",
    "recorder::test_all_kinds_of_numbers",
    "recorder::test_the_same_numbers_from_every_kind_of_container",
    "recorder::test_nan_is_recorded_as_it_is",
  ],
  "messages and places of syntax errors, depth of nesting": [
    "repair",
    "repair_kinds",
    "repair_properties",
    "notebook",
    "explanation",
  ],
  "errors of our own": [
    "never_raises::test_generated_programs_in_any_lesson",
    "never_raises::test_an_error_of_our_own_while_reading_is_no_error_of_the_program",
    "never_raises::test_the_guard_lets_the_end_of_a_budget_pass",
  ],
  "modules that stand in for others, the parts of NumPy that are shipped": [
    "standins",
    "numpy_names",
  ],
  "operators of objects of the program's own": ["own_objects"],
  "the package's own files": ["lens", "texts"],
};
const CPYTHON_ONLY = ["build_wheel", "installed", "command_line", "docs"];

const options = process.argv.slice(2);
const all = options[0] === "--all";
if (all) options.shift();
if (!process.env.SHARE) {
  console.log(
    all ? `left out: ${CPYTHON_ONLY.join(", ")} (CPython only)` : "chosen tests; --all runs all",
  );
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
    ALL: all ? "1" : "",
    HYPOTHESIS_STORAGE_DIRECTORY: "/tmp/hypothesis",
  },
});
const rest = new Uint8Array(readFileSync(`${root}/build/parts/python/rest.zip`));
python.unpackArchive(rest, "zip", { extractDir: "/lib/python3.13" });
python.runPython(`
import encodings, sys
sys.path.append("/lib/python3.13/rest")
encodings.__path__.append("/lib/python3.13/rest/encodings")
`);
const mounts = [
  ["/lab", root],
  ["/tools", sitePackages],
];
for (const [at, folder] of mounts) {
  python.FS.mkdirTree(at);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, at);
}
const chosen = Object.values(CHOSEN)
  .flat()
  .map((it) => {
    const [file, ...test] = it.split("::");
    return [`tests/py/test_${file}.py`, ...test].join("::");
  });
const ignored = CPYTHON_ONLY.map((file) => `--ignore=tests/py/test_${file}.py`);
const tests = all ? ["tests/py", ...ignored] : chosen;
const plugins = ["-p", "no:xdist", "-p", "no:rerunfailures"]; // they start processes
python.globals.set("options", python.toPy(["-q", ...plugins, ...tests, ...options]));
process.exitCode = python.runPython(`
import os, sys
sys.path.append("/tools")  # last: NumPy is Pyodide's own
os.chdir("/lab")
import pytest
int(pytest.main(options))
`);
