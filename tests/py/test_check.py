"""The checks: where a program's number is not the equation's, and nowhere else."""

import numpy as np
import pytest
from backprop.analyse.check import agree, disagreements
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import SETUP, UPDATE, record, training

pytestmark = pytest.mark.usefixtures("by_the_names_of_the_lesson")


def differing(recording, iteration=0):
    return {(c.where, c.sample) for c in recording.checks(iteration) if not c.agrees}


def changed(old, new, **where):
    """The small training program with one piece of it replaced."""
    source = training(**where)
    assert source.count(old) == 1
    return record(source.replace(old, new))


def test_every_step_of_a_correct_program_agrees():
    recording = record(training())
    for iteration in range(5):
        checks = recording.checks(iteration)
        assert len(checks) == 4 * (5 + 5 + 5 + 16 + 5)
        assert all(check.agrees for check in checks)
        assert [check.code for check in checks] == [
            step.sets[check.where] for check in checks for step in [recording.steps(iteration)[check.step]]
        ]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("net[8] = sum(", "net[8] = 1.000001 * sum(", ("net", 8)),
        ("a[8] = 1 /", "a[8] = 1.000001 /", ("a", 8)),
        ("delta[8] = a[8] * (1 - a[8]) *", "delta[8] = a[8] *", ("delta", 8)),
        ("(t - a[8])", "(t - a[8]) * 1.000001", ("delta", 8)),
        ("b[8] += eta * delta[8]", "b[8] += eta * delta[8] * 1.001", ("b", 8)),
    ],
)
def test_only_the_step_that_is_wrong_differs(old, new, where):
    recording = changed(old, new)
    for iteration in range(5):
        assert differing(recording, iteration) == {(where, sample) for sample in range(4)}


def test_the_formula_is_the_equations_value_from_the_programs_own_numbers():
    recording = changed("delta[8] = a[8] * (1 - a[8]) *", "delta[8] = a[8] *")
    check = next(c for c in recording.checks(2) if c.where == ("delta", 8) and c.sample == 1)
    y = recording.value("a", 8, iteration=2, sample=1)
    assert check.formula == pytest.approx(y * (1 - y) * (1 - y), rel=1e-12)
    assert check.code == recording.value("delta", 8, iteration=2, sample=1)
    assert (check.equation, check.line) == ("4.1", recording.steps(2)[check.step].line)


def test_hidden_deltas_go_back_through_the_weights_of_the_forward_pass():
    sample = training()
    back = "delta[j] = a[j] * (1 - a[j]) * w[8, j] * delta[8]"
    early = sample.replace(f"        for j in (4, 5, 6, 7):\n            {back}\n", "").replace(
        "            w[8, j] += eta * delta[8] * a[j]\n",
        f"            w[8, j] += eta * delta[8] * a[j]\n            {back}\n",
    )
    assert early != sample
    assert differing(record(early)) == {(("delta", j), s) for j in (4, 5, 6, 7) for s in range(4)}


SETTINGS = {
    "net": [("net[j] = sum(w[j, i] * a[i] for i in (1, 2, 3)) + b[j]", "net[j]", "j")],
    "a": [("a[j] = 1 / (1 + math.exp(-net[j]))", "a[j]", "j")],
    "delta": [("delta[j] = a[j] * (1 - a[j]) * w[8, j] * delta[8]", "delta[j]", "j")],
    "w": [
        ("w[8, j] += eta * delta[8] * a[j]", "w[8, j]", "8, j"),
        ("w[j, i] += eta * delta[j] * a[i]", "w[j, i]", "j, i"),
    ],
    "b": [("b[j] += eta * delta[j]", "b[j]", "j")],
}


@settings(max_examples=15)
@given(st.data(), st.integers(0, 2**32 - 1), st.sampled_from([1e-6, -1e-6, 1e-3, 1.0]))
def test_one_number_changed_a_little_is_found_there_and_nowhere_else(data, seed, part):
    quantity = data.draw(st.sampled_from(sorted(SETTINGS)))
    line, target, index = data.draw(st.sampled_from(SETTINGS[quantity]))
    node = data.draw(st.sampled_from([4, 5, 6, 7]))
    sample, iteration = data.draw(st.integers(0, 3)), data.draw(st.integers(0, 4))
    x = [(0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 1)][sample]
    only = f"epoch == {iteration} and x == {x} and j == {node}" + (" and i == 3" if "i" in index else "")
    source = training().replace("random.seed(3)", f"random.seed({seed})")
    indent = " " * (source.split(line)[0].rsplit("\n", 1)[1].count(" "))
    recording = record(source.replace(line, f"{line}\n{indent}if {only}: {target} *= {1 + part!r}"))
    key = {"8, j": (8, node), "j, i": (node, 3)}.get(index, node)
    for k in range(5):
        expected = {((quantity, key), sample)} if k == iteration else set()
        assert differing(recording, k) == expected
    changed = next(c for c in recording.checks(iteration) if not c.agrees)
    assert changed.code == pytest.approx(changed.formula * (1 + part), rel=1e-9, abs=1e-12)


def test_a_sum_built_up_in_a_loop_is_checked_when_it_is_complete():
    by_parts = training().replace(
        "net[8] = sum(w[8, j] * a[j] for j in (4, 5, 6, 7)) + b[8]",
        "net[8] = b[8]\n        for j in (4, 5, 6, 7):\n            net[8] += w[8, j] * a[j]",
    )
    recording = record(by_parts)
    assert differing(recording) == set()
    assert sum(c.where == ("net", 8) for c in recording.checks(0)) == 4


def test_a_bias_that_is_updated_once_per_weight_differs_once_a_sample():
    often = (
        training()
        .replace("            b[j] += eta * delta[j]\n", "")
        .replace(
            "w[j, i] += eta * delta[j] * a[i]\n",
            "w[j, i] += eta * delta[j] * a[i]\n                b[j] += eta * delta[j]\n",
        )
    )
    assert differing(record(often)) == {(("b", j), s) for j in (4, 5, 6, 7) for s in range(4)}


def test_the_samples_of_a_minibatch_are_added_up():
    gathering = """\
for key in w: grad_w[key] = grad_w.get(key, 0) + delta[key[0]] * a[key[1]]
for j in b: grad_b[j] = grad_b.get(j, 0) + delta[j]
seen += 1
if seen % 2 == 0:
    for key in w: w[key] += eta * grad_w[key]
    for j in b: b[j] += eta * grad_b[j]
    grad_w, grad_b = {}, {}
"""
    source = training(before="grad_w, grad_b, seen = {}, {}, 0\n")
    lines = "".join("        " + line + "\n" for line in UPDATE.splitlines())
    assert lines in source
    new = "".join("        " + line + "\n" for line in gathering.splitlines())
    recording = record(source.replace(lines, new))
    checks = recording.checks(3)
    assert {c.where[0] for c in checks} == {"net", "a", "delta", "w", "b"}
    assert all(c.agrees for c in checks)
    forgets = record(source.replace(lines, new.replace("grad_w, grad_b = {}, {}", "grad_b = {}")))
    assert {where[0] for where, _ in differing(forgets)} == {"w"}


def test_nothing_is_said_of_what_is_not_known():
    only_deltas = SETUP + "for epoch in range(3):\n    delta[8] = 0.5\n    a[8] = 0.25\n"
    assert record(only_deltas).checks(0) == []
    with pytest.raises(ValueError, match="no iteration 9"):
        record(only_deltas).checks(9)


def test_a_run_that_goes_to_nan_is_blamed_where_it_starts_and_not_after():
    recording = changed("delta[8] = a[8]", "delta[8] = float('nan') if epoch == 2 else a[8]")
    assert [len(differing(recording, iteration)) for iteration in range(5)] == [0, 0, 1, 0, 0]
    assert differing(recording, 2) == {(("delta", 8), 0)}


@pytest.mark.parametrize(
    ("code", "formula", "same"),
    [
        (1.0, 1.0 + 0.9e-9, True),
        (1.0, 1.0 + 1.1e-9, False),
        (1e20, 1e20 * (1 + 2e-9), False),
        (1e-13, -1e-13, True),
        (1e-11, 1.2e-11, False),
        (np.nan, np.nan, True),
        (np.nan, 0.0, False),
        (np.inf, np.inf, True),
        (np.inf, -np.inf, False),
        (np.inf, 1e300, False),
        (0.0, -0.0, True),
    ],
)
def test_when_numbers_agree(code, formula, same):
    assert agree(np.array([code]), np.array([formula])).tolist() == [same]
    assert agree(np.array([formula]), np.array([code])).tolist() == [same]


SHORTER = """
import numpy as np
np.random.seed(1)
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]KIND)
y = np.array([[0], [1], [1], [0]]KIND)
w0 = np.random.randn(3, 4).astype(TYPE)
w1 = np.random.randn(4, 1).astype(TYPE)
for k in range(60):
    h = 1 / (1 + np.exp(-X @ w0))
    a = 1 / (1 + np.exp(-h @ w1))
    d = (y - a) * a * (1 - a)
    e = d @ w1.T * h * (1 - h)
    w1 += h.T @ d
    w0 += X.T @ e
"""


@pytest.mark.parametrize("of_data", [", dtype=TYPE", ""])
@pytest.mark.parametrize("kind", ["np.float32", "np.float16"])
def test_numbers_of_a_shorter_type_are_compared_as_exactly_as_that(kind, of_data):
    """All of them, or the weights alone; a slope that is missing differs all the same."""
    source = SHORTER.replace("KIND", of_data).replace("TYPE", kind)
    right = record(source)
    checks = [check for iteration in right.kept for check in right.checks(iteration)]
    assert len(checks) == 60 * 76
    assert all(check.agrees for check in checks)
    wrong = record(source.replace("(y - a) * a * (1 - a)", "(y - a) * a"))
    checks = [check for iteration in wrong.kept for check in wrong.checks(iteration)]
    assert {check.where for check in checks if not check.agrees} == {("delta", 8)}


LARGE = """\
import numpy as np
x = np.array([1100., 1500, 1800, 2400, 900, 3000]); y = np.array([250e3, 262e3, 281e3, 295e3, 309e3, 320e3])
w = 0.0; b = 0.0
for k in range(30):
    e = w * x + b - y
    w -= 1e-10 * (e @ x)
    b -= 1e-10 * e.sum() * (1 if k < 12 else -1)
"""


def test_large_numbers_in_the_data_are_no_rounding():
    recording = record(LARGE)
    assert sum(len(disagreements(recording, block)[0]) for block in recording.blocks) == 18
