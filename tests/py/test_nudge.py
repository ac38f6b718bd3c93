"""Nudge and see: the curve is the program's own forward part, its slope the derivative, and no right program is blamed."""

import math

import numpy as np
import pytest
from backprop import Untold, nudge
from backprop.provenance.explorer import explorer_of
from backprop.trace import Replay, trace
from kept import recorded_once

from tests.py.test_provenance import short

pytestmark = pytest.mark.filterwarnings("ignore")  # the programs' own, as of np.matrix


def test_the_curve_is_the_error_of_the_changed_program():
    """Beside a second way: the program itself, begun with another weight."""
    source = short("two-layer")
    recording = recorded_once(source, lesson="two-layer")
    one = nudge(recording, "w", (4, 1), iteration=0)
    loss = []
    for value in one.x[::5]:
        changed = source.replace("for iteration in", f"syn0[0, 0] = {value!r}\nfor iteration in")
        assert changed != source
        loss.append(float(recorded_once(changed, lesson="two-layer").loss[0]))
    assert np.allclose(one.error[::5], loss, rtol=1e-9)


def test_a_delta_is_nudged_at_its_net_and_says_the_same_slope():
    recording = recorded_once(short("xor"), lesson="xor")
    one = nudge(recording, "delta", 5, iteration=4, sample=2)
    assert one.ref == "net:5"
    assert one.state == "agrees"
    assert one.program == -recording.value("delta", 5, iteration=4, sample=2)
    assert math.isclose(one.change / one.step, one.exact, rel_tol=0.05)


def test_what_the_error_does_not_depend_on_is_said():
    recording = recorded_once(short("xor"), lesson="xor")
    with pytest.raises(Untold) as told:
        nudge(recording, "eta", iteration=0)
    assert told.value.reason == "no-slope"


def test_a_missing_slope_shows_as_a_program_slope_that_is_no_tangent():
    source = short("xor").replace("a[j] * (1 - a[j]) * w[8, j] * delta[8]", "w[8, j] * delta[8]")
    recording = recorded_once(source, lesson="xor")
    hidden = nudge(recording, "w", (4, 3), iteration=0, sample=1)
    assert hidden.state == "differs"
    assert abs(hidden.program) > 3 * abs(hidden.exact)
    assert nudge(recording, "w", (8, 4), iteration=0, sample=1).state == "agrees"


# --- the tape, run again ---


def replayed(source, changed, wanted, values):
    tape = trace(source)
    ids = {binding.target: int(binding.ids.ravel()[0]) for binding in tape.bindings}
    return Replay(tape, [ids[wanted]]).run({ids[changed]: np.array(values)})[0]


def test_a_replay_computes_what_the_program_would_have():
    source = "import math\nx = 0.5\ny = max(0.1, math.exp(-x)) * 3 - x ** 2\nz = sum([y, x, 1.5]) / 2\n"
    values = [-1.0, 0.5, 4.0]
    expected = [(max(0.1, math.exp(-x)) * 3 - x**2 + x + 1.5) / 2 for x in values]
    assert np.allclose(replayed(source, "x", "z", values), expected, rtol=1e-15)


def test_a_replay_of_arrays_goes_through_products_sums_and_masks():
    source = (
        "import numpy as np\nW = np.array([[1.0, 2.0], [3.0, 4.0]])\nh = np.maximum(W @ np.array([1.0, -1.0]), 0)\n"
        "y = float(np.where(h > 0, h, -1.0).sum() + W.mean())\n"
    )
    expected = [max(w - 2, 0) - (w <= 2) - 1 + (w + 9) / 4 for w in (1.0, 5.0)]
    assert np.allclose(replayed(source, "W", "y", [1.0, 5.0]), expected)


def test_another_branch_is_not_known():
    source = "x = 2.0\ny = x * 3 if x > 1 else 0.0\nz = y + 1\n"
    assert np.array_equal(replayed(source, "x", "z", [2.0, 3.0, 0.0]), [7.0, 10.0, np.nan], equal_nan=True)


def test_the_version_of_a_weight_that_the_sample_used_is_nudged():
    recording = recorded_once(short("xor"), lesson="xor")
    first, second = (nudge(recording, "w", (8, 4), iteration=0, sample=n) for n in (0, 1))
    assert first.samples == second.samples == 1
    assert second.value == recording.value("w", (8, 4), iteration=0, sample=0) != first.value
    assert explorer_of(recording).descended.name == "squared"
