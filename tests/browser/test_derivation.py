"""Lesson derivation (issue 5, point 5): the next factor is picked, the path is drawn; 4.1, 4.3, 4.5 stand at the end."""

from lab import look, open_lab, position, until_settled
from playwright.sync_api import Page, expect
from test_axe import findings

HIDDEN_WAY = ["x", "below", "back", "slope", "down", "plus"]
ROWS = """[...document.querySelectorAll(".chain li")]
  .map((li) => [li.dataset.row, Number(li.querySelector(".result")?.title ?? NaN)])"""


def pick(page: Page, *names: str) -> None:
    for name in names:
        page.locator(f".derivation [data-option={name}]").click()
        until_settled(page)


def rows(page: Page) -> dict[str, float]:
    look(page)
    found: list[tuple[str, float]] = page.evaluate(ROWS)
    return dict(found)


def test_the_chain_of_an_output_weight_is_built_by_picking(page: Page, address: str) -> None:
    open_lab(page, address, "?lesson=derivation&lang=en", python=False)
    assert list(rows(page)) == ["4.9", "4.10", "4.11"]
    asked = page.locator(".asked p")
    expect(asked).to_contain_text("How much does net₈ grow if w₈₄ grows by 1?")

    pick(page, "w")  # wrong: the reason, with the weight's number
    expect(page.locator(".derivation .wrong")).to_contain_text("w₈₄ is 0.7664 now")
    pick(page, "x")
    assert look(page)["now"] == ["4"]  # the program has gone to where a₄ is made
    pick(page, "y", "up")
    y, t = rows(page)["4.12"], 0.0
    expect(page.locator(".derivation .wrong")).to_contain_text("t₁ = 0")
    pick(page, "error")  # the second miss: the factor is shown
    expect(page.locator(".derivation [role=status]")).to_contain_text("It is −(t₁ − y₁).")
    seen = look(page)
    assert seen["equation"] == "4.14"
    y = float(seen["outputs"]["8"])
    assert rows(page)["4.14"] == y - t

    page.locator("[data-option=slope]").focus()  # by keyboard
    page.keyboard.press("Enter")
    pick(page, "down", "plus")
    expect(page.locator(".derivation .end")).to_be_visible()
    seen, numbers = look(page), rows(page)
    a4, delta = float(seen["outputs"]["4"]), float(seen["deltas"]["8"])
    assert abs(delta - y * (1 - y) * (t - y)) < 1e-15
    assert abs(numbers["4.15"] - y * (1 - y)) < 1e-15
    assert numbers["4.16"] == -delta
    assert numbers["4.17"] == numbers["4.1"] == delta
    assert abs(numbers["4.12"] + delta * a4) < 1e-15
    assert numbers["4.5"] == float(seen["weights"]["8-4"])
    assert list(numbers) == [
        "4.9",
        "4.10",
        "4.11",
        "4.12",
        "4.13",
        "4.14",
        "4.15",
        "4.16",
        "4.17",
        "4.1",
        "4.5",
    ]
    page.locator(".chain li[data-row='4.14'] button").click()
    assert look(page)["equation"] == "4.14"


def test_a_hidden_weight_reaches_the_error_through_the_nodes_downstream(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    open_lab(page, address, "?lesson=derivation&lang=zh&step=67", python=False)  # in the second sample
    page.locator(".derivation select").select_option("4-3")
    path = "[...document.querySelectorAll('[data-path]')].map((e) => e.dataset.node ?? e.dataset.edge).sort()"
    look(page)
    assert page.evaluate(path) == ["4", "4-3", "8", "8-4"]
    pick(page, "x", "sibling")
    expect(page.locator(".derivation .wrong")).to_contain_text("节点 5 在同一层")
    assert findings(page) == []
    pick(page, *HIDDEN_WAY[1:])
    seen, numbers = look(page), rows(page)
    assert seen["sample"] == 1
    assert numbers["4.3"] == float(seen["deltas"]["4"])
    assert numbers["4.5"] == float(seen["weights"]["4-3"])
    expect(page.locator(".derivation .end")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert findings(page) == []

    where = position(page)
    page.locator("[data-edge='8-6'] .reach").dispatch_event("click")  # a connection in the network, too
    look(page)
    assert page.locator(".derivation").get_attribute("data-derivation") == "8-6"
    assert page.evaluate(path) == ["8", "8-6"]
    assert position(page) == where
