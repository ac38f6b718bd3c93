"""Several networks or trainings in one program: each is found, and each can be recorded."""

import contextlib
import io

import numpy as np
import pytest
from backprop import diagnose
from kept import recorded_once

DATA = """
import numpy as np
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], float)
y = np.array([[0], [1], [1], [0]], float)
np.random.seed(1)
log = []
"""

RATES = f"""{DATA}
for rate in (0.1, 1, 10):
    W1 = np.random.randn(3, 4)
    W2 = np.random.randn(4, 1)
    for epoch in range(30):
        h = 1 / (1 + np.exp(-(X @ W1)))
        o = 1 / (1 + np.exp(-(h @ W2)))
        d2 = (y - o) * o * (1 - o)
        d1 = (d2 @ W2.T) * h * (1 - h)
        W2 += rate * h.T @ d2
        W1 += rate * X.T @ d1
        log.append((W1.copy(), W2.copy()))
"""

MODEL = f"""{DATA}
class Net:
    def __init__(self, sizes):
        self.W = [np.random.randn(a, b) for a, b in zip(sizes, sizes[1:])]

    def forward(self, x):
        self.a = [x]
        for w in self.W:
            self.a.append(1 / (1 + np.exp(-self.a[-1] @ w)))

    def back(self, y, rate):
        d = (self.a[-1] - y) * self.a[-1] * (1 - self.a[-1])
        for k in reversed(range(len(self.W))):
            g = self.a[k].T @ d
            d = (d @ self.W[k].T) * self.a[k] * (1 - self.a[k])
            self.W[k] -= rate * g
        log.append([w.copy() for w in self.W])

def train(net, rate, n):
    for i in range(n):
        net.forward(X)
        net.back(y, rate)
"""

SIDE_BY_SIDE = f"""{MODEL}
one, two = Net([3, 4, 1]), Net([3, 2, 2, 1])
for i in range(20):
    for net in (one, two):
        net.forward(X)
        net.back(y, 0.5)
"""

ONE_AFTER_ANOTHER = f"""{MODEL}
train(Net([3, 4, 1]), 0.5, 20)
train(Net([3, 2, 2, 1]), 0.1, 30)
for net in (Net([3, 5, 1]), Net([3, 6, 1])):
    train(net, 1.0, 10)
"""

TWO_LOOPS = f"""{MODEL}
a, b = Net([3, 4, 1]), Net([3, 2, 1])
for epoch in range(20):
    a.forward(X)
    a.back(y, 0.5)
for step in range(25):
    b.forward(X)
    b.back(y, 0.25)
"""

IN_ROUNDS = f"""{MODEL}
net = Net([3, 4, 1])
for chapter in range(5):
    train(net, 0.5, 4)
    net.forward(X)
"""


def logged(source):
    """The weights after each iteration, as the program itself keeps them."""
    namespace = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(source, namespace)
    return namespace["log"]


def assert_follows(recording, weights):
    """The recorded weights after each iteration are these matrices, (inputs, nodes) each."""
    assert recording.error is None
    assert recording.iterations == len(weights)
    layers = recording.topology.layers
    assert [len(layer) for layer in layers] == [weights[0][0].shape[0], *(w.shape[1] for w in weights[0])]
    for iteration in (0, 1, len(weights) - 1):
        for below, nodes, matrix in zip(layers, layers[1:], weights[iteration]):
            for row, i in enumerate(below):
                for column, j in enumerate(nodes):
                    assert recording.value("w", (j, i), iteration=iteration) == matrix[row, column]
    checks = recording.checks(1)
    assert checks
    assert all(check.agrees for check in checks)
    assert [layer.state for layer in recording.verdict] == ["agrees"] * (len(layers) - 1)
    assert not [one for one in diagnose(recording) if one.kind in ("mistake", "unknown")]


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        (RATES, [slice(0, 30), slice(30, 60), slice(60, 90)]),
        (SIDE_BY_SIDE, [slice(0, 40, 2), slice(1, 40, 2)]),
        (ONE_AFTER_ANOTHER, [slice(0, 20), slice(20, 50), slice(50, 60), slice(60, 70)]),
        (TWO_LOOPS, [slice(0, 20), slice(20, 45)]),
        (IN_ROUNDS, [slice(0, 20)]),
    ],
    ids=["rates", "side-by-side", "one-after-another", "two-loops", "in-rounds"],
)
def test_each_network_of_a_program_is_recorded_from_its_first_weights_on(source, parts):
    weights = logged(source)
    for number, part in enumerate(parts, 1):
        recording = recorded_once(source, network=number)
        assert (len(recording.networks), recording.network) == (len(parts), number)
        assert_follows(recording, weights[part])


def test_the_networks_are_told_apart_by_size_line_and_rate():
    networks = recorded_once(RATES).networks
    line = RATES.split("\n").index("    for epoch in range(30):") + 1
    assert [(one.number, one.sizes, one.line, one.time, one.rates) for one in networks] == [
        (1, (3, 4, 1), line, 1, (0.1,)),
        (2, (3, 4, 1), line, 2, (1.0,)),
        (3, (3, 4, 1), line, 3, (10.0,)),
    ]
    assert networks[2].message("en") == f"3–4–1, trained in line {line}, time 3, learning rate 10"


def test_of_too_few_networks_the_first_is_recorded():
    recording = recorded_once(RATES, network=7)
    assert (recording.network, recording.found.state, recording.iterations) == (1, "found", 30)


def test_networks_are_numbered_from_one():
    with pytest.raises(ValueError, match="numbered from 1"):
        recorded_once(RATES, network=0)


def test_outputs_without_a_hidden_layer_are_one_network():
    source = f"""{DATA}
targets = [[0, 1], [1, 0], [1, 1], [0, 0]]
w = [[0.1, -0.2, 0.3], [0.2, 0.1, -0.1]]
for epoch in range(5):
    for x, t in zip(X.tolist(), targets):
        for k in range(2):
            o = 1 / (1 + np.exp(-sum(w[k][i] * x[i] for i in range(3))))
            d = (t[k] - o) * o * (1 - o)
            for i in range(3):
                w[k][i] += 0.5 * d * x[i]
"""
    recording = recorded_once(source)
    assert [one.sizes for one in recording.networks] == [(3, 2)]
    assert recording.iterations == 5


def test_a_hidden_node_that_the_output_does_not_use_stays_in_its_network():
    source = """
import math
w, v = [0.1, 0.4], [0.3, -0.2]
for epoch in range(6):
    for x, t in [(0.0, 0.2), (1.0, 0.9)]:
        h = [math.tanh(w[0] * x), math.tanh(w[1] * x)]
        o = math.tanh(v[0] * h[0] + v[1] * h[0])     # the second h ought to be h[1]
        d = (t - o) * (1 - o * o)
        dh = [d * v[k] * (1 - h[k] ** 2) for k in range(2)]
        for k in range(2):
            v[k] += 0.1 * d * h[k]
            w[k] += 0.1 * dh[k] * x
"""
    assert [one.sizes for one in recorded_once(source).networks] == [(1, 2, 1)]


@pytest.mark.parametrize(
    "more", ["print(np.mean(one.a[-1] - y) + np.mean(two.a[-1] - y))", "error = one.a[-1] - y"]
)
def test_the_mean_of_losses_over_two_networks_joins_nothing(more):
    """Both are trained in one loop and printed together; neither's change depends on the other."""
    source = f"{SIDE_BY_SIDE}    {more}\n"
    assert [one.sizes for one in recorded_once(source).networks] == [(3, 4, 1), (3, 2, 2, 1)]


def test_what_the_program_does_after_its_training_is_its_own_affair():
    source = RATES.replace("(0.1, 1, 10)", "(0.5,)") + "print(log[29][0][0], unknown)\n"
    recording = recorded_once(source)
    assert recording.found.state == "found"
    assert (recording.iterations, recording.end, recording.error.type) == (30, "error", "NameError")
    assert np.isfinite(recording.loss).all()


def test_training_that_goes_on_in_a_second_loop_is_a_network_of_the_menu():
    loop = """
for i in range({turns}):
    h = np.tanh(X @ W)
    o = h @ V
    d = o - y
    e = d @ V.T * (1 - h * h)
    V -= {rate} * h.T @ d
    W -= {rate} * X.T @ e
"""
    start = """
import numpy as np
rng = np.random.default_rng(1)
X, y = rng.normal(size=(5, 2)), rng.normal(size=(5, 1))
W, V = rng.normal(size=(2, 3)), rng.normal(size=(3, 1))
"""
    source = start + loop.format(turns=20, rate=0.02) + loop.format(turns=12, rate=0.01)
    both = [recorded_once(source, network=number) for number in (1, 2)]
    assert [one.iterations for one in both] == [20, 12]
    assert [len(one.networks) for one in both] == [2, 2]
    assert [one.rates for one in both[0].networks] == [(0.02,), (0.01,)]
    names: dict = {}
    exec(source, names)
    assert both[1].value("w", (3, 1), iteration=11) == names["W"][0, 0]
    assert all(check.agrees for check in both[1].checks(5))
    once = recorded_once(start + loop.format(turns=20, rate=0.02))
    assert len(once.networks) == 1
