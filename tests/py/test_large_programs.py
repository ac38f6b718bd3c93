"""A program of 784-30-10 that goes through its mini-batches sample by sample is found, though its updates come late."""

import pytest
from backprop import record
from backprop.plan import BOUNDS
from backprop.roles.survey import Survey
from backprop.trace import trace

PROGRAM = """
import numpy as np

rng = np.random.default_rng(3)
labels = rng.integers(10, size=400)
images = np.clip((rng.random((10, 784)) < 0.2)[labels] + 0.3 * rng.random((400, 784)), 0, 1)
data = [(x.reshape(784, 1), np.eye(10)[:, [j]]) for x, j in zip(images, labels)]
sizes = [784, 30, 10]
weights = [rng.normal(size=(n, m)) / m**0.5 for m, n in zip(sizes, sizes[1:])]
biases = [np.zeros((n, 1)) for n in sizes[1:]]
for start in range(0, 400, 10):
    gb = [np.zeros(b.shape) for b in biases]
    gw = [np.zeros(w.shape) for w in weights]
    for x, t in data[start:start + 10]:
        a = [x]
        for w, b in zip(weights, biases):
            a.append(1 / (1 + np.exp(-(w @ a[-1] + b))))
        d = (a[2] - t) * a[2] * (1 - a[2])
        e = (weights[1].T @ d) * a[1] * (1 - a[1])
        gb = [n + m for n, m in zip(gb, [e, d])]
        gw = [n + m for n, m in zip(gw, [e @ a[0].T, d @ a[1].T])]
    weights = [w - 0.3 * n for w, n in zip(weights, gw)]
    biases = [b - 0.3 * n for b, n in zip(biases, gb)]
"""


def test_784_30_10_in_mini_batches_is_found():
    survey = Survey([])
    survey.finish(trace(PROGRAM, survey.look, BOUNDS))
    (training,) = survey.trainings
    assert [len(layer) for layer in training.roles.topology.layers] == [784, 30, 10]


SAMPLE_BY_SAMPLE = """
import numpy as np

rng = np.random.default_rng(1)
X, T = rng.random((5, INPUTS)), np.eye(2)[[0, 1, 1, 0, 1]]
W1, W2 = rng.normal(0, 0.1, (INPUTS, 30)), rng.normal(0, 0.3, (30, 2))
for epoch in range(4):
    for x, t in zip(X, T):
        h = 1 / (1 + np.exp(-(x @ W1)))
        y = 1 / (1 + np.exp(-(h @ W2)))
        d = (y - t) * y * (1 - y)
        e = (W2 @ d) * h * (1 - h)
        W2 -= 0.5 * np.outer(h, d)
        W1 -= 0.5 * np.outer(x, e)
"""


@pytest.mark.parametrize(("inputs", "iterations"), [(10, 4), (50, 20)])
def test_an_iteration_of_a_large_network_is_one_update(inputs, iterations):
    """An epoch of 784-30-10 with 1,000 samples would be 24 million numbers."""
    recording = record(SAMPLE_BY_SAMPLE.replace("INPUTS", str(inputs)))
    assert recording.iterations == iterations
    assert all(check.agrees for check in recording.checks(iterations - 1))
