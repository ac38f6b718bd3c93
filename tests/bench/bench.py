"""Speed as ratios, each measured side by side in one run: `build.py bench`, or a part of it with `--part`.

Every start is cold: a fresh browser context with nothing cached. Bare page and ours take turns. `--short` measures the
same in three minutes: fewer rounds, and of the programs and networks those that say most.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, ClassVar

from playwright.sync_api import Browser, Page, sync_playwright

import build
from tests.bench import digits, playground
from tests.bench.line import MEGABITS, ROUND_TRIP, Line, behind_a_line, with_brotli
from tests.bench.shared import IS_SHORT, PATIENCE, WORK, Row, opened, stepping_rows

ROUNDS = 1 if IS_SHORT else 5
HERE = Path(__file__).parent

# Notes when a step can first be taken and when Python is ready, in ms since the navigation.
WATCH = """
window.times = {};
const look = () => {
  const now = performance.now();
  const steps = document.querySelector("[data-steps]")?.dataset.steps;
  if (Number(steps) > 0) times.step ??= now;
  if (document.documentElement.dataset.python === "ready") times.python ??= now;
};
new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
"""

LESSON = "?lesson=xor"  # the bare address shows the first screen


def started(browser: Browser, address: str) -> tuple[Page, dict[str, float]]:
    page = opened(browser, address, WATCH)
    times: dict[str, float] = page.evaluate("times")
    return page, times


def bare_site() -> Path:
    """Pyodide as it comes, the original NumPy wheel and one page."""
    folder = build.BUILD / "bare"
    folder.mkdir(parents=True, exist_ok=True)
    lock = json.loads((build.RUNTIME / "pyodide-lock.json").read_text())
    numpy = lock["packages"]["numpy"]
    for file in (*build.RUNTIME_FILES, "pyodide-lock.json"):
        shutil.copy(build.RUNTIME / file, folder / file)
    wheel = build.numpy_wheel(numpy["file_name"], numpy["sha256"])
    (folder / numpy["file_name"]).write_bytes(wheel)
    shutil.copy(HERE / "bare.html", folder / "index.html")
    return folder


class Counting(build.Handler):
    """Notes the bytes of each body it sends."""

    bodies: ClassVar[list[int]] = []

    def copyfile(self, source: Any, outputfile: Any) -> None:
        content = source.read()
        self.bodies.append(len(content))
        outputfile.write(content)


# Ends when the service worker has kept everything.
KEPT = """async () => {
  const { active } = await navigator.serviceWorker.ready;
  while (active.state !== "activated") await new Promise((done) => setTimeout(done, 100));
}"""


def visits(browser: Browser) -> list[tuple[int, int]]:
    """Answers with a body and their bytes: first visit until Python is ready, until all is kept, second visit."""
    print("· two visits", flush=True)
    folder = build.BUILD / "offline"
    build.need("node", "tools/pages.mjs", "offline", build.PARTS, folder)
    address = f"http://127.0.0.1:{build.server(folder, handler=Counting).server_port}/"
    context = browser.new_context()
    counts = []

    def count() -> None:
        counts.append((len(Counting.bodies), sum(Counting.bodies)))
        Counting.bodies.clear()

    for visit in range(2):
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector("[data-python=ready]", timeout=PATIENCE)
        count()
        if visit == 0:
            page.evaluate(KEPT)
            count()
    context.close()
    return counts


def starts(browser: Browser) -> dict[str, float]:
    """Median times in ms of the bare page and ours."""
    bare = f"http://127.0.0.1:{build.server(bare_site()).server_port}/"
    ours = f"http://127.0.0.1:{build.server().server_port}/"
    times: dict[str, list[float]] = {"bare": [], "step": [], "python": [], "single": []}
    for turn in range(ROUNDS):
        print(f"· start {turn + 1} of {ROUNDS}", flush=True)
        page, taken = started(browser, bare)
        times["bare"].append(taken["python"])
        page.context.close()
        page, alone = started(browser, build.SINGLE.as_uri() + LESSON)
        times["single"].append(alone["python"])
        page.context.close()
        page, taken = started(browser, ours + LESSON)
        times["step"].append(taken["step"])
        times["python"].append(taken["python"])
        page.context.close()
    return {name: median(values) for name, values in times.items()}


def over_the_line(browser: Browser) -> Iterator[Row]:
    """The same starts over a school's line; the bare page comes in brotli, as from a network of copies."""
    folders = {"bare": with_brotli(bare_site()), "ours": build.SITE}
    found: dict[str, list[tuple[dict[str, float], int]]] = {name: [] for name in folders}
    for turn in range(ROUNDS):
        for name, folder in folders.items():
            print(f"· start over a line, {turn + 1} of {ROUNDS}: {name}", flush=True)
            line = Line()
            served = behind_a_line(folder, line)
            address = f"http://127.0.0.1:{served.server_port}/"
            page, times = started(browser, address + (LESSON if name == "ours" else ""))
            found[name].append((times, line.sent - line.later))
            page.context.close()
            served.shutdown()
    bare, ours = (median(times["python"] for times, _ in found[name]) for name in ("bare", "ours"))
    step = median(times["step"] for times, _ in found["ours"])
    what = f"{MEGABITS:.0f} Mbit/s, {1000 * ROUND_TRIP:.0f} ms"
    yield Row(f"{what}: Python ready / bare page", f"{ours:.0f} / {bare:.0f} ms", ours / bare, "<= 0.6")
    yield Row(f"{what}: first step", f"{step:.0f} ms", None, "<= 1000 ms")
    yield Row(f"{what}: first step / Python ready", f"{step:.0f} / {ours:.0f} ms", step / ours, "<= 0.15")
    sent = [found[name][0][1] / 1e6 for name in ("ours", "bare")]
    yield Row(
        "bytes that Python's start needs", f"{sent[0]:.2f} MB, bare {sent[1]:.2f} MB", None, "<= 6.5 MB"
    )


# From the press of Stop to the moment in which the next run may begin, in ms.
STOPPED = """async () => {
  const is = (key, value) => document.documentElement.dataset[key] === value;
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  while (is("run", "running") && !performance.getEntriesByName("spare worker").length) await frame();
  if (!is("run", "running")) return Infinity; // no spare worker came: too little memory, or too slow
  const pressed = performance.now();
  document.querySelector('[data-action="stop"]').click();
  while (is("run", "running") || !is("python", "ready")) await frame();
  return performance.now() - pressed;
}"""


def after_stop(browser: Browser) -> Row:
    """A run that never ends is stopped, once a spare worker is ready."""
    print("· stop", flush=True)
    page, _ = started(browser, f"http://127.0.0.1:{build.server().server_port}/{LESSON}")
    page.locator(".cm-content").fill("import time\nwhile True:\n    time.sleep(0.01)")
    page.locator("[data-action=run]").click()
    page.wait_for_selector("html[data-run=running]")
    took = page.evaluate(STOPPED)
    page.context.close()
    return Row("after Stop, until the next run can begin", f"{took:.0f} ms", None, "<= 500 ms")


def work(browser: Browser) -> dict[str, list[float]]:
    """Times in ms of steps, jumps and moves of a drag in the 60,000 iterations of `eleven-lines`, run in the page."""
    print("· stepping, jumping and dragging through 60,000 iterations", flush=True)
    page, _ = started(browser, f"http://127.0.0.1:{build.server().server_port}/?lesson=eleven-lines")
    page.locator("[data-action=run]").click()
    page.wait_for_selector("html[data-run=running]")
    page.wait_for_selector("html[data-run=idle]", timeout=PATIENCE)
    times = {kind: page.evaluate(WORK, [kind, 200]) for kind in ("step", "jump", "drag")}
    page.context.close()
    return times


def recorded(*command: str) -> dict[str, dict[str, Any]]:
    """What recorded.py tells of each lesson: seconds plain and recorded, MB of the recording."""
    print(f"· each lesson plain and recorded, by {Path(command[0]).name}", flush=True)
    core = {**os.environ, "PYTHONPATH": str(build.ROOT / "py")}
    said = subprocess.run(command, capture_output=True, text=True, check=True, env=core).stdout
    lessons: dict[str, dict[str, Any]] = json.loads(said.splitlines()[-1])
    return lessons


def page_rows(browser: Browser) -> Iterator[Row]:
    yield from over_the_line(browser)
    yield after_stop(browser)
    times, counts = starts(browser), visits(browser)
    bare, step, python, single = (times[name] for name in ("bare", "step", "python", "single"))
    yield from (
        Row("first step / Python ready", f"{step:.0f} / {python:.0f} ms", step / python, "<= 0.15"),
        Row("first step / bare page", f"{step:.0f} / {bare:.0f} ms", step / bare, "<= 0.2"),
        Row("Python ready / bare page", f"{python:.0f} / {bare:.0f} ms", python / bare, "<= 0.4"),
        Row("one file, Python ready / bare page", f"{single:.0f} / {bare:.0f} ms", single / bare, "<= 0.8"),
        *(
            Row(what, f"{requests} requests, {size / 1e6:.2f} MB")
            for what, (requests, size) in zip(("first visit", "... keeping it", "second visit"), counts)
        ),
        Row("size of the one file", f"{build.SINGLE.stat().st_size / 1e6:.2f} MB", None, "<= 9 MB"),
    )
    if not IS_SHORT:
        worked = work(browser)
        yield from stepping_rows("", worked)
        yield dragging_row(worked["drag"])


def dragging_row(worked: list[float]) -> Row:
    late = sum(ms > 16 for ms in worked) / len(worked)
    return Row("dragging, frames of over 16 ms", f"{late:.0%}")


def recording_rows(_: Browser) -> Iterator[Row]:
    pyodide = recorded("node", str(HERE / "recorded.mjs"))
    yield from overhead_rows(pyodide)
    if IS_SHORT:
        return
    native = recorded(sys.executable, str(HERE / "recorded.py"))
    for lesson, of in pyodide.items():
        took = f"{of['recorded']:.2f} / {native[lesson]['recorded']:.2f} s"
        yield Row(f"{lesson}: Pyodide / CPython", took, of["recorded"] / native[lesson]["recorded"])
    for lesson, of in pyodide.items():
        yield Row(f"{lesson}: memory of the recording", f"{of['megabytes']:.1f} MB", None, "<= 64 MB")
    many, one = pyodide["starts"]["plain"], pyodide["starts"]["one_after_another"]
    yield Row("64 starts: one after another / at once", f"{one:.1f} / {many:.1f} s", one / many, ">= 4")


def overhead_rows(pyodide: dict[str, dict[str, Any]]) -> Iterator[Row]:
    """What recording takes beside the plain program; in the short form only of programs made about a second long."""
    for lesson, of in pyodide.items():
        if "plain" in of:
            took = f"{of['recorded']:.2f} / {of['plain']:.2f} s"
            yield Row(f"{lesson}: recorded / plain", took, of["recorded"] / of["plain"])
        if "long" in of:
            long, short = of["long"], of["short"]
            took = f"{long['recorded']:.2f} / {long['plain']:.2f} s"
            yield Row(f"{lesson}, made long: the same", took, long["recorded"] / long["plain"], "<= 1.25")
            fixed = short["recorded"] - short["plain"]
            yield Row(f"{lesson}, 2 iterations: recorded - plain", f"{fixed:.2f} s", None, "<= 0.15 s")
            verdict = long["judged"] - long["recorded"]
            yield Row(f"{lesson}: its verdict, after that", f"{verdict:.2f} s")


def finding_rows(_: Browser) -> Iterator[Row]:
    print("· the network of each program, by node", flush=True)
    said = subprocess.run(
        ("node", str(HERE / "recorded.mjs"), "found.py"), capture_output=True, text=True, check=True
    ).stdout
    took: dict[str, float] = json.loads(said.splitlines()[-1])
    slowest = max(took, key=lambda name: took[name])
    yield Row("finding a network, median", f"{median(took.values()):.2f} s", None, "<= 0.4 s")
    yield Row("finding a network, most", f"{took[slowest]:.2f} s ({slowest})", None, "<= 2 s")
    large = "64-20-10 by 32"
    yield Row(f"finding a network, {large}", f"{took[large]:.2f} s", None, "<= 2 s")


PARTS = {
    "page": page_rows,
    "recording": recording_rows,
    **({} if IS_SHORT else {"finding": finding_rows}),
    "playground": playground.rows,
    **({} if IS_SHORT else {"digits": digits.rows}),
}


def timed(part: str, browser: Browser) -> list[Row]:
    """The rows of a part; each is printed as it comes, so a bench that is broken off has told what it had."""
    begun = time.monotonic()
    rows = []
    for row in PARTS[part](browser):
        print(row, flush=True)
        rows.append(row)
    print(f"· {part}: {time.monotonic() - begun:.0f} s", flush=True)
    return rows


def main() -> None:
    path = os.environ.get("BACKPROP_LAB_CHROMIUM") or build.chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        rows = [row for part in sys.argv[1:] or PARTS for row in timed(part, browser)]
        browser.close()
    print("", Row("what", "measured", None, "target"), *rows, sep="\n")
    table = [row._asdict() for row in rows]
    (build.ROOT / "build/bench.json").write_text(json.dumps(table, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
