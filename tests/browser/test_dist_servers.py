"""The hosted site on servers as they are: wrong types, a sub-path, slow, stalling, and in frames that may do little."""

import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import zstandard
from conftest import serving
from course import course_server, lab_frame
from lab import RUN, button, run, until, wait_ready
from playwright.sync_api import Page, Route, expect

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
def slow() -> Iterator[str]:
    with serving(Slow) as address:
        yield address


def test_in_a_folder_of_a_server_with_every_file_but_the_page_as_octet_stream(page: Page) -> None:
    with serving(Untyped, build.BUILD) as address:
        page.goto(f"{address}site/index.html?lesson=xor")
        wait_ready(page)
        font = "document.fonts.load('20px STIX2').then((found) => found.map((face) => face.status))"
        assert page.evaluate(font) == ["loaded"]
        run(page, "print(6 * 7)")
        expect(page.locator(".output pre")).to_have_text("42\n")


def test_the_first_step_takes_two_round_trips_and_it_is_told_in_bytes_how_far_python_is(
    page: Page, address: str
) -> None:
    """While the program has not come the lesson is asked for already, and nothing of Python; each file comes once."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path[1:]))
    first = {"", "program", "lessons/xor", "fonts/STIXTwoMath"}
    held: list[Route] = []
    page.route("**/program.*", lambda route: held.append(route))
    page.route("**/*.whl.bin", lambda route: held.append(route))
    with page.expect_request("**/program.*"), page.expect_request("**/lessons/xor.*"):
        page.goto(address + "?lesson=xor&lang=en")
    assert {path.partition(".")[0] for path in asked} == first
    held.pop().continue_()
    parts = {f.name.partition(".")[0]: f.stat().st_size for f in build.files(build.SITE / "python", "*.bin")}
    wheel = next(f.stat().st_size for f in build.files(build.SITE / "python", "*.whl.bin"))
    fast = sum(f.stat().st_size for f in build.files(build.SITE / "python")) - parts["rest"]
    slow = fast - parts["memory"]  # what a busy machine takes for a slow line loads no snapshot
    told = "|".join(f"{(size - wheel) / 1e6:.1f} of {size / 1e6:.1f} MB" for size in (fast, slow))
    expect(page.locator(".status p")).to_contain_text(re.compile(told), timeout=RUN)
    held.pop().continue_()
    wait_ready(page)
    assert len(asked) == len({*asked})


def test_a_slow_server_shows_how_far_it_is(page: Page, slow: str) -> None:
    page.goto(slow + "?lesson=xor")
    bar = "document.querySelector('.status progress')?.value"
    expect(page.locator(".status progress")).to_be_visible()
    until(page, f"{bar} > 0 && {bar} < 1", 60)
    wait_ready(page)


class Closed(build.Handler):
    """Answers no page of another origin."""

    def send_header(self, keyword: str, value: str) -> None:
        if keyword != "Access-Control-Allow-Origin":
            super().send_header(keyword, value)


def test_a_closed_frame_that_may_load_nothing_takes_the_one_file(
    page: Page, expected_errors: list[str]
) -> None:
    expected_errors += ["CORS policy", "net::ERR_FAILED", "Failed to fetch", "favicon.ico"]
    with serving(Closed) as site, course_server() as course:
        page.goto(f"{course}course?attributes=sandbox=allow-scripts&src={site}?embed=1%26lang=en%26step=14")
        expect(page.frame_locator("iframe").locator("[data-steps]")).to_have_attribute("data-step", "14")
        frame = lab_frame(page)
        assert build.SINGLE.name in frame.url
        expect(frame.locator("html")).to_have_attribute("data-python", "ready", timeout=120_000)


def test_a_page_whose_lesson_never_comes_says_so_and_can_be_tried_again(
    page: Page, address: str, expected_errors: list[str]
) -> None:
    expected_errors.append("came to a halt")
    page.clock.install()
    page.route("**/lessons/xor.*", lambda route: None)  # it is asked for, and nothing comes
    with page.expect_request("**/lessons/xor.*"):
        page.goto(address + "?lesson=xor&lang=en")
    failed = page.get_by_role("alert")
    for _ in range(40):  # on a busy machine the page begins to wait later than the request
        page.clock.fast_forward(21_000)
        if failed.count():
            break
        page.wait_for_timeout(250)
    expect(failed).to_contain_text("could not be loaded")
    page.unroute("**/lessons/xor.*")
    button(page, "reload").click()
    expect(page.locator("[data-steps]")).to_be_visible()


class InPieces(build.Handler):
    """Sends large files in pieces that end anywhere, in the middle of a character, too."""

    def copyfile(self, source: Any, outputfile: Any) -> None:
        while piece := source.read(700_001):
            outputfile.write(piece)
            outputfile.flush()
            time.sleep(0.1)


def test_the_one_file_that_comes_in_pieces_is_read_whole(page: Page, expected_errors: list[str]) -> None:
    """In a frame Python starts when that is seen, maybe before the last piece has come."""
    expected_errors.append("favicon.ico")
    with serving(InPieces) as site, course_server() as course:
        inner = f"{site}{build.SINGLE.name}?embed=1%26lang=en"
        page.goto(f"{course}course?attributes=sandbox=allow-scripts&src={inner}", wait_until="commit")
        frame = lab_frame(page)
        expect(frame.locator("html")).to_have_attribute("data-python", "ready", timeout=120_000)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (
            b"<!DOCTYPE html><title>Sign in</title>",
            {"en": "the server sent a web page", "zh": "而是一个网页"},
        ),
        (b"\x28\xb5\x2f\xfd and more", {"en": "is damaged", "zh": "已损坏"}),
        (b"", {"en": "is damaged", "zh": "已损坏"}),
        (zstandard.compress(b"{}"), {"en": "is damaged", "zh": "已损坏"}),
    ],
    ids=["a sign-in page", "damaged", "nothing", "another file, whole"],
)
def test_what_comes_in_place_of_a_file_is_named(
    page: Page, address: str, expected_errors: list[str], body: bytes, says: dict[str, str]
) -> None:
    expected_errors.append("lessons/xor")
    page.route("**/program.*", lambda route: route.fulfill(body=body))
    page.goto(address)
    expect(page.get_by_role("alert")).to_contain_text("program")
    page.unroute("**/program.*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-action=first-play]")).to_be_visible()
    for file, where in (("lessons/xor", ".waiting[role=alert]"), ("python/python_stdlib", ".status p")):
        page.route(f"**/{file}.*", lambda route: route.fulfill(body=body))
        for lang in says:
            page.goto(f"{address}?lesson=xor&lang={lang}")
            expect(page.locator(where)).to_contain_text(says[lang], timeout=RUN)
            expect(page.locator(where)).to_contain_text(file)
        page.unroute(f"**/{file}.*")
