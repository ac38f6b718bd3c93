"""Kinds of programs that were followed wrongly once: each in a few lines, with what must be seen of it."""

import pytest
from backprop import diagnose
from kept import recorded_once

NEGATED = """
import numpy as np
np.random.seed(3)
X = np.array([[0.1, 0.9], [0.8, 0.2], [0.5, 0.5], [0.9, 0.9]])
Y = np.array([[0.2], [0.7], [0.4], [0.9]])
A = np.random.randn(2, 3)
B = np.random.randn(3, 1)
for k in range(10):
    H = 1 / (1 + np.exp(-X @ A))
    O = 1 / (1 + np.exp(-H @ B))
    DO = (O - Y) * O * (1 - O)
    DH = DO @ B.T * H * (1 - H)
    B -= 0.9 * H.T @ DO
    A -= 0.9 * X.T @ DH
"""

SHARED_BIAS = """
import math
w, v, b1, b2 = [[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]], 0.35, 0.60
x, t = (0.05, 0.10), (0.01, 0.99)
for n in range(10):
    h = [1 / (1 + math.exp(-(w[j][0] * x[0] + w[j][1] * x[1] + b1))) for j in range(2)]
    o = [1 / (1 + math.exp(-(v[k][0] * h[0] + v[k][1] * h[1] + b2))) for k in range(2)]
    d = [(t[k] - o[k]) * o[k] * (1 - o[k]) for k in range(2)]
    e = [(d[0] * v[0][j] + d[1] * v[1][j]) * h[j] * (1 - h[j]) for j in range(2)]
    for k in range(2):
        for j in range(2):
            v[k][j] += 0.5 * d[k] * h[j]
            w[k][j] += 0.5 * e[k] * x[j]
"""

PRINTED = """
import numpy as np
class Layer:
    def __init__(self, n, below, rng):
        self.W = rng.standard_normal((n, below)) * 0.4
    def __call__(self, v):
        self.v = v
        self.out = np.tanh(self.W @ v)
        return self.out
rng = np.random.default_rng(2)
layers = [Layer(3, 2, rng), Layer(2, 3, rng)]
def learn(v, t, eta):
    out = v
    for layer in layers:
        out = layer(out)
    layers[1].delta = (t - out) * (1 - out ** 2)
    layers[0].delta = (layers[1].W.T @ layers[1].delta) * (1 - layers[0].out ** 2)
    for layer in layers:
        layer.W += eta * np.outer(layer.delta, layer.v)
    return 0.5 * np.sum((t - out) ** 2)
pairs = [(np.array([0.1, 0.9]), np.array([0.5, -0.5])), (np.array([0.7, 0.3]), np.array([-0.5, 0.5]))]
for e in range(10):
    print(f"{e}: {sum(learn(v, t, 0.1) for v, t in pairs)}")
"""

AUTOGRAD = """
import math, random
random.seed(7)
class Scalar:
    def __init__(self, data, parents=()):
        self.data, self.grad, self.back, self.parents = data, 0.0, lambda: None, set(parents)
    def __add__(self, o):
        o = o if isinstance(o, Scalar) else Scalar(o)
        out = Scalar(self.data + o.data, (self, o))
        def back():
            self.grad += out.grad
            o.grad += out.grad
        out.back = back
        return out
    def __mul__(self, o):
        o = o if isinstance(o, Scalar) else Scalar(o)
        out = Scalar(self.data * o.data, (self, o))
        def back():
            self.grad += o.data * out.grad
            o.grad += self.data * out.grad
        out.back = back
        return out
    def tanh(self):
        t = math.tanh(self.data)
        out = Scalar(t, (self,))
        def back():
            self.grad += (1 - t * t) * out.grad
        out.back = back
        return out
    __radd__ = __add__
    def backward(self):
        order, seen = [], set()
        def visit(v):
            if v not in seen:
                seen.add(v)
                for p in v.parents:
                    visit(p)
                order.append(v)
        visit(self)
        self.grad = 1.0
        for v in reversed(order):
            v.back()
w = [[Scalar(random.uniform(-1, 1)) for _ in range(3)] for _ in range(4)]
v = [Scalar(random.uniform(-1, 1)) for _ in range(4)]
samples = [([2.0, 3.0, -1.0], 1.0), ([3.0, -1.0, 0.5], -1.0), ([0.5, 1.0, 1.0], -1.0)]
for k in range(8):
    loss = 0
    for x, t in samples:
        hidden = [sum((a * b for a, b in zip(row, x)), Scalar(0.0)).tanh() for row in w]
        out = sum((a * h for a, h in zip(v, hidden)), Scalar(0.0)).tanh()
        error = out + (-t)
        loss = loss + error * error
    everything = [p for row in w for p in row] + v
    for p in everything:
        p.grad = 0.0
    loss.backward()
    for p in everything:
        p.data -= 0.05 * p.grad
"""


OF_ARRAYS = """
from array import array
from math import tanh
W, V = [array("d", [0.3, -0.2]), array("d", (0.5, 0.1))], array("d", [0.4, -0.6])
for n in range(10):
    for x, t in [((0.5, 1.0), 1.0), ((1.0, 0.2), 0.0)]:
        h = [tanh(sum(w * a for w, a in zip(row, x))) for row in W]
        y = sum(v * a for v, a in zip(V, h))
        d = t - y
        e = [d * v * (1 - a * a) for v, a in zip(V, h)]
        for j in range(2):
            V[j] += 0.1 * d * h[j]
            for i in range(2):
                W[j][i] += 0.1 * e[j] * x[i]
"""


@pytest.mark.parametrize(
    ("source", "sizes", "samples"),
    [
        (NEGATED, [2, 3, 1], 4),
        (SHARED_BIAS, [2, 2, 2], 1),
        (PRINTED, [2, 3, 2], 2),
        (AUTOGRAD, [3, 4, 1], 3),
        (OF_ARRAYS, [2, 2, 1], 2),
    ],
    ids=["negated", "shared-bias", "printed", "autograd", "arrays"],
)
def test_a_kind_is_followed_whole(source, sizes, samples):
    recording = recorded_once(source)
    assert recording.found.state == "found"
    assert [len(layer) for layer in recording.topology.layers] == sizes
    assert recording.iterations == source.count("range(10)") * 10 or recording.iterations == 8
    steps = recording.steps(1)
    set_here = [next(iter(step.sets)) for step in steps]
    computing = [node for layer in recording.topology.layers[1:] for node in layer]
    for node in computing:
        for quantity in ("net", "a", "delta"):
            assert set_here.count((quantity, node)) == samples
    checks = recording.checks(1)
    assert all(check.agrees for check in checks)
    checked = {next(iter(steps[check.step].sets))[0] for check in checks}
    assert {"net", "a"} <= checked
    assert not [one for one in diagnose(recording) if one.kind in ("mistake", "unknown", "observation")]


def test_a_net_of_negated_inputs_is_shown_the_right_way_up():
    recording = recorded_once(NEGATED)
    node = recording.topology.layers[1][0]
    net = recording.value("net", node, iteration=0, sample=1)
    a = recording.value("a", node, iteration=0, sample=1)
    assert (net > 0) == (a > 0.5)
    inputs = [recording.value("a", i, iteration=0, sample=1) for i in recording.topology.layers[0]]
    assert inputs == [0.8, 0.2]
    checked = [next(iter(recording.steps(1)[check.step].sets))[0] for check in recording.checks(1)]
    assert {"net", "a", "delta", "w"} <= set(checked)


def test_deltas_that_are_computed_in_another_order_each_time_are_not_told_apart():
    source = """
import numpy as np, random
random.seed(1); np.random.seed(1)
w, v = np.random.randn(4).tolist(), np.random.randn(4).tolist()
for epoch in range(40):
    x, t = 0.5, 0.3
    h = [np.tanh(w[j] * x) for j in range(4)]
    o = sum(v[j] * h[j] for j in range(4))
    d = o - t
    dh = [0.0] * 4
    for j in random.sample(range(4), 4):
        dh[j] = d * v[j] * (1 - h[j] ** 2)
    for j in range(4):
        v[j] -= 0.1 * d * h[j]
        w[j] -= 0.1 * dh[j] * x
"""
    recording = recorded_once(source)
    assert recording.found.state == "partial"
    assert "another order" in recording.found.missing[0]["en"]
    hidden = recording.topology.layers[1]
    assert [recording.value("delta", node, iteration=0) for node in hidden] == [None] * 4
    assert all(check.agrees for check in recording.checks(1))


def test_a_sum_of_the_weight_times_0_and_the_input_is_the_input():
    """`0 * w + 1 * x` is how the derivative of a net by its weight is often written out."""
    source = """
import numpy as np
rng = np.random.RandomState(4)
w, b = rng.randn(2), rng.randn()
points, labels = rng.rand(8, 2) * 4, [0, 1, 0, 1, 0, 1, 1, 0]
guess = lambda x: 1 / (1 + np.exp(-(np.dot(x, w) + b)))
for turn in range(300):
    k = rng.randint(8)
    y = guess(points[k])
    slope, toward = y * (1 - y), 2 * (y - labels[k])
    change = toward * slope * ((0 * w) + (1 * points[k]))
    b = b - (toward * slope * 1) * 0.1
    w = w - change * 0.1
    if turn % 100 == 0:
        print(sum(np.square(guess(p) - label) for p, label in zip(points, labels)))
"""
    recording = recorded_once(source)
    assert not [one for one in diagnose(recording) if one.kind in ("mistake", "unknown")]
    assert recording.verdict[0].state in ("factor", "agrees")


def test_decay_that_leaves_the_column_of_the_biases_alone_is_decay():
    source = """
import numpy as np
rng = np.random.RandomState(2)
X, y = rng.rand(5, 2), np.array([[0.0], [1], [1], [0], [1]])
U, V = rng.rand(4, 3) - 0.5, rng.rand(1, 5) - 0.5
s = lambda z: 1 / (1 + np.exp(-z))
for turn in range(60):
    first = np.hstack((np.ones((5, 1)), X))
    hidden = s(first @ U.T)
    second = np.hstack((np.ones((5, 1)), hidden))
    out = s(second @ V.T)
    d = out - y
    e = d @ V[:, 1:] * hidden * (1 - hidden)
    gU, gV = e.T @ first / 5, d.T @ second / 5
    gU[:, 1:] += 0.01 / 5 * U[:, 1:]
    gV[:, 1:] += 0.01 / 5 * V[:, 1:]
    U = U - 1.2 * gU
    V = V - 1.2 * gV
"""
    found = diagnose(recorded_once(source))
    assert not [one for one in found if one.kind in ("mistake", "unknown")]
    assert {one.id for one in found} == {"L2"}


def test_a_1_that_the_program_puts_behind_the_inputs_is_a_bias():
    source = """
import math, random
random.seed(0)
net = [[[random.random() for _ in range(3)] for _ in range(2)], [[random.random() for _ in range(3)]]]
dot = lambda v, w: sum(a * b for a, b in zip(v, w))
def answers(row):
    found = []
    for layer in net:
        row = [1 / (1 + math.exp(-dot(w, row + [1]))) for w in layer]
        found.append(row)
    return found
for turn in range(20):
    for x, t in ([0.0, 0.0], 0.0), ([0.0, 1.0], 1.0), ([1.0, 0.0], 1.0), ([1.0, 1.0], 0.0):
        h, (y,) = answers(x)
        d = (y - t) * y * (1 - y)
        e = [d * net[1][0][j] * h[j] * (1 - h[j]) for j in range(2)]
        net[1][0] = [w - d * a for w, a in zip(net[1][0], h + [1])]
        net[0] = [[w - e[j] * a for w, a in zip(net[0][j], x + [1])] for j in range(2)]
"""
    recording = recorded_once(source)
    assert recording.topology.layers == ((1, 2), (3, 4), (5,))
    assert recording.topology.biases == (3, 4, 5)


def test_the_output_deltas_of_classes_are_recorded_where_they_are_divided_by_the_number_of_samples():
    """Layer objects share the line that multiplies a delta, so that only the division tells the layers apart."""
    source = """
import numpy as np
rng = np.random.RandomState(0)
X, classes = rng.randn(9, 2), rng.randint(0, 3, 9)
class Layer:
    def __init__(self, below, nodes):
        self.W, self.b = 0.5 * rng.randn(below, nodes), np.zeros((1, nodes))
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, d):
        self.dW, self.db = self.x.T @ d, d.sum(axis=0, keepdims=True)
        return d @ self.W.T
one, two = Layer(2, 4), Layer(4, 3)
for turn in range(30):
    h = np.tanh(one.forward(X))
    z = two.forward(h)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    d = p.copy()
    d[range(9), classes] -= 1
    d = d / 9
    one.backward(two.backward(d) * (1 - h ** 2))
    for layer in one, two:
        layer.W += -0.5 * layer.dW
        layer.b += -0.5 * layer.db
"""
    recording = recorded_once(source)
    assert recording.found.state == "found"
    outputs = recording.topology.layers[-1]
    a, delta = ([recording.value(q, node, iteration=3, sample=5) for node in outputs] for q in ("a", "delta"))
    target = [float(node == max(delta)) for node in delta]  # only the right class is to grow
    assert delta == pytest.approx([(t - y) / 9 for t, y in zip(target, a)])
