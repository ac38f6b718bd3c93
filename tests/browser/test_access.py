"""For everyone (issue 2, point 8): keyboard, names, small screens, reduced motion."""

import pytest
from lab import (
    button,
    editor,
    look,
    open_lab,
    position,
    press,
    to_the_start,
    until,
    until_settled,
    wait_ready,
    without_python,
)
from playwright.sync_api import Page, expect

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def lab(page: Page, address: str) -> Page:
    page.emulate_media(reduced_motion="reduce")
    open_lab(page, address, python=False)
    return page


def names_by_tab(page: Page, presses: int) -> list[tuple[str, str]]:
    """What Tab reaches from the top of the page: what it is, and its name for a screen reader."""
    page.evaluate("document.activeElement?.blur()")
    reached = []
    for _ in range(presses):
        page.keyboard.press("Tab")
        reached.append(
            tuple(
                page.evaluate("""() => {
                  const e = document.activeElement;
                  const name = e.ariaLabel || e.labels?.[0]?.textContent || e.textContent || "";
                  const what = e.dataset.action ?? e.dataset.node ?? e.role ?? e.tagName;
                  return [e.closest(".cm-content") ? "editor" : what, name.trim()];
                }""")
            )
        )
        if reached[-1][0] == "editor":
            page.keyboard.press("Escape")
    return reached


def test_every_control_is_reached_by_tab_and_named(lab: Page) -> None:
    press(lab, "step", 2)
    button(lab, "next-iteration").click()  # so that nothing on the transport is disabled
    editor(lab).press("ControlOrMeta+Home")
    lab.keyboard.type("#")  # nor Original
    lab.keyboard.press("Escape")
    lab.evaluate("scrollTo(0, 0)")
    lab.locator("header a").first.focus()
    reached = names_by_tab(lab, 120)
    found = {what for what, _ in reached}
    actions = lab.locator("[data-action]:visible").evaluate_all("(all) => all.map((b) => b.dataset.action)")
    assert found >= {*actions, *map(str, range(1, 9)), "editor", "slider", "SELECT"}
    assert all(name for what, name in reached if what not in ("BODY", "PRE"))


def test_escape_leaves_the_editor_and_tab_goes_on(lab: Page) -> None:
    editor(lab).focus()
    lab.keyboard.press("Escape")
    assert not editor(lab).evaluate("(e) => e.contains(document.activeElement)")
    lab.keyboard.press("Tab")
    assert not editor(lab).evaluate("(e) => e.contains(document.activeElement)")
    lab.keyboard.press("ArrowRight")
    assert position(lab) == (0, 1)


def test_the_buttons_work_by_keyboard(lab: Page) -> None:
    button(lab, "step").focus()
    lab.keyboard.press("Enter")
    lab.keyboard.press("Space")
    assert position(lab) == (0, 2)
    expect(button(lab, "step")).to_be_focused()


def test_a_phone_shows_network_and_step_button_without_sideways_scrolling(page: Page, address: str) -> None:
    page.set_viewport_size(PHONE)
    open_lab(page, address, python=False)
    for lang in ("en", "zh"):
        for step in (0, 11, 1, 2, 7, 20):  # sums of four terms, deltas, updates
            if step:
                press(page, "step", step)
            wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert wide[0] <= wide[1], (lang, look(page)["step"])
            expect(button(page, "step")).to_be_in_viewport(ratio=1)
        expect(page.locator('[data-node="8"]')).to_be_in_viewport()
        page.keyboard.press("Home")
        button(page, "language").click()


def moving(page: Page) -> int:
    count: int = page.evaluate("document.getAnimations().filter((a) => a.playState === 'running').length")
    return count


def test_nothing_moves_when_the_reader_prefers_it(lab: Page) -> None:
    for _ in range(6):
        button(lab, "step").click()
        until_settled(lab)
        assert moving(lab) == 0


TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
WIDTHS = (320, 360, 390, 768, 820, 1024, 1100, 1280, 1366, 1440, 1920, 2560)


def test_the_page_fits_at_every_width_before_and_after_python_is_ready(page: Page, address: str) -> None:
    """No sideways scrolling, one row of a header, no part of the header cut or over another (issue 15, point 8)."""
    measure = """() => {
      const parts = [...document.querySelectorAll("header > *")].map((part) => part.getBoundingClientRect())
        .filter((box) => box.width > 1).sort((a, b) => a.left - b.left);
      return {
        beyond: document.documentElement.scrollWidth - innerWidth,
        header: document.querySelector("header").offsetHeight,
        over: parts.some((box, i) => i > 0 && box.left < parts[i - 1].right - 0.5),
        cut: parts.some((box) => box.left < 0 || box.right > innerWidth + 0.5),
        status: ((line) => line.scrollWidth - line.clientWidth)(document.querySelector(".status p")),
        menus: Math.max(...[...document.querySelectorAll("footer select")].filter((one) => one.offsetWidth)
          .map((menu) => {
            const pen = document.createElement("canvas").getContext("2d");
            pen.font = getComputedStyle(menu).font;
            const longest = Math.max(...[...menu.options].map((one) => pen.measureText(one.text).width));
            return longest + 20 - menu.clientWidth; // 20 for the arrow
          })),
        code: document.querySelector(".code").getBoundingClientRect().top,
        foot: innerWidth < 768 ? document.querySelector(".controls").offsetHeight : 0,
        crowded: [...document.querySelectorAll(".buttons button, .buttons, .size")].filter((one) => one.offsetWidth)
          .some((one) => one.scrollWidth > one.clientWidth + 1),
      };
    }"""
    code_at: dict[tuple[str, int], float] = {}
    for python in (False, True):
        page.unroute_all()
        open_lab(page, address, python=python)
        if python:
            wait_ready(page)
        for lang in ("en", "zh"):
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 740})
                page.evaluate(TWO_FRAMES)  # the curve takes its new width after the first
                seen = page.evaluate(measure)
                assert seen["beyond"] <= 0, (width, lang, python, seen)
                assert seen["header"] <= 56, (width, lang, python, seen)
                assert not seen["over"], (width, lang, python, seen)
                assert not seen["cut"], (width, lang, python, seen)
                assert seen["foot"] <= 72, (width, lang, python, seen)
                assert not seen["crowded"], (width, lang, python, seen)
                assert seen["menus"] <= 0, (width, lang, python, seen)  # no entry is cut
                assert seen["status"] <= 0, (width, lang, python, seen)  # one line, and nothing of it cut
                assert seen["code"] == code_at.setdefault((lang, width), seen["code"]), (width, lang)
            button(page, "language").click()
            until_settled(page)


@pytest.mark.parametrize("query", ["", "?lesson=xor&present=1"])
def test_no_page_scrolls_sideways(page: Page, address: str, query: str) -> None:
    """At the narrow end of each arrangement; the first screen did at 768, the presenter's foot on a phone."""
    without_python(page)
    page.goto(address + query)
    expect(page.locator("[data-node], [data-action=run]").first).to_be_visible()
    for width in (320, 390, 768, 1024):
        page.set_viewport_size({"width": width, "height": 740})
        page.evaluate(TWO_FRAMES)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width


def test_in_forced_colours_the_current_line_is_marked(lab: Page) -> None:
    lab.emulate_media(forced_colors="active", reduced_motion="reduce")
    button(lab, "step").click()
    until_settled(lab)
    drawn = """(line) => {
      const { outlineStyle, outlineColor } = getComputedStyle(line);
      return [outlineStyle, outlineColor].join();
    }"""
    assert lab.locator(".cm-line.now-line").evaluate(drawn) != lab.locator(
        ".cm-line:not(.now-line)"
    ).first.evaluate(drawn)
    to_the_start(lab)
    press(lab, "step", 14)
    for part in (".formula .now", ".samples tr[aria-current]", "button.main[data-action=step]"):
        assert "none" not in lab.locator(part).first.evaluate(drawn), part
    fill = "(bar) => getComputedStyle(bar).backgroundColor"
    assert lab.locator(".bar i").first.evaluate(fill) != lab.locator(".bar").first.evaluate(fill)
    assert lab.locator(".node[data-now] .halo").evaluate("(halo) => getComputedStyle(halo).stroke") != "none"


def test_there_is_one_heading_of_the_first_level_before_the_lab(lab: Page) -> None:
    before = """() => [...document.querySelectorAll("h1")].filter((heading) =>
      heading.compareDocumentPosition(document.querySelector("main")) & Node.DOCUMENT_POSITION_FOLLOWING)
      .map((heading) => heading.textContent)"""
    assert len(lab.evaluate(before)) == 1


def test_a_screen_reader_hears_each_step_of_slow_playing_and_none_of_fast(page: Page, address: str) -> None:
    open_lab(page, address, "?lesson=xor&lang=en&speed=double&granularity=quantity", python=False)
    page.evaluate("""() => {
      window.heard = [];
      const region = document.querySelector("footer [aria-live=polite]");
      new MutationObserver(() => { if (region.textContent) window.heard.push(region.textContent); })
        .observe(region, { childList: true, characterData: true, subtree: true });
    }""")
    button(page, "play").click()
    until(page, "window.heard.length >= 3")
    button(page, "play").click()
    until_settled(page)
    heard = page.evaluate("window.heard")
    assert len(set(heard)) == len(heard)
    assert len(heard) == look(page)["step"]
    page.locator(".speed").select_option("run")
    page.evaluate("window.heard = []")
    button(page, "play").click()
    until(page, "Number(document.querySelector('[data-iteration]').dataset.iteration) > 400")
    button(page, "play").click()
    until_settled(page)
    assert page.evaluate("window.heard") == []


def test_the_columns_are_resized_by_keyboard_and_pointer_and_stay_so(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_lab(page, address, python=False)
    line = page.locator('[data-splitter="code"]')
    width = "document.querySelector('.code-column').offsetWidth"
    usual = page.evaluate(width)
    line.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    until_settled(page)
    assert look(page)["step"] == 0  # the arrow keys have moved the line, not the step
    expect(line).to_have_attribute("aria-valuenow", "6")
    assert page.evaluate(width) == pytest.approx(usual + 0.06 * 1280, abs=2)
    box = page.locator('[data-splitter="words"]').bounding_box()
    assert box
    page.mouse.move(box["x"] + 5, 300)
    page.mouse.down()
    page.mouse.move(box["x"] - 900, 300)
    page.mouse.up()
    until_settled(page)
    expect(page.locator('[data-splitter="words"]')).to_have_attribute(
        "aria-valuenow", "6"
    )  # the network keeps its room
    assert page.evaluate("document.querySelector('.picture-column').offsetWidth") > 200
    page.reload()
    expect(line).to_have_attribute("aria-valuenow", "6")
    line.dblclick()
    until_settled(page)
    assert page.evaluate(width) == usual
    page.set_viewport_size({"width": 390, "height": 740})
    expect(line).to_be_hidden()


def test_at_200_percent_drawing_equation_and_code_line_are_in_sight_together(
    page: Page, address: str
) -> None:
    page.set_viewport_size({"width": 640, "height": 360})  # what 1280 by 720 is at 200 %
    for lang in ("en", "zh"):
        open_lab(page, address, f"?lesson=xor&lang={lang}&step=14", python=False)
        until_settled(page)
        foot = page.evaluate("document.querySelector('.controls').getBoundingClientRect().top")
        for part in (".network > .network-drawing", ".step .numbers.result", ".step .source"):
            box = page.locator(part).bounding_box()
            assert box, part
            assert box["y"] >= 0, (part, lang)
            assert box["y"] + box["height"] <= foot + 1, (part, lang)
