"""Reading a recording: what `value` and `steps` promise, and what they refuse. Numbers by hand."""

import pytest
from programs import record

pytestmark = pytest.mark.usefixtures("by_the_names_of_the_lesson")

# One input, one output: two samples, two turns. After the first update w = 1, after the second 1.5 …
PROGRAM = """\
w, b, net, a, delta = {(8, 4): 0.5}, {8: 0.25}, {}, {}, {}
eta = 0.5
for epoch in range(2):
    for x, t in ((1, 1), (2, 0)):
        a[4] = x
        net[8] = w[8, 4] * a[4] + b[8]
        y = net[8] / 2
        delta[8] = t - y
        w[8, 4] += eta * delta[8] * a[4]
        b[8] += eta * delta[8]
    eta = eta / 2
"""


@pytest.fixture(scope="module")
def rec():
    return record(PROGRAM)


def by_hand():
    """Per turn: the two samples' (net, y, delta, w, b), w and b after the sample's update."""
    w, b, eta, turns = 0.5, 0.25, 0.5, []
    for _ in range(2):
        turn = []
        for x, t in ((1, 1), (2, 0)):
            net = w * x + b
            delta = t - net / 2
            w += eta * delta * x
            b += eta * delta
            turn.append({"net": net, "a": net / 2, "delta": delta, "w": w, "b": b, "t": t})
        turns.append(turn)
        eta /= 2
    return turns


KEYS = {"net": 8, "a": 8, "delta": 8, "w": (8, 4), "b": 8, "t": 8}


@pytest.mark.parametrize("quantity", KEYS)
def test_a_number_of_one_sample(rec, quantity):
    for k, turn in enumerate(by_hand()):
        for sample, expected in enumerate(turn):
            actual = rec.value(quantity, KEYS[quantity], iteration=k, sample=sample)
            assert actual == expected[quantity]


@pytest.mark.parametrize("quantity", KEYS)
def test_without_a_sample_it_is_the_number_at_the_end_of_the_iteration(rec, quantity):
    for k, turn in enumerate(by_hand()):
        assert rec.value(quantity, KEYS[quantity], iteration=k) == turn[-1][quantity]


def test_the_learning_rate_as_it_stood_at_the_end(rec):
    assert [rec.value("eta", iteration=k) for k in range(2)] == [0.25, 0.125]


def test_an_input_is_an_output_of_its_node(rec):
    assert [rec.value("a", 4, iteration=0, sample=s) for s in (0, 1)] == [1, 2]


@pytest.mark.parametrize(
    ("quantity", "key"), [("a", 99), ("delta", 4), ("net", 4), ("w", (4, 8)), ("w", 8), ("b", 4), ("t", 4)]
)
def test_what_was_never_set_is_none(rec, quantity, key):
    assert rec.value(quantity, key, iteration=0) is None
    assert rec.value(quantity, key, iteration=0, sample=0) is None


@pytest.mark.parametrize("iteration", [2, -1, 10**9, "0", None, 0.5, 1.0, True, [0], (0,), float("nan")])
def test_an_iteration_that_is_not_there_is_refused(rec, iteration):
    with pytest.raises(ValueError, match="no iteration"):
        rec.value("a", 8, iteration=iteration)
    with pytest.raises(ValueError, match="no iteration"):
        rec.steps(iteration)


@pytest.mark.parametrize("sample", [2, -1, "0", 0.5, True, [0]])
def test_a_sample_the_run_never_saw_is_refused(rec, sample):
    with pytest.raises(ValueError, match=r"unknown sample.*saw 2"):
        rec.value("a", 8, iteration=0, sample=sample)


@pytest.mark.parametrize("quantity", ["activation", "", "A", None, 5])
def test_an_unknown_quantity_is_refused(rec, quantity):
    with pytest.raises(ValueError, match=r"unknown quantity.*wanted one of net, a, slope, E, "):
        rec.value(quantity, 8, iteration=0)


@pytest.mark.parametrize("key", ["8", "8-4", [8, 4], {}, 8.5])
def test_a_key_that_names_nothing_is_refused(rec, key):
    with pytest.raises(ValueError, match="names no node or connection"):
        rec.value("a", key, iteration=0)


def test_the_steps_of_an_iteration_in_the_order_of_the_program(rec):
    quantities = [("a", 4), ("net", 8), ("a", 8), ("delta", 8), ("w", (8, 4)), ("b", 8)]
    steps = rec.steps(0)
    assert [next(iter(step.sets)) for step in steps] == quantities * 2
    assert [step.line for step in steps] == [5, 6, 7, 8, 9, 10] * 2
    assert [step.sample for step in steps] == [0] * 6 + [1] * 6
    assert [step.phase for step in steps[:6]] == ["forward"] * 3 + ["backward"] + ["update"] * 2


def test_the_steps_have_the_numbers_of_the_run(rec):
    for k, turn in enumerate(by_hand()):
        steps = rec.steps(k)
        for sample, expected in enumerate(turn):
            found = {}
            for step in steps[6 * sample : 6 * sample + 6]:
                found |= step.sets
            for quantity in ("net", "a", "delta", "w", "b"):
                assert found[quantity, KEYS[quantity]] == expected[quantity]


def test_every_step_names_its_equation(rec):
    assert [step.equation for step in rec.steps(0)[:6]] == [None, "1.1", "1.1", "4.1", "4.5", "4.8"]


def test_the_loss_is_4_9_summed_over_the_samples(rec):
    expected = [sum((s["t"] - s["a"]) ** 2 / 2 for s in turn) for turn in by_hand()]
    assert rec.loss.tolist() == pytest.approx(expected, rel=1e-14)


def test_the_samples_by_their_numbers(rec):
    assert rec.samples == [{"x": [1.0], "t": [1.0]}, {"x": [2.0], "t": [0.0]}]


def test_every_iteration_is_kept(rec):
    assert rec.iterations == 2
    assert rec.kept == [0, 1]
    assert rec.stride == 1


def test_a_program_that_records_nothing_has_nothing_to_read():
    empty = record("x = 1")
    assert (empty.iterations, empty.kept, empty.samples) == (0, [], [])
    assert empty.loss.shape == (0,)
    with pytest.raises(ValueError, match="no iteration 0"):
        empty.steps(0)


def test_a_sample_that_was_not_in_this_iteration_has_no_numbers():
    program = PROGRAM.replace("((1, 1), (2, 0))", "([(1, 1)], [(2, 0)])[epoch]")
    rec = record(program)
    assert rec.value("delta", 8, iteration=0, sample=1) is None
    assert rec.value("delta", 8, iteration=1, sample=0) is None
    assert rec.value("delta", 8, iteration=1, sample=1) is not None


def test_targets_of_another_name_are_found():
    rec = record(PROGRAM.replace("for x, t in", "for x, target in").replace("t - y", "target - y"))
    assert rec.iterations == 2
    assert rec.loss.tolist() == record(PROGRAM).loss.tolist()
