"""A recording is handed over to the page in chunks, which make the whole recording again."""

import builtins
import math
import textwrap

import pytest
from backprop.lessons.lens import OWN
from backprop.page.session import run
from backprop.plan import judged_by_derivative
from backprop.recording.turns import Turns
from backprop.run import run_and_record
from folded import Folded, assert_folds_to, folded
from programs import BACKWARD, FORWARD, SAMPLE, UPDATE, plain, record, training
from shown import equation_of

from tests.lesson_programs import source_of

TRAINED = training("for epoch in range(3):")


@pytest.fixture
def many_chunks(monkeypatch):
    """One each time that the program is looked at; all iterations are kept, however long these chunks take."""
    monkeypatch.setattr("backprop.page.session.WithinBudget", Turns)
    monkeypatch.setattr("backprop.page.session.SECONDS_TO_THE_FIRST_CHUNK", 0)
    monkeypatch.setattr("backprop.page.wire._MOST_PART", math.inf)


NOISY = training("for epoch in range(40):", before="print(epoch)\n")


def test_a_short_run_is_handed_over_before_it_is_judged(monkeypatch):
    monkeypatch.setattr("backprop.page.session.SECONDS_TO_THE_FIRST_CHUNK", 1e9)  # however slow the machine
    judged = []
    chunks = Folded()

    def judge(*given):
        judged.append(sorted(chunks.rows))
        return judged_by_derivative(*given)

    monkeypatch.setattr("backprop.run.judged_by_derivative", judge)
    run(TRAINED, "xor", chunks.add)
    assert judged == [[0, 1, 2]]
    whole, last = chunks.headers
    assert (list(whole["figures"]), last["figures"]) == ([], None)
    assert (whole["checking"], whole["end"], whole["judgement"], whole["findings"]) == (True, None, None, [])
    assert "checking" not in last
    assert (last["end"], last["patterns"], last["instances"]) == ("done", [], {})
    assert last["judgement"]["layers"]
    assert_folds_to(chunks, record(TRAINED))


def test_the_panel_of_a_lesson_is_drawn_before_the_run_is_judged():
    chunks = Folded()
    run(source_of("neuron"), "neuron", chunks.add)
    whole, last = chunks.headers[-2:]
    assert whole["figures"]["neuron"]["points"]
    assert last["figures"] is None


def test_a_rule_that_only_the_verdict_finds_is_that_of_every_row():
    hidden = "delta[8] = t - a[8]\nerror = -LOG(a[8] if t else 1 - a[8])\n"
    source = training(sample=SAMPLE.replace("delta[8] = a[8] * (1 - a[8]) * (t - a[8])\n", hidden))
    source = source.replace("eta = ", "LOG = getattr(math, 'l' + 'og')\neta = ")
    chunks = folded(source)
    recording = record(source)
    assert recording.rule.cost == "cross-entropy"
    assert chunks.headers[0].get("again"), "what differed by the first rule is void"
    assert not any(chunks.differing.values())
    assert_folds_to(chunks, recording)


@pytest.mark.usefixtures("many_chunks")
def test_many_chunks_make_the_same_recording():
    chunks = folded(NOISY)
    assert len(chunks.headers) > 3
    assert all(header["end"] is None for header in chunks.headers[:-1])
    assert chunks.headers[-1]["end"] == "done"
    assert_folds_to(chunks, record(NOISY))


@pytest.mark.usefixtures("many_chunks")
def test_what_differs_from_the_equations_comes_in_the_chunks():
    wrong = NOISY.replace("delta[8] = a[8] * (1 - a[8]) *", "delta[8] = a[8] *")
    chunks = folded(wrong)
    assert all(len(chunks.differing[k]) == 4 for k in range(40))
    assert_folds_to(chunks, record(wrong))


@pytest.mark.usefixtures("many_chunks")
def test_many_chunks_of_a_thinned_run_make_the_same_recording(monkeypatch):
    whole = run_and_record

    def small(*arguments, **named):
        return whole(*arguments, **named, most_bytes=10_000)

    monkeypatch.setattr("backprop.run.run_and_record", small)
    monkeypatch.setattr("backprop.page.session.run_and_record", small)
    expected = record(NOISY)
    assert expected.stride > 1
    chunks = folded(NOISY)
    assert len(chunks.headers) > 3
    assert_folds_to(chunks, expected)


def test_the_last_chunk_of_a_failing_run_has_the_error():
    chunks = folded(TRAINED + "\n1 / 0")
    assert chunks.headers[-1]["end"] == "error"
    error = chunks.headers[-1]["error"]
    assert (error["type"], error["line"]) == ("ZeroDivisionError", TRAINED.count("\n") + 2)
    assert sorted(chunks.rows) == [0, 1, 2]


@pytest.mark.usefixtures("few_turns")
@pytest.mark.usefixtures("many_chunks")
def test_a_runaway_hands_over_what_it_reached():
    chunks = folded(training("while True:"))
    assert chunks.headers[-1]["end"] == "budget"
    assert sorted(chunks.rows) == list(range(chunks.headers[-1]["iterations"]))


@pytest.fixture
def only_rests(monkeypatch):
    """Chunks are handed over before long lines alone, and all of them, however slow the machine is."""
    monkeypatch.setattr("backprop.page.session.SECONDS_TO_THE_FIRST_CHUNK", 1e9)
    monkeypatch.setattr("backprop.page.session.WithinBudget", Turns)
    monkeypatch.setattr("backprop.page.wire._MOST_PART", 1e9)


@pytest.mark.parametrize(
    "long",
    [
        "\nlong()",
        "\nx = [long()]",
        "\nimport time\ntime.sleep(0)",
        "\nprint('hello')\nlong()",
    ],
)
def test_before_a_line_that_may_take_long_all_is_handed_over(monkeypatch, only_rests, long):
    """Whoever stops it has what was recorded and printed."""
    chunks = Folded()
    handed_over = []
    monkeypatch.setattr(
        builtins, "long", lambda: handed_over.append((sorted(chunks.rows), chunks.output)), raising=False
    )
    monkeypatch.setattr("time.sleep", lambda seconds: builtins.long())
    run(f"{TRAINED}\nprint('first')\n{long}\n", "xor", chunks.add)
    iterations, printed = handed_over[-1]  # those before are of the trace
    assert iterations == [0, 1, 2]
    assert printed.endswith("hello\n" if "hello" in long else "first\n")


def test_in_a_turn_of_training_too(monkeypatch, only_rests):
    chunks = Folded()
    handed_over = []
    monkeypatch.setattr(builtins, "long", lambda: handed_over.append(sorted(chunks.rows)), raising=False)
    run(NOISY.replace("print(epoch)\n", "if epoch == 30: long()\n"), "xor", chunks.add)
    assert handed_over[-1] == list(range(30))


IN_ARRAYS = """
import numpy as np
X, y = np.array([[0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1]])
np.random.seed(1)
w, v = np.random.random((2, 3)), np.random.random((3, 1))
for epoch in range(40):
    hidden = np.tanh(X @ w)
    out = hidden @ v
    delta = y - out
    back = delta @ v.T * (1 - hidden**2)
    if epoch == 30:
        print("now")
        long()
    v += 0.1 * hidden.T @ delta
    w += 0.1 * X.T @ back
"""


def test_in_a_turn_of_training_too_where_each_chunk_is_dear(monkeypatch, only_rests):
    """The first turns do not use up what a long line in a later one needs, and what is printed before it is there, too."""
    monkeypatch.setattr("backprop.page.wire._MOST_PART", 1e-9)
    chunks = Folded()
    seen = []
    monkeypatch.setattr(
        builtins, "long", lambda: seen.append((sorted(chunks.rows), chunks.output)), raising=False
    )
    run(IN_ARRAYS, "own", chunks.add)
    assert seen[-1] == (list(range(30)), "now\n")


@pytest.mark.parametrize(
    ("before", "line"),
    [
        ("def log(k):\n    if k == 30: long()\n", "log(epoch)"),
        ("def log(k):\n    if k == 30:\n        return long()\n", "log(epoch)"),
        ("def log(k):\n    if k == 30: yield long()\n", "list(log(epoch))"),
        ("def log(k):\n    for j in range(2): pass\n    if k < 30: return\n    x = long()\n", "log(epoch)"),
        (
            "class Log:\n    def now(self, k):\n        if k < 30: pass\n        else: long()\n",
            "Log().now(epoch)",
        ),
        ("def log(k):\n    match k:\n        case 30: long()\n", "log(epoch)"),
        ("", "try:\n    1 / (epoch - 30)\nexcept ZeroDivisionError: long()"),
        ("class Log:\n    def __matmul__(self, k): long()\n", "if epoch == 30: x = Log() @ epoch"),
        ("class Log:\n    def __pow__(self, k): long()\n", "if epoch == 30: x = Log() ** epoch"),
    ],
)
def test_wherever_a_turn_comes_for_the_first_time_all_is_handed_over(monkeypatch, only_rests, before, line):
    chunks = Folded()
    seen = []
    monkeypatch.setattr(
        builtins, "long", lambda: seen.append((sorted(chunks.rows), chunks.output)), raising=False
    )
    run(before + training("for epoch in range(40):", before=f"print(epoch)\n{line}\n"), "xor", chunks.add)
    iterations, printed = seen[-1]
    assert iterations == list(range(30))
    assert printed.endswith("\n30\n")


def test_behind_a_function_that_trains_all_is_handed_over(monkeypatch, only_rests):
    chunks = Folded()
    seen = []
    monkeypatch.setattr(builtins, "long", lambda: seen.append(sorted(chunks.rows)), raising=False)
    inside = textwrap.indent(TRAINED, "    ")
    run(f"def train():\n{inside}\ndef main():\n    train()\n    long()\nmain()\n", "xor", chunks.add)
    assert seen[-1] == [0, 1, 2]


@pytest.mark.parametrize(
    ("program", "printed"),
    [
        ("print('reading')\nlong()", "reading\n"),
        ("print('reading', end='')\nx = sum(map(lambda k: long(), [1]))", "reading"),
        ("for k in range(100): print(k)\nlong()", "98\n99\n"),
        ("class A:\n    def __matmul__(self, k): long()\nprint(1)\nprint(2)\nA() @ 3", "1\n2\n"),
        ("class A:\n    def __pow__(self, k): long()\nprint(1)\nprint(2)\nA() ** 3", "1\n2\n"),
    ],
)
def test_what_is_printed_before_a_long_line_is_there_while_the_network_is_looked_for(
    monkeypatch, program, printed
):
    """And once alone when the program runs to be recorded."""
    chunks = Folded()
    seen = []
    monkeypatch.setattr(builtins, "long", lambda: seen.append(chunks.output), raising=False)
    run(program, OWN, chunks.add)
    assert len(seen) == 2  # when the network is looked for, and when the program is recorded
    assert all(one.endswith(printed) and one.count(printed) == 1 for one in seen)
    assert chunks.output == seen[-1]


def test_a_program_that_records_nothing_has_one_chunk_without_a_network():
    chunks = folded("print('hello')")
    (header,) = chunks.headers
    assert header["network"] is None
    assert (header["output"], header["end"], header["iterations"]) == ("hello\n", "done", 0)
    assert chunks.rows == {}


def test_every_name_in_a_chunk_has_a_symbol_and_every_step_its_equation_written_out():
    chunks = folded(TRAINED)
    symbols = chunks.network["symbols"]
    for pattern in chunks.patterns:
        for step in pattern["steps"]:
            assert step["sets"] in symbols
            assert equation_of(chunks.instances, step["sets"])
            assert set(step["reads"]) <= symbols.keys()
    assert {name for layout in chunks.layouts for name in layout} <= symbols.keys()
    assert chunks.network["layers"] == [[1, 2, 3], [4, 5, 6, 7], [8]]


@pytest.mark.parametrize("x", ["float('nan')", "float('inf')", "10**400", "-1e400"])
def test_headers_are_json_whatever_the_numbers(x):
    chunks = folded(
        training(over=f"[(({x}, 0, 1), {x})]", sample=FORWARD.split("\n")[0] + "\ndelta[8] = 1\n")
    )
    assert chunks.headers[-1]["iterations"] == 5


def test_headers_are_json_whatever_is_printed():
    text = r"'\"\\\n\t\x00\u2028</script>中文'"
    assert folded(f"print({text})").output == plain(f"print({text})").output


OTHER_NAMES = """\
error = t - a[8]
delta[8] = error
slope = error * a[8] * (1 - a[8])
for j in (4, 5, 6, 7):
    delta[j] = w[8, j] * slope
    hidden = delta[j] * a[j] * (1 - a[j])
    w[8, j] += eta * slope * a[j]
    for i in (1, 2, 3):
        w[j, i] += eta * hidden * a[i]
    b[j] += eta * hidden
b[8] += eta * slope
"""


@pytest.mark.parametrize("how", ["names", "places", "unexplained"])
def test_before_a_long_line_of_an_edited_lesson_what_was_recorded_and_printed_is_there_once(monkeypatch, how):
    """Also of a program that begins anew, as the lesson's names do not explain it."""
    monkeypatch.setattr(
        "backprop.page.session.WithinBudget", Turns
    )  # all iterations, however slow the machine
    monkeypatch.setattr("backprop.page.session.SECONDS_TO_THE_FIRST_CHUNK", 1e9)
    source = training("for epoch in range(40):", before="print(epoch)\nif epoch == 30: long()\n")
    if how == "places":
        source = source.replace(
            textwrap.indent(BACKWARD + UPDATE, 8 * " "), textwrap.indent(OTHER_NAMES, 8 * " ")
        )
    elif how == "unexplained":
        source = source.replace("delta[8] = a[8] * (1 - a[8]) *", "delta[8] = a[8] *")
    chunks = Folded()
    handed_over = []
    monkeypatch.setattr(
        builtins, "long", lambda: handed_over.append((sorted(chunks.rows), chunks.output)), raising=False
    )
    run(source, "xor", chunks.add)
    seen = [*range(30)], "".join(f"{epoch}\n" for epoch in range(31))
    assert handed_over[-1] == seen
    assert chunks.headers[0].get("again", False) == (how != "names")
    assert (chunks.headers[-1]["found"] is not None) == (how == "places")
    assert len(chunks.rows) == 40


def test_one_equation_stands_for_those_of_all_weights():
    names = [name for name in folded(TRAINED).instances if name.startswith("w:")]
    assert names == ["w:{to}-{from}"]
