"""Tests of numbers that are learned beside the weights (roles/learned*.py): scales of normalizations, slopes of
activations, inputs.

And tables that are said not to be drawn.
"""

import pytest
from backprop import diagnose
from kept import recorded_once

NORMALIZED = """
import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(16, 3))
y = (X.sum(1, keepdims=True) > 0) * 1.0
U, g, c, V = rng.normal(size=(3, 5)), np.ones(5), np.zeros(5), rng.normal(size=(5, 1))
for k in range(20):
    z = X @ U
    root = np.sqrt(z.var({axis}, keepdims=True) + 1e-5)
    n = (z - z.mean({axis}, keepdims=True)) / root
    s = g * n + c
    h = np.maximum(s, 0)
    p = 1 / (1 + np.exp(-(h @ V)))
    d = (p - y) / 16
    dh = d @ V.T * (s > 0)
    dn = dh * g
    dz = {dz}
    c -= 0.1 * dh.sum(0)
    U -= 0.1 * X.T @ dz
    g -= 0.1 * (dh * n).sum(0)
    V -= 0.1 * h.T @ d
"""
RIGHT_DZ = "(dn - dn.mean({axis}, keepdims=True) - n * (dn * n).mean({axis}, keepdims=True)) / root"


@pytest.mark.parametrize("axis", [0, 1])  # of a batch, of a layer
@pytest.mark.parametrize("is_right", [True, False])
def test_a_normalization_is_followed_and_its_scale_is_a_layer_of_one_to_one(axis, is_right):
    dz = RIGHT_DZ.format(axis=axis) if is_right else "dn / root"
    recording = recorded_once(NORMALIZED.format(axis=axis, dz=dz))
    assert [len(layer) for layer in recording.topology.layers] == [3, 5, 5, 1]
    assert all(
        recording.value("a", node, iteration=0, sample=3) is not None for node in recording.topology.nodes
    )
    (scale,) = (row for row in recording.roles if (row.quantity, row.layer) == ("w", 2))
    assert "one input only" in scale.message("en")
    wrong = [finding.line for finding in diagnose(recording) if finding.kind in ("mistake", "unknown")]
    assert wrong == ([] if is_right else [17])


PRELU = """
import numpy as np
rng = np.random.default_rng(1)
X = rng.normal(size=(10, 2))
y = (X[:, :1] > 0) * 1.0
W1, b1, W2, slope = rng.normal(size=(2, 4)), np.zeros(4), rng.normal(size=(4, 1)), {slope}
for epoch in range(20):
    z1 = X @ W1 + b1
    a1 = {activation}
    p = 1 / (1 + np.exp(-(a1 @ W2)))
    d2 = (p - y) / len(X)
    da = d2 @ W2.T
    d1 = {delta}
    W2 -= 0.3 * a1.T @ d2
    W1 -= 0.3 * X.T @ d1
    b1 -= 0.3 * d1.sum(0)
    slope = slope - 0.3 * np.sum(da * np.minimum(z1, 0){axis})
"""


@pytest.mark.parametrize(
    "activation", ["np.where(z1 > 0, z1, slope * z1)", "np.maximum(z1, 0) + slope * np.minimum(z1, 0)"]
)
@pytest.mark.parametrize(("slope", "axis"), [("0.25", ""), ("np.full(4, 0.25)", ", axis=0")])
def test_a_slope_that_an_activation_learns_is_no_layer(activation, slope, axis):
    for delta, wrong in ("da * np.where(z1 > 0, 1, slope)", []), ("da * (z1 > 0)", [13]):
        recording = recorded_once(PRELU.format(activation=activation, slope=slope, axis=axis, delta=delta))
        assert [len(layer) for layer in recording.topology.layers] == [2, 4, 1]
        assert "Line 17 also trains" in recording.found.missing[0]["en"]
        found = diagnose(recording)
        assert [one.line for one in found if one.kind in ("mistake", "unknown")] == wrong


EMBEDDING = """
import numpy as np
rng = np.random.default_rng(0)
words = [0, 1, 2, 3, 0, 4, 0, 1, 3, 4]
pairs = list(zip(words, words[1:]))
E, W = rng.normal(0, 0.5, (5, 3)), rng.normal(0, 0.5, (3, 5))
for epoch in range(6):
    for c, o in pairs:
        h = E[c]
        p = np.exp(h @ W) / np.exp(h @ W).sum()
        d = p.copy()
        d[o] -= 1
        dh = W @ d
        W -= 0.1 * np.outer({input}, d)
        E[c] -= 0.1 * dh
"""


@pytest.mark.parametrize(("input", "wrong"), [("h", []), ("E[o]", [14])])
def test_an_embedding_is_drawn_as_inputs_that_are_learned(input, wrong):
    recording = recorded_once(EMBEDDING.format(input=input))
    assert [len(layer) for layer in recording.topology.layers] == [3, 5]
    assert "changed in line 15" in recording.found.missing[0]["en"]
    found = diagnose(recording)
    assert [one.line for one in found if one.kind in ("mistake", "unknown")] == wrong


def test_rows_of_an_embedding_picked_all_at_once_are_inputs():
    source = """
import numpy as np
rng = np.random.default_rng(3)
ids = rng.integers(0, 6, 12)
y = (ids % 2 == 0)[:, None] * 1.0
emb, W1, W2 = rng.normal(size=(6, 3)), rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
for i in range(9):
    e = emb[ids]
    h = np.tanh(e @ W1)
    d2 = (1 / (1 + np.exp(-(h @ W2))) - y) / 12
    d1 = d2 @ W2.T * (1 - h * h)
    W2 -= 0.5 * h.T @ d2
    de = d1 @ W1.T
    W1 -= 0.5 * e.T @ d1
    np.add.at(emb, ids, -0.5 * de)
"""
    recording = recorded_once(source)
    assert [len(layer) for layer in recording.topology.layers] == [3, 4, 1]
    assert diagnose(recording) == []


NOT_DRAWN = {
    "picks its own of both": """
import numpy as np
rng = np.random.default_rng(1)
R = np.array([[5, 3, 0, 1], [4, 0, 0, 1], [1, 1, 0, 5.0]])
P, Q = rng.random((3, 2)), rng.random((4, 2))
for step in range(20):
    for i, j in zip(*R.nonzero()):
        e = R[i, j] - P[i] @ Q[j]
        gp, gq = e * Q[j], e * P[i]
        P[i] += 0.01 * gp
        Q[j] += 0.01 * gq
""",
    "Line 6 computes its layer once": """
import numpy as np
rng = np.random.default_rng(1)
s = lambda v: 1 / (1 + np.exp(-v))
X, T, W1, W2 = rng.random((4, 2)), [0, 1, 1, 0], rng.normal(size=(3, 2)), rng.normal(size=(1, 3))
hs = [s(W1 @ x) for x in X]
for epoch in range(20):
    for x, h, t in zip(X, hs, T):
        o = s(W2 @ h)
        d2 = (t - o) * o * (1 - o)
        d1 = W2.T @ d2 * h * (1 - h)
        W2 = W2 + 0.5 * np.outer(d2, h)
        W1 = W1 + 0.5 * np.outer(d1, x)
""",
}


@pytest.mark.parametrize("words", NOT_DRAWN)
def test_other_kinds_are_said_to_be_what_they_are(words):
    recording = recorded_once(NOT_DRAWN[words])
    assert recording.iterations == 0
    assert words in recording.found.message["en"]
