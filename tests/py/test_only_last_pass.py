"""Deltas and updates behind a loop over the samples are of the last sample alone."""

import pytest
from backprop import diagnose
from kept import recorded_once


def test_an_update_behind_the_loop_over_the_samples_uses_the_last_alone():
    source = """
import numpy as np
rng = np.random.default_rng(0)
W, v, b = rng.normal(size=(2, 2)), rng.normal(size=2), np.zeros(2)
for epoch in range(9):
    for x, t in [([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]:
        x = np.array(x)
        h = np.tanh(x @ W + b)
        y = h @ v
        d = t - y
        dh = d * v * (1 - h * h)
    v = v + 0.1 * d * h
    W = W + 0.1 * np.outer(x, dh)
    b = b + 0.1 * dh
"""
    said = [(one.id, one.line) for one in diagnose(recorded_once(source))]
    assert said == [("only-last-delta", 12)]
    inside = source.replace("\n    v = v", "\n        v = v").replace("\n    W = W", "\n        W = W")
    assert not diagnose(recorded_once(inside.replace("\n    b = b", "\n        b = b")))


PASSES = """
import numpy as np
rng = np.random.default_rng(0)
W, v, b = rng.normal(size=(2, 2)), rng.normal(size=2), np.zeros(2)
data = [([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]
for epoch in range(9):
    loss = 0
    for x, t in data:
        x = np.array(x)
        h = np.tanh(x @ W + b)
        y = h @ v
        loss += (t - y) ** 2
    d = t - y
    dh = d * v * (1 - h * h)
    v = v + 0.1 * d * h
    W = W + 0.1 * np.outer(x, dh)
    b = b + 0.1 * dh
"""


MEASURES = "loss += (t - y) ** 2\n"


@pytest.mark.parametrize(
    ("measures", "line"),
    [(MEASURES, 13), (MEASURES + "        if y > 0.5:\n            hits = hits + 1\n", 15)],
)
def test_deltas_behind_the_loop_over_the_samples_are_of_the_last_alone(measures, line):
    source = PASSES.replace(MEASURES, measures).replace("loss = 0", "loss = hits = 0")
    assert [(one.id, one.line) for one in diagnose(recorded_once(source))] == [("only-last-pass", line)]


OF_ALL = """    for x, t in data:
        x = np.array(x)
        h = np.tanh(x @ W + b)
        y = h @ v
        seen.append((x, t, h, y))
    far = np.argmax([(t - y) ** 2 for _, t, _, y in seen])
    x, t, h, y = seen[far]
"""


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(MEASURES, "if (t - y) ** 2 > 9:\n            break\n"),
        lambda text: text.replace(
            MEASURES, "if (t - y) ** 2 > loss:\n            loss, far = (t - y) ** 2, (x, t, h, y)\n"
        ).replace("    d = t", "    x, t, h, y = far\n    d = t"),
        lambda text: text.replace(text[text.index("    for x") : text.index("    d = t")], OF_ALL).replace(
            "loss = 0", "seen = []"
        ),
        lambda text: text.replace(
            "    d = t",
            "    x, t = np.array(data[epoch % 3][0]), data[epoch % 3][1]\n    h = np.tanh(x @ W + b)\n"
            "    y = h @ v\n    d = t",
        ),
    ],
    ids=["the first that is far off", "the worst", "the worst of a list", "only measures"],
)
def test_a_loop_that_looks_for_a_sample_or_only_measures_is_no_mistake(change):
    source = change(PASSES.replace("([1, 1], 0)", "([1, 1], 9)"))  # the last sample is always the worst
    assert not [one for one in diagnose(recorded_once(source)) if one.kind in ("mistake", "unknown")]
