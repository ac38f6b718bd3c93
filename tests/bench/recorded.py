"""How long each lesson's program runs plain and recorded, and how large its recording is: prints JSON.

Runs in CPython and, by recorded.mjs, in Pyodide. Plain and recorded take turns after a first round
that does not count, and of each the quickest round is told, which other work has disturbed least.
"""

import json
import time

from backprop import runner
from backprop.lens import LESSONS

ROUNDS = 5


def measured(source: str, lesson: str) -> dict[str, float]:
    """Seconds plain and recorded; the MB that the page is handed."""
    sizes: list[int] = []

    def plain() -> None:
        runner.plain(source)

    def recorded() -> None:
        sizes.clear()
        runner.run(source, lesson, lambda header, *arrays: sizes.extend(map(len, arrays)))

    times: dict[str, list[float]] = {"plain": [], "recorded": []}
    for turn in range(ROUNDS + 1):
        works = (plain, recorded) if turn % 2 else (recorded, plain)
        for work in works:
            started = time.perf_counter()
            work()
            if turn:
                times[work.__name__].append(time.perf_counter() - started)
    return {name: min(rounds) for name, rounds in times.items()} | {"megabytes": sum(sizes) / 2**20}


programs = sorted(LESSONS.glob("*/program.py"))
print(json.dumps({path.parent.name: measured(path.read_text(), path.parent.name) for path in programs}))
