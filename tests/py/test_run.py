"""Whatever a program does, record tells it, cuts it off in time, and the next run starts clean."""

import builtins
import gc
import json
import math
import random
import sys
import textwrap
import weakref

import numpy as np
import pytest
from backprop import run as program_run
from backprop.lessons.lens import LESSONS, OWN, lessons
from backprop.page.session import BAKED_BYTES, bake, run
from backprop.plan import judged_by_derivative
from backprop.recording.kept_rows import FIRST
from backprop.recording.turns import Turns
from backprop.run import run_and_record
from programs import BACKWARD, FORWARD, SAMPLE, SETUP, UPDATE, plain, record, training

from tests.lesson_programs import edited, source_of

TRAINED = training("for epoch in range(3):")


# --- what is kept ---

IN_A_METHOD = "        delta = (activations"
AT_THE_END = "if len(test):"
LEFT_BEHIND = {
    "functions": ("xor", TRAINED + "def f():\n    a[4] = [k for k in range(3)]\n"),
    "a class": ("network-class", source_of("network-class")),
    "functions and notes": ("playground", source_of("playground")),
    "an error in a method": (
        "network-class",
        edited("network-class", (IN_A_METHOD, "        1 / 0\n" + IN_A_METHOD)),
    ),
    "too many turns": (
        "network-class",
        edited("network-class", (IN_A_METHOD, "        while True: pass\n" + IN_A_METHOD)),
    ),
    "a generator": ("xor", TRAINED + "def f():\n    while True:\n        yield a\nleft = f()\nnext(left)\n"),
    "a function of a name that is kept": (
        "playground",
        edited("playground", (AT_THE_END, f"def train():\n    while False: pass\n\n{AT_THE_END}")),
    ),
}


@pytest.mark.parametrize(("lesson", "source"), LEFT_BEHIND.values(), ids=LEFT_BEHIND)
def test_nothing_of_a_run_is_left_when_its_recording_is_gone(monkeypatch, lesson, source):
    monkeypatch.setattr("backprop.one_run.MOST_TURNS", 200_000)
    recording = weakref.ref(record(source, lesson))
    gc.collect()
    assert recording() is None


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


@pytest.mark.parametrize("odd", ["1 / 0", "raise SystemExit", "exec('while True: pass')"])
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


# --- the budget ---


@pytest.fixture
def few_turns(monkeypatch):
    monkeypatch.setattr("backprop.one_run.MOST_TURNS", 2_000)


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


@pytest.mark.parametrize("runaway", RUNAWAYS)
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


def test_a_run_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr("backprop.one_run.MOST_SECONDS", 0.2)
    recording = record("import time\nwhile True:\n    time.sleep(0.01)")
    assert (recording.end, recording.error.type) == ("budget", "Time")


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


# --- nothing is handed on to the next run ---

LEAKS = {
    "a global": ("x = 1", "print('x' in globals())"),
    "math": ("import math; math.exp = None", "import math; print(math.exp(0))"),
    "a part of math deleted": ("import math; del math.exp", "import math; print(math.exp(0))"),
    "a new part of math": ("import math; math.mine = 1", "import math; print(hasattr(math, 'mine'))"),
    "random": ("import random; random.random = lambda: 4", "import random; print(random.random() < 1)"),
    "random's class": (
        "import random; random.Random.random = lambda self: 4",
        "import random; print(random.Random().random() < 1)",
    ),
    "np": ("import numpy as np; np.exp = None", "import numpy as np; print(np.exp(0))"),
    "np deleted": ("import numpy as np; del np.exp", "import numpy as np; print(np.exp(0))"),
    "np.random": ("import numpy as np; np.random.rand = None", "import numpy as np; print(np.random.rand() < 1)"),
    "np.linalg": ("import numpy as np; np.linalg.norm = None", "import numpy as np; print(np.linalg.norm([1]))"),
    "np.fft": ("import numpy as np; np.fft", "import numpy as np; print(np.fft.__name__)"),
    "np.ma": ("import numpy.ma", "import numpy as np; print(np.ma.__name__)"),
    "np.seterr": ("import numpy as np; np.seterr(all='raise')", "import numpy as np; print(np.geterr())"),
    "np's printing": (
        "import numpy as np; np.set_printoptions(precision=2)",
        "import numpy as np; print(np.array([1 / 3]))",
    ),
    "recursion limit": ("import sys; sys.setrecursionlimit(4000)", "import sys; print(sys.getrecursionlimit())"),
    "sys.path": ("import sys; sys.path.append('mine')", "import sys; print('mine' in sys.path)"),
    "stdout": ("import sys, io; sys.stdout = io.StringIO()", "print(1)"),
    "a module made": ("import sys, types; sys.modules['mine'] = types.ModuleType('mine')", "import mine"),
    "a module blocked": ("import sys; sys.modules['math'] = None", "import math; print(math.pi)"),
    "a module dropped": ("import sys; del sys.modules['random']", "import random; print(random.random() < 1)"),
    "__main__": ("import sys; sys.modules['__main__'].x = 1", "import __main__; print(hasattr(__main__, 'x'))"),
    "builtins": ("import builtins; builtins.print = None; builtins.mine = 1", "print('mine' in dir(__builtins__))"),
    "its own builtins": ("__builtins__['len'] = None", "print(len([1]))"),
    "warnings": ("import warnings; warnings.simplefilter('error')", "import warnings; warnings.warn('x'); print(1)"),
    "the environment": ("import os; os.environ['MINE'] = '1'", "import os; print('MINE' in os.environ)"),
    "the environment emptied": ("import os; os.environ.clear()", "import os; print(len(os.environ) > 0)"),
    "decimal": (
        "import decimal; decimal.getcontext().prec = 3",
        "import decimal; print(decimal.Decimal(1) / 3)",
    ),
    "json": ("import json; json.dumps = None", "import json; print(json.dumps(1))"),
    "the clock": ("import time; time.perf_counter = lambda: 0", "import time; print(time.perf_counter() > 0)"),
    "our own limits": ("import backprop.run as r; r.MOST_TURNS = 5", "print(len([k for k in range(100)]))"),
    "a trace": ("import sys; sys.settrace(lambda *a: None)", "import sys; print(sys.gettrace())"),
    "collection": ("import gc; gc.disable()", "import gc; print(gc.isenabled())"),
    "the source in a traceback": ("x = 1\nx = 2", "import linecache; print(linecache.getline('<your program>', 2))"),
}  # fmt: skip


@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.filterwarnings("ignore")
def test_the_next_run_starts_clean(leak):
    first, second = LEAKS[leak]
    alone = record(second)
    record(first)
    after = record(second)
    assert (after.output, after.error) == (alone.output, alone.error)


def test_a_seed_is_not_felt_by_the_next_run():
    drawn = "import random\nimport numpy as np\nprint(random.random(), np.random.random())"
    outputs = set()
    for _ in range(2):
        record("import random\nimport numpy as np\nrandom.seed(1); np.random.seed(1)")
        outputs.add(record(drawn).output)
    assert len(outputs) == 2


def test_a_seeded_run_is_the_same_again():
    one, two = record(TRAINED), record(TRAINED)
    assert [s.sets for s in one.steps(2)] == [s.sets for s in two.steps(2)]


def test_what_a_failing_run_changed_is_undone_too():
    record("import math\nmath.exp = None\nmath.exp(0)")
    assert math.exp(0) == 1
    assert sys.modules["__main__"].__dict__.get("__builtins__") is not None


def test_the_program_is_main():
    program = "import sys\nprint(__name__, sys.modules['__main__'].__dict__ is globals())"
    assert record(program).output == plain(program).output == "__main__ True\n"


# --- run: the recording in pieces ---


class Folded:
    """The page's side: chunks joined into one recording (the format is told in recording.py)."""

    def __init__(self):
        self.headers, self.patterns, self.layouts, self.samples, self.notices = [], [], [], [], []
        self.rows, self.loss, self.output, self.network, self.instances = {}, [], "", None, {}
        self.differing = {}

    def add(self, header, index, values, loss):
        header = json.loads(header, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
        if header.get("again"):
            self.__init__()
        self.headers.append(header)
        for part in ("patterns", "layouts", "samples", "notices"):
            getattr(self, part).extend(header[part])
        self.instances |= header["instances"]
        self.output += header["output"]
        assert not (self.network and header["network"]), "the network is sent once"
        self.network = self.network or header["network"]
        self.loss += np.frombuffer(loss).tolist()
        index, values = np.frombuffer(index, np.int32).tolist(), np.frombuffer(values).tolist()
        while index:
            (iteration, layout, count), index = index[:3], index[3:]
            segments, index = list(zip(index[: 2 * count : 2], index[1 : 2 * count : 2])), index[2 * count :]
            length = len(self.layouts[layout]) + sum(
                self.patterns[pattern]["length"] for pattern, _ in segments
            )
            differing, index = index[1 : 1 + index[0]], index[1 + index[0] :]
            assert iteration not in self.rows
            self.rows[iteration] = (layout, segments, values[:length])
            self.differing[iteration] = dict(zip(differing, values[length:]))
            values = values[length + len(differing) :]
        assert values == []
        last = header["iterations"] - 1
        first, stride = header["first"], header["stride"]
        self.rows = {k: row for k, row in self.rows.items() if k < first or k % stride == 0 or k == last}

    def steps(self, iteration):
        layout, segments, values = self.rows[iteration]
        start = len(self.layouts[layout])
        for pattern, sample in segments:
            for step in self.patterns[pattern]["steps"]:
                yield step["line"], step["sets"], values[start + step["at"]], sample, step["checked"]
            start += self.patterns[pattern]["length"]

    def before(self, iteration):
        layout, _, values = self.rows[iteration]
        return dict(zip(self.layouts[layout], values))


def folded(source):
    chunks = Folded()
    run(source, "xor", chunks.add)
    return chunks


def name_of(ref):
    quantity, key = ref
    return f"{quantity}:{key[0]}-{key[1]}" if isinstance(key, tuple) else f"{quantity}:{key}"


def assert_folds_to(chunks, recording):
    assert sorted(chunks.rows) == recording.kept
    np.testing.assert_array_equal(chunks.loss, recording.loss)
    assert chunks.output == recording.output
    assert chunks.samples == recording.samples
    assert chunks.notices == recording.notices
    assert chunks.headers[-1]["iterations"] == recording.iterations
    for k in recording.kept:
        steps = [(line, name, value) for line, name, value, *_ in chunks.steps(k)]
        assert steps == [(s.line, name_of(r), v) for s in recording.steps(k) for r, v in s.sets.items()]
        checks = recording.checks(k)
        assert chunks.differing[k] == {c.step: c.formula for c in checks if not c.agrees}
        checked = [n for n, (*_, checked) in enumerate(chunks.steps(k)) if checked]
        assert checked == [c.step for c in checks]
        if k - 1 in chunks.rows:
            for edge in recording.topology.edges:
                at_the_end = recording.value("w", edge, iteration=k - 1)
                assert chunks.before(k)[name_of(("w", edge))] == at_the_end


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
            assert step["sets"] in chunks.instances
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


# --- what the build makes ---


@pytest.mark.parametrize("lesson", lessons())
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
