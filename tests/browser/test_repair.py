"""A text as it is pasted: all that Python cannot read is found at once, said in one list, repaired with one press."""

from collections.abc import Iterator

import pytest
from lab import (
    READY,
    button,
    in_chinese,
    lab_with_python,
    open_lab,
    run,
    until_settled,
    wait_ready,
    write,
    written,
)
from playwright.sync_api import Browser, FilePayload, Page, expect
from test_axe import PHONE, WIDE, findings_by_day_and_night

PASTE = """(text) => {
  const content = document.querySelector(".cm-content");
  content.focus();
  const data = new DataTransfer();
  data.setData("text/plain", text);
  content.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
# Full-width comma and parentheses, a no-break space, curly quotes, a name that NumPy has no more; in the string and
# in the comment such characters are meant.
ODD = "import numpy as np\nx = np.array([1，2])\n\u00a0\ny = np.float(3)\nprint（“a，b”）  # 注释，不动\n"
WELL = 'import numpy as np\nx = np.array([1,2])\n \ny = float(3)\nprint("a，b")  # 注释，不动\n'


@pytest.fixture(scope="module")
def ready(browser: Browser, address: str) -> Iterator[Page]:
    with lab_with_python(browser, address, "?lesson=own&lang=en") as page:
        yield page


@pytest.fixture
def own(ready: Page) -> Page:
    """The page with an empty editor."""
    write(ready, "")
    expect(ready.locator(".repair")).to_have_count(0)
    return ready


def paste(page: Page, text: str) -> None:
    page.evaluate(PASTE, text)


def test_one_list_names_everything_and_one_press_repairs_it(own: Page) -> None:
    paste(own, ODD)
    rows = own.locator("[data-repair]")
    expect(rows.filter(has_text="full-width comma ， → ,")).to_contain_text("line 2")
    expect(rows.filter(has_text="full-width opening parenthesis")).to_contain_text("line 5")
    expect(rows.filter(has_text="np.float is no longer in NumPy")).to_have_count(1)
    with in_chinese(own):
        expect(rows.filter(has_text="中文全角逗号")).to_contain_text("第 2 行")
    rows.filter(has_text="np.float").locator("[data-line]").click()
    button(own, "repair").click()
    expect(rows).to_have_count(0)
    expect(button(own, "repair-undo")).to_be_focused()
    assert written(own) == WELL
    own.keyboard.press("ControlOrMeta+z")
    assert written(own) == ODD
    button(own, "repair").click()
    button(own, "repair-undo").click()
    until_settled(own)
    assert written(own) == ODD
    own.locator('.repair [aria-label="Close this list"]').click()
    expect(own.locator(".repair")).to_have_count(0)


def test_a_clean_program_is_not_spoken_of(own: Page) -> None:
    paste(own, "import matplotlib.pyplot as plt\nx = '，“”'  # （）\nplt.plot([1, 2])\n")
    run(own)
    expect(own.locator(".repair")).to_have_count(0)


def test_what_cannot_be_repaired_is_said_with_its_line(own: Page) -> None:
    paste(own, "x = 1\ny = (2,\nz = 3\n")
    row = own.locator('[data-repair="refused-bracket"]')
    expect(row).to_contain_text("line 2")
    expect(button(own, "repair")).to_have_count(0)
    row.locator("[data-line]").click()


def test_typing_is_looked_over_when_it_can_be_read(own: Page) -> None:
    own.locator(".cm-content").press_sequentially("print（1")
    until_settled(own)
    expect(own.locator(".repair")).to_have_count(0)
    own.keyboard.insert_text("）")
    expect(own.locator("[data-repair]")).to_have_count(2)
    button(own, "repair").click()
    until_settled(own)
    assert written(own) == "print(1)"


def test_an_error_of_a_run_offers_the_repair(own: Page) -> None:
    run(own, "x = 1\nprint（x\n")
    expect(own.locator(".error")).to_contain_text("Line 2")
    expect(own.locator('[data-repair="character"]')).to_have_count(1)
    own.locator('.error [data-action="repair-error"]').click()
    until_settled(own)
    assert written(own) == "x = 1\nprint(x\n"
    expect(button(own, "repair-error")).to_have_count(0)


def test_the_list_comes_once_python_is_there_and_axe_finds_nothing(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_lab(page, address, "?lesson=own&lang=zh", python=False)
    paste(page, ODD)
    expect(page.locator(".repair")).to_contain_text("Python 还在加载")
    page.unroute("**/python/**")
    page.reload()
    wait_ready(page)
    expect(button(page, "repair")).to_be_visible()
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        until_settled(page)
        assert findings_by_day_and_night(page) == [], size
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_link_and_a_file_are_looked_over(own: Page, address: str) -> None:
    file: FilePayload = {"name": "mine.py", "mimeType": "text/x-python", "buffer": ODD.encode()}
    own.locator('.editor input[type="file"]').set_input_files(file)
    expect(own.locator("[data-repair]").first).to_be_visible()
    button(own, "share").click()
    expect(own.locator(".notice").filter(has_text="The link is copied.")).to_be_visible()
    link: str = own.evaluate("navigator.clipboard.readText()")
    own.evaluate("localStorage.clear()")
    own.goto("about:blank")
    own.goto(link)
    expect(button(own, "repair")).to_be_visible(timeout=READY)
