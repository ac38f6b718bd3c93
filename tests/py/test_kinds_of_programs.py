"""Kinds of programs that were followed wrongly once: each in a few lines, with what must be seen of it."""

import pytest
from backprop import diagnose, record

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


@pytest.mark.parametrize(
    ("source", "sizes", "samples"),
    [(NEGATED, [2, 3, 1], 4), (SHARED_BIAS, [2, 2, 2], 1), (PRINTED, [2, 3, 2], 2), (AUTOGRAD, [3, 4, 1], 3)],
    ids=["negated", "shared-bias", "printed", "autograd"],
)
def test_a_kind_is_followed_whole(source, sizes, samples):
    recording = record(source)
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
    recording = record(NEGATED)
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
    recording = record(source)
    assert recording.found.state == "partial"
    assert "another order" in recording.found.missing[0]["en"]
    hidden = recording.topology.layers[1]
    assert [recording.value("delta", node, iteration=0) for node in hidden] == [None] * 4
    assert all(check.agrees for check in recording.checks(1))
