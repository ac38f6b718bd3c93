"""What is noted together is the same recording as what is noted one by one; and what cannot wait does not."""

import ast

import numpy as np
import pytest
from backprop.lessons.lens import LESSONS, lens_of
from backprop.recording.bindings import names_of
from backprop.recording.instrument import instrument
from backprop.recording.note_batching import Together
from programs import record

HEAD = """\
import numpy as np
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])
def sigmoid(net):
    return 1 / (1 + np.exp(-net))
np.random.seed(1)
syn0 = 2 * np.random.random((3, 4)) - 1
syn1 = 2 * np.random.random((4, 1)) - 1
"""
TURN = """\
for iteration in range({turns}):
    l0 = X
    l1 = sigmoid(np.dot(l0, syn0))
    l2 = sigmoid(np.dot(l1, syn1))
    {more}
    l2_delta = (y - l2) * l2 * (1 - l2)
    l1_delta = np.dot(l2_delta, syn1.T) * l1 * (1 - l1)
    syn1 += np.dot(l1.T, l2_delta)
    syn0 += np.dot(l0.T, l1_delta)
"""


def program(more="pass", turns=7, head=HEAD, turn=TURN):
    return head + turn.format(more=more, turns=turns)


def noted_together(source):
    return [len(noted.sites) for noted in instrument(ast.parse(source), lens_of("eleven-lines")).together]


def what_is_recorded(source):
    recording = record(source, "eleven-lines")
    rows = {
        int(iteration): (block.layout, block.segments, block.samples[n].tolist(), block.rows[n].tobytes())
        for block in recording.blocks
        for n, iteration in enumerate(block.iterations)
    }
    return (
        (rows, recording.layouts, recording.segments, recording.samples, recording.loss.tobytes()),
        (recording.notices, recording.output, recording.end, recording.error),
    )


def one_by_one(monkeypatch, source):
    with monkeypatch.context() as patched:
        patched.setattr(Together, "runs", lambda self, body: ([statement] for statement in body))
        assert noted_together(source) == []
        return what_is_recorded(source)


def test_the_lessons_turn_is_noted_as_one():
    source = (LESSONS / "eleven-lines/program.py").read_text(encoding="utf-8")
    assert noted_together(source) == [2, 7]


SAME = {
    "as it stands": program(),
    "said now and then": program("if iteration % 3 == 0: print(np.mean(np.abs(y - l2)))"),
    "an error": program("1 / (iteration - 4)"),
    "an error in a function": program("print(sigmoid('no number') if iteration == 4 else '')"),
    "an error in an update": program(turn=TURN.replace("syn1 +=", "syn1 += (1 if iteration < 3 else 'x') *")),
    "whole numbers half-way": program(
        turn=TURN.replace("l2 * (1 - l2)", "(1 if iteration < 3 else 0)").replace(
            "(y - l2) *", "np.sign(y - l2) *"
        )
    ),
    "an array of other numbers": program(
        turn=TURN.replace("l0 = X", "l0 = X * (1 if iteration % 2 else 1.0)")
    ),
    "columns first": program(turn=TURN.replace("np.dot(l2_delta, syn1.T) *", "np.dot(syn1, l2_delta.T).T *")),
    "a batch half as large": program(
        turn=TURN.replace("l0 = X", "rows = 4 - 2 * (iteration % 2)\n    l0 = X[:rows] * 1").replace(
            "y -", "y[:rows] -"
        )
    ),
    "one number": program(
        turn=TURN.replace("l2_delta =", "l2_delta = np.mean").replace("(y", "((y").replace("l2)", "l2))", 1)
    ),
    "a second name": program("old = syn1", turn=TURN.replace("syn1 +=", "old +=")),
    "one array under two names": program("l2_delta = l2\n    l2_delta *= 0.5"),
    "written into": program("np.multiply(l1, 0.5, l1)"),
    "written into by a method": program("l2.clip(0.1, 0.9, l2)"),
    "the input changes": program("X[0, 0] += 1"),
    "the input grows": program("X += 1", head=HEAD),
    "its own function changes it": program("halved(l1)", head=HEAD + "def halved(what):\n    what *= 0.5\n"),
    "a function gives back what it was given": program(
        "l2_delta = same(l2)\n    l2 += 1", head=HEAD + "def same(what):\n    return what\n"
    ),
    "a function with notes of its own": program(
        "step()", head=HEAD + "def step():\n    global l1\n    l1 = l1 * 0.5\n"
    ),
    "a class": program(head=HEAD + "class Nothing:\n    pass\n"),
    "set twice": program("l2 = l2 * 0.5\n    l2 = l2 * 2"),
    "whole numbers in the first turns": program(
        turn=TURN.replace("l0 = X", "l0 = X * (2 if iteration < 3 else 2.0)").replace(
            "l1_delta = np", "l2 = l0 - l0\n    l1_delta = np"
        )
    ),
    "two on a line": program("l2 = l2 * 0.5; l2_delta = l2 * 2; l2_delta = 1 / (iteration - 4) * l2"),
    "an object array": program("l2_delta = np.array(l2, dtype=object) if iteration > 3 else l2 * 1"),
    "caught": program(
        turn="for iteration in range(5):\n    l0 = X\n    try:\n        l1 = sigmoid(np.dot(l0, syn0))\n"
        "        l2 = sigmoid(np.dot(l1, syn1))\n        l2_delta = y - l2 + 1 / (iteration % 2)\n"
        "    except ZeroDivisionError:\n        print('caught')\n    syn1 += l1.T.dot(y - l2)\n"
    ),
}


@pytest.mark.parametrize("source", SAME.values(), ids=SAME)
def test_together_is_the_same_as_one_by_one(monkeypatch, source):
    assert what_is_recorded(source) == one_by_one(monkeypatch, source)


def test_a_network_that_grows_is_recorded_up_to_there_and_then_said_to_be_unfollowed():
    grown = (
        "if iteration == 3:\n        syn0 = np.ones((3, 5)) / 2\n        syn1 = np.ones((5, 1)) / 2\n        "
    )
    source = program(grown + "l1 = sigmoid(np.dot(l0, syn0))")
    recording, plain = record(source, "eleven-lines"), record(program(turns=3), "eleven-lines")
    assert noted_together(source) == [2, 3, 3, 4]
    for k in range(3):
        assert [step.sets for step in recording.steps(k)] == [step.sets for step in plain.steps(k)]
    unfollowed = {notice["line"] for notice in recording.notices if notice["id"] == "unfollowed"}
    assert unfollowed == {14, 15, 16, 11, 18, 19, 20}
    assert {ref[0] for step in recording.steps(5) for ref in step.sets} == {"a", "delta"}
    assert all(np.isfinite(list(step.sets.values())).all() for step in recording.steps(5))


@pytest.mark.parametrize(
    ("more", "lengths"),
    [
        ("pass", [2, 7]),
        ("print(l2)", [2, 7]),
        ("l2[0] = 1", [2, 3, 4]),
        ("l2 *= 0.5", [2, 3, 5]),
        ("X += 1", [2, 3, 4]),
        ("l1.fill(0)", [2, 3, 4]),
        ("np.exp(l1)", [2, 7]),
        ("np.exp(l1, l1)", [2, 3, 4]),
        ("l1.round(2, l1)", [2, 3, 4]),
        ("spare = [l1]", [2, 3, 4]),
        ("globals()['l1'] += 1", []),
        ("np.dot = None", []),
    ],
)
def test_what_may_change_an_array_does_not_wait(more, lengths):
    assert noted_together(program(more)) == lengths


def test_what_calls_itself_is_not_known_to_be_quiet():
    source = "import numpy as np\ndef f(x):\n    return f(x) * 2\nl1 = f(1)\nl2 = l1 * 2\n"
    tree = ast.parse(source)
    together = Together(tree, lens_of("eleven-lines"), names_of(tree))
    assert [len(run) for run in together.runs(tree.body[2:])] == [1, 1]


def test_a_weight_that_begins_as_a_number_is_followed_once_it_is_an_array():
    begins = HEAD.replace("2 * np.random.random((4, 1)) - 1", "np.mean([0.5])")
    source = program(head=begins, turn=TURN.replace("np.dot(l1.T, l2_delta)", "np.dot(l1.T, y)"))
    steps = [step for step in record(source, "eleven-lines").steps(6) if ("a", 8) in step.sets]
    namespace = {}
    exec(source, namespace)
    assert [step.sets["a", 8] for step in steps] == namespace["l2"].ravel().tolist()


KINDS = {
    "l2 = first * 1": True,
    "l2 = np.where(first > 0.5, first, np.maximum(first, 0.1))": True,
    "l2 = rate * power(first) ** 2": True,
    "l2 = first.sum(axis=1, keepdims=True).copy()": True,
    "grown = np.outer(grown, grown); l2 = first * 1": True,  # grown is no array of the network
    "rate += 0.5; l2 = first * 1": True,
    "l2 = first * (1 if iteration else 1.0)": False,  # another type
    "l2 = first[: iteration + 1] * 1": False,  # another shape
    "l2 = np.where(first > 0.5)[0]": False,
    "l2 = np.exp(np.where(first > 0.5))": False,  # as many as there are
    "l2 = np.sum(first, iteration % 2)": False,
    "l2 = np.random.random((4, iteration))": False,
    "grown = np.outer(grown, grown); l2 = np.dot(first, grown)": False,
    "later = first * before; before = first * later; l2 = later * 1": False,  # each hangs on the other
    "rate += 0.5; l2 = rate * first": False,  # whole, then broken
    "l2 = two_ways(first) * 1": False,
    "l2 = again(first) * 1": False,
    "l2 = first * 1; X.resize((4, 3))": None,  # not noted together at all
}


@pytest.mark.parametrize(("lines", "same"), KINDS.items(), ids=KINDS)
def test_whether_arrays_keep_their_kinds_is_seen_from_the_text(lines, same):
    head = HEAD + (
        "rate = 1\ngrown = np.ones(2)\n"
        "def power(base):\n    'Twice itself.'\n    return base ** 2\n"
        "def two_ways(x):\n    return x if x[0, 0] > 0.5 else x[:2]\n"
        "def again(x):\n    return again(x)\n"
    )
    turn = TURN.replace("l2 = sigmoid", "first = sigmoid")
    source = program(lines.replace("; ", "\n    "), head=head, turn=turn)
    noted = instrument(ast.parse(source), lens_of("eleven-lines")).together
    assert (noted[-1].same_kinds if noted else None) == same
