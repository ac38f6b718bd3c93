"""Programs that would not end by themselves are stopped, and what they reached is kept."""

import json
import textwrap

import pytest
from backprop.page.session import run
from conftest import some
from programs import record, training

RUNAWAYS = {
    "while True": ("while True: pass", 1),
    "while with a body": ("x = 0\nwhile True:\n    x += 1", 2),
    "while of one": ("def f():\n    while 1:\n        y = 2\nf()", 2),
    "for over count": ("import itertools\nfor k in itertools.count(): pass", 2),
    "for over a list that grows": ("k = [1]\nfor x in k:\n    k.append(x)", 2),
    "for over a huge range": ("for k in range(10**12): pass", 1),
    "comprehension": ("import itertools\nx = [0 for k in itertools.count()]", 2),
    "set comprehension": ("import itertools\nx = {0 for k in itertools.count()}", 2),
    "generator": ("def f():\n    while True:\n        yield 1\nx = sum(f())", 2),
    "nested loops": ("for k in range(10**6):\n    for j in range(10**6):\n        pass", 2),
    "functions that call each other": (
        "import sys\ndef f(n):\n    return n < 2 or f(n - 1) and f(n - 1)\nf(200)",
        2,
    ),
    "recursion under another name": ("def f(n):\n    if n: g(n - 1); g(n - 1)\ng = f\nf(100)", None),
    "recursion through map": ("def f(n):\n    if n: list(map(f, [n - 1] * 2))\nf(100)", None),
    "a parameter named like a constant": (
        "import itertools\nshort = (1, 2)\ndef f(short):\n    for k in short: pass\nf(itertools.count())",
        None,
    ),
    "except Exception": ("while True:\n    try:\n        1 / 0\n    except Exception:\n        pass", 1),
    "bare except": ("while True:\n    try:\n        while True: pass\n    except:\n        pass", None),
    "finally continue": ("while True:\n    try:\n        1 / 0\n    finally:\n        continue", 1),
    "match subject": ("import itertools\nmatch [0 for k in itertools.count()]:\n    case _: pass", 2),
    "training": (training("while True:"), None),
}  # fmt: skip


@pytest.mark.parametrize("runaway", some(RUNAWAYS))
@pytest.mark.usefixtures("few_turns")
def test_a_runaway_is_stopped(runaway):
    source, line = RUNAWAYS[runaway]
    recording = record(source)
    assert recording.end == "budget"
    assert recording.error.type == "Turns"
    assert "2,000 turns" in recording.error.message
    assert line is None or recording.error.line == line


@pytest.mark.usefixtures("few_turns")
def test_a_runaway_that_trains_leaves_what_it_reached():
    recording = record(training("while True:"))
    assert recording.iterations > 10
    assert recording.value("delta", 8, iteration=5, sample=0) is not None


@pytest.mark.usefixtures("few_turns")
def test_a_stop_that_the_program_swallows_is_still_told():
    recording = record("try:\n    while True: pass\nexcept BaseException: pass\nprint('on')")
    assert recording.end == "budget"
    assert recording.error.type == "Turns"


@pytest.mark.usefixtures("short_search")
def test_a_run_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr("backprop.one_run.MOST_SECONDS", 0.2)
    recording = record("import time\nwhile True:\n    time.sleep(0.01)")
    assert (recording.end, recording.error.type) == ("budget", "Time")


@pytest.mark.usefixtures("short_search")
def test_a_run_that_takes_too_much_memory_is_stopped(monkeypatch):
    monkeypatch.setattr("backprop.one_run.MOST_MEMORY", 2**20)
    held = iter(range(0, 10**9, 2**16))
    headers = []
    run(
        "x = []\nwhile True:\n    x.append(0)",
        "xor",
        lambda h, *_: headers.append(json.loads(h)),
        lambda: next(held),
    )
    assert headers[-1]["end"] == "budget"
    assert headers[-1]["error"]["type"] == "Memory"
    assert headers[-1]["error"]["line"] == 2


@pytest.mark.usefixtures("short_search")
def test_a_program_within_the_budget_is_not_stopped(monkeypatch):
    monkeypatch.setattr("backprop.one_run.MOST_TURNS", 100_000)
    assert record("x = 0\nfor k in range(90_000): x += 1\nprint(x)").output == "90000\n"


def test_a_loop_takes_no_more_from_an_iterator_than_it_uses():
    program = """
        drawn = []
        source = (drawn.append(n) or n for n in range(1000))
        for k in source:
            if k == 500:
                break
        print(len(drawn), next(source), sum(1 for k in source), len(drawn))
        """
    assert record(textwrap.dedent(program)).output == "501 501 498 1000\n"


def test_a_program_finds_none_of_our_hooks():
    program = (
        "import builtins\nprint(sorted({*globals(), *vars(builtins), *__builtins__} - {*dir(builtins)}))"
    )
    assert record(program).output == str(["__builtins__", "builtins"]) + "\n"
