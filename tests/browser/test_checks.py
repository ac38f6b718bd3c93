"""The program against the equations (issue 4, points 1 to 3): each step, marks, findings, gradient check."""

import re
from collections.abc import Iterator
from math import isclose, isnan
from typing import Any

import pytest
from by_hand import ETA, HIDDEN, INPUTS, OUTPUT, SAMPLES, Weights, one_sample, sigmoid
from lab import (
    RUN,
    button,
    in_chinese,
    lab_with_python,
    look,
    open_lab,
    position,
    press,
    run,
    to_the_start,
    until_settled,
    walk,
)
from playwright.sync_api import Browser, Page, expect

from tests.lesson_programs import edited

SHORT = ("range(4000)", "range(20)")
NO_SLOPE = ("delta[8] = y * (1 - y) * (t - y)", "delta[8] = t - y")
WRONG_SIGN = ("w[8, j] += eta", "w[8, j] -= eta")
PER_SAMPLE = 39  # steps of one sample in PROGRAM; the 14th is delta 8
DELTA = 13
CHINESE = re.compile("[一-鿿]")


@pytest.fixture(scope="module")
def lab(browser: Browser, address: str) -> Iterator[Page]:
    with lab_with_python(browser, address) as page:
        yield page


def start(page: Page, *changes: tuple[str, str]) -> None:
    run(page, edited("xor", SHORT, *changes))
    to_the_start(page)


def weights_of(seen: dict[str, Any]) -> Weights:
    return {edge: float(text) for edge, text in seen["weights"].items()}


def verdict(page: Page) -> str | None:
    look(page)
    return page.locator("#step").get_attribute("data-check")


def beside(page: Page) -> tuple[float, float]:
    """The number of the code and that of the equation, to every digit."""
    code, formula = (float(dd.get_attribute("title") or "nan") for dd in page.locator(".check dd").all())
    return code, formula


def marked(page: Page) -> set[str]:
    look(page)
    places = page.locator("[data-node][data-differs], [data-edge][data-differs]").all()
    return {place.get_attribute("data-node") or place.get_attribute("data-edge") or "" for place in places}


def underlined(page: Page) -> set[str]:
    """The underlined text of each line; the symbols in it are elements of their own."""
    look(page)
    lines = page.locator(".cm-line", has=page.locator(".differs-line")).all()
    return {"".join(line.locator(".differs-line").all_inner_texts()) for line in lines}


def test_the_lesson_s_own_run_agrees_at_every_step(page: Page, address: str) -> None:
    open_lab(page, address, python=False)
    for _ in range(PER_SAMPLE):
        seen = look(page)
        assert verdict(page) == ("agrees" if seen["equation"] else None)
        if seen["equation"]:
            code, formula = beside(page)
            assert code == formula
            expect(page.locator(".check")).to_contain_text("agrees")
        walk(page, "step", 1)
    expect(page.locator(".outcome")).to_contain_text("match the equations")
    expect(page.locator(".finding")).to_have_count(0)
    expect(page.locator(".needle")).to_have_attribute("data-needle", "gradient")
    expect(page.locator(".needle")).to_contain_text("0°")
    expect(page.locator(".layers tr[data-state='agrees']")).to_have_count(6)
    expect(button(page, "next-disagreement")).to_have_count(0)
    assert not marked(page) | underlined(page)


def test_both_numbers_stand_side_by_side_and_only_the_mistake_is_blamed(lab: Page) -> None:
    start(lab, NO_SLOPE)
    seen = press(lab, "step", DELTA)
    y, t = float(seen["outputs"]["8"]), SAMPLES[0][1]
    assert verdict(lab) == "differs"
    code, formula = beside(lab)
    assert isclose(code, t - y, rel_tol=1e-12)
    assert isclose(formula, y * (1 - y) * (t - y), rel_tol=1e-9)
    expect(lab.locator(".check")).to_contain_text("differs")
    assert "Differs from the equation, which gives" in look(lab)["said"]
    assert underlined(lab) == {NO_SLOPE[1]}
    lab.locator("footer .size select").select_option("quantity")  # the update not as one step
    for _ in range(PER_SAMPLE - DELTA - 1):  # what follows from the wrong delta is computed rightly from it
        walk(lab, "step", 1)
        assert verdict(lab) == "agrees"
        assert marked(lab) == {"8"}


def test_the_way_from_one_difference_to_the_next(lab: Page) -> None:
    start(lab, NO_SLOPE)
    expect(lab.locator(".outcome")).to_contain_text("20 of 20")
    button(lab, "next-disagreement").click()
    assert position(lab) == (0, DELTA)
    lab.keyboard.press("n")
    assert position(lab) == (0, DELTA + PER_SAMPLE)
    for _ in range(3):
        lab.keyboard.press("n")
    assert position(lab) == (1, DELTA)
    lab.keyboard.press("Shift+N")
    assert position(lab) == (0, DELTA + 3 * PER_SAMPLE)
    for _ in range(4):
        lab.keyboard.press("Shift+N")
    assert position(lab) == (0, DELTA)
    expect(button(lab, "previous-disagreement")).to_be_disabled()
    button(lab, "last").click()
    expect(button(lab, "next-disagreement")).to_be_disabled()
    assert "differs" in (lab.get_by_role("slider").get_attribute("aria-valuetext") or "")


def test_no_key_leads_away_while_code_is_typed(lab: Page) -> None:
    start(lab, NO_SLOPE)
    lab.locator(".cm-content").press("End")
    lab.keyboard.press("n")
    assert position(lab) == (0, 0)


def test_connections_are_marked_too_and_say_so(lab: Page) -> None:
    start(lab, WRONG_SIGN)
    before = weights_of(press(lab, "step", DELTA))
    button(lab, "next-disagreement").click()
    seen = look(lab)
    assert (seen["equation"], seen["now"]) == ("4.5", ["8-4"])
    code, formula = beside(lab)
    change = ETA * float(seen["deltas"]["8"]) * float(seen["outputs"]["4"])
    assert isclose(code, before["8-4"] - change, rel_tol=1e-12)
    assert isclose(formula, before["8-4"] + change, rel_tol=1e-9)
    assert marked(lab) == {"8-4"}
    assert "differs" in (lab.locator('[data-edge="8-4"]').get_attribute("aria-label") or "")
    assert underlined(lab) == {"w[8, j] -= eta * delta[8] * a[j]"}


def test_the_iterations_that_differ_are_marked_on_the_curve(lab: Page) -> None:
    late = (
        "        delta[8] = y * (1 - y) * (t - y)",
        "        delta[8] = (y * (1 - y) if epoch < 15 else 1) * (t - y)",
    )
    start(lab, late)
    expect(lab.locator(".outcome")).to_contain_text("5 of 20")
    reds = lab.locator(".loss canvas").evaluate(
        """(canvas) => {
          const probe = document.createElement("i");
          probe.style.color = "var(--differs)";
          document.body.append(probe);
          const wanted = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
          probe.remove();
          const { data, width } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const at = [];
          for (let i = 0; i < data.length; i += 4)
            if (data[i + 3] > 120 && wanted.every((c, k) => Math.abs(data[i + k] - c) < 40)) 
              at.push((i / 4) % width / width);
          return at;
        }"""
    )
    assert len(reds) > 50
    assert min(reds) > 0.6


def test_the_mistake_is_named_in_both_languages_and_the_answer_is_two_clicks_away(lab: Page) -> None:
    start(lab, NO_SLOPE)
    card = lab.locator('[data-finding="slope-missing-output"]')
    expect(card).to_have_attribute("data-kind", "mistake")
    english = card.locator("p").first.inner_text()
    assert not CHINESE.search(english)
    expect(lab.locator(".findings [role=status]")).to_contain_text(
        re.sub(r"^.*A mistake\.", "", english).strip()
    )
    hint, answer = card.locator("details").first, card.locator("details details")
    expect(answer).not_to_be_visible()
    hint.locator("> summary").click()
    expect(hint.locator("> p")).to_be_visible()
    expect(answer.locator("p")).not_to_be_visible()
    answer.locator("summary").click()
    expect(answer.locator("p")).to_be_visible()
    with in_chinese(lab):
        expect(card.locator("p").first).to_contain_text(CHINESE)
        expect(answer.locator("p")).to_contain_text(CHINESE)
    run(lab, edited("xor", SHORT))
    expect(card).to_have_count(0)
    expect(lab.locator(".outcome")).to_contain_text("match the equations")


def test_a_finding_begins_with_the_button_that_leads_to_its_line(lab: Page) -> None:
    start(lab, NO_SLOPE)
    finding = lab.locator('[data-finding="slope-missing-output"]')
    expect(finding).to_contain_text(re.compile(r"^\s*Line \d+ A mistake"))
    finding.locator('[data-action="show-finding"]').click()
    seen = look(lab)
    assert seen["marked"].strip() == NO_SLOPE[1]
    assert (seen["iteration"], verdict(lab)) == (0, "differs")


def test_another_correct_rule_is_told_calmly(lab: Page) -> None:
    start(lab, (NO_SLOPE[0], f"{NO_SLOPE[1]}; loss = -t * math.log(y) - (1 - t) * math.log(1 - y)"))
    expect(lab.locator(".outcome")).to_contain_text("match the equations")
    rule = lab.locator('.finding[data-kind="rule"]')
    expect(rule).to_contain_text("A different formula, also correct.")
    expect(lab.locator('[data-kind="mistake"]')).to_have_count(0)
    press(lab, "step", DELTA)
    assert verdict(lab) == "agrees"
    with in_chinese(lab):
        expect(rule).to_contain_text(CHINESE)


def error(w: Weights, x: tuple[int, ...], t: int, nudged: str = "", by: float = 0) -> float:
    """4.9 of one sample, run forward with one net or one weight moved a little."""
    moved = {**w, nudged: w[nudged] + by} if nudged in w else w
    net: dict[int, float] = {}
    a = dict(zip(INPUTS, map(float, x)))
    for j, sources in [*((j, INPUTS) for j in HIDDEN), (OUTPUT, HIDDEN)]:
        net[j] = sum(moved[f"{j}-{i}"] * a[i] for i in sources) + moved[f"{j}-b"]
        a[j] = sigmoid(net[j] + (by if nudged == f"net {j}" else 0))
    return (t - a[OUTPUT]) ** 2 / 2


def slope(w: Weights, x: tuple[int, ...], t: int, nudged: str) -> float:
    h = 1e-5
    return (error(w, x, t, nudged, h) - error(w, x, t, nudged, -h)) / (2 * h)


def check_gradient(page: Page) -> dict[tuple[str, int], dict[str, Any]]:
    """The rows of the gradient check of this iteration, all samples, by quantity and sample."""
    panel = page.locator("details.gradient")
    if panel.get_attribute("open") is None:
        panel.locator("summary").click()
    button(page, "gradient").click()
    expect(panel.locator("[role=status]")).to_contain_text("Iteration", timeout=RUN)
    if not panel.get_by_role("checkbox").is_checked():
        panel.get_by_role("checkbox").check()
        until_settled(page)
    rows = panel.locator("[data-gradient]").evaluate_all(
        """(rows) => rows.map((row) => ({
          where: row.dataset.gradient, sample: Number(row.dataset.gradientSample ?? -1), check: row.dataset.check,
          text: row.textContent, numbers: [...row.querySelectorAll("td[title]")].map((td) => td.title) }))"""
    )
    for row in rows:
        row["code"], row["numeric"] = map(float, row["numbers"])
    return {(row["where"], row["sample"]): row for row in rows}


def names(sample: int) -> Iterator[tuple[str, str, str]]:
    """How the table, a nudge and a step by hand name each delta and each weight."""
    for j in (*HIDDEN, OUTPUT):
        yield f"delta:{j}", f"net {j}", f"{j}"
        yield f"b:{j}", f"{j}-b", f"{j}-b"
        for i in HIDDEN if j == OUTPUT else INPUTS:
            yield f"w:{j}-{i}", f"{j}-{i}", f"{j}-{i}"


def test_the_gradient_check_gives_central_differences(lab: Page) -> None:
    start(lab)
    button(lab, "next-iteration").click()
    w = weights_of(look(lab))
    rows = check_gradient(lab)
    for sample, (x, t) in enumerate(SAMPLES):
        for where, nudged, _ in names(sample):
            row = rows[where, sample]
            wanted = -slope(w, x, t, nudged) * (1 if where.startswith("delta") else ETA)
            assert isclose(row["numeric"], wanted, rel_tol=1e-4, abs_tol=1e-9), (where, sample)
            assert isclose(row["code"], wanted, rel_tol=1e-4, abs_tol=1e-9), (where, sample)
            assert row["check"] == "agrees"
        for _ in one_sample(w, x, t):
            pass
    expect(lab.locator(".gradient [role=status]")).to_contain_text(f"all {len(rows)} numbers agree")


def test_the_gradient_check_sees_everything_the_mistake_spoils(lab: Page) -> None:
    start(lab, NO_SLOPE)
    rows = check_gradient(lab)
    w = weights_of(look(lab))
    x, t = SAMPLES[0]
    for where, nudged, _ in names(0):
        row = rows[where, 0]
        assert (row["check"] == "differs") == (abs(row["numeric"]) > 1e-9), where
        if where == "delta:8":
            assert isclose(row["numeric"], -slope(w, x, t, nudged), rel_tol=1e-4)
            assert not isclose(row["code"], row["numeric"], rel_tol=0.1)
            assert "differs" in row["text"]


def test_pointing_at_a_row_lights_its_node(lab: Page) -> None:
    start(lab)
    check_gradient(lab)
    lab.locator('[data-gradient="delta:8"]').first.hover()
    expect(lab.locator('[data-node="8"]')).to_have_attribute("data-lit", "")
    lab.mouse.move(0, 0)  # else the row that scrolls under the pointer is lit
    lab.locator('[data-gradient="w:8-4"] button').first.focus()
    expect(lab.locator('[data-edge="8-4"]')).to_have_attribute("data-lit", "")


def test_a_run_asked_for_during_the_gradient_check_waits_for_it(lab: Page) -> None:
    start(lab, ("range(20)", "range(3000)"))
    lab.locator("details.gradient").evaluate("(panel) => { panel.open = true; }")
    lab.evaluate(
        """() => {
          document.querySelector('[data-action="gradient"]').click();
          document.querySelector('[data-action="run"]').click();
        }"""
    )
    expect(lab.locator("html")).to_have_attribute("data-run", "idle", timeout=RUN)
    expect(lab.locator(".error")).to_have_count(0)
    assert look(lab)["iterations"] == 3000


def test_not_a_number_is_not_blamed(lab: Page) -> None:
    start(lab, ("eta = 0.5", "eta = float('nan')"))
    button(lab, "last").click()
    assert isnan(float(look(lab)["weights"]["8-4"]))
    assert verdict(lab) != "differs"


def test_a_program_without_deltas_is_compared_as_far_as_it_goes(lab: Page) -> None:
    run(lab, "w, b, a, net = {}, {}, {}, {}\nfor epoch in range(3):\n    a[1] = 1\n")
    expect(lab.locator(".error, .findings")).not_to_have_count(0)
    assert verdict(lab) is None


def test_the_panels_can_be_left_out(page: Page, address: str) -> None:
    open_lab(page, address, "?hide=findings,gradient", python=False)
    expect(page.locator(".editor")).to_be_visible()
    expect(page.locator(".findings, .gradient")).to_have_count(0)
    open_lab(page, address, "?hide=editor,output,network,samples", python=False)
    expect(page.locator(".findings")).to_be_visible()
    expect(page.locator(".gradient")).to_be_visible()


def test_it_learns_and_it_is_right_are_two_statements(lab: Page) -> None:
    """Without the hidden slope the program still goes downhill; with a learning rate below 0 it is right and goes uphill."""
    start(lab, ("a[j] * (1 - a[j]) * w[8, j]", "w[8, j]"))
    needle = lab.locator(".needle")
    expect(needle).to_have_attribute("data-needle", "downhill")
    expect(needle).to_contain_text("still downhill")
    expect(needle.get_by_role("img")).to_have_accessible_name(re.compile(r"\d+°.*still downhill"))
    expect(lab.locator(".layers")).to_have_attribute("open", "")
    expect(lab.locator("[data-part=delta][data-judged='1']")).to_have_attribute("data-state", "differs")
    expect(lab.locator("[data-part=weights][data-judged='1']")).to_contain_text("follows from line 47")
    factors = lab.locator("[data-finding=slope-missing-hidden] .factors")
    expect(factors.locator("tr").first.locator("[data-state=missing] .hole")).to_have_text("missing")
    expect(factors.locator("tr").last.locator("[data-state=missing] .box")).to_contain_text("0.2222")
    factors.locator("[data-state=missing] [data-action=show-line]").click()
    look(lab)
    start(lab, ("eta = 0.5", "eta = -0.5"))
    expect(needle).to_contain_text("180°")
    expect(needle).to_have_attribute("data-needle", "uphill")
    expect(lab.locator(".outcome.agrees")).to_be_visible()
    with in_chinese(lab):
        expect(needle).to_contain_text("上坡")
