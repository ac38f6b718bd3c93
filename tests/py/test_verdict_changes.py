"""Changes of weights and biases, each of a kind that was judged wrongly once."""

import pytest
from backprop import diagnose
from kept import recorded_once

from tests.lesson_programs import edited, short

REGRESSION = """\
import numpy as np
rng = np.random.default_rng(3)
X, y = rng.normal(size=(40, 2)), rng.normal(size=40)
w, b = rng.normal(size=2), 0.5
for epoch in range(50):
    err = {error}
    w {sign} 0.1 * X.T @ err / 40
    b {of_bias} 0.1 * err.mean()
"""
SCALARS = """\
w1, w2, b = 0.3, -0.2, 0.1
for epoch in range(50):
    for x1, x2, t in [(1, 2, 3), (2, 1, 0), (0, 1, 1)]:
        err = w1 * x1 + w2 * x2 - t + b
        w1 -= 0.1 * err * x1
        w2 -= 0.1 * err * x2
        b -= 0.1 * err
"""
XOR = """\
import numpy as np
np.random.seed(1)
sig = lambda z: 1 / (1 + np.exp(-z))
X, Y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
W1, b1 = np.random.randn(2, 3), np.random.randn(3)
W2, b2 = np.random.randn(3), 0.3
for epoch in range(20):
    for x, t in zip(X, Y):
        h = sig(x @ W1 + b1)
        o = sig(h @ W2 + b2)
        d2 = (o - t) * o * (1 - o)
        d1 = d2 * W2 * h * (1 - h)
        W2 = W2 - 0.5 * d2 * h
        b2 = b2 - 0.5 * d2
        W1 = W1 - 0.5 * np.outer(x, d1)
        b1 = b1 - 0.5 * d1
"""
LISTS = """\
import math, random
random.seed(2)
sig = lambda z: 1 / (1 + math.exp(-z))
w1 = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(2)]
w2 = [random.uniform(-1, 1) for _ in range(3)]
for epoch in range(20):
    for x, t in [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]:
        h = [sig(sum(w[i] * x[i] for i in range(2)) + w[-1]) for w in w1]
        o = sig(sum(w2[j] * h[j] for j in range(2)) + w2[-1])
        d = (t - o) * o * (1 - o)
        dh = [d * w2[j] * h[j] * (1 - h[j]) for j in range(2)]
        for j in range(2):
            w2[j] += 0.5 * d * h[j]
        w2[-1] += 0.5 * d
        for j in range(2):
            for i in range(2):
                w1[j][i] += 0.5 * dh[j] * x[i]
            w1[j][-1] += 0.5 * dh[j]
"""
BATCH = """\
import numpy as np
np.random.seed(1)
sig = lambda z: 1 / (1 + np.exp(-z))
X, Y = np.random.randn(8, 3), np.random.randint(0, 2, (8, 1))
W1, W2 = np.random.randn(3, 4), np.random.randn(4, 1)
rate = 0.5
for epoch in range(40):
    h = sig(X @ W1)
    o = sig(h @ W2)
    d2 = (o - Y) * o * (1 - o)
    d1 = d2 @ W2.T * h * (1 - h)
    W2 -= rate * h.T @ d2
    W1 -= rate * X.T @ d1
"""


def said(source, *kinds):
    """(id, line) of the findings of these kinds; of what is said against the program without."""
    kinds = kinds or ("mistake", "unknown")
    return {(one.id, one.line) for one in diagnose(recorded_once(source)) if one.kind in kinds}


def changed(source, old, new):
    assert old in source
    return source.replace(old, new)


def line_of(source, text):
    return source[: source.index(text)].count("\n") + 1


# --- a target that stands before the bias ---


@pytest.mark.parametrize(
    ("error", "sign"),
    [
        ("X @ w - y + b", "-="),
        ("y - X @ w - b", "+="),
        ("X @ w + b - y", "-="),
        ("y - (X @ w + b)", "+="),
    ],
)
def test_a_bias_behind_the_target_belongs_to_the_net(error, sign):
    recording = recorded_once(REGRESSION.format(error=error, sign=sign, of_bias=sign))
    assert diagnose(recording) == []
    assert max(recording.needle) < 1e-4
    state = dict(recording.open(0)[0].items())
    net = (
        sum(state[("w", (3, i)), None] * recording.value("a", i, iteration=0, sample=0) for i in (1, 2)) + 0.5
    )
    assert recording.value("net", 3, iteration=0, sample=0) == pytest.approx(net)
    assert recording.value("a", 3, iteration=0, sample=0) == pytest.approx(net)
    assert all(check.agrees for iteration in recording.kept for check in recording.checks(iteration))


@pytest.mark.parametrize(("error", "sign"), [("b - y + X @ w", "-="), ("y - b - X @ w", "+=")])
def test_a_net_that_is_no_number_of_the_program_cannot_be_told(error, sign):
    assert said(REGRESSION.format(error=error, sign=sign, of_bias=sign)) == set()


def test_its_wrong_sign_is_told_at_its_line():
    source = REGRESSION.format(error="X @ w - y + b", sign="-=", of_bias="+=")
    assert said(source) == {("step-sign", 8)}


def test_a_bias_behind_the_target_in_plain_numbers():
    assert said(SCALARS) == set()
    assert said(changed(SCALARS, "b -= 0.1", "b += 0.1")) == {("step-sign", 7)}


# --- the first sample is (0, 0): its update moves biases alone ---


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("b1 = b1 - 0.5", "b1 = b1 + 0.5"),
        ("b2 = b2 - 0.5", "b2 = b2 + 0.5"),
        ("W1 = W1 - 0.5", "W1 = W1 + 0.5"),
    ],
)
def test_of_two_signs_the_one_that_goes_uphill_is_named_alone(right, wrong):
    assert said(XOR) == set()
    assert said(changed(XOR, right, wrong)) == {("step-sign", line_of(XOR, right))}


@pytest.mark.parametrize(
    ("update", "ids"),
    [
        ("w1[j][-1] -= 0.5 * dh[j]", {"step-sign"}),
        ("w1[j][-1] += 0.5 * dh[j] * x[-1]", {"change-differs"}),
        ("w1[j][-1] += 0.5 * dh[j] * h[j]", {"change-differs"}),
        ("w1[j][-1] += 0.5 * d", {"change-differs"}),
    ],
)
def test_a_bias_that_is_the_last_weight_of_its_list(update, ids):
    right = "w1[j][-1] += 0.5 * dh[j]"
    assert said(LISTS) == set()
    assert said(changed(LISTS, right, update)) == {(id, line_of(LISTS, right)) for id in ids}


def test_a_bias_in_the_list_that_never_moves_is_a_bias():
    forward = changed(
        LISTS, "sum(w[i] * x[i] for i in range(2)) + w[-1]", "sum(a * b for a, b in zip(w, [*x, 1]))"
    )
    assert said(forward) == set()
    still = changed(forward, "w1[j][-1] += 0.5 * dh[j]", "pass")
    assert {id for id, _ in said(still)} == {"bias-left-out"}
    assert [len(layer) for layer in recorded_once(still).topology.layers] == [2, 2, 1]


UNEVEN = """\
import numpy as np
rng = np.random.default_rng(81)
m = 8
X, Y = rng.normal(size=(m, 3)), rng.integers(0, 2, (m, 1))
W1, b1, W2, b2 = rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(4, 1)), np.zeros(1)
for i in range(20):
    A1 = np.tanh(X @ W1 + b1)
    A2 = 1 / (1 + np.exp(-(A1 @ W2 + b2)))
    dZ2 = A2 - Y
    dW2 = A1.T @ dZ2 / m
    db2 = dZ2.sum(axis=0) / m
    dZ1 = dZ2 @ W2.T * (1 - A1 ** 2)
    dW1 = X.T @ dZ1 / m
    db1 = dZ1.sum(axis=0) / m
    W1 -= 0.3 * dW1
    b1 -= 0.3 * db1
    W2 -= 0.3 * dW2
    b2 -= 0.3 * db2
"""


@pytest.mark.parametrize(
    "line", ["dW1 = X.T @ dZ1", "dW2 = A1.T @ dZ2", "db1 = dZ1.sum(axis=0)", "db2 = dZ2.sum(axis=0)"]
)
def test_a_mean_that_one_of_four_gradients_lacks_is_named_at_its_line(line):
    assert said(UNEVEN) == set()
    assert said(changed(UNEVEN, f"{line} / m", line)) == {("uneven-mean", line_of(UNEVEN, line))}


def test_biases_that_move_by_the_sum_in_all_layers_are_a_remark():
    source = changed(
        changed(UNEVEN, "db1 = dZ1.sum(axis=0) / m", "db1 = dZ1.sum(axis=0)"),
        "b2 = dZ2.sum(axis=0) / m",
        "b2 = dZ2.sum(axis=0)",
    )
    assert said(source) == set()
    assert {id for id, _ in said(source, "remark")} == {"bias-sum"}


def test_biases_of_one_layer_that_no_update_reaches_are_left_out():
    source = changed(UNEVEN, "    b1 -= 0.3 * db1\n", "")
    assert {id for id, _ in said(source)} == {"bias-left-out"}
    neither = changed(source, "    b2 -= 0.3 * db2\n", "")
    assert "bias-left-out" not in {id for id, _ in said(neither)}


CLASSES = """\
import numpy as np
rng = np.random.default_rng(43)
X = rng.normal(size=(9, 3))
y = X.argmax(axis=1)
W, V = rng.normal(size=(3, 4)), rng.normal(size=(4, 3))
for i in range(20):
    h = np.tanh(X @ W)
    s = np.exp(h @ V)
    p = s / s.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(9), y]).mean()
    p[np.arange(9), y] -= 1
    d = p / 9
    dh = d @ V.T * (1 - h * h)
    V -= 0.5 * h.T @ d
    W -= 0.5 * X.T @ dh
"""


def test_delta_is_made_of_the_classes_that_stand_in_the_error():
    assert said(CLASSES) == set()
    assert {id for id, _ in said(changed(CLASSES, "y] -= 1", "y - 1] -= 1"))} == {"other-class"}


def test_the_gradient_of_a_bias_in_the_root_of_rmsprop_is_no_length():
    source = changed(UNEVEN, "m = 8", "m, s = 8, [0, 0, 0, 0]")
    updates = source[source.index("    W1 -=") :]
    source = changed(
        source,
        updates,
        """\
    for k, (q, g) in enumerate(zip((W1, b1, W2, b2), (dW1, db1, dW2, db2))):
        s[k] = 0.9 * s[k] + 0.1 * g * g
        q -= 0.01 * g / (np.sqrt(s[k]) + 1e-6)
""",
    )
    assert said(source) == set()
    assert {id for id, _ in said(source, "rule")} == {"rmsprop"}


@pytest.mark.parametrize(
    "limit",
    [
        "for g in (g1, g2):\n        n = np.sqrt((g ** 2).sum())\n        if n > 0.1: g *= 0.1 / n",
        "g1, g2 = [g / max(1, np.linalg.norm(g) / 0.1) for g in (g1, g2)]",
        "n = np.sqrt(np.sum(g1 ** 2) + np.sum(g2 ** 2))\n    c = min(1.0, 0.1 / (n + 1e-6))\n    g1, g2 = g1 * c, g2 * c",
        "n1, n2 = np.linalg.norm(g1), np.linalg.norm(g2)\n    g1, g2 = g1 * 0.1 / n1, g2 / n2 * 0.1",
    ],
)
def test_a_gradient_that_is_limited_by_its_length_has_a_name(limit):
    source = changed(BATCH, "    W2 -= rate * h.T @ d2\n    W1 -= rate * X.T @ d1\n", "")
    source += f"    g1, g2 = X.T @ d1, h.T @ d2\n    {limit}\n    W1 -= rate * g1\n    W2 -= rate * g2\n"
    assert said(source) == set()
    assert {id for id, _ in said(source, "rule")} == {"clipped-norm"}


BY_NODES = """import math, random
random.seed(3)
data = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]
W1 = [[random.uniform(-1, 1) for _ in range(2)] for _ in range(3)]
b1 = [0.1, 0.2, -0.1]
W2 = [random.uniform(-1, 1) for _ in range(3)]
b2 = 0.3
R = [[0.3 + 0.1 * i + 0.05 * j for i in range(2)] for j in range(3)]
before = [[0] * 2 for _ in range(3)]
s = lambda z: 1 / (1 + math.exp(-z))
for epoch in range(100):
    for x, t in data:
        h = [s(sum(W1[j][i] * x[i] for i in range(2)) + b1[j]) for j in range(3)]
        y = s(sum(W2[j] * h[j] for j in range(3)) + b2)
        d = (t - y) * y * (1 - y)
        dh = [d * W2[j] * h[j] * (1 - h[j]) for j in range(3)]
        for j in range(3):
            W2[j] += 0.5 * d * h[j]
            for i in range(2):
                g = dh[j] * x[i]
                W1[j][i] += R[j][i] * dh[j] * x[i]
            b1[j] += 0.5 * dh[j]
        b2 += 0.5 * d
"""
IN_ONE = "W1[j][i] += R[j][i] * dh[j] * x[i]"
OWN_RATES = {
    "constants": BY_NODES,
    "chosen by signs (delta-bar-delta)": BY_NODES.replace(
        IN_ONE,
        "R[j][i] = R[j][i] + 0.01 if g * before[j][i] > 0 else R[j][i] * 0.9\n"
        "                before[j][i] = g; W1[j][i] += R[j][i] * g",
    ),
    "a table": changed(BATCH, "W1 -= rate * X.T @ d1", "W1 -= R * (X.T @ d1)").replace(
        "rate =", "R = np.linspace(0.1, 0.5, W1.size).reshape(W1.shape)\nrate ="
    ),
    "a table chosen by signs": changed(
        BATCH,
        "W1 -= rate * X.T @ d1",
        "g = X.T @ d1; R = np.where(g * before > 0, 1.05 * R, 0.7 * R); before = g; W1 -= R * g",
    ).replace("rate =", "R = np.full(W1.shape, 0.1)\nbefore = np.zeros(W1.shape)\nrate ="),
}


@pytest.mark.parametrize("source", OWN_RATES.values(), ids=OWN_RATES)
def test_each_weight_may_have_a_rate_of_its_own(source):
    assert said(source) == set()
    assert {id for id, _ in said(source, "rule")} == {"own-rates"}


@pytest.mark.parametrize(
    "delta",
    [
        "loss = np.sqrt(((o - Y) ** 2).mean())\n    d2 = (o - Y) * o * (1 - o) / len(X) / loss",
        "d2 = (o - Y) * o * (1 - o)\n    d2 = d2 / np.linalg.norm(d2)",
    ],
)
def test_deltas_may_be_divided_by_a_length(delta):
    """The gradient of the root of the mean square; and deltas of one length."""
    source = changed(BATCH, "d2 = (o - Y) * o * (1 - o)", delta)
    assert said(source) == set()
    assert said(changed(source, " * h * (1 - h)", ""))


def test_a_step_that_is_negative_before_the_gradient_is_no_wrong_sign():
    """Adadelta, as its paper writes it: the step is `−RMS(changes) / RMS(gradients) · gradient`, and it is added."""
    source = changed(
        BATCH,
        "    W2 -= rate * h.T @ d2\n    W1 -= rate * X.T @ d1\n",
        "    for w, g, e, u in zip([W1, W2], [X.T @ d1, h.T @ d2], E, U):\n"
        "        e[...] = 0.9 * e + 0.1 * g * g\n"
        "        step = -np.sqrt(u + 1e-6) / np.sqrt(e + 1e-6) * g\n"
        "        u[...] = 0.9 * u + 0.1 * step * step\n"
        "        w += step\n",
    ).replace("rate =", "E, U = [[np.zeros_like(w) for w in (W1, W2)] for _ in range(2)]\nrate =")
    assert said(source) == set()
    assert said(source.replace("step = -np", "step = np"))


@pytest.mark.parametrize(
    "wrong",
    [
        "W1[j][i] += R[j][i] * dh[j] * x[1 - i]",
        "W1[j][i] += R[j][i] * dh[2 - j] * x[i]",
        "W1[j][i] += (R[j][i] - 0.4) * dh[j] * x[i]",
        "W1[j][i] += R[j][i] * dh[j] * x[i] * h[j]",
        "W1[j][i] += R[j][i] * d * W2[j] * x[i]",
        "W1[j][i] += R[j][i] * dh[j]",
    ],
)
def test_a_mistake_is_told_though_each_weight_has_a_rate_of_its_own(wrong):
    assert said(changed(BY_NODES, IN_ONE, wrong))


@pytest.mark.parametrize("lesson", ["two-layer", "eleven-lines"])
def test_a_delta_without_slope_beside_a_printed_error_is_no_program_without_an_error(lesson):
    """Both lessons print the mean of |t - y|, so "this program computes no error" would be wrong of them."""
    last = "l1" if lesson == "two-layer" else "l2"
    source = short(edited(lesson, (f"{last}_error * slope({last})", f"{last}_error")), 12)
    (finding,) = diagnose(recorded_once(source, lesson))
    assert finding.kind == "remark"
    assert "cross-entropy, not of the squared error" in finding.words["en"].message
    assert "no error" not in finding.words["en"].message


def test_a_softmax_may_have_a_temperature():
    source = """import numpy as np
rng = np.random.default_rng(5)
X = rng.normal(size=(30, 3))
Y = np.eye(3)[rng.integers(0, 3, 30)]
W1, W2 = rng.normal(size=(3, 5)), rng.normal(size=(5, 3))
for step in range(40):
    h = np.tanh(X @ W1)
    z = h @ W2 / 2
    e = np.exp(z - z.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True)
    d2 = (p - Y) / 2 / len(X)
    d1 = d2 @ W2.T * (1 - h * h)
    W2 -= h.T @ d2
    W1 -= X.T @ d1
"""
    assert said(source) == set()
    assert said(changed(source, "(p - Y)", "(p - Y) * p"))
