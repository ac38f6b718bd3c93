"""Right programs in forms that look like mistakes, and mistakes that look like these forms."""

import textwrap

import pytest
from backprop import diagnose
from kept import recorded_once

HEAD = """
import numpy as np
rng = np.random.default_rng(3)
X = np.array([[0., 0., 1.], [0., 1., 1.], [1., 0., 1.], [1., 1., .5]])
T = np.array([[0.], [1.], [1.], [0.]])
W1 = rng.normal(size=(3, 4)); b1 = np.zeros(4)
W2 = rng.normal(size=(4, 1)); b2 = np.zeros(1)
def sig(z): return 1 / (1 + np.exp(-z))
"""
DELTAS = """
    h = sig(X @ W1 + b1); y = sig(h @ W2 + b2)
    d2 = WEIGHT * (T - y) * y * (1 - y)
    d1 = d2 @ W2.T * h * (1 - h)
"""
UPDATES = """
    W2 += 0.5 * h.T @ d2; b2 += 0.5 * d2.sum(axis=0)
    W1 += 0.5 * X.T @ d1; b1 += 0.5 * d1.sum(axis=0)
"""
IN_TURN = """
    W2 += 0.5 * h.T @ d2
    W1 += 0.5 * X.T @ d1
    if epoch % 2:
        b2 += 0.5 * d2.sum(axis=0)
        b1 += 0.5 * d1.sum(axis=0)
"""
NOISE = """
    for w, g in ((W2, h.T @ d2), (b2, d2.sum(0)), (W1, X.T @ d1), (b1, d1.sum(0))):
        w += 0.5 * (g + rng.normal(scale=0.01, size=g.shape))
"""
MOMENTUM = """
    V2 = 0.9 * V2 + 0.5 * h.T @ d2; c2 = 0.9 * c2 + 0.5 * d2.sum(0)
    V1 = 0.9 * V1 + 0.5 * X.T @ d1; c1 = 0.9 * c1 + 0.5 * d1.sum(0)
    W2 += V2; b2 += c2; W1 += V1; b1 += c1
"""
CLIPPED = """
    grads = [X.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]
    scale = min(1.0, 0.05 / np.sqrt(sum((g ** 2).sum() for g in grads)))
    for w, g in zip((W1, b1, W2, b2), grads):
        w += 0.5 * scale * g
"""
AMSGRAD = """
    for k, g in enumerate([X.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]):
        M[k] = 0.9 * M[k] + 0.1 * g; S[k] = 0.99 * S[k] + 0.01 * g * g
        H[k] = np.maximum(H[k], S[k])
        P[k] += 0.05 * M[k] / (np.sqrt(H[k]) + 1e-8)
"""
TWICE = """
    W1 += 0.5 * X.T @ d1; b1 += 0.5 * d1.sum(0)
    W2 += 0.5 * h.T @ d2; b2 += 0.5 * d2.sum(0)
    h = sig(X @ W1 + b1); y = sig(h @ W2 + b2)
    d2 = (T - y) * y * (1 - y)
    W2 += 0.5 * h.T @ d2; b2 += 0.5 * d2.sum(0)
"""
STATE = "V1, V2, c1, c2 = (np.zeros_like(w) for w in (W1, W2, b1, b2))\n"
LISTS = "P = [W1, b1, W2, b2]; M, S, H = ([np.zeros_like(w) for w in P] for _ in range(3))\n"
PENALTY = """
    h = sig(X @ W1 + b1); y = sig(h @ W2 + b2)
    rho = h.mean(0); r = 0.2
    loss = 0.5 * ((y - T) ** 2).sum() + 0.4 * (r * np.log(r / rho) + (1 - r) * np.log((1 - r) / (1 - rho))).sum()
    d2 = (T - y) * y * (1 - y)
    d1 = (d2 @ W2.T - 0.1 * (-r / rho + (1 - r) / (1 - rho))) * h * (1 - h)
"""
OPTIMISTIC = """
    for k, (w, g) in enumerate(zip((W1, b1, W2, b2), (X.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)))):
        w += 0.5 * (2 * g - M[k])
        M[k] = g
"""
EACH = """
for epoch in range(20):
    for x, t, k in zip(X, T, (1.0, 2.0, 0.5, 3.0)):
        h = sig(x @ W1 + b1); y = sig(h @ W2 + b2)
        d2 = k * (t - y) * y * (1 - y); d1 = W2 @ d2 * h * (1 - h)
        W2 += 0.5 * np.outer(h, d2); b2 += 0.5 * d2
        W1 += 0.5 * np.outer(x, d1); b1 += 0.5 * d1
"""
TIED = """
W = rng.normal(size=(3, 2)) * 0.5; c1 = np.zeros(2); c2 = np.zeros(3)
for epoch in range(20):
    z = X @ W + c1
    h = np.log(1 + np.exp(z))
    y = sig(h @ W.T + c2)
    d2 = (y - X) * y * (1 - y)
    d1 = (d2 @ W) * sig(z)
    W -= 0.3 * (X.T @ d1 + d2.T @ h)
    c1 -= 0.3 * d1.sum(0); c2 -= 0.3 * d2.sum(0)
"""


def said(source):
    """(id, kind) of what is said of a program, and the states of its layers."""
    recording = recorded_once(source)
    assert recording.error is None
    found = {(one.id, one.kind) for one in diagnose(recording)}
    return found, [layer.state for layer in recording.verdict]


def program(updates, before="", deltas=DELTAS, weight="1.0"):
    return f"{HEAD}{before}for epoch in range(20):{deltas.replace('WEIGHT', weight).rstrip()}{updates}"


RIGHT = {
    "biases in every second update": (program(IN_TURN), {("in-turn", "rule")}),
    "gradient noise": (program(NOISE), {("noise", "rule")}),
    "momentum": (program(MOMENTUM, STATE), {("momentum", "rule")}),
    "clipped by the length of all gradients": (program(CLIPPED), {("clipped-norm", "rule")}),
    "AMSGrad": (program(AMSGRAD, LISTS), {("adam", "rule")}),
    "last layer twice": (program(TWICE), set()),
    "samples with weights": (
        program(UPDATES, "s = np.array([[1.], [2.], [0.5], [3.]])\n", weight="s"),
        {("this-error", "remark")},
    ),
    "samples with weights, one by one": (HEAD + EACH, {("this-error", "remark")}),
    "a penalty on activations": (program(UPDATES, deltas=PENALTY), set()),
    "twice the gradient without the one before": (program(OPTIMISTIC, LISTS), {("momentum-inside", "rule")}),
    "tied weights": (HEAD + TIED, set()),
}


@pytest.mark.parametrize("form", RIGHT)
def test_a_right_program_is_followed_and_what_is_said_of_it_is_true(form):
    source, wanted = RIGHT[form]
    found, states = said(source)
    assert found == wanted
    assert "differs" not in states


def test_tied_weights_cannot_be_judged():
    assert said(HEAD + TIED)[1] == ["unknown"]


@pytest.mark.parametrize("factor", ["-0.9", "1.2", "1.9"])
def test_momentum_with_a_factor_that_no_momentum_has_is_named(factor):
    changed = MOMENTUM.replace("V1 = 0.9 *", f"V1 = {factor} *")
    source = program(changed, STATE)
    recording = recorded_once(source)
    (point,) = [one for one in diagnose(recording) if one.kind == "mistake"]
    assert point.id == ("momentum-sign" if factor[0] == "-" else "momentum-factor")
    assert source.splitlines()[point.line - 1].strip().startswith("V1 =")
    assert factor.replace("-", "−") in point.message("en")
    assert factor.replace("-", "−") in point.message("zh")


def test_a_penalty_with_another_slope_than_that_of_the_error_is_accused():
    wrong = PENALTY.replace("- 0.1 * (-r / rho", "- 0.1 * (r / rho")
    assert wrong != PENALTY
    assert ("hidden-delta-differs", "unknown") in said(program(UPDATES, deltas=wrong))[0]


def test_samples_that_are_weighed_by_their_own_input_are_no_weights():
    found, states = said(program(UPDATES, weight="(X[:, 2:])"))
    assert ("this-error", "remark") not in found
    assert states[1] == "differs"


@pytest.mark.parametrize("mean", ["", " / 4"], ids=["sum", "mean"])
@pytest.mark.parametrize("sums", ["g2 += d2; g1 += d1", "g2 = g2 + d2; g1 = g1 + d1"])
def test_biases_that_are_changed_after_all_samples_are_not_said_to_stay_0(sums, mean):
    source = HEAD + textwrap.dedent(
        f"""
        for epoch in range(20):
            g2 = np.zeros(1); g1 = np.zeros(4)
            for x, t in zip(X, T):
                h = sig(x @ W1 + b1); y = sig(h @ W2 + b2)
                d2 = (t - y) * y * (1 - y)
                d1 = W2 @ d2 * h * (1 - h)
                W2 += 0.5 * np.outer(h, d2)
                W1 += 0.5 * np.outer(x, d1)
                {sums}
            b2 += 0.5 * g2{mean}
            b1 += 0.5 * g1{mean}
        """
    )
    found, states = said(source)
    assert found == {("in-turn", "rule")}
    assert states == ["rule", "rule"]


# --- neurons as lists, the bias their last item ---

LIST = """
import math, random
random.seed(1)
hidden = [[random.random() for i in range(3)] for j in range(2)]
output = [[random.random() for i in range(3)] for j in range(2)]
data = [([2.7, 2.5], 0), ([1.4, 2.3], 0), ([3.3, 4.4], 0), ([7.6, 2.7], 1), ([5.3, 2.0], 1), ([6.9, 1.7], 1)]
def forward(layer, x):
    return [1 / (1 + math.exp(-(w[-1] + sum(w[i] * x[i] for i in range(2))))) for w in layer]
for epoch in range(10):
    for x, label in data:
        h = forward(hidden, x)
        y = forward(output, h)
        d2 = [((k == label) - y[k]) * y[k] * (1 - y[k]) for k in range(2)]
        d1 = [sum(output[k][j] * d2[k] for k in range(2)) * h[j] * (1 - h[j]) for j in range(2)]
        for layer, d, a in ((hidden, d1, x), (output, d2, h)):
            for w, e in zip(layer, d):
                for i in range(2):
                    w[i] += 0.5 * e * a[i]
                w[-1] += 0.5 * e
"""


def test_a_list_of_neurons_is_right():
    found, states = said(LIST)
    assert not {kind for _, kind in found} & {"mistake", "unknown"}
    assert states == ["agrees", "agrees"]


@pytest.mark.parametrize(
    "update", ["w[+1] += 0.5 * e", "w[0] += 0.5 * e", "w[i] += 0.5 * e", "w[-1] += 0.5 * e * a[-1]"]
)
def test_a_bias_that_is_changed_elsewhere_or_by_more_than_delta_is_accused(update):
    assert LIST.count("w[-1] += 0.5 * e") == 1
    recording = recorded_once(LIST.replace("w[-1] += 0.5 * e", update))
    accused = [one for one in diagnose(recording) if one.kind in ("mistake", "unknown")]
    assert [(one.id, one.line) for one in accused] == [("change-differs", len(LIST.splitlines()))]
