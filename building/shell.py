"""Runs programs, says what happens, and skips steps whose sources have not changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

from building.paths import MODULES, ROOT


def say(text: str) -> None:
    """Print a line at once, also into a file or a pipe."""
    print(text, flush=True)


def stop(sentence: str) -> NoReturn:
    """End the build with one sentence that says what to do."""
    sys.exit(f"\nbuild.py: {sentence}")


def run(*command: str | Path, timeout: float | None = None, **more: Any) -> int:
    """Run a program in the project's folder, its output shown; return its exit code."""
    try:
        return subprocess.run([str(c) for c in command], cwd=ROOT, timeout=timeout, **more).returncode
    except (OSError, subprocess.TimeoutExpired) as problem:
        say(f"  {problem}")
        return 1


def need(*command: str | Path, **more: Any) -> None:
    """Run a command as `run` does, but end the build if it fails."""
    if run(*command, **more):
        stop(f"this command failed: {' '.join(map(str, command))}")


def once(name: str, stamp: Path, sources: Iterable[Path], make: Callable[[], None]) -> None:
    """Call `make`, unless the file `stamp` holds the hash of exactly these `sources` (and this Python)."""
    digest = hashlib.sha256(sys.version.encode())
    for file in sorted(sources):
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    say(f"· {name}")
    started = time.monotonic()
    make()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest.hexdigest())
    say(f"  done in {time.monotonic() - started:.1f} s")


def apt_install(*packages: str) -> bool:
    """Install with Debian's package manager, if there is one and we are root; return whether that worked."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-q", env=quiet)
    return run("apt-get", "install", "-y", "-q", *packages, env=quiet) == 0


def tool(name: str) -> list[str | Path]:
    """The command line of an npm tool."""
    return [MODULES / ".bin" / (name + (".cmd" if os.name == "nt" else ""))]
