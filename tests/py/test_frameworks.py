"""Small frameworks as books build them: gradients with decay in them, optimizers of their own, lists of lists."""

import pytest
from backprop import diagnose
from kept import recorded_once

DECAY = """
import numpy as np
rng = np.random.default_rng(2)
X, y = rng.normal(size=(8, 2)), rng.integers(0, 2, size=(8, 1))
W, b = rng.normal(size=(2, 3)), np.zeros((1, 3))
V, c = rng.normal(size=(3, 1)), np.zeros((1, 1))
state = {{n: [np.zeros_like(p), np.zeros_like(p)] for n, p in zip("WbVc", (W, b, V, c))}}
for t in range(40):
    z = np.dot(X, W) + b
    h = np.maximum(0, z)
    o = 1 / (1 + np.exp(-(np.dot(h, V) + c)))
    loss = -np.mean(y * np.log(o) + (1 - y) * np.log(1 - o)) + sum(5e-3 * np.sum(p * p) for p in (W, b, V, c))
    do = (o - y) / len(X)
    dh = do @ V.T
    dh[z <= 0] = 0
    dV, dc, dW, db = h.T @ do, do.sum(0, keepdims=True), X.T @ dh, dh.sum(0, keepdims=True)
    rate = 0.1 * (1 - 0.9 * t / 40)
    for n, p, g in zip("WbVc", (W, b, V, c), (dW, db, dV, dc)):
        g += 2 * 5e-3 * p
{step}
"""
STEPS = {
    "adam": """
        m, v = state[n]
        m[:] = 0.9 * m + 0.1 * g
        v[:] = 0.999 * v + 0.001 * g ** 2
        p -= rate * (m / (1 - 0.9 ** (t + 1))) / (np.sqrt(v / (1 - 0.999 ** (t + 1))) + 1e-7)""",
    "plain, by a rate that falls": """
        p -= rate * g""",
    "momentum, by a rate that falls": """
        m = state[n][0]
        m[:] = 0.9 * m + g
        p -= rate * m""",
}


@pytest.mark.parametrize("name", STEPS)
def test_a_decay_of_weights_and_biases_in_the_gradient_is_no_other_network_and_no_mistake(name):
    source = DECAY.format(step=STEPS[name])
    recording = recorded_once(source)
    assert [len(layer) for layer in recording.topology.layers] == [2, 3, 1]
    assert [one.state for one in recording.verdict] == ["rule", "rule"]
    assert not [one for one in diagnose(recording) if one.kind in ("mistake", "unknown")]
    wrong = diagnose(recorded_once(source.replace("    dh[z <= 0] = 0\n", "")))
    assert [one.id for one in wrong if one.kind == "mistake"] == ["slope-missing-hidden"]


LISTS = """
import math, random
random.seed(3)
def each(f, *lists):
    return [f(*some) if not isinstance(some[0], list) else each(f, *some) for some in zip(*lists)]
class Linear:
    def __init__(self, n, m):
        size = 2 / sum((n, m))
        self.w = [[size * random.gauss(0, 1) for _ in range(n)] for _ in range(m)]
        self.b = [size * random.gauss(0, 1) for _ in range(m)]
    def forward(self, x):
        self.x = x
        return [sum(a * b for a, b in zip(x, w)) + b for w, b in zip(self.w, self.b)]
    def backward(self, g):
        self.gw, self.gb = [[x * d for x in self.x] for d in g], g
        return [sum(self.w[o][i] * g[o] for o in range(len(g))) for i in range(len(self.x))]
class Tanh:
    def forward(self, x):
        self.a = each(math.tanh, x)
        return self.a
    def backward(self, g):
        return each(lambda a, d: (1 - a ** 2) * d, self.a, g)
def softmax(x):
    largest = max(x)
    e = [math.exp(one - largest) for one in x]
    return [one / sum(e) for one in e]
layers = [Linear(2, 4), Tanh(), Linear(4, 3), Tanh(), Linear(3, 2)]
moves = {}
for epoch in range(30):
    for x, t in zip([[0., 0], [0., 1], [1., 0], [1., 1]], [[1., 0.], [0., 1.], [0., 1.], [1., 0.]]):
        for layer in layers:
            x = layer.forward(x)
        g = each(lambda p, q: p - q, softmax(x), t)
        for layer in reversed(layers):
            g = layer.backward(g)
        for n, layer in enumerate(layers):
            if isinstance(layer, Linear):
                for key, p, g in ((n, layer.w, layer.gw), (-n - 1, layer.b, layer.gb)):
                    u = moves.setdefault(key, each(lambda _: 0.0, g))
                    u[:] = each(lambda u, g: 0.9 * u + (1 - 0.9) * g, u, g)
                    p[:] = each(lambda p, u: p - 0.1 * u, p, u)
"""


def test_lists_of_lists_with_an_average_of_gradients_are_one_network_with_a_softmax():
    recording = recorded_once(LISTS)
    assert [len(layer) for layer in recording.topology.layers] == [2, 4, 3, 2]
    assert not [one for one in diagnose(recording) if one.kind in ("mistake", "unknown")]
    assert recording.value("a", 10, iteration=0, sample=0) + recording.value(
        "a", 11, iteration=0, sample=0
    ) == pytest.approx(1)
    wrong = diagnose(recorded_once(LISTS.replace("(1 - a ** 2) * d", "(1 - a) * d")))
    assert [one for one in wrong if one.kind in ("mistake", "unknown")]


FALLING = """
import numpy as np
rng = np.random.default_rng(0)
X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0], [1], [1], [0.0]])
W, V = rng.normal(size=(2, 3)), rng.normal(size=(3, 1))
rate = 0.5
for epoch in range(20):
    {before}
    h = 1 / (1 + np.exp(-(X @ W)))
    o = 1 / (1 + np.exp(-(h @ V)))
    d = (o - y) * o * (1 - o)
    dh = d @ V.T * h * (1 - h)
    V -= {eta} * (h.T @ d)
    W -= {eta} * (X.T @ dh)
"""
SCHEDULES = {
    "eta = rate / (1 + 0.1 * epoch)": lambda epoch: 0.5 / (1 + 0.1 * epoch),
    "eta = rate = rate * 0.9": lambda epoch: 0.5 * 0.9 ** (epoch + 1),
    "eta = rate * 0.5 ** (epoch // 5)": lambda epoch: 0.5 * 0.5 ** (epoch // 5),
    "eta = min(1, (epoch + 1) / 5) * rate": lambda epoch: 0.5 * min(1, (epoch + 1) / 5),
}


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_learning_rate_that_is_worked_out_anew_is_known_in_every_iteration(schedule):
    recording = recorded_once(FALLING.format(before=schedule, eta="eta"))
    rates = [recording.value("eta", None, iteration=epoch) for epoch in range(20)]
    assert rates == pytest.approx([SCHEDULES[schedule](epoch) for epoch in range(20)], rel=1e-12)
    assert all(check.agrees for epoch in (0, 7, 18) for check in recording.checks(epoch))
    assert not [one for one in diagnose(recording) if one.kind in ("mistake", "unknown")]


NESTEROV = """
import numpy as np
rng = np.random.default_rng(5)
X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0], [1], [1], [0.0]])
params = {{"W": rng.normal(size=(2, 4)), "b": np.zeros(4), "V": rng.normal(size=(4, 1)), "c": np.zeros(1)}}
v = {{n: np.zeros_like(p) for n, p in params.items()}}
for epoch in range(30):
    p = {{n: {used} for n in params}}
    h = 1 / (1 + np.exp(-(X @ p["W"] + p["b"])))
    o = 1 / (1 + np.exp(-(h @ p["V"] + p["c"])))
    d = (o - y) * o * (1 - o)
    dh = d @ p["V"].T * h * (1 - h)
    grads = {{"V": h.T @ d, "c": d.sum(0), "W": X.T @ dh, "b": dh.sum(0)}}
    for n, g in grads.items():
{step}
"""
AHEAD = {
    "look ahead": (
        "params[n] + 0.9 * v[n]",
        "        v[n] = 0.9 * v[n] - 0.3 * g\n        params[n] = params[n] + v[n]",
    ),
    "in two parts": (
        "params[n]",
        "        params[n] += 0.81 * v[n]\n        params[n] -= 1.9 * 0.3 * g\n"
        "        v[n] *= 0.9\n        v[n] -= 0.3 * g",
    ),
}


@pytest.mark.parametrize("name", AHEAD)
def test_weights_of_nesterov_are_those_that_are_multiplied(name):
    used, step = AHEAD[name]
    source = NESTEROV.format(used=used, step=step)
    recording = recorded_once(source)
    assert [len(layer) for layer in recording.topology.layers] == [2, 4, 1]
    assert {"differs"}.isdisjoint(one.state for one in recording.verdict)
    assert not [one for one in diagnose(recording) if one.kind in ("mistake", "unknown")]
    nets = [one for one in recording.checks(20) if "net" in str(one.equation)]
    assert all(one.agrees for one in nets)
    wrong = diagnose(recorded_once(source.replace("* h * (1 - h)", "* (1 - h)")))
    assert [one for one in wrong if one.kind in ("mistake", "unknown")]
