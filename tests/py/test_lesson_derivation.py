"""Lesson derivation (issue 5, point 5): every factor, against lesson xor and against differences of the error."""

import math

import pytest
from backprop.equations.instances import instance
from backprop.lessons.lens import LESSONS
from backprop.topology import Topology
from programs import record

PROGRAM = (LESSONS / "derivation" / "program.py").read_text(encoding="utf-8")
XOR = (LESSONS / "xor" / "program.py").read_text(encoding="utf-8").replace("range(4000)", "range(6)")
SAMPLES = [((0, 0, 1), 0), ((0, 1, 1), 1), ((1, 0, 1), 1), ((1, 1, 1), 0)]
HIDDEN, OUTPUT = (4, 5, 6, 7), 8


@pytest.fixture(scope="module")
def derived():
    return record(PROGRAM, "derivation")


@pytest.fixture(scope="module")
def xor():
    return record(XOR)


def test_it_computes_what_lesson_xor_computes(derived, xor):
    assert (derived.end, derived.iterations) == ("done", xor.iterations)
    assert derived.loss.tolist() == pytest.approx(xor.loss.tolist(), rel=1e-12)
    for iteration in (0, 1, 5):
        for sample in range(4):
            for node in (*HIDDEN, OUTPUT):
                for quantity in ("net", "a", "delta", "b"):
                    at = (quantity, node)
                    other = xor.value(*at, iteration=iteration, sample=sample)
                    assert derived.value(*at, iteration=iteration, sample=sample) == pytest.approx(other)
            for edge in xor.topology.edges:
                other = xor.value("w", edge, iteration=iteration, sample=sample)
                found = derived.value("w", edge, iteration=iteration, sample=sample)
                assert found == pytest.approx(other, rel=1e-12)


def test_every_number_has_its_equation_and_agrees_with_it(derived):
    checks = [check for iteration in (0, 5) for check in derived.checks(iteration)]
    assert all(check.agrees for check in checks)
    found = {check.equation for check in checks}
    assert found == {"3.2", "3.3", "4.9", "4.14", "1.4", "4.16", "4.1", "4.3", "4.12", "4.5", "4.8"}
    inputs = 4 * 3
    assert len(derived.checks(0)) == len(derived.steps(0)) - inputs


def error(numbers, moved, more):
    """E of the first sample by plain sums, with one weight, net or output a little larger."""

    def value(ref, number):
        return number + more if ref == moved else number

    out = dict(enumerate(SAMPLES[0][0], 1))
    for j, sources in [*((j, (1, 2, 3)) for j in HIDDEN), (OUTPUT, HIDDEN)]:
        net = sum(value(("w", (j, i)), numbers["w", (j, i)]) * out[i] for i in sources) + numbers["b", j]
        out[j] = value(("a", j), 1 / (1 + math.exp(-value(("net", j), net))))
    return (SAMPLES[0][1] - out[OUTPUT]) ** 2 / 2


def test_every_derivative_is_a_difference_of_the_error(derived):
    before, _ = derived.open(0)
    numbers = {ref: number for (ref, _), number in before.items()}
    wanted = {("dE_dy", OUTPUT): ("a", OUTPUT)}
    wanted |= {("dE_dnet", j): ("net", j) for j in (*HIDDEN, OUTPUT)}
    wanted |= {("dE_dw", edge): ("w", edge) for edge in derived.topology.edges}
    assert len(wanted) == 1 + 5 + 16
    for (quantity, key), moved in wanted.items():
        difference = (error(numbers, moved, 1e-5) - error(numbers, moved, -1e-5)) / 2e-5
        found = derived.value(quantity, key, iteration=0, sample=0)
        assert found == pytest.approx(difference, rel=1e-5, abs=1e-9)
    assert derived.value("E", iteration=0, sample=0) == pytest.approx(error(numbers, None, 0), rel=1e-14)


def test_with_two_outputs_the_effects_add_up():
    topology = Topology.from_sizes([3, 4, 2])
    numbers = {("a", 8): 0.7, ("a", 9): 0.2, ("t", 8): 1.0, ("t", 9): 0.0, ("slope", 4): 0.1}
    numbers |= {("dE_dnet", 8): 0.3, ("dE_dnet", 9): -0.5, ("w", (8, 4)): 2.0, ("w", (9, 4)): -1.0}

    def value(ref):
        return instance(ref, topology).evaluate(numbers.__getitem__)

    assert value(("E", None)) == pytest.approx((0.3**2 + 0.2**2) / 2)
    assert value(("dE_dy", 9)) == pytest.approx(0.2)
    assert value(("dE_dnet", 4)) == pytest.approx((0.3 * 2.0 + 0.5 * 1.0) * 0.1)
    assert {*instance(("dE_dnet", 4), topology).reads} == {*numbers} - {
        *(("a", 8), ("a", 9), ("t", 8), ("t", 9))
    }


@pytest.mark.parametrize(
    ("right", "wrong", "equations"),
    [
        ("E = (t - y) ** 2 / 2", "E = (t - y) ** 2", {"4.9"}),
        ("dE_dy[8] = -(t - y)", "dE_dy[8] = t - y", {"4.14", "4.1"}),
        ("dE_dw[j, i] = dE_dnet[j] * a[i]", "dE_dw[j, i] = dE_dnet[j] * a[j]", {"4.12"}),
    ],
)
def test_a_wrong_factor_differs_where_it_is_made(right, wrong, equations):
    assert PROGRAM.count(right) == 1
    recording = record(PROGRAM.replace(right, wrong), "derivation")
    assert {check.equation for check in recording.checks(0) if not check.agrees} == equations
