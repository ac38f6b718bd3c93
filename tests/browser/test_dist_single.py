"""dist/backprop-lab.html: one file, opened from the file system, with every way to a network cut."""

from collections.abc import Iterator
from math import exp
from pathlib import Path

import pytest
from conftest import watched_page
from lab import READY, button, look, run, wait_ready, walk
from playwright.sync_api import Browser, Page, Request, expect

import build

ADDRESS = build.SINGLE.as_uri()


@pytest.fixture(scope="module")
def asked() -> list[str]:
    """Every address that the page of these tests asked for."""
    return []


@pytest.fixture(scope="module")
def lab(browser: Browser, asked: list[str]) -> Iterator[Page]:
    def note(request: Request) -> None:
        asked.append(request.url)

    with watched_page(browser, []) as page:
        page.context.set_offline(True)
        page.on("request", note)
        page.goto(ADDRESS + "?lesson=xor")
        wait_ready(page)
        yield page


def test_it_is_no_larger_than_nine_megabytes() -> None:
    assert build.SINGLE.stat().st_size <= 9_000_000


def test_it_runs_and_steps_with_true_numbers(lab: Page) -> None:
    run(lab)
    expect(lab.locator(".status")).to_contain_text("Your run")
    seen = walk(lab, "step", 80)
    done = next(s for s in seen if "8" in s["deltas"])
    y, target = float(done["outputs"]["8"]), (0, 1, 1, 0)[done["sample"]]
    assert float(done["deltas"]["8"]) == pytest.approx((target - y) * y * (1 - y), rel=1e-12)
    net = float(done["weights"]["8-b"]) + sum(
        float(done["weights"][f"8-{j}"]) * float(done["outputs"][str(j)]) for j in (4, 5, 6, 7)
    )
    assert y == pytest.approx(1 / (1 + exp(-net)), rel=1e-12)


def test_an_edited_program_uses_the_real_numpy(lab: Page) -> None:
    run(lab, "import numpy\nprint(numpy.linalg.solve([[2.0, 0], [0, 4]], [1, 1]), numpy.__version__)")
    expect(lab.locator(".output")).to_contain_text("[0.5 0.25] 2.2.5")
    button(lab, "reset").click()


def test_both_languages_and_the_other_lessons_are_inside(lab: Page) -> None:
    button(lab, "language").click()
    expect(lab.locator("html")).to_have_attribute("lang", "zh-CN")
    lab.goto(ADDRESS + "?lesson=eleven-lines&lang=en&step=5")
    expect(lab.locator("[data-steps]")).to_be_visible()
    assert look(lab)["step"] == 5
    font = "document.fonts.load('20px STIX2').then((found) => found.map((face) => face.status))"
    assert lab.evaluate(font) == ["loaded"]


def test_the_licences_travel_with_it() -> None:
    text = build.SINGLE.read_text("utf-16")
    notices = text[text.index("</html>") :]
    for part in (
        "MPL-2.0",
        "github.com/pyodide/pyodide/tree/0.28.3",
        "NumPy",
        "MIT",
        "SIL Open Font",
        "Licences and sources",  # where all of them stand in full
    ):
        assert part in notices


@pytest.mark.parametrize(
    ("part", "query", "where", "says"),
    [
        (0.01, "&lesson=xor", "body", "This copy of the page is cut off"),
        (0.03, "&lesson=xor", "#damaged", "This copy of the page is damaged"),
        ("lessons/xor.json", "&lesson=xor", ".waiting", "lessons/xor.json is not whole"),
        (0.5, "&lesson=xor", ".status p", "cut off"),
        (0.95, "&lesson=xor", ".status p", "cut off"),
        (0.95, "", ".first [role=alert]", "cut off"),
    ],
)
def test_a_copy_that_is_cut_off_says_so(
    page: Page, tmp_path: Path, part: float | str, query: str, where: str, says: str
) -> None:
    """A copy holds a part of the file, or all up to within the file of this name."""
    whole = build.SINGLE.read_text("utf-16")
    end = whole.rindex(f'"{part}"') + 1000 if isinstance(part, str) else int(len(whole) * part)
    copy = tmp_path / "copy.html"
    copy.write_text(whole[:end], "utf-16")
    page.goto(f"{copy.as_uri()}?lang=en{query}")
    expect(page.locator("html")).to_have_attribute("data-python", "failed")
    expect(page.locator(f"{where}:visible")).to_contain_text(says)


@pytest.mark.parametrize(("encoding", "state"), [("utf-8", "ready"), ("gbk", "failed")])
def test_a_copy_that_was_saved_in_another_encoding(
    page: Page, tmp_path: Path, encoding: str, state: str
) -> None:
    """As an editor saves it: in UTF-8 all is there; where characters are lost, that is said."""
    copy = tmp_path / "copy.html"
    copy.write_bytes(build.SINGLE.read_text("utf-16").encode(encoding, "replace"))
    page.goto(copy.as_uri() + "?lang=en")
    expect(page.locator("html")).to_have_attribute("data-python", state, timeout=READY)
    expect(page.locator("#damaged")).to_be_visible(visible=state == "failed")
    expect(page.locator("#damaged")).to_contain_text("这一份页面已损坏")


def test_it_asked_for_nothing_but_itself(lab: Page, asked: list[str]) -> None:
    assert {url.split("?")[0] for url in asked if not url.startswith(("blob:", "data:"))} == {ADDRESS}
