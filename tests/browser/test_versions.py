"""The reader's own text is never lost: not by links, other tabs, Restore, or a storage that is full."""

from lab import PROGRAM, button, open_lab, until_settled, write, written
from playwright.sync_api import Page, expect

from tests.lesson_programs import edited

MINE = PROGRAM.replace("eta = 0.5", "eta = 0.7")


def bring_back(page: Page, part: str) -> None:
    page.locator(".menu summary").click()
    button(page, "versions").click()
    page.locator(".versions li", has_text=part).get_by_role("button").click()
    until_settled(page)


def test_restore_can_be_undone_after_a_reload(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_lab(page, address, python=False)
    write(page, MINE)
    button(page, "reset").click()
    page.reload()
    assert written(page) == PROGRAM
    bring_back(page, "eta = 0.7")
    assert written(page) == MINE


def test_two_tabs_keep_both_versions(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_lab(page, address, python=False)
    other = page.context.new_page()
    open_lab(other, address, python=False)
    write(page, MINE)
    expect(other.locator(".notices")).to_contain_text("another tab")
    theirs = PROGRAM.replace("eta = 0.5", "eta = 0.9")
    write(other, theirs)
    page.reload()
    assert written(page) == theirs
    bring_back(page, "eta = 0.7")
    assert written(page) == MINE


def test_a_link_s_program_does_not_take_the_place_of_one_s_own(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_lab(page, address, python=False)
    write(page, edited("xor", ("eta = 0.5", "eta = 0.3")))
    button(page, "share").click()
    link = page.evaluate("navigator.clipboard.readText()")
    write(page, MINE)
    page.goto("about:blank")
    page.goto(link + "。")
    expect(page.locator(".notices")).to_contain_text("came with the link")
    page.locator(".cm-content").press("ControlOrMeta+End")
    page.keyboard.type("#")
    page.reload()
    bring_back(page, "eta = 0.7")
    assert written(page) == MINE


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
