"""Editing and running (issue 2, the main job and points 3, 6, 9): what is shown is what the edited program did."""

from collections.abc import Iterator
from math import isclose
from typing import Any

import pytest
from by_hand import SAMPLES, one_sample
from lab import (
    PROGRAM,
    button,
    editor,
    lab_with_python,
    look,
    open_lab,
    press,
    run,
    to_the_start,
    until,
    wait_ready,
    walk,
    write,
    written,
)
from playwright.sync_api import Browser, Page, expect

from tests.lesson_programs import edited

SHORT = ("range(4000)", "range(20)")  # a run that is over at once
STALE = "You changed the code"


@pytest.fixture(scope="module")
def ready(browser: Browser, address: str) -> Iterator[Page]:
    with lab_with_python(browser, address) as page:
        yield page


@pytest.fixture
def lab(ready: Page) -> Page:
    """The page with a short run of the lesson's own program, at its first step."""
    run(ready, edited("xor", SHORT))
    to_the_start(ready)
    return ready


def first_sample(page: Page, source: str, steps: int) -> list[dict[str, Any]]:
    """Runs a program and looks at so many steps from the start."""
    run(page, source)
    to_the_start(page)  # a run that differs leads to its first difference
    return [look(page), *walk(page, "step", steps - 1)]


def weights_of(seen: dict[str, Any]) -> dict[str, float]:
    return {edge: float(text) for edge, text in seen["weights"].items()}


def test_the_run_is_what_plain_python_computes(lab: Page) -> None:
    names: dict[str, Any] = {}
    exec(compile(edited("xor", SHORT), "program", "exec"), names)
    button(lab, "last").click()
    seen = look(lab)
    assert (seen["iteration"], seen["step"], seen["iterations"]) == (19, 155, 20)
    for (j, i), value in names["w"].items():
        assert isclose(float(seen["weights"][f"{j}-{i}"]), value, rel_tol=1e-9)
    for j, value in names["b"].items():
        assert isclose(float(seen["weights"][f"{j}-b"]), value, rel_tol=1e-9)
    for row, answer in zip(seen["rows"], names["answers"].values(), strict=True):
        assert isclose(float(row[4]), answer, rel_tol=5e-3)


def test_every_iteration_of_a_run_is_kept(lab: Page) -> None:
    button(lab, "next-iteration").click()
    assert look(lab)["iteration"] == 1


def test_another_learning_rate(ready: Page) -> None:
    seen = first_sample(ready, edited("xor", SHORT, ("eta = 0.5", "eta = 0.25")), 39)
    steps = list(one_sample(weights_of(seen[0]), *SAMPLES[0], eta=0.25))
    for step, shown in zip(steps, seen, strict=True):
        if step.kind == "w":
            assert isclose(float(shown["weights"][step.where]), step.value, rel_tol=1e-12)


def test_a_wrong_delta_is_shown_as_the_program_computed_it(ready: Page) -> None:
    seen = first_sample(
        ready, edited("xor", SHORT, ("delta[8] = y * (1 - y) * (t - y)", "delta[8] = t - y")), 14
    )
    assert isclose(float(seen[-1]["deltas"]["8"]), -float(seen[-1]["outputs"]["8"]), rel_tol=1e-12)


def test_a_line_taken_out_is_a_step_less(ready: Page) -> None:
    seen = first_sample(ready, edited("xor", SHORT, ("            b[j] += eta * delta[j]\n", "")), 39)
    assert seen[0]["steps"] == 156 - 4 * 4
    assert [s["now"] for s in seen if s["equation"] == "4.8"] == [["8-b"]]
    assert {s["weights"]["4-b"] for s in seen} == {seen[0]["weights"]["4-b"]}


def test_a_renamed_delta_is_found_and_can_be_stepped(ready: Page) -> None:
    run(ready, edited("xor", SHORT, ("delta", "d")))
    seen = [look(ready), *walk(ready, "step", 20)]
    assert {s["equation"] for s in seen} >= {"3.2", "3.3", "4.1", "4.3"}
    assert any(s["deltas"] for s in seen)


def test_an_edit_makes_the_picture_stale_until_it_is_undone(lab: Page) -> None:
    main = lab.locator("main")
    expect(lab.locator(".status")).not_to_contain_text(STALE)
    marked = look(lab)["marked"]
    editor(lab).press("ControlOrMeta+Home")
    lab.keyboard.insert_text("# mine\n")  # all at once: one thing to undo
    expect(lab.locator(".status")).to_contain_text(STALE)
    expect(main).to_have_attribute("data-stale", "")
    lab.locator(".cm-scroller").evaluate("(lines) => { lines.scrollTop = lines.scrollHeight / 2; }")
    expect(lab.locator(".cm-line.now-line")).to_have_text(marked)  # the mark moved along
    assert PROGRAM.splitlines()[look(lab)["line"] - 2] == marked
    editor(lab).press("ControlOrMeta+z")
    expect(lab.locator(".status")).not_to_contain_text(STALE)
    expect(main).not_to_have_attribute("data-stale", "")


def test_a_run_is_no_longer_stale_and_keeps_the_place(lab: Page) -> None:
    press(lab, "step", 14)
    run(lab, edited("xor", SHORT, ("eta = 0.5", "eta = 2")))
    expect(lab.locator(".status")).to_contain_text("Your run")
    expect(lab.locator(".status")).not_to_contain_text(STALE)
    assert look(lab)["step"] == 14


def test_control_enter_in_the_editor_runs(ready: Page) -> None:
    write(ready, "print('from the keyboard')")
    editor(ready).press("ControlOrMeta+Enter")
    expect(ready.locator(".output pre")).to_contain_text("from the keyboard")
    assert written(ready) == "print('from the keyboard')"


def test_original_and_undo(ready: Page) -> None:
    mine = edited("xor", SHORT, ("eta = 0.5", "eta = 3"))
    write(ready, mine)
    button(ready, "reset").click()
    assert written(ready) == PROGRAM
    editor(ready).press("ControlOrMeta+z")
    assert written(ready) == mine


def test_the_text_is_still_there_after_a_reload(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_lab(page, address, python=False)
    write(page, "x = 'never lose this'\n")
    page.reload()
    assert written(page) == "x = 'never lose this'\n"
    button(page, "reset").click()
    page.reload()
    assert written(page) == PROGRAM


def test_a_reload_while_a_program_runs_keeps_the_text_and_python_comes_back(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_lab(page, address, "?lesson=xor&lang=en")
    wait_ready(page)
    endless = PROGRAM.replace("range(4000)", "range(10**9)")
    write(page, endless)
    button(page, "run").click()
    expect(page.locator("html")).to_have_attribute("data-run", "running")
    page.reload()
    assert written(page) == endless
    wait_ready(page)
    run(page, edited("xor", SHORT))
    assert look(page)["iterations"] == 20


def test_a_long_run_is_thinned_and_every_iteration_opens_all_the_same(ready: Page) -> None:
    run(ready, edited("xor", ("range(4000)", "range(40000)")))
    expect(ready.locator(".notice")).to_have_count(0)  # nothing moves for it: the status beside Run tells it
    status = ready.locator(".status p")
    stride = int(status.inner_text().split("; 1 in ")[1].split(" ")[0].replace(",", ""))
    assert "Any other iteration opens by running the program again" in (status.get_attribute("title") or "")
    button(ready, "last").click()
    assert look(ready)["iteration"] == 39999
    box = ready.locator(".loss canvas").first.bounding_box()
    assert box
    ready.mouse.click(box["x"] + box["width"] * 0.487, box["y"] + box["height"] / 2)
    until(ready, lambda: look(ready)["iteration"] % stride != 0)
    button(ready, "first").click()
    ready.mouse.click(box["x"] + box["width"] * 0.487, box["y"] + box["height"] / 2)
    seen = look(ready)
    assert seen["iteration"] % stride != 0  # it is kept now
    names: dict[str, Any] = {}
    exec(compile(edited("xor", ("range(4000)", f"range({seen['iteration']})")), "program", "exec"), names)
    for (j, i), value in names["w"].items():
        assert isclose(float(seen["weights"][f"{j}-{i}"]), value, rel_tol=1e-6)


# The page's worker, whose last chunk of a run, and all that follows it, can be held back.
HELD = """window.Worker = class extends Worker {
  set onmessage(heard) {
    const held = [];
    let holds = true; // the last chunk may come after the release, too
    window.release ??= () => {
      holds = false;
      held.splice(0).forEach(heard);
    }; // of the first worker; a spare one follows
    super.onmessage = (event) => {
      const { chunk } = event.data;
      if (holds && (held.length || (chunk && JSON.parse(chunk.header).end))) held.push(event);
      else heard(event);
    };
  }
}"""


def test_a_run_can_be_stepped_through_while_it_is_checked(page: Page, address: str) -> None:
    page.add_init_script(HELD)
    open_lab(page, f"{address}?lesson=xor")
    wait_ready(page)
    write(page, edited("xor", SHORT))
    button(page, "run").click()
    outcome, layers = page.locator(".outcome p"), page.locator("[data-judged]")
    expect(outcome).to_have_text("Checking what the run computed…")
    expect(page.locator(".status p")).to_have_text("Checking what the run computed…")
    expect(page.locator("html")).to_have_attribute("data-run", "running")
    assert layers.count() == 0
    assert look(page)["iterations"] == 20
    to_the_start(page)
    assert [seen["step"] for seen in walk(page, "step", 2)] == [1, 2]
    page.evaluate("release()")
    expect(page.locator("html")).to_have_attribute("data-run", "idle")
    expect(outcome).to_contain_text("match the equations")
    assert layers.count() > 0
    assert look(page)["step"] == 2


def test_after_stop_the_next_run_begins_at_once(ready: Page) -> None:
    ready.evaluate("Object.defineProperty(navigator, 'deviceMemory', { value: 8 })")
    write(ready, edited("xor", ("range(4000)", "range(10**9)")))
    button(ready, "run").click()
    until(ready, "document.documentElement.dataset.run === 'running'")
    until(ready, "performance.getEntriesByName('spare worker').length > 0", 60)
    button(ready, "stop").click()
    expect(ready.locator("html")).to_have_attribute("data-python", "ready")
    assert ready.evaluate("document.documentElement.dataset.python") == "ready"
    run(ready, edited("xor", SHORT))
    assert look(ready)["iterations"] == 20
