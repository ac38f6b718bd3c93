"""What a student's program can reach from where it runs, tried from Python, on the page as it is shipped."""

from collections.abc import Iterator

import pytest
from conftest import watched_page
from lab import open_lab, run, wait_ready
from playwright.sync_api import Browser, Page, Request

DOORS = [
    "fetch",
    "XMLHttpRequest",
    "WebSocket",
    "EventSource",
    "importScripts",
    "FontFace",
    "indexedDB",
    "caches",
    "navigator",
    "webkitRequestFileSystem",
    "Worker",
    "BroadcastChannel",
]

# Finds the page's callback on the frames below and tries to make code from text with it.
WALK = """
import sys
frame, found = sys._getframe(), None
while frame:
    for value in list(frame.f_locals.values()):
        if type(value).__name__ == "JsProxy":
            found = value
    frame = frame.f_back
print("found", found is not None)
try:
    print("reached", found.constructor("return globalThis")())
except Exception as error:
    print("closed by", type(error).__name__, str(error)[:9])
"""


@pytest.fixture(scope="module")
def asked() -> list[str]:
    return []


@pytest.fixture(scope="module")
def lab(browser: Browser, address: str, asked: list[str]) -> Iterator[Page]:
    def note(request: Request) -> None:
        asked.append(request.url)

    with watched_page(browser, ["Content Security Policy"]) as page:
        open_lab(page, address)
        wait_ready(page)
        page.on("request", note)
        yield page


def printed(page: Page, source: str) -> str:
    run(page, source)
    return page.locator(".output").inner_text()


def test_no_door_is_left_in_the_worker(lab: Page) -> None:
    assert [lab.workers[0].evaluate(f"typeof {door}") for door in DOORS] == ["undefined"] * len(DOORS)


@pytest.mark.parametrize("module", ["js", "pyodide_js"])
def test_no_module_leads_to_the_browser(lab: Page, module: str) -> None:
    source = f"try:\n    import {module}\n    print('reached')\nexcept ImportError:\n    print('closed')"
    assert "closed" in printed(lab, source)


def test_no_code_is_made_from_text(lab: Page) -> None:
    said = printed(lab, WALK)
    assert "found True" in said  # the callback can be found ...
    assert "closed by JsException EvalError" in said  # ... and the page's policy leaves it harmless


@pytest.mark.parametrize("module", ["urllib.request", "http.client"])
def test_no_request_leaves(lab: Page, asked: list[str], address: str, module: str) -> None:
    attempt = {
        "urllib.request": f"urllib.request.urlopen({address!r}, timeout=2)",
        "http.client": "http.client.HTTPConnection('127.0.0.1', 80, timeout=2).request('GET', '/')",
    }[module]
    source = f"import {module}\ntry:\n    {attempt}\n    print('reached')\nexcept Exception as error:\n    print('closed')"
    assert "closed" in printed(lab, source)
    assert [url for url in asked if not url.startswith("blob:")] == []


def test_the_page_itself_runs_no_text_and_loads_nothing_foreign(lab: Page) -> None:
    # later, because what a debugger itself evaluates is let through
    refused = """() => new Promise((done) => setTimeout(() => {
      try { done(Function("return 1")()); } catch (error) { done(error.name); }
    }, 50))"""
    assert lab.evaluate(refused) == "EvalError"
    foreign = "fetch('http://localhost:9/').then(() => 'sent', (error) => error.name)"
    assert lab.evaluate(foreign) == "TypeError"
    policy = lab.locator("meta[http-equiv='Content-Security-Policy']").get_attribute("content") or ""
    assert "'unsafe-eval'" not in policy.replace("'wasm-unsafe-eval'", "")
    assert "script-src 'sha256-" in policy
