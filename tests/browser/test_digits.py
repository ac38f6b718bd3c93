"""Handwritten digits: a network with large layers, drawn by layers and read number by number."""

import re

import pytest
from lab import look, open_lab
from playwright.sync_api import Page, expect

HIDDEN_NET = "lesson=digits&iteration=0&step=66"  # the net of node 67


@pytest.fixture
def digits(page: Page, address: str) -> Page:
    open_lab(page, address, f"?{HIDDEN_NET}", python=False)
    return page


def test_large_layers_are_pictures_whose_numbers_can_be_read(digits: Page) -> None:
    seen = look(digits)
    assert seen["now"] == ["67"]
    expect(digits.locator(".stacked .square")).to_have_count(64)
    expect(digits.locator(".stacked .node")).to_have_count(30)
    expect(digits.locator(".stacked .beam[data-used]")).to_have_count(1)
    expect(digits.locator(".stacked .edge")).to_have_count(0)
    digits.locator('.stacked .node[data-node="70"]').hover()
    expect(digits.locator(".stacked .edge")).to_have_count(10)

    formula = digits.locator("#step .formula.numbers").first
    expect(digits.locator("#step .formula .terms").last).to_contain_text("58 more")
    short = len(formula.locator("[data-ref]").all())
    digits.locator('[data-action="all-terms"]').click()
    expect(digits.locator("#step .formula .terms").last).not_to_contain_text("more")
    assert short == 13 < len(formula.locator("[data-ref]").all()) == 129
    digits.locator('[data-action="all-terms"]').click()

    weights = digits.locator(".figures canvas").first
    weights.focus()
    for key in ("ArrowRight", "ArrowDown"):
        weights.press(key)
    expect(weights).to_have_attribute("title", re.compile(r"^w₍67,9₎ -?[\d.e-]+$"))
    expect(digits.locator(".details td").first).to_have_text(
        (weights.get_attribute("title") or "").split()[1]
    )
    first = digits.locator(".stacked .square").first
    first.focus()
    first.press("ArrowDown")
    expect(digits.locator(".stacked .square:focus")).to_have_attribute("data-ref", "a:9")
    expect(digits.locator(".samples canvas")).to_have_count(len(digits.locator("[data-sample-row]").all()))
