"""Stepping (issue 2, point 5): the recorded run, step by step, against the equations worked out by hand."""

import re
from collections.abc import Iterator
from itertools import groupby
from math import isclose
from typing import Any

import pytest
from by_hand import SAMPLES, Step, one_iteration, one_sample
from lab import (
    LAST,
    PROGRAM,
    at_the_start,
    button,
    lab_before_python,
    look,
    number,
    open_lab,
    position,
    press,
    walk,
)
from playwright.sync_api import Browser, Page, expect

STRIDE = 64  # of the iterations that the recorded run keeps after the first 20


@pytest.fixture(scope="module")
def opened(browser: Browser, address: str) -> Iterator[Page]:
    """The page while Python is still loading: nothing here needs it."""
    with lab_before_python(browser, address) as page:
        yield page


@pytest.fixture
def lab(opened: Page) -> Page:
    return at_the_start(opened, "quantity")


def weights_of(seen: dict[str, Any]) -> dict[str, float]:
    return {edge: float(text) for edge, text in seen["weights"].items()}


class Ledger:
    """What should be known, step after step: outputs and deltas within a sample, weights for good."""

    def __init__(self, weights: dict[str, float]) -> None:
        self.sample = -1
        self.known: dict[str, dict[str, float]] = {"weights": dict(weights)}

    def take(self, sample: int, step: Step) -> None:
        if sample != self.sample:
            self.sample = sample
            self.known |= {"outputs": {}, "deltas": {}}
        name = {"a": "outputs", "delta": "deltas", "w": "weights"}.get(step.kind)
        if name:
            self.known[name][step.where] = step.value

    def assert_shown(self, seen: dict[str, Any]) -> None:
        for kind, expected in self.known.items():
            assert seen[kind].keys() == expected.keys()
            for name, value in expected.items():
                text = seen[kind][name]
                assert isclose(float(text), value, rel_tol=1e-12, abs_tol=1e-15), (kind, name)
                assert repr(float(text)) == text


def assert_told(seen: dict[str, Any], step: Step) -> None:
    """What is lit, the equation, the line of code, the words, and what a screen reader is told."""
    assert seen["now"] == [step.where]
    assert set(seen["used"]) == step.reads
    assert (seen["equation"], seen["instance"]) == (step.equation, step.instance)
    assert seen["marked"] == PROGRAM.splitlines()[seen["line"] - 1]
    starts = {"a": ("a[", "y ="), "net": "net[", "delta": "delta[", "w": ("w[", "b[")}[step.kind]
    assert seen["marked"].strip().startswith(starts)
    assert seen["words"]
    assert seen["bad_tex"] == 0
    if not seen["said"]:  # nothing was pressed yet
        return
    said = re.match(r"\S+ = ([−+]?[\d.]+(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)\. ", seen["said"])
    assert said, seen["said"]
    assert isclose(number(said[1]), step.value, rel_tol=1e-3)
    assert seen["words"] in seen["said"]
    assert f"step {seen['step'] + 1} of {seen['steps']}" in seen["said"]


def test_every_step_of_the_first_sample(page: Page, address: str) -> None:
    """From a fresh page: before the first press nothing is said."""
    open_lab(page, address, "?lesson=xor&granularity=quantity", python=False)
    start = look(page)
    weights = weights_of(start)
    assert len(weights) == 21
    steps = list(one_sample(weights, *SAMPLES[0]))
    ledger = Ledger(weights_of(start))
    seen = [start, *walk(page, "step", len(steps) - 1)]
    for k, (step, shown) in enumerate(zip(steps, seen, strict=True)):
        assert (shown["iteration"], shown["step"], shown["sample"]) == (0, k, 0)
        assert shown["current"] == [0]
        ledger.take(0, step)
        ledger.assert_shown(shown)
        assert_told(shown, step)
        assert bool(shown["said"]) == (k > 0)
    told = {one[key] for one in seen for key in ("equation", "instance")}
    assert told >= {"3.2", "3.3", *(f"4.{n}" for n in range(1, 9))}


def test_a_later_iteration_node_by_node(lab: Page) -> None:
    lab.get_by_role("slider").press("PageUp")
    lab.locator("footer .size select").select_option("node")
    start = look(lab)
    assert start["iteration"] > 0
    steps = list(one_iteration(weights_of(start)))
    ledger = Ledger(weights_of(start))
    taken = 0
    for shown in [start, *walk(lab, "step", 60)]:
        assert shown["iteration"] == start["iteration"]
        while taken <= shown["step"]:
            ledger.take(*steps[taken])
            taken += 1
        assert shown["sample"] == ledger.sample
        ledger.assert_shown(shown)
        assert_told(shown, steps[shown["step"]][1])
    assert ledger.sample > 1


def stops(granularity: str) -> list[int]:
    """The steps of one iteration at which steps of this size end."""

    def group(entry: tuple[int, tuple[int, Step]]) -> Any:
        k, (sample, step) = entry
        node = step.where.split("-")[0]
        names = {"quantity": k, "node": (sample, step.phase, node), "pass": (sample, step.phase)}
        return {**names, "sample": sample}[granularity]

    numbered = enumerate(one_iteration(dict.fromkeys(ZERO, 0.0)))
    return [list(entries)[-1][0] for _, entries in groupby(numbered, group)]


ZERO = [f"{j}-{i}" for j in (4, 5, 6, 7) for i in (1, 2, 3, "b")] + [f"8-{j}" for j in (4, 5, 6, 7, "b")]


@pytest.mark.parametrize(
    ("granularity", "presses"), [("quantity", 41), ("node", 24), ("pass", 14), ("sample", 6)]
)
def test_steps_of_every_size_and_back(lab: Page, granularity: str, presses: int) -> None:
    """Where each press leads, over the end of an iteration too; and Back undoes Step, number for number."""
    lab.locator("footer .size select").select_option(granularity)
    start = look(lab)
    there = [start, *walk(lab, "step", presses)]
    places = [(iteration, step) for iteration in (0, 1) for step in stops(granularity)]
    expected = [(0, 0), *(place for place in places if place > (0, 0))][: presses + 1]
    assert [(seen["iteration"], seen["step"]) for seen in there] == expected
    back = walk(lab, "back", presses)
    there[0]["said"] = back[-1]["said"]  # at first: what the test before left
    for before, after in zip(there[:-1], back[::-1], strict=True):
        assert before == after


def test_steps_of_an_iteration_keep_the_quantity(lab: Page) -> None:
    press(lab, "step", 13)
    lab.locator("footer .size select").select_option("iteration")
    there = [look(lab), *walk(lab, "step", 3)]
    assert [(s["iteration"], s["step"]) for s in there] == [(k, 13) for k in range(4)]
    assert {tuple(seen["now"]) for seen in there} == {("8",)}
    back = walk(lab, "back", 3)
    assert [s["deltas"] for s in back[::-1]] == [s["deltas"] for s in there[:-1]]


def test_a_step_of_an_iteration_from_its_beginning_completes_it_and_says_what_it_set(lab: Page) -> None:
    lab.locator("footer .size select").select_option("iteration")
    there = walk(lab, "step", 2)
    assert [(s["iteration"], s["step"]) for s in there] == [(0, 155), (1, 155)]
    assert "21 weights moved" in there[0]["words"]
    assert "The error went from 0.6263 to 0.5973." in there[1]["words"]
    assert [(s["iteration"], s["step"]) for s in walk(lab, "back", 2)] == [(0, 155), (0, 0)]


def test_first_last_and_whole_iterations(lab: Page) -> None:
    button(lab, "last").click()
    assert position(lab) == (LAST, 155)
    for action in ("step", "last", "next-iteration"):
        expect(button(lab, action)).to_be_disabled()
    button(lab, "first").click()
    assert position(lab) == (0, 0)
    for action in ("back", "first", "previous-iteration"):
        expect(button(lab, action)).to_be_disabled()
    button(lab, "next-iteration").click()
    assert position(lab) == (1, 0)
    button(lab, "previous-iteration").click()
    assert position(lab) == (0, 0)


def test_the_keys(lab: Page) -> None:
    for key, expected in [
        ("ArrowRight", (0, 1)),
        ("ArrowRight", (0, 2)),
        ("ArrowLeft", (0, 1)),
        ("Shift+ArrowRight", (1, 1)),
        ("Shift+ArrowLeft", (0, 1)),
        ("End", (LAST, 155)),
        ("ArrowRight", (LAST, 155)),
        ("Home", (0, 0)),
        ("ArrowLeft", (0, 0)),
    ]:
        lab.keyboard.press(key)
        assert position(lab) == expected, key


def test_no_key_steps_while_code_is_typed(lab: Page) -> None:
    lab.locator(".cm-content").focus()
    for key in ("ArrowRight", "End", "Shift+ArrowRight"):
        lab.keyboard.press(key)
    assert position(lab) == (0, 0)


def test_the_slider_by_keyboard(lab: Page) -> None:
    slider = lab.get_by_role("slider")
    slider.focus()
    seen = []
    for key in ("ArrowRight", "ArrowUp", "ArrowLeft", "PageUp", "PageDown", "End", "Home"):
        lab.keyboard.press(key)
        seen.append(look(lab)["iteration"])
        expect(slider).to_have_attribute("aria-valuenow", str(seen[-1] + 1))
        assert f"{seen[-1] + 1:,} of 4,000" in (slider.get_attribute("aria-valuetext") or "")
    assert seen[:3] == [1, 2, 1]
    assert seen[3] > 2
    assert seen[4:] == [1, LAST, 0]


def test_the_slider_by_pointer(lab: Page) -> None:
    press(lab, "step", 5)
    box = lab.locator(".loss .u-over").bounding_box()
    here = lab.locator(".loss .here")
    assert box
    middle, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    lab.mouse.move(middle, y)
    lab.mouse.down()
    iteration, step = position(lab)
    assert abs(iteration - LAST / 2) < 2 * STRIDE
    assert step == 5
    marked = here.bounding_box()
    assert marked
    assert abs(marked["x"] + marked["width"] / 2 - middle) < 12
    lab.mouse.move(box["x"] + box["width"] - 1, y, steps=4)
    assert position(lab)[0] > LAST - 2 * STRIDE
    lab.mouse.up()
    lab.mouse.move(middle, y)
    assert position(lab)[0] > LAST - 2 * STRIDE


def test_where_we_are_is_said(lab: Page) -> None:
    lab.get_by_role("slider").press("ArrowRight")
    press(lab, "step", 45)
    assert look(lab)["where"] == "step 46 of 156 · iteration 2 of 4,000 · sample 2 of 4"


@pytest.mark.parametrize("granularity", ["quantity", "sample", "pass"])
def test_the_current_line_is_in_view(lab: Page, granularity: str) -> None:
    lab.locator("footer .size select").select_option(granularity)
    for _ in range(20 if granularity == "quantity" else 5):
        walk(lab, "step", 1)
        expect(lab.locator(".cm-line.now-line")).to_be_in_viewport(ratio=0.9)


def test_playing_moves_the_position_and_a_step_of_the_reader_ends_it(page: Page, address: str) -> None:
    page.clock.install()
    open_lab(page, address, python=False)
    page.keyboard.press("Space")
    expect(button(page, "play")).to_have_attribute("aria-label", "Pause")
    page.clock.run_for(3100)
    assert position(page)[1] >= 3
    page.keyboard.press("ArrowRight")
    expect(button(page, "play")).to_have_attribute("aria-label", "Play")
    stays = position(page)
    page.clock.run_for(5000)
    assert position(page) == stays

    page.get_by_label("Speed of playing").select_option("run")
    button(page, "play").click()
    page.clock.run_for(4000)
    half = position(page)[0]
    assert 1000 < half < 3000
    page.clock.run_for(5000)
    assert position(page)[0] == 3999
    expect(button(page, "play")).to_have_attribute("aria-label", "Play")


SWIPE = """([from, to, up]) => {
  const card = document.querySelector("#step .say");
  const { left, top } = card.getBoundingClientRect();
  const at = (x, y) => new Touch({ identifier: 1, target: card, clientX: left + x, clientY: top + y });
  const init = (touch, type) =>
    ({ bubbles: true, cancelable: true, changedTouches: [touch], touches: type === "touchend" ? [] : [touch] });
  for (const [type, touch] of [["touchstart", at(from, 10)], ["touchend", at(to, 10 + up)]])
    card.dispatchEvent(new TouchEvent(type, init(touch, type)));
}"""


def test_on_a_phone_a_swipe_over_the_card_steps(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_lab(page, address, "?lesson=xor&step=14", python=False)
    for swipe, there in (
        ([200, 80, 5], 15),
        ([200, 80, 5], 16),
        ([80, 200, -8], 15),
        ([200, 170, 0], 15),
        ([200, 100, 90], 15),
    ):
        page.evaluate(SWIPE, swipe)
        assert look(page)["step"] == there, swipe


def test_an_update_is_taken_as_one_step_but_for_what_a_passage_explains(page: Page, address: str) -> None:
    """The usual size of a step. The places of the passages are those of xor's text: w:8-4, w:4-1 and b:4."""
    open_lab(page, address, "?lesson=xor&lang=en&step=16", python=False)
    seen = [look(page), *walk(page, "step", 6)]
    assert [one["step"] for one in seen] == [16, 17, 18, 19, 22, 38, 39]
    assert [one["equation"] for one in seen[2:5]] == ["4.5", "4.5", "4.8"]
    assert all("weights moved" in one["words"] for one in seen[5:6])
    assert not any("moved" in one["words"] for one in seen[:5])
    expect(page.locator("footer .size select")).to_have_value("update")
    open_lab(page, address, "?lesson=xor&lang=en&iteration=64&step=17", python=False)
    there = walk(page, "step", 1)[-1]
    assert there["step"] == 38
    assert there["words"].startswith("21 weights moved; the largest:")
    assert walk(page, "back", 1)[-1]["step"] == 17
