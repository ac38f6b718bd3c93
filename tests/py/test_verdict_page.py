"""The verdict in lessons and on the wire: the needle, the layers part by part, what is said beside them."""

import json

import pytest
from backprop import diagnose, record
from backprop.page.session import run

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
        rec = record(edited("xor", ("range(4000)", "range(1000)"), UPHILL), lesson)
        findings = diagnose(rec)
        said = [(one.id, one.kind, one.line) for one in findings]
        assert said == [
            ("negative-rate", "remark", 14),
            ("error-grows", "observation", None),
            ("error-stands-still", "observation", None),
        ]
        assert "−0.5" in findings[0].message("en")
        assert "−0.5" in findings[0].message("zh")
        assert rec.needle == pytest.approx([180] * 4)
        assert [layer.state for layer in rec.verdict] == ["agrees", "agrees"]


def test_an_error_that_falls_or_is_looked_at_too_briefly_is_not_remarked_on():
    assert diagnose(record(edited("xor", SHORT), "own")) == []
    assert [one.id for one in diagnose(record(edited("xor", ("4000", "8"), UPHILL), "xor"))] == [
        "negative-rate"
    ]


def test_a_program_that_only_goes_forward_has_no_verdict():
    source = "w = 0.5\nfor x in [0.2, 0.7]:\n    y = net = w * x\n"
    assert judgement(source, "neuron") is None
