"""A bias that begins as the plain number 0 is a bias: its updates are judged like any other's."""

import pytest
from backprop import diagnose, record

NEURON = """\
w, b = 0.2, {start}
for epoch in range(50):
    for x, y in [(1, 3), (2, 5), (3, 7)]:
        p = w * x + b
        err = p - y
        w = w - 0.05 * err * x
        b = b {sign} 0.05 * err
"""
LAYERS = """\
import numpy as np
np.random.seed(3)
X, Y = np.array([[0, 1], [1, 0], [1, 1]]), np.array([1, 1, 0])
W, c, v, b = np.random.randn(2, 3), np.zeros(3), np.random.randn(3), {start}
s = lambda z: 1 / (1 + np.exp(-z))
for i in range(100):
    for x, t in zip(X, Y):
        h = s(x @ W + c)
        o = s(h @ v + b)
        d = (o - t) * o * (1 - o)
        g = d * v * h * (1 - h)
        v = v - 0.3 * d * h
        b = b {sign} 0.3 * d
        W, c = W - 0.3 * np.outer(x, g), c - 0.3 * g
"""


@pytest.mark.parametrize("start", ["0", "0.0", "0.1"])
@pytest.mark.parametrize("program", [NEURON, LAYERS], ids=["neuron", "layers"])
def test_its_wrong_sign_is_named_and_the_right_one_is_left_alone(program, start):
    right = record(program.format(start=start, sign="-"))
    assert [one for one in diagnose(right) if one.kind in ("mistake", "unknown")] == []
    assert max(right.needle) < 1e-4
    wrong = record(program.format(start=start, sign="+"))
    line = program.split("b = b ")[0].count("\n") + 1
    assert [(one.id, one.line) for one in diagnose(wrong) if one.kind == "mistake"] == [("step-sign", line)]


def test_a_sum_that_begins_with_zero_has_no_bias():
    recording = record(
        "w = [0.2, -0.1]\n"
        "for epoch in range(20):\n"
        "    for x, t in [((1, 2), 3), ((2, 1), 1)]:\n"
        "        p = 0\n"
        "        for k in range(2):\n"
        "            p += w[k] * x[k]\n"
        "        for k in range(2):\n"
        "            w[k] += 0.05 * (t - p) * x[k]\n"
    )
    assert not any(row.quantity == "b" for row in recording.roles)
    assert diagnose(recording) == []
