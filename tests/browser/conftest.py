"""A real Chromium, the built site, and a page on which an error in the console fails the test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

import build

# The files that take longest, in this order, before all others: each is the work of one process, and one that begins last
# keeps the others waiting.
LONGEST = "going_wrong own running dist_servers boot axe exercises checks present playground print passages dist_offline"
MOST_RERUNS = 0.01  # of the tests that passed; more fail the run
# With it, a page makes no second Python ready while a long run goes on: 4.5 s of the processor for each such page.
LITTLE_MEMORY = (
    "Object.defineProperty(Navigator.prototype, 'deviceMemory', { get: () => 2, configurable: true })"
)

expect.set_options(timeout=20_000)  # ms: a busy machine draws late, and is not wrong for it


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    first = [f"test_{name}" for name in LONGEST.split()]

    def place(item: pytest.Item) -> int:
        return first.index(item.path.stem) if item.path.stem in first else len(first)

    items.sort(key=place)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A busy machine may need a test twice now and then (`--reruns 1`); more often, something is wrong."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not reporter:  # in a worker of xdist
        return
    again, passed = (len(reporter.stats.get(kind, [])) for kind in ("rerun", "passed"))
    if again > MOST_RERUNS * passed:
        reporter.write_line(f"\n{again} reruns for {passed} tests: more than {MOST_RERUNS:.0%}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("BACKPROP_LAB_CHROMIUM") or build.chromium()
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path)
        yield running
        running.close()


@contextmanager
def serving(handler: type = build.Handler, folder: Path = build.SITE) -> Iterator[str]:
    running = build.server(folder, handler=handler)
    yield f"http://127.0.0.1:{running.server_port}/"
    running.shutdown()
    running.server_close()


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the built site is served, by the server that `build.py serve` uses; ends in "/"."""
    with serving() as address:
        yield address


@contextmanager
def watched_page(browser: Browser, expected_errors: list[str]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="en-GB")
    context.add_init_script(LITTLE_MEMORY)
    page = context.new_page()
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"{message.text} ({message.location.get('url')})")

    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_default_timeout(30_000)
    yield page
    context.close()
    unexpected = [e for e in errors if not any(part in e for part in expected_errors)]
    assert not unexpected, "\n".join(unexpected)


@pytest.fixture
def expected_errors() -> list[str]:
    """Parts of console messages that a test expects: it appends them."""
    return []


@pytest.fixture
def page(browser: Browser, expected_errors: list[str]) -> Iterator[Page]:
    with watched_page(browser, expected_errors) as page:
        yield page


@pytest.fixture
def modules(page: Page, expected_errors: list[str]) -> Iterator[Page]:
    """A page that can import the modules of site/ as they are written, to try one by itself."""
    expected_errors.append("favicon.ico")
    with serving(folder=build.ROOT / "site") as address:
        page.goto(address + "recording/store.js")
        yield page
