"""axe-core finds nothing (issue 2, point 8): day and night, both languages, wide and on a phone, framed, with an error."""

from collections.abc import Iterator
from typing import Any

import pytest
from lab import RUN, button, lab_with_python, look, open_lab, press, run, to_the_start
from playwright.sync_api import Browser, Page, expect

import build
from tests.lesson_programs import edited

AXE = (build.MODULES / "axe-core/axe.min.js").read_text("utf-8")
# Only these rules look at colours: the others find by night what they find by day.
COLOURS = ["color-contrast", "link-in-text-block"]
FINDINGS = """async (rules) => (await axe.run(rules ? { runOnly: rules } : {})).violations
  .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((n) => n.html.slice(0, 150)).join(" | ")}`)"""
SCHEMES: tuple[Any, ...] = ("light", "dark")
PHONE = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 720}


def findings(page: Page, rules: list[str] | None = None) -> list[str]:
    """The violations that axe-core finds with these rules (with all of its rules, if none are given)."""
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(FINDINGS, rules)
    return found


def findings_by_day_and_night(page: Page) -> list[str]:
    found = []
    for scheme, rules in zip(SCHEMES, (None, COLOURS), strict=True):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        look(page)
        found += [f"{scheme}: {one}" for one in findings(page, rules)]
    return found


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_axe_finds_nothing(page: Page, address: str, lang: str) -> None:
    open_lab(page, address, f"?lang={lang}&step=14", python=False)
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        assert findings_by_day_and_night(page) == [], size


def test_axe_finds_nothing_in_a_frame_or_beside_a_notice(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_lab(page, address, "?embed=1&colour=red&step=20", python=False)
    assert findings(page) == []


@pytest.fixture(scope="module")
def lab(browser: Browser, address: str) -> Iterator[Page]:
    with lab_with_python(browser, address) as page:
        page.emulate_media(reduced_motion="reduce")
        yield page


def test_axe_finds_nothing_beside_an_error(lab: Page) -> None:
    run(lab, "a = {}\nfor epoch in range(3):\n    a[8] = 1 / (2 - epoch)\n")
    expect(lab.locator(".error")).to_be_visible()
    assert findings_by_day_and_night(lab) == []


def test_axe_finds_nothing_where_code_and_equation_differ(lab: Page) -> None:
    """A finding with its factors and its answer open, and a gradient check with rows that differ."""
    run(lab, edited("xor", ("range(4000)", "range(20)"), ("a[j] * (1 - a[j]) * w[8, j]", "w[8, j]")))
    to_the_start(lab)
    press(lab, "step", 13)
    expect(lab.locator(".factors .hole")).to_be_visible()
    for summary in (".finding > .help > details", ".finding details details", "details.gradient"):
        lab.locator(f"{summary} > summary").first.click()
    button(lab, "gradient").click()
    expect(lab.locator(".gradient .verdict").first).to_be_visible(timeout=RUN)
    for size in (WIDE, PHONE):
        lab.set_viewport_size(size)
        assert findings_by_day_and_night(lab) == [], size


def test_axe_finds_nothing_in_the_legend_the_keys_a_coarse_step_a_large_network_and_the_teachers_page(
    page: Page, address: str
) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_lab(page, address, "?lesson=xor&granularity=sample&step=14", python=False)
    button(page, "step").click()
    expect(page.locator(".together")).to_be_visible()
    assert findings(page) == []
    for key in ("?", "legend"):
        if key == "?":
            page.keyboard.press(key)
        else:
            button(page, key).click()
        expect(page.locator(".help-dialog")).to_be_visible()
        assert findings(page) == [], key
        page.keyboard.press("Escape")
    for query in ("?lesson=digits&step=200", "?teachers=1"):
        page.goto(address + query)
        expect(page.locator("main")).to_be_visible()
        expect(page.locator("[data-steps], .downloads").first).to_be_visible()
        assert findings(page) == [], query
