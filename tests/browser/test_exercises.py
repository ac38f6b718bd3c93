"""Exercises (issue 4, point 5): one of each kind, from the list to solved; what is hidden stays hidden; nothing is lost."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from by_hand import one_sample
from lab import (
    PROGRAM,
    button,
    editor,
    lab_with_python,
    look,
    open_lab,
    press,
    run,
    until,
    until_settled,
    walk,
    write,
    written,
)
from playwright.sync_api import Browser, Locator, Page, expect
from test_axe import PHONE, WIDE, findings

KEY = "backprop-lab:progress"
AT = 13  # the step of delta 8 in the first sample, counted from 0


@pytest.fixture(scope="module")
def ready(browser: Browser, address: str) -> Iterator[Page]:
    with lab_with_python(browser, address, "?lesson=xor&lang=en") as page:
        yield page


@pytest.fixture
def lab(ready: Page) -> Page:
    """The lesson with no exercise open and nothing done."""
    if button(ready, "leave-exercise").count():
        button(ready, "leave-exercise").click()
        until_settled(ready)
    if ready.locator(".over").count():
        ready.locator(".over summary").click()
        button(ready, "start-over").click()
    return ready


FOCUSED = "[data-exercise]:focus, [data-exercise] input:focus, .cm-content:focus"


def card(page: Page) -> Locator:
    return page.locator("[data-exercise]")


def start(page: Page, id: str) -> None:
    """From the list at the end of the lesson's text."""
    page.locator(f'[data-exercise-item="{id}"] button').click()
    expect(card(page)).to_have_attribute("data-exercise", id)
    expect(page.locator(FOCUSED)).to_have_count(1)


def answer(page: Page, text: str) -> None:
    card(page).locator("input").fill(text)
    card(page).locator("input").press("Enter")


def replaced(page: Page, old: str, new: str) -> None:
    source = written(page)
    assert source.count(old) == 1
    write(page, source.replace(old, new))


def progress(page: Page) -> Any:
    return json.loads(page.evaluate(f"localStorage.getItem('{KEY}') ?? 'null'"))


def delta_8(seen: dict[str, Any]) -> float:
    """(4.2) by hand, from the output that is shown; the target of the first sample is 0."""
    y = float(seen["outputs"]["8"])
    return y * (1 - y) * (0 - y)


# --- predict ---


def test_a_number_is_hidden_everywhere_until_it_is_predicted(lab: Page) -> None:
    start(lab, "predict-output-delta")
    seen = look(lab)
    assert (seen["iteration"], seen["step"], seen["now"]) == (0, AT, ["8"])
    value = delta_8(seen)
    assert "8" not in seen["deltas"]
    digits = [f"{abs(value):.3g}", f"{abs(value):.4g}", repr(abs(value))]
    shown = lab.locator(".stage").inner_html()
    assert not [d for d in digits if d in shown]
    assert not [d for d in digits if d in seen["said"]]
    lab.locator('[data-node="8"]').hover()
    until_settled(lab)
    assert not [d for d in digits if d in lab.locator(".details").inner_text()]
    for action in ("step", "last"):  # nothing later can be looked at
        expect(button(lab, action)).to_be_disabled()
    button(lab, "next-iteration").click()
    assert look(lab)["step"] == AT
    lab.locator(".menu summary").click()
    expect(lab.locator('[data-take="csv"]')).to_be_disabled()
    lab.keyboard.press("Escape")

    answer(lab, f"{value * 1.04:.4f}".replace("-", "−"))
    expect(card(lab)).to_have_attribute("data-exercise-state", "solved")
    seen = look(lab)
    assert float(seen["deltas"]["8"]) == pytest.approx(value, rel=1e-12)
    assert walk(lab, "step", 1)[-1]["step"] == AT + 1
    assert progress(lab) == {
        "version": 1,
        "lessons": {"xor": {"predict-output-delta": {"done": True, "tries": 1}}},
    }


def test_after_two_tries_it_is_shown_and_another_can_be_tried(lab: Page) -> None:
    start(lab, "predict-output-delta")
    value = delta_8(look(lab))
    answer(lab, "a lot")
    expect(card(lab).locator(".verdict")).to_contain_text("not a number")
    answer(lab, f"{-value}")
    expect(card(lab).locator(".verdict")).to_contain_text("sign")
    assert "8" not in look(lab)["deltas"]
    answer(lab, f"{value * 1.06}")
    expect(card(lab)).to_have_attribute("data-exercise-state", "shown")
    assert float(look(lab)["deltas"]["8"]) == pytest.approx(value, rel=1e-12)
    assert progress(lab)["lessons"]["xor"]["predict-output-delta"] == {"done": False, "tries": 2}
    button(lab, "another").click()
    expect(card(lab)).to_have_attribute("data-exercise-state", "open")
    seen = look(lab)
    assert (seen["sample"], seen["now"]) == (1, ["8"])
    assert "8" not in seen["deltas"]
    y = float(seen["outputs"]["8"])
    answer(lab, repr(y * (1 - y) * (1 - y)))
    expect(card(lab)).to_have_attribute("data-exercise-state", "solved")
    assert progress(lab)["lessons"]["xor"]["predict-output-delta"] == {"done": True, "tries": 3}


def test_a_batch_program_hides_the_number_of_that_sample(page: Page, address: str) -> None:
    open_lab(page, address, "?lesson=two-layer&lang=en&exercise=predict-delta", python=False)
    seen = look(page)
    y = float(seen["outputs"]["4"])
    value = y * (1 - y) * (1 - y)  # of the third sample, whose target is 1
    assert seen["sample"] == 2
    assert "4" not in seen["deltas"]
    assert f"{value:.4g}" not in page.locator(".stage").inner_html()
    answer(page, f"{value:.3f}")
    expect(card(page)).to_have_attribute("data-exercise-state", "solved")
    assert float(look(page)["deltas"]["4"]) == pytest.approx(value, rel=1e-12)


# --- write ---


def test_a_line_is_written_and_judged_by_what_it_does(lab: Page) -> None:
    write(lab, PROGRAM + "# mine\n")
    start(lab, "write-output-delta")
    seen = look(lab)
    assert seen["step"] == AT
    assert seen["marked"].strip().startswith("delta[8] = 0")
    expect(card(lab).locator(".task")).to_contain_text(f"Line {seen['line']} ")

    lab.keyboard.press("Backspace")  # the cursor stands where the 0 is
    lab.keyboard.type("t - y")
    run(lab)
    expect(card(lab).locator(".verdict")).to_contain_text("4.1")
    expect(card(lab)).to_have_attribute("data-exercise-state", "open")

    replaced(lab, "delta[8] = t - y", "delta[8] = (t - y) * (y - y * y)")
    run(lab)
    expect(card(lab)).to_have_attribute("data-exercise-state", "solved")
    expect(card(lab).locator(".verdict")).to_contain_text("Solved")
    expect(card(lab)).to_be_focused()  # so Enter leads on
    assert progress(lab)["lessons"]["xor"]["write-output-delta"] == {"done": True, "tries": 2}

    button(lab, "leave-exercise").click()
    expect(lab.locator('[data-exercise-item="write-output-delta"]')).to_have_attribute("data-done", "")
    assert written(lab) == PROGRAM + "# mine\n"  # the reader's own text was kept
    button(lab, "reset").click()
    start(lab, "write-output-delta")
    assert "(t - y) * (y - y * y)" in written(lab)  # and so was the answer


def test_hints_come_one_by_one(lab: Page) -> None:
    start(lab, "write-hidden-delta")
    for shown in (1, 2):
        button(lab, "hint").click()
        expect(card(lab).locator(".hints li")).to_have_count(shown)
    expect(button(lab, "hint")).to_have_count(0)


# --- find ---


def test_a_mistake_is_pointed_at_and_mended(lab: Page) -> None:
    start(lab, "find-in-the-deltas")
    source = written(lab).split("\n")
    wrong = next(n for n, line in enumerate(source, 1) if "* (t - y)" in line and "delta[j]" in line)
    press(lab, "step", 15)
    expect(lab.locator("[data-check=differs], [data-differs]")).to_have_count(0)  # nothing gives it away
    expect(lab.locator('[data-action="next-disagreement"]')).to_have_count(0)

    lab.locator(".cm-line.now-line").click()  # the line of delta 4: by pointing at it in the code
    answer_field = card(lab).locator("input")
    expect(answer_field).to_have_value(str(wrong))
    answer_field.fill("12")
    answer_field.press("Enter")
    expect(card(lab).locator(".verdict")).to_contain_text("not line 12")
    answer(lab, str(wrong))
    expect(card(lab).locator(".verdict")).to_contain_text(f"line {wrong}")
    expect(card(lab)).to_have_attribute("data-exercise-state", "open")

    replaced(lab, "* w[8, j] * (t - y)", "* w[8, j] * delta[8]")
    run(lab)
    expect(card(lab)).to_have_attribute("data-exercise-state", "solved")
    assert progress(lab)["lessons"]["xor"]["find-in-the-deltas"] == {"done": True, "tries": 3}


def test_after_two_wrong_lines_the_line_is_told(lab: Page) -> None:
    start(lab, "find-in-the-update")
    for line in ("1", "2"):
        answer(lab, line)
    expect(card(lab).locator("form")).to_have_count(0)
    expect(card(lab).locator(".verdict")).to_contain_text("It is line 53")


# --- the way in and out ---


def test_the_address_leads_to_an_exercise_and_back(page: Page, address: str) -> None:
    open_lab(page, address, "?exercise=write-biases&lang=zh", python=False)
    expect(card(page)).to_have_attribute("data-exercise", "write-biases")
    assert look(page)["marked"].strip().startswith("b[j] += 0")
    page.wait_for_url("**exercise=write-biases**")
    button(page, "leave-exercise").click()
    expect(card(page)).to_have_count(0)
    until(page, "!location.search.includes('exercise')")


def test_an_unknown_exercise_is_said(page: Page, address: str) -> None:
    open_lab(page, address, "?exercise=no-such-thing&lang=en", python=False)
    expect(page.locator(".notices")).to_contain_text("no-such-thing")
    expect(card(page)).to_have_count(0)


def test_progress_is_there_after_a_reload_and_can_be_started_over(page: Page, address: str) -> None:
    kept = {"version": 1, "lessons": {"xor": {"write-biases": {"done": True, "tries": 4}}}}
    page.add_init_script(f"localStorage.setItem({KEY!r}, {json.dumps(json.dumps(kept))})")
    open_lab(page, address, "?lesson=xor&lang=en", python=False)
    expect(page.locator(".exercises")).to_contain_text("1 of 9")
    expect(page.locator('[data-exercise-item="write-biases"]')).to_have_attribute("data-done", "")
    page.locator(".over summary").click()
    button(page, "start-over").click()
    expect(page.locator(".exercises")).to_contain_text("0 of 9")
    assert progress(page) == {"version": 1, "lessons": {}}


@pytest.mark.parametrize("kept", ["{", "[]", '{"version": 99, "lessons": {"xor": 1}}', "null"])
def test_damaged_progress_is_no_progress(page: Page, address: str, kept: str) -> None:
    page.add_init_script(f"localStorage.setItem({KEY!r}, {json.dumps(kept)})")
    open_lab(page, address, "?lesson=xor&lang=en", python=False)
    expect(page.locator(".exercises")).to_contain_text("0 of 9")


def test_the_keyboard_alone_leads_through_an_exercise(page: Page, address: str) -> None:
    open_lab(page, address, "?lesson=xor&lang=en", python=False)
    page.locator('[data-exercise-item="predict-output-delta"] button').focus()
    page.keyboard.press("Enter")
    expect(card(page).locator("input")).to_be_focused()
    page.keyboard.type(f"{delta_8(look(page)):.3f}")
    page.keyboard.press("Enter")
    expect(card(page)).to_have_attribute("data-exercise-state", "solved")
    page.keyboard.press("Enter")
    expect(card(page)).to_have_attribute("data-exercise", "write-output-delta")
    expect(page.locator(".cm-content")).to_be_focused()  # where the line is to be written
    until_settled(page)
    in_sight = """() => {
      const box = document.querySelector(".cm-scroller").getBoundingClientRect();
      const line = [...document.querySelectorAll(".cm-line")].find((one) => one.textContent.includes("write (4.1)"));
      const { top, bottom } = line?.getBoundingClientRect() ?? { top: 0, bottom: 0 };
      return top > box.top && bottom < box.bottom;
    }"""
    assert page.evaluate(in_sight)


def test_the_weights_at_the_asked_step_are_those_of_the_equations(page: Page, address: str) -> None:
    """A bias to predict: the old value is not the answer, (4.8) by hand is."""
    open_lab(page, address, "?lesson=xor&lang=en", python=False)
    before = {edge: float(text) for edge, text in look(page)["weights"].items()}
    start(page, "predict-bias")
    seen = look(page)
    assert seen["now"] == ["8-b"]
    assert "8-b" not in seen["weights"]
    list(one_sample(before, (0, 0, 1), 0))
    answer(page, repr(before["8-b"]))
    expect(card(page)).to_have_attribute("data-exercise-state", "solved")


@pytest.mark.parametrize(("lang", "scheme"), [("en", "light"), ("zh", "dark")])
@pytest.mark.parametrize("id", ["predict-output-delta", "write-output-delta", "find-in-the-deltas"])
def test_axe_finds_nothing_beside_an_exercise(
    page: Page, address: str, id: str, lang: str, scheme: Any
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    open_lab(page, address, f"?lang={lang}&exercise={id}", python=False)
    button(page, "hint").click()
    if id != "write-output-delta":
        answer(page, "7")
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        expect(card(page)).to_be_visible()
        assert findings(page) == [], size
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), size
        expect(editor(page)).to_be_visible()
