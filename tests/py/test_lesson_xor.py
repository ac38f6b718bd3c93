"""The first lesson's program under plain CPython: it learns, and its first pass is Network's."""

import contextlib
import io
import random
import re
from pathlib import Path

import numpy as np
import pytest
from backprop.network import Network
from programs import record

PROGRAM = Path(__file__).parents[2] / "py/backprop/lessons/xor/program.py"
SAME = {"rtol": 1e-12, "atol": 0}
INPUTS, HIDDEN = (1, 2, 3), (4, 5, 6, 7)


def run(source):
    """The program's names and what it printed."""
    namespace, printed = {"__name__": "__main__"}, io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, "program.py", "exec"), namespace)
    return namespace, printed.getvalue()


def run_at_most(epochs, samples):
    """The names after a shorter run: `epochs` passes over the first `samples` samples."""
    source = PROGRAM.read_text()
    shorter = source.replace("range(4000)", f"range({epochs})")
    shorter = shorter.replace("for x, t in samples:", f"for x, t in samples[:{samples}]:")
    assert shorter.count("samples[:") == 1
    return run(shorter)[0]


def network(names):
    """The oracle with the weights and biases these names hold."""
    w, b = names["w"], names["b"]
    weights = [[[w[j, i] for i in INPUTS] for j in HIDDEN], [[w[8, j] for j in HIDDEN]]]
    return Network(weights, [[b[j] for j in HIDDEN], [b[8]]])


@pytest.fixture(scope="module")
def whole_run():
    return run(PROGRAM.read_text())


def test_all_four_outputs_are_clearly_right(whole_run):
    names, output = whole_run
    answers = re.findall(r"^(\d) xor (\d) = ([\d.]+)$", output, re.MULTILINE)
    assert [(int(x1), int(x2)) for x1, x2, _ in answers] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    for x1, x2, answer in answers:
        assert abs(float(answer) - (int(x1) ^ int(x2))) < 0.1
    y = network(names).forward([x for x, _ in names["samples"]])
    np.testing.assert_allclose(y[:, 0], list(names["answers"].values()), atol=0.01)


def test_the_printed_error_stays_high_for_a_while_and_then_falls(whole_run):
    _, output = whole_run
    errors = [float(e) for e in re.findall(r"^iteration \d+ error ([\d.]+)$", output, re.MULTILINE)]
    assert len(errors) == 4
    assert errors[1] > 0.3
    assert errors[2] < 0.05


def test_the_program_is_fit_to_be_read_beside_the_network():
    lines = PROGRAM.read_text().splitlines()
    assert max(map(len, lines)) <= 66
    assert len(lines) <= 60


def test_the_first_sample_computes_what_network_computes():
    names, before = run_at_most(1, samples=1), network(run_at_most(1, samples=0))
    ((x, t),) = names["samples"][:1]
    y = before.forward(x)
    hidden, output = before.backward([t])
    before.update(names["eta"])

    np.testing.assert_allclose(names["y"], y[0], **SAME)
    for quantity, layers in [("net", before.nets), ("a", before.activations[1:])]:
        expected = np.concatenate(layers)
        actual = [names[quantity][node] for node in (*HIDDEN, 8)]
        np.testing.assert_allclose(actual, expected, **SAME)
    np.testing.assert_allclose([names["delta"][j] for j in HIDDEN], hidden, **SAME)
    np.testing.assert_allclose(names["delta"][8], output[0], **SAME)
    assert_same_parameters(network(names), before)


def test_the_first_pass_leaves_the_weights_network_leaves():
    names, oracle = run_at_most(1, samples=4), network(run_at_most(1, samples=0))
    error = 0.0
    for x, t in names["samples"]:
        error += oracle.error(x, [t])
        oracle.forward(x)
        oracle.backward([t])
        oracle.update(names["eta"])
    np.testing.assert_allclose(names["error"], error, **SAME)
    assert_same_parameters(network(names), oracle)


def assert_same_parameters(one, other):
    for p, q in zip(one.weights + one.biases, other.weights + other.biases, strict=True):
        np.testing.assert_allclose(p, q, **SAME)


def test_a_recording_holds_what_the_plain_program_holds():
    """Twenty passes drawn once and for all: every number of every sample, and the weights at the end of the pass."""
    text = PROGRAM.read_text()
    source = text.replace(
        "        error += (t - y)", "        after_sample(epoch, x, t, net, a)\n        error += (t - y)"
    )
    source = source.replace("    if epoch % 1000", "    after_pass(epoch, delta, w, b)\n    if epoch % 1000")
    wanted = set(random.Random(2).sample(range(4000), 20))
    samples, passes = {}, {}

    def after_sample(epoch, x, t, net, a):
        if epoch in wanted:
            samples[epoch, x] = ({"net": dict(net), "a": dict(a)}, t)

    def after_pass(epoch, delta, w, b):
        if epoch in wanted:
            passes[epoch] = {"delta": dict(delta), "w": dict(w), "b": dict(b)}

    with contextlib.redirect_stdout(io.StringIO()):
        exec(source, {"__name__": "__main__", "after_sample": after_sample, "after_pass": after_pass})
    recording = record(text)
    assert (len(samples), len(passes)) == (80, 20)
    for (epoch, x), (held, t) in samples.items():
        number = recording.samples.index({"x": list(x), "t": [t]})
        for quantity, numbers in held.items():
            for node, value in numbers.items():
                assert recording.value(quantity, node, iteration=epoch, sample=number) == value
    for epoch, held in passes.items():
        for quantity, numbers in held.items():
            for key, value in numbers.items():
                assert recording.value(quantity, key, iteration=epoch) == value


def test_what_a_student_sees_first_is_large_enough_to_see():
    names = run_at_most(1, samples=1)
    start = run_at_most(1, samples=0)
    assert min(abs(d) for d in names["delta"].values()) > 0.01
    assert min(abs(start["w"][8, j]) for j in HIDDEN) > 0.3
