"""Programs that go wrong (issue 2, point 9): what is said, where, in both languages; nothing is lost."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isclose

import pytest
from by_hand import SAMPLES, one_sample
from lab import (
    RUN,
    button,
    in_chinese,
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

import build
from tests.lesson_programs import edited

SHORT = ("range(4000)", "range(20)")
WORDS = {
    lang: json.loads((build.ROOT / f"site/text/{lang}.json").read_text("utf-8")) for lang in ("en", "zh")
}


@pytest.fixture(scope="module")
def lab(browser: Browser, address: str) -> Iterator[Page]:
    """One page for all: every program starts where the one before it left Python."""
    with lab_with_python(browser, address) as page:
        yield page


@dataclass
class Wrong:
    """A program, the text of the line on which it fails (none: no such line), the key of what is said."""

    name: str
    source: str
    line: str
    said: str
    recorded: bool  # something can be stepped through
    values: dict[str, str] = field(default_factory=dict)  # in what is said


AT_FIVE = "    if epoch % 1000 == 0:"


def failing(title: str, statement: str, said: str, before: str = "", **values: str) -> Wrong:
    """The lesson's program with a statement in its sixth pass that goes wrong."""
    source = before + edited("xor", (AT_FIVE, f"    if epoch == 5:\n        {statement}\n{AT_FIVE}"))
    return Wrong(title, source, statement, said, True, values)


WRONGS = [
    Wrong(
        "a colon forgotten",
        edited("xor", ("x, t in samples:", "x, t in samples")),
        "for x, t in samples",
        "error.SyntaxError.colon",
        False,
    ),
    Wrong(
        "an indent too deep",
        edited("xor", ("        delta[8] =", "          delta[8] =")),
        "delta[8] = y * (1 - y) * (t - y)",
        "error.SyntaxError.indent",
        False,
    ),
    failing("an unknown name", "alpha + 1", "error.NameError.name", name="alpha"),
    failing("a node that is not there", "w[4, 9] += 1", "error.KeyError.key", key="(4, 9)"),
    failing("division by zero", "1 / 0", "error.ZeroDivisionError"),
    failing("input", "input('eta? ')", "error.EOFError"),
    failing("sys.exit", "sys.exit()", "error.SystemExit", before="import sys\n"),
    failing("for ever", "while True: pass", "budget.Turns"),
    failing("the program's own error", "raise ValueError('mine')", "error.ValueError"),
    Wrong(
        "overflow",
        edited("xor", ("eta = 0.5", "eta = -1e6")),
        "return 1 / (1 + math.exp(-net))",
        "error.OverflowError",
        True,
    ),
    failing(
        "endless recursion", "f = lambda: f(); f()", "error.RecursionError.function", function="<lambda>"
    ),
    failing(
        "endless recursion beyond the browser's stack",
        "f = lambda n: f(n + 1); f(0)",
        "error.RecursionError.function",
        before="import sys\nsys.setrecursionlimit(10**9)\n",
        function="<lambda>",
    ),
    failing(
        "a list that eats memory", "while True: hoard.append(bytes(10**6))", "budget.Memory", "hoard = []\n"
    ),
]


def assert_error(page: Page, wrong: Wrong, lang: str, line: int) -> None:
    card = page.locator(".error")
    expect(card).to_contain_text(WORDS[lang][wrong.said].format(**wrong.values))
    expect(card).to_contain_text(WORDS[lang]["error.line"].replace("{line}", str(line)))


def assert_next_run_is_clean(page: Page) -> None:
    wait_ready(page)
    run(page, edited("xor", SHORT))
    expect(page.locator(".error")).to_have_count(0)
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)
    to_the_start(page)
    seen = press(page, "step", 13)
    assert seen["iterations"] == 20
    weights = {edge: float(text) for edge, text in seen["weights"].items()}
    delta = next(s for s in one_sample(weights, *SAMPLES[0]) if s.kind == "delta")
    assert isclose(float(seen["deltas"]["8"]), delta.value, rel_tol=1e-12)


@pytest.mark.parametrize("wrong", WRONGS, ids=lambda wrong: wrong.name)
def test_it_is_told_on_its_line_in_both_languages(lab: Page, wrong: Wrong) -> None:
    line = 1 + [text.strip() for text in wrong.source.splitlines()].index(wrong.line)
    run(lab, wrong.source)
    assert_error(lab, wrong, "en", line)
    mark = lab.locator(".cm-lintRange-error")
    assert wrong.line in mark.locator("xpath=ancestor::*[contains(@class, 'cm-line')]").first.inner_text()
    with in_chinese(lab):
        assert_error(lab, wrong, "zh", line)
    assert_error(lab, wrong, "en", line)
    if wrong.recorded:
        to_the_start(lab)
        assert {press(lab, "step", times)["equation"] for times in (4, 8)} == {"3.2", "3.3"}
        button(lab, "last").click()
        assert look(lab)["iteration"] <= 5
    assert written(lab) == wrong.source
    assert_next_run_is_clean(lab)


def test_endless_recursion_through_functions_of_python_s_own(
    page: Page, address: str, expected_errors: list[str]
) -> None:
    """The first try ends the interpreter; the page says nothing of it, and the second one names the line."""
    expected_errors += ["fatal error", "Maximum call stack size exceeded", "Stack (most recent call first)"]
    open_lab(page, address, "?lesson=own")
    run(page, "class Odd:\n    def __getattr__(self, name):\n        return self.x\nprint('once')\nOdd().y\n")
    said = WORDS["en"]["error.RecursionError.function"].format(function="__getattr__")
    expect(page.locator(".error")).to_contain_text(said)
    expect(page.locator(".error")).to_contain_text("Line 3")
    expect(page.locator(".output pre")).to_have_text("once\n")


def test_more_is_printed_than_is_kept(lab: Page) -> None:
    run(lab, edited("xor", SHORT, (AT_FIVE, f"    for i in range(3_000): print('print', i)\n{AT_FIVE}")))
    expect(lab.locator(".notices")).to_contain_text("printed a great deal")
    expect(lab.locator(".output pre")).to_contain_text("print 49")
    assert press(lab, "step", 3)["bad_tex"] == 0
    assert_next_run_is_clean(lab)


def test_a_long_message_does_not_push_the_editor_away(lab: Page) -> None:
    run(lab, "assert 1 == 2, 'no ' * 20_000\n")
    lab.locator(".error summary").click()
    expect(lab.locator(".error .python")).to_contain_text("AssertionError: no no")
    assert lab.locator(".error").evaluate("(card) => card.offsetHeight") < 260
    assert lab.locator(".cm-editor").evaluate("(editor) => editor.offsetHeight") > 100
    lab.locator(".error summary").click()
    assert_next_run_is_clean(lab)


def test_not_a_number(lab: Page) -> None:
    run(lab, edited("xor", SHORT, ("eta = 0.5", "eta = float('nan')")))
    button(lab, "last").click()
    seen = look(lab)
    assert seen["outputs"]["8"] == seen["deltas"]["8"] == seen["weights"]["8-4"] == "nan"
    assert seen["rows"][-1][4] == "NaN"
    assert seen["bad_tex"] == 0
    assert_next_run_is_clean(lab)


def test_the_recorder_s_names_cannot_be_taken_away(lab: Page) -> None:
    spoil = "for name in list(globals()):\n    if name.startswith('_'): del globals()[name]\nlen = range_ = None\n"
    source = edited("xor", SHORT).replace("random.seed(211)\n", f"random.seed(211)\n{spoil}")
    run(lab, source)
    expect(lab.locator(".error")).to_have_count(0)
    assert look(lab)["iterations"] == 20
    assert_next_run_is_clean(lab)


def test_no_deltas_at_all(lab: Page) -> None:
    lines = [line for line in edited("xor", SHORT).splitlines() if "delta" not in line or "{}" in line]
    source = "\n".join(lines)
    source = source.replace("        for j in hidden:\n\n", "\n")
    source = source.replace("        for j in hidden:\n            for i in inputs:\n", "")
    run(lab, source)
    expect(lab.locator(".error")).to_have_count(0)
    expect(lab.locator(".notices")).to_contain_text("delta")
    seen = [look(lab), *walk(lab, "step", 12)]
    assert [s["equation"] for s in seen[3:]] == ["3.2"] * 8 + ["3.3"] * 2
    assert not seen[-1]["deltas"]
    assert_next_run_is_clean(lab)


@pytest.mark.parametrize("source", ["", "print('hello')"])
def test_a_program_without_a_network(lab: Page, source: str) -> None:
    run(lab, source)
    expect(lab.locator(".error")).to_contain_text(WORDS["en"]["error.nothing"])
    expect(lab.locator("footer")).to_contain_text("nothing recorded")
    expect(button(lab, "step")).to_be_disabled()
    with in_chinese(lab):
        expect(lab.locator(".error")).to_contain_text(WORDS["zh"]["error.nothing"])
    assert_next_run_is_clean(lab)


@pytest.mark.parametrize(
    "factor", ["", "(2 - y) * "]
)  # with the second the names do not explain it, and it begins anew
def test_stop_in_a_long_line_keeps_what_was_printed_and_recorded(lab: Page, factor: str) -> None:
    long = f"    if epoch == 30: print('now', epoch); sum(iter(int, 1))\n{AT_FIVE}"
    source = edited(
        "xor", ("range(4000)", "range(100)"), (AT_FIVE, long), ("delta[8] = y", f"delta[8] = {factor}y")
    )
    write(lab, source)
    button(lab, "run").click()
    expect(lab.locator("html")).to_have_attribute("data-run", "running")
    printed = lab.locator(".output pre")
    expect(printed).to_contain_text(
        "now 30", timeout=RUN
    )  # from here on it is inside C code, where nothing can tell
    button(lab, "stop").click()
    expect(lab.locator("html")).to_have_attribute("data-run", "stopped", timeout=5000)
    expect(lab.locator(".status")).to_contain_text("Stopped after")
    assert printed.inner_text().count("now 30") == 1
    expect(lab.locator("footer")).to_have_attribute("data-iterations", "30")
    assert written(lab) == source
    assert_next_run_is_clean(lab)


def test_stop_before_any_network_was_found_keeps_what_was_printed(lab: Page) -> None:
    write(lab, "print('reading')\nsum(iter(int, 1))\n")
    button(lab, "run").click()
    expect(lab.locator(".output pre")).to_contain_text("reading", timeout=RUN)
    button(lab, "stop").click()
    expect(lab.locator("html")).to_have_attribute("data-run", "stopped", timeout=5000)
    expect(lab.locator(".output pre")).to_have_text("reading\n")
    assert_next_run_is_clean(lab)


def test_what_a_stopped_run_had_reached_can_be_stepped(lab: Page) -> None:
    write(lab, edited("xor", ("range(4000)", "range(100_000_000)"), ("eta = 0.5", "eta = 0.3")))
    button(lab, "run").click()
    expect(lab.locator(".status")).to_contain_text("iterations so far", timeout=RUN)
    iterations = lab.locator("footer[data-iterations]")
    until(lab, lambda: int(iterations.get_attribute("data-iterations") or 0) not in (*range(11), 4000), 90)
    button(lab, "stop").click()
    expect(lab.locator("html")).to_have_attribute("data-run", "stopped", timeout=5000)
    assert press(lab, "step", 2)["iterations"] > 10
    assert_next_run_is_clean(lab)


def test_a_line_that_takes_for_ever_is_ended_by_the_page(page: Page, address: str) -> None:
    """What was recorded and printed before it is there at once, and stays; Python comes back."""
    page.clock.install()
    open_lab(page, address, "?lesson=xor&lang=en")
    wait_ready(page)
    write(page, edited("xor", SHORT) + "print('reached')\nx = sum(range(10**15))\n")
    button(page, "run").click()
    expect(page.locator(".output pre")).to_contain_text("reached", timeout=RUN)
    page.clock.fast_forward(80_000)
    expect(page.locator(".error")).to_contain_text(WORDS["en"]["budget.Time"])
    expect(page.locator("[data-steps]")).to_have_attribute("data-iterations", "20")
    assert_next_run_is_clean(page)
