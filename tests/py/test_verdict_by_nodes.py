"""Programs in plain numbers, node by node, whose steps are no plain multiples of the gradient: rates that change late,
limits, conditions."""

import pytest
from backprop import diagnose
from kept import recorded_once

PROGRAM = """import math, random
random.seed(4)
data = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]
W1 = [[random.uniform(-1, 1) for _ in range(2)] for _ in range(3)]
b1 = [random.uniform(-1, 1) for _ in range(3)]
W2 = [random.uniform(-1, 1) for _ in range(3)]
b2 = random.uniform(-1, 1)
START
s = lambda z: 1 / (1 + math.exp(-z))
for epoch in range(80):
    EACH
    for x, t in data:
        h = [s(sum(W1[j][i] * x[i] for i in range(2)) + b1[j]) for j in range(3)]
        y = s(sum(W2[j] * h[j] for j in range(3)) + b2)
        d = (y - t) * y * (1 - y)
        dh = [d * W2[j] * h[j] * (1 - h[j]) for j in range(3)]
        for j in range(3):
            W2[j] -= STEP(d * h[j])
            for i in range(2):
                W1[j][i] -= STEP(dh[j] * x[i])
            b1[j] -= STEP(dh[j])
        b2 -= STEP(d)
    last = y
"""


def program(step="0.5 * g", start="", each="pass", inside=("", "")):
    """The program with a `step` made of the gradient g; a statement before the loop, one in each epoch, and a change of
    the text."""
    source = PROGRAM.replace("START", start).replace("EACH", each)
    parts = source.split("STEP(")
    written = [parts[0]]
    for part in parts[1:]:
        gradient, rest = part.split(")\n", 1)
        written.append(f"{step.replace('g', f'({gradient})')}\n{rest}")
    source = "".join(written)
    assert inside[0] in source
    return source.replace(*inside)


def said(recording, *kinds):
    return {one.id for one in diagnose(recording) if one.kind in (kinds or ("mistake", "unknown"))}


@pytest.mark.parametrize(
    ("step", "start", "each"),
    [
        ("lr * g / 4", "lr = 1.9", "lr *= 0.97"),
        ("lr * g / len(data)", "lr = 1.9", "if epoch == 30: lr = 0.4"),
        ("2 * g * lr", "lr = 0.5", "lr *= 0.97"),
        ("0.5 * g * f", "f = 0.5", "f = 1 if epoch > 10 else 0.5"),
        ("0.5 * g * (1 if epoch > 10 else 0.5)", "", "pass"),
        ("lr * g * f", "lr = 0.5; f = 1", "f = 0.97 ** epoch"),
    ],
)
def test_one_of_several_factors_of_a_step_may_change_late(step, start, each):
    recording = recorded_once(program(step, start, each))
    assert said(recording) == set()
    assert recording.rule.eta
    for iteration in (2, 35, 79):
        checks = recording.checks(iteration)
        assert all(check.agrees for check in checks)
        assert sum(check.where[0] in "wb" for check in checks) == 4 * 13


def test_a_wrong_step_is_told_though_a_factor_changes():
    wrong = ("b1[j] -= 0.5 * (dh[j]) * f", "b1[j] -= 0.5 * (dh[j]) * f * 2")
    assert said(
        recorded_once(program("0.5 * g * f", "f = 0.5", "f = 1 if epoch > 10 else 0.5", wrong)), "remark"
    )
    wrong = ("b1[j] -= 0.5 * (dh[j]) * f", "b1[j] += 0.5 * (dh[j]) * f")
    assert said(recorded_once(program("0.5 * g * f", "f = 0.5", "f = 1 if epoch > 10 else 0.5", wrong)))


@pytest.mark.parametrize("bias", ["b1[j]", "b2"])
def test_a_bias_may_be_limited(bias):
    indent = " " * (12 if bias == "b1[j]" else 8)
    limit = f"\n{indent}{bias} = max(-3, min(3, {bias}))\n"
    line = f"{bias} -= 0.5 * ({'dh[j]' if bias == 'b1[j]' else 'd'})\n"
    recording = recorded_once(program(inside=(line, line.rstrip() + limit)))
    assert said(recording) == set()
    assert [len(layer) for layer in recording.topology.layers] == [2, 3, 1]
    assert recording.value("b", 6, iteration=5, sample=2) is not None


CLIPPED = {
    "a condition within the line": (
        "0.5 * clip(g)",
        "clip = lambda v: 0.02 if v > 0.02 else (-0.02 if v < -0.02 else v)",
    ),
    "a function with conditions": (
        "0.5 * clip(g)",
        "def clip(v):\n    if v > 0.02: return 0.02\n    if v < -0.02: return -0.02\n    return v",
    ),
    "the larger of the smaller": ("0.5 * max(-0.02, min(0.02, g))", ""),
}


@pytest.mark.parametrize(("step", "start"), CLIPPED.values(), ids=CLIPPED)
def test_a_gradient_may_be_limited_by_a_condition(step, start):
    assert said(recorded_once(program(step, start))) == set()


def test_a_limit_with_a_wrong_sign_is_told():
    wrong = "def clip(v):\n    if v > 0.02: return -0.02\n    if v < -0.02: return 0.02\n    return v"
    assert said(recorded_once(program("0.5 * clip(g)", wrong)))
