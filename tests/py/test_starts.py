"""64 starts at once (issue 5, point 8): each network does what it would do alone, and what the page is told is true."""

import json
import math

import pytest
from backprop.page.session import bake
from backprop.panels.random_restarts import histories
from programs import record

from tests.lesson_programs import edited, source_of

PROGRAM = source_of("starts")
XOR = source_of("xor")
SAMPLES = [((0, 0, 1), 0), ((0, 1, 1), 1), ((1, 0, 1), 1), ((1, 1, 1), 0)]


def alone(w1, b1, w2, b2, epochs):
    """One network, number by number: the loss of each epoch, and what it says in the last."""

    def sigmoid(net):
        return 1 / (1 + math.exp(-net))

    w1, b1, w2, b2 = [list(row) for row in w1], list(b1), list(w2), b2
    losses, outputs = [], []
    for _ in range(epochs):
        losses.append(0.0)
        outputs = []
        for x, t in SAMPLES:
            h = [sigmoid(sum(w * xi for w, xi in zip(row, x)) + b) for row, b in zip(w1, b1)]
            y = sigmoid(sum(w * a for w, a in zip(w2, h)) + b2)
            losses[-1] += (t - y) ** 2 / 2
            outputs.append(y)
            delta = y * (1 - y) * (t - y)
            deltas = [a * (1 - a) * w * delta for a, w in zip(h, w2)]
            for j in range(4):
                w2[j] += 0.5 * delta * h[j]
                b1[j] += 0.5 * deltas[j]
                for i in range(3):
                    w1[j][i] += 0.5 * deltas[j] * x[i]
            b2 += 0.5 * delta
    return losses, outputs


def test_each_network_does_what_it_would_do_alone():
    names = {}
    exec(compile(edited("starts", ("epochs = 1000", "epochs = 50")), "program", "exec"), names)
    for start in (0, 26, 63):
        losses, outputs = alone(*(array[start] for array in names["first"]), epochs=50)
        assert names["losses"][:, start] == pytest.approx(losses, rel=1e-9)
        assert names["outputs"][start] == pytest.approx(outputs, rel=1e-9)


@pytest.fixture(scope="module")
def header():
    """Of the baked run, as the page gets it."""
    return json.loads(json.dumps(bake("starts", PROGRAM)[0]))


@pytest.fixture(scope="module")
def names():
    """What the program itself has at its end."""
    names = {}
    exec(compile(PROGRAM, "program", "exec"), names)
    return names


def test_the_page_is_told_of_every_start(header, names):
    starts = header["figures"]["starts"]["all"]
    at = header["figures"]["starts"]["iterations"]
    assert (at[0], at[-1]) == (0, 999)
    assert len(starts) == 64
    for number, start in enumerate(starts):
        assert start["curve"] == pytest.approx(names["losses"][at, number], rel=1e-3)
        assert start["outputs"] == pytest.approx(names["outputs"][number], rel=1e-3)
        right_side = all(abs(y - t) <= 0.4 for y, (_, t) in zip(names["outputs"][number], SAMPLES))
        assert start["learnt"] == right_side
    assert 0 < sum(not start["learnt"] for start in starts) < 32  # there is something to see


@pytest.mark.parametrize("number", [0, 26, 34])
def test_lesson_xor_begun_there_does_the_same(header, names, number):
    begins = header["figures"]["starts"]["all"][number]["begins"]
    assert max(map(len, begins.split("\n"))) <= max(map(len, XOR.split("\n")))
    source = XOR.replace("\nfor epoch in ", f"\n{begins}\n\nfor epoch in ").replace(
        "range(4000)", "range(1000)"
    )
    xor = {}
    exec(compile(source, "program", "exec"), xor)
    assert list(xor["answers"].values()) == pytest.approx(names["outputs"][number], rel=1e-9)


def test_the_steps_are_those_of_the_start_that_is_shown():
    recording = record(
        edited("starts", ("epochs = 1000", "epochs = 3"), ("shown = 26", "shown = 5")), "starts"
    )
    equations = {step.equation for step in recording.steps(0)}
    assert {"3.2", "3.3", "4.1", "4.3", "4.5", "4.8"} <= equations
    assert all(check.agrees for iteration in range(3) for check in recording.checks(iteration))
    said = histories(recording)["all"][5]["outputs"]
    assert [recording.value("a", 8, iteration=2, sample=s) for s in range(4)] == pytest.approx(said, rel=1e-3)


@pytest.mark.parametrize(
    "change",
    [
        ("first = [array.copy() for array in (W1, b1, W2, b2)]", "first = None"),
        ("outputs = np.transpose(answers)", "outputs = np.array(answers)"),
        ("losses[epoch] = loss", "losses = loss"),
        ("starts = 64", "starts = 300"),
    ],
)
def test_where_a_name_is_not_what_it_should_be_there_is_nothing_to_show(change):
    ends_before = ("stuck = np.abs(outputs - T).max(axis=1) > 0.4", "raise SystemExit")
    recording = record(edited("starts", ("epochs = 1000", "epochs = 3"), ends_before, change), "starts")
    assert recording.iterations == 3
    assert histories(recording) is None


def test_what_is_no_number_is_not_drawn():
    recording = record(
        edited("starts", ("epochs = 1000", "epochs = 3"), ("eta = 0.5", "eta = np.nan")), "starts"
    )
    start = histories(recording)["all"][0]
    assert set(start["curve"]) == set(start["outputs"]) == {None}
    assert start["learnt"] is False
