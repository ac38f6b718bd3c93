"""How long each lesson's program runs plain and recorded, and how large its recording is: prints JSON.

`recorded` is the time until all of the recording is handed over and the reader can step; `judged` until the verdict is.

Runs in CPython and, by recorded.mjs, in Pyodide. Plain and recorded take turns after a first round
that does not count. Told are processor times, of the round whose ratio is the median.
"""

import json
import os
import time

from backprop.lessons.lens import LESSONS
from backprop.page.session import run
from backprop.run import plain as run_plain

IS_SHORT = globals().get("is_short", "BACKPROP_BENCH_SHORT" in os.environ)
ROUNDS = 1 if IS_SHORT else 5
clock = globals().get(
    "processor_seconds", time.process_time
)  # Pyodide has none of its own: recorded.mjs gives it one


def measured(source: str, lesson: str) -> dict[str, float]:
    """Seconds plain, recorded and judged; the MB that the page is handed."""
    sizes: list[int] = []
    ends: dict[str, float] = {}

    def take(header: str, *arrays: bytes) -> None:
        sizes.extend(map(len, arrays))
        if json.loads(header).get("checking"):
            ends["recorded"] = clock()

    def plain() -> None:
        run_plain(source)

    def judged() -> None:
        sizes.clear()
        run(source, lesson, take)

    rounds = []
    for turn in range(ROUNDS + 1):
        works = (plain, judged) if turn % 2 else (judged, plain)
        took = {}
        for work in works:
            started = clock()
            work()
            took[work.__name__] = clock() - started
            if work is judged:
                took["recorded"] = ends["recorded"] - started
        rounds.append(took)
    of_median = sorted(rounds[1:], key=lambda took: took["recorded"] / took["plain"])[ROUNDS // 2]
    return of_median | {"megabytes": sum(sizes) / 2**20}


def one_after_another() -> float:
    """Seconds that 64 starts take by themselves: 64 times one, by the same program, unrecorded."""
    source = (LESSONS / "starts/program.py").read_text()
    alone = source.replace("starts = 64", "starts = 1").replace("shown = 26", "shown = 0")
    assert alone.count("\nstarts = 1\n") == alone.count("\nshown = 0 ") == 1
    started = clock()
    run_plain(alone)
    return 64 * (clock() - started)


# Each lesson's program made about a second long, and over at once: the edit, and how often it trains then.
LENGTHS = {
    "eleven-lines": ("range(60000)", "range({})", 60_000),
    "xor": ("range(4000)", "range({})", 20_000),
    "two-layer": ("range(10000)", "range({})", 80_000),
    "network-class": ("epochs=2000", "epochs={}", 6_000),
    "starts": ("epochs = 1000", "epochs = {}", 6_000),
    "playground": ("epochs = 40", "epochs = {}", 800),
}


def long_and_short(lesson: str) -> dict[str, dict[str, float]]:
    """A lesson's program a second long, and with 2 turns of its training loop."""
    old, new, turns = LENGTHS[lesson]
    source = (LESSONS / lesson / "program.py").read_text()
    assert source.count(old) == 1, lesson
    return {
        kind: measured(source.replace(old, new.format(many)), lesson)
        for kind, many in (("long", turns), ("short", 2))
    }


folders = [path.parent for path in sorted(LESSONS.glob("*/program.py"))]
lessons = {}
for folder in folders:
    os.chdir(folder)  # where the files of a lesson are
    if not IS_SHORT:
        lessons[folder.name] = measured((folder / "program.py").read_text(), folder.name)
    if folder.name in LENGTHS:
        lessons.setdefault(folder.name, {}).update(long_and_short(folder.name))  # type: ignore[arg-type]
if not IS_SHORT:
    lessons["starts"]["one_after_another"] = one_after_another()
print(json.dumps(lessons))
