"""The verdict in lessons and on the wire: the needle, the layers part by part, what is said beside them."""

import json
from pathlib import Path

import pytest
from backprop import diagnose
from backprop.page.session import run
from kept import recorded_once

from tests.lesson_programs import edited

SHORT = ("range(4000)", "range(300)")
UPHILL = ("eta = 0.5", "eta = -0.5")


def judgement(source, lesson):
    headers = []
    run(source, lesson, lambda header, *_: headers.append(json.loads(header)))
    assert [one["judgement"] for one in headers[:-1]] == [None] * (len(headers) - 1)
    return headers[-1]["judgement"]


def test_a_lesson_s_program_is_judged_by_the_derivative_of_its_own_error():
    told = judgement(edited("xor", SHORT), "xor")
    assert [(one["layer"], one["state"], one["factor"]) for one in told["layers"]] == [
        (1, "agrees", None),
        (2, "agrees", None),
    ]
    assert {part["what"]: part["line"] for part in told["layers"][0]["parts"]} == {
        "delta": 47,
        "weights": 53,
        "biases": 54,
    }
    assert told["error"] == "squared"
    assert told["needle"]["direction"] == "gradient"
    assert told["needle"]["largest"] == max(told["needle"]["angles"]) < 1e-3


def test_a_missing_slope_at_the_output_is_the_gradient_of_another_error():
    told = judgement(edited("xor", SHORT, ("y * (1 - y) * (t - y)", "t - y")), "xor")
    assert told["error"] == "cross-entropy"
    assert told["needle"]["direction"] == "gradient"


def test_what_follows_from_a_wrong_delta_is_said_to_follow():
    source = edited("xor", SHORT, ("a[j] * (1 - a[j]) * w[8, j]", "w[8, j]"))
    told = judgement(source, "xor")
    hidden, output = ({part["what"]: part["state"] for part in one["parts"]} for one in told["layers"])
    assert hidden == {"delta": "differs", "weights": "follows", "biases": "follows"}
    assert output == {"delta": "agrees", "weights": "agrees", "biases": "agrees"}
    assert told["needle"]["direction"] == "downhill"
    assert 20 < told["needle"]["largest"] < 60


def test_a_learning_rate_below_0_is_no_mistake_and_its_consequences_are_said():
    for lesson in ("xor", "own"):
        rec = recorded_once(edited("xor", ("range(4000)", "range(1000)"), UPHILL), lesson)
        findings = diagnose(rec)
        said = [(one.id, one.kind, one.line) for one in findings]
        assert said == [
            ("negative-rate", "remark", 14),
            ("error-grows", "observation", None),
            ("error-stands-still", "observation", None),
        ]
        assert "−0.5" in findings[0].message("en")
        assert "−0.5" in findings[0].message("zh")
        assert rec.needle == pytest.approx([180] * 5)
        assert [layer.state for layer in rec.verdict] == ["agrees", "agrees"]


def test_an_error_that_falls_or_is_looked_at_too_briefly_is_not_remarked_on():
    assert diagnose(recorded_once(edited("xor", SHORT), "own")) == []
    assert [one.id for one in diagnose(recorded_once(edited("xor", ("4000", "8"), UPHILL), "xor"))] == [
        "negative-rate"
    ]


def test_a_program_that_only_goes_forward_has_no_verdict():
    source = "w = 0.5\nfor x in [0.2, 0.7]:\n    y = net = w * x\n"
    assert judgement(source, "neuron") is None


# --- factor by factor ---


def factors(source, lesson="xor"):
    (told,) = [one.factors for one in diagnose(recorded_once(source, lesson)) if one.factors]
    return told


def in_words(told):
    """Each column as (state, the program's symbols, the chain rule's)."""
    return [
        (
            column["state"],
            *(" ".join(one["text"] for one in column[row]) for row in ("program", "chain_rule")),
        )
        for column in told["columns"]
    ]


def test_the_missing_factor_is_a_hole_over_the_chain_rule_s():
    told = factors(edited("xor", ("4000", "8"), ("a[j] * (1 - a[j]) * w[8, j]", "w[8, j]")))
    assert in_words(told) == [
        ("same", "w₈₄", "w₈₄"),
        ("same", "δ₈", "δ₈"),
        ("missing", "", "a₄(1 − a₄)"),
    ]
    assert (told["text"], told["line"], told["sample"]) == ("δ₄", 47, 0)
    weight, delta, slope = (column["chain_rule"][0] for column in told["columns"])
    assert (weight["line"], delta["line"], slope["line"]) == (27, 45, 18)
    assert told["program"] == pytest.approx(weight["value"] * delta["value"])
    assert told["chain_rule"] == pytest.approx(told["program"] * slope["value"])
    json.dumps(told)


def test_a_weight_after_its_update_stands_over_that_of_the_forward_pass():
    update = "            w[8, j] += eta * delta[8] * a[j]\n"
    source = edited("xor", ("4000", "8"), (update, ""))
    hidden = "            delta[j] = a[j]"
    assert hidden in source
    told = factors(source.replace(hidden, update + hidden))
    assert [state for state, *_ in in_words(told)] == ["updated", "same", "same"]
    column = told["columns"][0]
    assert column["program"][0]["text"] == column["chain_rule"][0]["text"] == "w₈₄"
    assert column["program"][0]["line"] == 47
    assert column["chain_rule"][0]["line"] == 27


@pytest.mark.parametrize("lesson", ["xor", "own"])
def test_every_product_in_a_column_of_the_same_is_the_same(lesson):
    for wrong in ("net[j] * (1 - net[j])", "a[j] * (1 - a[j]) ** 2", "(1 - a[j])"):
        source = edited("xor", ("4000", "8"), ("a[j] * (1 - a[j])", wrong))
        told = factors(source, lesson)
        assert {state for state, *_ in in_words(told)} - {"same"}
        for row, total in (("program", told["program"]), ("chain_rule", told["chain_rule"])):
            product = 1.0
            for column in told["columns"]:
                for one in column[row]:
                    product *= one["value"]
            assert product == pytest.approx(total)


def test_biases_that_are_summed_over_the_nodes_are_named():
    source = """\
import numpy as np

rng = np.random.default_rng(1)
X = rng.uniform(0, 1, (3, 2))
T = rng.uniform(0, 1, (3, 1))
W1, b1 = rng.normal(size=(2, 3)), np.zeros(3)
W2, b2 = rng.normal(size=(3, 1)), np.zeros(1)
for epoch in range(20):
    A = 1 / (1 + np.exp(-(X @ W1 + b1)))
    Y = 1 / (1 + np.exp(-(A @ W2 + b2)))
    dY = (Y - T) * Y * (1 - Y)
    dA = (dY @ W2.T) * A * (1 - A)
    W2 -= 0.5 * A.T @ dY
    W1 -= 0.5 * X.T @ dA
    b2 -= 0.5 * dY.sum(axis=0)
    b1 -= 0.5 * dA.sum(axis=0)
"""
    assert not {one.kind for one in diagnose(recorded_once(source))} & {"mistake", "unknown"}
    for wrong in ("dA.sum(axis=1)", "dA.sum()"):
        (finding,) = diagnose(recorded_once(source.replace("dA.sum(axis=0)", wrong)))
        assert (finding.id, finding.kind, finding.line) == ("summed-over-nodes", "mistake", 16)
        assert finding.factors["text"] == "Δw₃b"


# --- silent broadcasting ---

FLAT_TARGETS = """\
import numpy as np

rng = np.random.default_rng(1)
X = rng.uniform(0, 1, (4, 2))
T = rng.uniform(0, 1, 4)
W1, b1 = rng.normal(size=(2, 3)), np.zeros(3)
W2, b2 = rng.normal(size=(3, 1)), np.zeros(1)
for epoch in range(20):
    A = 1 / (1 + np.exp(-(X @ W1 + b1)))
    Y = 1 / (1 + np.exp(-(A @ W2 + b2)))
    error = np.mean((Y - T) ** 2)
    dY = (Y - T.reshape(-1, 1)) * Y * (1 - Y)
    dA = (dY @ W2.T) * A * (1 - A)
    W2 -= 0.5 * A.T @ dY
    W1 -= 0.5 * X.T @ dA
    b2 -= 0.5 * dY.sum(axis=0)
    b1 -= 0.5 * dA.sum(axis=0)
"""


def broadcast_findings(source):
    return [(one.line, one.message("en")) for one in diagnose(recorded_once(source)) if one.id == "broadcast"]


def test_an_output_that_meets_every_target_belongs_to_its_own_one():
    """The first target was taken for that of all, and the needle measured to it."""
    source = FLAT_TARGETS.replace("(Y - T.reshape(-1, 1)) *", "(Y - T).mean(axis=1, keepdims=True) *")
    recording, right = recorded_once(source), recorded_once(FLAT_TARGETS)
    targets = [[one.value("t", 6, iteration=0, sample=n) for n in range(4)] for one in (recording, right)]
    assert targets[0] == targets[1]
    assert len(set(targets[0])) == 4


def test_a_slope_that_is_written_as_two_factors_stands_over_that_of_the_chain_rule():
    source = FLAT_TARGETS.replace("(Y - T.reshape(-1, 1)) *", "(Y - T).mean(axis=1, keepdims=True) *")
    finding = next(one for one in diagnose(recorded_once(source)) if one.factors)
    columns = [(one["state"], *(f["text"] for f in one["program"])) for one in finding.factors["columns"]]
    assert columns == [("same", "y₁", "1 - Y"), ("differs", "(Y - T).mean(axis=1, keepdims=True)")]


def test_outputs_beside_targets_of_another_shape_are_named_with_both_shapes():
    ((line, message),) = broadcast_findings(FLAT_TARGETS)
    assert line == 11
    assert "(4, 1) − (4,) gave (4, 4)" in message
    source = (Path(__file__).parents[1] / "programs/63_y_1d_broadcast_4x4.py").read_text(encoding="utf-8")
    ((line, message),) = broadcast_findings(source)
    assert line == 32
    assert "gave (4, 4)" in message


@pytest.mark.parametrize(
    "other",
    [
        "error = np.mean((Y[:, 0] - T) ** 2)",
        "error = np.mean((Y - T[:, None]) ** 2)",
        "error = 0.5; far = np.exp(-((X[:, :1] - np.linspace(0, 1, 4)) ** 2))",  # centres of bells, as many as samples
        "error = 0.5; table = A[0][:, None] * A[0]",  # an outer product
        "error = 0.5; ranks = Y[:, None] - Y[None, :]",
    ],
)
def test_broadcasting_that_is_meant_is_no_finding(other):
    source = FLAT_TARGETS.replace("error = np.mean((Y - T) ** 2)", other)
    assert not {one.kind for one in diagnose(recorded_once(source))} & {"mistake", "unknown"}
