"""Bad input without a lesson: a clear message with its line, and whatever was found is shown."""

import pytest
from backprop import diagnose, record

from tests.py.test_choices import PROGRAM


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("", None, "is empty"),
        ("x = 3\nprint(x * 2)\n", None, "there is no loop"),
        (PROGRAM.replace("o - y", "o - yy"), 11, "its own error in line 11"),
        (
            PROGRAM.replace("[[0], [1], [1], [0]], float", "[['0'], ['1'], ['1'], ['0']]"),
            11,
            "error in line 11",
        ),
        ("x = 1.5\nfor n in range(20000):\n    x = x * 1.0001\n", 2, "the loop of line 2"),
        ("for x in range(3)\n    print(x)\n", 1, "its own error in line 1"),
        ("def train():\n    for n in range(9):\n        print(n)\n", 2, "The loop in line 2 did not run"),
        ("for n in range(0):\n    print(n)\n", 1, "The loop in line 1 did not run"),
        ("x = 1\0", None, "its own error in line 1"),
        (
            "from decimal import Decimal as D\nw = D(2)\nfor n in range(9):\n    d = w * D(3) - 1\n    w -= d / 10\n",
            4,
            "in line 4 are of the type Decimal",
        ),
        ("s = ''\nfor n in range(3):\n    s += 'x'\n", None, "No number here is multiplied"),
    ],
    ids=[
        "empty",
        "no-loop",
        "name-error",
        "labels",
        "long",
        "syntax",
        "not-called",
        "no-turns",
        "no-text",
        "exact",
        "text",
    ],
)
def test_a_message_says_what_is_wrong_and_where(source, line, said):
    found = record(source).found
    assert (found.state, found.line) == ("none", line)
    assert said in found.message["en"]
    assert found.message["zh"]


COMPLEX = PROGRAM.replace("randn(3, 4)", "randn(3, 4) + 0j").replace("randn(4, 1)", "randn(4, 1) + 0j")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (COMPLEX, PROGRAM[: PROGRAM.index("randn(3, 4)")].count("\n") + 1),
        (COMPLEX.replace("+ 0j", "* (-1.0) ** 0.5"), PROGRAM[: PROGRAM.index("randn(3, 4)")].count("\n") + 1),
        ("w = 0.5 + 0j\nfor k in range(9):\n    w -= 0.1 * (w * 2 - 1)\n", 1),
    ],
)
def test_complex_weights_are_refused_with_their_line(source, line):
    found = record(source).found
    assert (found.state, found.line) == ("none", line)
    assert "complex" in found.message["en"]
    assert "复数" in found.message["zh"]


def test_a_loop_whose_iterable_begins_in_another_line_is_not_said_not_to_have_run():
    found = record("for n in (\n    [1, 2]\n    + [3]\n):\n    print(n)\n").found
    assert found.state == "none"
    assert "did not run" not in found.message["en"]


def test_another_architecture_half_way_is_told_and_what_was_found_is_kept():
    change = "    if epoch == 3:\n        W1, W2 = np.random.randn(3, 6), np.random.randn(6, 1)\n    h = 1"
    recording = record(PROGRAM.replace("    h = 1", change, 1))
    assert recording.found.state == "found"
    assert recording.iterations == 5
    assert {"id": "unfollowed", "name": "X @ W1", "line": 11} in recording.notices
    assert len(recording.steps(1)) == 88


def test_an_error_within_the_first_update_says_that_layers_may_be_missing():
    broken = PROGRAM.replace("    W1 -=", "    1 / 0\n    W1 -=")
    (missing,) = record(broken).found.missing
    line = broken[: broken.index("1 / 0")].count("\n") + 1
    assert f"its own error in line {line}" in missing["en"]
    assert missing["zh"]


def test_an_error_in_a_later_sample_leaves_what_came_before():
    source = """
import math
w, v = 0.1, 0.2
for epoch in range(3):
    for x, t in [(0.5, 0.2), ("a", 0.3)]:
        h = math.tanh(w * x)
        o = math.tanh(v * h)
        d = (t - o) * (1 - o * o)
        g = d * v * (1 - h * h)
        v += 0.1 * d * h
        w += 0.1 * g * x
"""
    recording = record(source)
    assert (recording.end, recording.error.line) == ("error", 6)
    assert recording.found.state == "found"
    assert len(recording.steps(0)) == 9


def test_the_inputs_of_a_single_sample_stay_inputs():
    source = PROGRAM.replace("[[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]", "[[0, 1, 1]]")
    recording = record(source.replace("[[0], [1], [1], [0]]", "[[1]]"))
    assert [len(layer) for layer in recording.topology.layers] == [3, 4, 1]


def test_two_hundred_inputs():
    data = "np.random.RandomState(0).rand(4, 200)"
    source = PROGRAM.replace("np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], float)", data)
    recording = record(source.replace("randn(3, 4)", "randn(200, 4) * 0.1"))
    assert [len(layer) for layer in recording.topology.layers] == [200, 4, 1]
    assert recording.iterations == 5


ALIASES = """
import math
data = [([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]
W = [[0.2, -0.4], [0.3, 0.1]]
V, b = [0.5, -0.3], [0.1, 0.2]
for epoch in range(9):
    for x, t in data:
        h = [math.tanh(W[j][0] * x[0] + W[j][1] * x[1] + b[j]) for j in (0, 1)]
        y = V[0] * h[0] + V[1] * h[1]
        d = t - y
        dh = [d * V[j] * (1 - h[j] ** 2) for j in (0, 1)]
        for j in (0, 1):
            V[j] += 0.1 * d * h[j]
            b[j] += 0.1 * dh[j]
            for i in (0, 1):
                W[j][i] += 0.1 * dh[j] * x[i]
"""
SQUARE = """
import numpy as np
rng = np.random.default_rng(0)
X, T = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
W = rng.normal(size=(3, 3))
V = rng.normal(size=(3, 3))
for epoch in range(9):
    H = np.tanh(X @ W)
    Y = np.tanh(H @ V)
    dY = (T - Y) * (1 - Y ** 2)
    dH = dY @ V.T * (1 - H ** 2)
    V += 0.01 * H.T @ dY
    W += 0.01 * X.T @ dH
"""


@pytest.mark.parametrize(
    ("source", "right", "wrong", "said"),
    [
        (ALIASES, "[[0.2, -0.4], [0.3, 0.1]]", "[[0.2, -0.4]] * 2", "one and the same list"),
        (
            SQUARE,
            "V = rng.normal(size=(3, 3))",
            "V = W",
            "The weights in line 9 are those of the layer before",
        ),
    ],
    ids=["rows", "arrays"],
)
def test_weights_that_are_one_array_by_two_names_are_no_two_layers(source, right, wrong, said):
    assert record(source).found.state == "found"
    found = record(source.replace(right, wrong)).found
    assert found.state == "none"
    assert said in found.message["en"]
    assert found.message["zh"]


def test_attention_is_no_layer_of_weighted_sums():
    source = """\
import numpy as np
rng = np.random.default_rng(0)
X, t, Wq = rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), rng.normal(size=(3, 3))
for k in range(40):
    s = X @ Wq @ X.T
    e = np.exp(s - s.max(axis=1, keepdims=True))
    a = e / e.sum(axis=1, keepdims=True)
    o = a @ X
    da = (o - t) @ X.T
    ds = a * (da - (da * a).sum(axis=1, keepdims=True))
    Wq -= 0.05 * X.T @ (ds @ X)
"""
    found = record(source).found
    assert found.state == "none"
    assert "attention" in found.message["en"]


def test_an_output_times_one_number_of_another_sample_is_no_attention():
    source = """\
import math
s = [0.1, 0.4, 0.2, 0.7, 0.5, 0.3, 0.9, 0.6, 0.8]
w = [0.3, -0.1]
for epoch in range(20):
    for k in range(6):
        x, last, t = s[k:k + 2], s[k + 2], s[k + 3]
        g = math.tanh(w[0] * x[0] + w[1] * x[1])
        d = (g * last - t) * last * (1 - g * g)
        w = [w[0] - 0.1 * d * x[0], w[1] - 0.1 * d * x[1]]
"""
    recording = record(source)
    assert recording.found.state == "found"
    assert diagnose(recording) == []
