"""On paper: the handout of a step on two A4 pages, or the text of a lesson, black on white, whatever the screen shows."""

import re
import zlib

import pytest
from lab import button, look, open_lab, until_settled, without_python, write
from playwright.sync_api import Page, expect
from test_axe import findings_by_day_and_night
from test_embed import READ_QR

import build

COLOURS = "() => { const { color, backgroundColor } = getComputedStyle(document.body); return [color, backgroundColor]; }"
LESSONS = [
    path.name for path in sorted((build.ROOT / "py/backprop/lessons").iterdir()) if (path / "en.md").is_file()
]


def test_a_lesson_and_the_course_are_printed_as_text(page: Page, address: str) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    without_python(page)
    page.goto(address + "?lesson=derivation")
    expect(page.locator(".lesson")).to_be_visible()
    for part in (".stage", ".lesson nav", '[data-action="print-text"]'):
        expect(page.locator(part)).to_be_hidden()
    assert page.evaluate(COLOURS) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    page.goto(address + "?lesson=derivation&hide=lesson")
    expect(page.locator(".stage")).to_be_visible()
    page.goto(address + "?course=1")
    expect(page.locator("#course-map")).to_be_visible()
    for part in ("header", "#search"):
        expect(page.locator(part)).to_be_hidden()


def pages_of(pdf: bytes) -> list[str]:
    """The size of each page, as the file has it."""
    parts = [pdf]
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(found[1]))
        except zlib.error:
            continue
    whole = b"\n".join(parts)
    boxes = re.findall(rb"/MediaBox \[([\d. ]+)\]", whole)
    return [" ".join(str(round(float(x))) for x in box.split()) for box in boxes]


A4 = "0 0 595 842"
CUT = """() => [...document.querySelectorAll(".sheet")].map((sheet) => [
  sheet.scrollHeight - sheet.clientHeight, sheet.scrollWidth - sheet.clientWidth])"""


def test_the_handout_of_every_lesson_is_two_pages_with_nothing_cut(page: Page, address: str) -> None:
    without_python(page)
    seen = []
    for lesson in LESSONS:
        for query in ("lang=en&handout=numbers", "lang=zh&handout=blanks"):
            page.goto(f"{address}?lesson={lesson}&step=8&{query}")
            page.locator("[data-steps]").wait_for(state="attached")
            until_settled(page)
            if not page.locator(".sheet").count():
                continue  # no run came with the lesson
            seen.append(lesson)
            if "numbers" in query:
                assert pages_of(page.pdf(prefer_css_page_size=True)) == [A4, A4], lesson
            assert page.evaluate(CUT) == [[0, 0], [0, 0]], (lesson, query)
            for part in (".network", ".worked", ".program li", ".questions li", ".to-lab .qr"):
                expect(page.locator(f".sheet {part}:not([hidden])").first).to_be_visible()
    assert len(set(seen)) >= 10


def test_printing_the_lab_gives_the_handout_and_the_editor_stays_as_it_was(page: Page, address: str) -> None:
    open_lab(page, address, "?lesson=xor&step=14", python=False)
    write(page, "eta = 1")
    assert pages_of(page.pdf(prefer_css_page_size=True)) == [A4, A4]
    until_settled(page)
    expect(page.locator(".handout")).to_have_count(0)
    expect(page.locator(".cm-content")).to_have_text("eta = 1")
    page.locator(".cm-content").press("ControlOrMeta+z")
    expect(page.locator(".cm-content")).to_contain_text("import")


def test_the_handouts_blanks_are_what_the_sample_works_out(page: Page, address: str) -> None:
    open_lab(page, address, "?lesson=xor&lang=en&step=14", python=False)
    page.locator(".menu summary").click()
    button(page, "handout").click()
    expect(page.locator("#handout-heading")).to_be_focused()
    delta = page.locator(".worked", has_text="4.1")
    expect(delta).to_contain_text("0.1447")
    assert findings_by_day_and_night(page) == []
    page.locator('[data-handout="blanks"]').click()
    expect(delta).not_to_contain_text("0.1447")
    assert delta.locator("mspace[mathbackground], mspace[style]").count() >= 3
    expect(page.locator('.sheet [data-node="8"]')).not_to_have_attribute("data-output", re.compile("."))
    page.keyboard.press("ArrowRight")  # the step of the handout stays
    page.keyboard.press("Escape")
    expect(page.locator(".stage")).to_be_visible()
    assert look(page)["step"] == 14


def test_an_exercise_that_asks_for_a_number_gives_no_handout(page: Page, address: str) -> None:
    open_lab(page, address, "?lesson=xor&exercise=predict-output-delta", python=False)
    page.locator(".menu summary").click()
    expect(button(page, "handout")).to_be_disabled()


@pytest.mark.parametrize("edit", ["small", "large"])
def test_a_small_edit_fits_the_qr_code_and_comes_back(page: Page, address: str, edit: str) -> None:
    open_lab(page, address, "?lesson=xor&lang=en&step=14", python=False)
    text = page.locator(".cm-content")
    text.press("ControlOrMeta+Home")
    page.keyboard.insert_text(
        "seed = 5\n" if edit == "small" else "".join(f"x{i} = {i}\n" for i in range(90))
    )
    until_settled(page)
    page.locator(".menu summary").click()
    button(page, "handout").click()
    page.evaluate((build.MODULES / "jsqr/dist/jsQR.js").read_text("utf-8"))
    link = page.evaluate(READ_QR, list(page.locator(".sheet .qr").screenshot()))
    if edit == "large":
        assert "#" not in link
        expect(page.locator(".to-lab")).to_contain_text("without the changes")
        return
    assert "#edit=" in link
    assert len(link) < 600
    page.evaluate("localStorage.clear()")
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator(".cm-line").first).to_have_text("seed = 5")
    page.goto("about:blank")
    page.goto(link[:-6])
    expect(page.locator(".notice")).to_contain_text("do not fit")
