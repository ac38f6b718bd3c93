"""How traces end: by whoever looks, by a bound, by the program's own error."""

import random

import numpy as np
import pytest
from backprop.trace import Bounds, trace
from test_trace import names, traced
from traced import check

pytestmark = pytest.mark.filterwarnings("ignore")


def test_look_is_called_as_the_tape_grows_and_ends_it():
    seen = []

    def look(tape):
        check(tape)
        seen.append(len(tape.events))
        return len(seen) == 3

    tape = trace("x = 1.0\nwhile True:\n    x = x * 1.01\n", look=look)
    assert seen == [250, 700, 2000]
    assert tape.ended == "enough"
    assert tape.error is None


@pytest.mark.parametrize(
    "body",
    [
        "while True:\n    try:\n        x = x * 1.01\n    except:\n        pass\n",
        "def f():\n    global x\n    try:\n        x = x * 1.01\n    finally:\n        return\nwhile True: f()\n",
        "while True:\n    try:\n        while True: x = x * 1.01\n    except BaseException: pass\n",
    ],
)
def test_a_program_cannot_swallow_the_stop(body):
    tape = trace("x = 1.0\n" + body, bounds=Bounds(events=500))
    assert tape.ended == "events"
    assert len(tape.events) == 500


@pytest.mark.parametrize(
    ("source", "bounds", "ended"),
    [
        ("while True: pass\n", {"turns": 10_000}, "turns"),
        ("for i in iter(int, 1): pass\n", {"turns": 10_000}, "turns"),
        ("while True: pass\n", {"seconds": 0.05}, "seconds"),
        (
            "def f(): return f()\nwhile True:\n    try: f()\n    except RecursionError: pass\n",
            {"seconds": 0.2},
            "seconds",
        ),
        (
            "import numpy as np\nX = np.zeros((100, 100))\nwhile True: Y = X + 1\n",
            {"numbers": 50_000},
            "numbers",
        ),
        ("sum(0 for _ in iter(int, 1))\n", {"turns": 10_000}, "turns"),
        ("def f(x): pass\nwhile True: f(0.5)\n", {"numbers": 10_000}, "numbers"),
        ("import numpy as np\nX = np.ones(3)\nwhile True: X[1]\n", {"numbers": 10_000}, "numbers"),
    ],
)
def test_every_trace_ends(source, bounds, ended):
    assert trace(source, bounds=Bounds(**bounds)).ended == ended


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("x = 1.0 +\n", SyntaxError),
        ("x = 2.0\ny = x * 3.0\n1 / 0\n", ZeroDivisionError),
        ("raise SystemExit(3)\n", SystemExit),
        ("import sys\nsys.exit()\n", SystemExit),
        ("class E(BaseException): pass\nraise E\n", BaseException),
        ("input()\n", EOFError),
        ("def f(): return f() + 1\nf()\n", RecursionError),
        ("x = 1.0\nx.y = 2\n", AttributeError),
        ("t = (1, 2)\nt[0] = 3.0\n", TypeError),
        ("a, b = 1.0,\n", ValueError),
        ("for x in 5: pass\n", TypeError),
        ("undefined + 1.0\n", NameError),
    ],
)
def test_what_the_program_raises_is_told(source, error):
    tape = trace(source)
    assert tape.ended == "error"
    assert isinstance(tape.error, error)


def test_what_was_traced_before_an_error_stays():
    tape = trace("x = 2.0\ny = x * 3.0\n1 / 0\n")
    assert "multiply" in names(tape)


def test_hostile_objects():
    source = (
        "class H:\n"
        "    def __getattribute__(s, n): raise ValueError(n)\n"
        "    def __eq__(s, o): raise ValueError\n"
        "    def __hash__(s): raise ValueError\n"
        "    def __bool__(s): raise ValueError\n"
        "    def __len__(s): raise ValueError\n"
        "    def __iter__(s): raise ValueError\n"
        "h = H()\nx = [h, 1.0]\ny = (h, x)\nd = dict(a=h)\nx[0] = h\n"
        "for f in (sum, max, list, float, abs, str):\n    try: f(h)\n    except Exception: pass\n"
        "z = 2.0 * 3.0\n"
    )
    assert traced(source).ended == "done"


def test_the_random_numbers_of_the_host_are_untouched():
    random.seed(5)
    np.random.seed(5)
    trace(
        "import random, numpy as np\nrandom.seed(0)\nnp.random.seed(0)\nr = random.random() + np.random.rand()\n"
    )
    after = random.random(), np.random.rand()
    random.seed(5)
    np.random.seed(5)
    assert after == (random.random(), np.random.rand())


def test_a_program_begins_with_the_random_state_it_is_given():
    random.seed(6)
    np.random.seed(6)
    state = random.getstate(), np.random.get_state()
    source = "import random, numpy as np\nr = random.random()\ns = np.random.rand()\n"
    one, other = (trace(source, random_state=state) for _ in range(2))
    assert one.values.tolist() == other.values.tolist() == [random.random(), np.random.rand()]
    assert trace(source).values.tolist() != one.values.tolist()


def test_a_mistake_of_ours_in_look_is_raised():
    def look(tape):
        raise KeyError("ours")

    with pytest.raises(KeyError, match="ours"):
        trace("x = 1.0\nwhile True:\n    try: x = x * 1.01\n    except: pass\n", look=look)


def test_a_list_that_holds_itself_does_not_stop_the_trace():
    tape = trace("batches = []\nbatches.append(batches)\nagain = batches\nx = 2.0\ny = x * x\n")
    assert tape.ended == "done"
    assert tape.values[-1] == 4
