"""Lesson forward (issue 5, point 3): 3.1 to 3.8, node by node and layer by layer, against a test's own product."""

import random
from itertools import pairwise
from math import exp

import pytest
from programs import record

from tests.lesson_programs import edited, source_of

PROGRAM = source_of("forward")
SAMPLES = [(0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 1)]


def by_hand(sizes, x):
    """Weights as the program draws them, and net and output of every node, with plain sums."""
    random.seed(3)
    numbers, out, first = {}, dict(enumerate(x, 1)), 1
    for below, size in pairwise(sizes):
        sources = range(first, first + below)
        first += below
        for j in range(first, first + size):
            row = [random.uniform(-2, 2) for _ in range(below + 1)]
            numbers |= {("w", (j, i)): weight for i, weight in zip(sources, row)} | {("b", j): row[-1]}
            numbers["net", j] = sum(weight * out[i] for i, weight in zip(sources, row)) + row[-1]
            numbers["a", j] = 1 / (1 + exp(-numbers["net", j]))
        out |= {key: value for (quantity, key), value in numbers.items() if quantity == "a"}
    return numbers


@pytest.mark.parametrize("sizes", [[3, 4, 2], [3, 4, 4, 4, 2], [3, 1, 5]], ids=str)
def test_both_halves_are_the_sums_of_the_equations(sizes):
    recording = record(edited("forward", ("sizes = [3, 4, 2]", f"sizes = {sizes}")), "forward")
    assert recording.end == "done"
    assert [len(layer) for layer in recording.topology.layers] == sizes
    assert recording.iterations == len(SAMPLES)
    computing = sum(sizes[1:])
    for number, x in enumerate(SAMPLES):
        right = by_hand(sizes, x)
        for (quantity, key), value in right.items():
            found = recording.value(quantity, key, iteration=number, sample=number)
            assert found == pytest.approx(value, rel=1e-12)
        steps = [step for step in recording.steps(number) if step.equation]
        assert len(steps) == 2 * 2 * computing  # net and output of each node, in each half
        for step in steps:
            ((ref, value),) = step.sets.items()
            assert value == pytest.approx(right[ref], rel=1e-12)
            assert step.sample == number
        checks = recording.checks(number)
        assert len(checks) == len(steps)
        assert all(check.agrees for check in checks)


def test_the_program_says_that_its_halves_agree():
    lines = [line for line in record(PROGRAM, "forward").output.splitlines() if "differ" in line]
    assert len(lines) == len(SAMPLES)
    assert all(float(line.split()[-1]) < 1e-15 for line in lines)


def test_a_row_of_the_matrix_is_read_whole_its_bias_too():
    half = record(PROGRAM, "forward").steps(0)[-12:]
    assert half[0].sets.keys() == {("net", 4)}
    row = {("w", (4, 1)), ("w", (4, 2)), ("w", (4, 3)), ("b", 4)}
    assert set(half[0].reads) == row | {("a", 1), ("a", 2), ("a", 3)}


@pytest.mark.parametrize(
    ("rows", "layers"),
    [("np.ones((4, 4)), np.ones((2, 5))", [3, 4, 2]), ("np.ones((2, 6)),", [5, 2])],
)
def test_the_last_column_of_a_matrix_is_its_biases(rows, layers):
    source = f"import numpy as np\nW = [{rows}]\nfor x in [np.zeros({layers[0]})]:\n    vector = x\n    for M in W:\n"
    source += "        nets = M @ np.append(vector, 1)\n        vector = 1 / (1 + np.exp(-nets))\n"
    recording = record(source, "forward")
    assert [len(layer) for layer in recording.topology.layers] == layers
    assert len(recording.topology.biases) == sum(layers[1:])
    assert all(recording.value("b", node, iteration=0) == 1 for node in recording.topology.biases)
    assert all(check.agrees for check in recording.checks(0))


def test_a_matrix_without_the_column_of_biases_does_not_fit():
    recording = record(
        edited("forward", ("b[j]] for j", "] for j"), ("np.append(vector, 1)", "vector")), "forward"
    )
    assert {"id": "unfollowed", "name": "W", "line": 32} in recording.notices
