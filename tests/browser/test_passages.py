"""The lesson beside the lab (issue 15, points 2 and 11): passages, links to places, Do it for me, programs by language."""

from collections.abc import Iterator

import pytest
from lab import (
    RUN,
    button,
    in_chinese,
    lab_with_python,
    look,
    open_lab,
    position,
    press,
    until_settled,
    walk,
    write,
)
from playwright.sync_api import Browser, Locator, Page, expect

FIRST_SAMPLE = 39  # steps


@pytest.fixture
def lab(page: Page, address: str) -> Page:
    open_lab(page, address, python=False)
    return page


@pytest.fixture(scope="module")
def ready(browser: Browser, address: str) -> Iterator[Page]:
    with lab_with_python(browser, address) as page:
        yield page


def passage(page: Page, number: int) -> Locator:
    return page.locator(f'[data-passage="{number}"]')


def is_now(page: Page, number: int) -> None:
    expect(passage(page, number)).to_have_attribute("data-now", "")
    expect(page.locator("[data-passage][data-now]")).to_have_count(1)


def open_passage(page: Page, number: int) -> None:
    passage(page, number).get_by_role("button").first.press(
        "Enter"
    )  # a pointer would point at something else
    is_now(page, number)
    until_settled(page)  # the focus has moved


def test_a_passage_moves_the_lab_and_a_step_turns_to_the_next(lab: Page) -> None:
    is_now(lab, 0)
    count = lab.locator("[data-passage]").count()
    reached = []
    for number in range(count):
        open_passage(lab, number)
        reached.append(position(lab))
    assert reached == sorted({*reached}), "each has a place of its own, in order"
    passage(lab, 4).get_by_role("button").first.click()
    assert look(lab)["equation"] == "4.1"
    walk(lab, "step", 1)
    is_now(lab, 5)
    press(lab, "back", 2)
    is_now(lab, 3)


def test_every_link_lights_the_thing_and_leads_to_it(lab: Page) -> None:
    for number in range(lab.locator("[data-passage]").count()):
        open_passage(lab, number)
        for at in range(passage(lab, number).locator("[data-place]").count()):
            link = passage(lab, number).locator("[data-place]").nth(at)
            place = link.get_attribute("data-place") or ""
            link.focus()
            lit = lab.locator("main [data-lit]:not(a)")
            expect(lit.first, place).to_be_attached()
            line = lab.locator(".cm-line[data-lit]")
            expect(
                line.first if "sample=" not in place else lab.locator("tr[data-lit]"), place
            ).to_be_attached()
            link.press("Enter")
            until_settled(lab)
            seen = look(lab)
            assert seen["sample"] + 1 == int(place.partition("sample=")[2][:1] or 1), place
            if ":" in place and not place.startswith("t:"):
                quantity, _, of = place.partition(",")[0].partition(":")
                assert seen["now"] == [f"{of}-b" if quantity == "b" else of], place
            open_passage(lab, number)


def test_the_tabs_choose_and_a_wide_window_shows_both(lab: Page) -> None:
    code = lab.locator("#step pre.source")
    expect(passage(lab, 0)).to_be_visible()
    expect(code).to_be_hidden()
    lab.get_by_role("tab", name="Step").click()
    expect(passage(lab, 0)).to_be_hidden()
    expect(code).to_be_visible()
    lab.reload()
    expect(code).to_be_visible()
    lab.set_viewport_size({"width": 1600, "height": 900})
    expect(passage(lab, 0)).to_be_visible()
    expect(code).to_be_visible()
    lab.set_viewport_size({"width": 390, "height": 844})
    expect(passage(lab, 0)).to_be_hidden()
    lab.locator('[data-tab-of="lesson"]').click()
    passage(lab, 4).get_by_role("button").first.click()
    is_now(lab, 4)
    expect(passage(lab, 4)).to_be_visible()
    assert lab.evaluate("document.documentElement.scrollWidth") == 390


def test_do_it_for_me_writes_runs_and_keeps_the_curve(ready: Page) -> None:
    item = ready.locator("[data-try]").first
    item.locator("summary").click()
    item.get_by_role("button", name="Do it for me: eta = 5", exact=True).click()
    expect(ready.locator(".cm-line[data-lit]")).to_have_text("eta = 5  # the learning rate")
    expect(ready.locator(".cm-line[data-lit]")).to_be_in_viewport()
    expect(button(ready, "let-go")).to_be_visible()
    expect(ready.locator("html")).to_have_attribute("data-run", "idle", timeout=RUN)
    expect(ready.locator("main")).not_to_have_attribute("data-stale", "")
    passage(ready, 4).get_by_role("button").first.click()
    assert look(ready)["equation"] == "4.1"
    button(ready, "reset").click()


def test_the_program_and_what_it_prints_are_in_the_language_of_the_page(ready: Page) -> None:
    write(ready, "x = 1\n")
    button(ready, "reset").click()
    with in_chinese(ready):
        expect(ready.locator(".cm-content")).to_contain_text("# 异或")
        expect(ready.locator(".output pre")).to_contain_text("误差 0.6263")
        expect(ready.locator("main")).not_to_have_attribute("data-stale", "")
        expect(button(ready, "mine")).to_be_visible()  # not Restore: the program is the lesson's own
        button(ready, "run").click()
        expect(ready.locator("html")).to_have_attribute("data-run", "idle", timeout=RUN)
        expect(ready.locator(".findings")).to_contain_text("都与公式一致")
    expect(ready.locator(".cm-content")).to_contain_text("# XOR:")
    ready.locator(".cm-content").press("ControlOrMeta+End")
    ready.keyboard.type("\nx = 1")
    with in_chinese(ready):
        expect(ready.locator(".cm-content")).to_contain_text("x = 1")  # the reader's own text stays
    button(ready, "reset").click()


def test_a_coarse_step_says_what_it_set(lab: Page) -> None:
    lab.locator("footer .size select").select_option("pass")
    press(lab, "step", 3)  # the forward, the backward, the update of the first sample
    expect(lab.locator("#step .say")).to_have_text("21 weights moved; the largest: w₈b by −0.07234.")
    rows = lab.locator(".together tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.first).to_contain_text("w₈b")
    expect(lab.locator("[data-edge][data-changed]")).to_have_count(21)
    with in_chinese(lab):
        expect(lab.locator("#step .say")).to_contain_text("改了 21 个权重")
    lab.locator("footer .size select").select_option("quantity")
    expect(lab.locator(".together")).to_have_count(0)
