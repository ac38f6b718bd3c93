"""WebKit over plain WebDriver: Debian's WebKitWebDriver and the MiniBrowser that comes with it, under xvfb."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGKILL, SIGTERM
from socket import socket
from typing import Any
from urllib.request import Request, urlopen

START = 90  # seconds
SCRIPT = 400
TIMES = 3  # that a start is tried; what the page does is never tried again

Ask = Callable[..., Any]


def mini_browser() -> Path | None:
    return next(iter(sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))), None)


def installed() -> bool:
    return all(map(shutil.which, ("WebKitWebDriver", "xvfb-run"))) and mini_browser() is not None


def answer(address: str, script: str) -> Any:
    """What a function of the page, given as JavaScript, answers at this address."""
    with _session() as ask:
        ask("/timeouts", {"script": SCRIPT * 1000, "pageLoad": SCRIPT * 1000})
        ask("/url", {"url": address})
        told = f"const done = arguments[0]; ({script})().then(done, (error) => done(String(error)));"
        return ask("/execute/async", {"script": told, "args": []})


@contextmanager
def _session() -> Iterator[Ask]:
    """A browser that listens, as a function that asks it: a path of its session, and what to send there."""
    running, ask, session = _started(TIMES)
    try:
        yield lambda path, content: ask(f"/session/{session}{path}", content)
    finally:
        _end(running)


def _started(times: int) -> tuple[subprocess.Popen[bytes], Ask, str]:
    """A driver with a browser, the function that asks it, and its session."""
    options = {"binary": str(mini_browser()), "args": ["--automation"]}
    wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
    running, ask = _driver()
    try:
        _wait(lambda: ask("/status"))
        return running, ask, ask("/session", wanted, START)["sessionId"]
    except OSError as problem:  # nobody there yet, or no answer in time: the machine is busy
        _end(running)
        if times == 1:
            raise
        print(f"WebKit did not start: {problem}", flush=True)
        return _started(times - 1)


def _driver() -> tuple[subprocess.Popen[bytes], Ask]:
    """WebKitWebDriver on its way up, and a function that asks it."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    reader = {
        **os.environ,
        "LANG": "en_GB.UTF-8",
        "LANGUAGE": "en_GB",
        "LC_ALL": "",
    }  # "C" is no language to a page
    command = ["xvfb-run", "-a", "WebKitWebDriver", f"--port={port}"]
    running = subprocess.Popen(command, env=reader, stderr=subprocess.DEVNULL, start_new_session=True)

    def ask(path: str, content: Any = None, seconds: float = SCRIPT + 20) -> Any:
        body = None if content is None else json.dumps(content).encode()
        with urlopen(Request(f"http://127.0.0.1:{port}{path}", body), timeout=seconds) as response:
            return json.load(response)["value"]

    return running, ask


def _end(running: subprocess.Popen[bytes]) -> None:
    """The driver, its browser and its display, which are one group of processes."""
    with suppress(ProcessLookupError):
        os.killpg(running.pid, SIGTERM)
    try:
        running.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, SIGKILL)
        running.wait()


def _wait(attempt: Callable[[], Any]) -> None:
    end = time.monotonic() + START
    while True:
        try:
            attempt()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
