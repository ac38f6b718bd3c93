"""A run leaves nothing behind, and the next one starts clean."""

import gc
import math
import sys
import weakref

import pytest
from programs import plain, record, training

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
    "our own limits": ("import backprop.one_run as r; r.MOST_TURNS = 5", "print(len([k for k in range(100)]))"),
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
