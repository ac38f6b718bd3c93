"""The reader's own text is never lost: not by links, other tabs, Restore, or a storage that is full."""

import pytest
from lab import PROGRAM, button, open_lab, until_settled, write, written
from playwright.sync_api import Page, expect

from tests.lesson_programs import edited

MINE = PROGRAM.replace("eta = 0.5", "eta = 0.7")


def bring_back(page: Page, part: str) -> None:
    page.locator(".menu summary").click()
    button(page, "versions").click()
    page.locator(".versions li", has_text=part).get_by_role("button").click()
    until_settled(page)


@pytest.fixture
def lab(page: Page, address: str) -> Page:
    """The lab, which may use the clipboard: the text in the editor is read by way of it."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_lab(page, address, python=False)
    return page


def test_restore_can_be_undone_after_a_reload(lab: Page) -> None:
    write(lab, MINE)
    button(lab, "reset").click()
    expect(button(lab, "mine")).to_have_text("Bring mine back")
    lab.reload()
    assert written(lab) == PROGRAM
    button(lab, "mine").click()
    until_settled(lab)
    assert written(lab) == MINE


def test_two_tabs_keep_both_versions(lab: Page, address: str) -> None:
    other = lab.context.new_page()
    open_lab(other, address, python=False)
    write(lab, MINE)
    expect(other.locator(".notices")).to_contain_text("another tab")
    theirs = PROGRAM.replace("eta = 0.5", "eta = 0.9")
    write(other, theirs)
    lab.reload()
    assert written(lab) == theirs
    bring_back(lab, "eta = 0.7")
    assert written(lab) == MINE


def test_back_and_forward_keep_each_lesson_s_text(lab: Page, address: str) -> None:
    write(lab, MINE)
    open_lab(lab, address, "?lesson=eleven-lines", python=False)
    write(lab, "theirs = 1\n")
    lab.go_back()
    expect(lab.locator(".cm-content")).to_contain_text("# XOR")
    assert written(lab) == MINE
    lab.go_forward()
    expect(lab.locator(".cm-content")).to_contain_text("theirs")
    assert written(lab) == "theirs = 1\n"


def test_a_link_s_program_does_not_take_the_place_of_one_s_own(lab: Page) -> None:
    write(lab, edited("xor", ("eta = 0.5", "eta = 0.3")))
    button(lab, "share").click()
    expect(lab.locator(".notice")).to_contain_text("The link is copied.")
    link = lab.evaluate("navigator.clipboard.readText()")
    write(lab, MINE)
    lab.goto("about:blank")
    lab.goto(link + "。")
    expect(lab.locator(".notices")).to_contain_text("A program and a place: iteration 1, step 1.")
    expect(lab.locator(".notices")).to_contain_text("Your own text of this program is kept")
    lab.locator(".cm-content").press("ControlOrMeta+End")
    lab.keyboard.type("#")
    lab.reload()
    bring_back(lab, "eta = 0.7")
    assert written(lab) == MINE


def test_a_full_storage_is_said_and_a_file_offered(page: Page, address: str) -> None:
    page.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); };"
    )
    open_lab(page, address, python=False)
    expect(page.locator(".not-kept")).to_have_count(0)
    write(page, MINE)
    expect(page.locator(".not-kept")).to_contain_text("not kept in this browser")
    with page.expect_download():
        page.locator(".not-kept button").click()
