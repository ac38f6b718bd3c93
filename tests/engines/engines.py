"""The page in another engine: hosted and as one file, it runs XOR and steps through one sample.

    python -m tests.engines.engines firefox|webkit

Ends with 77 where the engine is not installed: that is neither passed nor failed.
"""

import json
import shutil
import subprocess
import sys
from math import exp, isclose
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1] / "browser"))

from lab import WALK

import build
from tests.engines import webkit

STEPS = 38  # from the first step of a sample to its last: forward, backward, update
# Runs the lesson's program when Python is ready, then steps through the first sample, looking after each step.
LESSON = f"""async () => {{
  const until = async (what, seconds) => {{
    for (const end = Date.now() + seconds * 1000; !what(); await new Promise((d) => setTimeout(d, 100)))
      if (Date.now() > end) throw new Error(document.body.innerText.slice(0, 500));
  }};
  const root = document.documentElement.dataset;
  await until(() => root.python === "ready", 180);
  document.querySelector('[data-action="run"]').click();
  await until(() => document.querySelector(".status").innerText.includes("Your run"), 150);
  await until(() => root.run === "idle", 150);
  return {{ engine: navigator.userAgent, seen: await ({WALK})(["step", {STEPS}]) }};
}}"""


def firefox(address: str) -> Any:
    command = ["node", "tests/engines/firefox.mjs", str(firefox_path()), address, LESSON]
    return json.loads(subprocess.run(command, cwd=build.ROOT, stdout=subprocess.PIPE, check=True).stdout)


def firefox_path() -> str | None:
    return shutil.which("firefox-esr") or shutil.which("firefox")


def check(seen: list[dict[str, Any]]) -> None:
    """The numbers of the first sample against ones computed here, from the weights before its update."""
    weights = {edge: float(w) for edge, w in seen[0]["weights"].items()}
    forward = next(s for s in seen if "8" in s["outputs"])
    a = {int(j): float(value) for j, value in forward["outputs"].items()}
    for j in (4, 5, 6, 7, 8):
        below = (1, 2, 3) if j < 8 else (4, 5, 6, 7)
        net = weights[f"{j}-b"] + sum(weights[f"{j}-{i}"] * a[i] for i in below)
        close(f"output {j}", a[j], 1 / (1 + exp(-net)))
    deltas = {int(j): float(d) for j, d in seen[-1]["deltas"].items()}
    target = 0  # of the first sample, (0, 0, 1)
    close("delta 8", deltas[8], (target - a[8]) * a[8] * (1 - a[8]))
    for j in (4, 5, 6, 7):
        close(f"delta {j}", deltas[j], a[j] * (1 - a[j]) * weights[f"8-{j}"] * deltas[8])
    moved = {edge: float(w) - weights[edge] for edge, w in seen[-1]["weights"].items()}
    rate = moved["8-b"] / deltas[8]
    assert rate > 0, moved
    for j in (4, 5, 6, 7):
        close(f"change of w8{j}", moved[f"8-{j}"], rate * deltas[8] * a[j], 1e-9)


def close(what: str, page: float, own: float, rel_tol: float = 1e-12) -> None:
    assert isclose(page, own, rel_tol=rel_tol, abs_tol=1e-15), (
        f"{what}: the page has {page}, computed is {own}"
    )


def main() -> None:
    name = sys.argv[1]
    there = {"firefox": firefox_path() is not None, "webkit": webkit.installed()}
    if not there[name]:
        print(f"{name} is not installed")
        sys.exit(build.NOT_RUN)
    ask = {"firefox": firefox, "webkit": lambda address: webkit.answer(address, LESSON)}[name]
    hosted = f"http://127.0.0.1:{build.server().server_port}/"
    for form, address in {"hosted": hosted, "one file": build.SINGLE.as_uri()}.items():
        said = ask(f"{address}?lang=en&lesson=xor&granularity=quantity")
        assert isinstance(said, dict), said
        check(said["seen"])
        print(f"{form}: {len(said['seen'])} steps with true numbers in {said['engine']}", flush=True)


if __name__ == "__main__":
    main()
