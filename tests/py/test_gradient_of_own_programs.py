"""The gradient check of programs that follow no lesson: by their own forward part, whatever it computes."""

import json
from collections import Counter

import numpy as np
import pytest
from backprop import Untold, gradient_check
from backprop import record as record_any
from backprop.page.session import gradient, run

from tests.py.test_verdict import MISTAKEN, PROGRAMS

# One of each kind: activations, errors, loops and arrays that the equations of a lesson do not describe.
RIGHT = [
    "61_params_list_leaky_relu_reshape",  # leaky ReLU
    "more/09_numloops",
    "more/10_einsum",  # a mean over the samples
    "more/08_tensor_autograd",  # deltas of an autograd class
    "more/06_logreg_gd",  # a single layer, cross-entropy
    "16_omaraflak_dense_tanh_layers",  # layer objects
]
RULES = ["20_wildml_two_hidden_layers", "more/16_dropout_l2", "27_jp_adam_r_ones_two_outputs"]


def rows_of(name, iteration=0):
    source = (PROGRAMS / f"{name}.py").read_text(encoding="utf-8")
    return gradient_check(record_any(source), iteration)


def states(rows, quantity):
    return Counter(row.state for row in rows if (row.where[0] == "delta") == (quantity == "delta"))


@pytest.mark.parametrize("iteration", [0, 3])
@pytest.mark.parametrize("name", RIGHT)
def test_deltas_and_changes_of_a_right_program_agree_whatever_it_computes(name, iteration):
    rows = rows_of(name, iteration)
    assert {row.where[0] for row in rows} >= {"delta", "w", "b"}
    assert {row.state for row in rows} == {"agrees"}


@pytest.mark.parametrize("name", RULES)
def test_changes_by_another_rule_are_said_to_be_that_and_the_deltas_agree(name):
    rows = rows_of(name, 3)
    assert {*states(rows, "delta")} == {"agrees"}
    assert states(rows, "w")["rule"] > len(rows) / 10
    assert "differs" not in states(rows, "w")


def test_a_wrong_delta_differs_at_its_nodes_and_not_above():
    assert "14_rashid_wih_who" in MISTAKEN
    rows = rows_of("14_rashid_wih_who")
    outputs = max(row.where[1] for row in rows if row.where[0] == "delta")
    assert {row.state for row in rows if row.where == ("delta", outputs)} == {"agrees"}
    assert states(rows, "delta")["differs"] == 16
    wrong = next(row for row in rows if row.state == "differs")
    assert not np.isclose(wrong.ratio, 1, rtol=1e-3)


RELU_AT_0 = """
import numpy as np
X = np.array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
y = np.array([[0.], [1.], [1.], [0.]])
rng = np.random.default_rng(3)
W1, b1 = rng.normal(size=(2, 4)), np.zeros((1, 4))
W2, b2 = rng.normal(size=(4, 1)), np.zeros((1, 1))
for epoch in range(40):
    Z = X @ W1 + b1
    A = np.maximum(0, Z)
    out = A @ W2 + b2
    d2 = out - y
    d1 = (d2 @ W2.T) * (Z >= 0)
    W2 -= 0.05 * A.T @ d2
    b2 -= 0.05 * d2.sum(axis=0, keepdims=True)
    W1 -= 0.05 * X.T @ d1
    b1 -= 0.05 * d1.sum(axis=0, keepdims=True)
"""


def test_nothing_is_said_against_either_slope_at_a_kink():
    first = [row for row in gradient_check(record_any(RELU_AT_0), 0) if row.sample == 0]
    assert {row.state for row in first if row.where[0] == "delta"} == {"agrees", "unknown"}
    assert "differs" not in {row.state for row in gradient_check(record_any(RELU_AT_0), 0)}


def test_a_rate_that_decays_is_a_constant_of_its_iteration():
    source = RELU_AT_0.replace("0.05", "rate").replace("Z = X", "rate = 0.05 / (1 + epoch); Z = X")
    late = [row for row in gradient_check(record_any(source), 30) if row.where[0] != "delta"]
    assert {row.state for row in late} <= {"agrees", "factor"}  # of 0 every multiple agrees
    assert all(row.ratio == pytest.approx(1 / 31, rel=0.5) for row in late if row.state == "factor")


def test_the_page_is_told_why_there_is_none():
    perceptron = (PROGRAMS / "more/05_perceptron.py").read_text(encoding="utf-8")
    run(perceptron, "own", lambda *chunk: None)
    told = json.loads(gradient(perceptron, "own", 0))
    assert {*told} == {"untold"}
    assert {*told["untold"]} == {"en", "zh"}
    with pytest.raises(Untold):
        gradient_check(record_any(perceptron), 0)
