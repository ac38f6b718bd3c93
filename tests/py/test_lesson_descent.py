"""The lesson `descent`: each walk ends where it should, and the landscape under it is the true one."""

import json
import math

import numpy as np
import pytest
from backprop import diagnose
from backprop.lessons.lens import LESSONS
from backprop.panels.registry import figures
from programs import record

X = np.array([-0.4, -0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4])
T = np.array([-0.9, -0.1, 0.2, 0.0, 1.1, 0.9, 1.9, 1.6, 2.6, 2.3])
BEST = float(X @ T / (X @ X))
BEST_PAIR = np.linalg.solve([[X @ X, X.sum()], [X.sum(), 10]], [X @ T, T.sum()])


def program(name):
    return (LESSONS / "descent" / f"{name}.py").read_text(encoding="utf-8")


def figure(source):
    found = figures(record(source, lesson="descent"))["landscape"]
    json.dumps(found, allow_nan=False)
    return found


def error(w, b=0.0):
    return float(((T - w * X - b) ** 2).sum() / 2)


def at_rate(eta, name="program"):
    source = program(name)
    old = "eta = 0.05" if name == "program" else "eta = 0.09"
    assert old in source
    return source.replace(old, f"eta = {eta}")


def test_the_walk_by_the_derivative():
    recording = record(program("program"), lesson="descent")
    w = -0.6
    for turn in range(30):
        assert recording.loss[turn] == pytest.approx(error(w))
        w += 0.05 * float((T - w * X) @ X)
        assert recording.value("w", (2, 1), iteration=turn) == pytest.approx(w)
    assert w == pytest.approx(BEST, abs=1e-3)
    assert {check.equation for check in recording.checks(0)} == {"1.1", "4.1", "4.5"}
    assert all(check.agrees for turn in range(30) for check in recording.checks(turn))
    assert diagnose(recording) == []


def test_the_walk_by_neighbours_never_climbs_and_nothing_untrue_is_said():
    recording = record(program("neighbours"), lesson="descent")
    assert all(np.diff(recording.loss) <= 0)
    assert recording.value("w", (2, 1), iteration=29) == pytest.approx(BEST, abs=1e-3)
    assert {check.equation for check in recording.checks(3)} == {"1.1"}
    assert [step.equation for step in recording.steps(0) if ("w", (2, 1)) in step.sets] == [None]
    assert recording.instance(("w", (2, 1))) is None
    assert [finding.id for finding in diagnose(recording)] == ["no-deltas"]


@pytest.mark.parametrize("name", ["axes", "bowl"])
def test_both_walks_find_the_bottom_of_the_bowl(name):
    recording = record(program(name), lesson="descent")
    found = [recording.value(*of, iteration=39) for of in (("w", (2, 1)), ("b", 2))]
    assert found == pytest.approx(BEST_PAIR, abs=0.01)
    assert recording.loss[-1] < recording.loss[0] / 20


def test_one_axis_at_a_time_moves_one_number_a_turn():
    path = np.array([point["at"] for point in figure(program("axes"))["path"]])
    moved = np.diff(path, axis=0) != 0
    assert not moved.all(axis=1).any()
    assert moved[:, 0].sum() > 3
    assert moved[:, 1].sum() > 3


def test_the_gradient_of_the_bowl_is_the_slope_of_its_error():
    for point in figure(program("bowl"))["path"][::7]:
        w, b = point["at"]
        h = 1e-5
        numeric = [
            (error(w + h, b) - error(w - h, b)) / (2 * h),
            (error(w, b + h) - error(w, b - h)) / (2 * h),
        ]
        assert point["slope"] == pytest.approx(numeric, rel=1e-4, abs=1e-7)
        assert point["error"] == pytest.approx(error(w, b))


def test_the_chain_descends_by_the_gradient_of_its_error():
    samples = [(-1.0, 0.9), (-0.4, 0.8), (0.3, 0.4), (1.0, 0.2)]
    recording = record(program("chain"), lesson="descent")
    refs = [("w", (2, 1)), ("b", 2), ("w", (3, 2)), ("b", 3)]

    def sigmoid(net):
        return 1 / (1 + math.exp(-net))

    def missed(numbers, x, t):
        wh, bh, wo, bo = numbers
        return (t - sigmoid(wo * sigmoid(wh * x + bh) + bo)) ** 2 / 2

    numbers = np.array([0.6, 0.2, -0.8, 0.3])
    for x, t in samples:
        steps = 1e-6 * np.eye(4)
        slope = [(missed(numbers + s, x, t) - missed(numbers - s, x, t)) / 2e-6 for s in steps]
        numbers = numbers - 0.5 * np.array(slope)
    assert [recording.value(*ref, iteration=0) for ref in refs] == pytest.approx(numbers, abs=1e-8)
    assert {check.equation for check in recording.checks(0)} == {"3.2", "3.3", "4.1", "4.3", "4.5", "4.8"}
    assert diagnose(recording) == []
    assert recording.loss[-1] < 0.01
    assert figures(recording)["landscape"] is None


# --- the landscape ---


def test_the_curve_is_the_error_and_the_walk_lies_on_it():
    found = figure(program("program"))
    (low,), (high,) = found["low"], found["high"]
    assert found["refs"] == ["w:2-1"]
    assert found["lowest"]["at"] == pytest.approx([BEST])
    assert found["lowest"]["error"] == pytest.approx(error(BEST))
    assert found["error"] == pytest.approx([error(w) for w in np.linspace(low, high, len(found["error"]))])
    path = found["path"]
    assert [point["iteration"] for point in path] == list(range(31))
    assert path[0]["at"] == [-0.6]
    assert low < -0.6 < high
    for point in path:
        (w,) = point["at"]
        assert point["error"] == pytest.approx(error(w))
        assert point["slope"] == pytest.approx([-float((T - w * X) @ X)])


@pytest.mark.parametrize(
    ("eta", "pace"),
    [
        (0.01, "creeping"),
        (0.05, "quick"),
        (0.17, "quick"),
        (0.3, "oscillating"),
        (0.34, "oscillating"),
        (0.36, "diverging"),
    ],
)
def test_what_a_learning_rate_does(eta, pace):
    found = figure(at_rate(eta))
    assert found["pace"] == pace
    assert found["factor"] == pytest.approx(1 - eta * float(X @ X), abs=1e-6)


@pytest.mark.parametrize(("eta", "pace"), [(0.03, "quick"), (0.14, "oscillating"), (0.16, "diverging")])
def test_what_a_learning_rate_does_in_the_bowl(eta, pace):
    found = figure(at_rate(eta, "bowl"))
    steepest = np.linalg.eigvalsh([[X @ X, X.sum()], [X.sum(), 10]])[-1]
    assert found["factor"] == pytest.approx(1 - eta * steepest, abs=1e-6)
    assert found["pace"] == pace


def test_where_no_one_number_tells_the_pace_none_is_told():
    assert figure(program("neighbours"))["pace"] is None
    assert figure(program("axes"))["factor"] is None


def test_the_contour_lines_lie_on_their_levels():
    found = figure(program("bowl"))
    low, high = np.array(found["low"]), np.array(found["high"])
    assert found["lowest"]["at"] == pytest.approx(list(BEST_PAIR))
    assert len(found["contours"]) == 9
    for level, lines in found["contours"]:
        ends = np.array(lines, float).reshape(-1, 2) / 1000
        assert len(ends) > 20
        on_the_line = [error(*(low + end * (high - low))) for end in ends]
        assert on_the_line == pytest.approx([level] * len(ends), rel=0.05, abs=0.3)
        # Each line is whole: its pieces meet end to end, but where they leave the picture.
        places, meetings = np.unique(ends, axis=0, return_counts=True)
        inside = ~((places == 0) | (places == 1)).any(axis=1)
        assert (meetings[inside] % 2 == 0).all()


def test_a_walk_that_runs_away_is_followed_as_far_as_there_are_numbers():
    path = figure(at_rate(1e30))["path"]
    assert path[1]["at"] is not None
    assert path[-1]["at"] is None
    recording = record(at_rate(1e30), lesson="descent")
    assert "overflow" in [finding.id for finding in diagnose(recording)]


def test_a_long_walk_is_thinned():
    path = figure(program("program").replace("range(30)", "range(3000)"))["path"]
    assert len(path) <= 402
    assert (path[0]["iteration"], path[-1]["iteration"]) == (0, 3000)


def test_a_neuron_with_a_sigmoid_has_its_landscape_too():
    source = program("program").replace("y = w * x", "y = 1 / (1 + 2.718281828459045 ** -(w * x))")
    source = source.replace("delta = t - y", "delta = y * (1 - y) * (t - y)")
    found = figure(source)
    w = found["path"][3]["at"][0]
    assert found["path"][3]["error"] == pytest.approx(((T - 1 / (1 + np.exp(-w * X))) ** 2).sum() / 2)
    assert found["factor"] is None


@pytest.mark.parametrize(
    "source", ["", "1 / 0", "w = 1.0", "for turn in range(3):\n    x = 1.0\n    y = 2 * x\n"]
)
def test_without_a_walk_there_is_no_landscape(source):
    assert figure(source) is None
