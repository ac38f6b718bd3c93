"""A quantity is named as the program names it: where the name is evaluated after the run, it gives the recorded number."""

import contextlib
import io
from pathlib import Path

import pytest
from backprop import record
from backprop.lessons.lens import LESSONS

PROGRAMS = Path(__file__).parents[1] / "programs"
# Programs that keep the last iteration's values in variables of their own, and how many of their quantities these name.
KEPT = {
    PROGRAMS / "03_analyticsvidhya_wh_bh_slope.py": 77,
    PROGRAMS / "more/a_trask.py": 59,
    LESSONS / "own/numpy-short.py": 60,
    LESSONS / "own/single-weights.py": 20,
}


def text_of(name, sample):
    if not name.rows:
        return name.before
    return f"{name.before}{sample % name.rows}{name.after}"


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_a_name_is_where_the_number_is(path):
    source = path.read_text(encoding="utf-8")
    rec = record(source)
    with contextlib.redirect_stdout(io.StringIO()):
        exec(source, space := {"__name__": "__main__"})
    compared = 0
    for sample, (ref, name) in ((s, one) for s in range(len(rec.samples)) for one in rec.found.names.items()):
        quantity, _, key = ref.partition(":")
        if quantity == "eta" or name.shared:
            continue
        numbers = [int(part) for part in key.split("-")]
        own = name.sign * float(eval(text_of(name, sample), space))
        shown = rec.value(
            quantity,
            tuple(numbers) if len(numbers) > 1 else numbers[0],
            iteration=rec.iterations - 1,
            sample=sample if quantity not in "wb" else None,
        )
        if shown is not None:
            assert own == pytest.approx(shown, rel=1e-12), (ref, text_of(name, sample))
            compared += 1
    assert compared >= KEPT[path]


def names_of(source):
    return {ref: (name.before, name.after, name.rows) for ref, name in record(source).found.names.items()}


CLASS = """
import numpy as np
def f(x):
    s = 1 / (1 + np.exp(-x))
    return s
X, T = np.array([[0.0, 1], [1, 0], [1, 1]]), np.array([[1.0], [1], [0]])
W = [np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]), np.array([[0.7], [0.8], [0.9]])]
for epoch in range(3):
    h = f(X @ W[0])
    o = f(h @ W[1])
    d2 = (o - T) * o * (1 - o)
    d1 = d2 @ W[1].T * h * (1 - h)
    W[1] = W[1] - 0.5 * h.T @ d2
    W[0] = W[0] - 0.5 * X.T @ d1
"""


def test_the_name_outside_of_a_function_counts_and_the_sign_is_kept():
    names = record(CLASS).found.names
    assert (names["a:4"].before, names["a:4"].after, names["a:4"].rows) == ("h[", ", 1]", 3)
    assert (names["delta:6"].before, names["delta:6"].sign) == ("d2[", -1)
    assert names["w:6-4"].before == "W[1][1, 0]"
    roles = record(CLASS).roles
    assert {(role.name, role.assigned[0]) for role in roles if role.quantity == "a"} == {("h", 9), ("o", 10)}


def test_neurons_in_a_list_share_a_name():
    names = record((LESSONS / "own/neuron-dicts.py").read_text(encoding="utf-8")).found.names
    assert (names["delta:3"].before, names["delta:3"].shared) == ("neuron['delta']", True)
    assert not names["a:1"].shared


def test_a_target_that_is_set_by_its_label_has_no_one_name():
    names = record((PROGRAMS / "more/e_brownlee.py").read_text(encoding="utf-8")).found.names
    assert not [ref for ref in names if ref.startswith("t:") and "row" in names[ref].before]


def test_a_rate_that_is_a_parameter_is_shown_by_its_operand():
    roles = record((LESSONS / "own/one-class.py").read_text(encoding="utf-8")).roles
    assert [role.expression for role in roles if role.quantity == "eta"] == ["rate"]
