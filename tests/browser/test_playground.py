"""The playground (issue 5, point 7): pictures before Python is there, controls that write the program, own points."""

import ast
import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from lab import (
    RUN,
    beyond,
    button,
    lab_with_python,
    look,
    number,
    open_lab,
    position,
    run,
    until,
    walk,
    write,
    written,
)
from playwright.sync_api import Browser, Page, expect
from test_axe import PHONE, findings, findings_by_day_and_night

import build
from tests.lesson_programs import edited

PROGRAM = (build.ROOT / "py/backprop/lessons/playground/program.py").read_text(encoding="utf-8")
PIXEL = """([node, column, row]) => {
  const canvas = document.querySelector(`[data-map="${node}"] canvas`);
  return [...canvas.getContext("2d").getImageData(column, row, 1, 1).data].slice(0, 3);
}"""


def own_answer(seen: dict[str, Any], given: dict[str, Any], column: int, row: int) -> float:
    """What the network drawn answers at a pixel of its map: tanh in the hidden layers, a sigmoid at the end."""
    (left, right), (bottom, top) = given["span"]
    a = {1: left + (right - left) * column / 99, 2: top + (bottom - top) * row / 99}
    for node in range(3, 10):
        into = [
            (int(e.split("-")[1]), float(w))
            for e, w in seen["weights"].items()
            if e.startswith(f"{node}-") and not e.endswith("b")
        ]
        net = sum(w * a[i] for i, w in into) + float(seen["weights"][f"{node}-b"])
        a[node] = float(np.tanh(net)) if node < 9 else float(1 / (1 + np.exp(-net)))
    return a[9]


def is_blue(colour: list[int]) -> bool:
    return colour[2] > colour[0]


@pytest.fixture(scope="module")
def playground(browser: Browser, address: str) -> Iterator[Page]:
    with lab_with_python(browser, address, "?lesson=playground&granularity=quantity") as page:
        yield page


def settled(page: Page) -> None:
    """The last run has ended, and the pictures are of the position shown."""
    until(page, "document.documentElement.dataset.run === 'idle'", RUN / 1000)
    expect(page.locator(".plane[data-here]")).to_be_visible(timeout=RUN)


def test_it_opens_at_the_end_with_its_pictures_before_python_is_there(page: Page, address: str) -> None:
    open_lab(page, address, "?lesson=playground", python=False)
    seen = look(page)
    assert seen["iteration"] == seen["iterations"] - 1
    expect(page.locator(".plane[data-here] canvas")).to_be_visible()
    expect(page.locator("[data-map]")).to_have_count(9)
    lesson = json.loads((build.PARTS / "lessons/playground.json").read_text(encoding="utf-8"))
    header = lesson["baked"]["header"]["playground"]
    pixels = base64.b64decode(header["maps"]["bytes"]["9"])
    for column, row in [(50, 50), (3, 4), (96, 20), (60, 90)]:
        y = own_answer(seen, header["given"], column, row)
        assert pixels[100 * row + column] == pytest.approx(1 + 254 * y, abs=1)
        assert is_blue(page.evaluate(PIXEL, [9, column, row])) == (y > 0.5)
    assert len(seen["rows"]) == 10
    for x1, x2, target, output in (map(number, row[:4]) for row in seen["rows"]):  # those of this batch
        assert (np.hypot(x1, x2) < 1.8) == (target == 1) == (output > 0.5)
    expect(page.locator(".plane circle.train")).to_have_count(140)
    expect(page.locator(".plane circle.test")).to_have_count(60)
    page.locator('[data-map="4"]').focus()
    expect(page.locator('.plane[data-node-shown="4"]')).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator('[data-map="4"]')).to_have_attribute("aria-pressed", "true")
    open_lab(page, address, "?lesson=playground&step=6", python=False)
    assert position(page) == (0, 6)  # a place of its own, in the first iteration


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_axe_finds_nothing_on_a_phone(page: Page, address: str, lang: str) -> None:
    page.set_viewport_size(PHONE)
    open_lab(page, address, f"?lesson=playground&lang={lang}", python=False)
    page.locator(".own summary").click()
    assert findings_by_day_and_night(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert beyond(page) == []


def test_a_control_writes_the_program_and_runs_it(playground: Page) -> None:
    playground.locator('[data-constant="l2"]').select_option("0.03")
    settled(playground)
    assert "\nl2 = 0.03\n" in written(playground)
    seen = look(playground)
    assert seen["iteration"] == seen["iterations"] - 1 == 559
    expect(playground.locator("#step")).to_have_attribute("data-check", "agrees")
    button(playground, "add-layer").click()
    playground.locator('[data-layer="3"]').fill("1")
    playground.locator('[data-input="x1*x2"]').check()
    settled(playground)
    assert {"hidden = [4, 2, 1]", 'inputs = ["x1", "x2", "x1*x2"]'} <= set(written(playground).split("\n"))
    expect(playground.locator("[data-map]")).to_have_count(3 + 4 + 2 + 1 + 1)
    playground.locator('[data-constant="dataset"]').select_option('"hills"')
    settled(playground)
    code = written(playground).split("\n")
    assert {'dataset = "hills"', 'cost = "squared"', 'output = "linear"'} <= set(code)
    expect(playground.locator("[data-right]")).to_have_count(0)


def test_the_pictures_follow_the_position(playground: Page) -> None:
    train = playground.locator('[data-error="train"]')
    before = train.inner_text()
    button(playground, "first").click()
    expect(train).not_to_have_text(before, timeout=RUN)
    settled(playground)
    assert number(train.inner_text()) > number(before)


def test_own_points_become_a_list_in_the_program(playground: Page) -> None:
    playground.locator(".own summary").click()
    text = playground.locator("#own-text")
    text.fill("x,y,t\n1,2,0\n1;2\n")
    button(playground, "use-points").click()
    expect(playground.locator(".refused")).to_contain_text("Line 2")
    text.fill("x,y,t\n-1,0.5,0\n1,-0.5,1\n2,2,1\n")
    button(playground, "use-points").click()
    expect(playground.locator(".plane circle.train")).to_have_count(3, timeout=RUN)
    settled(playground)
    expect(playground.locator(".refused")).to_have_count(0)
    playground.locator('[data-mark="minus"]').click()
    plane = playground.locator(".plane")
    box = plane.bounding_box()
    assert box
    plane.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    expect(playground.locator(".plane circle.train")).to_have_count(4, timeout=RUN)
    settled(playground)
    found = re.search(r"^dataset = (\[.*?\])", written(playground), re.DOTALL | re.MULTILINE)
    assert found
    points = ast.literal_eval(found[1])
    assert points[:3] == [(-1, 0.5, 0), (1, -0.5, 1), (2, 2, 1)]
    assert points[3] == (pytest.approx(0.5, abs=0.1), pytest.approx(0.75, abs=0.1), 0)
    assert findings(playground) == []


def choose_file(page: Page, name: str, content: bytes) -> None:
    """By the page's own button."""
    with page.expect_file_chooser() as asked:
        page.locator(".own label.file").click()
    asked.value.set_files({"name": name, "mimeType": "text/csv", "buffer": content})


def test_points_from_a_file(playground: Page) -> None:
    own = playground.locator(".own")
    if own.get_attribute("open") is None:
        own.locator("summary").click()
    refused, dots = playground.locator(".refused"), playground.locator(".plane circle.train")
    good = "\ufeffx;y;t\r\n0,5;-1;1\r\n2;3,25;0\r\n-2;1;1\r\n-1;-1;0\r\n1;1;1\r\n"
    choose_file(playground, "points.csv", good.encode())
    expect(dots).to_have_count(5, timeout=RUN)
    settled(playground)
    before = written(playground)
    found = re.search(r"^dataset = (\[.*?\])", before, re.DOTALL | re.MULTILINE)
    assert found
    assert ast.literal_eval(found[1]) == [(0.5, -1, 1), (2, 3.25, 0), (-2, 1, 1), (-1, -1, 0), (1, 1, 1)]
    expect(refused).to_have_count(0)
    row = b"0.5,-1,1\n"
    for name, content, said in [
        ("broken.csv", b"x,y,t\n0.5,-1,1\n2,blue,0\n", "Line 3: “blue”"),
        ("picture.png", bytes(range(128, 256)) * 40, "no points"),
        ("large.csv", row * 501, "line 501"),
        ("empty.csv", b"", "no points"),
        ("huge.csv", row * 300_000, "line 501"),
    ]:
        choose_file(playground, name, content)
        expect(refused).to_contain_text(said)
        expect(refused).to_have_attribute("role", "alert")
    assert findings(playground) == []
    assert written(playground) == before
    expect(dots).to_have_count(5)
    choose_file(playground, "broken.csv", b"x,y,t\n0.5,-1,1\n2,3,0\n")  # mended, under the same name
    expect(dots).to_have_count(2, timeout=RUN)
    expect(refused).to_have_count(0)
    settled(playground)


def test_numbers_that_run_away_are_explained(playground: Page) -> None:
    source = PROGRAM.replace('activation = "tanh"', 'activation = "relu"').replace(
        'output = "sigmoid"', 'output = "linear"'
    )
    source = source.replace('"cross-entropy"\n', '"squared"\n').replace(
        "learning_rate = 0.3", "learning_rate = 1e9"
    )
    write(playground, source)
    button(playground, "run").click()
    expect(playground.locator(".lost")).to_be_visible(timeout=RUN)
    settled(playground)
    button(playground, "lost").click()
    assert look(playground)["iteration"] < 20
    expect(playground.locator('[data-finding="overflow"]')).to_be_visible()


def test_an_update_divides_by_the_size_of_its_own_batch(playground: Page) -> None:
    """140 points in batches of 50: the last one has 40, with momentum and without."""
    source = edited("playground", ("batch_size = 10", "batch_size = 50"), ("epochs = 40", "epochs = 2"))
    for momentum in ("0", "0.9"):
        run(playground, source.replace("momentum = 0\n", f"momentum = {momentum}\n"))
        settled(playground)
        to_the_last = ["last"]  # step of the run
        to_the_first_update = ["first", "next-iteration", "back"]  # the last step of the first iteration
        for size, way in ((40, to_the_last), (50, to_the_first_update)):
            for action in way:
                walk(playground, action, 1)
            for formula in (".formula:not(.numbers) .terms", ".formula.numbers:not(.result)"):
                shares = playground.locator(formula).last.locator("mfrac > *").all_text_contents()
                assert shares == ["1", str(size)]
            numbers = playground.locator(".formula.numbers:not(.result)").inner_text()
            assert "?" not in numbers
            expect(playground.locator("#step")).to_have_attribute("data-check", "agrees")
