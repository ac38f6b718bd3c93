"""WebKit over plain WebDriver: Debian's WebKitWebDriver and the MiniBrowser that comes with it, under xvfb."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

START = 60  # seconds
SCRIPT = 280


def mini_browser() -> Path | None:
    return next(iter(sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))), None)


def installed() -> bool:
    return all(map(shutil.which, ("WebKitWebDriver", "xvfb-run"))) and mini_browser() is not None


def answer(address: str, script: str) -> Any:
    """What a function of the page, given as JavaScript, answers at this address."""
    with _driver() as ask:
        options = {"binary": str(mini_browser()), "args": ["--automation"]}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        session = f"/session/{ask('/session', wanted)['sessionId']}"
        ask(f"{session}/timeouts", {"script": SCRIPT * 1000, "pageLoad": SCRIPT * 1000})
        ask(f"{session}/url", {"url": address})
        told = f"const done = arguments[0]; ({script})().then(done, (error) => done(String(error)));"
        said = ask(f"{session}/execute/async", {"script": told, "args": []})
        ask(session, method="DELETE")
        return said


@contextmanager
def _driver() -> Iterator[Any]:
    """A running WebKitWebDriver, as a function that asks it."""
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

    def ask(path: str, content: Any = None, method: str = "POST") -> Any:
        body = None if content is None else json.dumps(content).encode()
        request = Request(f"http://127.0.0.1:{port}{path}", body, method=method)
        with urlopen(request, timeout=SCRIPT + 20) as response:
            return json.load(response)["value"]

    try:
        _wait(lambda: ask("/status", method="GET"))
        yield ask
    finally:
        os.killpg(running.pid, 15)
        running.wait()


def _wait(attempt: Any) -> None:
    started = time.monotonic()
    while True:
        try:
            return attempt()
        except (URLError, ConnectionError):
            if time.monotonic() > started + START:
                raise
            time.sleep(0.2)
