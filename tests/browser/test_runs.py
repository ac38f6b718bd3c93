"""Whole runs: all samples at once, other programs of a lesson, the curves over time, two runs side by side."""

import contextlib
import csv
import io
from pathlib import Path

import nbformat
import pytest
from lab import open_lab, run, until_settled, wait_ready, write
from playwright.sync_api import Page, expect

ELEVEN = "?lesson=eleven-lines&lang=en"
LATE = "&iteration=256&step=67&sample=1"


@pytest.fixture
def opened(page: Page, address: str) -> Page:
    """A place late in the lesson's own run, which needs no Python."""
    open_lab(page, address, ELEVEN + LATE, python=False)
    expect(page.locator("footer")).to_have_attribute("data-steps", "68")
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
    open_lab(page, address, "?lesson=xor&lang=en&step=13", python=False)
    expect(page.locator("#step")).to_have_attribute("data-equation", "4.1")
    page.get_by_role("button", name="Show sample 3").click()
    expect(page.locator("footer")).to_have_attribute("data-step", str(13 + 2 * 39))
    expect(page.locator("#step")).to_have_attribute("data-equation", "4.1")


def test_a_step_of_one_line_takes_all_its_samples(page: Page, address: str) -> None:
    open_lab(page, address, ELEVEN, python=False)
    page.get_by_label("step by").select_option("line")
    seen = []
    for _ in range(7):
        page.locator("[data-action=step]").click()
        until_settled(page)
        line = page.locator("[data-line]").get_attribute("data-line")
        seen.append((line, page.locator("footer").get_attribute("data-step")))
    assert seen[:3] == [("22", "11"), ("23", "27"), ("24", "31")]
    assert [step for _, step in seen[3:6]] == ["35", "51", "55"]


def test_a_step_of_one_line_shows_the_sample_that_was_chosen(page: Page, address: str) -> None:
    open_lab(page, address, ELEVEN + "&granularity=line&sample=1&step=31", python=False)
    footer, shown = page.locator("footer"), page.locator("[data-node='8']")
    expect(footer).to_have_attribute("data-sample", "1")
    expect(
        page.locator(".step .numbers [data-ref='a:7/1'], .step .numbers [data-ref='a:7']").first
    ).to_be_visible()
    outputs = {1: shown.get_attribute("data-output")}
    for sample in (0, 3, 2):
        page.get_by_role("button", name=f"Show sample {sample + 1}").click()
        expect(footer).to_have_attribute("data-sample", str(sample))
        expect(footer).to_have_attribute("data-step", "31")
        outputs[sample] = shown.get_attribute("data-output")
    assert None not in outputs.values()
    assert len(set(outputs.values())) == 4
    page.locator("[data-action=step]").click()
    expect(footer).to_have_attribute("data-step", "35")
    expect(footer).to_have_attribute("data-sample", "2")


def test_another_program_has_its_own_run_and_its_own_edits(opened: Page) -> None:
    write(opened, "x = 1\n")
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
    names = opened.locator(".differences th").all_inner_texts()
    largest = "".join(name[0] for name in names[:6])  # what differs most, as a part of itself, comes first
    assert largest == "δδδδδa"
    assert names[-1] == "y₁"
    opened.locator("[data-action=let-go]").click()
    expect(opened.locator(".differences")).to_have_count(0)


def test_a_kept_run_says_which_it_is_and_outlives_the_next_program(page: Page, address: str) -> None:
    open_lab(page, address, ELEVEN + LATE)
    page.locator("[data-action=keep]").click()
    expect(page.locator(".legend")).to_contain_text("kept: 60,000 iterations")
    page.get_by_label("Program", exact=True).select_option("fifty-thousand")
    expect(page.locator("footer")).to_have_attribute("data-iterations", "50000")
    expect(page.locator(".legend")).to_contain_text("kept: 60,000 iterations")
    page.locator("[data-action=let-go]").click()
    wait_ready(page)
    run(page, "iteration = 0\nfor iteration in range(9):\n    l2_delta = l2 = iteration / 8\n")
    page.locator("[data-action=keep]").click()
    expect(page.locator(".legend")).to_contain_text("kept: 50,000 iterations, with the outputs, edited")


def test_the_curve_is_dragged_with_the_pointer(opened: Page) -> None:
    box = opened.locator(".loss .u-over").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    opened.mouse.move(box["x"] + 2, middle)
    opened.mouse.down()
    seen = []
    for part in (0.25, 0.5, 0.75):
        opened.mouse.move(box["x"] + part * box["width"], middle, steps=10)
        until_settled(opened)
        seen.append(int(opened.locator("footer").get_attribute("data-iteration") or -1))
    opened.mouse.up()
    opened.mouse.move(box["x"], middle)
    for there, part in zip(seen, (0.25, 0.5, 0.75), strict=True):
        assert abs(there - part * 60_000) < 1_000
    expect(opened.locator("footer")).to_have_attribute("data-iteration", str(seen[-1]))


# Two chunks of ten iterations of three numbers each; with the second, only every fourth is kept.
THINNED = """async () => {
  const { append, createRecording } = await import("/recording/store.js");
  const { historyOf } = await import("/recording/read.js");
  const step = { line: 1, phase: "update", equation: null, instance: null, sets: "w:2-1", at: 0, reads: [], checked: false };
  const chunk = (first, stride) => {
    const rows = Array.from({ length: 10 }, (_, i) => [first + i, 0, 1, 0, -1, 0]).flat();
    const values = Array.from({ length: 10 }, (_, i) => [first + i, 0.5, first + i + 1]).flat();
    const news = first ? [] : [{ length: 1, steps: [step], also: [] }];
    return {
      header: { network: null, patterns: news, layouts: first ? [] : [["w:2-1", "eta"]], samples: [], notices: [],
        instances: {}, output: "", rule: null, iterations: first + 10, stride, end: null, error: null },
      index: Int32Array.from(rows), values: Float64Array.from(values), loss: new Float64Array(10),
    };
  };
  const recording = createRecording();
  append(recording, chunk(0, 1));
  append(recording, chunk(10, 4));
  const held = [...new Set(recording.places.map(({ chunk }) => chunk))];
  return {
    kept: recording.kept,
    weights: historyOf(recording, "w:2-1", -1),
    doubles: held.reduce((sum, { values }) => sum + values.length, 0),
    integers: held.reduce((sum, { index }) => sum + index.length, 0),
  };
}"""


def test_what_a_thinned_run_lets_go_of_is_no_longer_held(modules: Page) -> None:
    seen = modules.evaluate(THINNED)
    assert seen["kept"] == seen["weights"] == [0, 4, 8, 12, 16]
    assert (seen["doubles"], seen["integers"]) == (5 * 3, 5 * 6)


def test_the_curve_can_be_logarithmic(opened: Page) -> None:
    log = opened.locator("[data-action=log]")
    log.click()
    expect(log).to_have_attribute("aria-pressed", "true")
    opened.wait_for_url("**log=1**")
    opened.reload()
    expect(log).to_have_attribute("aria-pressed", "true")


def taken(page: Page, kind: str) -> Path:
    page.locator(".menu summary").click()
    with page.expect_download() as download:
        page.locator(f"[data-take={kind}]").click()
    assert download.value.suggested_filename == f"eleven-lines.{kind}"
    return Path(download.value.path())


def test_what_can_be_taken_away(opened: Page) -> None:
    program = taken(opened, "py").read_text()
    notebook = nbformat.read(taken(opened, "ipynb"), as_version=4)
    nbformat.validate(notebook)
    [code] = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert code == program
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(code, "notebook", "exec"), {"__name__": "__main__"})
    assert printed.getvalue().startswith("0 error 0.4964100319")  # as published
    with taken(opened, "csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    edge = opened.locator("[data-edge='7-3']")
    assert (len(rows), rows[67]["quantity"]) == (68, "w:7-3")
    assert rows[67]["value"] == edge.get_attribute("data-weight")
    assert "<svg" in taken(opened, "svg").read_text()
    assert taken(opened, "png").read_bytes().startswith(b"\x89PNG")
