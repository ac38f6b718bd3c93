"""Errors, refusals, output and builds of a run: each is told by the recording, never raised."""

import builtins
import json
import math
import random
import sys

import numpy as np
import pytest
from backprop import run as program_run
from backprop.lessons.lens import LESSONS, lessons
from backprop.page.session import BAKED_BYTES, bake
from backprop.recording.kept_rows import FIRST
from conftest import some
from folded import Folded
from programs import SAMPLE, SETUP, plain, record, training

from tests.lesson_programs import edited

TRAINED = training("for epoch in range(3):")


# --- what is refused ---


@pytest.mark.parametrize("source", [b"x = 1", None, 5, ["x = 1"]])
def test_a_program_that_is_no_text_is_refused(source):
    with pytest.raises(TypeError, match=r"source is .*wanted the program as a str"):
        record(source)


@pytest.mark.parametrize("lesson", ["nothing", "", None, 5])
def test_an_unknown_lesson_is_refused(lesson):
    with pytest.raises(ValueError, match=r"unknown lesson.*xor"):
        record("x = 1", lesson)


@pytest.mark.parametrize("source", ["", "\n\n", "# nothing", '"text"'])
def test_an_empty_program_is_done(source):
    recording = record(source)
    assert (recording.end, recording.error, recording.iterations) == ("done", None, 0)
    assert recording.notices == [{"id": "nothing"}]


# --- errors, on the student's own line and column ---


def error_of(source):
    recording = record(source)
    assert recording.end == "error"
    return recording.error


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("x = 1 / 0", (1, 5)),
        ("x = 1\ny = (x +\n     nowhere)", (3, 6)),
        ("def f(k):\n    return 1 / k\nx = [f(k) for k in (1, 0)]", (2, 12)),
        ("def f(k):\n    return 1 / k\nx = sum(f(k) for k in (1, 0))", (2, 12)),
        ("for k in 5:\n    pass", (1, 10)),
        ("def f():\n    yield 1\n    1 / 0\nfor k in f(): pass", (3, 5)),
        ("x = = 1", (1, 5)),
        ("x = 1\ny = f(", (2, 6)),
        ("import math\na = {}\na[4] = math.exp(1000)", (3, 8)),
        ("a = {}\nprint(a[4])", (2, 7)),
        ("x = {}\nx.missing", (2, 1)),
        ("import sys\nsys.exit()", (2, 1)),
        ("raise SystemExit(3)", (1, 1)),
        ("raise KeyboardInterrupt", (1, 1)),
        ("raise BaseException('all')", (1, 1)),
        ("raise GeneratorExit", (1, 1)),
    ],
)
def test_an_error_is_told_on_its_line_and_column(source, place):
    error = error_of(source)
    assert (error.line, error.column) == place


@pytest.mark.parametrize(
    ("raised", "type_", "message"),
    [
        ("ValueError('no')", "ValueError", "no"),
        ("ValueError('a', 1)", "ValueError", "('a', 1)"),
        ("KeyError('k')", "KeyError", "'k'"),
        ("SystemExit('bye')", "SystemExit", "bye"),
        ("FileNotFoundError(2, 'gone')", "FileNotFoundError", "[Errno 2] gone"),
        ("MemoryError()", "MemoryError", ""),
        ("Bad()", "Bad", ""),
        ("KeyError(BadRepr())", "KeyError", ""),
        ("Leaves()", "Leaves", ""),
        ("Endless()", "Endless", ""),
        ("Memory('mine')", "Memory", "mine"),
        ("Turns('mine')", "Turns", "mine"),
    ],
)
def test_an_error_is_told_in_its_own_words(raised, type_, message):
    classes = (
        "class Bad(Exception):\n    def __str__(self): 1 / 0\n"
        "class Leaves(Exception):\n    def __str__(self): raise SystemExit\n"
        "class Endless(Exception):\n    def __str__(self):\n        while True: pass\n"
        "class BadRepr:\n    def __repr__(self): 1 / 0\n"
        "class Memory(Exception): pass\nclass Turns(Exception): pass\n"
    )
    error = error_of(classes + f"raise {raised}")
    assert (error.type, error.message, error.line) == (type_, message, 12)


def test_what_was_reached_before_the_error_stays():
    recording = record(TRAINED + "print('so far')\nnowhere\n")
    assert recording.error.line == TRAINED.count("\n") + 2
    assert recording.output == "so far\n"
    assert recording.iterations == 3


def test_builtins_that_the_program_deletes_are_its_own_loss():
    assert error_of("import builtins\ndel builtins.len\nprint(len([]))").line == 3
    assert record("print(len([1]))").output == "1\n"


def test_endless_recursion_is_an_error_of_the_program():
    error = error_of("def f(n):\n    y = n\n    return f(n + 1)\n\nf(0)")
    assert (error.type, error.line) == ("RecursionError", 3)
    assert record(TRAINED).end == "done"


def test_too_much_memory_at_once_is_an_error_of_the_program():
    error = error_of("x = 'a' * 10**17")
    assert error.type in ("MemoryError", "OverflowError")  # the latter where addresses have 32 bits


@pytest.mark.parametrize("program", ["input()", "input('Your name? ')", "x = [input() for _ in (1, 2)]"])
def test_input_says_what_to_do_instead(program):
    error = error_of("x = 1\n" + program)
    assert (error.type, error.line) == ("EOFError", 2)
    assert "give the variable its value" in error.message


@pytest.mark.parametrize("leave", ["sys.exit()", "sys.exit('text')", "raise SystemExit", "quit()"])
def test_leaving_keeps_what_was_reached(leave):
    if leave == "quit()" and not hasattr(builtins, "quit"):
        pytest.skip("this Python has no quit")
    recording = record("import sys\n" + TRAINED + leave)
    assert recording.error.type == "SystemExit"
    assert recording.iterations == 3


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "value", ["np.inf - np.inf", "np.exp(np.float64(1e6))", "np.float64(1) / 0", "np.log(np.float64(-1))"]
)
def test_nan_and_overflow_run_on(value):
    recording = record(
        "import numpy as np\n" + training("for epoch in range(3):", after=f"w[8, 4] = {value}\n")
    )
    assert recording.end == "done"
    assert recording.iterations == 3
    assert not math.isfinite(recording.value("w", (8, 4), iteration=0))


COUNTING = """
calls = {}
def count(name): calls[name] = calls.get(name, 0) + 1
class D(dict):
    def __getitem__(self, key): count("get"); return dict.__getitem__(self, key)
    def __setitem__(self, key, value): count("set"); dict.__setitem__(self, key, value)
    def items(self): count("items"); ODD
    def keys(self): count("keys"); ODD
    def values(self): count("values"); ODD
    def __iter__(self): count("iter"); ODD
    def __len__(self): count("len"); ODD
    def __eq__(self, other): count("eq"); ODD
    def __bool__(self): count("bool"); ODD
    def __repr__(self): count("repr"); ODD
class F(float):
    def __mul__(self, other): count("mul"); return F(float.__mul__(self, other))
    __rmul__ = __mul__
    def __float__(self): count("float"); ODD
    def __eq__(self, other): count("equal"); ODD
    __hash__ = float.__hash__
"""


@pytest.mark.parametrize("odd", some(["1 / 0", "raise SystemExit", "exec('while True: pass')"]))
def test_nothing_of_the_program_s_objects_is_called_to_read_them(odd):
    """As often as without recording; what raises, leaves or never ends is not asked either."""
    source = edited("xor", ("range(4000)", "range(6)"), ("{}, {}, {}, {}, {}", "D(), D(), D(), D(), D()"))
    source = COUNTING.replace("ODD", odd) + source.replace("eta = 0.5", "eta = F(0.5)") + "print(calls)\n"
    recording = record(source, "xor")
    assert recording.error is None
    assert recording.iterations == 6
    assert recording.output == plain(source).output


def test_an_iterator_of_the_program_s_own_is_asked_for_no_more_once_it_has_ended():
    """One that begins again when it is asked once more would never end."""
    source = """
class Batches:
    def __init__(self): self.at = self.asked = 0
    def __iter__(self): return self
    def __next__(self):
        self.asked += 1
        if self.at == 20:
            self.at = 0
            raise StopIteration
        self.at += 1
        return self.at
batches = Batches()
print(sum(batch for epoch in range(3) for batch in batches), [pair for pair in zip(batches, range(30))][-1])
for batch in batches: pass
print(batches.asked)
"""
    recording = record(source)
    assert recording.error is None
    assert recording.output == plain(source).output


# --- output ---


def test_what_is_printed_is_kept_in_order():
    program = "import sys\nprint('a', end='')\nprint('b', file=sys.stderr)\nsys.stdout.write('c')\nprint('中文', flush=True)"
    assert record(program).output == plain(program).output == "ab\nc中文\n"


def test_of_a_flood_of_output_beginning_and_end_are_kept_and_the_gap_is_told(monkeypatch):
    monkeypatch.setattr("backprop.one_run.MOST_OUTPUT", 1_000)
    recording = record("for k in range(10_000): print('line', k)")
    assert recording.end == "done"
    printed = "".join(f"line {k}\n" for k in range(10_000))
    left_out = len(printed) - 1_000
    assert recording.output == f"{printed[:900]}\n⋯ {left_out:,} ⋯\n{printed[-100:]}"
    assert {"id": "output-cut", "characters": left_out} in recording.notices


def test_one_long_text_is_cut_like_many_short_ones(monkeypatch):
    monkeypatch.setattr("backprop.one_run.MOST_OUTPUT", 1_000)
    recording = record("print('ab' * 5_000)")
    assert recording.output == f"{'ab' * 450}\n⋯ 9,001 ⋯\n{'b' + 'ab' * 49}\n"


def test_output_at_the_limit_is_not_told_as_cut(monkeypatch):
    monkeypatch.setattr("backprop.one_run.MOST_OUTPUT", 10)
    recording = record("print('123456789')")
    assert recording.output == "123456789\n"
    assert recording.notices == [{"id": "nothing"}]


@pytest.mark.parametrize("value", ["b'abc'", "5", "None"])
def test_only_text_can_be_written(value):
    error = error_of(f"import sys\nsys.stdout.write({value})")
    assert (error.type, error.line) == ("TypeError", 2)
    assert error.message.startswith("write() argument must be str, not")


def test_output_of_a_program_that_closes_or_replaces_it():
    assert record("import sys, io\nsys.stdout = io.StringIO()\nprint('lost')").output == ""
    assert record("import sys\nsys.stdout = None\nprint('lost')").end == "done"
    record("import sys\nsys.stdout.close()")
    assert record("print('found')").output == "found\n"


def test_our_own_output_is_ours_again():
    before = sys.stdout, sys.stderr
    record("import sys\nsys.stdout = sys.stderr = None\n1 / 0")
    assert (sys.stdout, sys.stderr) == before


# --- what the build makes ---


@pytest.mark.parametrize("lesson", some(lessons()))
def test_the_baked_run_is_small_and_has_its_beginning_and_end(lesson):
    program = (LESSONS / lesson / "program.py").read_text(encoding="utf-8")
    header, index, values, loss = bake(lesson, program)
    assert list(header["instances"]) == sorted(header["instances"])  # not as a set happens to stand
    chunks = Folded()
    chunks.add(json.dumps(header), index, values, loss)
    assert header["end"] == "done"
    later = [row for iteration, (_, _, row) in chunks.rows.items() if iteration >= FIRST]
    assert 8 * sum(map(len, later)) <= 1.1 * BAKED_BYTES
    last = header["iterations"] - 1
    *regular, end = sorted(chunks.rows)
    assert regular == [k for k in range(last) if k < FIRST or k % header["stride"] == 0]
    assert end == last
    assert len(chunks.loss) == -(-header["iterations"] // header["loss_stride"]) <= 4_000
    errors = dict(header["kept_loss"])
    kept = chunks.rows.keys() | {*header["looks"]}
    assert errors.keys() == (kept if np.isfinite(chunks.loss).any() else set())
    assert all(
        chunks.loss[k // header["loss_stride"]] == errors[k] for k in errors if k % header["loss_stride"] == 0
    )
    assert list(chunks.steps(0))


def test_a_baked_run_may_be_its_first_iterations_and_the_last():
    program = (LESSONS / "xor/program.py").read_text(encoding="utf-8").replace("range(4000)", "range(40)")
    header, index, values, loss = bake("xor", program, first=3)
    chunks = Folded()
    chunks.add(json.dumps(header), index, values, loss)
    assert sorted(chunks.rows) == [0, 1, 2, 39]
    assert (header["first"], header["stride"], header["iterations"]) == (3, 40, 40)


def test_a_lesson_that_does_not_run_cannot_be_baked():
    with pytest.raises(RuntimeError, match=r"xor does not run.*division by zero"):
        bake("xor", "1 / 0")


def test_a_plain_run_leaves_nothing_behind(capsys):
    random.seed(1)
    program_run.plain(SETUP + "x, t = samples[0]\n" + SAMPLE + "print(delta)\n")
    assert capsys.readouterr().out == ""


@pytest.mark.filterwarnings("error")
def test_complex_weights_are_refused_with_their_line():
    program = edited(
        "two-layer", ("2 * np.random.random", "(2 + 0j) * np.random.random"), ("range(10000)", "range(50)")
    )
    recording = record(program, "two-layer")
    assert "ComplexWarning" not in recording.output
    assert any(one["id"] == "unfollowed" and one["line"] == 18 for one in recording.notices)


# --- shapes in an error ---

SHAPES = """\
import numpy as np
X, rng = np.ones((4, 3)), np.random.default_rng(1)
class Net:
    def __init__(self):
        self.W = [np.ones((2, 5))]
net = Net()
y = np.zeros(4)
{}
"""


@pytest.mark.parametrize(
    ("line", "operands"),
    [
        ("X @ net.W[0]", [("X", [4, 3]), ("net.W[0]", [2, 5])]),
        ("z = 2 * np.dot(X, net.W[-1])", [("X", [4, 3]), ("net.W[-1]", [2, 5])]),
        ("z = X.T.dot(\n  net.W[0])", [("X.T", [3, 4]), ("net.W[0]", [2, 5])]),
        ("X += net.W[0]", [("X", [4, 3]), ("net.W[0]", [2, 5])]),
        ("z = X @ rng.normal(size=(2, 2))", [("X", [4, 3])]),
        ("z = (X * 2) @ X", [("X", [4, 3])]),
        ("int('x')", []),
        ("X.reshape(5, 5)", []),
    ],
)
def test_an_operation_that_fails_shows_its_arrays_with_their_shapes(line, operands):
    rec = record(SHAPES.format(line))
    assert rec.error.type == "ValueError"
    assert [(one["text"], one["shape"]) for one in rec.error.operands] == operands
