"""A digit drawn by hand: seen as the data are, and sent through the network as one more sample."""

import functools
import itertools
import json
from base64 import b64decode

import numpy as np
import pytest
from backprop.bitmap import SIDE, DrawingError, cells_of, pixels_of
from backprop.network import Network
from backprop.panels.handwriting import handwriting, read
from backprop.run import record
from backprop.topology import ref_name

from tests.lesson_programs import edited, source_of

pytestmark = pytest.mark.usefixtures("by_the_names_of_the_lesson")
SHORT = (("samples[:360], samples[360:]", "samples[:4], samples[360:400]"), ("epochs=8", "epochs=1"))


def arc(x, y, wide, high, first, last):
    angles = np.radians(np.linspace(first, last, 24))
    return [(x + wide * np.cos(angle), y + high * np.sin(angle)) for angle in angles]


# Each digit as strokes through points, x to the right and y down, from 0 to 1.
STROKES = [
    [arc(0.5, 0.5, 0.28, 0.42, -90, 270)],
    [[(0.35, 0.25), (0.52, 0.08), (0.52, 0.92)]],
    [[*arc(0.5, 0.3, 0.26, 0.22, -170, 30), (0.25, 0.92), (0.78, 0.92)]],
    [arc(0.45, 0.29, 0.25, 0.21, -150, 90) + arc(0.45, 0.71, 0.28, 0.21, -90, 150)],
    [[(0.55, 0.08), (0.2, 0.6), (0.8, 0.6)], [(0.6, 0.4), (0.58, 0.92)]],
    [[(0.75, 0.08), (0.3, 0.08), (0.28, 0.45), *arc(0.47, 0.66, 0.27, 0.25, -120, 140)]],
    [[(0.6, 0.08), (0.38, 0.4), *arc(0.5, 0.7, 0.22, 0.22, 180, 540)]],
    [[(0.2, 0.1), (0.78, 0.1), (0.42, 0.92)], [(0.3, 0.5), (0.7, 0.5)]],
    [arc(0.5, 0.29, 0.2, 0.2, 90, 450) + arc(0.5, 0.71, 0.25, 0.22, -90, 270)],
    [[*arc(0.5, 0.3, 0.22, 0.22, 0, 360), (0.7, 0.5), (0.6, 0.92)]],
]


def drawn(digit, size=1.0, right=0.0, down=0.0):
    """The cells of a digit drawn with a pen of three cells."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] + 0.5
    cells = np.zeros((SIDE, SIDE), bool)
    for stroke in STROKES[digit]:
        points = ((np.array(stroke) - 0.5) * size + 0.5) * SIDE + [right, down]
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            for part in np.linspace(0, 1, 40):
                cells |= (x - x0 - part * (x1 - x0)) ** 2 + (y - y0 - part * (y1 - y0)) ** 2 <= 1.5**2
    return cells


def bits(cells):
    return "".join(str(int(cell)) for cell in cells.ravel())


@functools.cache
def recording():
    return record(source_of("digits"), "digits")


@functools.cache
def short_recording():
    return record(edited("digits", *SHORT), "digits")


def weights_at_the_end(rec):
    after = rec.state_after(rec.kept[-1])
    return {ref_name(ref): value for (ref, _), value in after.items() if ref[0] in ("w", "b", "eta")}


def answer(rec, cells, digit=-1):
    given = json.loads(json.dumps(handwriting(rec)))
    return json.loads(read(json.dumps(given), json.dumps(weights_at_the_end(rec)), bits(cells), digit, 1164))


def numbers_of(told):
    """The number that each step makes, by the quantity that it sets."""
    values = np.frombuffer(b64decode(told["values"]))[len(told["header"]["layouts"][0]) :]
    (pattern,) = told["header"]["patterns"]
    return {step["sets"]: values[step["at"]] for step in pattern["steps"]}


def test_a_drawing_is_seen_in_the_middle_and_as_large_as_the_data_are():
    for digit in range(10):
        seen = pixels_of(drawn(digit))
        assert seen.shape == (8, 8)
        assert seen[0].max() > 0 < seen[7].max()
        assert 250 <= seen.sum() <= 600
        middle = (seen.sum(axis=0) * np.arange(8)).sum() / seen.sum()
        assert 2.5 < middle < 4.7
        small = pixels_of(drawn(digit, 0.6, 4, -3))
        assert np.abs(small - seen).mean() < 2.5


@pytest.mark.parametrize(
    ("cells", "id"),
    [
        (np.zeros((SIDE, SIDE), bool), "empty"),
        (np.ones((SIDE, SIDE), bool), "full"),
        (np.pad(np.ones((3, 3), bool), ((9, 20), (4, 25))), "dot"),
    ],
)
def test_what_is_no_drawing_is_told(cells, id):
    with pytest.raises(DrawingError) as error:
        pixels_of(cells)
    assert error.value.id == id
    told = answer(recording(), cells)
    assert [*told] == ["refused"]
    assert {*told["refused"]} == {"en", "zh"}


@pytest.mark.parametrize("text", ["", "01", "2" * 1024])
def test_what_is_no_bitmap_is_an_error(text):
    with pytest.raises(ValueError, match="1024 cells"):
        cells_of(text)


def test_the_network_of_the_lesson_reads_drawn_digits():
    answers = [
        answer(recording(), drawn(digit, *how))["answer"] for how in ((), (0.6, 4, -3)) for digit in range(10)
    ]
    assert sum(said == digit for said, digit in zip(answers, [*range(10)] * 2)) >= 17


def test_without_a_target_there_is_only_a_forward_pass():
    told = answer(recording(), drawn(7))
    (pattern,) = told["header"]["patterns"]
    assert {step["phase"] for step in pattern["steps"]} == {"forward"}
    assert told["header"]["samples"][0]["t"] == []
    assert not any(step["checked"] for step in pattern["steps"])
    lines = {step["sets"].split(":")[0]: step["line"] for step in pattern["steps"]}
    assert "np.dot(w, activation) + b" in source_of("digits").split("\n")[lines["net"] - 1]


def test_its_numbers_are_those_of_the_equations():
    rec = recording()
    weights = weights_at_the_end(rec)
    layers = [range(1, 65), range(65, 85), range(85, 95)]
    ours = Network(
        [
            [[weights[f"w:{j}-{i}"] for i in below] for j in layer]
            for below, layer in itertools.pairwise(layers)
        ],
        [[weights[f"b:{j}"] for j in layer] for layer in layers[1:]],
    )
    told = answer(rec, drawn(8), 8)
    found = numbers_of(told)
    x = np.array(told["pixels"]) / 16
    outputs = ours.forward(x)
    deltas = ours.backward(np.eye(10)[8])
    ours.update(0.5)
    assert told["answer"] == np.argmax(outputs)
    assert told["output"] == pytest.approx(max(outputs))
    for layer, nets, outs, delta in zip(layers[1:], ours.nets, ours.activations[1:], deltas):
        assert [found[f"net:{j}"] for j in layer] == pytest.approx(nets)
        assert [found[f"a:{j}"] for j in layer] == pytest.approx(outs)
        assert [found[f"delta:{j}"] for j in layer] == pytest.approx(delta)
    for below, layer, new, bias in zip(layers, layers[1:], ours.weights, ours.biases):
        assert [[found[f"w:{j}-{i}"] for i in below] for j in layer] == [pytest.approx(row) for row in new]
        assert [found[f"b:{j}"] for j in layer] == pytest.approx(bias)
    assert told["was"] == pytest.approx(outputs[8])
    assert told["becomes"] == pytest.approx(ours.forward(x)[8])
    assert told["becomes"] > told["was"]


def test_each_of_its_steps_has_an_equation_for_one_sample():
    told = answer(recording(), drawn(8), 8)
    header = told["header"]
    steps = header["patterns"][0]["steps"]
    assert len(steps) == 64 + 2 * 30 + 30 + 1510
    assert [phase for n, phase in enumerate(step["phase"] for step in steps) if n in (0, 124, 154)] == [
        "forward",
        "backward",
        "update",
    ]
    assert {step["equation"] for step in steps} == {None, "3.2", "3.3", "4.1", "4.3", "4.5", "4.8"}
    weight = next(step for step in steps if step["sets"] == "w:65-9")
    assert header["instances"][weight["written"]]["right"] == "«w:65-9» + «eta»·«delta:65»·«a:9»"
    assert all(header["instances"][step["written"]]["words"]["zh"] for step in steps)


def test_a_weight_that_is_no_number_is_told():
    rec = recording()
    state = json.dumps(weights_at_the_end(rec) | {"w:65-1": None})
    told = json.loads(read(json.dumps(handwriting(rec)), state, bits(drawn(3)), -1, 1164))
    assert "not known" in told["refused"]["en"]


def test_a_program_without_the_scale_gets_pixels_without_it():
    assert handwriting(short_recording())["scale"] == 1 / 16
    whole = record(edited("digits", *SHORT, (" / 16", "")), "digits")
    assert handwriting(whole)["scale"] == 1


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ([("pixels, digits = rows[:, :64] / 16", "pixels, digits = 1 - rows[:, :64] / 16")], "digits.csv.gz"),
        (
            [("rows[:, :64] / 16", "rows[:, :63] / 16"), ("[64, 20, 10]", "[63, 20, 10]")],
            "Inputs of this network: 63",
        ),
        ([("np.eye(10)[[d]]", "np.eye(10)[[9 - d]]")], "do not stand for the digits"),
        (
            [("            activation = sigmoid(z)", "            activation = sigmoid(z) ** 2")],
            "forward pass",
        ),
    ],
)
def test_why_a_network_cannot_read_a_drawing_is_told(edits, said):
    refused = handwriting(record(edited("digits", *SHORT, *edits), "digits"))["refused"]
    assert said in refused["en"]


def test_what_differs_in_the_program_is_not_hidden():
    slope = ("delta = np.dot(w.T, delta) * slope(zs[-l])", "delta = np.dot(w.T, delta)")
    assert handwriting(record(edited("digits", *SHORT, slope), "digits"))["differs"] == ["delta"]
    assert handwriting(short_recording())["differs"] == []


def test_a_run_that_ends_before_its_first_whole_forward_pass_is_not_said_to_differ():
    recording = record(edited("digits", *SHORT, ("(np.array([x]).T,", "(x.reshape(8, 8),")), "digits")
    assert recording.end == "error"
    assert handwriting(recording) is None
