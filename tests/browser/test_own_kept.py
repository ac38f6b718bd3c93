"""The reader's own program: kept after a reload, shared by a link, opened from files and notebooks."""

import json

from lab import button, run, write, written
from playwright.sync_api import FilePayload, Page, expect
from test_own import STRANGE, open_own

# ---- Kept, shared, opened


def test_a_reload_keeps_the_program_and_runs_nothing(page: Page, address: str) -> None:
    open_own(page, address)
    write(page, STRANGE)
    page.reload()
    expect(page.locator("#found-heading")).to_have_text(
        "Press Run: the page looks for the network in this program."
    )
    expect(page.locator(".cm-content")).to_contain_text("Eingabe")
    assert page.locator("html").get_attribute("data-run") == "idle"
    button(page, "reset").click()
    expect(page.locator(".cm-placeholder")).to_be_visible()


def test_a_link_carries_the_program(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_own(page, address)
    write(page, STRANGE)
    button(page, "share").click()
    expect(page.locator(".notice")).to_contain_text("The link is copied.")
    link: str = page.evaluate("navigator.clipboard.readText()")
    assert "lesson=own" in link
    assert "#code=" in link
    page.evaluate("localStorage.clear()")
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator(".cm-content")).to_contain_text("Eingabe")
    assert written(page) == STRANGE
    expect(page.locator("html")).to_have_attribute("data-run", "idle")
    assert page.locator("html").get_attribute("data-roles") is None


def test_a_file_opens_in_the_editor(page: Page, address: str) -> None:
    open_own(page, address, "&program=dicts")
    with page.expect_file_chooser() as chooser:
        button(page, "open").click()
    windows = STRANGE.replace("\n", "\r\n").encode("utf-8-sig")
    chooser.value.set_files(FilePayload(name="meins.py", mimeType="text/x-python", buffer=windows))
    expect(page.locator(".notice")).to_contain_text("meins.py is open.")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    assert written(page) == STRANGE
    page.get_by_label("Program", exact=True).select_option("dicts")
    expect(page.locator(".cm-content")).to_contain_text("Parameters, cache and gradients in dicts")


DROP = """([name, text, type]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type }));
  const target = document.querySelector(".cm-content");
  for (const kind of ["dragenter", "dragover", "drop"])
    target.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


def test_a_dropped_file_replaces_the_program(page: Page, address: str) -> None:
    open_own(page, address)
    write(page, "before = 1\n")
    page.evaluate(DROP, ["own.py", STRANGE, "text/x-python"])
    expect(page.locator(".notice")).to_contain_text("own.py is open.")
    expect(page.locator(".cm-content")).to_contain_text("Eingabe")
    expect(page.locator(".cm-content")).not_to_contain_text("before = 1")
    assert page.locator("[data-dropping]").count() == 0


NOTEBOOK = json.dumps(
    {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": "# XOR"},
            {"cell_type": "code", "source": ["%matplotlib inline\n", "import numpy as np"]},
            {"cell_type": "code", "source": STRANGE.partition("\n\n")[2]},
            {"cell_type": "code", "source": "!pip list\nprint(tempo)"},
        ],
    }
)


def test_a_notebook_opens_cell_by_cell_also_while_python_starts(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_own(page, address, python=True)
    page.evaluate(DROP, ["mine.ipynb", NOTEBOOK, ""])
    said = page.locator(".notice", has_text="mine.ipynb is open: its code cells (3) in order.")
    expect(said).to_contain_text("%matplotlib inline (1), !pip list (")
    text = written(page)
    assert text.startswith("# %matplotlib inline\nimport numpy as np\n\nrng = ")
    assert text.endswith("# !pip list\nprint(tempo)\n")
    run(page)
    expect(page.locator("html")).to_have_attribute("data-roles", "found")
    page.evaluate(DROP, ["broken.ipynb", '{"cells": [', ""])
    expect(page.locator(".notice")).to_contain_text(
        "broken.ipynb was not opened. This is not a readable notebook"
    )
    assert written(page) == text


def test_a_file_that_is_no_program_is_refused(page: Page, address: str) -> None:
    open_own(page, address)
    page.evaluate(DROP, ["picture.png", "\u0000PNG", "image/png"])
    expect(page.locator(".notice")).to_contain_text("picture.png is not a text file")
    page.evaluate(DROP, ["large.py", "#" * 1_000_001, "text/x-python"])
    expect(page.locator(".notice")).to_contain_text("large.py was not opened: a program may have 1 MB")
