"""Programs for the tests to run, and what a plain run of them does: the oracle of the recorder.

Every program here runs the same under plain `exec` and under `record`, line for line.
Over 400 lines: the programs and the oracle that explains them are read side by side.
"""

import contextlib
import io
import re
import sys
import textwrap
import traceback
import types
from collections import namedtuple

import backprop
import numpy as np
from hypothesis import strategies as st

FILE = "<plain>"
EDGES = [(j, i) for j in (4, 5, 6, 7) for i in (1, 2, 3)] + [(8, j) for j in (4, 5, 6, 7)]

# --- a small training program, cut where the tests need it to be ---

SETUP = """\
import math
import random
random.seed(3)
eta = 0.5
w, b, net, a, delta = {}, {}, {}, {}, {}
for j in (4, 5, 6, 7):
    for i in (1, 2, 3):
        w[j, i] = random.uniform(-1, 1)
    w[8, j] = random.uniform(-1, 1)
    b[j] = random.uniform(-1, 1)
b[8] = random.uniform(-1, 1)
samples = [((0, 0, 1), 0), ((0, 1, 1), 1), ((1, 0, 1), 1), ((1, 1, 1), 0)]
"""

FORWARD = """\
a[1], a[2], a[3] = x
for j in (4, 5, 6, 7):
    net[j] = sum(w[j, i] * a[i] for i in (1, 2, 3)) + b[j]
    a[j] = 1 / (1 + math.exp(-net[j]))
net[8] = sum(w[8, j] * a[j] for j in (4, 5, 6, 7)) + b[8]
a[8] = 1 / (1 + math.exp(-net[8]))
"""
BACKWARD = """\
delta[8] = a[8] * (1 - a[8]) * (t - a[8])
for j in (4, 5, 6, 7):
    delta[j] = a[j] * (1 - a[j]) * w[8, j] * delta[8]
"""
UPDATE = """\
for j in (4, 5, 6, 7):
    w[8, j] += eta * delta[8] * a[j]
    for i in (1, 2, 3):
        w[j, i] += eta * delta[j] * a[i]
    b[j] += eta * delta[j]
b[8] += eta * delta[8]
"""
SAMPLE = FORWARD + BACKWARD + UPDATE
SAMPLE_SEEN, TURN_SEEN = "# the sample is done\n", "# the turn is done\n"


def indent(text, by=1):
    return textwrap.indent(text, "    " * by)


# The same network without biases, all samples at once: `rate` is "" or "0.3 * ".
BATCH = """\
import numpy as np
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])
np.random.seed({seed})
syn0 = 2 * np.random.random((3, 4)) - 1
syn1 = 2 * np.random.random((4, 1)) - 1
for iteration in range(6):
    l0 = X
    l1 = 1 / (1 + np.exp(-l0 @ syn0))
    l2 = 1 / (1 + np.exp(-l1 @ syn1))
    l2_delta = (y - l2) * l2 * (1 - l2)
    l1_delta = l2_delta @ syn1.T * l1 * (1 - l1)
    syn1 += {rate}l1.T @ l2_delta
    syn0 += {rate}l0.T @ l1_delta
"""


def training(loop="for epoch in range(5):", sample=SAMPLE, over="samples", before="", after=""):
    """Set-up and training loop; `before` and `after` stand in the loop around the samples."""
    each = f"for x, t in {over}:\n" + indent(sample + SAMPLE_SEEN)
    return SETUP + loop + "\n" + indent(before + each + after + TURN_SEEN)


def in_main(program):
    return "def main():\n" + indent(program) + "\nmain()\n"


def in_method(program):
    """The same program with its quantities on `self`; set up in `__init__`, trained in `train`."""
    setup, loop = program[: len(SETUP)], program[len(SETUP) :]
    setup = setup.replace("w, b, net, a, delta =", "self.w, self.b, self.net, self.a, self.delta =")
    on_self = re.compile(r"\b(w|b|net|a|delta)(?=\[)")
    setup = (
        on_self.sub(r"self.\1", setup).replace("eta =", "self.eta =").replace("samples =", "self.samples =")
    )
    loop = (
        on_self.sub(r"self.\1", loop).replace("eta *", "self.eta *").replace("in samples", "in self.samples")
    )
    setup = setup.replace("import math\nimport random\n", "")
    return (
        "import math\nimport random\n\n\nclass Net:\n    def __init__(self):\n"
        + indent(setup, 2)
        + "\n    def train(self):\n"
        + indent(loop, 2)
        + "\n\nNet().train()\n"
    )


def history(program):
    """What a plain run has in its variables: per turn, the (x, t, names) after each sample, and the end.

    Returns a list of `(samples, weights)`: samples a list of dicts of refs, weights one dict of refs.
    """
    turns, samples = [], []

    def refs(names):
        owner = vars(names["self"]) if "self" in names else names
        return {
            (quantity, key): float(value)
            for quantity in ("w", "b", "net", "a", "delta")
            for key, value in owner[quantity].items()
        }

    def sample_done(names):
        samples.append({**refs(names), ("t", 8): float(names["t"])})

    def turn_done(names):
        turns.append((list(samples), refs(names)))
        samples.clear()

    watched = program.replace(SAMPLE_SEEN, "sample_done({**globals(), **locals()})\n")
    watched = watched.replace(TURN_SEEN, "turn_done({**globals(), **locals()})\n")
    error = plain(watched, sample_done=sample_done, turn_done=turn_done).error
    assert error is None, error
    return turns


# --- running ---

Ran = namedtuple("Ran", "names output error")
_witnessed = {}


def witness(names):
    """Programs that begin with WITNESS hand their namespace over, so that it can be looked at."""
    _witnessed["names"] = names


WITNESS = "from programs import witness; witness(globals())\n"


def plain(source, **names):
    """Run a program as Python does: its names, what it printed, and (type, message, line) of its error."""
    main = types.ModuleType("__main__")
    main.__dict__.update(names)
    output, error, kept = io.StringIO(), None, sys.modules["__main__"]
    try:
        code = compile(source, FILE, "exec", dont_inherit=True)
    except SyntaxError as e:
        return Ran({}, "", (type(e).__name__, e.msg, e.lineno))
    sys.modules["__main__"] = main
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            exec(code, main.__dict__)
    except BaseException as e:
        lines = [frame.lineno for frame in traceback.extract_tb(e.__traceback__) if frame.filename == FILE]
        message = repr(e.args[0]) if isinstance(e, KeyError) else str(e)
        error = (type(e).__name__, message, lines[-1])
    finally:
        sys.modules["__main__"] = kept
    return Ran(main.__dict__, output.getvalue(), error)


def record(source, lesson="xor"):
    """A recording by a lesson's names: most tests write the programs of lesson xor."""
    return backprop.record(source, lesson)


def recorded(source, lesson="xor"):
    """Record a program that begins with WITNESS: the same three things, and the recording."""
    _witnessed.clear()
    recording = record(source, lesson)
    error = recording.error and (recording.error.type, recording.error.message, recording.error.line)
    return Ran(_witnessed.get("names", {}), recording.output, error), recording


def values(names):
    """The data a program leaves behind, in a form that can be compared: arrays with type and shape."""
    return {
        name: _frozen(value)
        for name, value in names.items()
        if not name.startswith(("_", "·"))
        and not callable(value)
        and not isinstance(value, (types.ModuleType, contextlib.ExitStack))
    }


def _frozen(value):
    if isinstance(value, np.ndarray):
        return ("array", str(value.dtype), value.shape, repr(value.tolist()))
    if isinstance(value, dict):
        return [(repr(key), _frozen(item)) for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return [type(value).__name__, *map(_frozen, value)]
    if type(value).__module__ == "__main__":
        return [type(value).__name__, _frozen({k: v for k, v in vars(value).items() if v is not value})]
    return (type(value).__name__, repr(value))


# --- generated programs ---

# A line of a generated program: how deep it stands, its text, and what it assigns: (quantity, key,
# expression to read it back). `before` are those assigned by the line above (a loop's own target).
Line = namedtuple("Line", "depth text sets before", defaults=((), ()))
Program = namedtuple("Program", "source watched")

_CONTAINERS = {
    "dict": "{n: 0.5 for n in range(9)}",
    "list": "[0.5] * 9",
    "array": "np.full(9, 0.5)",
}
_MATRICES = {
    "dict": ("{(j, i): 0.25 for j, i in edges}", "w[{j}, {i}]"),
    "rows": ("{j: {i: 0.25 for i in range(9)} for j in (4, 5, 6, 7, 8)}", "w[{j}][{i}]"),
    "array": ("np.full((9, 9), 0.25)", "w[{j}, {i}]"),
    "array rows": ("np.full((9, 9), 0.25)", "w[{j}][{i}]"),
    "on self": ("{(j, i): 0.25 for j, i in edges}", "holder.w[{j}, {i}]"),
}
_PRELUDE = """\
import contextlib
import numpy as np
edges = {edges}
a, net, delta, b, w = {one}, {one}, {one}, {one}, {matrix}
y, s, c, j, rest, calls = 0.5, 0.5, 0.25, 4, [], []
def once(value): calls.append(value); return value
class Holder:
    "Holds the same containers as attributes."
    def set_a(self, n, value): self.a[n] = value
holder = Holder(); holder.a = a; holder.w = w
"""


class _Writer:
    """Draws statements; each method returns the lines of one of them."""

    def __init__(self, draw, one, matrix):
        self.draw = draw
        self.one = one
        self.matrix = matrix
        self.functions = 0

    def pick(self, *options):
        return self.draw(st.sampled_from(options))

    def target(self):
        """One target: (text, what it sets)."""
        quantity = self.pick("a", "net", "delta", "b", "w", "y")
        if quantity == "y":
            return "y", ("a", 8, "y")
        if quantity == "w":
            j, i = self.pick(*EDGES)
            text = self.matrix.format(j=j, i=i)
            return text, ("w", (j, i), text)
        node = self.pick(4, 5, 6, 7, 8)
        index = self.pick(f"{node}", f"{node - 1} + 1", f"once({node})", f"min({node}, 8)")
        return f"{quantity}[{index}]", (quantity, node, f"{quantity}[{node}]")

    def two_targets(self):
        """Two targets of different quantities."""
        first, second = self.target(), self.target()
        if first[1][:2] == second[1][:2]:
            second = ("y", ("a", 8, "y")) if first[1][:2] == ("b", 8) else ("b[8]", ("b", 8, "b[8]"))
        return first, second

    def value(self):
        """An expression between about -1 and 1 that reads other quantities."""
        other = self.pick("a[4]", "net[5]", "delta[8]", "y", "s", "b[7]", self.matrix.format(j=8, i=4))
        return self.pick(
            f"0.5 * {other} + 0.125",
            f"{other} / 4 - 0.25",
            f"float({other} > 0.3)",
            f"sum({other} * k for k in (0.25, 0.5)) / 2",
            f"(lambda v: v * 0.75)({other})",
            "0.375",
        )

    def block(self, depth, budget):
        return [line for _ in range(self.pick(1, 2, 3)) for line in self.statement(depth, budget)]

    def statement(self, depth, budget=2):
        simple = [self.assign, self.assign, self.augment, self.annotate, self.chain, self.unpack]
        simple += [self.star, self.walrus, self.rebind, self.spread, self.method]
        deep = [self.branch, self.loop, self.target_loop, self.while_loop, self.trial, self.context]
        deep += [self.match, self.function, self.closure]
        return self.pick(*(simple + deep if budget else simple))(depth, budget - 1)

    def assign(self, depth, budget):
        text, sets = self.target()
        return [Line(depth, f"{text} = {self.value()}", [sets])]

    def augment(self, depth, budget):
        text, sets = self.target()
        return [Line(depth, f"{text} {self.pick('+', '-', '*')}= {self.value()}", [sets])]

    def annotate(self, depth, budget):
        text, sets = self.target()
        if text == "y":  # a global name cannot be annotated in a function
            text, sets = "b[8]", ("b", 8, "b[8]")
        return [Line(depth, f"{text}: float = {self.value()}", [sets])]

    def chain(self, depth, budget):
        (one, sets), (two, also) = self.two_targets()
        return [Line(depth, f"{one} = s = {two} = {self.value()}", [sets, also])]

    def unpack(self, depth, budget):
        (one, sets), (two, also) = self.two_targets()
        return [
            Line(depth, f"{one}, (s, {two}) = {self.value()}, ({self.value()}, {self.value()})", [sets, also])
        ]

    def star(self, depth, budget):
        (one, sets), (two, also) = self.two_targets()
        return [Line(depth, f"[{one}, *rest, {two}] = {self.value()}, 1, 2, {self.value()}", [sets, also])]

    def walrus(self, depth, budget):
        node = self.pick(4, 5, 6, 7)
        sets = [("a", 8, "y"), ("a", node, f"a[{node}]")]
        return [Line(depth, f"a[once({node})] = (y := {self.value()}) * 0.5", sets)]

    def rebind(self, depth, budget):
        """The index is assigned in the statement that uses it, after the item or before it."""
        old, new = self.pick((4, 5), (7, 6), (8, 4))
        after = Line(depth, f"a[j], j = {self.value()}, {new}", [("a", old, f"a[{old}]")])
        before = Line(depth, f"j, a[j] = {new}, {self.value()}", [("a", new, f"a[{new}]")])
        return [Line(depth, f"j = {old}"), self.pick(after, before)]

    def spread(self, depth, budget):
        """Several items at once: by a slice where the container has slices."""
        sets = [("net", n, f"net[{n}]") for n in (5, 6)]
        left = (
            "net[5], net[6]" if self.one == "dict" else self.pick("net[5:7]", "net[5:7:1]", "net[once(5):7]")
        )
        return [Line(depth, f"{left} = [{self.value()}, {self.value()}]", sets)]

    def method(self, depth, budget):
        node = self.pick(4, 5, 8)
        return [Line(depth, f"holder.a[once({node})] = {self.value()}", [("a", node, f"a[{node}]")])]

    def branch(self, depth, budget):
        test = self.pick("s > 0.3", "y > s", "not calls", "j == 4 or s > 1")
        otherwise = [Line(depth, "else:"), *self.block(depth + 1, budget)]
        return [
            Line(depth, f"if {test}:"),
            *self.block(depth + 1, budget),
            *self.pick(otherwise, []),
        ]

    def loop(self, depth, budget):
        way_out = [Line(depth + 1, f"if k == {self.pick(0, 1, 7)}: {self.pick('break', 'continue')}")]
        return [
            Line(depth, f"for k in {self.pick('range(2)', '[0, 1]', '{0: 1, 1: 2}', 'iter((0, 1))')}:"),
            *self.pick(way_out, []),
            *self.block(depth + 1, budget),
            Line(depth, "else:"),
            *self.block(depth + 1, 0),
        ]

    def target_loop(self, depth, budget):
        text, sets = self.target()
        body = self.block(depth + 1, 0)
        return [
            Line(depth, f"for {text} in ({self.value()}, {self.value()}):"),
            Line(depth + 1, "pass", (), [sets]),
            *body,
        ]

    def while_loop(self, depth, budget):
        self.functions += 1
        name = f"left{self.functions}"
        return [
            Line(depth, f"{name} = {self.pick(1, 2)}"),
            Line(depth, f"while {name} > 0:"),
            Line(depth + 1, f"{name} -= 1"),
            *self.block(depth + 1, budget),
        ]

    def trial(self, depth, budget):
        return [
            Line(depth, "try:"),
            *self.block(depth + 1, budget),
            Line(depth + 1, self.pick("1 / 0", "rest.missing", "pass")),
            Line(depth, "except (ZeroDivisionError, AttributeError) as problem:"),
            Line(depth + 1, "print(problem)"),
            *self.block(depth + 1, 0),
            Line(depth, "finally:"),
            *self.block(depth + 1, 0),
        ]

    def context(self, depth, budget):
        text, sets = self.target()
        return [
            Line(depth, f"with contextlib.nullcontext({self.value()}) as {text}:"),
            Line(depth + 1, "pass", (), [sets]),
            *self.block(depth + 1, budget),
        ]

    def match(self, depth, budget):
        return [
            Line(depth, "match j:"),
            Line(depth + 1, "case 4 | 5:"),
            *self.block(depth + 2, budget),
            Line(depth + 1, "case _:"),
            *self.block(depth + 2, budget),
        ]

    def function(self, depth, budget):
        self.functions += 1
        name = f"helper{self.functions}"
        return [
            Line(depth, f"def {name}(k=0):"),
            Line(depth + 1, self.pick('"A docstring."', "pass")),
            Line(depth + 1, "global y, s, j, rest"),
            *self.block(depth + 1, budget),
            Line(depth + 1, self.pick("return (k,)", "yield k", "pass")),
            Line(depth, f"list({name}() or ())"),
        ]

    def closure(self, depth, budget):
        """A function in a function, with a y of its own that both set."""
        self.functions += 1
        name = f"outer{self.functions}"
        return [
            Line(depth, f"def {name}():"),
            Line(depth + 1, f"y = {self.value().replace('y', 's')}", [("a", 8, "y")]),
            Line(depth + 1, "def inner():"),
            Line(depth + 2, "nonlocal y"),
            Line(depth + 2, f"y = {self.value()}", [("a", 8, "y")]),
            Line(depth + 1, "inner()"),
            Line(depth, f"{name}()"),
        ]

    def failure(self, depth):
        """A statement that ends the program with an error of its own."""
        return [
            Line(
                depth,
                self.pick(
                    "a[4] = 1 / 0",
                    "y = missing",
                    "net[once(5)] = a['four'].b",
                    "delta[4], delta[5] = 1, 2, 3",
                    "raise ValueError('mine')",
                    "w[8, 4] = sum(1 / k for k in (2, 1, 0))",
                    "assert y > 9, 'too small'",
                    "b[4] += [k.b for k in (1, 2)][0]",
                    "(lambda: a[4] + None)()",
                ),
            )
        ]


# Each makes some hundreds of turns of two loops at the most, so that a run is a matter of milliseconds.
_LOOPS = (
    "for epoch in range(2):",
    "for step in range(3):",
    "for step in [1, 2]:",
    "turns = 0\nwhile (turns := turns + 1) < 3:",
)


@st.composite
def programs(draw, failing=False):
    """A program that trains nothing but assigns in every way; and the same, telling what it assigned.

    `watched` has the same lines; it calls `turn()` at the start of every turn of the loop and
    `seen(line, (quantity, key, value), …)` after every statement that assigns.
    """
    one, matrix = draw(st.sampled_from(sorted(_CONTAINERS))), draw(st.sampled_from(sorted(_MATRICES)))
    made, written = _MATRICES[matrix]
    writer = _Writer(draw, one, written)
    prelude = WITNESS + _PRELUDE.format(edges=EDGES, one=_CONTAINERS[one], matrix=made)
    loop = draw(st.sampled_from(_LOOPS)) + "\n"
    body = [
        Line(1, "a[8] = 0.5 * a[8]", [("a", 8, "a[8]")]),  # what makes the loop one that trains
        Line(1, "delta[8] = 0.5 * delta[8]", [("delta", 8, "delta[8]")]),
        *(line for _ in range(draw(st.integers(1, 5))) for line in writer.statement(1)),
        *(writer.failure(1) if failing else []),
    ]
    head = prelude + loop
    first = head.count("\n") + 1
    source = "".join("    " * line.depth + line.text + "\n" for line in body)
    watched = "".join(
        "    " * line.depth + _watched(line, number) + "\n" for number, line in enumerate(body, first)
    )
    watched = watched.replace("    ", "    turn(); ", 1)
    ending = "print('end', s, y)\n"
    return Program(head + source + ending, head + watched + ending)


def _watched(line, number):
    before = _seen(number - 1, line.before) + "; " if line.before else ""
    after = "; " + _seen(number, line.sets) if line.sets else ""
    return before + line.text + after


def _seen(number, sets):
    told = ", ".join(f"({quantity!r}, {key!r}, {text})" for quantity, key, text in sets)
    return f"seen({number}, {told})"


def assignments(program):
    """What a plain run of a generated program assigned: per turn, the (line, ref, value) in order.

    A quantity that one statement sets twice (`y = a[8] = …`) is one assignment.
    """
    turns = []

    def turn():
        turns.append([])

    def seen(line, *sets):
        told = [(line, (quantity, key), float(value)) for quantity, key, value in sets]
        turns[-1].extend(now for n, now in enumerate(told) if n == 0 or now != told[n - 1])

    ran = plain(program.watched, turn=turn, seen=seen)
    return turns, ran
