"""Whole runs: all samples at once, other programs of a lesson, the curves over time, two runs side by side."""

import csv
import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

ELEVEN = "?lesson=eleven-lines&lang=en"


@pytest.fixture
def opened(page: Page, address: str) -> Page:
    page.goto(address + ELEVEN + "&iteration=256&step=67&sample=1")
    expect(page.locator("footer")).to_have_attribute("data-steps", "68", timeout=30_000)
    return page


def numbers(page: Page, name: str) -> list[str | None]:
    return [node.get_attribute(f"data-{name}") for node in page.locator("[data-node]").all()]


def test_a_sum_over_samples_shows_each_and_a_strip_shows_all(opened: Page) -> None:
    terms = opened.locator(".step .numbers:not(.result) [data-ref]").all()
    refs = [term.get_attribute("data-ref") for term in terms]
    assert refs == ["w:7-3", *(ref for s in range(4) for ref in (f"delta:7/{s}", f"a:3/{s}"))]
    assert opened.locator("[data-node='7'] .strip [data-known]").count() == 4


def test_choosing_a_sample_changes_the_numbers_in_place(opened: Page) -> None:
    before = numbers(opened, "output")
    opened.get_by_role("button", name="Show sample 3").press("Enter")
    expect(opened.locator("footer")).to_have_attribute("data-sample", "2")
    expect(opened.locator("footer")).to_have_attribute("data-step", "67")
    assert [a for a in numbers(opened, "output")[:3] if a] == ["1.0", "0.0", "1.0"]
    assert numbers(opened, "output") != before
    opened.locator("[data-sample-row='1']").click()
    expect(opened.locator("footer")).to_have_attribute("data-sample", "1")
    assert numbers(opened, "output") == before


def test_sample_by_sample_choosing_goes_to_the_same_place(page: Page, address: str) -> None:
    page.goto(address + "?lesson=xor&lang=en&step=13")
    expect(page.locator("#step")).to_have_attribute("data-equation", "4.1")
    page.get_by_role("button", name="Show sample 3").click()
    expect(page.locator("footer")).to_have_attribute("data-step", str(13 + 2 * 39))
    expect(page.locator("#step")).to_have_attribute("data-equation", "4.1")


def test_a_step_of_one_line_takes_all_its_samples(page: Page, address: str) -> None:
    page.goto(address + ELEVEN)
    page.get_by_label("one step is").select_option("line")
    seen = []
    for _ in range(7):
        page.locator("[data-action=step]").click()
        page.evaluate("new Promise(requestAnimationFrame)")
        line = page.locator("[data-line]").get_attribute("data-line")
        seen.append((line, page.locator("footer").get_attribute("data-step")))
    assert seen[:3] == [("22", "11"), ("23", "27"), ("24", "31")]
    assert [step for _, step in seen[3:6]] == ["35", "51", "55"]


def test_another_program_has_its_own_run_and_its_own_edits(opened: Page) -> None:
    opened.locator(".editor [role=textbox]").fill("x = 1\n")
    chooser = opened.get_by_label("Program", exact=True)
    chooser.select_option("fifty-thousand")
    expect(opened.locator("footer")).to_have_attribute("data-iterations", "50000")
    expect(opened.locator(".cm-content")).to_contain_text("range(50000)")
    opened.wait_for_url("**program=fifty-thousand**")
    opened.locator(".editor [role=textbox]").press("ControlOrMeta+z")
    expect(opened.locator(".cm-content")).to_contain_text("range(50000)")
    chooser.select_option("program")
    expect(opened.locator(".cm-content")).to_have_text("x = 1")


def test_a_chosen_connection_has_its_history(opened: Page) -> None:
    opened.locator("[data-node='4']").focus()
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("Enter")
    expect(opened.locator("[data-edge='4-1']")).to_have_attribute("data-pinned", "")
    expect(opened.locator(".history .legend")).to_contain_text("w₄₁")
    opened.keyboard.press("Escape")
    expect(opened.locator(".history")).to_have_count(0)


def test_a_kept_run_beside_the_next(opened: Page) -> None:
    opened.locator("[data-action=keep]").click()
    expect(opened.locator(".details")).to_contain_text("The same as in the kept run")
    opened.get_by_role("slider").press("End")
    opened.get_by_label("Program", exact=True).select_option("fifty-thousand")
    opened.locator("[data-action=last]").click()
    expect(opened.locator(".differences tbody tr").first).to_be_visible()
    opened.locator("[data-action=let-go]").click()
    expect(opened.locator(".differences")).to_have_count(0)


def test_the_curve_can_be_logarithmic(opened: Page) -> None:
    log = opened.locator("[data-action=log]")
    log.click()
    expect(log).to_have_attribute("aria-pressed", "true")
    opened.wait_for_url("**log=1**")
    opened.reload()
    expect(log).to_have_attribute("aria-pressed", "true")


def taken(page: Page, kind: str) -> Path:
    page.locator(".menu summary", has_text="Take away").click()
    with page.expect_download() as download:
        page.locator(f"[data-take={kind}]").click()
    assert download.value.suggested_filename == f"eleven-lines.{kind}"
    return Path(download.value.path())


def test_what_can_be_taken_away(opened: Page) -> None:
    program = taken(opened, "py").read_text()
    cells = json.loads(taken(opened, "ipynb").read_text())["cells"]
    assert "".join(cells[1]["source"]) == program
    with taken(opened, "csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    edge = opened.locator("[data-edge='7-3']")
    assert (len(rows), rows[67]["quantity"]) == (68, "w:7-3")
    assert rows[67]["value"] == edge.get_attribute("data-weight")
    assert "<svg" in taken(opened, "svg").read_text()
    assert taken(opened, "png").read_bytes().startswith(b"\x89PNG")
