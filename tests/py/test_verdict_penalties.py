"""Hidden deltas with a penalty on activations, and steps that look ahead by two gradients: right, and told as rules."""

import pytest
from backprop import diagnose
from backprop.analyse.verdict import judge_program
from kept import recorded_once

from tests.py.mutation import looked_at
from tests.py.test_verdict_kinds import HEAD, LOOP, UPDATE, accused, said

FORWARD = "    h = s(X @ W1)\n    o = s(h @ W2)\n    d2 = (y - o) * o * (1 - o)\n"
DELTA = "    d1 = {d1}\n"
PENALTIES = {
    "kl": "(d2 @ W2.T - 0.1 * (-0.2 / h.mean(0) + 0.8 / (1 - h.mean(0)))) * h * (1 - h)",
    "squares": "(d2 @ W2.T - 0.05 * h) * h * (1 - h)",
    "apart": "d2 @ W2.T * h * (1 - h) - 0.05 * h * h * (1 - h)",
    "amounts": "(d2 @ W2.T - 0.05 * np.sign(h - 0.5)) * h * (1 - h)",
    "twice": "2 * (d2 @ W2.T - 0.05 * h) * h * (1 - h)",
}
DEEP = """\
import numpy as np
np.random.seed(1)
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])
def s(x): return 1 / (1 + np.exp(-x))
W1, W2, W3 = np.random.randn(3, 4), np.random.randn(4, 3), np.random.randn(3, 1)
for k in range(20):
    g = s(X @ W1)
    h = s(g @ W2)
    o = s(h @ W3)
    d3 = (o - y) * o * (1 - o)
    d2 = (d3 @ W3.T + 0.1 * h) * h * (1 - h)
    d1 = (d2 @ W2.T + 0.1 * g.mean(0)) * g * (1 - g)
    W3 -= h.T @ d3
    W2 -= g.T @ d2
    W1 -= X.T @ d1
"""


@pytest.mark.parametrize("penalty", PENALTIES)
def test_a_penalty_on_activations_is_a_rule_without_an_error_computed(penalty):
    source = HEAD + LOOP + FORWARD + DELTA.format(d1=PENALTIES[penalty]) + UPDATE
    assert said(source, "mistake", "unknown", "rule") == {("activation-penalty", 11)}
    verdict = looked_at(source)[1]
    assert [layer.state for layer in verdict.layers] == ["rule", "agrees"]
    if penalty != "twice":
        assert max(verdict.needle) < 1e-6  # the steps go down the error and the penalty


def test_penalties_of_two_layers():
    assert said(DEEP, "mistake", "unknown", "rule") == {
        ("activation-penalty", 12),
        ("activation-penalty", 13),
    }
    assert max(looked_at(DEEP)[1].needle) < 1e-6


def test_a_penalty_in_the_error_that_is_computed_belongs_to_its_descent():
    d1 = "(d2 @ W2.T - 0.1 * h) * h * (1 - h)"
    error = "    E = 0.5 * ((y - o) ** 2).sum() + 0.05 * (h ** 2).sum()\n"
    source = HEAD + LOOP + FORWARD + error + DELTA.format(d1=d1) + UPDATE
    roles, verdict = looked_at(source)
    assert [layer.state for layer in verdict.layers] == ["agrees", "agrees"]
    assert max(judge_program(roles).needle) < 1e-6


@pytest.mark.parametrize(
    "d1",
    [
        "(d2 @ W2.T - 0.05 * h) * h",
        "d2 @ W2.T - 0.05 * h * (1 - h)",
        "(d2 @ W2.T + 1) * h * (1 - h)",
        "(d2 @ W2.T + W2.T) * h * (1 - h)",
        "(d2 @ W2.T + y - h) * h * (1 - h)",
        "(d2 @ W2.T + h[:, ::-1]) * h * (1 - h)",
        "(d2 @ W2.T + o) * h * (1 - h)",
    ],
)
def test_what_is_no_penalty_differs(d1):
    assert {line for _, line in accused(HEAD + LOOP + FORWARD + DELTA.format(d1=d1) + UPDATE)} == {11}


OPTIMISTIC = """\
    G = [X.T @ d1, h.T @ d2]
    if O is None: O = G
    for w, g, o in zip((W1, W2), G, O):
        w += 0.5 * (2 * g - o)
    O = G
"""


def test_a_first_step_in_which_both_gradients_are_one():
    source = f"{HEAD}O = None\n{LOOP}{FORWARD}{DELTA.format(d1='d2 @ W2.T * h * (1 - h)')}{OPTIMISTIC}"
    assert said(source, "mistake", "unknown") == set()
    recording = recorded_once(source)
    assert {one.id for one in diagnose(recording)} == {"momentum-inside"}
    assert recording.value("delta", 8, iteration=0, sample=0) is not None


def test_a_penalty_among_plain_numbers_makes_no_weights_of_activations():
    source = """\
import math, random
random.seed(2)
s = lambda z: 1 / (1 + math.exp(-z))
X = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
w = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(2)]
v = [[random.uniform(-1, 1) for _ in range(2)] for _ in range(3)]
for epoch in range(20):
    for x in X:
        h = [s(sum(w[j][i] * x[i] for i in range(3))) for j in range(2)]
        o = [s(sum(v[k][j] * h[j] for j in range(2))) for k in range(3)]
        d = [(o[k] - x[k]) * o[k] * (1 - o[k]) for k in range(3)]
        dh = [(sum(d[k] * v[k][j] for k in range(3)) + 0.01 * h[j]) * h[j] * (1 - h[j]) for j in range(2)]
        for k in range(3):
            for j in range(2): v[k][j] -= 0.5 * d[k] * h[j]
        for j in range(2):
            for i in range(3): w[j][i] -= 0.5 * dh[j] * x[i]
"""
    recording = recorded_once(source)
    assert [len(layer) for layer in recording.topology.layers] == [3, 2, 3]
    assert {(one.id, one.line) for one in diagnose(recording)} == {("activation-penalty", 12)}


def test_inputs_that_are_added_to_the_outputs_are_no_biases():
    added = FORWARD.replace("o = s(h @ W2)", "o = h @ W2 + X[:, [0]]").replace(" * o * (1 - o)", "")
    source = (
        HEAD + LOOP + added + DELTA.format(d1="d2 @ W2.T * h * (1 - h)") + UPDATE.replace("+=", "+= 0.1 *")
    )
    assert diagnose(recorded_once(source)) == []
