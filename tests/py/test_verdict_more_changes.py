"""Weights that another statement changes as well, changes by a constant, and changes that become wrong later in a run."""

import pytest
from backprop import diagnose
from kept import recorded_once
from test_verdict_changes import BATCH, changed, line_of, said

# --- a second statement that changes the same weights ---


@pytest.mark.parametrize("growth", ["W1 = W1 + 0.05 * W1", "W1 += 0.05 * W1", "W1 = 1.05 * W1", "W1 *= 1.05"])
def test_weights_that_are_made_larger_after_their_update_differ(growth):
    source = f"{BATCH}    {growth}\n"
    assert said(source) == {("change-differs", line_of(source, growth))}


@pytest.mark.parametrize("decay", ["W1 = W1 - 0.01 * W1", "W1 -= 0.01 * W1", "W1 = 0.99 * W1", "W1 *= 0.99"])
def test_weights_that_decay_after_their_update_follow_a_rule(decay):
    source = f"{BATCH}    {decay}\n"
    assert said(source) == set()
    assert {id for id, _ in said(source, "rule")} <= {"L2", "limited"}
    assert said(source, "rule")


@pytest.mark.parametrize(
    "limit",
    [
        "W1 = np.clip(W1, -0.5, 0.5)",
        "np.clip(W1, -0.5, 0.5, out=W1)",
        "W1 = np.maximum(-0.5, np.minimum(0.5, W1))",
        "W1 = W1 * np.minimum(1, 1 / np.linalg.norm(W1, axis=0, keepdims=True))",
        "W1 /= np.maximum(1, np.linalg.norm(W1, axis=0, keepdims=True))",
    ],
)
def test_weights_that_are_limited_after_their_update_follow_a_rule(limit):
    source = f"{BATCH}    {limit}\n"
    recording = recorded_once(source)
    assert [len(layer) for layer in recording.topology.layers] == [3, 4, 1]
    assert said(source) == set()
    assert said(source, "rule") == {("limited", line_of(source, limit))}


SUMS = """\
import numpy as np
rng = np.random.default_rng(0)
X, Y = rng.normal(size=(12, 3)), rng.integers(0, 2, (12, 1))
sig = lambda z: 1 / (1 + np.exp(-z))
W1, W2, b1 = rng.normal(size=(3, 5)), rng.normal(size=(5, 1)), np.zeros(5)
for epoch in range(40):
    g1, g2, c1 = 0.01 * W1, 0.01 * W2, np.zeros(5)
    for x, t in zip(X, Y):
        h = sig(x @ W1 + b1)
        o = sig(h @ W2)
        d2 = (o - t) * o * (1 - o)
        d1 = W2 @ d2 * h * (1 - h)
        g2 += np.outer(h, d2)
        g1 += np.outer(x, d1)
        c1 += d1
    W1 -= 0.1 * g1
    W2 -= 0.1 * g2
    b1 -= 0.1 * c1
"""


def test_the_second_update_shows_that_sums_are_not_set_back():
    zeros = changed(SUMS, "0.01 * W1, 0.01 * W2", "np.zeros_like(W1), np.zeros_like(W2)")
    never = changed(zeros, "    g1, g2, c1 = np", "    if epoch == 0: g1, g2, c1 = np")
    assert said(SUMS) == said(zeros) == set()
    assert {id for id, _ in said(never)} == {"gradient-not-reset"}


def test_wrong_biases_differ_though_the_weights_decay():
    assert {id for id, _ in said(SUMS, "rule")} == {"L2"}
    wrong = changed(SUMS, "c1 += d1", "c1 += d1[::-1]")
    assert {id for id, _ in said(wrong)} == {"change-differs"}


# --- a change by a constant ---


@pytest.mark.parametrize("update", ["W1 -= rate * X.T @ d1 + rate", "W1 -= rate * (X.T @ d1 + 1)"])
def test_a_constant_in_a_change_is_told_at_the_change(update):
    right = "W1 -= rate * X.T @ d1"
    source = changed(BATCH, right, update)
    assert said(source) == {("change-differs", line_of(BATCH, right))}


def test_a_change_by_nothing_but_a_constant_is_told_at_the_change():
    source = changed(BATCH, "sig(X @ W1)", "sig(X @ W1 + b1)")
    source = changed(source, "rate = 0.5\n", "rate = 0.5\nb1 = np.random.randn(4)\n") + "    b1 -= rate\n"
    assert said(source) == {("change-differs", line_of(source, "b1 -= rate"))}


# --- what shows only after the iterations that the verdict looks at ---

LONG = changed(BATCH, "range(40)", "range(200)")


@pytest.mark.parametrize(
    ("right", "wrong", "id"),
    [
        (
            "    W1 -= rate * X.T @ d1\n",
            "    W1 -= rate * X.T @ d1\n    rate -= 0.01\n",
            "negative-rate-later",
        ),
        ("rate * X.T @ d1", "(0.5 - 0.01 * epoch) * X.T @ d1", "negative-rate-later"),
        ("* h * (1 - h)", "* (h * (1 - h) if epoch < 30 else 1)", "slope-missing-hidden"),
        (
            "    W2 -= rate * h.T @ d2",
            "    G = h.T @ d2 + (G if epoch > 20 else 0)\n    W2 -= rate * G",
            "gradient-not-reset",
        ),
    ],
)
def test_a_mistake_that_begins_later(right, wrong, id):
    assert said(LONG) == set()
    found = [
        one
        for one in diagnose(recorded_once(changed(LONG, right, wrong)))
        if one.kind in ("mistake", "unknown")
    ]
    assert {one.id for one in found} == {id}
    assert all(one.iteration >= 20 for one in found)


@pytest.mark.parametrize(
    "more",
    [
        "if epoch % 50 == 49: rate *= 0.5",
        "rate = 0.5 / (1 + 0.1 * epoch)",
        "rate = 0.25 * (1 + np.cos(np.pi * epoch / 200))",
        "if epoch == 100: W1, W2 = best\n    if epoch == 50: best = W1.copy(), W2.copy()",
        "W1 = np.clip(W1, -2, 2)",
        "if np.abs(d2).max() < 0.1: break",
    ],
)
def test_what_changes_later_in_a_right_program_is_no_mistake(more):
    assert said(f"{LONG}    {more}\n") == set()


def test_right_programs_that_freeze_or_skip_later_are_left_alone():
    frozen = changed(LONG, "W1 -= rate", "if epoch < 50: W1 -= rate")
    skipped = changed(LONG, "    W2 -= rate", "    if np.abs(d2).max() < 0.2: continue\n    W2 -= rate")
    clipped = changed(LONG, "W1 -= rate * X.T @ d1", "W1 -= rate * np.clip(X.T @ d1, -0.2, 0.2)")
    assert said(frozen) == said(skipped) == said(clipped) == set()
