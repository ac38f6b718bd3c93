"""Presenter mode (issue 6, point 5): two halves of a lesson, readable from the last row, stepped by a clicker."""

from itertools import product

import pytest
from lab import button, look, open_lab, until_settled
from playwright.sync_api import Page, expect
from test_axe import SCHEMES, findings, findings_by_day_and_night

PROJECTORS = [(1024, 768), (1280, 720), (1920, 1080), (3840, 2160)]
SMALLEST = 0.022  # of the picture's height: a letter the last row still reads (24 px of 1080)
CONTRAST = 4.5  # what WCAG asks for large type at its highest level, AAA

# Every text that is seen: its size as a part of the picture's height, and its contrast with what lies behind it:
# the node's grey, the pen drawn round a number in the network, the highlighter, the paper.
TEXTS = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].map((c) => c / 255);
  };
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const behind = (element, style) => {
    const node = element.matches(".value") && element.closest(".node");
    if (node) return rgba(getComputedStyle(node.querySelector(".disc")).fill);
    if (element.ownerSVGElement && style.stroke !== "none") return rgba(style.stroke);
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0.99) return colour;
    }
  };
  const zoom = Number(getComputedStyle(document.querySelector(".stage")).zoom);
  const texts = document.querySelectorAll(".stage :is(h1, h2, p, span, button, select, code, text, mi, mn, mo)");
  return [...texts].filter((element) =>
    [...element.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim()) &&
    !element.closest(".unseen, :disabled") && element.getBoundingClientRect().width > 2
  ).map((element) => {
    const style = getComputedStyle(element);
    const svg = element.ownerSVGElement;
    const scale = svg ? svg.getScreenCTM().a : zoom;
    const [dark, bright] = [rgba(svg ? style.fill : style.color), behind(element, style)].map(light).sort((a, b) => a - b);
    return {
      text: element.textContent.trim(),
      size: (Number.parseFloat(style.fontSize) * scale) / innerHeight,
      contrast: (bright + 0.05) / (dark + 0.05),
    };
  });
}"""


def resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


def present(page: Page, address: str, query: str, size: tuple[int, int] = (1920, 1080)) -> None:
    resize(page, size)
    page.emulate_media(reduced_motion="reduce")
    open_lab(page, address, f"?present=1&{query}", python=False)
    look(page)


def test_readable_from_the_last_row(page: Page, address: str) -> None:
    present(page, address, "step=14")
    for size, scheme in product(PROJECTORS, SCHEMES):
        resize(page, size)
        page.emulate_media(color_scheme=scheme)
        look(page)
        texts = page.evaluate(TEXTS)
        assert len(texts) > 60  # the network's numbers, the equations, the foot
        assert [t for t in texts if t["size"] < SMALLEST] == [], (size, scheme)
        assert [t for t in texts if t["contrast"] < CONTRAST] == [], (size, scheme)


@pytest.mark.parametrize(
    "query", ["lesson=xor&step=14", "lesson=eleven-lines&step=60", "lesson=network-class&step=92"]
)
def test_the_network_and_this_step_fill_the_wall(page: Page, address: str, query: str) -> None:
    present(page, address, query)
    for size in PROJECTORS:
        resize(page, size)
        until_settled(page)
        fills_the_wall(page)


def fills_the_wall(page: Page) -> None:
    assert page.locator("main .column").count() == 2
    for part in (".cm-editor", ".output", ".samples", ".loss", "#lesson", ".status"):
        expect(page.locator(part)).to_have_count(0)
    inside = page.evaluate("""() => 
      [...document.querySelectorAll("header, .network > .network-drawing, .say, .excerpt [aria-current], .check, .controls")]
      .every((part) => {
      const { left, top, right, bottom } = part.getBoundingClientRect();
      return left >= 0 && top >= 0 && right <= innerWidth + 1 && bottom <= innerHeight + 1;
    }) && document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth""")
    assert inside


PANELS = {
    "neuron": ".neuron",
    "descent": ".landscape",
    "forward": ".matrices",
    "derivation": ".derivation",
    "two-layer": ".boundary",
    "starts": ".starts",
    "playground": ".playground",
}
IN_SIGHT = """(selector) => {
  const { left, top, right, bottom, width, height } = document.querySelector(selector).getBoundingClientRect();
  const isInside = left >= 0 && top >= 0 && right <= innerWidth + 1 && bottom <= innerHeight + 1;
  return isInside && width * height / (innerWidth * innerHeight);
}"""


@pytest.mark.parametrize("lesson", PANELS)
def test_a_lessons_own_panel_stands_on_the_wall(page: Page, address: str, lesson: str) -> None:
    panel = PANELS[lesson]
    present(page, address, f"lesson={lesson}&lang=en&iteration=0&step=3", (1280, 720))
    assert page.evaluate(IN_SIGHT, panel) > 0.2, "a part of the wall's area"
    assert page.locator("main .column").count() == 2
    expect(page.locator("#step .say")).to_be_visible()
    for part in (".network", ".playground .controls", ".size span", ".cm-editor"):
        expect(page.locator(part).filter(visible=True)).to_have_count(0)
    texts = page.evaluate(TEXTS)
    assert [t for t in texts if t["size"] < SMALLEST] == []
    assert [t for t in texts if t["contrast"] < CONTRAST] == []
    assert findings(page) == []
    for *shown, key, there in [
        (".network", "#step", "PageUp", 2),
        (panel, ".network", "PageDown", 3),
        (panel, "PageUp", 2),
        (".code-half .excerpt", ".network", "PageDown", 3),
        (".network", ".loss", "PageUp", 2),
        (panel, "#step", "PageDown", 3),
    ]:
        page.keyboard.press("v")
        until_settled(page)
        assert page.locator("main .column").count() == len(shown)
        for part in shown:
            expect(page.locator(part)).to_be_visible()
        page.keyboard.press(key)
        assert look(page)["step"] == there
    page.locator(".wall").select_option("panel")
    until_settled(page)
    assert page.evaluate(IN_SIGHT, panel) > 0.45
    page.wait_for_url(lambda url: "wall=panel" in url)


def test_without_a_panel_v_goes_through_the_arrangements_that_differ(page: Page, address: str) -> None:
    present(page, address, "lang=en&step=14&wall=panel")
    seen = []
    for _ in range(4):
        seen.append(page.locator("main").get_attribute("data-wall"))
        page.keyboard.press("v")
        until_settled(page)
    assert seen == ["network-step", "code-network", "network-curve", "network-step"]
    assert page.locator(".wall option").count() == 3
    expect(page.locator(".code-half .excerpt [aria-current]")).to_contain_text("delta[j] = a[j] * (1 - a[j])")
    assert findings(page) == []


FILLED = """(selector) => {
  const column = document.querySelector(selector);
  const last = column.querySelector(":scope > section").getBoundingClientRect();
  const box = column.getBoundingClientRect();
  return [(last.bottom - box.top) / box.height, column.scrollHeight - column.clientHeight];
}"""


def test_text_and_code_fill_their_half(page: Page, address: str) -> None:
    present(page, address, "lang=en&step=14")
    for size, (wall, half, least) in product(
        PROJECTORS[:3], [("network-step", ".step-half", 0.75), ("code-network", ".code-half", 0.7)]
    ):
        resize(page, size)
        page.locator(".wall").select_option(wall)
        until_settled(page)
        if wall == "network-step":
            assert page.locator(".step-half .excerpt li:visible").count() == 5, size
        part, over = page.evaluate(FILLED, half)
        assert part > least, (size, wall)
        assert over <= 1, (size, wall)


@pytest.mark.parametrize("lesson", ["xor", "digits"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_five_lines_of_code_are_read_on_an_old_projector(
    page: Page, address: str, lang: str, lesson: str
) -> None:
    present(page, address, f"lesson={lesson}&lang={lang}&step=14&wall=code-network", (1024, 768))
    assert page.locator(".code-half .excerpt li:visible").count() >= 5
    _, over = page.evaluate(FILLED, ".code-half")
    assert over <= 1


def test_number_keys_choose_the_size_of_a_step(page: Page, address: str) -> None:
    present(page, address, "step=14")
    for key, size in (("5", "pass"), ("7", "iteration"), ("9", "iteration"), ("1", "quantity")):
        page.keyboard.press(key)
        until_settled(page)
        expect(page.locator(".size select")).to_have_value(size)
    page.keyboard.press("Escape")
    page.keyboard.press("4")
    until_settled(page)
    expect(page.locator(".size select")).to_have_value("quantity")


def test_stepped_by_a_clicker_as_well_as_by_arrows(page: Page, address: str) -> None:
    present(page, address, "step=5")
    for key, there in [("PageDown", 6), ("PageDown", 7), ("PageUp", 6), ("ArrowRight", 7), ("ArrowLeft", 6)]:
        page.keyboard.press(key)
        assert look(page)["step"] == there, key
    page.locator(".size select").focus()  # a clicker steps, whatever has the focus
    page.keyboard.press("PageDown")
    assert look(page)["step"] == 7
    expect(page.locator(".size select")).to_have_value("update")


def test_outside_presenter_mode_the_page_keys_do_not_step(page: Page, address: str) -> None:
    open_lab(page, address, "?step=5", python=False)
    page.keyboard.press("PageDown")
    assert look(page)["step"] == 5


@pytest.mark.parametrize("leave", ["Escape", "p", "button"])
def test_in_by_menu_or_key_and_out_again(page: Page, address: str, leave: str) -> None:
    open_lab(page, address, "?step=5", python=False)
    if leave == "p":
        page.keyboard.press("p")
    else:
        page.locator(".menu summary").press("Enter")
        button(page, "present").press("Enter")
    expect(page.locator(".present")).to_be_visible()
    expect(button(page, "step")).to_be_focused()
    page.keyboard.press("PageDown")
    page.wait_for_url(lambda url: "present=1" in url)
    if leave == "button":
        button(page, "present").click()
    else:
        page.keyboard.press(leave)
    expect(page.locator(".present")).to_have_count(0)
    expect(page.locator(".cm-editor")).to_be_visible()
    assert look(page)["step"] == 6
    page.wait_for_url(lambda url: "present" not in url)


def test_p_in_the_editor_is_a_letter(page: Page, address: str) -> None:
    open_lab(page, address, python=False)
    page.locator(".cm-content").press("p")
    expect(page.locator(".present")).to_have_count(0)


def test_with_every_panel_hidden_there_is_still_a_way_on_and_out(page: Page, address: str) -> None:
    present(page, address, "hide=editor,output,network,samples,step,loss,lesson")
    page.keyboard.press("PageDown")
    assert look(page)["step"] == 1
    assert findings(page) == []
    page.keyboard.press("Escape")
    expect(page.locator(".present")).to_have_count(0)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("size", [(1920, 1080), (360, 740)], ids=str)
def test_axe_finds_nothing(page: Page, address: str, lang: str, size: tuple[int, int]) -> None:
    present(page, address, f"lang={lang}&step=14", size)
    assert findings_by_day_and_night(page) == []
