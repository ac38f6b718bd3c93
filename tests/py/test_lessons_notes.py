"""The three lessons in the notes' own styles: published figures, and recordings that are the programs' own numbers."""

import contextlib
import functools
import io
import random
import re
from itertools import pairwise

import numpy as np
import pytest
from backprop import Network
from backprop.lessons.lens import LESSONS, lesson_settings
from programs import record

from tests.lesson_programs import edited, source_of

ROWS = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
TARGETS = {"two-layer": [0, 0, 1, 1], "eleven-lines": [0, 1, 1, 0], "network-class": [0, 1, 1, 0]}
PROGRAMS = [
    ("two-layer", "program"),
    ("two-layer", "xor-targets"),
    ("eleven-lines", "program"),
    ("eleven-lines", "fifty-thousand"),
    ("network-class", "program"),
    ("network-class", "forward-only"),
]
# lesson: sizes, iterations, steps in each
SHAPES = {
    "two-layer": ([3, 1], 10_000, 23),
    "eleven-lines": ([3, 4, 1], 60_000, 68),
    "network-class": ([3, 4, 1], 2_000, 93),
}
TWO_LAYER_OUTPUTS = ["0.00966449", "0.00786506", "0.99358898", "0.99211957"]
ELEVEN_LINES_ERRORS = [
    "0.496410031903",
    "0.00858452565325",
    "0.00578945986251",
    "0.00462917677677",
    "0.00395876528027",
    "0.00351012256786",
]
SAME = {"rtol": 1e-11, "atol": 1e-14}


def names_of(lesson):
    """What the lesson's lens says of each name that its own programs have."""
    names = lesson_settings(lesson)["lens"]["names"]
    return {name: entry for name, entry in names.items() if not entry.get("optional")}


def run(source, **given):
    """What plain Python prints; `given` are names the program finds already there."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, "program.py", "exec"), {"__name__": "__main__", **given})
    return printed.getvalue()


@functools.cache
def printed_by(lesson, program="program"):
    return run(source_of(lesson, program))


@functools.cache
def recording(lesson, program="program"):
    return record(source_of(lesson, program), lesson)


def some_iterations(lesson, count):
    """The first iteration, the last, and others drawn once and for all."""
    iterations = SHAPES[lesson][1]
    return sorted({0, iterations - 1, *random.Random(lesson).sample(range(iterations), count)})


# --- the programs and what they print ---


@pytest.mark.parametrize(("lesson", "program"), PROGRAMS)
def test_a_program_is_short_and_narrow(lesson, program):
    lines = source_of(lesson, program).splitlines()
    assert len(lines) <= 70
    assert max(map(len, lines)) <= 72


@pytest.mark.parametrize("lesson", SHAPES)
def test_every_program_of_a_lesson_has_a_title_in_both_languages(lesson):
    settings = lesson_settings(lesson)
    variants = settings.get("variants", [])
    for titles in [settings["title"], settings["program_title"], *variants]:
        assert titles["en"]
        assert titles["zh"]
    files = {path.stem for path in (LESSONS / lesson).glob("*.py")}
    assert files == {"program", *(variant["id"] for variant in variants)}


@pytest.mark.parametrize(("lesson", "program"), PROGRAMS)
def test_a_recorded_program_prints_what_the_plain_one_prints(lesson, program):
    rec = recording(lesson, program)
    assert (rec.end, rec.error) == ("done", None)
    assert rec.output == printed_by(lesson, program)


def test_two_layer_prints_the_published_outputs():
    printed = printed_by("two-layer").split("after training:")[1]
    assert re.findall(r"[\d.]+", printed) == TWO_LAYER_OUTPUTS


def test_two_layer_records_the_published_outputs():
    rec = recording("two-layer")
    last = rec.iterations - 1
    recorded = [rec.value("a", 4, iteration=last, sample=row) for row in range(4)]
    assert [f"{output:.8f}" for output in recorded] == TWO_LAYER_OUTPUTS


@pytest.mark.parametrize(("program", "count"), [("program", 6), ("fifty-thousand", 5)])
def test_eleven_lines_prints_the_published_errors(program, count):
    printed = re.findall(r"^(\d+) error (\S+)$", printed_by("eleven-lines", program), re.MULTILINE)
    assert [int(iteration) for iteration, _ in printed] == [10_000 * k for k in range(count)]
    assert [f"{float(error):.12g}" for _, error in printed] == ELEVEN_LINES_ERRORS[:count]


@pytest.mark.parametrize(("program", "count"), [("program", 6), ("fifty-thousand", 5)])
def test_eleven_lines_records_the_published_errors(program, count):
    rec = recording("eleven-lines", program)
    for k, published in enumerate(ELEVEN_LINES_ERRORS[:count]):
        outputs = [rec.value("a", 8, iteration=10_000 * k, sample=row) for row in range(4)]
        misses = np.subtract(TARGETS["eleven-lines"], outputs)
        assert f"{np.mean(np.abs(misses)):.12g}" == published
        assert rec.loss[10_000 * k] == pytest.approx(np.sum(misses**2) / 2, rel=1e-12)


def test_fifty_thousand_prints_the_outputs_it_had_then():
    rec = recording("eleven-lines", "fifty-thousand")
    printed = re.findall(r"outputs \[(.*)\]", rec.output)
    assert len(printed) == 5
    for k, outputs in enumerate(printed):
        recorded = [rec.value("a", 8, iteration=10_000 * k, sample=row) for row in range(4)]
        np.testing.assert_allclose([float(y) for y in outputs.split()], recorded, atol=5e-9)


def test_network_class_learns_xor_well():
    printed = printed_by("network-class")
    answers = [float(y) for y in re.findall(r"output ([\d.]+)$", printed, re.MULTILINE)]
    np.testing.assert_allclose(answers, TARGETS["network-class"], atol=0.03)


# --- the shape of a recording ---


@pytest.mark.parametrize("lesson", SHAPES)
def test_every_iteration_is_kept_with_all_its_steps(lesson):
    sizes, iterations, steps = SHAPES[lesson]
    rec = recording(lesson)
    assert [len(layer) for layer in rec.topology.layers] == sizes
    assert (rec.iterations, rec.stride, rec.notices) == (iterations, 1, [])
    assert rec.kept == list(range(iterations))
    assert {len(rec.steps(k)) for k in some_iterations(lesson, 20)} == {steps}


@pytest.mark.parametrize(("lesson", "program"), PROGRAMS[:4])
def test_samples_are_the_rows(lesson, program):
    targets = TARGETS["eleven-lines" if program == "xor-targets" else lesson]
    rows = [{"x": x, "t": [t]} for x, t in zip(ROWS, targets, strict=True)]
    assert recording(lesson, program).samples == rows


def test_shuffled_samples_keep_their_names_and_each_epoch_its_order():
    rec = recording("network-class")
    rows = [{"x": x, "t": [t]} for x, t in zip(ROWS, TARGETS["network-class"], strict=True)]
    assert sorted(rec.samples, key=lambda sample: sample["x"]) == rows
    orders = set()
    for k in range(40):
        order = tuple(step.sample for step in rec.steps(k) if ("delta", 8) in step.sets)
        assert sorted(order) == [0, 1, 2, 3]
        orders.add(order)
    assert len(orders) > 10


def test_forward_only_answers_once_for_each_sample():
    rec = recording("network-class", "forward-only")
    assert rec.iterations == 4
    weights, biases = initial("network-class")
    net = Network(weights, biases)
    for k, (x, t) in enumerate(zip(ROWS, TARGETS["network-class"], strict=True)):
        net.forward(x)
        assert recorded_row(rec, "net", 1, k, k) == pytest.approx(net.nets[0], rel=1e-12)
        assert recorded_row(rec, "net", 2, k, k) == pytest.approx(net.nets[1], rel=1e-12)
        for layer in range(3):
            assert recorded_row(rec, "a", layer, k, k) == pytest.approx(net.activations[layer], rel=1e-12)
        assert rec.loss[k] == pytest.approx(net.error(x, [t]), rel=1e-12)
        assert {step.phase for step in rec.steps(k)} == {"forward"}


# --- against the equations ---


def initial(lesson):
    """The weights and biases the lesson's program starts from, [to, from]."""
    if lesson == "network-class":
        draw = np.random.RandomState(22).randn
        biases = [draw(4), draw(1)]
        return [draw(4, 3), draw(1, 4)], biases
    draw = np.random.RandomState(1).random_sample
    sizes = SHAPES[lesson][0]
    return [(2 * draw(shape) - 1).T for shape in pairwise(sizes)], None


def recorded_weights(rec, k):
    layers = rec.topology.layers
    return [
        [[rec.value("w", (j, i), iteration=k) for i in below] for j in layer]
        for below, layer in pairwise(layers)
    ]


def recorded_biases(rec, k):
    if not rec.topology.biases:
        return None
    return [[rec.value("b", j, iteration=k) for j in layer] for layer in rec.topology.layers[1:]]


def recorded_row(rec, quantity, layer, k, sample):
    return [rec.value(quantity, j, iteration=k, sample=sample) for j in rec.topology.layers[layer]]


@pytest.mark.parametrize("lesson", SHAPES)
def test_deltas_and_weights_are_those_of_the_equations(lesson):
    rec = recording(lesson)
    x, t = [s["x"] for s in rec.samples], [s["t"] for s in rec.samples]
    for k in some_iterations(lesson, 5):
        if k == 0:
            weights, biases = initial(lesson)
        else:
            weights, biases = recorded_weights(rec, k - 1), recorded_biases(rec, k - 1)
        net = Network(weights, biases)
        net.forward(x)
        deltas = net.backward(t)  # -dE/dnet, whatever sign the program gives its own
        for layer, delta in enumerate(deltas, 1):
            recorded = [recorded_row(rec, "delta", layer, k, sample) for sample in range(4)]
            np.testing.assert_allclose(recorded, delta, **SAME)
        assert rec.loss[k] == pytest.approx(net.error(x, t), rel=1e-11)
        net.update(1.0)
        for recorded, expected in zip(recorded_weights(rec, k), net.weights, strict=True):
            np.testing.assert_allclose(recorded, expected, **SAME)
        for recorded, expected in zip(recorded_biases(rec, k) or [], net.biases or [], strict=True):
            np.testing.assert_allclose(recorded, expected, **SAME)


# --- against the plain program's own arrays ---


@pytest.mark.parametrize(("lesson", "program"), PROGRAMS[:3])
def test_a_recording_holds_the_arrays_of_the_plain_program(lesson, program):
    settings = names_of(lesson)
    iterations = recording(lesson, program).iterations
    wanted, kept = sorted({0, iterations - 1, *random.Random(program).sample(range(iterations), 20)}), {}
    names = [name for name in settings if name != "y"]
    snapshot = (
        "    if iteration in wanted:\n        kept[iteration] = {n: globals()[n].copy() for n in names}\n"
    )
    source = source_of(lesson, program)
    last = next(line for line in source.splitlines(True) if line.startswith("    syn0 +="))
    run(source.replace(last, last + snapshot), wanted=wanted, kept=kept, names=names)

    rec = recording(lesson, program)
    assert sorted(kept) == wanted
    for k, arrays in kept.items():
        for name, array in arrays.items():
            quantity, layer = settings[name]["quantity"], settings[name]["layer"]
            if quantity == "w":
                recorded = np.transpose(recorded_weights(rec, k)[layer - 1])
            else:
                recorded = [recorded_row(rec, quantity, layer, k, row) for row in range(4)]
            np.testing.assert_array_equal(recorded, array, err_msg=f"{name} in iteration {k}")


def test_a_recording_holds_the_lists_of_the_plain_class():
    seen = []
    update, answer = "            self.update(samples, eta)\n", "        return nabla_b, nabla_w\n"
    before, after = "seen.append([])\n", "seen[-1] = (seen[-1], self.weights, self.biases)\n"
    of_a_pass = "        seen[-1].append((x, zs, activations, nabla_b))\n"
    source = edited(
        "network-class",
        (update, 12 * " " + before + update + 12 * " " + after),
        (answer, of_a_pass + answer),
    )
    run(source, seen=seen)

    rec = recording("network-class")
    assert len(seen) == rec.iterations
    numbers = {tuple(sample["x"]): n for n, sample in enumerate(rec.samples)}
    for k in some_iterations("network-class", 20):
        passes, weights, biases = seen[k]
        order = [step.sample for step in rec.steps(k) if ("delta", 8) in step.sets]
        assert order == [numbers[tuple(x.ravel())] for x, *_ in passes]
        for sample, (_, zs, activations, deltas) in zip(order, passes, strict=True):
            for layer, activation in enumerate(activations):
                assert recorded_row(rec, "a", layer, k, sample) == activation.ravel().tolist()
            for layer, (z, delta) in enumerate(zip(zs, deltas, strict=True), 1):
                assert recorded_row(rec, "net", layer, k, sample) == z.ravel().tolist()
                assert recorded_row(rec, "delta", layer, k, sample) == (-delta).ravel().tolist()
        assert recorded_weights(rec, k) == [w.tolist() for w in weights]
        assert recorded_biases(rec, k) == [b.ravel().tolist() for b in biases]


# --- renamed variables ---

SHORTER = [("range(10000)", "range(3)"), ("range(60000)", "range(3)"), ("epochs=2000", "epochs=3")]


def renamed(lesson, name):
    """Three iterations of the lesson's program, with one variable renamed throughout."""
    source = re.sub(rf"\b{name}\b", "renamed", source_of(lesson))
    assert "renamed" in source
    for old, new in SHORTER:
        source = source.replace(old, new)
    return source


RENAMED = [(lesson, name) for lesson in SHAPES for name in names_of(lesson)]


@pytest.mark.parametrize(("lesson", "name"), RENAMED)
def test_a_renamed_variable_is_missed_by_its_old_name(lesson, name):
    rec = record(renamed(lesson, name), lesson)
    quantity = lesson_settings(lesson)["lens"]["names"][name]["quantity"]
    assert rec.end == "done"
    assert {"id": "missing", "quantity": quantity, "name": name} in rec.notices


# --- what the texts say of edits ---


def test_two_layer_settles_at_one_half_for_xor():
    source = edited("two-layer", ("[[0], [0], [1], [1]]", "[[0], [1], [1], [0]]"))
    assert run(source).count("[0.5]") == 4


def test_the_two_signs_of_delta_are_one_step():
    flip = ("activations[-1] - target", "target - activations[-1]")
    plus = [("- eta * n", "+ eta * n")]
    assert run(edited("network-class", flip, *plus)) == printed_by("network-class")
    uphill = record(edited("network-class", flip, ("epochs=2000", "epochs=200")), "network-class")
    assert (np.diff(uphill.loss) > 0).all()


def test_the_class_learns_with_more_layers():
    printed = run(edited("network-class", ("[3, 4, 1]", "[3, 4, 4, 1]")))
    answers = [float(y) for y in re.findall(r"output ([\d.]+)$", printed, re.MULTILINE)]
    np.testing.assert_allclose(answers, TARGETS["network-class"], atol=0.03)


def test_the_class_has_a_loss_with_more_layers():
    source = edited("network-class", ("[3, 4, 1]", "[3, 4, 4, 1]"), ("epochs=2000", "epochs=3"))
    assert np.isfinite(record(source, "network-class").loss).all()
