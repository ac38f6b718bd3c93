"""Targets as factors of changes: of each sample a mistake, their mean a part of the rate if it is always the same."""

from test_verdict_changes import changed, said


def test_a_target_that_multiplies_the_weights_changes_is_told_and_is_no_rate_of_the_bias():
    """The bias, which is right, was the only sign of it."""
    source = """\
w, b = [0.3, -0.2], 0.1
for epoch in range(20):
    for x, t in zip([[0.5, 1.0], [1.5, 0.3], [0.7, 2.0], [1.1, 0.9]], [0.2, 0.9, 0.4, 0.7]):
        e = t - (w[0] * x[0] + w[1] * x[1] + b)
        w[0] += 0.1 * t * e * x[0]
        w[1] += 0.1 * t * e * x[1]
        b += 0.1 * e
"""
    assert (said(source), said(source, "rule")) == ({("target-factor", 5)}, set())
    right = source.replace("0.1 * t * e", "0.1 * e")
    assert (said(right), said(right, "rule")) == (set(), set())


MEAN_OF_TARGETS = """\
import numpy as np
rng = np.random.default_rng(2)
X, Y = rng.random((8, 2)), rng.random((8, 1))
W, V = rng.normal(size=(2, 3)), rng.normal(size=(3, 1))
for i in range(20):
    for k in range(0, 8, SIZE):
        x, t = X[k:k + SIZE], Y[k:k + SIZE]
        h = np.tanh(x @ W)
        d = h @ V - t
        e = d @ V.T * (1 - h * h)
        V -= 0.1 * h.T @ d * t.mean()
        W -= 0.1 * x.T @ e * t.mean()
"""


def test_a_mean_of_targets_is_a_part_of_the_rate_only_if_it_is_the_same_in_every_update():
    of_all, of_batches = (changed(MEAN_OF_TARGETS, "SIZE", size) for size in ("8", "4"))
    assert (said(of_all), said(of_all, "remark")) == (set(), {("target-in-rate", 11), ("target-in-rate", 12)})
    assert said(of_batches) == {("target-factor", 11), ("target-factor", 12)}
