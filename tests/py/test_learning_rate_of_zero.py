"""A learning rate of 0 is told, one that begins with 0 or is 0 for a while is not."""

import pytest
from backprop import diagnose
from kept import recorded_once

RATED = """
import numpy as np
rng = np.random.default_rng(0)
X, t = rng.normal(size=(6, 2)), rng.normal(size=(6, 1))
W, V = rng.normal(size=(2, 3)), rng.normal(size=(3, 1))
rate = 0.1
for epoch in range(12):
    h = np.tanh(X @ W)
    d = h @ V - t
    e = d @ V.T * (1 - h * h)
    V -= rate * h.T @ d
    W -= rate * X.T @ e
"""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("rate = 1 // 10", [("rate-zero", 11)]),
        ("rate = 0.0", [("rate-zero", 11)]),
        ("rate = 0.1", []),
    ],
)
def test_a_learning_rate_of_0_is_told(given, said):
    assert [(one.id, one.line) for one in diagnose(recorded_once(RATED.replace("rate = 0.1", given)))] == said


@pytest.mark.parametrize("rate", ["0.1 * epoch", "0.1 * (epoch // 5)", "0.1 if epoch > 4 else 0.0"])
def test_a_learning_rate_that_begins_with_0_is_no_mistake(rate):
    source = RATED.replace("    h = np", f"    rate = {rate}\n    h = np")
    assert not [one for one in diagnose(recorded_once(source)) if one.kind in ("mistake", "unknown")]


SCHEDULED = """
import numpy as np
rng = np.random.default_rng(0)
X, t = rng.normal(size=(20, 2)), rng.normal(size=(20, 1))
W, V = rng.normal(size=(2, 3)), rng.normal(size=(3, 1))
SETS
for epoch in range(4):
    for i in range(20):
        x = X[i:i + 1]
        h = np.tanh(x @ W)
        d = h @ V - t[i:i + 1]
        e = d @ V.T * (1 - h * h)
        V -= RATE * h.T @ d
        W -= RATE * x.T @ e
    LATER
"""


@pytest.mark.parametrize(
    ("sets", "rate", "later"),
    [
        ("rates = [0.0, 0.05, 0.1, 0.1]", "rates[epoch]", "pass"),
        ("options = {'rate': 0.0}", "options['rate']", "options['rate'] = 0.1"),
    ],
)
def test_a_learning_rate_that_is_0_for_a_whole_epoch_is_no_mistake(sets, rate, later):
    source = SCHEDULED.replace("SETS", sets).replace("RATE", rate).replace("LATER", later)
    assert not [one for one in diagnose(recorded_once(source)) if one.kind in ("mistake", "unknown")]
