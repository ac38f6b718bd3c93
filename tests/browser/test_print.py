"""On paper: what is to be read, black on white, whatever the screen shows."""

from lab import without_python
from playwright.sync_api import Page, expect

COLOURS = "() => { const { color, backgroundColor } = getComputedStyle(document.body); return [color, backgroundColor]; }"


def test_a_lesson_and_the_course_are_printed_as_text(page: Page, address: str) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    without_python(page)
    page.goto(address + "?lesson=derivation")
    expect(page.locator(".lesson")).to_be_visible()
    for part in (".stage", ".lesson nav"):
        expect(page.locator(part)).to_be_hidden()
    assert page.evaluate(COLOURS) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    page.goto(address + "?lesson=derivation&hide=lesson")
    expect(page.locator(".stage")).to_be_visible()
    page.goto(address + "?course=1")
    expect(page.locator("#course-map")).to_be_visible()
    for part in ("header", "#search"):
        expect(page.locator(part)).to_be_hidden()
