"""Objects of classes that the program wrote: the recording calls nothing of them, and numbers among them are followed.

Every special method counts its calls. A program runs plainly, is traced to its end, is recorded: the counts are the same.
"""

import builtins
from collections import Counter
from itertools import product

import pytest
from backprop.one_run import OneRun
from backprop.page.wire import Chunks
from backprop.trace import Bounds, trace
from conftest import some
from programs import record

from tests.lesson_programs import edited, source_of

COUNTED = """
import builtins, operator
count = builtins.count
def own(base, names):
    def counted(name, of):
        def method(self, *given):
            count(base.__name__ + name)
            result = of(self, *given)
            return kind(result) if type(result) is base and name not in WITHOUT else result
        return method
    kind = type("Own" + base.__name__, (base,), {n: counted(n, getattr(base, n)) for n in names.split()})
    return kind
WITHOUT = ("__float__", "__int__", "__index__", "__hash__", "__trunc__")
NUMBER = (
    "__add__ __radd__ __sub__ __rsub__ __mul__ __rmul__ __truediv__ __rtruediv__ __pow__ __neg__ __pos__ __abs__ "
    "__float__ __int__ __bool__ __eq__ __lt__ __gt__ __hash__ __repr__ __round__"
)
Float, Int = own(float, NUMBER), own(int, NUMBER + " __index__")
List = own(list, "__getitem__ __setitem__ __len__ __iter__ __contains__ __eq__ __repr__ append")
Dict = own(dict, "__getitem__ __setitem__ __len__ __iter__ __contains__ __eq__ __repr__ keys values items get")
class Value:
    "A number that is nothing of Python's."
    def __init__(self, x): self.x = x
def plain(value): return value.x if type(value) is Value else value
def counted(name, of):
    def method(self, *given):
        count("Value" + name)
        return of(self.x, *map(plain, given))
    setattr(Value, name, method)
for name in "add sub mul truediv pow".split():
    of = getattr(operator, name)
    counted(f"__{name}__", lambda x, y, of=of: Value(of(x, y)))
    counted(f"__r{name}__", lambda x, y, of=of: Value(of(y, x)))
for name in "lt gt eq".split():
    counted(f"__{name}__", getattr(operator, name))
for name, of in dict(neg=operator.neg, pos=operator.pos, abs=abs).items():
    counted(f"__{name}__", lambda x, of=of: Value(of(x)))
for name, of in dict(float=float, int=int, index=int, bool=bool, hash=hash, repr=repr, str=str).items():
    counted(f"__{name}__", of)
counted("__len__", lambda x: 3); counted("__iter__", lambda x: iter((x,))); counted("__getitem__", lambda x, i: x)
def missing(x, name): raise AttributeError(name)
def __getattr__(self, name): count("Value.getattr"); raise AttributeError(name)
Value.__getattr__ = __getattr__
class Again:
    "An iterator that begins again after its end."
    def __init__(self, items): self.items, self.at = items, 0
    def __iter__(self): count("Again.iter"); return self
    def __len__(self): count("Again.len"); return len(self.items)
    def __next__(self):
        count("Again.next")
        if self.at == len(self.items):
            self.at = 0
            raise StopIteration
        self.at += 1
        return self.items[self.at - 1]
"""

LISTS = """
import math, random
random.seed(1)
X, Y = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], [0, 1, 1, 0]
w1 = [[{number}(random.uniform(-1, 1)) for _ in range(3)] for _ in range(4)]
w2 = [{number}(random.uniform(-1, 1)) for _ in range(4)]
eta = {rate}
sigmoid = lambda z: 1 / (1 + math.exp(-z))
for epoch in {epochs}:
    for x, t in zip(X, Y):
        h = [sigmoid(sum(a * b for a, b in zip(w, x))) for w in w1]
        o = sigmoid(sum(a * b for a, b in zip(w2, h)))
        d = (t - o) * o * (1 - o)
        dh = [d * w2[j] * h[j] * (1 - h[j]) for j in range(4)]
        for j in range(4):
            w2[j] = w2[j] + eta * d * h[j]
            for i in range(3):
                w1[j][i] += eta * dh[j] * x[i]
"""
ARRAYS = """
import numpy as np
np.random.seed(1)
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], float)
y = np.array([[0], [1], [1], [0]], float)
W1, W2 = 2 * np.random.random((3, 4)) - 1, 2 * np.random.random((4, 1)) - 1
eta, errors = {rate}, List()
for epoch in range(6):
    h = 1 / (1 + np.exp(-(X @ W1)))
    o = 1 / (1 + np.exp(-(h @ W2)))
    d2 = (y - o) * o * (1 - o)
    d1 = d2 @ W2.T * h * (1 - h)
    W2 += eta * (h.T @ d2)
    W1 += (X.T @ d1) * eta
    errors.append(float(((y - o) ** 2).mean()))
"""

# A network behind a property and `__getitem__`; its weights are changed in each of the ways that ask for them.
NET = """
import builtins
import numpy as np
count = builtins.count
class Net:
    def __init__(self): self._w, self._b, self._v = [0.3, -0.2], 0.1, np.array([0.4, 0.5])
    @property
    def w(self): count("w"); return self._w
    @property
    def b(self): count("b"); return self._b
    @b.setter
    def b(self, value): count("b ="); self._b = value
    def __getitem__(self, k): count("getitem"); return self._v[k]
    def __setitem__(self, k, value): count("setitem"); self._v[k] = value
net = Net()
for epoch in range(20):
    for x, t in [([1.0, 0.5], 0.2), ([0.5, 1.0], 0.7)]:
        d = t - ({output})
        {update}
"""
OUTPUTS = {
    "property": "net.w[0] * x[0] + net.w[1] * x[1] + net.b",
    "item": "net[0] * x[0] + net[1] * x[1] + net.b",
    "slice": "net[:] @ np.array(x) + net.b",
}
UPDATES = {
    "property": "for k in range(2): net.w[k] += 0.1 * d * x[k]",
    "item": "for k in range(2): net[k] += 0.1 * d * x[k]",
    "slice": "net[:] += 0.1 * d * np.array(x)",
}


def lists(number="float", rate="0.5", epochs="range(6)"):
    return COUNTED + LISTS.format(number=number, rate=rate, epochs=epochs)


def xor(*changes):
    return COUNTED + edited("xor", ("range(4000)", "range(6)"), *changes)


def arrays(rate):
    return COUNTED + ARRAYS.format(rate=rate)


RATES = {"a float": "Float(0.5)", "an int": "Int(1)"}
FOUND = {
    **{f"{name}, lists": lists(rate=rate) for name, rate in RATES.items()},
    **{f"{name}, arrays": arrays(rate) for name, rate in RATES.items()},
    "weights": lists(number="Float"),
    "a bare subclass": "class Rate(float): pass\n" + lists(rate="Rate(0.5)"),
    "a bare subclass, arrays": "class Rate(float): pass\n" + arrays("Rate(0.5)"),
    "a number of its own": lists(rate="Value(0.5)"),
    "an iterator": lists(epochs="Again(range(6))"),
}
BY_NAMES = {
    **{name: xor(("eta = 0.5", f"eta = {rate}")) for name, rate in RATES.items()},
    "a number of its own": xor(("eta = 0.5", "eta = Value(0.5)")),
    "dicts": xor(("{}, {}, {}, {}, {}", "Dict(), Dict(), Dict(), Dict(), Dict()")),
    "an iterator": xor(("range(6)", "Again([0, 1, 2, 3, 4, 5])")),
}


@pytest.fixture
def counts(monkeypatch):
    found = Counter()
    monkeypatch.setattr(builtins, "count", lambda name: found.update([name]), raising=False)
    return found


def plainly(source, counts):
    exec(compile(source, "<plain>", "exec"), {"__name__": "__main__", "print": lambda *_, **__: None})
    found = Counter(counts)
    counts.clear()
    return found


def recorded_counting(monkeypatch, counts, source, lesson):
    """The recording of a program, what it called in each of its runs, and what it calls without recording."""
    expected = plainly(source, counts)
    execute, during = OneRun._execute, []

    def counted(*given):
        counts.clear()
        error = execute(*given)
        during.append(Counter(counts))
        return error

    monkeypatch.setattr(OneRun, "_execute", counted)
    return record(source, lesson), during, expected


each_source = pytest.mark.parametrize(
    ("source", "lesson"),
    some([*((one, "own") for one in FOUND.values()), *((one, "xor") for one in BY_NAMES.values())]),
    ids=some([*FOUND, *BY_NAMES]),
)


@each_source
def test_nothing_of_them_is_called_while_the_program_is_traced(counts, source, lesson):
    expected = plainly(source, counts)
    tape = trace(source, bounds=Bounds(10**9, 10**9, 1e9, 10**9))
    assert (tape.ended, tape.error) == ("done", None)
    assert counts == expected


@each_source
def test_nothing_of_them_is_called_while_the_program_is_recorded(monkeypatch, counts, source, lesson):
    recording, during, expected = recorded_counting(monkeypatch, counts, source, lesson)
    assert recording.error is None
    assert recording.iterations >= 6
    assert expected in during  # a slow run is thinned, and run again to its last iteration: not whole
    assert all(one <= expected for one in during)
    counts.clear()
    recording.steps(0)
    assert not counts


@pytest.mark.parametrize("way", OUTPUTS)
def test_an_update_of_what_a_property_or_getitem_gives_asks_for_it_once(monkeypatch, counts, way):
    source = NET.format(output=OUTPUTS[way], update=UPDATES[way] + "\n        net.b += 0.1 * d")
    recording, during, expected = recorded_counting(monkeypatch, counts, source, "own")
    assert recording.found.state == "found"
    assert (recording.iterations, during) == (20, [expected])
    assert recording.judgement.is_clean


@pytest.mark.parametrize(
    "name", some(name for name in FOUND if name not in ("a number of its own", "an iterator"))
)
def test_a_number_of_a_class_derived_from_float_or_int_is_followed(monkeypatch, name):
    monkeypatch.setattr(builtins, "count", lambda name: None, raising=False)
    recording = record(FOUND[name], "own")
    assert recording.found.state == "found"
    assert [*map(len, recording.topology.layers)] == [3, 4, 1]
    assert {role.quantity for role in recording.found.roles} >= {"eta", "delta", "w"}
    assert recording.judgement.is_clean


ASKED = ("__pos__", "__float__", "__len__", "__bool__", "__iter__", "__array__", "__eq__")
ODD = ("raise SystemExit", "1 / 0", "exec('while True: pass')")


@pytest.mark.parametrize(("name", "odd"), some(product(ASKED, ODD)))
def test_what_raises_leaves_or_never_ends_is_not_asked(name, odd):
    own = f"class Odd:\n    def {name}(self, *given): {odd}\n"
    source = own + edited(
        "xor", ("range(4000)", "range(3)"), ("    for x, t in", "    a[8] = w[8, 9] = Odd()\n    for x, t in")
    )
    recording = record(source, "xor")
    assert (recording.error, recording.iterations) == (None, 3)


def test_objects_among_the_variables_that_a_lesson_s_panels_show_are_not_asked():
    odd = "class Odd:\n    def __float__(self): raise SystemExit\n    __str__ = __array__ = __len__ = __float__\n"
    source = source_of("playground") + "\ntrain, inputs, cost = [[Odd(), 0, 1]], [Odd()], Odd()\n"
    recording = record(odd + source, "playground")
    assert (recording.error, recording.end) == (None, "done")
    chunks = Chunks(lambda *chunk: None)
    header, *_ = chunks.take(recording)
    assert header["playground"] is None
