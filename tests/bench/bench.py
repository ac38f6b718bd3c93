"""Speed as ratios, each measured side by side in one run: `build.py bench`.

Every start is cold: a fresh browser context with nothing cached. Bare page and ours take turns.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from statistics import median

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
    page.wait_for_function("times.python", timeout=180_000)
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


def starts(browser: Browser) -> tuple[dict[str, float], list[float]]:
    """Median times in ms of the bare page and ours; then the times of 200 steps in the page."""
    bare = f"http://127.0.0.1:{build.server(bare_site()).server_port}/"
    ours = f"http://127.0.0.1:{build.server().server_port}/"
    times: dict[str, list[float]] = {"bare": [], "step": [], "python": []}
    steps: list[float] = []
    for turn in range(ROUNDS):
        print(f"· start {turn + 1} of {ROUNDS}", flush=True)
        page, taken = started(browser, bare)
        times["bare"].append(taken["python"])
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
        browser.close()
    bare, step, python = times["bare"], times["step"], times["python"]
    worst = sorted(steps)[int(len(steps) * 0.95)]
    rows = [
        ("first step / Python ready", f"{step:.0f} / {python:.0f} ms", step / python, 0.15),
        ("first step / bare page", f"{step:.0f} / {bare:.0f} ms", step / bare, None),
        ("Python ready / bare page", f"{python:.0f} / {bare:.0f} ms", python / bare, 0.6),
    ]
    for lesson, (plain, kept) in recorded().items():
        rows.append((f"{lesson}: recorded / plain", f"{kept:.2f} / {plain:.2f} s", kept / plain, 1.25))
    print(f"\n{'what':34}{'measured':>22}{'ratio':>10}{'target':>10}")
    for what, measured, ratio, target in rows:
        aim = f"<= {target}" if target else ""
        print(f"{what:34}{measured:>22}{ratio:>10.2f}{aim:>10}")
    print(f"{'one step, median':34}{median(steps):>19.1f} ms{'':>10}{'<= 16 ms':>10}")
    print(f"{'one step, 95 of 100 within':34}{worst:>19.1f} ms{'':>10}{'<= 16 ms':>10}")


if __name__ == "__main__":
    main()
