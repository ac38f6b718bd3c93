"""Where the reader is stays true: links to a place, reloads, Restore, errors and differences (issue 15, point 6)."""

from collections.abc import Iterator
from typing import Any

import pytest
from lab import (
    PROGRAM,
    RUN,
    button,
    editor,
    lab_with_python,
    look,
    open_lab,
    press,
    run,
    until_settled,
    write,
    written,
)
from playwright.sync_api import Browser, Page, expect

from tests.lesson_programs import edited

SHORT = ("range(4000)", "range(30)")
MINE = edited("xor", SHORT, ("eta = 0.5", "eta = 0.7"))


@pytest.fixture(scope="module")
def shared(browser: Browser, address: str) -> Iterator[Page]:
    with lab_with_python(browser, address, "?lesson=xor&iteration=70&step=30") as page:
        yield page


def at(page: Page, iteration: int, step: int) -> None:
    foot = page.locator("[data-steps]")
    expect(foot).to_have_attribute("data-iteration", str(iteration), timeout=RUN)
    expect(foot).to_have_attribute("data-step", str(step))


def test_a_link_leads_to_an_iteration_that_the_recorded_run_lacks(shared: Page) -> None:
    at(shared, 70, 30)
    expect(shared.locator("html")).to_have_attribute("data-run", "idle", timeout=RUN)
    at(shared, 70, 30)
    expect(shared.locator(".notice")).to_have_count(0)


def test_restore_brings_the_program_and_its_recorded_run_back(shared: Page) -> None:
    run(shared, MINE)
    assert look(shared)["iterations"] == 30
    button(shared, "reset").click()
    until_settled(shared)
    assert look(shared)["iterations"] == 4000
    expect(shared.locator(".status")).to_contain_text("Recorded run")
    expect(shared.locator("main")).not_to_have_attribute("data-stale", "")


def test_what_a_run_left_says_that_it_is_of_the_run_before_the_change(shared: Page) -> None:
    run(shared, MINE)
    for part in (".findings", ".output"):
        expect(shared.locator(f"{part} .old")).to_have_count(0)
    write(shared, MINE + "\n# changed")
    for part in (".findings", ".output"):
        expect(shared.locator(f"{part} .old")).to_be_visible()


def test_a_difference_leads_to_the_first_number_that_differs_and_its_line(shared: Page) -> None:
    run(shared, edited("xor", SHORT, ("a[j] * (1 - a[j]) * w[8, j]", "w[8, j]")))
    seen = look(shared)
    assert (seen["iteration"], seen["step"], seen["equation"]) == (0, 14, "4.3")
    assert "delta[j] = w[8, j]" in seen["marked"]
    marked = shared.locator(".cm-line.now-line").bounding_box()
    box = shared.locator(".cm-scroller").bounding_box()
    assert marked
    assert box
    assert box["y"] <= marked["y"] <= box["y"] + box["height"]


def test_an_error_leads_to_the_last_step_that_was_reached(shared: Page) -> None:
    run(shared, edited("xor", SHORT, ("delta[8] = y", "if epoch == 7: 1 / 0\n        delta[8] = y")))
    expect(button(shared, "error-line")).to_have_text("Line 45")
    seen = look(shared)
    assert seen["iteration"] == seen["iterations"] - 1
    assert seen["step"] == seen["steps"] - 1


def test_a_number_is_dragged_and_the_run_before_stays_beside(shared: Page) -> None:
    run(shared, MINE)
    button(shared, "reset").click()
    until_settled(shared)
    shared.locator(".cm-scroller").evaluate("(box) => box.scrollTo(0, 0)")  # only lines near by are drawn
    eta = shared.locator(".draggable", has_text="0.5")
    eta.scroll_into_view_if_needed()
    place = eta.bounding_box()
    assert place
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    shared.mouse.move(x, y)
    shared.mouse.down()
    shared.mouse.move(x + 21, y, steps=4)
    assert "eta = 0.8" in written_of(shared)
    shared.mouse.up()
    expect(shared.locator(".status")).to_contain_text("Your run", timeout=RUN)
    expect(shared.locator("[data-before]")).to_have_text("eta 0.5")
    until_settled(shared)
    expect(shared.locator(".draggable", has_text="0.8")).to_be_in_viewport()  # to be dragged again
    editor(shared).press("ControlOrMeta+z")
    assert written(shared) == PROGRAM  # one undo takes back the whole drag
    editor(shared).press("ControlOrMeta+y")
    assert written(shared) == PROGRAM.replace("eta = 0.5", "eta = 0.8")  # and one redo makes it again
    editor(shared).press("ControlOrMeta+z")
    shared.locator(".draggable", has_text="0.5").click()
    shared.keyboard.down("Alt")
    shared.keyboard.press("ArrowDown")
    shared.keyboard.press("ArrowDown")
    shared.keyboard.up("Alt")
    expect(shared.locator("[data-before]")).to_have_text("eta 0.8", timeout=RUN)
    assert "eta = 0.3" in written(shared)


def written_of(page: Page) -> str:
    """What the editor has drawn of the text: to copy it as a whole would end the drag."""
    return page.locator(".cm-content").inner_text()


def at_iteration_12(page: Page) -> dict[str, Any]:
    """Runs MINE and goes to step 5 of its iteration 12, both counted from 0."""
    run(page, MINE)
    button(page, "first").click()
    press(page, "next-iteration", 12)
    here = press(page, "step", 5)
    assert (here["iteration"], here["step"]) == (12, 5)
    return here


def test_a_reload_comes_back_to_the_same_iteration_of_the_reader_s_own_program(shared: Page) -> None:
    here = at_iteration_12(shared)
    shared.wait_for_url(f"**iteration=12&step={here['step']}*")
    shared.reload()
    expect(shared.locator(".status")).to_contain_text("Your run", timeout=RUN)
    at(shared, 12, here["step"])
    assert look(shared)["outputs"] == here["outputs"]
    assert written(shared) == MINE


def test_a_link_with_a_program_and_a_place_asks_once(shared: Page) -> None:
    at_iteration_12(shared)
    button(shared, "share").click()
    expect(shared.locator(".notice")).to_be_visible()
    link = shared.evaluate("navigator.clipboard.readText()")
    shared.evaluate("localStorage.clear()")
    shared.goto("about:blank")
    shared.goto(link)
    expect(shared.locator(".notice")).to_contain_text("A program and a place: iteration 13, step 6.")
    expect(shared.locator("html")).to_have_attribute("data-run", "idle")
    button(shared, "run-linked").click()
    at(shared, 12, 5)
    expect(shared.locator(".notice")).to_have_count(0)


def test_a_place_beyond_the_run_is_said_once_with_a_way_on(page: Page, address: str) -> None:
    open_lab(page, address, "?lesson=xor&iteration=5000", python=False)
    expect(page.locator(".notice")).to_contain_text("ends after 4,000")
    page.locator(".notice").get_by_role("button", name="To the first step").click()
    at(page, 0, 0)
