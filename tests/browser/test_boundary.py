"""What one layer cannot do (issue 5, point 6): XOR's targets, seen failing in the plane of two inputs."""

import json
import math

from lab import button, look, open_lab
from playwright.sync_api import Page, expect
from test_axe import PHONE, findings

ROWS = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]


def side(page: Page) -> list[list[float]]:
    found: list[list[float]] = json.loads(page.locator(".boundary svg").get_attribute("data-side") or "")
    return found


def is_inside(polygon: list[list[float]], x1: float, x2: float) -> bool:
    edges = zip(polygon, [*polygon[1:], *polygon[:1]])
    return len(polygon) > 2 and all(
        (bx - ax) * (x2 - ay) - (by - ay) * (x1 - ax) >= 0 for (ax, ay), (bx, by) in edges
    )


def test_the_line_goes_with_the_weights_and_never_separates_xor(page: Page, address: str) -> None:
    open_lab(page, address, "?lesson=two-layer&program=xor-targets&lang=en&step=15", python=False)
    expect(page.locator(".boundary")).to_contain_text("nowhere above 0.5")
    seen = []
    for _ in range(30):
        button(page, "next-iteration").click()
        now = look(page)
        weights = [float(now["weights"][edge]) for edge in ("4-1", "4-2", "4-3")]
        outputs = [1 / (1 + math.exp(-sum(w * x for w, x in zip(weights, row)))) for row in ROWS]
        inside = [is_inside(side(page), row[0], row[1]) for row in ROWS]
        assert inside == [output > 0.5 for output in outputs]
        told = page.locator(".boundary .dot text").all_text_contents()
        assert [float(text) for text in told] == [float(f"{output:.3g}") for output in outputs]
        seen.append(inside)
    assert [False, True, True, False] not in seen
    assert [False, True, False, True] in seen
    button(page, "first").click()
    expect(page.locator(".boundary .dot text").first).to_have_text("")


def test_the_lessons_own_targets_are_separated_on_a_phone_at_night(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.set_viewport_size(PHONE)
    open_lab(page, address, "?lesson=two-layer&lang=zh", python=False)
    page.keyboard.press("End")
    expect(page.locator(".boundary .dot text").last).not_to_have_text("")
    assert [is_inside(side(page), row[0], row[1]) for row in ROWS] == [False, False, True, True]
    page.locator(".boundary .disc").nth(2).click()
    assert look(page)["current"] == [2]
    assert "目标" in (page.locator(".boundary svg").get_attribute("aria-label") or "")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{address}?lesson=two-layer&hide=boundary")
    expect(page.locator("[data-steps]")).to_be_visible()
    assert page.locator(".boundary").count() == 0
