"""Kinds of programs that are right, or no network trained by gradient, and were accused once."""

from backprop import diagnose
from kept import recorded_once


def accusations(source):
    return [one.id for one in diagnose(recorded_once(source)) if one.kind in ("mistake", "unknown")]


def test_a_trained_layer_on_fixed_features_with_the_sign_inside_the_product_is_right():
    """`-h @ B` is (-h) @ B: the net times -1. The error of p - y is the cross-entropy all the same."""
    source = """
import numpy as np
rng = np.random.default_rng(0)
X = rng.uniform(-1, 1, (40, 2))
y = (X[:, :1] * X[:, 1:] > 0) * 1.0
A, B = rng.normal(size=(2, 6)), np.zeros((6, 1))
for k in range(30):
    h = np.tanh(X @ A)
    p = 1 / (1 + np.exp(-h @ B))
    B -= 0.5 * h.T @ (p - y) / 40
"""
    assert accusations(source) == []
    assert "step-sign" in accusations(source.replace("B -=", "B +=")) or "error-sign" in accusations(
        source.replace("B -=", "B +=")
    )


BATCHES = """
import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(20, 2))
T = (X[:, :1] > X[:, 1:]) * 1.0
W, b = [rng.normal(size=(2, 4)), rng.normal(size=(4, 1))], [np.zeros(4), np.zeros(1)]
s = lambda z: 1 / (1 + np.exp(-z))
for epoch in range(10):
    for i in range(0, 20, 5):
        a = [X[i:i + 5]]
        for w, c in zip(W, b):
            a.append(s(a[-1] @ w + c))
        d = (a[-1] - T[i:i + 5]) * a[-1] * (1 - a[-1])
        for l in (1, 0):
            gw, gb = a[l].T @ d / 5, d.mean(0)
            gw = gw * min(1, 0.05 / np.sqrt((gw ** 2).sum()))
            if l:
                d = d @ W[l].T * a[l] * (1 - a[l])
            W[l] = W[l] - 0.5 * gw
            b[l] = b[l] - 0.5 * gb
"""


def test_a_gradient_that_is_clipped_by_its_own_norm_is_no_mistake():
    assert accusations(BATCHES) == []
    assert accusations(BATCHES.replace("* a[l] * (1 - a[l])", "")) != []


def test_a_convolution_is_said_to_be_one():
    source = """
import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(12, 8))
y = X[:, 2] - X[:, 3]
k, v = rng.normal(size=3) * 0.5, rng.normal(size=6) * 0.5
for epoch in range(20):
    for x, t in zip(X, y):
        h = np.tanh(np.array([x[i:i + 3] @ k for i in range(6)]))
        e = h @ v - t
        dk = sum((e * v * (1 - h * h))[i] * x[i:i + 3] for i in range(6))
        v -= 0.02 * e * h
        k -= 0.02 * dk
"""
    recording = recorded_once(source)
    assert recording.iterations == 0
    assert "convolution" in recording.found.message["en"]
    assert diagnose(recording) == []


def test_momentum_that_looks_ahead_in_plain_numbers_is_not_accused():
    source = """
import math, random
random.seed(1)
w = [random.uniform(-1, 1) for _ in range(9)]
vel = [0.0] * 9
f = lambda s: 1 / (1 + math.exp(-s))
for ep in range(20):
    for x, t in [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]:
        a = [w[k] + 0.8 * vel[k] for k in range(9)]
        h1 = f(a[0] * x[0] + a[1] * x[1] + a[2])
        h2 = f(a[3] * x[0] + a[4] * x[1] + a[5])
        o = f(a[6] * h1 + a[7] * h2 + a[8])
        d = (o - t) * o * (1 - o)
        d1, d2 = d * a[6] * h1 * (1 - h1), d * a[7] * h2 * (1 - h2)
        g = [d1 * x[0], d1 * x[1], d1, d2 * x[0], d2 * x[1], d2, d * h1, d * h2, d]
        for k in range(9):
            vel[k] = 0.8 * vel[k] - 0.5 * g[k]
            w[k] += vel[k]
"""
    assert accusations(source) == []


def test_the_same_weights_for_a_pair_of_inputs_are_not_accused():
    source = """
import numpy as np
rng = np.random.default_rng(0)
A = rng.normal(size=(10, 3))
B = A + rng.normal(size=(10, 3)) * 0.1
W = rng.normal(size=(3, 2))
for k in range(20):
    u, v = np.tanh(A @ W), np.tanh(B @ W)
    e = u - v
    W -= 0.1 * (A.T @ (e * (1 - u * u)) - B.T @ (e * (1 - v * v))) / 10
"""
    assert accusations(source) == []


def test_learning_without_an_error_is_not_accused():
    source = """
import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(60, 2)) @ np.array([[2, 1], [1, 1.0]])
w = rng.normal(size=2)
for x in X:
    y = w @ x
    w = w + 0.01 * y * (x - y * w)
"""
    assert accusations(source) == []


def test_parameters_that_begin_in_one_statement_and_inputs_computed_again_are_found():
    source = """
import numpy as np
x = np.linspace(-1, 1, 12)
y = 2 * x**2 - x + 0.5
a = b = c = 0.0
for k in range(40):
    e = a * x**2 + b * x + c - y
    da, db, dc = 2 * (e * x**2).mean(), 2 * (e * x).mean(), 2 * e.mean()
    a -= 0.3 * da
    b -= 0.3 * db
    c -= 0.3 * dc
"""
    recording = recorded_once(source)
    assert recording.topology.layers == ((1, 2), (3,))
    assert recording.topology.biases == (3,)
    assert accusations(source) == []
