"""Inputs and targets that do not keep one order: told where one of them is shuffled alone, and nowhere else."""

import pytest
from backprop import diagnose, record

BATCH = """\
import numpy as np
rng = np.random.default_rng(1)
X = rng.normal(size=(12, 2))
y = (X[:, :1] * X[:, 1:] > 0).astype(float)
W, V = rng.normal(size=(2, 4)), rng.normal(size=(4, 1))
for epoch in range(12):
    SHUFFLE
    for s in range(0, 12, SIZE):
        xb, yb = X[s:s + SIZE], y[s:s + SIZE]
        h = np.tanh(xb @ W)
        o = 1 / (1 + np.exp(-h @ V))
        d = (o - yb) / len(xb)
        e = d @ V.T * (1 - h ** 2)
        V -= 0.5 * h.T @ d
        W -= 0.5 * xb.T @ e
"""
LISTS = """\
import random, math
random.seed(1)
X = [[random.random(), random.random()] for _ in range(6)]
T = [float(a > b) for a, b in X]
W = [[random.uniform(-1, 1) for _ in range(2)] for _ in range(3)]
V = [random.uniform(-1, 1) for _ in range(3)]
for epoch in range(8):
    SHUFFLE
    for x, t in PAIRS:
        h = [math.tanh(sum(w * v for w, v in zip(row, x))) for row in W]
        d = sum(v * a for v, a in zip(V, h)) - t
        for j in range(3):
            g = d * V[j] * (1 - h[j] ** 2)
            V[j] -= 0.01 * d * h[j]
            for i in range(2):
                W[j][i] -= 0.01 * g * x[i]
"""


def batches(shuffle, size):
    return BATCH.replace("SHUFFLE", shuffle).replace("SIZE", str(size))


def lists(shuffle, pairs="zip(X, T)"):
    return LISTS.replace("SHUFFLE", shuffle).replace("PAIRS", pairs)


MIXED = {
    "inputs in place": (batches("rng.shuffle(X)", 12), 7),
    "inputs, batches": (batches("X = X[rng.permutation(12)]", 4), 7),
    "targets": (batches("rng.shuffle(y)", 4), 7),
    "each by an order of its own": (batches("X, y = rng.permutation(X), rng.permutation(y)", 12), 7),
    "lists": (lists("random.shuffle(X)"), 8),
    "after a shuffle of both": (
        batches("X = X[rng.permutation(12)]", 12).replace(
            "W, V =", "p = rng.permutation(12); X, y = X[p], y[p]\nW, V ="
        ),
        8,
    ),
}
TABLE = """\
data = []
for targets in [(0.1, 0.5, 0.9), (0.5, 0.1, 0.9), (0.9, 0.5, 0.1), (0.1, 0.9, 0.5), (0.5, 0.9, 0.1)]:
    data += zip([[1, 0], [0, 1], [1, 1]], targets)
"""
RIGHT = {
    "one order": batches("p = rng.permutation(12); X, y = X[p], y[p]", 12),
    "one order, batches": batches("p = rng.permutation(12); X, y = X[p], y[p]", 4),
    "not shuffled": batches("pass", 12),
    "pairs": lists("data = list(zip(X, T)); random.shuffle(data)", "data"),
    "equal inputs with other targets": lists("pass", "zip(X + X, T + [1 - t for t in T])"),
    "equal inputs, shuffled": lists(
        "data = list(zip(X + X, T + [1 - t for t in T])); random.shuffle(data)", "data"
    ),
    "targets that were shuffled once": batches("if epoch == 0: rng.shuffle(y)", 12),
    "inputs with noise": batches("X = X + rng.normal(size=X.shape) * 0.1", 12),
    "targets with noise": batches("y = y + rng.normal(size=y.shape) * 0.1", 12),
    "new data": batches("X = rng.normal(size=X.shape); y = (X[:, :1] * X[:, 1:] > 0) * 1.0", 12),
    "a table of equal inputs": lists("pass", "data").replace("W = [[", f"{TABLE}W = [[", 1),
    "tasks in turn": batches("y = tasks[rng.integers(3)]", 12).replace(
        "W, V =", "tasks = [y, 1 - y, rng.permutation(y)]\nW, V ="
    ),
    "by label": lists("random.shuffle(X)", "[(x, float(x[0] > x[1])) for x in X]"),
}


def said(source):
    return [(one.id, one.line) for one in diagnose(record(source)) if one.kind in ("mistake", "unknown")]


@pytest.mark.parametrize("way", MIXED)
def test_inputs_that_meet_other_targets_each_time_are_told(way):
    source, line = MIXED[way]
    assert said(source) == [("mixed-pairs", line)]


@pytest.mark.parametrize("way", RIGHT)
def test_pairs_that_stay_together_or_are_made_anew_are_not(way):
    assert said(RIGHT[way]) == []
