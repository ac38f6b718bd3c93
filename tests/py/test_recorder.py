"""From what a program assigns to iterations, samples and weights: equal to what a plain run holds."""

import math
import random
from functools import partial

import pytest
from programs import (
    BACKWARD,
    FORWARD,
    SAMPLE,
    SETUP,
    UPDATE,
    WITNESS,
    history,
    in_main,
    in_method,
    indent,
    plain,
    record,
    recorded,
    training,
)

pytestmark = pytest.mark.usefixtures("by_the_names_of_the_lesson")


def sample_id(recording, names):
    x, t = [names["a", i] for i in (1, 2, 3)], [names["t", 8]]
    return recording.samples.index({"x": x, "t": t})


def assert_same(recording, turns, iterations):
    """The recording has the numbers of the plain run: of each sample, in its order, and at the end."""
    for k in iterations:
        samples, weights = turns[k]
        ids = [sample_id(recording, names) for names in samples]
        for id, names in zip(ids, samples, strict=True):
            for (quantity, key), value in names.items():
                assert recording.value(quantity, key, iteration=k, sample=id) == value
        for (quantity, key), value in weights.items():
            assert recording.value(quantity, key, iteration=k) == value
        order = [step.sample for step in recording.steps(k)]
        assert [id for n, id in enumerate(order) if n == 0 or id != order[n - 1]] == ids
        loss = sum((names["t", 8] - names["a", 8]) ** 2 / 2 for names in samples)
        assert recording.loss[k] == pytest.approx(loss, rel=1e-12)


PLACES = {
    "the lens's loop": training(),
    "another name": training("for n in range(5):"),
    "an unnamed loop": training("for _ in range(5):"),
    "a list": training("for step in [3, 1, 4]:"),
    "two loop variables": training("for k, name in enumerate('abc'):"),
    "while": training("n = 0\nwhile n < 5:", before="n += 1\n"),
    "while True": training("n = 0\nwhile True:", before="n += 1\nif n > 5: break\n"),
    "main": in_main(training()),
    "main, another name": in_main(training("for n in range(5):")),
    "a method": in_method(training()),
    "a method, while": in_method(training("n = 0\nwhile n < 5:", before="n += 1\n")),
    "a function of its own": SETUP
    + "def learn(x, t):\n"
    + indent(SAMPLE)
    + "def train():\n    for epoch in range(5):\n        for x, t in samples:\n            learn(x, t)\n"
    + "            # the sample is done\n        # the turn is done\ntrain()\n",
    "an if": "if True:\n" + indent(training()),
    "a try": "try:\n" + indent(training()) + "\nfinally: pass\n",
    "a long run": training("for epoch in range(30):"),
}


@pytest.mark.parametrize("place", PLACES)
def test_iterations_are_found_and_have_the_plain_runs_numbers(place):
    program = PLACES[place]
    turns, recording = history(program), record(program)
    assert recording.error is None
    assert recording.notices == []
    full = [turn for turn in turns if turn[0]]
    assert recording.iterations == len(full) > 2
    assert_same(recording, turns, range(len(full)))


def test_twenty_iterations_of_a_long_shuffled_run():
    program = training("for epoch in range(300):", before="random.shuffle(samples)\n")
    turns, recording = history(program), record(program)
    assert recording.iterations == 300
    assert len(recording.samples) == 4
    assert_same(recording, turns, random.Random(5).sample(range(300), 20))


def test_a_run_in_two_loops_goes_on_where_the_first_left():
    program = training() + "w[8, 4] = 100.0\n" + training("for epoch in range(3):")[len(SETUP) :]
    turns, recording = history(program), record(program)
    assert recording.iterations == 8
    assert_same(recording, turns, range(8))


def test_a_program_without_a_loop_is_one_iteration():
    recording = record(SETUP + "x, t = samples[1]\n" + SAMPLE)
    names = plain(SETUP + "x, t = samples[1]\n" + SAMPLE).names
    assert recording.iterations == 1
    assert recording.value("w", (8, 4), iteration=0) == names["w"][8, 4]
    assert recording.value("delta", 4, iteration=0) == names["delta"][4]


def test_loops_that_prepare_the_weights_are_no_iterations():
    setup = "for n in range(7):\n    w[8, 4] = 0.5\nfor j in (4, 5, 6, 7, 8): delta[j] = 0\n"
    program = training("for k in range(5):")
    assert record(SETUP + setup + program[len(SETUP) :]).iterations == 5


def test_a_loop_that_assigns_no_quantity_is_no_iteration():
    for idle in ("for epoch in range(4): x = epoch", "n = 4\nwhile n: n -= 1", "for n in range(4): print(n)"):
        assert record(idle).iterations == 0
    before = record("for n in range(4): print(n)\n" + training("for k in range(5):"))
    assert before.iterations == 5


def test_a_loop_inside_the_turn_is_no_iteration_of_its_own():
    helper = "def settle():\n    for n in range(3):\n        net[4] = n\n\n"
    recording = record(helper + training("for k in range(5):", before="settle()\n"))
    assert recording.iterations == 5


@pytest.mark.parametrize("first", ["", "next(stream)\n"])
def test_generators_that_are_never_finished_do_not_hide_the_turns(first):
    head = "def endless():\n    while True:\n        yield 1\n\nstream = endless()\n" + first
    program = training("for k in range(5):", before="next(stream)\n")
    assert record(head + program).iterations == 5


def test_a_turn_that_is_skipped_computes_nothing():
    program = training("for epoch in range(6):", before="if epoch % 2: continue\n")
    recording = record(program)
    assert recording.error is None
    assert recording.iterations in (3, 6)


# --- samples ---


def test_samples_are_known_by_their_numbers_and_keep_each_turns_order():
    program = training("for epoch in range(25):", before="random.shuffle(samples)\n")
    recording = record(program)
    turns = history(program)
    assert len(recording.samples) == 4
    orders = {tuple(sample_id(recording, names) for names in samples) for samples, _ in turns}
    assert len(orders) > 10
    assert_same(recording, turns, range(25))


def test_contradictory_samples_are_two_samples():
    program = training().replace("((1, 1, 1), 0)]", "((0, 1, 1), 0)]")
    recording = record(program)
    assert [sample["t"] for sample in recording.samples if sample["x"] == [0, 1, 1]] == [[1], [0]]
    assert_same(recording, history(program), range(5))


def test_the_same_sample_twice_is_one_sample():
    recording = record(training().replace("((1, 1, 1), 0)]", "((0, 0, 1), 0)]"))
    assert len(recording.samples) == 3


def test_a_target_handed_on_through_a_parameter_is_no_new_sample():
    sample = "learn(x, t)\n"
    head = "def learn(x, t):\n" + indent("answer(x)\n" + "correct(t)\n")
    head += "def answer(x):\n" + indent(FORWARD) + "def correct(t):\n" + indent(BACKWARD + UPDATE)
    recording = record(head + training(sample=sample))
    assert recording.error is None
    assert len(recording.samples) == 4
    assert_same(recording, history(head + training(sample=sample)), range(5))


def test_a_target_set_after_the_inputs_belongs_to_the_same_sample():
    program = training(sample="target = t\n" + FORWARD + "t = target\n" + BACKWARD + UPDATE)
    recording = record(program)
    assert len(recording.samples) == 4
    assert_same(recording, history(program), range(5))


def test_one_sample_only():
    program = training(over="samples[2:3]")
    recording = record(program)
    assert recording.samples == [{"x": [1, 0, 1], "t": [1]}]
    assert_same(recording, history(program), range(5))


# --- weights ---


def test_a_weight_changed_between_samples_is_known_at_the_next():
    program = training(before="w[8, 4] *= 2\n", after="b[8] += 1\n")
    recording = record(program)
    for k, (_, weights) in enumerate(history(program)):
        for (quantity, key), value in weights.items():
            assert recording.value(quantity, key, iteration=k) == value


def test_a_learning_rate_that_changes():
    program = training(before="eta = 0.5 / (epoch + 1)\n")
    recording = record(program)
    assert [recording.value("eta", iteration=k) for k in range(5)] == [0.5 / (k + 1) for k in range(5)]
    assert_same(recording, history(program), range(5))


def test_fewer_hidden_nodes_make_a_smaller_network():
    program = training().replace("(4, 5, 6, 7)", "(4, 5)")
    recording = record(program)
    assert recording.topology.layers == ((1, 2, 3), (4, 5), (8,))
    assert_same(recording, history(program), range(5))


def test_a_connection_more():
    program = SETUP + "w[8, 1] = 0.25\n" + training()[len(SETUP) :]
    recording = record(program)
    assert (8, 1) in recording.topology.edges
    assert recording.value("w", (8, 1), iteration=0) == 0.25


# --- what cannot be followed ---


def notices(program, id):
    recording = record(program)
    assert recording.error is None, recording.error
    return [notice for notice in recording.notices if notice["id"] == id]


@pytest.mark.parametrize(("old", "new"), [("delta", "d"), ("net", "z"), ("w", "weight")])
def test_a_renamed_variable_is_found_all_the_same(old, new):
    program = training().replace(f"{old}[", f"{new}[").replace(f" {old},", f" {new},")
    program = program.replace("a, delta =", f"a, {new} =") if old == "delta" else program
    program = program.replace("w, b,", "weight, b,") if old == "w" else program
    assert plain(program).error is None
    renamed, usual = record(program), record(training())
    assert renamed.topology == usual.topology
    for quantity, key in (("delta", 4), ("net", 8), ("w", (8, 4))):
        assert renamed.value(quantity, key, iteration=3) == usual.value(quantity, key, iteration=3)


def test_a_program_without_deltas_still_steps_through_the_forward_pass():
    recording = record(training(sample=FORWARD))
    assert recording.iterations == 5
    assert {step.phase for step in recording.steps(0)} == {"forward"}
    assert any(notice.get("quantity") == "delta" for notice in recording.notices)


def test_a_program_that_names_nothing_is_told():
    assert record("x = 1").notices == [{"id": "nothing"}]


@pytest.mark.parametrize("value", ["'text'", "None", "[1, 2]", "1j", "b'1'", "object()", "{}", "np.zeros(2)"])
def test_what_is_no_number_is_told_on_its_line(value):
    program = "import numpy as np\n" + training(after=f"net[4] = {value}\n")
    line = program.split("\n").index(f"    net[4] = {value}") + 1
    (notice,) = notices(program, "unfollowed")
    assert (notice["name"], notice["line"]) == ("net[j]", line)


@pytest.mark.parametrize("value", ["np.zeros(2)", "1j", "'text'", "None"])
def test_a_value_that_stops_being_a_number_half_way_is_told(value):
    program = "import numpy as np\n" + training(after=f"net[4] = 0.5 if epoch < 3 else {value}\n")
    assert notices(program, "unfollowed")


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("np.array(0.25)", 0.25),
        ("np.array([0.25])", 0.25),
        ("np.array([[0.25]])", 0.25),
        ("np.float32(0.25)", 0.25),
        ("np.int64(3)", 3),
        ("True", 1),
        ("np.bool_(True)", 1),
        ("Fraction(1, 4)", 0.25),
        ("Decimal('0.25')", 0.25),
        ("10**400", math.inf),
        ("-10**400", -math.inf),
        ("10**30", 1e30),
        ("float('inf')", math.inf),
        ("-0.0", -0.0),
        ("5e-324", 5e-324),
    ],
)
def test_all_kinds_of_numbers(value, number):
    head = "import numpy as np\nfrom fractions import Fraction\nfrom decimal import Decimal\n"
    for program in (
        training(after=f"net[4] = {value}\n"),
        training(before=f"eta = {value}\n", sample=FORWARD + BACKWARD),
    ):
        recording = record(head + program)
        assert recording.error is None
        assert recording.notices == []
    assert recording.value("eta", iteration=2) == number
    recording = record(head + training(after=f"net[4] = {value}\n"))
    ((_, found),) = recording.steps(2)[-1].sets.items()
    assert math.copysign(1, found) == math.copysign(1, number)
    assert found == number


def test_a_huge_number_set_before_the_loop():
    recording = record(
        SETUP
        + "b[8] = 10**400\n"
        + training("for epoch in range(2):", sample="a[4] = delta[8] = 1\n")[len(SETUP) :]
    )
    assert recording.error is None
    assert recording.value("b", 8, iteration=0) == math.inf


def test_nan_is_recorded_as_it_is():
    recording = record(training(sample=FORWARD + BACKWARD + "delta[8] = float('nan')\n" + UPDATE))
    assert recording.error is None
    assert math.isnan(recording.value("w", (8, 4), iteration=0))
    assert math.isnan(recording.loss[-1])
    assert len(recording.samples) == 4


@pytest.mark.parametrize("x", ["float('nan')", "float('inf')", "10**400"])
def test_inputs_that_are_no_finite_numbers_are_one_sample_at_the_most(x):
    recording = record(
        training(over=f"[(({x}, 0, 1), 1)]", sample=FORWARD.split("\n")[0] + "\ndelta[8] = 1\n")
    )
    assert recording.iterations == 5
    assert len(recording.samples) <= 1
    assert all(math.isfinite(number) for sample in recording.samples for number in sample["x"] + sample["t"])


@pytest.mark.parametrize("index", ["-1", "99", "'4'", "(4, 5)", "4.0", "*(4, 5)"])
def test_an_item_that_is_no_node_disturbs_nothing(index):
    program = training(after=f"a[{index}] = 0.5\n")
    recording, turns = record(program), history(training())
    assert recording.error is None
    assert_same(recording, turns, range(5))


def test_a_negative_index_of_a_list_is_followed_or_told():
    recording = record(training("for epoch in range(1):", after="a = [0.0] * 9\na[-1] = 0.75\n"))
    followed = recording.value("a", 8, iteration=0) == 0.75
    assert followed or any(notice.get("name") == "a[j]" for notice in recording.notices)


# --- containers other than dicts of numbers ---

CONTAINERS = {
    "lists": ("w, b, net, a, delta = [[0] * 9 for _ in range(9)], *([0] * 9 for _ in range(4))", "w[j][i]"),
    "arrays": ("import numpy as np; w, b, net, a, delta = np.zeros((9, 9)), *np.zeros((4, 9))", "w[j, i]"),
    "dicts of dicts": ("w = {j: {} for j in range(9)}; b, net, a, delta = {}, {}, {}, {}", "w[j][i]"),
    "arrays of one number": ("w, b, net, a, delta = {}, {}, {}, {}, {}", "w[j, i]"),
}


@pytest.mark.parametrize("kind", CONTAINERS)
def test_the_same_numbers_from_every_kind_of_container(kind):
    made, item = CONTAINERS[kind]
    program = WITNESS + training().replace("w, b, net, a, delta = {}, {}, {}, {}, {}", made)
    if item == "w[j][i]":
        program = program.replace("w[j, i]", "w[j][i]").replace("w[8, j]", "w[8][j]")
    if kind == "arrays of one number":
        program = program.replace("import math", "import math, numpy as np")
        program = program.replace("sum(", "np.array([0.0]) + sum(").replace("math.exp", "np.exp")
    expected, (ran, recording) = record(training()), recorded(program)
    assert ran.error is None
    assert recording.iterations == 5
    near = partial(pytest.approx, rel=1e-12)  # Python's own sum of floats is rounded less than NumPy's
    for k in range(5):
        for edge in expected.topology.edges:
            assert recording.value("w", edge, iteration=k) == near(expected.value("w", edge, iteration=k))
        for sample in range(4):
            for j in (4, 5, 6, 7, 8):
                for quantity in ("net", "a", "delta"):
                    at = {"iteration": k, "sample": sample}
                    assert recording.value(quantity, j, **at) == near(expected.value(quantity, j, **at))


def test_weights_made_all_at_once_are_known_before_the_first_turn():
    whole = "w = {edge: 0.25 for edge in w}\nb = dict.fromkeys(b, 0.125)\n"
    program = SETUP + whole + training("for epoch in range(2):", sample=FORWARD + BACKWARD)[len(SETUP) :]
    recording = record(program)
    assert recording.value("w", (8, 4), iteration=0) == 0.25
    assert recording.value("b", 8, iteration=0) == 0.125


def test_slices_of_an_array_are_steps_of_their_items():
    program = "import numpy as np\n" + training("for epoch in range(2):").replace(
        "w, b, net, a, delta = {}, {}, {}, {}, {}",
        "w, b, net, a, delta = np.zeros((9, 9)), np.zeros(9), np.zeros(9), np.zeros(9), np.zeros(9)",
    ).replace(
        "delta[8] = a[8] * (1 - a[8]) * (t - a[8])", "delta[8:] = a[8:] * (1 - a[8:]) * (t - a[8:])"
    ).replace("b[8] += eta * delta[8]", "b[4:9][-1:] += 0; b[8:9] += eta * delta[8:9]")
    recording, expected = record(program), record(training("for epoch in range(2):"))
    assert recording.error is None
    for k in range(2):
        for quantity in ("delta", "b"):
            assert recording.value(quantity, 8, iteration=k) == expected.value(quantity, 8, iteration=k)
