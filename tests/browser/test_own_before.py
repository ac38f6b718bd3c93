"""The reader's own program, before the first run."""

from lab import button, look, open_lab, write
from playwright.sync_api import Page, expect
from test_own import EXAMPLES, open_own


def test_the_empty_page_says_what_to_do(page: Page, address: str) -> None:
    open_own(page, address)
    expect(page.locator("#found-heading")).to_have_text("Bring a program that trains a neural network.")
    assert page.locator("html").get_attribute("data-roles") is None
    expect(page.locator(".network")).to_contain_text("after the first run")
    assert page.locator("[data-node]").count() == 0
    assert page.locator("[data-example]").evaluate_all("all => all.map((e) => e.dataset.example)") == [
        *dict.fromkeys(
            page.locator("[data-example]").evaluate_all("all => all.map((e) => e.dataset.example)")
        )
    ]
    assert page.locator("[data-example]").count() == len(EXAMPLES)
    assert look(page)["steps"] == 0


def test_it_is_reached_from_the_header_the_menu_and_the_course(page: Page, address: str) -> None:
    open_lab(page, address, "?lesson=xor", python=False)
    page.locator("header > a", has_text="Your own program").click()
    expect(page.locator("#found-heading")).to_be_visible()
    page.goto(address + "?lesson=xor&lang=en")
    page.get_by_role("banner").get_by_label("Lesson", exact=True).select_option("own")
    expect(page.locator("#found-heading")).to_be_visible()
    page.goto(address + "?course=1&lang=en")
    page.locator("header a", has_text="Your own program").click()
    expect(page.locator("#found-heading")).to_be_visible()
    page.goto(address + "?course=1&lang=en")
    button(page, "own").click()
    expect(page.locator("#found-heading")).to_be_visible()


def test_a_short_program_opens_and_leaves_the_readers_own_as_it_is(page: Page, address: str) -> None:
    open_own(page, address)
    write(page, "mine = 1\n")
    page.locator('[data-example="dicts"]').click()
    expect(page.locator(".cm-content")).to_contain_text("Parameters, cache and gradients in dicts")
    page.get_by_label("Program", exact=True).select_option("program")
    expect(page.locator(".cm-content")).to_contain_text("mine = 1")
