/** How long a lesson's program runs with and without being recorded, in one Pyodide: prints JSON. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { loadPyodide } from "pyodide";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const python = await loadPyodide({ indexURL: `${root}/build/parts/python/`, packages: ["numpy"] });
python.FS.mkdirTree("/lab");
python.FS.mount(python.FS.filesystems.NODEFS, { root: `${root}/py` }, "/lab");
console.log(
  python.runPython(`
import json, sys, time
sys.path.insert(0, "/lab")
from backprop import runner
from backprop.lens import LESSONS

def seconds(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started

times = {}
for program in sorted(LESSONS.glob("*/program.py")):
    source, lesson = program.read_text(), program.parent.name
    rounds = [
        (
            seconds(lambda: runner.plain(source)),
            seconds(lambda: runner.run(source, lesson, lambda *chunk: None)),
        )
        for _ in range(3)
    ]
    times[lesson] = [min(column) for column in zip(*rounds)]
json.dumps(times)
`),
);
