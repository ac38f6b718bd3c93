"""Handwriting: how fast the lesson's network learns in the page, whether the page stays in motion meanwhile, and how long a
step through a network of 784-30-10 takes to draw."""

import itertools
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

from playwright.sync_api import Browser

import build
from tests.bench.shared import WORK, Row, opened, stepping_rows

FOLDER = build.ROOT / "py/backprop/lessons/digits"
SOURCE = (FOLDER / "program.py").read_text(encoding="utf-8")
SAMPLES = 8 * 1437  # that the program learns from, epoch after epoch

# The same digits as images of 28 by 28 and a short training, of which every number is recorded.
LARGE = (
    (
        "pixels, digits = rows[:, :64] / 16,",
        "images = np.kron(rows[:, :64].reshape(-1, 8, 8) / 16, np.ones((3, 3)))\n"
        "images = np.pad(images, ((0, 0), (2, 2), (2, 2)))\n"
        "pixels, digits = images.reshape(-1, 784),",
    ),
    ("[64, 20, 10]", "[784, 30, 10]"),
    ("samples[360:]", "samples[360:400]"),
    ("epochs=8", "epochs=1"),
)

# Begins to note when each frame is drawn.
FRAMES = """() => {
  window.frames_at = [];
  const note = (now) => { window.frames_at.push(now); requestAnimationFrame(note); };
  requestAnimationFrame(note);
}"""


def large() -> str:
    source = SOURCE
    for old, new in LARGE:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


def in_cpython() -> float:
    """Seconds that the program takes in a Python of its own, NumPy's import and the data included."""
    begun = time.perf_counter()
    subprocess.run((sys.executable, "-c", SOURCE), cwd=FOLDER, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def rows(browser: Browser) -> Iterator[Row]:
    print("· learning to read digits, in the page and in CPython", flush=True)
    page = opened(browser, f"http://127.0.0.1:{build.server().server_port}/?lesson=digits")
    page.evaluate(FRAMES)
    begun = time.perf_counter()
    page.locator("[data-action=run]").click()
    page.wait_for_selector("html[data-run=running]")
    page.wait_for_selector("html[data-run=idle]")
    took, plain = time.perf_counter() - begun, in_cpython()
    at = page.evaluate("frames_at")
    apart = sorted(after - before for before, after in itertools.pairwise(at))
    rates = SAMPLES / took, SAMPLES / plain
    yield Row(
        "digits: the page / CPython", f"{rates[0]:,.0f} / {rates[1]:,.0f} samples/s", rates[0] / rates[1]
    )
    yield Row("digits: the run in the page", f"{took:.1f} s", None, "<= 20 s")
    yield Row("digits, running: time between frames, median", f"{median(apart):.0f} ms", None, "<= 17 ms")
    late = sum(ms > 50 for ms in apart) / len(apart)
    yield Row("digits, running: frames later than 50 ms", f"{late:.1%}, longest {apart[-1]:.0f} ms")
    print("· stepping through 784-30-10", flush=True)
    page.locator(".cm-content").press("ControlOrMeta+a")
    page.keyboard.insert_text(large())
    page.locator("[data-action=run]").click()
    page.wait_for_selector("html[data-run=running]")
    page.wait_for_selector("html[data-run=idle]")
    page.wait_for_selector('.stacked [data-ref="a:784"]')
    # The button cannot be pressed where the run stands at its first step already.
    page.evaluate("document.querySelector('[data-action=first]').click()")
    worked = {kind: page.evaluate(WORK, [kind, 200]) for kind in ("step", "back", "point", "jump")}
    yield from stepping_rows("784-30-10: ", worked)
    for size in ("line", "pass"):
        page.locator(".size select").select_option(size)
        worked = {kind: page.evaluate(WORK, [kind, 25]) for kind in ("step", "back")}
        yield from stepping_rows(f"784-30-10, by {size}: ", worked)
    page.context.close()
