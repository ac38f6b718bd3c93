"""The lesson `neuron` (1.1 to 1.4): the slope is a quantity of its own, and the panel's figure has true numbers."""

import json
import math

import pytest
from backprop import diagnose
from backprop.lessons.lens import LESSONS
from backprop.panels.registry import figures
from programs import record

PROGRAM = (LESSONS / "neuron" / "program.py").read_text(encoding="utf-8")
NET = 1.2 * 1.5 - 0.5
Y = 1 / (1 + math.exp(-NET))


def figure(source):
    found = figures(record(source, lesson="neuron"))["neuron"]
    json.dumps(found, allow_nan=False)
    return found


def with_constants(**values):
    source = PROGRAM
    for name, old in {"w": "1.2", "b": "-0.5", "x": "1.5"}.items():
        source = source.replace(f"{name} = {old}\n", f"{name} = {values.get(name, old)}\n")
    return source


def test_the_four_steps_of_a_neuron_and_their_equations():
    recording = record(PROGRAM, lesson="neuron")
    steps = recording.steps(0)
    assert [step.equation for step in steps] == [None, "1.1", "1.1", "1.4"]
    assert [step.phase for step in steps] == ["forward", "forward", "forward", "backward"]
    sets = {ref: value for step in steps for ref, value in step.sets.items()}
    assert sets == pytest.approx(
        {("a", 1): 1.5, ("net", 2): NET, ("a", 2): Y, ("slope", 2): Y * (1 - Y)}, rel=1e-12
    )
    assert recording.value("slope", 2, iteration=0) == sets["slope", 2]
    assert [check.agrees for check in recording.checks(0)] == [True] * 3
    assert recording.network_json()["symbols"]["slope:2"] == {"tex": "y'_{1}", "text": "y′₁"}


def test_the_slope_of_net_differs_and_is_named():
    recording = record(PROGRAM.replace("y * (1 - y)", "net * (1 - net)"), lesson="neuron")
    (wrong,) = [check for check in recording.checks(0) if not check.agrees]
    assert (wrong.equation, wrong.where) == ("1.4", ("slope", 2))
    assert (wrong.code, wrong.formula) == pytest.approx((NET * (1 - NET), Y * (1 - Y)))
    (finding,) = diagnose(recording)
    assert (finding.id, finding.line) == ("slope-of-net", wrong.line)


@pytest.mark.parametrize("values", [{}, {"w": "-3.0", "x": "2.5"}, {"b": "0", "w": "0.0"}])
def test_the_figure_stands_where_the_neuron_stands(values):
    w, b, x = (float(values.get(name, old)) for name, old in {"w": 1.2, "b": -0.5, "x": 1.5}.items())
    net = w * x + b
    y = 1 / (1 + math.exp(-net))
    point = figure(with_constants(**values))["points"][0]
    assert point["net"] == pytest.approx(net)
    assert point["measured"] == pytest.approx(y * (1 - y), rel=1e-6)
    assert point["of_output"] == pytest.approx(y * (1 - y))
    assert point["of_net"] == pytest.approx(net * (1 - net))
    assert point["on"]["sigmoid"] == pytest.approx([y, y * (1 - y)])
    assert point["on"]["tanh"] == pytest.approx([math.tanh(net), 1 / math.cosh(net) ** 2])
    assert point["on"]["relu"] == pytest.approx([max(0, net), float(net > 0)])


def test_the_curves_go_through_their_points_and_as_far_as_the_neuron():
    found = figure(PROGRAM)
    assert found["activation"] == "sigmoid"
    assert (found["net"][0], found["net"][-1]) == (-6, 6)
    for net, y in zip(found["net"], found["curves"]["sigmoid"], strict=True):
        assert y == pytest.approx(1 / (1 + math.exp(-net)), abs=1e-4)
    assert figure(with_constants(w="8.0"))["net"][-1] == pytest.approx(1.1 * (8 * 1.5 - 0.5), abs=1e-4)
    assert figure(with_constants(w="-4e2"))["net"][-1] == 40


def test_each_input_of_a_walk_has_its_point():
    recording = record((LESSONS / "neuron" / "walk.py").read_text(encoding="utf-8"), lesson="neuron")
    points = figures(recording)["neuron"]["points"]
    assert [points[k]["net"] for k in range(25)] == [2.0 * (k / 4) for k in range(-12, 13)]


def test_a_neuron_of_another_kind_is_drawn_as_what_it_is():
    source = PROGRAM.replace("1 / (1 + math.exp(-net))", "math.tanh(net)").replace("y * (1 - y)", "1 - y * y")
    found = figure(source)
    assert found["activation"] == "tanh"
    assert found["points"][0]["measured"] == pytest.approx(1 / math.cosh(NET) ** 2, rel=1e-6)
    assert diagnose(record(source, lesson="neuron")) == []


def test_a_net_that_is_not_kept_is_worked_out():
    source = PROGRAM.replace("y = sigmoid(net)", "y = sigmoid(w * x + b)").replace("net = w * x", "n = w * x")
    source = source.split("# the same, measured")[0]
    assert figure(source)["points"][0]["net"] == pytest.approx(NET)


@pytest.mark.parametrize("value", ["float('nan')", "1e400", "-1e308 * 10"])
def test_a_net_that_is_no_number_has_no_point(value):
    assert figure(with_constants(x=value).replace("math.exp(-net)", "2.7 ** -1"))["points"] == {}


@pytest.mark.parametrize("source", ["", "print('nothing')", "w = 1", "1 / 0"])
def test_without_a_neuron_there_is_no_figure(source):
    assert figure(source) is None
