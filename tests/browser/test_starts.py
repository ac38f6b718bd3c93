"""64 starts at once (issue 5, point 8): the panel before Python is ready, and a start opened in the stepper."""

from typing import Any

import pytest
from lab import beyond, button, look, open_lab, run, wait_ready
from playwright.sync_api import Page, expect
from test_axe import PHONE, findings

import build

SOURCE = (build.ROOT / "py/backprop/lessons/starts/program.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def plain() -> dict[str, Any]:
    """What the program has at its end under plain Python."""
    names: dict[str, Any] = {}
    exec(compile(SOURCE, "program", "exec"), names)
    return names


def test_all_starts_are_there_before_python_and_one_opens_in_the_stepper(
    page: Page, address: str, plain: dict[str, Any]
) -> None:
    open_lab(page, address, "?lesson=starts&lang=en", python=False)
    stuck = [int(number) for number in plain["stuck"].nonzero()[0]]
    buttons = page.locator("[data-start]")
    expect(buttons).to_have_count(64)
    bold = page.locator("[data-start].stuck").evaluate_all("all => all.map((b) => Number(b.dataset.start))")
    assert bold == stuck
    expect(page.locator("[data-chosen]")).to_have_attribute("data-chosen", str(stuck[0]))
    chosen = stuck[-1]
    page.locator(f'[data-start="{chosen}"]').press("Enter")
    expect(page.locator(f'[data-start="{chosen}"]')).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".chosen")).to_contain_text(f"Start {chosen}: is stuck")
    for y in plain["outputs"][chosen]:
        expect(page.locator(".chosen")).to_contain_text(f"{y:.3g}"[:4])
    page.unroute("**/python/**")
    button(page, "open-start").press("Enter")
    expect(page.locator(".notice")).to_contain_text("only when you press Run")
    expect(page).to_have_title("XOR by the equations · Backprop Lab")
    wait_ready(page)
    run(page)
    expect(page.locator(".status")).to_contain_text("Your run")
    seen = look(page)
    w1, b1, w2, b2 = (array[chosen] for array in plain["first"])
    assert [[float(seen["weights"][f"{j}-{i}"]) for i in (1, 2, 3)] for j in (4, 5, 6, 7)] == w1.tolist()
    assert [float(seen["weights"][f"{j}-b"]) for j in (4, 5, 6, 7)] == b1.tolist()
    assert [float(seen["weights"][f"8-{j}"]) for j in (4, 5, 6, 7)] == w2.tolist()
    assert float(seen["weights"]["8-b"]) == b2


@pytest.mark.parametrize(("lang", "scheme"), [("en", "light"), ("zh", "dark")])
def test_axe_finds_nothing_on_a_phone(page: Page, address: str, lang: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size(PHONE)
    open_lab(page, address, f"?lesson=starts&lang={lang}&step=9", python=False)
    look(page)
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert beyond(page) == []


def test_a_run_that_leaves_nothing_to_show_says_so_and_the_panel_can_be_left_out(
    page: Page, address: str
) -> None:
    few = SOURCE
    for old, new in (
        ("epochs = 1000", "epochs = 3"),
        ("starts = 64", "starts = 5"),
        ("shown = 26", "shown = 2"),
    ):
        few = few.replace(old, new)
    open_lab(page, address, "?lesson=starts&lang=en")
    wait_ready(page)
    run(page, few)
    expect(page.locator("[data-start]")).to_have_count(5)
    run(page, few[: few.index("outputs = ")])
    expect(page.locator(".starts")).to_contain_text("Nothing to show")
    page.goto(address + "?lesson=starts&hide=starts")
    expect(page.locator("[data-steps]")).to_be_visible()
    expect(page.locator(".starts")).to_have_count(0)
