"""The hosted site on servers as they are: wrong types, a sub-path, slow, stalling, and in frames that may do little."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import serving
from lab import button, until, wait_ready
from playwright.sync_api import Page, expect

import build


class Untyped(build.Handler):
    """Knows the type of a page alone."""

    extensions_map = {"": "application/octet-stream", ".html": "text/html"}  # noqa: RUF012


class Slow(build.Handler):
    """Sends large files in pieces, with waits between."""

    def copyfile(self, source: Any, outputfile: Any) -> None:
        while piece := source.read(400_000):
            time.sleep(0.5)
            outputfile.write(piece)


@pytest.fixture
def untyped() -> Iterator[str]:
    with serving(Untyped) as address:
        yield address


@pytest.fixture
def slow() -> Iterator[str]:
    with serving(Slow) as address:
        yield address


def test_every_file_but_the_page_as_octet_stream(page: Page, untyped: str) -> None:
    page.goto(untyped)
    wait_ready(page)
    font = "document.fonts.load('20px STIX2').then((found) => found.map((face) => face.status))"
    assert page.evaluate(font) == ["loaded"]


def test_in_a_folder_of_a_server(page: Page) -> None:
    running = build.server(build.BUILD)
    page.goto(f"http://127.0.0.1:{running.server_port}/site/index.html")
    wait_ready(page)
    running.shutdown()
    running.server_close()


def test_a_slow_server_shows_how_far_it_is(page: Page, slow: str) -> None:
    page.goto(slow)
    bar = "document.querySelector('.status progress')?.value"
    expect(page.locator(".status progress")).to_be_visible()
    until(page, f"{bar} > 0 && {bar} < 1", 60)
    wait_ready(page)


def test_a_page_whose_lesson_never_comes_says_so_and_can_be_tried_again(page: Page, address: str) -> None:
    page.clock.install()
    page.route("**/equations.*", lambda route: None)  # it is asked for, and nothing comes
    with page.expect_request("**/equations.*"):
        page.goto(address + "?lang=en")
    page.clock.fast_forward(21_000)
    expect(page.get_by_role("alert")).to_contain_text("could not be loaded")
    page.unroute("**/equations.*")
    button(page, "reload").click()
    expect(page.locator("[data-steps]")).to_be_visible()
