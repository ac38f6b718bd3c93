"""Programs that are not as the lesson expects them: the recording is right, or says what it could not follow."""

import math
import re

import numpy as np
import pytest
from programs import indent, plain, record

from tests.lesson_programs import edited

TURNS = 6
SHORT = {
    "xor": ("range(4000)", f"range({TURNS})"),
    "eleven-lines": ("range(60000)", f"range({TURNS})"),
    "network-class": ("epochs=2000", f"epochs={TURNS}"),
}
LOOP = "for iteration in"
BEFORE_BACKWARD = "    # backward: the hidden layer's error is l2_delta, sent back\n"
UPDATE = "    syn0 += np.dot(l0.T, l1_delta)\n"


def program(lesson, *edits):
    """The lesson's program, six iterations of it, after replacing each (old, new) text."""
    return edited(lesson, SHORT[lesson], *edits)


def weights(lesson, names):
    """What the lesson's weights (and biases) are in the program's own variables: by ref."""
    if lesson == "xor":
        return {("w", key): value for key, value in names["w"].items()}
    if lesson == "eleven-lines":
        arrays = [names["syn0"].T, names["syn1"].T]
    else:
        held = names["net"].weights
        arrays = list(held.values()) if isinstance(held, dict) else held
    firsts = [(4, 1), (8, 4)]
    return {
        ("w", (j0 + j, i0 + i)): float(value)
        for (j0, i0), array in zip(firsts, arrays, strict=True)
        for (j, i), value in np.ndenumerate(np.array(array))
    }


def assert_right(lesson, source, iterations=TURNS):
    """Every iteration is there, nothing was lost, and the weights are at the end what a plain run leaves."""
    ran, recording = plain(source), record(source, lesson)
    assert ran.error is recording.error is None
    assert recording.iterations == iterations
    assert recording.notices == []
    for (quantity, key), value in weights(lesson, ran.names).items():
        assert recording.value(quantity, key, iteration=iterations - 1) == value
    return recording


def told(lesson, source):
    """The names the recording says it could not follow; it must not fail where the plain program does not."""
    ran, recording = plain(source), record(source, lesson)
    assert (recording.error is None) == (ran.error is None)
    return recording, {(notice["id"], notice["name"], notice.get("line")) for notice in recording.notices}


# --- loops ---


def test_no_loop_is_one_iteration():
    source = re.sub(rf"{LOOP} .*:", "if True:", program("eleven-lines"))
    source = re.sub(r"    if iteration % .*\n.*\n", "", source)
    assert len(assert_right("eleven-lines", source, 1).steps(0)) == 68


@pytest.mark.parametrize("name", ["iteration", "again"])
def test_two_loops_are_one_run(name):
    once = program("eleven-lines")
    second = once[once.index(LOOP) :].replace("iteration", name)
    recording = assert_right("eleven-lines", once + second, 2 * TURNS)
    assert {len(recording.steps(k)) for k in recording.kept} == {68}


@pytest.mark.parametrize(
    ("lesson", "name"), [("xor", "epoch"), ("eleven-lines", "iteration"), ("network-class", "epoch")]
)
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(
    "idle",
    [
        "for {name} in range(3): print({name})\n",
        "for {name} in 'ab':\n    seen = [{name}]\n    seen.append(1)\n",
    ],
)
def test_a_loop_of_the_lenss_name_that_computes_nothing_hides_no_training(lesson, name, first, idle):
    training, idle = re.sub(rf"\b{name}\b", "turn", program(lesson)), idle.format(name=name)
    recording = assert_right(lesson, idle + training if first else training + idle)
    assert len(recording.steps(TURNS - 1)) == len(record(program(lesson), lesson).steps(TURNS - 1))


def test_training_called_in_a_loop_is_counted_by_its_own_iterations():
    source = program("eleven-lines")
    head, loop = source[: source.index(LOOP)], source[source.index(LOOP) : source.index('print("outputs')]
    names = "global " + ", ".join(["l0", "l1", "l2", "l2_delta", "l1_delta", "syn0", "syn1"]) + "\n"
    called = head + "def train():\n" + indent(names + loop) + "for trial in range(3): train()\n"
    assert_right("eleven-lines", called, 3 * TURNS)


RATED = [(f"np.dot(l{k}.T,", f"eta * np.dot(l{k}.T,") for k in (0, 1)]


@pytest.mark.parametrize("name", ["iteration", "epoch", "j_"])
@pytest.mark.parametrize(
    ("lesson", "edits", "start", "end"),
    [
        ("xor", [], "random.seed", "for (x1"),
        ("eleven-lines", RATED, "np.random.seed", 'print("outputs'),
        ("eleven-lines", RATED, "syn0 = 2", 'print("outputs'),
    ],
)
def test_a_training_begun_anew_for_each_of_several_learning_rates(lesson, edits, start, end, name):
    """Every turn of the inner loop is an iteration, whatever it is called."""
    source = re.sub(r"\b(epoch|iteration)\b", name, program(lesson, *edits))
    start, end = source.index(start), source.index(end)
    anew = f"{source[:start]}for eta in (0.1, 1.0):\n{indent(source[start:end])}{source[end:]}"
    recording = assert_right(lesson, anew, 2 * TURNS)
    assert [recording.value("eta", iteration=k) for k in (0, TURNS - 1, TURNS)] == [0.1, 0.1, 1.0]
    assert all(check.agrees for k in (0, 1, TURNS, TURNS + 1) for check in recording.checks(k))


# --- arrays ---


@pytest.mark.parametrize(
    "update",
    [
        "    same = syn0\n    same += np.dot(l0.T, l1_delta)\n",
        "    view = syn0.T\n    view += np.dot(l0.T, l1_delta).T\n",
        "    np.add(syn0, np.dot(l0.T, l1_delta), out=syn0)\n",
        "    np.add(syn0, np.dot(l0.T, l1_delta), syn0)\n",
        "    np.copyto(syn0, syn0 + np.dot(l0.T, l1_delta))\n",
        "    for row, more in zip(syn0, np.dot(l0.T, l1_delta)): row += more\n",
        "    for w, more in zip([syn0], [np.dot(l0.T, l1_delta)]): w += more\n",
    ],
)
def test_weights_changed_under_another_name_are_followed(update):
    assert_right("eleven-lines", program("eleven-lines", (UPDATE, update)))
    source = program("eleven-lines", (UPDATE, update))
    start = source.index("np.random.seed")
    in_a_function = (
        source[:start]
        + "def main():\n"
        + indent(source[start:] + "global result; result = syn0, syn1\n")
        + "main()\n"
    )
    in_a_function = in_a_function.replace("global result; ", "").replace(
        "def main():\n", "def main():\n    global result\n"
    )
    ran, recording = plain(in_a_function), record(in_a_function, "eleven-lines")
    syn0, syn1 = ran.names["result"]
    for ref, value in weights("eleven-lines", {"syn0": syn0, "syn1": syn1}).items():
        assert recording.value(*ref, iteration=TURNS - 1) == value


def test_an_activation_changed_under_another_name_is_followed():
    source = program("eleven-lines", (BEFORE_BACKWARD, "    same = l1\n    same *= 0.5\n"))
    recording = assert_right("eleven-lines", source)
    recorded = [
        [recording.value("a", j, iteration=TURNS - 1, sample=row) for j in (4, 5, 6, 7)] for row in range(4)
    ]
    np.testing.assert_array_equal(recorded, plain(source).names["l1"])


OLD_UPDATE = """\
        self.weights = [
            w - eta * n for w, n in zip(self.weights, nabla_w)
        ]
"""


@pytest.mark.parametrize(
    "update",
    [
        "for w, n in zip(self.weights, nabla_w):\n    w -= eta * n\n",
        "for k, w in enumerate(self.weights): w[...] = w - eta * nabla_w[k]\n",
        "these = self.weights\nfor k in range(len(these)): these[k] = these[k] - eta * nabla_w[k]\n",
        "for k in range(1, 3): np.subtract(self.weights[-k], eta * nabla_w[-k], out=self.weights[-k])\n",
        "def down(array, by): array -= by\nfor w, n in zip(self.weights, nabla_w): down(w, eta * n)\n",
    ],
)
def test_a_list_of_arrays_changed_in_place_is_followed(update):
    assert_right("network-class", program("network-class", (OLD_UPDATE, indent(update, 2))))


@pytest.mark.parametrize(
    "change", ["nabla_b[-1] *= 2", "nabla_b[-1][0] *= 2", "nabla_b[-1][0] = 2 * delta[0]"]
)
def test_an_array_changed_in_place_in_a_list_of_the_programs_own_is_a_step(change):
    change = f"        {change}  # is delta, too\n"
    source = program("network-class", (place := "        nabla_b[-1] = delta\n", place + change))
    steps = assert_right("network-class", source).steps(0)
    line = source[: source.index(change)].count("\n") + 1
    before, after = (
        [step.sets["delta", 8] for step in steps if step.line == at and ("delta", 8) in step.sets]
        for at in (line - 2, line)
    )
    assert after == [2 * delta for delta in before]
    assert len(after) == 4


def test_weights_kept_in_a_dict_are_followed():
    source = program(
        "network-class",
        (
            "[np.random.randn(y, x) for y, x in shapes]",
            "{k: np.random.randn(*s) for k, s in enumerate(shapes)}",
        ),
        ("zip(self.biases, self.weights)", "zip(self.biases, self.weights.values())"),
        ("for w in self.weights]", "for w in self.weights.values()]"),
        ("self.weights[-l + 1]", "self.weights[3 - l]"),
        (OLD_UPDATE, indent("for k in self.weights: self.weights[k] -= eta * nabla_w[k]\n", 2)),
    )
    assert_right("network-class", source)


@pytest.mark.parametrize("statement", ["same = w\nsame[8, 4] += 1\n", "same = a\nsame[4] += 1\n"])
def test_an_item_changed_under_another_name_is_a_step(statement):
    place = "        # backward: which way should each net move?\n"
    recording = assert_right("xor", program("xor", (place, indent(statement, 2))))
    assert len(recording.steps(0)) == 156 + 4


def test_a_container_changed_by_a_method_is_told():
    place = "        # backward: which way should each net move?\n"
    _, said = told("xor", program("xor", (place, "        w.update({(8, 4): 1.0})\n")))
    assert said == {("changed-unseen", "w[j, i]", None)}


@pytest.mark.parametrize("kind", ["object", "complex"])
@pytest.mark.parametrize("since", [0, 20])
def test_arrays_that_hold_no_real_numbers_are_told_where_they_cannot_be_read(kind, since):
    change = f"    if iteration > {since}: l2 = l2.astype({kind})\n"
    source = program("eleven-lines", (f"range({TURNS})", "range(40)"), (BEFORE_BACKWARD, change))
    source = source.replace("y - l2", "y - np.real(l2).astype(float)").replace(
        "slope(l2)", "slope(np.real(l2).astype(float))"
    )
    recording, said = told("eleven-lines", source)
    was_told = ("unfollowed", "l2", source[: source.index(change)].count("\n") + 1) in said
    last = [recording.value("a", 8, iteration=39, sample=row) for row in range(4)]
    assert was_told if kind == "complex" else was_told or last == plain(source).names["l2"].ravel().tolist()


def test_a_kind_of_number_that_changes_from_turn_to_turn_is_read_as_what_it_is():
    """Integers and doubles take the same bytes: nothing but their kind tells them apart."""
    source = program("eleven-lines", ("    l0 = X\n", "    l0 = (X if iteration % 2 else X / 1)\n"))
    recording = assert_right("eleven-lines", source)
    for k in range(TURNS):
        assert [recording.value("a", 3, iteration=k, sample=row) for row in range(4)] == [1, 1, 1, 1]


def test_a_network_that_changes_its_size_half_way_is_told():
    change = "    if iteration == 3: syn0, syn1 = np.ones((3, 5)), np.ones((5, 1))\n"
    source = program(
        "eleven-lines",
        (BEFORE_BACKWARD, change + BEFORE_BACKWARD),
        ("np.dot(l1.T", "np.dot(sigmoid(l0 @ syn0).T"),
    )
    source = source.replace("l1_error * slope(l1)", "l1_error * slope(sigmoid(l0 @ syn0))")
    recording, said = told("eleven-lines", source)
    assert recording.iterations == TURNS
    assert {name for id, name, _ in said if id == "unfollowed"} >= {"syn0", "syn1"}


def test_fewer_rows_half_way_are_fewer_samples():
    source = program(
        "eleven-lines", ("    l0 = X\n", "    if iteration == 3: X, y = X[:2], y[:2]\n    l0 = X\n")
    )
    recording = assert_right("eleven-lines", source)
    assert [len({step.sample for step in recording.steps(k)} - {None}) for k in (2, 3)] == [4, 2]


def test_columns_where_the_lens_has_rows_are_told():
    turned = [
        ("l0 = X", "l0 = X.T[:, :2]"),
        ("np.dot(l0, syn0)", "syn0.T @ l0"),
        ("np.dot(l1, syn1)", "syn1.T @ l1"),
        ("y - l2", "y.T[:, :2] - l2"),
        ("np.dot(l2_delta, syn1.T)", "syn1 @ l2_delta"),
        ("np.dot(l1.T, l2_delta)", "l1 @ l2_delta.T"),
        ("np.dot(l0.T, l1_delta)", "l0 @ l1_delta.T"),
    ]
    _, said = told("eleven-lines", program("eleven-lines", *turned))
    assert {name for id, name, _ in said if id == "unfollowed"} >= {"l0", "l1", "l2", "l2_delta", "l1_delta"}


def test_nan_is_recorded_as_it_is():
    source = program("eleven-lines", (BEFORE_BACKWARD, "    if iteration > 2: l2 = l2 * np.nan\n"))
    recording = record(source, "eleven-lines")
    assert recording.error is None
    assert [math.isnan(loss) for loss in recording.loss] == [k > 2 for k in range(TURNS)]
    assert math.isnan(recording.value("w", (4, 1), iteration=TURNS - 1))


@pytest.mark.parametrize("gone", ["l1, l2, l1_delta", "l2_delta", "l0"])
def test_what_is_deleted_when_it_is_done_with_was_recorded(gone):
    source = program("eleven-lines", (UPDATE, f"{UPDATE}    del {gone}\n"), ("print(l2)", "print(0)"))
    assert len(assert_right("eleven-lines", source).steps(TURNS - 1)) == 68


def test_weights_deleted_at_the_end_were_recorded():
    whole = record(program("eleven-lines"), "eleven-lines")
    recording = record(program("eleven-lines") + "del syn0, syn1\n", "eleven-lines")
    assert recording.notices == []
    assert recording.value("w", (8, 4), iteration=TURNS - 1) == whole.value("w", (8, 4), iteration=TURNS - 1)


def test_one_sample_at_a_time_is_followed():
    recording = assert_right(
        "eleven-lines",
        program(
            "eleven-lines",
            ("    l0 = X\n", "    l0 = X[[iteration % 4]]\n"),
            ("y - l2", "y[[iteration % 4]] - l2"),
        ),
    )
    assert [sample["x"] for sample in recording.samples] == [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
    assert {step.sample for step in recording.steps(5)} == {1}
