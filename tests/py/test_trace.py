"""Tracing by small examples: which events a program makes, of which operands, under which names and places."""

import sys

import pytest
from backprop.trace import Bounds, Kind, trace
from backprop.trace.sandbox import Output
from traced import check, printed

pytestmark = pytest.mark.filterwarnings("ignore")


def traced(source, **bounds):
    tape = trace(source, bounds=Bounds(**bounds))
    assert tape.error is None
    check(tape)
    return tape


def last(source, target="r"):
    """The tape, and the ids that the last assignment to a target gave it."""
    tape = traced(source)
    return tape, next(binding.ids for binding in reversed(tape.bindings) if binding.target == target)


def names(tape):
    """What was computed: the names of the events that are no sources."""
    return [event.operation for event in tape.events if event.kind is not Kind.SOURCE]


def values(tape, ids):
    return tape.values[ids].tolist()


# --- numbers ---


def test_an_expression_of_numbers():
    tape, r = last("w = 0.5\nx = 2.0\nr = w * x + 1\n")
    assert names(tape) == ["multiply", "add"]
    add = tape.event(int(r))
    product, one = tape.operands(int(r))
    assert (add.kind, add.shape, values(tape, r)) == (Kind.ELEMENTWISE, (), 2.0)
    assert tape.event(one).operation == "literal"
    assert tape.text(tape.event(one).place) == "1"
    assert [tape.event(id).operation for id in tape.operands(product)] == ["constant", "constant"]
    assert tape.text(add.place) == "w * x + 1"


def test_each_row_of_data_has_numbers_of_its_own():
    tape = traced("data = [[0, 1], [0, 1]]\nfor x, y in data:\n    r = x * 0.5\n")
    first, second = (tape.operands(int(b.ids))[0] for b in tape.bindings if b.target == "r")
    assert first != second
    assert tape.values[first] == tape.values[second] == 0


def test_cells_made_by_repetition_are_numbers_of_their_own():
    tape, r = last("r = [0.0] * 3\n")
    assert len(set(values(tape, r))) == 1
    assert len(set(r.tolist())) == 3


def test_a_literal_in_a_formula_is_one_number_in_all_turns():
    tape = traced("for i in range(3):\n    r = 0.25 * float(i)\n")
    assert sum(event.operation == "literal" for event in tape.events) == 1


@pytest.mark.parametrize(
    ("move", "value"),
    [
        *[
            ("x", 3.0),
            ("float(x)", 3.0),
            ("[1.0, x][1]", 3.0),
            ("(lambda a: a)(x)", 3.0),
            ("{'k': x}['k']", 3.0),
        ],
        *[
            ("np.float64(x)", 3.0),
            ("np.array([x])[0]", 3.0),
            ("[*[x]][0]", 3.0),
            ("list(map(float, [x]))[0]", 3.0),
        ],
        *[
            ("sorted([x, 9.0])[0]", 3.0),
            ("np.array([[x]]).T.ravel().tolist()[0]", 3.0),
            ("np.array([x]).item()", 3.0),
        ],
        *[
            ("next(iter([x]))", 3.0),
            ("[a for a in np.array([x])][0]", 3.0),
            ("dict(zip('a', [x]))['a']", 3.0),
        ],
        *[
            ("copy.deepcopy([np.array([x])])[0][0]", 3.0),
            ("[b for a, b in enumerate(np.array([x]))][0]", 3.0),
        ],
    ],
)
def test_what_only_moves_keeps_its_id(move, value):
    tape, r = last(f"import numpy as np, copy\nx = 3.0\nr = {move}\n")
    x = next(binding.ids for binding in tape.bindings if binding.target == "x")
    assert int(r) == int(x)
    assert tape.values[r] == value


@pytest.mark.parametrize(
    ("call", "operation"),
    [
        *[
            ("math.exp(x)", "exp"),
            ("math.pow(x, 2)", "power"),
            ("math.tanh(x)", "tanh"),
            ("abs(x)", "absolute"),
        ],
        *[
            ("max(x, 0.0)", "maximum"),
            ("max(0, x)", "maximum"),
            ("min(x, 5.0)", "minimum"),
            ("pow(x, 2)", "power"),
        ],
        *[("-x", "negative"), ("x ** 2", "power"), ("x // 2", "floor_divide"), ("x % 2", "remainder")],
        *[("round(x)", "round"), ("sum([x, x])", "sum"), ("math.fsum([x, x])", "sum"), ("1 / x", "divide")],
        *[("statistics.mean([x, x])", "mean"), ("functools.reduce(lambda a, b: a * b, [x, x])", "multiply")],
        *[("operator.mul(x, x)", "multiply"), ("max([x, 1.0, 2.0])", "max"), ("int(x)", "trunc")],
    ],
)
def test_functions_of_numbers(call, operation):
    tape, r = last(f"import math, statistics, functools, operator\nx = 3.5\nr = {call}\n")
    x = next(int(binding.ids) for binding in tape.bindings if binding.target == "x")
    assert tape.event(int(r)).operation == operation
    assert x in tape.operands(int(r))


def test_the_larger_of_two_is_a_new_number():
    tape = traced("x = 2.0\nr = max(x, 0.0)\ns = x * r\n")
    s = next(int(binding.ids) for binding in tape.bindings if binding.target == "s")
    assert len(set(tape.operands(s))) == 2


@pytest.mark.parametrize(
    "source",
    [
        "x = 2.0\nr = x if x > 0 else 0.0\n",
        "x = 2.0\nr = x > 0 and x or 0.0\n",
        "def f(x):\n    if x > 0:\n        return x\n    return 0.0\nx = 2.0\nr = f(x)\n",
        "x = 2.0\nif x > 0:\n    r = x\nelse:\n    r = 0.0\n",
        "x = 2.0\nif x > 0:\n    r = 1\nelse:\n    r = 0\n",
    ],
)
def test_a_choice_depends_on_what_was_compared(source):
    tape, r = last(source)
    event = tape.event(int(r))
    assert event.operation == "select"
    assert "greater" in [tape.event(id).operation for id in tape.operands(int(r))]


def test_a_comparison_as_a_number():
    tape, r = last("x = 2.0\nr = (x > 0) * 3.0\ns = float(x > 0)\n")
    assert "greater" in [tape.event(id).operation for id in tape.operands(int(r))]
    s = next(int(binding.ids) for binding in tape.bindings if binding.target == "s")
    assert tape.event(s).operation == "greater"


# --- names, calls, loops ---


def test_targets_are_bound():
    source = (
        "import numpy as np\nclass A: pass\na = A()\na.w = 1.5\nW = np.zeros(3)\nW[1] = 2.0\nW[0] += 1.0\nW += 1\n"
        "a.w -= 0.5\nu, (v, q) = 1.0, (2.0, 3.0)\nfor x, y in [(1.0, 2.0)]:\n    pass\nd = {}\nd['k'] = 7.0\n"
    )
    bound = [(b.target, b.kind, b.ids.shape) for b in traced(source).bindings]
    assert bound == [
        *[("a.w", "assign", ()), ("W", "assign", (3,)), ("W[1]", "item", ()), ("W[0]", "augmented", ())],
        *[("W", "augmented", (3,)), ("a.w", "augmented", ()), ("u", "assign", ()), ("v", "assign", ())],
        *[("q", "assign", ()), ("x", "loop", ()), ("y", "loop", ()), ("d['k']", "item", ())],
    ]


def test_calls_are_contexts():
    tape = traced("def f(x):\n    return x * 2.0\ndef g(x):\n    return f(x) + f(x)\na = 1.0\nr = g(a)\n")
    products = [event for event in tape.events if event.operation == "multiply"]
    inner = [tape.contexts[event.context] for event in products]
    assert [tape.text(context.place) for context in inner] == ["f(x)", "f(x)"]
    assert inner[0] != inner[1]
    assert tape.text(tape.contexts[inner[0].parent].place) == "g(a)"


@pytest.mark.parametrize(
    "source",
    [
        "class A:\n    def __mul__(s, o): return 2.0 * V\nV = 1.0\nr = A() * 3\n",
        "class A:\n    def __call__(s): return 2.0 * V\nV = 1.0\nr = A()()\n",
        "class A:\n    @property\n    def p(s): return 2.0 * V\nV = 1.0\nr = A().p\n",
        "class A:\n    def __getitem__(s, i): return 2.0 * V\nV = 1.0\nr = A()[0]\n",
        "class A:\n    def __init__(s): s.v = 2.0 * V\nV = 1.0\nr = A()\n",
        "V = 1.0\nr = [f(V) for f in [lambda v: 2.0 * v]][0]\n",
        "V = 1.0\ndef g():\n    yield 2.0 * V\nr = list(g())[0]\n",
        "V = 1.0\nr = list(map(lambda v: 2.0 * v, [V]))[0]\n",
    ],
)
def test_every_way_into_the_programs_functions_is_a_context(source):
    tape = traced(source)
    product = next(event for event in tape.events if event.operation == "multiply")
    assert product.context > 0


def test_a_generator_keeps_its_own_context_and_loop():
    source = (
        "def g(w):\n    for i in range(2):\n        yield w * 2.0\n"
        "w = 1.0\nfor x in g(w):\n    y = x + 1.0\nz = y - 1.0\n"
    )
    tape = traced(source)
    by_name = {
        name: [e for e in tape.events if e.operation == name] for name in ("multiply", "add", "subtract")
    }
    assert {tape.text(tape.contexts[e.context].place) for e in by_name["multiply"]} == {"g(w)"}
    assert {e.context for e in by_name["add"]} == {0}
    assert by_name["subtract"][0].turn == 0
    assert [tape.turns[e.turn].number for e in by_name["add"]] == [0, 1]
    assert {tape.text(tape.turns[e.turn].place) for e in by_name["add"]} == {"g(w)"}
    assert {tape.text(tape.turns[e.turn].place) for e in by_name["multiply"]} == {"range(2)"}


def test_turns_of_loops():
    source = (
        "x = 1.0\nk = 0.0\nfor i in range(2):\n    while k < 2:\n        k += 1.0\n        if k > 5: break\n"
        "    x = x * 2.0\ny = x - 1.0\n"
    )
    tape = traced(source)
    added = [tape.turns[e.turn] for e in tape.events if e.operation == "add"]
    doubled = [tape.turns[e.turn] for e in tape.events if e.operation == "multiply"]
    assert [turn.number for turn in added] == [0, 1]
    assert [turn.number for turn in doubled] == [0, 1]
    assert tape.turns[added[0].parent] == doubled[0]
    assert next(e for e in tape.events if e.operation == "subtract").turn == 0


def test_a_loop_that_is_left_is_left():
    tape = traced(
        "def f(x):\n    for i in range(3):\n        while True:\n            return x * 2.0\nr = f(1.5) + 1.0\n"
    )
    assert next(e for e in tape.events if e.operation == "add").turn == 0


# --- a program looks at its numbers ---


def test_whole_numbers_look_like_whole_numbers():
    source = (
        "import json, copy, pickle\n"
        "data = [[0, 1], [1, 2]]\nn = 3\nx = data[1][1]\n"
        "print(type(x), type(x) is int, type(x) == int, x.__class__, isinstance(x, int), type(n).__name__)\n"
        "print(x is 2, x is n, data[0][0] is False, x is not None, x == 2, x in (1, 2), {1: 'a'}[data[0][1]])\n"
        "print(json.dumps(data), repr(x), str(x), f'{x:03d} {type(x)}', '%d' % x, list(range(n)), 'ab' * n)\n"
        "print(pickle.loads(pickle.dumps(data)), copy.deepcopy(data), x / 1, x // 2, x ** 2, -x, divmod(x, 2))\n"
        "print([10, 20, 30][x], [0] * n, x.bit_length(), bool(data[0][0]), hash(x), max(data), sum([1, 2]), x & 1)\n"
        "print(type(x + 1), type(abs(x)), type(sum([x, x])), type(int(2.5)), type(round(2.5)))\n"
        "match x:\n    case int(): print('int')\n    case _: print('other')\n"
    )
    output = Output(10_000)
    tape = trace(source, output=output)
    assert tape.error is None
    assert output.text == printed(source)[0]


def test_augmented_items_and_attributes():
    """The event stands at the statement, its literal at the literal, the binding at the target."""
    tape = traced("class A: pass\na = A()\na.w = 1.5\nd = [2.0]\na.w -= 0.5\nd[0] *= 3\n")
    changes = [event for event in tape.events if event.kind is Kind.ELEMENTWISE]
    assert [tape.text(event.place) for event in changes] == ["a.w -= 0.5", "d[0] *= 3"]
    literals = [tape.event(tape.operands(event.first)[1]) for event in changes]
    assert [(event.operation, tape.text(event.place)) for event in literals] == [
        ("literal", "0.5"),
        ("literal", "3"),
    ]
    assert [tape.text(b.place) for b in tape.bindings if b.kind == "augmented"] == ["a.w", "d[0]"]


@pytest.mark.parametrize(
    "source",
    [
        "class A:\n    def __iter__(s):\n        yield 2.0 * V\nV = 1.0\nfor a in A(): pass\n",
        "class A:\n    n = 0\n    def __iter__(s): return s\n    def __next__(s):\n"
        "        s.n += 1\n        if s.n > 1: raise StopIteration\n        return 2.0 * V\nV = 1.0\nfor a in A(): pass\n",
        "class A:\n    @property\n    def p(s): return 1.0\n    @p.setter\n    def p(s, v): s.v = 2.0 * v\n"
        "V = 1.0\na = A()\na.p = V\n",
    ],
)
def test_iterators_and_setters_of_the_program_are_contexts(source):
    product = next(event for event in traced(source).events if event.operation == "multiply")
    assert product.context > 0


def test_a_generator_expression_belongs_to_the_function_it_stands_in():
    tape = traced(
        "def f(w, x):\n    return list(a * b for a, b in zip(w, x))\nr = f([1.0, 2.0], [3.0, 4.0])\n"
    )
    contexts = {event.context for event in tape.events if event.operation == "multiply"}
    assert [tape.text(tape.contexts[context].place) for context in contexts] == ["f([1.0, 2.0], [3.0, 4.0])"]


def test_a_generator_that_is_left_does_not_disturb_the_loops():
    source = (
        "def g():\n    for i in range(5):\n        yield 1.0 + i\n"
        "k = []\nfor x in [1.0, 2.0]:\n    it = g()\n    a = next(it)\n    it = None\n    k.append(a * x)\n"
    )
    tape = traced(source)
    turns = [tape.turns[event.turn] for event in tape.events if event.operation == "multiply"]
    assert [(tape.text(turn.place), turn.number) for turn in turns] == [("[1.0, 2.0]", 0), ("[1.0, 2.0]", 1)]


def test_deep_expressions_and_recursion():
    depth = 200 if sys.platform == "emscripten" else 700  # there the interpreter's stack is a third as deep
    tape = traced(
        f"x = 1.0\ny = {'x + ' * depth}x\ndef f(n): return x if n == 0 else f(n - 1) * 1.5\nz = f({depth})\n"
    )
    assert names(tape).count("add") == depth
    assert names(tape).count("multiply") == depth


def test_a_literal_is_no_other_number_of_the_same_value():
    tape = traced("def f(x): return x + 1.0\nprint(f(0.5))\ny = 2.0\nr = 0.5 * y\ns = +0.5\n")
    product = next(event for event in tape.events if event.operation == "multiply")
    assert tape.event(tape.operands(product.first)[0]).operation == "literal"
