"""Python starts through one door whatever the server and the frame are like, and can be stopped."""

import re
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from conftest import serving, watched_page
from playwright.sync_api import Browser, Page, Route, expect

import build

READY = 120_000  # ms; generous, for a busy machine

# Starts Python on an empty page, with `lab` to talk to it: what it says is kept in lab.states.
HARNESS = """async () => {
  const { Python } = await import("/site/python/client.js");
  const lab = (window.lab = { states: [], parts: [] });
  lab.python = new Python({
    onState: (state, error) => lab.states.push(error ? `${state}: ${error.message}` : state),
    onProgress: (part) => lab.parts.push(part),
  });
  lab.python.load();
  lab.run = async (source) => {
    const chunks = [];
    let thrown = null;
    try {
      await lab.python.run(source, "xor", (chunk) => chunks.push(chunk), false, { network: 1, choices: "{}", files: "{}" });
    } catch (error) {
      thrown = error.name;
    }
    const headers = chunks.map((chunk) => chunk.header);
    const output = headers.map((header) => header.output).join("");
    const last = headers.at(-1) ?? {};
    return { output, end: last.end ?? null, error: last.error ?? null, thrown };
  };
}"""


def start(page: Page, address: str) -> None:
    whole = (build.SITE / "index.html").read_text("utf-8")
    data = re.findall(r'<script [^>]*(?:id="files"|data-file="zstd.wasm").*?</script>', whole)
    assert len(data) == 2
    body = "".join(data)
    page.route(
        "**/empty.html", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8")
    )
    page.route(
        "**/site/**/*.js", lambda route: route.fulfill(path=build.ROOT / urlsplit(route.request.url).path[1:])
    )
    page.goto(address + "empty.html")
    page.evaluate(HARNESS)


def wait_for(page: Page, state: str) -> None:
    page.wait_for_function("(s) => lab.python.state === s", arg=state, timeout=READY)


@pytest.fixture(scope="module")
def started(browser: Browser, address: str) -> Iterator[Page]:
    with watched_page(browser, []) as page:
        start(page, address)
        yield page


@pytest.fixture
def python(started: Page) -> Page:
    """One page for all tests that leave Python working, as a student's does all lesson long."""
    wait_for(started, "ready")
    return started


def run(page: Page, source: str) -> dict[str, Any]:
    result: dict[str, Any] = page.evaluate("(source) => lab.run(source)", source)
    return result


def test_it_is_the_real_numpy(python: Page) -> None:
    said = run(python, "import numpy, sys; print(numpy.__version__, sys.platform)")
    assert said == {"output": "2.2.5 emscripten\n", "end": "done", "error": None, "thrown": None}


def test_progress_counts_up_to_one(python: Page) -> None:
    parts = python.evaluate("lab.parts")
    assert parts == sorted(parts)
    assert parts[-1] == 1
    assert python.evaluate("lab.states")[0] == "ready"


class Careless(build.Handler):
    """A server that knows no types but the page's own."""

    extensions_map = {  # noqa: RUF012
        "": "application/octet-stream",
        ".html": "text/html",
        ".css": "text/css",
        ".js": "text/javascript",
    }

    def guess_type(self, path: Any) -> str:
        known = "/python/" not in str(path).replace("\\", "/")
        return super().guess_type(path) if known else "application/octet-stream"

    def do_GET(self) -> None:
        if self.path != "/host.html":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        frame = '<iframe sandbox="allow-scripts" src="/?embed=1"></iframe>'
        self.wfile.write(f'<link rel="icon" href="data:,">{frame}'.encode())
        return None


@pytest.fixture(scope="module")
def careless() -> Iterator[str]:
    with serving(Careless) as address:
        yield address


def test_a_sandboxed_frame_where_workers_from_addresses_are_forbidden(page: Page, careless: str) -> None:
    page.goto(careless + "host.html")
    root = page.frame_locator("iframe").locator("html")
    expect(root).to_have_attribute("data-python", "ready", timeout=READY)


def test_stop_ends_what_nothing_else_can_and_python_is_back_without_the_network(python: Page) -> None:
    requests: list[str] = []
    endless = "print(1)\nsum(iter(int, 1))"  # inside C, where no budget of ours is asked
    python.evaluate("(source) => { lab.asked = lab.run(source); }", endless)
    python.wait_for_timeout(500)  # from inside C, nothing can tell that it is there
    python.on("request", lambda request: requests.append(request.url))
    python.evaluate("lab.python.stop()")
    assert python.evaluate("lab.asked.then((result) => result.thrown)") == "Stopped"
    wait_for(python, "ready")
    assert run(python, "print(2)")["output"] == "2\n"
    assert not [url for url in requests if not url.startswith("blob:")]


def test_one_run_at_a_time(python: Page) -> None:
    both = "Promise.all([lab.run('print(1)'), lab.run('print(2)')])"
    first, second = python.evaluate(both)
    assert (first["output"], second["thrown"]) == ("1\n", "Error")


@pytest.mark.parametrize("module", ["js", "pyodide_js"])
def test_a_program_does_not_reach_the_page(python: Page, module: str) -> None:
    error = run(python, f"import {module}")["error"]
    assert error["type"] in ("ImportError", "ModuleNotFoundError")


def test_a_program_cannot_run_javascript(python: Page) -> None:
    error = run(python, "from pyodide.code import run_js\nrun_js('1')")["error"]
    assert error["type"] in ("ImportError", "ModuleNotFoundError")


def test_the_worker_has_no_way_out(python: Page) -> None:
    doors = ("fetch", "XMLHttpRequest", "WebSocket", "importScripts", "indexedDB", "caches", "Worker")
    types = [python.workers[0].evaluate(f"typeof {door}") for door in doors]
    assert types == ["undefined"] * len(doors)


def test_after_running_out_of_memory_the_next_run_is_clean(python: Page) -> None:
    said = run(python, "hoard = []\nwhile True: hoard.append(bytearray(50_000_000))")
    assert said["end"] in ("error", "budget")
    wait_for(python, "ready")
    assert run(python, "print('hoard' in dir())")["output"] == "False\n"


def test_an_error_inside_pyodide_starts_a_new_worker(
    page: Page, address: str, expected_errors: list[str]
) -> None:
    expected_errors.append("")  # Pyodide writes its own post-mortem
    start(page, address)
    wait_for(page, "ready")
    said = run(page, "import ctypes\nctypes.CFUNCTYPE(None)(123456)()")
    assert said["thrown"] == "Crashed"
    wait_for(page, "ready")
    assert run(page, "print(3)")["output"] == "3\n"


def test_a_missing_file_fails_and_retry_helps(page: Page, address: str, expected_errors: list[str]) -> None:
    expected_errors.append("404")
    page.route("**/*.wasm.bin", lambda route: route.fulfill(status=404))
    start(page, address)
    wait_for(page, "failed")
    assert "404" in page.evaluate("lab.states.at(-1)")
    page.unroute("**/*.wasm.bin")
    page.evaluate("lab.python.retry()")
    wait_for(page, "ready")


def test_a_stalled_download_fails_after_twenty_seconds(page: Page, address: str) -> None:
    page.clock.install()
    asked = threading.Event()
    page.route("**/python_stdlib.*", lambda route: asked.set())  # never answered
    start(page, address)
    page.wait_for_function("lab.parts.at(-1) > 0.5")
    page.clock.fast_forward(15_000)
    assert page.evaluate("lab.python.state") == "loading"
    page.clock.fast_forward(21_000)
    wait_for(page, "failed")
    assert asked.is_set()


def test_modules_that_no_start_needs_are_there_for_the_first_program(page: Page, address: str) -> None:
    held: list[Route] = []
    page.route("**/rest.*", lambda route: held.append(route))
    start(page, address)
    wait_for(page, "ready")
    page.evaluate(
        'void (window.first = lab.run(\'import unittest, numpy.ma, numpy.fft\\nprint("é".encode("cp1252"))\'))'
    )
    held[0].continue_()
    assert page.evaluate("first")["output"] == "b'\\xe9'\n"


def test_a_module_that_could_not_be_loaded_says_so(
    page: Page, address: str, expected_errors: list[str]
) -> None:
    expected_errors.append("404")
    page.route("**/rest.*", lambda route: route.fulfill(status=404))
    start(page, address)
    wait_for(page, "ready")
    said = run(page, "import numpy\nprint(numpy.ones(2).sum())\nimport unittest")
    assert said["output"] == "2.0\n"
    assert "could not be loaded from the server" in said["error"]["message"]
