"""The network and this step as text, for the first sample of every lesson: what they draw is reviewed in the diff.

A file that is missing is written (tests/browser/snapshots/); to take a change in, delete the file and run the test again.
"""

from collections.abc import Iterator

import pytest
from conftest import watched_page
from lab import button, look, open_lab, until_settled, without_python
from playwright.sync_api import Browser, Page, expect

import build

FOLDER = build.ROOT / "tests/browser/snapshots"
LESSONS = [path.parent.name for path in sorted((build.ROOT / "py/backprop/lessons").glob("*/program.py"))]

# One element a line, without what only repeats (labels) or has more digits than one sees (data-output and the like).
AS_TEXT = """(selector) => {
  const left_out = /^(style|title|tabindex|role|aria-label.*|data-(output|delta|weight|pins|rows|cols)|id)$/;
  const lines = [];
  const add = (node, depth) => {
    if (node.nodeType === Node.TEXT_NODE && node.data.trim()) lines.push(" ".repeat(depth) + node.data.trim());
    if (!(node instanceof Element) || node.localName === "title") return;
    const attributes = [...node.attributes].filter(({ name }) => !left_out.test(name))
      .map(({ name, value }) => ` ${name}` + (value && `=${value.replace(/\\d+\\.\\d{3,}/g, (x) => Number(x).toFixed(2))}`));
    lines.push(" ".repeat(depth) + node.localName + attributes.join(""));
    for (const child of node.childNodes) add(child, depth + 1);
  };
  for (const part of document.querySelectorAll(selector)) add(part, 0);
  return lines.join("\\n") + "\\n";
}"""


def to_the_backward_pass(page: Page) -> None:
    """The last step of the first sample's backward pass, where the lesson has one."""
    for _ in range(3):
        phase = page.locator("[data-phase]").first.get_attribute("data-phase")
        if phase == "backward" or button(page, "step").is_disabled():
            break
        button(page, "step").click()
        until_settled(page)
    page.locator(".size select").select_option("quantity")
    look(page)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all lessons: each address says all that is shown."""
    with watched_page(browser, []) as page:
        without_python(page)
        yield page


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_network_and_the_step_are_drawn_as_before(page: Page, address: str, lesson: str) -> None:
    for lang in ("en", "zh"):
        query = f"?lesson={lesson}&lang={lang}&iteration=0&step=0&granularity=pass"
        open_lab(page, address, query)
        to_the_backward_pass(page)
        expect(page.locator("#step .say")).to_be_visible()
        parts = ["#step"] if lang == "zh" else [".network svg", "#step"]
        text = "".join(page.evaluate(AS_TEXT, part) for part in parts)
        file = FOLDER / f"{lesson}.{lang}.txt"
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, "utf-8")
        assert text == file.read_text("utf-8"), f"delete {file.relative_to(build.ROOT)} to take the change in"
