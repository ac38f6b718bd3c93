"""Looking into one number: where it comes from, what it is used for, and the error over it."""

from collections.abc import Iterator

import pytest
from lab import PROGRAM, beyond, button, in_chinese, lab_with_python, look, press, run, to_the_start
from playwright.sync_api import Browser, Page, expect
from test_axe import findings_by_day_and_night

SHORT = PROGRAM.replace("range(4000)", "range(60)")
NO_SLOPE = SHORT.replace("a[j] * (1 - a[j]) * w[8, j] * delta[8]", "w[8, j] * delta[8]")
DELTA_4 = 14  # steps to the first one


@pytest.fixture(scope="module")
def lab(browser: Browser, address: str) -> Iterator[Page]:
    with lab_with_python(browser, address) as page:
        run(page, SHORT)
        yield page


def at_delta_4(page: Page) -> dict[str, str]:
    """At the step that sets delta 4 in the second iteration: the deltas there."""
    to_the_start(page)
    button(page, "next-iteration").click()
    deltas: dict[str, str] = press(page, "step", DELTA_4)["deltas"]
    return deltas


def answered(page: Page) -> None:
    expect(page.locator(".inquiry")).to_have_attribute("data-state", "done", timeout=30_000)


def test_a_delta_is_opened_part_by_part_and_a_part_leads_to_its_line(lab: Page) -> None:
    deltas = at_delta_4(lab)
    lab.keyboard.press("w")
    answered(lab)
    root = lab.locator(".tree [data-root] > .card")
    assert float(root.get_attribute("data-value") or 0) == float(deltas["4"])
    parts = lab.locator(".tree [data-root] > ul > li > .card")
    expect(parts).to_have_count(4)
    refs = [one.get_attribute("data-ref") for one in parts.all()]
    assert refs == ["a:4", None, "w:8-4", "delta:8"]
    output = parts.nth(3)
    output.locator("button.what").press("Enter")
    inner = lab.locator(".tree [data-root] > ul > li:last-child > ul > li > .card")
    expect(inner).to_have_count(3)
    values = [float(one.get_attribute("data-value") or 0) for one in inner.all()]
    assert abs(values[0] * values[1] * values[2] - float(deltas["8"])) < 1e-15
    output.locator("button.line").click()
    expect(lab.locator("#step")).to_have_attribute("data-equation", "4.1")
    assert look(lab)["line"] == 45


def test_a_weight_leads_to_the_iteration_that_set_it(lab: Page) -> None:
    at_delta_4(lab)
    lab.locator('[data-edge="8-4"]').dispatch_event("click")
    lab.locator('.details [data-of="w:8-4"]').click()
    answered(lab)
    expect(lab.locator(".inquiry h2")).to_contain_text("iteration 2")
    lab.locator('[data-action="inquire-before"]').first.click()
    expect(lab.locator(".inquiry h2")).to_contain_text("iteration 1")
    answered(lab)
    expect(lab.locator(".tree [data-root] > .card .line")).to_have_text("line 51")
    button(lab, "inquire-close").click()
    expect(lab.locator(".inquiry")).to_have_count(0)
    lab.keyboard.press("Escape")


def test_the_curve_says_in_both_languages_that_the_slope_is_the_programs(lab: Page) -> None:
    deltas = at_delta_4(lab)
    lab.keyboard.press("s")
    answered(lab)
    nudge = lab.locator(".nudge")
    expect(nudge).to_have_attribute("data-check", "agrees")
    expect(nudge.locator(".yours")).to_contain_text("the same")
    own = float(nudge.locator(".slopes .program dd").get_attribute("title") or 0)
    assert own == -float(deltas["4"])
    before = nudge.locator("p.at").inner_text()
    nudge.locator("input").press("ArrowRight")
    expect(nudge.locator("p.at")).not_to_have_text(before)
    with in_chinese(lab):
        expect(nudge.locator(".yours")).to_contain_text("两者相同")
        assert findings_by_day_and_night(lab) == []
    lab.set_viewport_size({"width": 390, "height": 844})
    try:
        assert beyond(lab) == []
        button(lab, "inquire-parts").click()
        answered(lab)
        assert lab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    finally:
        lab.set_viewport_size({"width": 1280, "height": 900})


def test_a_missing_slope_shows_beside_the_tangent(lab: Page) -> None:
    run(lab, NO_SLOPE)
    at_delta_4(lab)
    lab.keyboard.press("s")
    answered(lab)
    expect(lab.locator(".nudge")).to_have_attribute("data-check", "differs")
    expect(lab.locator(".nudge-curve line.own")).to_have_count(1)
    expect(lab.locator(".nudge .yours")).to_contain_text("does not change like that")
