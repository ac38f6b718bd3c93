"""Handwritten digits: a network with large layers, drawn by layers and read number by number."""

import re
from collections.abc import Iterator

import pytest
from lab import button, lab_with_python, look, open_lab, position, press, walk
from playwright.sync_api import Browser, Page, expect

HIDDEN_NET = "lesson=digits&iteration=0&step=66"  # the net of node 67


@pytest.fixture
def digits(page: Page, address: str) -> Page:
    open_lab(page, address, f"?{HIDDEN_NET}", python=False)
    return page


def test_large_layers_are_pictures_whose_numbers_can_be_read(digits: Page) -> None:
    seen = look(digits)
    assert seen["now"] == ["67"]
    expect(digits.locator(".stacked .square")).to_have_count(64)
    expect(digits.locator(".stacked .node")).to_have_count(30)
    expect(digits.locator(".stacked .beam[data-used]")).to_have_count(1)
    expect(digits.locator(".stacked .edge")).to_have_count(0)
    digits.locator('.stacked .node[data-node="70"]').hover()
    expect(digits.locator(".stacked .edge")).to_have_count(10)
    expect(digits.locator(".details tr")).to_have_count(24)  # of 65 weights and a bias: the largest
    expect(digits.locator(".details")).to_contain_text("weights more, all smaller")

    formula = digits.locator("#step .formula.numbers").first
    expect(digits.locator("#step .formula .terms").last).to_contain_text("58 more")
    short = len(formula.locator("[data-ref]").all())
    digits.locator('[data-action="all-terms"]').click()
    expect(digits.locator("#step .formula .terms").last).not_to_contain_text("more")
    assert short == 13 < len(formula.locator("[data-ref]").all()) == 129
    digits.locator('[data-action="all-terms"]').click()

    weights = digits.locator(".figures canvas").first
    digits.mouse.move(0, 0)  # what scrolls under a resting pointer would be told
    weights.focus()
    for key in ("ArrowRight", "ArrowDown"):
        weights.press(key)
    expect(weights).to_have_attribute("title", re.compile(r"^w₍67,9₎ -?[\d.e-]+$"))
    expect(digits.locator(".details td").first).to_have_text(
        (weights.get_attribute("title") or "").split()[1]
    )
    first = digits.locator(".stacked .square").first
    first.focus()
    first.press("ArrowDown")
    expect(digits.locator(".stacked .square:focus")).to_have_attribute("data-ref", "a:9")
    expect(digits.locator(".samples canvas")).to_have_count(len(digits.locator("[data-sample-row]").all()))


def test_the_picture_of_a_large_network_is_downloaded_with_its_tiles(digits: Page) -> None:
    for kind in ("svg", "png"):
        digits.locator(".menu summary").click()
        with digits.expect_download() as started:
            digits.locator(f"[data-take={kind}]").click()
        assert started.value.path().stat().st_size > 10_000
        if kind == "svg":
            assert "<image" in started.value.path().read_text(encoding="utf-8")


def test_a_misread_digit_is_chosen_and_stepped_through(page: Page, address: str) -> None:
    open_lab(page, address, "?lesson=digits&granularity=pass", python=False)
    panel = page.locator(".misread")
    expect(panel).to_contain_text("348 of 360")
    square = panel.locator("td button").first
    digit, answer = map(int, (square.get_attribute("data-misread") or "").split("-"))
    square.click()
    expect(square).to_have_attribute("aria-pressed", "true")
    assert position(page)[0] >= 1152  # after the training
    (seen,) = walk(page, "step", 1)
    outputs = {node: float(seen["outputs"][str(node)]) for node in range(85, 95)}
    assert max(outputs, key=lambda node: outputs[node]) == 85 + answer
    (seen,) = walk(page, "step", 1)
    assert float(seen["deltas"][str(85 + answer)]) < 0 < float(seen["deltas"][str(85 + digit)])
    page.locator(".size select").select_option("quantity")
    press(page, "back", 5)
    numbers = page.locator("#step .formula.numbers").first
    assert (
        numbers.locator('[data-ref^="delta:"]').count() == numbers.locator('[data-ref^="w:"]').count() == 10
    )


def test_on_a_wall_the_weights_into_a_node_are_seen_through_its_tile(page: Page, address: str) -> None:
    open_lab(page, address, f"?{HIDDEN_NET}&present=1", python=False)
    page.locator("select.wall").select_option("network-step")
    tile = page.locator('.stacked .node[data-node="67"] .disc')
    expect(tile).to_have_css("fill", "rgba(0, 0, 0, 0)")


@pytest.mark.parametrize("exercise", ["find-in-the-batch", "write-mini-batch"])
def test_an_exercise_opens_with_the_first_iterations_of_its_recorded_run(
    page: Page, address: str, exercise: str
) -> None:
    open_lab(page, address, f"?lesson=digits&exercise={exercise}", python=False)
    expect(page.locator(".stacked .node")).to_have_count(30)
    before = position(page)
    walk(page, "step", 1)
    assert position(page) != before


@pytest.fixture(scope="module")
def with_python(browser: Browser, address: str) -> Iterator[Page]:
    with lab_with_python(browser, address, "?lesson=digits") as page:
        yield page


def stroke(page: Page, *points: tuple[float, float]) -> None:
    """A stroke of the mouse in the square, in parts of its side."""
    box = page.locator(".handwriting .pad").bounding_box() or {}
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


SEVEN = ((0.2, 0.1), (0.78, 0.1), (0.42, 0.92))


def test_a_digit_of_ones_own_is_read_and_stepped_through(with_python: Page) -> None:
    page = with_python
    panel = page.locator(".handwriting")
    button(page, "last").click()
    panel.scroll_into_view_if_needed()
    stroke(page, *SEVEN)
    expect(panel.locator(".read")).to_contain_text("It reads 7")
    expect(page.locator(".position")).to_contain_text("your drawing, weights of iteration 1,164")
    outputs = look(page)["outputs"]
    assert max(range(85, 95), key=lambda node: float(outputs[str(node)])) == 92
    assert "iteration=1164" not in page.url  # a link leads to a place that the run itself has

    panel.locator('[data-digit="1"]').click()
    expect(panel.locator("[role=status]").last).to_contain_text("takes the output for 1 from")
    assert look(page)["now"] == ["85"]
    expect(page.locator("#step")).to_have_attribute("data-equation", "4.1")
    assert press(page, "step", 10)["now"] == ["65"]
    expect(page.locator("#step")).to_have_attribute("data-equation", "4.3")
    button(page, "last").click()
    expect(page.locator("#step")).to_have_attribute("data-equation", "4.5")
    button(page, "handwriting-leave").click()
    assert position(page)[0] == 1163
    expect(button(page, "handwriting-leave")).to_have_count(0)


def test_a_digit_is_drawn_with_the_keys_and_what_is_none_is_told(with_python: Page) -> None:
    page = with_python
    panel = page.locator(".handwriting")
    panel.locator(".pad").scroll_into_view_if_needed()
    stroke(page, (0.5, 0.5), (1.3, 1.2))  # out of the square
    expect(panel.locator(".pad [role=status]")).to_have_text("Row 32, column 32, pen lifted")
    for key in ["ArrowUp"] * 2 + ["Shift+ArrowLeft"] * 4 + ["ArrowLeft"] * 2:
        panel.locator(".pad").press(key)
    panel.locator(".pad").focus()
    page.keyboard.press("Delete")
    expect(button(page, "handwriting-read")).to_be_disabled()
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    expect(panel.locator("[role=status]").last).to_contain_text("only a dot")
    for key in ("Space", *["ArrowUp"] * 12, "Space"):
        page.keyboard.press(key)
    expect(panel.locator(".read")).to_contain_text("It reads")
    expect(panel.locator(".pad [role=status]")).to_have_text("Row 18, column 14, pen lifted")
    assert panel.locator("figure canvas").get_attribute("title")
