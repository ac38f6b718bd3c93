"""Ways to go through an array, and to change weights, that were not followed once: the network, and what is said of it."""

import pytest
from backprop import diagnose, record

PROGRAM = """\
import math
import numpy as np
np.random.seed(6)
X = np.array([[0.1, 0.2], [0.1, 0.9], [0.8, 0.1], [0.7, 0.9]])
T = np.array([[0.0], [1.0], [1.0], [0.0]])
W = np.random.randn(2, 3)
V = np.random.randn(3, 1)
def f(z):
    FORWARD
for epoch in range(20):
    H = f(X @ W)
    O = H @ V
    D = O - T
    DH = D @ V.T * (1 - H ** 2)
    for w, g in ((V, H.T @ D), (W, X.T @ DH)):
        UPDATE
"""
TANH = "return np.tanh(z)"
FORWARD = {
    "ndenumerate": """out = np.zeros(z.shape)
    for at, value in np.ndenumerate(z):
        out[at] = math.tanh(value)
    return out""",
    "nditer": """out = np.zeros_like(z)
    for a, b in np.nditer([z, out], op_flags=[["readonly"], ["writeonly"]]):
        b[...] = np.tanh(a)
    return out""",
    "nditer, made by it": """it = np.nditer([z, None])
    while not it.finished:
        it[1] = np.tanh(it[0])
        it.iternext()
    return it.operands[1]""",
    "nditer, in place": """with np.nditer(z, op_flags=["readwrite"]) as it:
        for a in it:
            a[...] = np.tanh(a)
    return z""",
    "apply_along_axis": "return np.apply_along_axis(lambda row: np.array([math.tanh(x) for x in row]), 1, z)",
    "piecewise": "return np.piecewise(z, [z < 0, z >= 0], [np.tanh, lambda part: np.tanh(part)])",
    "frompyfunc": "return np.frompyfunc(math.tanh, 1, 1)(z).astype(float)",
}
UPDATE = {
    "nditer": """it = np.nditer(w, flags=["multi_index"])
        while not it.finished:
            w[it.multi_index] -= 0.1 * g[it.multi_index]
            it.iternext()""",
    "ndenumerate": """for at, slope in np.ndenumerate(g):
            w[at] -= 0.1 * slope""",
}
WAYS = {name: (lines, "w -= 0.1 * g") for name, lines in FORWARD.items()}
WAYS |= {f"{name}, update": (TANH, lines) for name, lines in UPDATE.items()}


def sizes(recording):
    return [len(layer) for layer in recording.topology.layers]


def said(recording):
    return [(one.id, one.line) for one in diagnose(recording) if one.kind in ("mistake", "unknown")]


def program(way):
    forward, update = WAYS[way]
    return PROGRAM.replace("FORWARD", forward).replace("UPDATE", update)


@pytest.mark.parametrize("way", WAYS)
def test_a_network_is_followed_through_it(way):
    recording = record(program(way))
    assert recording.error is None
    assert sizes(recording) == [2, 3, 1]
    assert {layer.state for layer in recording.verdict} <= {"agrees", "factor"}
    assert said(recording) == []


@pytest.mark.parametrize("way", WAYS)
def test_a_mistake_is_told_behind_it(way):
    source = program(way).replace("(1 - H ** 2)", "(1 - H)")
    line = 1 + source.split("\n").index("    DH = D @ V.T * (1 - H)")
    assert said(record(source)) == [("hidden-delta-differs", line)]


KRON = """\
import numpy as np
np.random.seed(6)
data = [(np.array([0.0, 0.1]), 0.0), (np.array([0.2, 1.0]), 1.0), (np.array([1.0, 0.3]), 1.0)]
W, v = np.random.randn(3, 2), np.random.randn(3)
for epoch in range(30):
    for x, t in data:
        h = np.tanh(W.dot(x))
        d = v.dot(h) - t
        dh = d * v * (1 - h ** 2)
        v = v - 0.1 * d * h
        W = W - 0.1 * np.kron(dh[:, None], x[None, :])
"""


def test_kron_is_an_outer_product():
    recording = record(KRON)
    assert sizes(recording) == [2, 3, 1]
    assert {layer.state for layer in recording.verdict} <= {"agrees", "factor"}
    assert said(record(KRON.replace("* v * (1 - h ** 2)", "* v * (1 - h)"))) == [("hidden-delta-differs", 9)]


COPIES = """\
import numpy as np
np.random.seed(4)
X, T = np.random.rand(30, 3), np.random.rand(30, 2)
weights = [np.random.rand(3, 3) - 0.5, np.random.rand(3, 2) - 0.5]
for epoch in range(8):
    new = [w.copy() for w in weights]
    for x, t in zip(X, T):
        a = [x]
        for w in weights:
            a.append(np.tanh(a[-1].dot(w)))
        d = (a[-1] - t) * (1 - a[-1] ** 2)
        for k in (1, 0):
            new[k] -= 0.05 * np.outer(a[k], d)
            d = d.dot(weights[k].T) * (1 - a[k] ** 2)
    weights = new
"""


def test_weights_may_be_changed_in_a_copy_that_takes_their_place():
    recording = record(COPIES)
    assert sizes(recording) == [3, 3, 2]
    assert {layer.state for layer in recording.verdict} <= {"agrees", "factor"}
    assert said(recording) == []


def test_a_copy_that_never_takes_their_place_is_told():
    recording = record(COPIES.replace("    weights = new\n", ""))
    assert sizes(recording) == [3, 3, 2]
    assert said(recording) == [("update-lost", 13)]


FETCHED = """\
import numpy as np
rng = np.random.default_rng(1)
X = rng.normal(size=(8, 2))
T = X[:, :1] * X[:, 1:]
W, V = rng.normal(size=(2, 4)), rng.normal(size=(4, 1))
BEFORE
for outer in range(2):
    FIRST
    for epoch in range(40):
        for x, t in zip(X, T):
            h = np.tanh(x @ w)
            d = h @ v - t
            e = d * v[:, 0] * (1 - h ** 2)
            V -= 0.002 * np.outer(h, d)
            W -= 0.002 * np.outer(x, e)
"""
FETCH = "w, v = W.copy(), V.copy()"


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ({"FIRST": FETCH}, set()),
        ({"BEFORE": FETCH}, {15, 14}),
    ],
    ids=["fetched", "never"],
)
def test_weights_that_are_fetched_after_many_updates_are_not_lost(words, lines):
    source = FETCHED
    for word in ("BEFORE", "FIRST"):
        source = source.replace(word, words.get(word, "pass"))
    assert {line for id, line in said(record(source)) if id == "update-lost"} == lines


KEPT = """\
import numpy as np
np.random.seed(0)
class Dense:
    def __init__(self, W):
        self.W = W
    def forward(self, x):
        self.x = x
        self.a = np.tanh(x @ self.W)
        return self.a
    def backward(self, grad):
        grad = grad * (1 - self.a ** 2)
        self.dW = self.x.T @ grad
        return grad @ self.W.T
params = {"W1": np.random.randn(2, 3), "W2": np.random.randn(3, 1)}
first, second = Dense(params["W1"]), Dense(params["W2"])
X, T = np.random.rand(8, 2), np.random.rand(8, 1)
for step in range(20):
    second.forward(first.forward(X))
    first.backward(second.backward(second.a - T))
    params["W1"] -= 0.5 * first.dW
    params["W2"] -= 0.5 * second.dW
"""


def test_layers_that_keep_the_arrays_of_the_beginning_are_told():
    assert said(record(KEPT)) == []
    apart = KEPT.replace('params["W1"] -= 0.5', 'params["W1"] = params["W1"] - 0.5')
    apart = apart.replace('params["W2"] -= 0.5', 'params["W2"] = params["W2"] - 0.5')
    assert said(record(apart)) == [("update-lost", 21), ("update-lost", 20)]


def test_outputs_that_are_passed_back_are_no_tied_weights():
    """`second.a @ second.W.T` in place of the delta: weights times what their own nets became, but in the backward pass."""
    source = KEPT.replace("first.backward(", "second.backward(second.a - T)\n    first.backward(", 1)
    source = source.replace(
        "first.backward(second.backward(second.a - T))", "first.backward(second.a @ second.W.T)"
    )
    assert sizes(record(source)) == [2, 3, 1]
    assert [id for id, _ in said(record(source))] == ["hidden-delta-differs"]


TIED = """\
import numpy as np
rng = np.random.default_rng(1)
X = rng.random((10, 4))
W = rng.normal(size=(4, 3))
for epoch in range(12):
    h = np.tanh(X @ W)
    o = 1 / (1 + np.exp(-(h @ W.T)))
    d = DELTA
    e = d @ W * (1 - h ** 2)
    W -= 0.01 * (X.T @ e + d.T @ h)
"""


@pytest.mark.parametrize("delta", ["o - X", "(-X / o + (1 - X) / (1 - o)) * o * (1 - o)"])
def test_tied_weights_are_told_by_whatever_error(delta):
    recording = record(TIED.replace("DELTA", delta))
    assert recording.found.message["en"].startswith("The weights in line 7 are those of the layer before")


OUTPUTS_BACK = """\
import numpy as np
rng = np.random.default_rng(0)
X, T = rng.random((8, 2)), rng.random((8, 3))
W, V = rng.normal(size=(2, 3)), rng.normal(size=(3, 3))
rate, c = 0.1, np.zeros((2, 3))
for epoch in range(12):
    H = np.tanh(X @ W)
    O = np.tanh(H @ V)
    D = (O - T) * (1 - O ** 2)
    G = X.T @ (O @ V.T * (1 - H ** 2))
    V -= 0.1 * H.T @ D
    c += G ** 2
    W -= rate / np.sqrt(c + 1) * G
"""


def test_a_learning_rate_that_is_divided_is_no_target_of_tied_weights():
    """The outputs are passed back in place of the deltas: a mistake, but V is no layer after itself."""
    assert sizes(record(OUTPUTS_BACK)) == [2, 3, 3]


SLOPES = """\
import numpy as np
np.random.seed(6)
X = np.array([[-0.5, -0.5], [-0.5, 0.5], [0.5, -0.5], [0.5, 0.5]])
T = np.array([[0.0], [1.0], [1.0], [0.0]])
W, V = np.random.randn(2, 3), np.random.randn(3, 1)
for epoch in range(30):
    Z = X @ W
    H = np.where(Z < 0, 0.2 * Z, Z)
    O = H @ V
    D = O - T
    DH = D @ V.T * np.where(Z < 0, 1.0, 0.2)
    V -= 0.1 * H.T @ D
    W -= 0.1 * X.T @ DH
"""


def test_two_slopes_that_are_exchanged_are_not_called_those_of_an_earlier_pass():
    assert said(record(SLOPES)) == [("hidden-delta-differs", 11)]


def test_a_copy_that_becomes_an_array_of_samples_does_no_harm():
    recording = record("""\
import numpy as np
w, v = 0.3, 0.5
new = v
for x, t in [(0.5, 1.0), (np.array([0.1, 0.2]), np.array([1.0, 0.0]))] * 6:
    h = np.tanh(w * x)
    y = v * h
    d = y - t
    new = new - 0.1 * d * h
    w = w - 0.1 * np.sum(d * v * (1 - h ** 2) * x)
""")
    assert recording.found.state == "found"
