"""The commands `check`, `test` and `bench`: each step is one usual command and can be run by itself.

CONTRIBUTING.md lists them. Lint, types and JavaScript units come first, while the page is built: they take seconds.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import STDOUT
from tempfile import TemporaryFile
from typing import NoReturn

from building.environment import chromium
from building.paths import ROOT, files
from building.shell import apt_install, run, say, tool
from building.site import build

NOT_RUN = 77  # exit code of a step that lacks what it needs

Command = list[str | Path]
PYTHON: Command = [sys.executable, "-m"]
PYTEST: Command = [*PYTHON, "pytest", "-q"]


class Steps:
    """Runs steps, also after one that failed, and sums them up at the end."""

    def __init__(self) -> None:
        self._results: dict[str, tuple[str, float]] = {}

    def run(self, steps: dict[str, Command]) -> None:
        """Run each command under its name, one after the other: each uses all cores."""
        for name, command in steps.items():
            say(f"\n=== {name}")
            started = time.monotonic()
            self._note(name, run(*command), started)

    def run_together(self, steps: dict[str, Command]) -> None:
        """Run commands that use one core each at the same time, and show what each printed when it has ended."""

        def printed(name: str, command: Command) -> str:
            started = time.monotonic()
            with TemporaryFile("w+", encoding="utf-8") as output:
                self._note(name, run(*command, stdout=output, stderr=STDOUT), started)
                output.seek(0)
                return output.read()

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for name, output in zip(steps, pool.map(printed, steps, steps.values())):
                say(f"\n=== {name}\n{output.rstrip()}")

    def _note(self, name: str, code: int, started: float) -> None:
        result = {0: "passed", NOT_RUN: "NOT RUN"}.get(code, "FAILED")
        self._results[name] = (result, time.monotonic() - started)

    def finish(self) -> NoReturn:
        """Print the results; exit with 1 if a step failed or could not run."""
        say("\n=== summary")
        for name, (result, seconds) in self._results.items():
            say(f"{result}  {name} ({seconds:.0f} s)")
        sys.exit(any(result != "passed" for result, _ in self._results.values()))


def lint_and_types() -> dict[str, Command]:
    """The checks that need no build, by name."""
    return {
        "ruff check": [*PYTHON, "ruff", "check", "."],
        "ruff format": [*PYTHON, "ruff", "format", "--check", "."],
        "mypy": [*PYTHON, "mypy"],
        "biome": [*tool("biome"), "check"],
        "tsc": tool("tsc"),
    }


def javascript_units() -> dict[str, Command]:
    """The modules of site/ that need no browser. The files are named one by one: Node 20 takes no folder."""
    tests = sorted(files(ROOT / "tests/js", "**/test_*.mjs"))
    return {"JavaScript units": ["node", "--test", *tests]} if tests else {}


def core() -> dict[str, Command]:
    """The tests of the core in both Pythons, by name."""
    return {
        "core, in CPython": [*PYTEST, "-n", "auto", "--dist", "worksteal", "tests/py"],
        "core, in Pyodide": ["node", "tests/pyodide.mjs"],
    }


def page() -> dict[str, Command]:
    """The tests of the page in Chromium, by name."""
    processes = str(2 * (os.cpu_count() or 1))  # a page waits as much as it works
    # The tests of one file share what they open; the files' order is that of tests/browser/conftest.py.
    one_file_each = ("--dist", "loadfile", "--no-loadscope-reorder")
    again = (
        "--reruns",
        "1",
        "--rerun-show-tracebacks",
        "-r",
        "fER",
    )  # for a busy machine; every rerun is listed
    return {"page, in Chromium": [*PYTEST, "-n", processes, *one_file_each, *again, "tests/browser"]}


def random_examples(seed: int) -> dict[str, Command]:
    """The property tests of the core with examples that depend on the seed."""
    drawn = (
        "--hypothesis-profile",
        "random",
        "--hypothesis-seed",
        str(seed),
        "-m",
        "hypothesis and not slow",
    )
    return {f"core, random examples, seed {seed}": [*PYTEST, "-n", "auto", *drawn, "tests/py"]}


def browsers(with_engines: bool) -> Path:
    """Chromium, installed if it is missing; with the other engines, where Debian's package manager can, these too."""
    path = chromium()
    if with_engines and not all(map(shutil.which, ("firefox-esr", "WebKitWebDriver", "xvfb-run"))):
        say("· Firefox and WebKit, by apt-get")
        apt_install("firefox-esr", "webkit2gtk-driver", "xvfb")
    return path


def other_engines() -> dict[str, Command]:
    """The page in Firefox and WebKit."""
    engine: Command = [*PYTHON, "tests.engines.engines"]
    return {f"page, in {name}": [*engine, name.lower()] for name in ("Firefox", "WebKit")}


def check(_: argparse.Namespace) -> None:
    """Lint and types only."""
    steps = Steps()
    steps.run_together(lint_and_types())
    steps.finish()


def test(options: argparse.Namespace) -> None:
    """Everything: lint, types, JavaScript units, the core in CPython and in Pyodide, the page in Chromium."""
    steps = Steps()
    if options.random is not None:
        build()
        steps.run(random_examples(options.random or random.randrange(1, 2**32)))
        steps.finish()
    with_engines = options.engines == "all"
    # Much of the build uses one core, and browsers come over the network.
    with ThreadPoolExecutor(2) as beside:
        built = beside.submit(build)
        installed = beside.submit(browsers, with_engines)
        steps.run_together(lint_and_types() | javascript_units())
        built.result()
        steps.run(core())
        os.environ["BACKPROP_LAB_CHROMIUM"] = str(installed.result())
    steps.run(page())
    if with_engines:
        steps.run_together(other_engines())
    steps.finish()


def bench(options: argparse.Namespace) -> None:
    """Speed, as ratios measured side by side."""
    build()
    os.environ["BACKPROP_LAB_CHROMIUM"] = str(chromium())
    if options.short:
        os.environ["BACKPROP_BENCH_SHORT"] = "1"
    sys.exit(run(sys.executable, "-m", "tests.bench.bench", *options.part))
