"""Generated programs that compute whole layers, in the two styles of the notes, and what they set.

A program is put together from pieces drawn at random. In its text every line that sets a layer says
so in a comment: `# sets a 1 l1` (quantity, layer, what holds it now), `# sets w 1 syn0 at [2]` where
only a part was set, `# above sets …` where the statement stands one line higher. For a plain run the
comments are turned into calls, so that the expected steps come from the program itself.
Over 400 lines: no piece is used alone.
"""

import re
from collections import namedtuple
from itertools import accumulate

import numpy as np
from hypothesis import strategies as st
from programs import WITNESS, indent, plain

# sizes of the layers; sign of the program's own deltas
ArrayProgram = namedtuple("ArrayProgram", "source lesson sizes sign")
TURN = "# a turn begins\n"
_SETS = re.compile(r" # (above )?sets (\w+) (\S+) (\S+)(?: at (\[.*?\])(?= #|$))?")


# --- what a plain run sets ---


def assigned(program):
    """Per turn of the training loop the (line, ref, value, sample) it set in a plain run, in order; and the run.

    Where all samples are computed at once `sample` is a row's number; where one after the other, its inputs.
    """
    turns, now = [], {}
    nodes = [range(last - size + 1, last + 1) for last, size in zip(accumulate(program.sizes), program.sizes)]
    by_rows = program.lesson == "eleven-lines"

    def one_layer(line, quantity, layer, array, index):
        """The numbers of one layer's array that were set, in C order."""
        here = nodes[layer]
        if quantity == "w":
            refs = [[(j, i) for i in nodes[layer - 1]] for j in here]
        elif by_rows:
            refs = [list(here) for _ in array]
        else:
            refs = [[j] for j in here]
        keys = np.empty(np.shape(refs)[:2], object)
        for place in np.ndindex(keys.shape):
            keys[place] = refs[place[0]][place[1]]
        keys = keys.T if quantity == "w" and by_rows else keys
        chosen = np.zeros(array.shape, bool)
        chosen[index] = True
        if quantity == "a" and layer == 0 and not by_rows:
            now["x"] = array.ravel().tolist()
        sign = program.sign if quantity == "delta" else 1
        for place in np.argwhere(chosen):
            row = int(place[0]) if by_rows and quantity != "w" else now.get("x")
            value = sign * float(array[tuple(place)])
            turns[-1].append((line, (quantity, keys[tuple(place)]), value, row))

    def seen(line, quantity, layer, held, index=...):
        if not turns:
            return
        layers = enumerate(held, 1) if layer == "all" else [(layer, held)]
        for number, array in layers:
            one_layer(line, quantity, number, array, index)

    ran = plain(_watched(program.source), turn=lambda: turns.append([]), seen=seen)
    return turns, ran


def _watched(source):
    """The source with its comments turned into calls."""
    lines = source.replace(TURN, "turn()\n").split("\n")
    for n, line in enumerate(lines):
        calls = []
        for above, quantity, layer, held, index in _SETS.findall(line):
            told = [n if above else n + 1, repr(quantity), "'all'" if layer == "all" else layer, held]
            calls.append(f"; seen({', '.join(map(str, told))}{index and ', np.s_' + index})")
        lines[n] = line.split(" # ")[0].rstrip() + "".join(calls)
    return "\n".join(lines)


# --- whole batches: a row for each sample ---

_ROWS = """\
import contextlib
import numpy as np
{main}X = np.array({X}, float)
y = np.array({y})
syn0 = 2 * np.random.RandomState({seed}).random_sample({shape0}) - 1
syn1 = 2 * np.random.RandomState({seed}).random_sample({shape1}) - 1
l0, l1, l2 = np.zeros(X.shape), np.zeros((len(X), {hidden})), np.zeros(y.shape)
l1_delta, l2_delta, spare, rest, turns = np.zeros(l1.shape), np.zeros(l2.shape), 0, [], 0
def sigmoid(net): return 1 / (1 + np.exp(-net))
def slope(output): return output * (1 - output)
"""
_PIECES = [
    ("a 0", "l0", "X"),
    ("a 1", "l1", "sigmoid(np.dot(l0, syn0))"),
    ("a 2", "l2", "sigmoid(l1 @ syn1)"),
    ("delta 2", "l2_delta", "(y - l2) * slope(l2)"),
    ("delta 1", "l1_delta", "l2_delta.dot(syn1.T) * slope(l1)"),
    ("w 2", "syn1", "np.dot(l1.T, l2_delta)"),
    ("w 1", "syn0", "l0.T @ l1_delta"),
]
# «n»: the name, «v»: its new value, «s»: what it is, «scope»: global or nonlocal
_SET = [
    "«n» = «v»  # sets «s» «n»",
    "«n» = «v»  # sets «s» «n»",
    "«n»: object = «v»  # sets «s» «n»",
    "«n», spare = «v», 0  # sets «s» «n»",
    "spare, (*rest, «n») = 0, (1, 2, «v»)  # sets «s» «n»",
    "[«n»] = [«v»]  # sets «s» «n»",
    "«n» = spare = «v»  # sets «s» «n»",
    "spare = («n» := «v»)  # sets «s» «n»",
    "spare = (lambda value: value + 1)(«n» := «v»)  # sets «s» «n»",
    "«n» = np.asfortranarray(«v»)  # sets «s» «n»",
    "«n» = np.float32(«v»)  # sets «s» «n»",
    "«n» = np.sign(«v»).astype(int)  # sets «s» «n»",
    "«n» = (np.float32(«v») if turns % 2 else «v»)  # sets «s» «n»",
    "«n» = (np.sign(«v»).astype(int) if turns % 2 else «v»)  # sets «s» «n»",
    "«n» = np.array(«v»)  # sets «s» «n»\n«n»[...] = «v» / 2  # sets «s» «n»",
    "«n» = np.array(«v»)  # sets «s» «n»\n«n»[-1:] = «n»[-1:] / 2  # sets «s» «n» at [-1:]",
    "«n» = np.array(«v»)  # sets «s» «n»\nfor k in range(len(«n»)):\n    «n»[k] = «n»[k] * k  # sets «s» «n» at [k]",
    "«n» = np.array(«v»)  # sets «s» «n»\n"
    "«n»[:, -1], «n»[-1, 0] = 0, 1  # sets «s» «n» at [:, -1] # sets «s» «n» at [-1, 0]",
    "«n» = «v»  # sets «s» «n»\n«n» = «n» * 0.5  # sets «s» «n»",
    "for «n» in («v»,):\n    pass  # above sets «s» «n»",
    "with contextlib.nullcontext(«v») as «n»:\n    pass  # above sets «s» «n»",
    "if len(X) > 2:\n    «n» = «v»  # sets «s» «n»\nelse:\n    «n» = «v» / 2  # sets «s» «n»",
    "for _ in range(2):\n    «n» = «v»  # sets «s» «n»",
    "try:\n    «n» = «v»  # sets «s» «n»\n    1 / 0\nexcept ZeroDivisionError:\n    print('caught')",
    "def change():\n    «scope» «n»\n    «n» = «v»  # sets «s» «n»\nchange()",
    "def outer():\n    «n» = «v»  # sets «s» «n»\n    def inner():\n        nonlocal «n»\n"
    "        «n» = «n» / 2  # sets «s» «n»\n    inner()\n    return «n»\n«n» = outer()  # sets «s» «n»",
]
_ADD = [
    "«n» += «v»  # sets «s» «n»",
    "«n» += «v»  # sets «s» «n»",
    "«n» = «n» + «v»  # sets «s» «n»",
    "«n» -= -0.5 * «v»  # sets «s» «n»",
    "«n»[:] += «v»  # sets «s» «n»",
    "«n»[...] = «n» + «v»  # sets «s» «n»",
    "for k in range(len(«n»)):\n    «n»[k] += («v»)[k]  # sets «s» «n» at [k]",
    "for k in range(1, len(«n») + 1):\n    «n»[-k, 0] += («v»)[-k, 0]  # sets «s» «n» at [-k, 0]",
    "for (k, i), more in np.ndenumerate(«v»):\n    «n»[k][i] += more  # sets «s» «n» at [k, i]",
    "«n»[1:] += («v»)[1:]  # sets «s» «n» at [1:]\n«n»[0] *= 0.5  # sets «s» «n» at [0]",
    "np.add(«n», «v», out=«n»)  # sets «s» «n»",
    "same = «n»\nsame += «v»  # sets «s» «n»",
    "view = «n».T\nview[0] += 0.25  # sets «s» «n»",
    "def change():\n    «scope» «n»\n    «n» += «v»  # sets «s» «n»\nchange()",
    "def change():\n    «n»[:] += «v»  # sets «s» «n»\nchange()",
    "def change(what, more):\n    what += more  # sets «s» «n»\nchange(«n», «v»)",
]
_NOISE = [
    "spare = np.abs(y - l2).mean()",
    "print(spare if isinstance(spare, int) else 'array')",
    "rest = [k for k in range(3) if k % 2]",
    "for k in 'ab':\n    if k == 'b': break\nelse:\n    print('never')",
    "pass",
]
_LOOPS = [
    "for iteration in range(3):",
    "for n in range(3):",
    "for _ in [2, 7]:",
    "for n, name in enumerate('abc'):",
    "while (turns := turns + 1) < 4:",
]


@st.composite
def row_programs(draw, failing=False):
    """A batch program in the style of `eleven-lines`; with `failing`, one that ends in an error."""

    def pick(options):
        return draw(st.sampled_from(options))

    rows, inputs, hidden, outputs = (draw(st.integers(low, 4)) for low in (2, 2, 1, 1))
    in_main = draw(st.booleans())
    scope = "nonlocal" if in_main else "global"
    order = pick([_PIECES, _PIECES, draw(st.permutations(_PIECES))])
    text = ""
    for what, name, value in order:
        pieces = _ADD if what.startswith("w") else _SET
        piece = pick(pieces)
        if draw(st.integers(0, 3)) == 0:
            text += pick(_NOISE) + "\n"
        for mark, word in (("«n»", name), ("«v»", value), ("«s»", what), ("«scope»", scope)):
            piece = piece.replace(mark, word)
        text += piece + "\n"
    if failing:
        text += pick(_FAILURES) + "\n"
    head = _ROWS.format(
        main="",
        X=[[(r * k + k) % 3 / 2 for k in range(1, inputs + 1)] for r in range(rows)],
        y=[[(r + k) % 2 for k in range(outputs)] for r in range(rows)],
        seed=draw(st.integers(0, 9)),
        shape0=(inputs, hidden),
        shape1=(hidden, outputs),
        hidden=hidden,
    )
    body = head + pick(_LOOPS) + "\n" + indent(TURN + text) + "print(l2.tolist(), spare is None)\n"
    source = WITNESS + ("def main():\n" + indent(body) + "main()\n" if in_main else body)
    return ArrayProgram(source, "eleven-lines", (inputs, hidden, outputs), 1)


_FAILURES = [
    "l1 = np.zeros((2, 9)) @ np.zeros((8, 2))",
    "syn1 += np.zeros((99, 98))",
    "l2_delta = missing",
    "syn0[99] = 1",
    "l1, l2 = 1, 2, 3",
    "raise ValueError('mine')",
    "(lambda: l1 + None)()",
    "l1.T[[k / 0 for k in (1,)]] = 1",
]


# --- a class: columns, lists, one delta that walks back ---

_CLASS = """\
import contextlib
import numpy as np
def sigmoid(z): return 1 / (1 + np.exp(-z))
def slope(z): return sigmoid(z) * (1 - sigmoid(z))


class Network:
    "A network whose layers are lists of arrays."
    def __init__(self, sizes):
        random = np.random.RandomState({seed})
        shapes = list(zip(sizes[1:], sizes))
{init}
    def feedforward(self, x):
{forward}
        return zs, activations

    def backprop(self, x, target):
        zs, activations = self.feedforward(x)
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
{backward}
        return nabla_b, nabla_w

    def update(self, samples, eta):
        sum_b = [np.zeros(b.shape) for b in self.biases]
        sum_w = [np.zeros(w.shape) for w in self.weights]
        for {x}, {t} in samples:
            more_b, more_w = self.backprop({x}, {t})
            for k in range(len(sum_w)):
                sum_b[k] += more_b[k]
                sum_w[k] = sum_w[k] + more_w[k]
{sample_update}
{update}
    def train(self, samples, eta, turns=0):
{train}

samples = [(np.array([x], {dtype}).T, np.full(({outputs}, 1), t)) for x, t in {samples}]
net = Network({sizes})
net.train(samples, {eta})
print(net.weights[-1].tolist(), len(samples))
"""
_INIT = [
    "self.biases = [random.randn(y, 1) for y, x in shapes]\nself.weights = [random.randn(y, x) for y, x in shapes]",
    "self.weights, self.biases = [], []\nfor y, x in shapes:\n"
    "    self.weights.append(random.randn(y, x)); self.biases.append(random.randn(y, 1))",
    "self.weights = weights = [None] * len(shapes)\nself.biases: list = [np.ones((y, 1)) for y in sizes[1:]]\n"
    "for n, (y, x) in enumerate(shapes):\n    weights[n] = random.randn(y, x)",
    "self.biases = [np.zeros((y, 1)) for y, x in shapes]\nself.weights = [np.zeros((y, x)) for y, x in shapes]\n"
    "for b, w in zip(self.biases, self.weights):\n    b += random.randn(*b.shape)\n    w[...] = random.randn(*w.shape)",
]
_FORWARD = [
    """\
activation, activations, zs = x, [x], []  # sets a 0 activation
for {b}, {w} in zip(self.biases, self.weights):
    z = np.dot({w}, activation) + {b}  # sets net len(activations) z
    activation = sigmoid(z)  # sets a len(activations) activation
    zs.append(z)
    activations.append(activation)
""",
    """\
activations, zs = [activation := x], []  # sets a 0 activation
for {l} in range(len(self.weights)):
    zs.append(z := self.weights[{l}] @ activations[-1] + self.biases[{l}])  # sets net {l}+1 z
    activations.append(activation := sigmoid(zs[{l}]))  # sets a {l}+1 activation
""",
    """\
activation = x  # sets a 0 activation
zs, activations, {l} = [], [activation], 0
while {l} < len(self.biases):
    {l} += 1
    z = self.weights[{l} - 1].dot(activation)  # sets net {l} z
    z += self.biases[{l} - 1]  # sets net {l} z
    zs += [z]
    activation, spare = sigmoid(z), z  # sets a {l} activation
    activations += [activation]
""",
    """\
activation = x  # sets a 0 activation
activations, zs = [x], []
def through({w}, {b}):
    nonlocal activation
    z = np.dot({w}, activation) + {b}  # sets net len(activations) z
    activation = sigmoid(z)  # sets a len(activations) activation
    return z, activation
for pair in zip(self.weights, self.biases):
    one, other = through(*pair)
    zs.append(one)
    activations.append(other)
""",
]
_BACKWARD = [
    """\
delta = (activations[-1] - target) * slope(zs[-1])  # sets delta len(zs) delta
nabla_b[-1], nabla_w[-1] = delta, np.dot(delta, activations[-2].T)
for {l} in range(2, len(activations)):
    delta = np.dot(self.weights[-{l} + 1].T, delta) * slope(zs[-{l}])  # sets delta len(zs)-{l}+1 delta
    nabla_b[-{l}] = delta
    nabla_w[-{l}] = np.dot(delta, activations[-{l} - 1].T)
""",
    """\
delta = activations[-1] - target  # sets delta len(zs) delta
delta *= slope(zs[-1])  # sets delta len(zs) delta
for {l} in reversed(range(len(zs))):
    if {l} < len(zs) - 1:
        delta = self.weights[{l} + 1].T @ delta * slope(zs[{l}])  # sets delta {l}+1 delta
    nabla_b[{l}][:] = delta
    nabla_w[{l}] += delta @ activations[{l}].T
""",
    """\
def back({l}, delta):
    nabla_b[-{l}], nabla_w[-{l}] = delta, np.dot(delta, activations[-{l} - 1].T)
    if {l} < len(zs):
        delta = np.dot(self.weights[-{l}].T, delta) * slope(zs[-{l} - 1])  # sets delta len(zs)-{l} delta
        back({l} + 1, delta)
delta: object = slope(zs[-1]) * (activations[-1] - target)  # sets delta len(zs) delta
back(1, delta)
""",
]
_UPDATE = [
    """\
self.biases = [{b} - eta * {n} for {b}, {n} in zip(self.biases, sum_b)]  # sets b all self.biases
self.weights = [{w} - eta * {n} for {w}, {n} in zip(self.weights, sum_w)]  # sets w all self.weights
""",
    """\
for {l} in range(len(self.weights)):
    self.weights[{l}] -= eta * sum_w[{l}]  # sets w {l}+1 self.weights[{l}]
    self.biases[{l}] = self.biases[{l}] - eta * sum_b[{l}]  # sets b {l}+1 self.biases[{l}]
""",
    """\
for {l} in range(1, len(self.weights) + 1):
    self.biases[-{l}] -= eta * sum_b[-{l}]  # sets b len(sum_w)-{l}+1 self.biases[-{l}]
    self.weights[-{l}] = np.subtract(self.weights[-{l}], eta * sum_w[-{l}])  # sets w len(sum_w)-{l}+1 self.weights[-{l}]
""",
    """\
for {l}, ({w}, {n}) in enumerate(zip(self.weights, sum_w), 1):
    {w} -= eta * {n}  # sets w {l} {w}
for {l}, ({b}, {n}) in enumerate(zip(self.biases, sum_b), 1):
    {b} -= eta * {n}  # sets b {l} {b}
""",
    """\
self.weights[:] = [{w} - eta * {n} for {w}, {n} in zip(self.weights, sum_w)]  # sets w all self.weights
self.biases, spare = [{b} - eta * {n} for {b}, {n} in zip(self.biases, sum_b)], 0  # sets b all self.biases
""",
    """\
these = self.weights
for {l}, {n} in enumerate(sum_w):
    these[{l}] -= eta * {n}  # sets w {l}+1 these[{l}]
for {l}, {n} in enumerate(sum_b):
    np.subtract(self.biases[{l}], eta * {n}, out=self.biases[{l}])  # sets b {l}+1 self.biases[{l}]
""",
    """\
for {l}, {n} in enumerate(sum_w):
    for k in range(len({n})):
        self.weights[{l}][k] -= eta * {n}[k]  # sets w {l}+1 self.weights[{l}] at [k]
        self.biases[{l}][k, 0] -= eta * sum_b[{l}][k, 0]  # sets b {l}+1 self.biases[{l}] at [k, 0]
""",
    """\
def change(these, those):
    for {l}, more in enumerate(those):
        these[{l}] -= eta * more  # sets w {l}+1 these[{l}]
change(self.weights, sum_w)
""",
]
_TRAIN = [
    "for epoch in range(2):\n",
    "for {l} in range(3):\n",
    "for {l}, name in enumerate('ab'):\n",
    "while (turns := turns + 1) < 4:\n",
]
_CLASS_FAILURES = [
    "self.weights[-1] -= np.zeros((99, 98))\n",
    "self.weights[9] = 1\n",
    "delta = missing\n",
    "raise ValueError('mine')\n",
    "self.biases, spare = 1, 2, 3\n",
]


@st.composite
def class_programs(draw, failing=False):
    """A program in the style of `network-class`; with `failing`, one that ends in an error."""

    def pick(options):
        return draw(st.sampled_from(options))

    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    names = {
        "b": pick(["b", "bias"]),
        "w": pick(["w", "weight"]),
        "n": pick(["n", "nabla"]),
        "l": pick(["l", "layer"]),
    }

    def piece(options, depth):
        text = pick(options)
        for name, word in names.items():
            text = text.replace(f"{{{name}}}", word)
        return indent(text, depth)

    one_by_one = draw(st.booleans())
    failure = indent(pick(_CLASS_FAILURES), 2) if failing else ""
    changes = piece(_UPDATE, 0)
    shuffled = "    np.random.RandomState(turns).shuffle(samples)\n" if draw(st.booleans()) else ""
    source = WITNESS + _CLASS.format(
        seed=draw(st.integers(0, 9)),
        init=piece(_INIT, 2),
        forward=piece(_FORWARD, 2),
        backward=piece(_BACKWARD, 2),
        sample_update=indent(changes.replace("sum_", "more_"), 3) if one_by_one else "",
        update=("" if one_by_one else indent(changes, 2)) + failure,
        train=indent(piece(_TRAIN, 0) + indent(TURN) + shuffled + "    self.update(samples, eta)\n", 2),
        x=pick(["x", "sample"]),
        t=pick(["t", "target"]),
        dtype=pick(["float", "int", "float if t else int"]),
        outputs=sizes[-1],
        samples=[
            ([(r * k + k) % 3 for k in range(1, sizes[0] + 1)], r % 2) for r in range(draw(st.integers(1, 4)))
        ],
        sizes=sizes,
        eta=pick([0.5, 1]),
    )
    return ArrayProgram(source, "network-class", tuple(sizes), -1)
