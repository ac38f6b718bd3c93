"""The views (issue 2, points 4 to 6): linked numbers, signs, samples, the lesson, the run baked beforehand."""

from collections.abc import Iterator
from math import isclose

import pytest
from by_hand import HIDDEN, OUTPUT, SAMPLES, one_sample
from lab import (
    PROGRAM,
    READY,
    RUN,
    at_the_start,
    button,
    lab_before_python,
    look,
    number,
    open_lab,
    press,
    until_settled,
    walk,
)
from playwright.sync_api import Browser, Page, Route, expect


@pytest.fixture(scope="module")
def opened(browser: Browser, address: str) -> Iterator[Page]:
    with lab_before_python(browser, address) as page:
        yield page


@pytest.fixture
def lab(opened: Page) -> Page:
    return at_the_start(opened, "update")


def test_pointing_at_a_node_lights_its_numbers(lab: Page) -> None:
    press(lab, "step", 14)  # delta 4
    number_in_formula = lab.locator('#step math [data-ref="delta:8"]').first
    expect(number_in_formula).not_to_have_attribute("data-lit", "")
    lab.locator('[data-node="8"]').hover()
    expect(number_in_formula).to_have_attribute("data-lit", "")
    lab.locator("header .name").hover()
    expect(lab.locator("[data-lit]")).to_have_count(0)


def test_pointing_at_a_number_lights_its_node(lab: Page) -> None:
    press(lab, "step", 14)
    lab.locator('#step math [data-ref="delta:8"]').first.hover()
    expect(lab.locator('[data-node="8"]')).to_have_attribute("data-lit", "")
    lab.locator('#step math [data-ref="w:8-4"]').first.hover()
    expect(lab.locator('[data-edge="8-4"]')).to_have_attribute("data-lit", "")
    expect(lab.locator('[data-node="8"]')).not_to_have_attribute("data-lit", "")


def test_a_symbol_in_the_code_explains_itself_and_lights_what_it_is(lab: Page) -> None:
    press(lab, "step", 14)  # delta of node 4, line 47
    here = lab.locator(".cm-line.now-line .symbol")
    weight = here.get_by_text("w[8, j]", exact=True)
    weight.hover()
    expect(lab.locator('[data-edge="8-4"]')).to_have_attribute("data-lit", "")
    meaning = lab.locator('[data-meaning="w:8-4"]')
    expect(meaning).to_contain_text("is a weight")
    expect(meaning).to_contain_text("Set in line 51")
    expect(lab.locator(".now-line .symbol-lit")).to_have_text("w[8, j]")
    lab.locator('#step math [data-ref="w:8-4"]').first.hover()  # and the other way round
    expect(lab.locator(".now-line .symbol-lit")).to_have_text("w[8, j]")
    weight.click()
    lab.mouse.move(1, 1)  # a pointer that rests on a symbol lights it again whenever the page moves under it
    until_settled(lab)
    told = []
    for _ in range(12):  # by keyboard from this symbol into the next, delta[8]
        lab.keyboard.press("ArrowRight")
        until_settled(lab)
        told += lab.locator(".details [data-meaning]").evaluate_all(
            "(all) => all.map((one) => one.dataset.meaning)"
        )
    assert "delta:8" in told
    lab.keyboard.press("Escape")
    expect(lab.locator(".details.lit")).to_have_count(0)


def test_a_focused_node_shows_every_digit(lab: Page) -> None:
    seen = press(lab, "step", 17)
    lab.locator('[data-node="4"]').focus()
    expect(lab.locator('[data-node="4"]')).to_have_attribute("data-lit", "")
    digits = lab.locator(".details td").all_inner_texts()
    assert seen["outputs"]["4"] in digits
    assert seen["deltas"]["4"] in digits
    for source in ("1", "2", "3", "b"):
        assert seen["weights"][f"4-{source}"] in digits


def test_delta_is_said_by_sign_colour_and_ring(lab: Page) -> None:
    seen = press(lab, "step", 17)
    rings = []
    for j in (*HIDDEN, OUTPUT):
        node = lab.locator(f'[data-node="{j}"]')
        delta = float(seen["deltas"][str(j)])
        sign, size = (node.locator(".below").text_content() or "").split()[1][:1], abs(delta)
        assert sign == ("+" if delta > 0 else "−")
        assert isclose(number((node.locator(".below").text_content() or "").split()[1]), delta, rel_tol=5e-3)
        style = node.locator(".ring").evaluate(
            "(ring) => [getComputedStyle(ring).stroke, getComputedStyle(ring).strokeWidth]"
        )
        rings.append((size, float(style[1].removesuffix("px")), sign, style[0]))
    assert [width for _, width, _, _ in sorted(rings)] == sorted(width for _, width, _, _ in rings)
    colours = {sign: {ring[3] for ring in rings if ring[2] == sign} for sign in "+−"}
    assert all(len(of_sign) == 1 for of_sign in colours.values())
    assert colours["+"] != colours["−"]


def test_the_samples_table_follows(lab: Page) -> None:
    rows = look(lab)["rows"]
    assert [tuple(map(float, row[:4])) for row in rows] == [(*x, t) for x, t in SAMPLES]
    assert {row[4] for row in rows} == {"–"}
    lab.locator("footer .size select").select_option("quantity")
    seen = press(lab, "step", 39 + 12)  # the second sample's output has just been computed
    assert seen["current"] == [1]
    assert isclose(number(seen["rows"][1][4]), float(seen["outputs"]["8"]), rel_tol=5e-3)
    assert [row[4] == "–" for row in seen["rows"]] == [False, False, True, True]


def test_at_the_end_the_four_outputs_are_clearly_right(lab: Page) -> None:
    button(lab, "last").click()
    seen = look(lab)
    for (_, t), row in zip(SAMPLES, seen["rows"], strict=True):
        assert abs(number(row[4]) - t) < 0.1
    weights = {edge: float(text) for edge, text in seen["weights"].items()}
    for x, t in SAMPLES:
        output = [step.value for step in one_sample(dict(weights), x, t) if step.kind == "a"][-1]
        assert abs(output - t) < 0.1


def test_what_was_printed_is_shown(lab: Page) -> None:
    expect(lab.locator(".output pre")).to_contain_text("1 xor 0 = 0.9")


def test_the_lesson_s_text_is_set_with_its_equations(lab: Page) -> None:
    lab.locator(".menu summary").click()
    lab.locator('.menu a[href="#lesson"]').click()
    expect(lab.locator("#lesson h1")).to_be_in_viewport()
    assert lab.locator("#lesson math").count() > 10
    assert lab.locator("#lesson merror, #lesson .temml-error").count() == 0
    assert "$" not in (lab.locator("#lesson").text_content() or "")


def test_the_code_shows_which_equation_each_line_computes(page: Page, address: str) -> None:
    open_lab(page, address, python=False)  # the editor draws the lines near to those in sight
    lines = page.locator(".cm-gutter.equations .cm-gutterElement").all_inner_texts()
    assert {"3.2", "3.3", "4.1", "4.3", "4.5", "4.8"} <= set(lines)


def test_the_recorded_run_serves_until_python_is_ready_and_a_run_waits_for_it(
    page: Page, address: str
) -> None:
    held: list[Route] = []
    page.route("**/python/worker.*", lambda route: held.append(route))
    open_lab(page, address)
    status = page.locator(".status")
    expect(page.locator("html")).to_have_attribute("data-python", "loading")
    expect(status).to_contain_text("Recorded run")
    expect(status).to_contain_text("Python: ")
    seen = press(page, "step", 13)
    assert (seen["step"], seen["equation"]) == (13, "4.1")
    button(page, "run").click()
    expect(status).to_contain_text("Runs once Python is here")
    assert walk(page, "step", 1)[-1]["step"] == 14
    held[0].continue_()
    expect(status).to_contain_text("Your run", timeout=READY + RUN)
    expect(status).not_to_contain_text("Recorded run")
    expect(page.locator("html")).to_have_attribute("data-run", "idle", timeout=RUN)
    after = look(page)
    assert (after["iterations"], after["step"], after["equation"]) == (4000, 14, "4.3")
    for j, delta in seen["deltas"].items():
        assert isclose(float(after["deltas"][j]), float(delta), rel_tol=1e-12)
    assert PROGRAM.splitlines()[after["line"] - 1] == after["marked"]


def test_python_that_does_not_come_is_said_and_tried_again(
    page: Page, address: str, expected_errors: list[str]
) -> None:
    expected_errors.append("503")
    page.route("**/python/worker.*", lambda route: route.fulfill(status=503))
    open_lab(page, address)
    expect(page.locator("html")).to_have_attribute("data-python", "failed")
    expect(page.locator(".status")).to_contain_text("refuses to send python/worker")
    expect(button(page, "run")).to_be_disabled()
    assert walk(page, "step", 1)[-1]["step"] == 1
    page.unroute("**/python/worker.*")
    button(page, "retry").click()
    expect(page.locator("html")).to_have_attribute("data-python", "ready", timeout=READY)
    expect(button(page, "run")).to_be_enabled()


def test_symbols_explain_themselves_and_the_question_mark_explains_signs_and_keys(
    page: Page, address: str
) -> None:
    open_lab(page, address, "?lesson=xor&step=14&lang=en", python=False)
    page.locator('[data-node="8"]').focus()
    meaning = page.locator('[data-meaning="delta:8"]')
    expect(meaning).to_contain_text("is the delta of node 8")
    expect(meaning).to_contain_text("Set in line 45 (4.1). Read in lines 47, 51, 55.")
    page.locator(".samples").get_by_role("columnheader", name="target").focus()
    expect(page.locator('[data-meaning="t:8"]')).to_contain_text("target")
    page.locator(".samples tr[aria-current] td").first.hover()
    expect(page.locator('[data-meaning="a:1"]')).to_contain_text("is an input of the sample")
    button(page, "legend").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("A ring is the delta of the node")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("?")
    expect(dialog).to_contain_text("Shift + → ←")
    page.keyboard.press("Escape")
    assert look(page)["step"] == 14
