"""What the tests of the page share: opening it, looking at it as a whole, writing a program and running it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from conftest import watched_page
from playwright.sync_api import Browser, Frame, FrameLocator, Locator, Page, expect

from tests.lesson_programs import source_of

READY = 120_000  # ms; generous, for a busy machine
RUN = 90_000
PROGRAM = source_of("xor")
LAST = 3999  # the last iteration of PROGRAM, counted from 0

# Everything that a position determines, read once it has been drawn and the editor has scrolled to its line.
SETTLED = """
const frame = () => new Promise(requestAnimationFrame);
const settled = async () => {
  while ("settling" in document.documentElement.dataset) await frame();
};
"""
LOOK = (
    SETTLED
    + """
const look = async () => {
  await settled();
  const all = (selector) => [...document.querySelectorAll(selector)];
  const lit = (flag) => all(`[data-node][${flag}], [data-edge][${flag}]`)
    .map(({ dataset }) => dataset.node ?? dataset.edge).sort();
  const plain = (text) => text.replace(/\\s+/g, " ").trim();
  const text = (selector) => plain(document.querySelector(selector)?.textContent ?? "");
  const transport = document.querySelector("[data-step]").dataset;
  const step = document.querySelector("#step");
  return {
    outputs: Object.fromEntries(all("[data-output]").map((n) => [n.dataset.node, n.dataset.output])),
    deltas: Object.fromEntries(all("[data-delta]").map((n) => [n.dataset.node, n.dataset.delta])),
    weights: Object.fromEntries(all("[data-weight]").map((e) => [e.dataset.edge, e.dataset.weight])),
    now: lit("data-now"),
    used: lit("data-used"),
    equation: step?.dataset.equation ?? null,
    instance: step?.dataset.instance ?? null,
    words: text("#step .say"),
    bad_tex: all(".temml-error, merror").length,
    line: Number(document.querySelector("[data-line]")?.dataset.line ?? 0),
    marked: document.querySelector(".cm-line.now-line")?.textContent ?? "",
    iteration: Number(transport.iteration),
    iterations: Number(transport.iterations),
    step: Number(transport.step),
    steps: Number(transport.steps),
    sample: Number(transport.sample ?? -1),
    rows: all("[data-sample-row]").map((row) =>
      [...row.querySelectorAll("td")].slice(0, -1).map((c) => plain(c.textContent))),
    current: all("[data-sample-row][aria-current]").map(({ dataset }) => Number(dataset.sampleRow)),
    where: text(".position"),
    said: text("footer [aria-live=polite]"),
  };
};
"""
)
WALK = f"""async ([action, times]) => {{
  {LOOK}
  const seen = [];
  for (let i = 0; i < times; i++) {{
    document.querySelector(`[data-action="${{action}}"]`).click();
    seen.push(await look());
  }}
  return seen;
}}"""

PRESS = f"""async ([action, times]) => {{
  {LOOK}
  for (let i = 0; i < times; i++) document.querySelector(`[data-action="${{action}}"]`).click();
  return look();
}}"""


def without_python(page: Page) -> None:
    """Nothing of Python comes, as on a very slow line; what came would be unpacked and compiled for nothing."""
    page.route("**/python/**", lambda route: None)


def open_lab(page: Page, address: str, query: str = "?lesson=xor", *, python: bool = True) -> None:
    """The page at its first step; with python=False its Python never comes."""
    if not python:
        without_python(page)
    page.goto(address + query)
    expect(page.locator("[data-steps]")).to_be_visible()


@contextmanager
def lab_with_python(browser: Browser, address: str, query: str = "?lesson=xor") -> Iterator[Page]:
    """A page whose Python is ready; a console error in it fails the test that closes it."""
    with watched_page(browser, []) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        open_lab(page, address, query)
        wait_ready(page)
        yield page


@contextmanager
def lab_before_python(browser: Browser, address: str, query: str = "?lesson=xor") -> Iterator[Page]:
    """A page at its first step whose Python never comes, for tests that only read it; see `at_the_start`."""
    with watched_page(browser, []) as page:
        open_lab(page, address, query, python=False)
        yield page


def at_the_start(page: Page, granularity: str) -> Page:
    """The page as a test finds it first: at the first step, steps of this size, nothing pointed at or focused."""
    page.keyboard.press("Escape")
    page.mouse.move(1, 1)
    page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
    page.locator("footer .size select").select_option(granularity)
    to_the_start(page)
    until_settled(page)
    return page


def wait_ready(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("data-python", "ready", timeout=READY)


def until(page: Page | Frame, condition: str | Callable[[], object], seconds: float = 20) -> None:
    """Waits for a condition. A string is JavaScript: the page's policy forbids Playwright's own way, code from text."""
    end = time.monotonic() + seconds
    while not (page.evaluate(condition) if isinstance(condition, str) else condition()):
        assert time.monotonic() < end, f"not within {seconds:g} s: {condition}"
        page.wait_for_timeout(50)


def beyond(page: Page) -> list[str]:
    """What reaches beyond the window's right edge, though it is nothing one scrolls sideways: code, a diagram."""
    found: list[str] = page.evaluate("""() => [...document.querySelectorAll("main *, footer *")]
      .filter((part) => part.getBoundingClientRect().right > innerWidth + 1 && !part.closest(".cm-editor, svg"))
      .map((part) => part.outerHTML.slice(0, 80))""")
    return found


def look(page: Page) -> dict[str, Any]:
    seen: dict[str, Any] = page.evaluate(f"async () => {{ {LOOK} return look(); }}")
    return seen


def walk(page: Page, action: str, times: int) -> list[dict[str, Any]]:
    """Presses a button so often, looking after each press."""
    seen: list[dict[str, Any]] = page.evaluate(WALK, [action, times])
    return seen


def press(page: Page, action: str, times: int) -> dict[str, Any]:
    """Presses a button so often, faster than the page is drawn, and looks once: a third of a walk's time for each press."""
    seen: dict[str, Any] = page.evaluate(PRESS, [action, times])
    return seen


def button(page: Page, action: str) -> Locator:
    return page.locator(f'[data-action="{action}"]')


def to_the_start(page: Page) -> None:
    """Go to the first step, and wait until it is drawn: that is in the next frame."""
    if button(page, "first").is_enabled():
        button(page, "first").click()
    expect(button(page, "first")).to_be_disabled()


def position(page: Page) -> tuple[int, int]:
    seen = look(page)
    return seen["iteration"], seen["step"]


def editor(page: Page | Frame | FrameLocator) -> Locator:
    return page.locator(".cm-content")


def write(page: Page | Frame | FrameLocator, source: str) -> None:
    """Replaces the text in the editor. By the editor's own "select all": it draws only the lines in view, so that
    `fill`, which selects what is drawn, sometimes wrote behind the old text."""
    text = editor(page)
    text.press("ControlOrMeta+a")
    if source:
        text.page.keyboard.insert_text(source)
    else:
        text.press("Delete")


def written(page: Page) -> str:
    """The whole text in the editor, by way of the clipboard, as a reader would take it."""
    editor(page).press("ControlOrMeta+a")
    page.keyboard.press("ControlOrMeta+c")
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


@contextmanager
def in_chinese(page: Page) -> Iterator[None]:
    """The page in its other language, and back, whatever fails: others may use it after this test."""
    root = page.locator("html")
    button(page, "language").click()
    try:
        expect(root).to_have_attribute("lang", "zh-CN")
        yield
    finally:
        button(page, "language").click()
        expect(root).to_have_attribute("lang", "en")


def run(page: Page, source: str | None = None) -> None:
    """Runs a program (or what stands in the editor) to its end."""
    if source is not None:
        write(page, source)
    button(page, "run").click()
    until_settled(page)  # data-run is that of this run from here on
    expect(page.locator("html")).to_have_attribute("data-run", "idle", timeout=RUN)
    expect(button(page, "run")).to_be_visible()


def until_settled(page: Page) -> None:
    """Waits until all that was asked for is drawn, and the editor has scrolled to its line."""
    page.evaluate(f"async () => {{ {SETTLED} await settled(); }}")


def number(text: str) -> float:
    """A number as the page writes it for the eye: true minus, powers of ten raised."""
    plain = text.translate(str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789"))
    return float(plain.replace("×10", "e"))
