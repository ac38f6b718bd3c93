"""The gradient check of programs that follow no lesson: by their own forward part, whatever it computes."""

import json
from collections import Counter

import numpy as np
import pytest
from backprop import Untold, gradient_check
from backprop import record as record_any
from backprop.page.session import Asked, gradient, run

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
    # The rate of iteration 30 is known; beside another one all would be smaller.
    assert all(row.ratio == pytest.approx(1, rel=0.5) for row in late if row.state == "factor")


BACKWARD_IN_REVERSE = """
import math, random
random.seed(2)
X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
W, V = [[random.uniform(-1, 1) for _ in range(2)] for _ in range(3)], [random.uniform(-1, 1) for _ in range(3)]
def sigmoid(z): return 1 / (1 + math.exp(-z))
for epoch in range(9):
    hidden = [[sigmoid(sum(w * v for w, v in zip(row, x))) for row in W] for x in X]
    out = [sigmoid(sum(v * h for v, h in zip(V, one))) for one in hidden]
    gW, gV = [[0, 0] for _ in W], [0, 0, 0]
    for k in reversed(range(4)):
        d = (out[k] - Y[k]) * out[k] * (1 - out[k])
        for j in range(3):
            gV[j] += d * hidden[k][j]
            dj = d * V[j] * hidden[k][j] * (1 - hidden[k][j])
            for i in range(2):
                gW[j][i] += dj * X[k][i]
    for j in range(3):
        V[j] -= 0.5 * gV[j]
        for i in range(2):
            W[j][i] -= 0.5 * gW[j][i]
"""


@pytest.mark.parametrize("iteration", [0, 8])
@pytest.mark.parametrize("source", [BACKWARD_IN_REVERSE, "more/h_micrograd"], ids=["reversed", "autograd"])
def test_each_delta_is_of_its_sample_in_whatever_order_the_program_goes_back(source, iteration):
    rows = rows_of(source, iteration) if "\n" not in source else gradient_check(record_any(source), iteration)
    assert {row.sample for row in rows if row.where[0] == "delta"} == {0, 1, 2, 3}
    assert {row.state for row in rows} == {"agrees"}


def test_the_page_is_told_why_there_is_none():
    perceptron = (PROGRAMS / "more/05_perceptron.py").read_text(encoding="utf-8")
    run(perceptron, "own", lambda *chunk: None)
    told = json.loads(gradient(Asked(perceptron, "own", 0)))
    assert "rows" not in told
    assert {*told["untold"]} == {"en", "zh"}
    with pytest.raises(Untold):
        gradient_check(record_any(perceptron), 0)


INPUTS_IN_A_FUNCTION = """
import math, random
random.seed(4)
W = [[[random.uniform(-1, 1) for _ in range(2)] for _ in range(3)], [[random.uniform(-1, 1) for _ in range(3)]]]
B = [[0.1, 0.2, 0.3], [0.1]]
def products(matrix, vector):
    return [sum(row[i] * vector[i] for i in range(len(row))) for row in matrix]
def difference(output, target):
    return output - target
for epoch in range(9):
    for x, t in [([0.0, 0.0], 0.0), ([0.0, 1.0], 1.0), ([1.0, 0.0], 1.0), ([1.0, 1.0], 0.0)]:
        outs = [x]
        for w, b in zip(W, B):
            outs.append([math.tanh(s + c) for s, c in zip(products(w, outs[-1]), b)])
        d = difference(outs[2][0], t) * (1 - outs[2][0] ** 2)
        back = [d * W[1][0][j] * (1 - outs[1][j] ** 2) for j in range(3)]
        for j in range(3):
            W[1][0][j] -= 0.5 * d * outs[1][j]
            B[0][j] -= 0.5 * back[j]
            for i in range(2):
                W[0][j][i] -= 0.5 * back[j] * x[i]
        B[1][0] -= 0.5 * d
"""


def test_inputs_and_targets_that_are_used_in_a_function_alone_are_recorded():
    recording = record_any(INPUTS_IN_A_FUNCTION)
    values = [tuple(one.values()) for one in recording.samples]  # inputs, then targets
    assert values == [([0, 0], [0]), ([0, 1], [1]), ([1, 0], [1]), ([1, 1], [0])]
    assert {row.state for row in gradient_check(recording, 2)} == {"agrees"}


def test_a_target_that_is_a_product_with_minus_1_keeps_its_sign():
    source = INPUTS_IN_A_FUNCTION.replace(
        "[([0.0, 0.0], 0.0), ([0.0, 1.0], 1.0), ([1.0, 0.0], 1.0), ([1.0, 1.0], 0.0)]",
        "[([p, q], p * q) for p in (-1.0, 1.0) for q in (-1.0, 1.0)]",
    )
    assert "p * q" in source
    recording = record_any(source)
    assert [layer.state for layer in recording.verdict] == ["agrees", "agrees"]
    assert recording.judgement.error == "squared"
