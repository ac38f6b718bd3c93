"""Speed as ratios, each measured side by side in one run: `build.py bench`.

Every start is cold: a fresh browser context with nothing cached. Bare page and ours take turns.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from statistics import median
from typing import Any, ClassVar

from playwright.sync_api import Browser, Page, sync_playwright

import build

ROUNDS = 5
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

# The work of one press of "step", layout included, without the wait for the next frame.
STEPS = """async (count) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => done(performance.now())));
  const button = document.querySelector('[data-action="step"]');
  const times = [];
  for (let i = 0; i < count; i++) {
    const begun = frame();
    const pressed = performance.now();
    button.click();
    const handled = performance.now() - pressed;
    const drawn = frame();
    const from = await begun;
    await drawn;
    document.body.getBoundingClientRect();
    times.push(handled + performance.now() - from);
  }
  return times;
}"""


def started(browser: Browser, address: str) -> tuple[Page, dict[str, float]]:
    page = browser.new_context().new_page()
    page.add_init_script(WATCH)
    page.goto(address)
    page.wait_for_selector("[data-python=ready]", timeout=180_000)
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
        page.wait_for_selector("[data-python=ready]", timeout=180_000)
        count()
        if visit == 0:
            page.evaluate(KEPT)
            count()
    context.close()
    return counts


def starts(browser: Browser) -> tuple[dict[str, float], list[float]]:
    """Median times in ms of the bare page and ours; then the times of 200 steps in the page."""
    bare = f"http://127.0.0.1:{build.server(bare_site()).server_port}/"
    ours = f"http://127.0.0.1:{build.server().server_port}/"
    times: dict[str, list[float]] = {"bare": [], "step": [], "python": [], "single": []}
    steps: list[float] = []
    for turn in range(ROUNDS):
        print(f"· start {turn + 1} of {ROUNDS}", flush=True)
        page, taken = started(browser, bare)
        times["bare"].append(taken["python"])
        page.context.close()
        page, alone = started(browser, build.SINGLE.as_uri())
        times["single"].append(alone["python"])
        page.context.close()
        page, taken = started(browser, ours)
        times["step"].append(taken["step"])
        times["python"].append(taken["python"])
        if turn == ROUNDS - 1:
            steps = page.evaluate(STEPS, 200)
        page.context.close()
    return {name: median(values) for name, values in times.items()}, steps


def recorded() -> dict[str, tuple[float, float]]:
    """Seconds of each lesson's program, plain and recorded, in the same Pyodide."""
    print("· each lesson plain and recorded", flush=True)
    command = ["node", str(HERE / "recorded.mjs")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    times: dict[str, tuple[float, float]] = json.loads(said.splitlines()[-1])
    return times


def main() -> None:
    path = os.environ.get("BACKPROP_LAB_CHROMIUM") or build.chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        times, steps = starts(browser)
        counts = visits(browser)
        browser.close()
    bare, step, python, single = (times[name] for name in ("bare", "step", "python", "single"))
    worst = sorted(steps)[int(len(steps) * 0.95)]
    rows = [
        ("first step / Python ready", f"{step:.0f} / {python:.0f} ms", step / python, 0.15),
        ("first step / bare page", f"{step:.0f} / {bare:.0f} ms", step / bare, None),
        ("Python ready / bare page", f"{python:.0f} / {bare:.0f} ms", python / bare, 0.6),
        ("one file, Python ready / bare page", f"{single:.0f} / {bare:.0f} ms", single / bare, None),
    ]
    for lesson, (plain, kept) in recorded().items():
        rows.append((f"{lesson}: recorded / plain", f"{kept:.2f} / {plain:.2f} s", kept / plain, 1.25))
    print(f"\n{'what':34}{'measured':>22}{'ratio':>10}{'target':>10}")
    for what, measured, ratio, target in rows:
        aim = f"<= {target}" if target else ""
        print(f"{what:34}{measured:>22}{ratio:>10.2f}{aim:>10}")
    print(f"{'one step, median':34}{median(steps):>19.1f} ms{'':>10}{'<= 16 ms':>10}")
    print(f"{'one step, 95 of 100 within':34}{worst:>19.1f} ms{'':>10}{'<= 16 ms':>10}")
    for what, (requests, size) in zip(("first visit", "... keeping it", "second visit"), counts):
        print(f"{what:34}{requests:>13} requests{size / 1e6:>13.2f} MB")
    for form in (build.SITE, build.SINGLE):
        size = sum(f.stat().st_size for f in (build.files(form) if form.is_dir() else [form]))
        print(f"{form.name:34}{size / 1e6:>35.1f} MB")


if __name__ == "__main__":
    main()
