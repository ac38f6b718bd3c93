"""Where something went wrong first: its iteration, line and node."""

import json

import numpy as np
import pytest
from backprop import diagnose, record
from backprop.page.session import run

from tests.lesson_programs import edited

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

PROGRAM = """\
import numpy as np
np.random.seed(1)
X = np.array([[0.0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
Y = np.array([[0.0, 1, 1, 0]]).T
W1 = 2 * np.random.random((3, 4)) - 1
W2 = 2 * np.random.random((4, 1)) - 1
for i in range(60):
    A = 1 / (1 + np.exp(-(X @ W1)))
    P = 1 / (1 + np.exp(-(A @ W2)))
    d2 = (Y - P) * P * (1 - P)
    d1 = (d2 @ W2.T) * A * (1 - A)
    W2 += A.T @ d2
    W1 += X.T @ d1
"""


def first(source, lesson="own"):
    """The first observation."""
    return next(one for one in diagnose(record(source, lesson)) if one.kind == "observation")


LINEAR = (
    PROGRAM.replace("A = 1 / (1 + np.exp(-(X @ W1)))", "A = X @ W1")
    .replace("A * (1 - A)", "1.0")
    .replace("P = 1 / (1 + np.exp(-(A @ W2)))", "P = A @ W2")
    .replace("P * (1 - P)", "1.0")
)


@pytest.mark.parametrize("number", ["np.nan", "np.inf"])
@pytest.mark.parametrize(("old", "what", "line"), [("[0, 1, 1]", "x₂", 3), ("0.0, 1, 1, 0", "t₁", 4)])
def test_data_that_are_no_numbers_are_named_by_sample_and_line(number, old, what, line):
    source = PROGRAM.replace(old, old.replace("1", number, 1))
    assert source != PROGRAM
    found = first(source)
    assert (found.id, found.line, found.iteration) == ("input-not-a-number", line, 0)
    assert f"{what} of sample 2 is not a number" in found.message("en")
    assert f"第 2 个样本的 {what}" in found.message("zh")


def test_the_same_is_said_in_a_lesson_whose_samples_come_one_by_one():
    found = first(edited("xor", ("4000", "20"), ("(0, 1, 1)", "(0, float('nan'), 1)")), "xor")
    assert found.id == "input-not-a-number"
    assert "sample 2" in found.message("en")
    assert (found.iteration, found.where) == (0, ("a", 2))


def test_the_first_number_that_is_none_is_shown_where_it_is_computed():
    source = PROGRAM.replace("    d2 =", "    P = P if i < 30 else P * np.log(-1.0)\n    d2 =")
    found = first(source)
    assert (found.id, found.iteration) == ("not-a-number", 30)
    rec = record(source)
    assert np.isnan(next(iter(rec.steps(30)[found.step].sets.values())))
    assert all(np.isfinite(v) for step in rec.steps(30)[: found.step] for v in step.sets.values())


def test_a_run_that_overflows_says_where_and_ends_the_curve_there():
    found = first(LINEAR)
    assert found.id == "overflow"
    assert found.iteration > 2
    headers = []
    run(LINEAR, "own", lambda header, *_: headers.append(json.loads(header)))
    assert headers[-1]["broken"] == np.flatnonzero(~np.isfinite(record(LINEAR).loss))[0]
    finite = []
    run(PROGRAM, "own", lambda header, *_: finite.append(json.loads(header)))
    assert finite[-1]["broken"] is None


RELU = (
    PROGRAM.replace("A = 1 / (1 + np.exp(-(X @ W1)))", "A = np.maximum(0, X @ W1)")
    .replace("A * (1 - A)", "(A > 0)")
    .replace("W2 = 2", "W1[:, 1] = -9\nW2 = 2")
    .replace("+= ", "+= 0.1 * ")
)


def test_dead_and_saturated_nodes_are_named_with_their_iteration():
    assert diagnose(record(PROGRAM)) == []
    found = first(RELU)
    assert (found.id, found.iteration) == ("dead-node", 0)
    assert "5" in found.message("en").split(": ")[1]
    rec = record(RELU)
    for node in (4, 5, 6, 7):
        is_dead = not any(rec.value("a", node, iteration=k, sample=s) for k in range(60) for s in range(4))
        assert (str(node) in found.message("en").split(": ")[1]) == is_dead
    stuck = first(PROGRAM.replace("W2 = 2", "W1[:, 1] = 0, 0, 90\nW2 = 2"))
    assert (stuck.id, stuck.iteration, stuck.where) == ("saturated-node", 0, ("a", 5))


def test_equal_nodes_and_exploding_weights_have_a_place():
    twins = first(edited("xor", ("4000", "20"), ("random.uniform(-1, 1)", "0.5")), "xor")
    assert (twins.id, twins.iteration, twins.where) == ("twins", 0, ("a", 5))
    assert twins.line is not None
    assert twins.step is not None
    found = {one.id: one for one in diagnose(record(LINEAR.replace("range(60)", "range(5)")))}
    assert found["explosion"].iteration >= 1
    assert "overflow" not in found


def test_hidden_weights_that_all_begin_at_zero_are_a_mistake():
    source = """
import numpy as np
X, Y = np.array([[0, 0], [0, 1], [1, 2]]), np.array([[0], [1], [1]])
W, V, c = np.zeros((2, 3)), np.zeros((3, 1)), np.zeros(1)
for epoch in range(30):
    H = 1 / (1 + np.exp(-X @ W))
    P = 1 / (1 + np.exp(-(H @ V + c)))
    D = P - Y
    E = D @ V.T * H * (1 - H)
    V -= 0.5 * H.T @ D
    c -= 0.5 * D.sum(axis=0)
    W -= 0.5 * X.T @ E
"""
    said = [(one.id, one.kind) for one in diagnose(record(source)) if one.id in ("zero-start", "twins")]
    assert said == [("zero-start", "mistake")]
    other = source.replace("np.zeros((2, 3))", "np.full((2, 3), 0.5)")
    said = [(one.id, one.kind) for one in diagnose(record(other)) if one.id in ("zero-start", "twins")]
    assert said == [("twins", "observation")]


def test_a_number_that_is_not_known_has_not_overflowed():
    """One node is trained after the other: what the others add to the output is taken for a bias, and never known."""
    source = PROGRAM.replace("for i in range(60):\n", "for i in range(60):\n    n = i // 20\n")
    source = source.replace("W2 += A.T @ d2", "W2[n] += (A.T @ d2)[n]")
    source = source.replace("W1 += X.T @ d1", "W1[:, n] += (X.T @ d1)[:, n]")
    assert diagnose(record(source)) == []
