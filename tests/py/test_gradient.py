"""The gradient check: central differences of the error, against the oracle and against wrong programs."""

import ast
import json
import math
from pathlib import Path

import numpy as np
import pytest
from backprop import Network
from backprop.analyse import gradient_check as gradient_module
from backprop.page.session import Asked, gradient, run
from backprop.provenance.gradient_check import gradient_check
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import BATCH, record, training

SAMPLES = [((0, 0, 1), 0), ((0, 1, 1), 1), ((1, 0, 1), 1), ((1, 1, 1), 0)]
HIDDEN = (4, 5, 6, 7)


def network_of(weights):
    """The 3-4-1 network with these weights, for the oracle."""
    hidden = [[weights["w", (j, i)] for i in (1, 2, 3)] for j in HIDDEN]
    output = [[weights["w", (8, j)] for j in HIDDEN]]
    return Network([hidden, output], [[weights["b", j] for j in HIDDEN], [weights["b", 8]]])


def test_it_knows_no_equation_of_the_backward_pass():
    tree = ast.parse(Path(gradient_module.__file__).read_text(encoding="utf-8"))
    typing_only = next(n for n in tree.body if isinstance(n, ast.If))
    tree.body.remove(typing_only)
    imported = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert imported
    assert not [name for name in imported if name.startswith(("backprop.equations", "backprop.analyse"))]
    assert not any(isinstance(n, ast.Attribute) and n.attr in ("slope", "backward") for n in ast.walk(tree))


def test_the_numbers_are_those_of_the_oracle_sample_by_sample():
    recording = record(training())
    weights = {ref: value for (ref, _), value in recording.open(2)[0].items() if ref[0] in ("w", "b")}
    rows = gradient_check(recording, 2)
    assert len(rows) == 4 * (5 + 16 + 5)
    for sample, (x, t) in enumerate(SAMPLES):
        net = network_of(weights)
        net.forward(x)
        deltas = [d for layer in net.backward([t]) for d in layer]
        before = net.weights, net.biases
        net.update(0.5)
        seen = {row.where: row for row in rows if row.sample == sample}
        for node, delta in zip((*HIDDEN, 8), deltas):
            assert seen["delta", node].numeric == pytest.approx(delta, rel=1e-6, abs=1e-9)
            assert seen["delta", node].code == recording.value("delta", node, iteration=2, sample=sample)
        for n, j in enumerate(HIDDEN):
            moved = net.biases[0][n] - before[1][0][n]
            assert seen["b", j].numeric == pytest.approx(moved, rel=1e-6, abs=1e-9)
            for i in (1, 2, 3):
                moved = net.weights[0][n, i - 1] - before[0][0][n, i - 1]
                assert seen["w", (j, i)].numeric == pytest.approx(moved, rel=1e-6, abs=1e-9)
                assert seen["w", (j, i)].code == pytest.approx(moved, rel=1e-9, abs=1e-15)
                weights["w", (j, i)] = net.weights[0][n, i - 1]
            weights["w", (8, j)] = net.weights[1][0, n]
            weights["b", j] = net.biases[0][n]
        weights["b", 8] = net.biases[1][0]
    assert all(row.agrees for row in rows)


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 0.3, 0.25]))
def test_a_correct_batch_agrees_row_by_row(seed, rate):
    rows = gradient_check(record(BATCH.format(seed=seed, rate=f"{rate} * "), "eleven-lines"), 3)
    assert len(rows) == 4 * 5 + 16
    assert [row.sample for row in rows[:5]] == [0] * 5
    assert all(row.sample is None for row in rows if row.where[0] == "w")
    assert all(row.agrees for row in rows)
    assert all(row.ratio == pytest.approx(1, rel=1e-4) for row in rows if abs(row.numeric) > 1e-6)


@pytest.mark.parametrize(
    ("old", "new", "wrong", "ratio"),
    [
        ("b[8] += eta * delta[8]", "b[8] += 3 * eta * delta[8]", {("b", 8)}, 3),
        ("b[8] += eta * delta[8]", "pass", {("b", 8)}, 0),
        ("w[8, j] += eta", "w[8, j] -= eta", {("w", (8, j)) for j in HIDDEN}, -1),
    ],
)
def test_what_is_wrong_differs_by_its_ratio(old, new, wrong, ratio):
    source = training()
    assert source.count(old) == 1
    rows = gradient_check(record(source.replace(old, new)), 0)
    assert {row.where for row in rows if not row.agrees} == wrong
    assert all(row.ratio == pytest.approx(ratio, rel=1e-4) for row in rows if row.where in wrong)


def test_a_wrong_delta_differs_at_every_node_it_reaches():
    source = training().replace("delta[8] = a[8] * (1 - a[8]) *", "delta[8] =")
    rows = gradient_check(record(source), 0)
    assert {row.where for row in rows if row.where[0] == "delta" and not row.agrees} == {
        ("delta", node) for node in (*HIDDEN, 8)
    }


def test_connections_that_leave_a_layer_out():
    source = (
        training()
        .replace("b[8] = random.uniform(-1, 1)\n", "b[8] = random.uniform(-1, 1)\nw[8, 1] = 0.4\n")
        .replace("for j in (4, 5, 6, 7)) + b[8]", "for j in (1, 4, 5, 6, 7)) + b[8]")
        .replace("        b[8] += eta", "        w[8, 1] += eta * delta[8] * a[1]\n        b[8] += eta")
    )
    rows = gradient_check(record(source), 1)
    assert sum(row.where == ("w", (8, 1)) for row in rows) == 4
    assert all(row.agrees for row in rows)


def test_nothing_can_be_told_without_a_target_or_an_iteration():
    forward_only = training(sample="a[1] = 1\nnet[4] = 0.5\na[4] = 0.6\n")
    assert gradient_check(record(forward_only), 0) == []
    with pytest.raises(ValueError, match="no iteration 77"):
        gradient_check(record(training()), 77)


UNSEEDED = training().replace("random.seed(3)\n", "")


def test_the_page_asks_of_the_run_it_has_seen():
    run(UNSEEDED, "xor", lambda *chunk: None)
    first = json.loads(gradient(Asked(UNSEEDED, "xor", 1)))["rows"]
    assert first == json.loads(gradient(Asked(UNSEEDED, "xor", 1)))["rows"], "it is not run again"
    assert set(first[0]) == {"where", "sample", "code", "numeric", "ratio", "state"}
    assert first[0]["where"] == "delta:4"
    assert all(row["state"] == "agrees" for row in first)
    other = json.loads(gradient(Asked(training(), "xor", 1)))["rows"]
    assert other == [row.as_json() for row in gradient_check(record(training()), 1)]


def test_what_is_no_number_is_null_for_the_page():
    broken = training().replace("delta[8] = a[8]", "delta[8] = float('nan') * a[8]")
    run(broken, "xor", lambda *chunk: None)
    rows = json.loads(gradient(Asked(broken, "xor", 0)), parse_constant=pytest.fail)["rows"]
    wrong = next(row for row in rows if row["where"] == "delta:8")
    assert wrong["code"] is None
    assert wrong["ratio"] is None
    assert wrong["state"] == "differs"
    assert math.isfinite(wrong["numeric"])
    assert np.isfinite([row["numeric"] for row in rows if row["sample"] == 0]).all()
