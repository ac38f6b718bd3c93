"""The instrumented program computes what the plain one does, fails where it does, and notes what it assigned."""

import pytest
from conftest import examples
from hypothesis import HealthCheck, given, settings
from programs import SAMPLE, WITNESS, assignments, plain, programs, record, recorded, training, values

pytestmark = pytest.mark.usefixtures("by_the_names_of_the_lesson")

generated = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def steps(recording):
    """Per iteration, the (line, ref, value) of each step."""
    return [
        [(step.line, ref, value) for step in recording.steps(k) for ref, value in step.sets.items()]
        for k in recording.kept
    ]


@settings(generated, max_examples=examples(40))
@given(programs())
def test_a_program_computes_the_same_and_every_assignment_is_a_step(program):
    expected, watched = assignments(program)
    alone = plain(program.source)
    ran, recording = recorded(program.source)
    assert watched.error is alone.error is ran.error is None
    assert ran.output == alone.output
    assert values(ran.names) == values(alone.names)
    assert steps(recording) == expected


@settings(generated, max_examples=examples(20))
@given(programs(failing=True))
def test_a_program_fails_the_same_after_the_same_assignments(program):
    expected, _ = assignments(program)
    alone = plain(program.source)
    ran, recording = recorded(program.source)
    assert alone.error is not None
    assert ran.error == alone.error
    assert ran.output == alone.output
    assert values(ran.names) == values(alone.names)
    assert steps(recording) == expected


# --- what Python has beyond assignments ---

CONSTRUCTS = {
    "module docstring": '"Doc."\nprint(__doc__)',
    "docstring after from future": '"Doc."\nfrom __future__ import annotations\ndef f(x: nowhere): "In."\nprint(f.__doc__)',
    "future annotations are text": "from __future__ import annotations\ny: nowhere = 1\nprint(__annotations__)",
    "annotations are evaluated": "y: int = 1\ndef f(a: 1 + 1): pass\nprint(__annotations__, f.__annotations__)",
    "function docstring": 'def f(y):\n    "Doc."\n    y = 1\n    return y\nprint(f.__doc__, f(0))',
    "class docstring": 'class C:\n    "Doc."\n    eta = 0.5\nprint(C.__doc__, C.eta)',
    "decorators": "def twice(f): return lambda *a: 2 * f(*a)\n@twice\ndef f(y): y += 1; return y\nprint(f(1))",
    "defaults are evaluated once": "n = []\ndef f(a=n.append(1)): return a\nf(); f(); print(n)",
    "property": "class C:\n    @property\n    def a(self): return 4\nprint(C().a)",
    "global": "def f():\n    global y\n    y = 3\nf(); print(y)",
    "global after a docstring": 'def f():\n    "Doc."\n    global y\n    y = 3\nf(); print(y)',
    "nonlocal": "def f():\n    y = 1\n    def g():\n        nonlocal y\n        y += 1\n    g()\n    return y\nprint(f())",
    "generator": "def f():\n    for t in range(3): y = yield t; print(y)\ng = f(); next(g); g.send(5); print(list(g))",
    "generator that is closed": "def f():\n    try:\n        for t in (1, 2): yield t\n    finally: print('closed')\n"
    "g = f(); next(g); g.close()",
    "yield from": "def f(): a = yield from (1, 2); return a\nprint(list(f()))",
    "async def": "import asyncio\nasync def f():\n    y = 2\n    return y\nc = f()\ntry: c.send(None)\n"
    "except StopIteration as e: print(e.value)",
    "async for and with": "class A:\n    async def __aenter__(self): return 4\n    async def __aexit__(self, *e): pass\n"
    "    def __aiter__(self): self.n = 0; return self\n    async def __anext__(self):\n        self.n += 1\n"
    "        if self.n > 2: raise StopAsyncIteration\n        return self.n\nasync def f():\n"
    "    async with A() as y: print(y)\n    async for t in A(): print(t)\n    return [k async for k in A()]\n"
    "try: f().send(None)\nexcept StopIteration as e: print(e.value)",
    "lambda": "delta = {}\nf = lambda a, *b: (y := a)\nprint(f(3), 'y' in globals())",
    "class body": "class C:\n    w = {}\n    for j in (1, 2): w[j, 0] = j\n    y, t = 1, 2\nprint(C.w, C.y, C.t)",
    "class with slots": "class C:\n    __slots__ = ('y',)\nc = C(); c.y = 4; print(c.y)",
    "super": "class A:\n    def f(self): self.y = 1; return self\nclass B(A):\n    def f(self): return super().f()\n"
    "print(B().f().y)",
    "dataclass": "from dataclasses import dataclass\n@dataclass\nclass C:\n    eta: float = 0.5\nprint(C())",
    "descriptor": "class D:\n    def __set__(self, o, v): print('set', v)\n    def __get__(self, o, c=None): return 1.5\n"
    "class C: y = D()\nc = C(); c.y = 3",
    "setitem that says no": "class W(dict):\n    def __setitem__(self, k, v): raise KeyError(k)\n"
    "w = W()\ntry: w[8, 4] = 1\nexcept KeyError as e: print(e)",
    "getitem that says no": "class W:\n    def __setitem__(self, k, v): print(k, v)\nw = W()\nw[8, 4] = 1",
    "comprehensions": "print([y for y in range(3) if y], {k: k for k in 'ab'}, {*()})\n"
    "print(list(k * j for k in (1, 2) for j in (3,)))",
    "walrus in a comprehension": "print([y := k for k in (1, 2)], y)",
    "match captures": "match (1, [2, 3], {'k': 4}):\n    case (a, [t, *rest], {'k': y}) if a: print(a, t, rest, y)",
    "try star": "try:\n    raise ExceptionGroup('g', [ValueError(1), KeyError(2)])\n"
    "except* ValueError as e: y = 1; print(e.exceptions)\nexcept* KeyError: print('k')",
    "bare raise": "try:\n    try: 1 / 0\n    except ZeroDivisionError: y = None; raise\n"
    "except ZeroDivisionError as e: print(e)",
    "exception context": "try:\n    try: 1 / 0\n    except ZeroDivisionError: y = 'x'; raise KeyError\n"
    "except KeyError as e: print(repr(e.__context__))",
    "return in finally": "def f():\n    for t in (1, 2):\n        try: return t\n        finally: y = t; continue\n"
    "    return 'end'\nprint(f())",
    "return out of a marked loop": "def f():\n    for t in (1, 2):\n"
    "        while True:\n            delta = {8: t}; return t\nprint(f())",
    "for else": "for t in (1, 2): pass\nelse: y = 3\nfor t in (1,): break\nelse: y = 4\nprint(y, t)",
    "while else": "k = 2\nwhile k: k -= 1\nelse: y = 3\nprint(y)",
    "loop over what changes": "k = [1, 2]\nfor t in k:\n    if t < 5: k.append(t + 2)\nprint(k)",
    "loop over a half-used iterator": "k = iter(range(300))\nfor t in k: break\n"
    "for t in k: next(k); break\nprint(list(k)[:2])",
    "del": "y = 3; delta = {8: 1}\ndel delta[8], y\nprint(delta, 'y' in globals())",
    "multiple targets": "a = {}\na[4], (a[5], *a[6]), a[7] = 1, (2, 3, 4), 5\nprint(a)",
    "chained assignment": "a = y = delta = {}\na[8] = 1\nprint(y, delta)",
    "type of int stays": "y = 3; a = {4: True}\na[4] = y\nprint(y, a, type(y))",
    "one line of many": "y = 1; y += 1; a = {}; a[4] = y; print(a)",
    "continued lines": "y = (1 +\n  2 +\n  3)\nw = {}\nw[8,\n  4] = \\\n  y\nprint(w)",
    "formatted": "y = 3\nprint(f'{y = } {y:>5} {[t for t in (1, 2)]}')",
    "starred index": "a = {}\na[*(4, 5)] = 1\nprint(a)",
    "index that is a condition": "a = {}\na[4 if a else 5] = 1\na[(lambda: 6)()] = 2\na[[7][0]] = 3\nprint(a)",
    "long sum": "y = " + " + ".join(["1"] * 400) + "\nprint(y)",
    "many brackets": "y = " + "(" * 60 + "1" + ")" * 60 + "\nprint(y)",
    "exec and eval": "exec('y = 4'); print(eval('y + 1'))",
    "main guard": "if __name__ == '__main__': y = 1; print(__name__, y)",
    "line of its own": "import sys\ndef here(): return sys._getframe(1).f_lineno\n"
    "w = {}\nw[8, 4] = \\\n  here()\nprint(w, here())",
}


@pytest.mark.parametrize("construct", CONSTRUCTS)
@pytest.mark.filterwarnings("ignore")
def test_python_means_what_it_meant(construct):
    alone, recording = plain(CONSTRUCTS[construct]), record(CONSTRUCTS[construct])
    assert (alone.error, recording.error) == (None, None)
    assert recording.output == alone.output
    assert alone.output


# --- once, and only once ---


def test_an_index_with_a_side_effect_is_evaluated_once():
    for statement in (
        "a[pop()] = 1",
        "a[pop()] += 1",
        "a[pop()]: float = 1",
        "a[pop()] = a[pop()] = 1",
        "a[pop()], a[pop()] = 1, 2",
        "w[pop(), pop()] = 1",
        "w[pop()][pop()] = 1",
        "for a[pop()] in (1, 2): pass",
        "holders[pop() - 4].a[5] = 1",
        "rows[pop():9] = [1]",
        "a[(lambda: pop())()] = 1",
        "a[[pop() for _ in (1,)][0]] = 1",
        "a[*(pop(),)] = 1",
    ):
        program = WITNESS + (
            "from collections import defaultdict\nfrom types import SimpleNamespace\n"
            "left = [8, 7, 6, 5, 4]\ndef pop(): return left.pop()\n"
            "a, rows = dict.fromkeys(range(9), 0), [0] * 9\nw = {4: {}, (4, 5): 0}\n"
            "holders = [SimpleNamespace(a={})]\n" + statement + "\n"
        )
        alone, (ran, _) = plain(program), recorded(program)
        assert alone.error is ran.error is None, statement
        assert ran.names["left"] == alone.names["left"], statement
        assert ran.names["a"] == alone.names["a"], statement


def test_what_a_line_reads_is_found_out_without_running_it():
    """Iterators stay where they are and a defaultdict does not grow, though the line's reads are told."""
    head = "from collections import defaultdict\nstream, order = iter(range(10**6)), defaultdict(int)\n"
    reading = (
        "net[4] = sum(w[4, i] * v for i, v in zip((1, 2, 3), stream))\n"
        "k = epoch\nnet[5] = w[5, 1] * b[order[k] + 4]\nk = -epoch\n"
    )
    program = head + training("for epoch in range(60):", before=reading) + "print(next(stream), len(order))\n"
    told = record(program)
    assert told.iterations == 60
    assert told.output == plain(program).output


# --- errors ---

FAILURES = {
    "in an item": "a = {}\na[4] = 1\na[4] = a[5]",
    "in a tuple that does not fit": "a = {}\n\na[4], a[5] = 1, 2, 3",
    "in a function": "def f():\n    y = 1\n    return y / 0\n\nf()",
    "in a method": "class C:\n    def f(self):\n        self.y = 1\n        self.y[4] = 1\nC().f()",
    "in a function that a comprehension calls": "def f(k):\n    y = k\n    return 1 / y\n\nw = sum(f(k) for k in (2, 1, 0))",
    "in a comprehension over several lines": "y = [\n    1 / k\n    for k in (1, 0)\n]",
    "in a lambda": "f = lambda: 1 / 0\ny = 1\ny = f()",
    "in a loop's head": "for t in 5:\n    pass",
    "in an iterator": "def f():\n    yield 1\n    raise KeyError('gone')\nfor t in f():\n    y = t",
    "in a key function": "a = sorted(\n    [3, 1],\n    key=lambda k: k.b,\n)",
    "in a class body": "class C:\n    eta = 0.5\n    y = eta.b",
    "in a decorator": "def d(f):\n    raise RuntimeError('no')\n@d\ndef f(): pass",
    "in an index": "a = [0]\na[\n  9\n] = 1",
    "in an annotation": "y: nowhere = 1",
    "in finally": "try:\n    y = 1\nfinally:\n    y = y.b",
    "in else": "for t in (1,): pass\nelse:\n    a[4] = 1",
    "in with": "class W:\n    def __enter__(self): return 1\n    def __exit__(self, *e): raise OSError('shut')\n"
    "with W() as y:\n    y = 2",
    "in a nested call": "def f(k): return g(k)\ndef g(k):\n    return h(k)\ndef h(k):\n    y = k\n    raise ValueError(k)\n"
    "f(3)",
    "with a cause": "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('cause') from e",
    "of its own class": "class Mine(Exception):\n    pass\ny = 1\nraise Mine('own', 2)",
    "of its own class without words": "class Mine(Exception):\n    pass\nraise Mine",
    "a KeyError": "delta = {}\ndelta[8] += 1",
    "a name that was deleted": "y = 1\ndel y\ny += 1",
    "a local before it is set": "y = 1\ndef f():\n    y += 1\nf()",
    "an assert": "y = 1\nassert y > 2, f'{y} is too small'",
    "recursion": "def f(n):\n    y = 1\n    return f(n + 1)\n\nf(0)",
    "math": "import math\na = {}\na[4] = math.exp(1000)",
    "a raised SyntaxError": "y = 1\n\nraise SyntaxError('mine')",
    "a SyntaxError in exec": "y = 1\nexec('y = = 1')",
    "a StopIteration": "y = 1\ny = next(iter(()))",
    "an exception in a group": "raise ExceptionGroup('g', [ValueError(1)])",
}  # fmt: skip


@pytest.mark.parametrize("failure", FAILURES)
def test_the_same_error_on_the_same_line(failure):
    source = FAILURES[failure]
    error = record(source).error
    assert (error.type, error.message, error.line) == plain(source).error


@pytest.mark.parametrize(
    "source",
    [
        "x = = 1",
        "y = 1\n  z = 2",
        "if True:\ny = 1",
        "y = (1,\n2",
        "def f(:\n  pass",
        "return 1",
        "for t in (1, 2):\n    pass\nbreak",
        "y = 'open",
        "def f():\n    y = 1\n    global y",
        "f() = 3",
        "y = 1\n\tz = 2",
        "nonlocal y",
        "def f(a, a): pass",
        "y = 1 if",
        "{1: 2, 3}",
        "await f()",
        "w[8, 4] := 3",
        "from __future__ import nothing",
        "x = 1\0",
    ],
)
def test_a_syntax_error_is_told_as_python_tells_it(source):
    error = record(source).error
    assert (error.type, error.message, error.line) == plain(source).error
    assert record(source).end == "error"


# --- the hooks are out of reach ---


def test_no_name_a_program_can_write_is_a_hook():
    names = ["note", "odd", "lost", "log", "len", "drain", "tick", "count", "slice", "Exception", "input"]
    shadowed = "".join(
        f"{name} = None\n" for name in [*names, "BaseException", "range_", "iter", "type", "extend"]
    )
    expected, shadowing = record(training()), record(shadowed + training())
    assert shadowing.error is None
    assert [[v for *_, v in k] for k in steps(shadowing)] == [[v for *_, v in k] for k in steps(expected)]


@pytest.mark.parametrize(
    "deletion",
    [
        "del __builtins__",
        "for name in [n for n in globals() if n.startswith('_')]: del globals()[name]",
        "globals().pop('__builtins__')",
        "for name in list(vars()): print(end=name[:0])",
    ],
)
def test_deleting_what_is_in_reach_stops_no_recording(deletion):
    expected, robbed = record(training()), record(deletion + "\n" + training())
    assert robbed.error is None
    assert robbed.iterations == expected.iterations
    assert robbed.value("w", (8, 4), iteration=4) == expected.value("w", (8, 4), iteration=4)


def test_a_program_sees_no_name_of_ours():
    """Whatever holds an index for a moment is spelt so that no program uses it, and is not printed by one."""
    source = "a = {}\na[min(4, 5)] = 1\nprint([n for n in globals() if n.isidentifier() and n[0] != '_'])"
    assert record(source).output == plain(source).output == "['a']\n"


# --- which step belongs to a line ---


def one_step(statement, setup=""):
    """The last step of one iteration that ends with `statement`: (ref, value, reads)."""
    recording = record(setup + training("for epoch in range(1):", after=statement + "\n"))
    assert recording.error is None, recording.error
    step = recording.steps(0)[-1]
    ((ref, value),) = step.sets.items()
    return ref, value, set(step.reads)


@pytest.mark.parametrize(
    ("statement", "reads"),
    [
        ("w[8, 4] += eta * delta[8] * a[4]", {("w", (8, 4)), ("eta", None), ("delta", 8), ("a", 4)}),
        ("w[8, 4] = w[8, 4] + a[1]", {("w", (8, 4)), ("a", 1)}),
        ("net[4] = sum(w[4, i] * a[i] for i in (1, 3))", {("w", (4, 1)), ("a", 1), ("w", (4, 3)), ("a", 3)}),
        ("delta[8] = (t - a[8]) * a[8]", {("t", 8), ("a", 8)}),
        ("j = 4; delta[j] = a[j] * delta[8]", {("a", 4), ("delta", 8)}),
        ("net[4] = 0", set()),
        ("delta[4] = -0.5 * 3", set()),
    ],
)
def test_a_step_reads_what_its_line_reads(statement, reads):
    assert one_step(statement)[2] == reads


@pytest.mark.parametrize(
    ("statement", "setup", "node"),
    [
        ("a[p[0]], p[0] = 0.25, 5", "p = [4]\n", 4),
        ("p[0], a[p[0]] = 5, 0.25", "p = [4]\n", 5),
        ("a[s.j], s.j = 0.25, 5", "class s: j = 4\n", 4),
        ("s.j, a[s.j] = 5, 0.25", "class s: j = 4\n", 5),
        ("a[(j := 4)], j = 0.25, 5", "", 4),
    ],
)
def test_an_item_is_the_one_its_index_meant_when_it_was_set(statement, setup, node):
    assert one_step(statement, setup)[:2] == (("a", node), 0.25)


def test_a_walrus_that_is_not_reached_sets_nothing():
    plain_steps = steps(record(training("for epoch in range(1):")))
    for statement in (
        "if False and (y := 3): pass",
        "f = lambda: (y := 3)",
        "x = 1 if True else (y := 2)",
        "y_ = [y := 1 for _ in ()]",
    ):
        recording = record(training("for epoch in range(1):", after=statement + "\n"))
        assert steps(recording) == plain_steps, statement
        assert recording.notices == [], statement


def test_an_argument_is_no_step():
    slope = "def slope(y): return y * (1 - y)\n"
    with_it = record(slope + training("for epoch in range(1):", sample=SAMPLE + "slope(a[4])\n"))
    without = record("\n" + training("for epoch in range(1):"))
    assert steps(with_it) == steps(without)


def test_one_statement_that_sets_one_quantity_under_two_names_is_one_step():
    recording = record(training("for epoch in range(1):", after="y = a[8] = 0.5\n"))
    before, last = recording.steps(0)[-2:]
    assert last.sets == {("a", 8): 0.5}
    assert ("a", 8) not in before.sets


def test_a_loop_variable_that_is_not_in_the_target_claims_no_wrong_reads():
    recording = record(
        training(
            "for epoch in range(1):", after="net[4] = 0\nfor i in (1, 2, 3):\n    net[4] += w[4, i] * a[i]\n"
        )
    )
    for i, step in zip((1, 2, 3), recording.steps(0)[-3:], strict=True):
        assert {("w", (4, i)), ("a", i)} <= set(step.reads)


def test_the_same_statement_run_again_is_a_step_again():
    recording = record(training("for epoch in range(1):", after="for _ in (1, 2, 3):\n    net[4] += 1\n"))
    found = [step.sets for step in recording.steps(0)[-3:]]
    assert all(set(sets) == {("net", 4)} for sets in found)
    one, two, three = (sets["net", 4] for sets in found)
    assert (two, three) == (one + 1, one + 2)


def test_one_statement_with_two_names_run_twice_is_two_steps():
    recording = record(training("for epoch in range(1):", after="for k in (1, 2): y = a[8] = k\n"))
    assert [step.sets for step in recording.steps(0)[-2:]] == [{("a", 8): 1}, {("a", 8): 2}]
