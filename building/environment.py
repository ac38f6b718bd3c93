"""The tools of the build and the tests: Python packages in .venv, npm packages, a Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from building.paths import BIN, MODULES, ROOT, VENV
from building.shell import apt_install, need, once, run, say, stop

PYTHON = BIN / "python"
# The headless shell is Chromium without its own windows, menus and tabs: a page in it takes less of the processor.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")


def set_up() -> None:
    """Make .venv and node_modules, then start build.py again with the Python in .venv."""
    if Path(sys.prefix).resolve() == VENV.resolve():
        return node_modules()
    with ThreadPoolExecutor() as pool:  # both wait for the network most of the time
        for made in [pool.submit(python_packages), pool.submit(node_modules)]:
            made.result()
    os.environ["PYTHONUTF8"] = "1"  # whatever the system's own encoding is
    os.execv(PYTHON, [str(PYTHON), str(ROOT / "build.py"), *sys.argv[1:]])


def python_packages() -> None:
    """Make .venv from requirements.txt."""

    def make() -> None:
        create = (sys.executable, "-m", "venv", "--clear", VENV)
        if run(*create) and not (apt_install("python3-venv") and run(*create) == 0):
            stop("Python cannot make virtual environments: install python3-venv and try again.")
        need(PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "-r", "requirements.txt")

    once("Python packages, into .venv", VENV / "stamp", [ROOT / "requirements.txt"], make)


def node_modules() -> None:
    """Make node_modules from package-lock.json."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        stop("Node is missing: install Node 20 or later (with npm) and try again.")
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip()
    if int(version.lstrip("v").split(".")[0]) < 20:
        stop(f"Node {version} is too old: install Node 20 or later and try again.")
    lock = [ROOT / "package.json", ROOT / "package-lock.json"]
    once("npm packages, into node_modules", MODULES / ".stamp", lock, partial(need, npm, "ci"))


def chromium() -> Path:
    """A Chromium that starts: an installed one, else one that Playwright or Debian's package manager installs."""
    from playwright.sync_api import sync_playwright

    def found() -> Path | None:
        with sync_playwright() as playwright:
            candidates = [*map(shutil.which, BROWSERS), playwright.chromium.executable_path]
        for path in filter(None, candidates):
            if Path(path).exists() and run(path, "--version", capture_output=True) == 0:
                return Path(path)
        return None

    def playwright_install() -> None:
        say("· Chromium, by Playwright")
        run(sys.executable, "-m", "playwright", "install", "chromium", timeout=300)

    def debian_install() -> None:
        say("· Chromium, by apt-get")
        _ = apt_install("chromium-headless-shell") or apt_install("chromium")

    for install in (None, playwright_install, debian_install):
        if install:
            install()
        if browser := found():
            return browser
    stop("the tests need a browser: install Chromium or Google Chrome and try again.")
