"""Inputs and targets that are written where they are used, targets of a hinge loss, and targets that are classes."""

import pytest
from backprop import diagnose
from kept import recorded_once

SCALAR = """\
import math
w, v, b = 0.5, -0.3, 0.1
for k in range(30):
    z = w * 1.5 + v * 0.7 + b
    y = 1 / (1 + math.exp(-z))
    d = ({error}) * y * (1 - y)
    w {sign}= 0.5 * d * 1.5
    v {sign}= 0.5 * d * 0.7
    b {sign}= 0.5 * d
"""
HINGE = """\
import numpy as np
rng = np.random.default_rng(3)
X = np.array([[0., 0., 1.], [0., 1., 1.], [1., 0., 1.], [1., 1., 1.]])
T = np.array([[-1.], [1.], [1.], [-1.]])
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
for epoch in range(30):
    h = np.tanh(X @ W1); s = h @ W2
    loss = np.maximum(0, 1 - T * s).mean()
    d2 = {d2}
    d1 = d2 @ W2.T * (1 - h * h)
    W2 -= 0.5 * h.T @ d2
    W1 -= 0.5 * X.T @ d1
"""
CLASSES = """\
import numpy as np
rng = np.random.default_rng(3)
X, y = rng.normal(size=(6, 3)), np.array([0, 1, 2, 0, 1, 2])
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 3))
for epoch in range(30):
    h = np.maximum(0, X @ W1)
    s = h @ W2
    e = np.exp(s - s.max(axis=1, keepdims=True))
    d = e / e.sum(axis=1, keepdims=True)
    d[range(6), y] -= 1
    dh = d @ W2.T * (h > 0)
    W2 -= 0.1 * h.T @ d
    W1 -= 0.1 * X.T @ dh
"""
MICRO = """\
import random
random.seed(3)
class Value:
    def __init__(self, data, before=()):
        self.data, self.grad, self.before = data, 0, set(before)
        self._backward = lambda: None
    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))
        def _backward():
            self.grad += out.grad
            other.grad += out.grad
        out._backward = _backward
        return out
    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))
        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out._backward = _backward
        return out
    def relu(self):
        out = Value(0 if self.data < 0 else self.data, (self,))
        def _backward():
            self.grad += (out.data > 0) * out.grad
        out._backward = _backward
        return out
    def backward(self):
        order, seen = [], set()
        def visit(one):
            if one not in seen:
                seen.add(one)
                for other in one.before: visit(other)
                order.append(one)
        visit(self)
        self.grad = 1
        for one in reversed(order): one._backward()
    def __radd__(self, other): return self + other
    def __rmul__(self, other): return self * other
hidden = [[Value(random.uniform(-1, 1)) for _ in range(3)] for _ in range(4)]
output = [Value(random.uniform(-1, 1)) for _ in range(5)]
params = [p for n in hidden + [output] for p in n]
X, Y = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)], [-1, 1, 1, -1]
for k in range(30):
    losses = []
    for x, y in zip(X, Y):
        h = [(n[0] * x[0] + n[1] * x[1] + n[2]).relu() for n in hidden]
        s = sum((w * a for w, a in zip(output, h)), output[4])
        losses.append((1 + -y * s).relu())
    total = sum(losses) * (1 / 4)
    for p in params: p.grad = 0
    total.backward()
    for p in params: p.data -= 0.3 * p.grad
"""


def accused(recording):
    return {one.id for one in diagnose(recording) if one.kind in ("mistake", "unknown")}


def quantities(recording):
    return {role.quantity for role in recording.roles}


@pytest.mark.parametrize(("error", "sign"), [("y - 0.9", "-"), ("0.9 - y", "+")])
def test_inputs_and_targets_that_are_written_twice(error, sign):
    recording = recorded_once(SCALAR.format(error=error, sign=sign))
    assert [len(layer) for layer in recording.topology.layers] == [2, 1]
    assert {"input", "target", "delta"} <= quantities(recording)
    assert [recording.value("a", node, iteration=3) for node in (1, 2)] == [1.5, 0.7]
    assert recording.value("t", 3, iteration=3) == 0.9
    assert [layer.state for layer in recording.verdict] == ["agrees"]
    assert diagnose(recording) == []


def test_a_step_uphill_towards_a_target_that_is_written_there_is_told():
    assert accused(recorded_once(SCALAR.format(error="y - 0.9", sign="+"))) == {"error-sign"}


@pytest.mark.parametrize("d2", ["np.where(T * s < 1, -T, 0) / 4", "-T * (1 - T * s > 0) / 4"])
def test_targets_of_a_hinge_loss(d2):
    recording = recorded_once(HINGE.format(d2=d2))
    assert [recording.value("t", 8, iteration=2, sample=n) for n in range(4)] == [-1, 1, 1, -1]
    assert [layer.state for layer in recording.verdict] == ["agrees", "agrees"]
    assert accused(recording) == set()


def test_a_wrong_hinge_loss_differs():
    assert accused(recorded_once(HINGE.format(d2="np.where(T * s < 1, T, 0) / 4")))


def test_an_autograd_class_with_a_hinge_loss_is_followed():
    recording = recorded_once(MICRO)
    assert [len(layer) for layer in recording.topology.layers] == [2, 4, 1]
    assert recording.found.missing == ()
    assert accused(recording) == set()
    assert [recording.value("t", 7, iteration=1, sample=n) for n in range(4)] == [-1, 1, 1, -1]
    assert accused(recorded_once(MICRO.replace("p.data -= 0.3", "p.data += 0.3"))) == {"step-sign"}


def test_targets_that_are_classes_have_a_row():
    recording = recorded_once(CLASSES)
    (row,) = [role for role in recording.roles if role.quantity == "target"]
    assert (row.line, row.nodes) == (10, recording.topology.layers[-1])
    assert [recording.value("t", node, iteration=1, sample=1) for node in row.nodes] == [0, 1, 0]
    assert accused(recording) == set()


def test_one_step_of_a_net_with_its_weights_negated_is_not_accused():
    source = """\
import numpy as np
W, x, t = np.array([[0.1, 0.2], [0.3, 0.4]]), np.array([1.0, 0.5]), np.array([0.0, 1.0])
y = 1 / (1 + np.exp(-W @ x))
d = (y - t) * y * (1 - y)
W = W - 0.5 * np.outer(d, x)
"""
    assert accused(recorded_once(source)) == set()


def test_a_bias_whose_gradients_cancel_is_not_said_to_stay_as_it_is():
    source = """\
import numpy as np
rng = np.random.default_rng(3)
X, T = rng.normal(size=(20, 2)), np.array([1.0] * 3 + [-1.0] * 9 + [1.0] * 7 + [-1.0]).reshape(20, 1)
W1, b1 = 0.1 * rng.normal(size=(2, 4)), np.zeros(4)
W2, b2 = 0.1 * rng.normal(size=(4, 1)), np.zeros(1)
for epoch in range(30):
    h = np.tanh(X @ W1 + b1); s = h @ W2 + b2
    d2 = -T * (1 - T * s > 0) / 20  # all of them, so that they add up to 0, but for the rounding
    d1 = d2 @ W2.T * (1 - h * h)
    W2 -= 0.3 * h.T @ d2; b2 -= 0.3 * d2.sum(axis=0)
    W1 -= 0.3 * X.T @ d1; b1 -= 0.3 * d1.sum(axis=0)
"""
    assert accused(recorded_once(source)) == set()


def test_a_constant_of_the_last_delta_is_no_learning_rate():
    source = HINGE.format(d2="2 * (s - T) / s.size").replace("    loss =", "    #")
    clipped = source.replace(
        "    W2 -= 0.5 * h.T @ d2\n    W1 -= 0.5 * X.T @ d1\n",
        """\
    g1, g2 = X.T @ d1, h.T @ d2
    norm = np.sqrt((g1 ** 2).sum() + (g2 ** 2).sum())
    scale = min(1.0, 0.1 / norm)
    W2 -= 0.5 * scale * g2
    W1 -= 0.5 * scale * g1
""",
    )
    assert clipped != source
    rates = [
        [role.expression for role in recorded_once(one).roles if role.quantity == "eta"]
        for one in (source, clipped)
    ]
    assert rates == [["0.5"], []]


@pytest.mark.parametrize("other", ["v -= 0.5 * e", "v -= 0.5 * e * 2.0"])
def test_a_rate_that_is_the_number_of_an_input_is_not_taken_for_it(other):
    """The change of w is not multiplied by its input, which is 0.5, too."""
    source = f"""\
w, v = 0.3, 0.7
for k in range(30):
    e = w * 0.5 + v * 2.0 - 0.8
    w -= 0.5 * e
    {other}
"""
    recording = recorded_once(source)
    agrees = (
        [layer.parts.get("weights") for layer in recording.judgement.layers] if recording.judgement else []
    )
    assert "agrees" not in agrees
