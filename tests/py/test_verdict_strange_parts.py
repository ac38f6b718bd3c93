"""Parts of a change that belong to other weights: the velocity of another weight, a factor made of weights."""

import pytest
from backprop import diagnose, record

from tests.py.mutation import looked_at
from tests.py.test_verdict_kinds import DELTAS, FORWARD, HEAD, LOOP, UPDATE, accused

SCALARS = """\
import math, random
random.seed(1)
def sig(z): return 1 / (1 + math.exp(-z))
w1, w2, w3, w4, v1, v2 = [random.uniform(-1, 1) for _ in range(6)]
c1 = c2 = c3 = c4 = e1 = e2 = 0.0
for epoch in range(20):
    for (x1, x2), t in [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]:
        h1, h2 = sig(w1 * x1 + w2 * x2), sig(w3 * x1 + w4 * x2)
        o = sig(v1 * h1 + v2 * h2)
        d = (t - o) * o * (1 - o)
        d1, d2 = d * v1 * h1 * (1 - h1), d * v2 * h2 * (1 - h2)
        e1 = 0.9 * e1 + 0.3 * d * h1; v1 += e1
        e2 = 0.9 * e2 + 0.3 * d * h2; v2 += e2
        c1 = 0.9 * c1 + 0.3 * d1 * x1; w1 += c1
        c2 = 0.9 * c2 + 0.3 * d1 * x2; w2 += c2
        c3 = 0.9 * c3 + 0.3 * d2 * x1; w3 += c3
        c4 = 0.9 * c4 + 0.3 * d2 * x2; w4 += c4
"""


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("c1 = 0.9 * c1", "c1 = 0.9 * c2", 14),
        ("c3 = 0.9 * c3", "c3 = 0.9 * c2", 16),
        ("e1 = 0.9 * e1", "e1 = 0.9 * e2", 12),
    ],
)
def test_the_velocity_of_another_weight_is_named(right, wrong, line):
    assert accused(SCALARS) == set()
    assert accused(SCALARS.replace(right, wrong)) == {("momentum-of-others", line)}


POSITIVE = HEAD.replace("np.random.randn(4, 1)", "np.random.rand(4, 1)")


@pytest.mark.parametrize("head", [HEAD, POSITIVE], ids=["some below 0", "positive"])
@pytest.mark.parametrize("factor", ["W2.sum()", "W2.mean()", "(W2.T @ W2)[0, 0]"])
def test_a_factor_made_of_weights_in_a_change_is_named_where_it_is_used(head, factor):
    source = head + LOOP + FORWARD + DELTAS + UPDATE
    assert accused(source) == set()
    wrong = source.replace("W2 += h.T @ d2", f"W2 += h.T @ d2 * {factor}")
    assert ("weight-factor", 12) in accused(wrong)
    assert {line for _, line in accused(wrong)} == {12}
    assert looked_at(wrong)[1].layers[0].state == "agrees"  # the hidden delta is made of the delta without it


def test_a_factor_made_of_weights_in_delta_is_named():
    source = POSITIVE + LOOP + FORWARD + DELTAS + UPDATE
    assert accused(source.replace("d2 = (y - o)", "d2 = W2.sum() * (y - o)")) == {("weight-factor", 10)}


@pytest.mark.parametrize("rate", ["np.linalg.norm(W2) / np.linalg.norm(g2)", "0.9 ** k", "1 / (1 + k)"])
def test_rates_that_change_are_no_such_factor(rate):
    source = HEAD + LOOP + FORWARD + DELTAS + "    g2 = h.T @ d2\n" + UPDATE
    assert accused(source.replace("W2 += h.T @ d2", f"W2 += {rate} * g2")) == set()


ANEW = """\
import numpy as np
X, T = np.array([[0., 1.], [1., 0.], [1., 1.], [0.5, 0.2]]), [1, 1, 0, 0]
def sig(z): return 1 / (1 + np.exp(-z))
for turn in range(30):
    W1, W2 = np.random.rand(3, 2), np.random.rand(3)
{loop}
        h = sig(W1 @ x); o = sig(W2 @ h)
        d2 = (t - o) * o * (1 - o)
        d1 = d2 * W2 * h * (1 - h)
        W2 += {rate} * d2 * h
        W1 += {rate} * np.outer(d1, x)
    if turn % 10 == 0: print(turn, o)
"""
ONCE = "    for x, t in zip(X, T):"


def test_weights_made_anew_in_each_turn_are_named():
    assert accused(ANEW.format(loop=ONCE, rate=0.5)) == {("weights-made-anew", 5)}


@pytest.mark.parametrize(
    ("loop", "rate"),
    [
        ("    for k in range(20):\n        x, t = X[k % 4], T[k % 4]", "0.5"),
        ("    for k in np.random.randint(0, 4, 20):\n        x, t = X[k], T[k]", "0.5"),
        (ONCE, "0.1 * (turn + 1)"),
    ],
    ids=["several times through", "random samples", "rates"],
)
def test_trainings_one_after_the_other_begin_with_weights_of_their_own(loop, rate):
    assert accused(ANEW.format(loop=loop, rate=rate)) == set()


HANDED_ON = {
    "the weights": ("models = []", "    models.append((W1, W2))"),
    "a mean": ("total = 0", "    total += W2 / 30"),
    "errors": ("errors = np.zeros(4)", "    errors[0] += abs(t - o)"),
    "the best": ("best = 1e9", "    if abs(t - o) < best:\n        best, kept = abs(t - o), W2.copy()"),
    "each result, printed": ("", "    print(o)"),
    "the least": ("least = 1e9", "    least = min(least, abs(t - o))"),
}


@pytest.mark.parametrize(("before", "after"), HANDED_ON.values(), ids=HANDED_ON)
def test_many_trainings_of_one_pass_whose_results_are_kept_are_no_mistake(before, after):
    source = ANEW.format(loop=ONCE, rate=0.5).replace("for turn", f"{before}\nfor turn") + after
    source = source.replace("import numpy as np\n", "import numpy as np\nnp.random.seed(111)\n")
    found = [(one.id, one.kind) for one in diagnose(record(source))]
    assert found == [("weights-made-anew", "remark")]


def test_a_few_trials_of_one_pass_are_left_alone():
    assert accused(ANEW.format(loop=ONCE, rate=0.5).replace("range(30)", "range(5)")) == set()


@pytest.mark.parametrize("start", ["np.zeros(y.shape)", "np.zeros((4, 1))"])
def test_an_error_made_with_an_array_of_zeros_is_named(start):
    """A class of a well-known collection sets self.predicted_output to zeros and never again."""
    slopes = DELTAS.replace("(y - o) * o * (1 - o)", "2 * (y - p) * p * (1 - p)")
    source = HEAD + f"p = {start}\n" + LOOP + FORWARD + slopes + UPDATE
    assert accused(source) == {("delta-without-output", 11)}
    assert accused(source.replace("    d2 =", "    p = o\n    d2 =")) == set()


OTHER_BATCH = """\
import numpy as np
rng = np.random.default_rng(0)
X, T = rng.normal(size=(30, 3)), rng.integers(0, 2, (30, 1))
W1, W2, b1 = rng.normal(size=(3, 4)), rng.normal(size=(4, 1)), np.zeros(4)
for epoch in range(10):
    order = rng.permutation(30)
    for k in range(0, 30, 5):
        rows = order[k : k + 5]
        h = np.tanh(X[rows] @ W1 + b1)
        o = 1 / (1 + np.exp(-h @ W2))
        d2 = (o - T[rows]) * o * (1 - o)
        d1 = d2 @ W2.T * (1 - h ** 2)
        W2 -= 0.1 * h.T @ d2
        W1 -= 0.1 * X[INPUTS].T @ d1
        b1 -= 0.1 * d1.sum(0)
"""


@pytest.mark.parametrize("inputs", ["rows - 1", ":5"])
def test_inputs_of_other_samples_are_told_alone(inputs):
    """Its right deltas and biases were blamed, too: the deltas had been sought beside these inputs."""
    assert accused(OTHER_BATCH.replace("INPUTS", inputs)) == {("other-samples", 14)}
    assert accused(OTHER_BATCH.replace("INPUTS", "rows")) == set()


BATCH = """\
import numpy as np
rng = np.random.default_rng(3)
X, T = rng.normal(size=(12, 3)), np.eye(3)[rng.integers(0, 3, 12)]
W1, b1, W2, b2 = rng.normal(size=(3, 4)), np.zeros(4), rng.normal(size=(4, 3)), np.zeros(3)
def sigmoid(z): return 1 / (1 + np.exp(-z))
for epoch in range(30):
    z = X @ W1 + b1
    h = sigmoid(z)
    e = np.exp(h @ W2 + b2)
    o = e / e.sum(axis=1, keepdims=True)
    d2 = o - T
    back = d2 @ W2.T
    slope = sigmoid(z) * (1 - sigmoid(z))
    d1 = back * slope
    W2 -= 0.1 * h.T @ d2
    b2 -= 0.1 * d2.sum(0)
    W1 -= 0.1 * X.T @ d1
    b1 -= 0.1 * d1.sum(0)
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("e.sum(axis=1, keepdims=True)", "e.sum()", {("softmax-over-all", 10)}),
        ("sigmoid(z) * (1 - sigmoid(z))", "sigmoid(z)", {("hidden-delta-differs", 13)}),
        (
            "X.T @ d1",
            "X.T @ back",
            {("slope-missing-hidden", 12)},
        ),  # the right biases are not blamed beside it
        ("", "", set()),
    ],
)
def test_a_mistake_in_a_batch_is_told_alone_at_its_line(old, new, said):
    """The slope was blamed on the function that makes the activations, too; it is right."""
    assert accused(BATCH.replace(old, new)) == said


def test_a_bias_for_each_sample_is_told():
    """It read "agrees": the shapes fit, so that nothing had to be summed over the samples."""
    source = BATCH.replace("np.zeros(4)", "np.zeros((12, 4))")
    assert accused(source.replace("d1.sum(0)", "d1")) == {("bias-per-sample", 4)}
