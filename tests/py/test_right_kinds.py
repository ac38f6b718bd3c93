"""Right programs of all kinds are left in peace, whether a lesson's names are used or the network is found."""

import pytest
from backprop import diagnose, record

from tests.lesson_programs import edited
from tests.py.right_kinds import KINDS, LAYERS, XOR


def blamed(recording):
    """What is said against a program: findings, and steps that are said to differ."""
    found = [(one.id, one.line) for one in diagnose(recording) if one.kind in ("mistake", "unknown")]
    return found, [
        (check.equation, check.where, iteration)
        for iteration in recording.kept[:6]
        for check in recording.checks(iteration)
        if not check.agrees
    ]


@pytest.mark.parametrize("with_lesson", [True, False], ids=["lesson", "own"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_right_program_is_not_blamed(kind, with_lesson):
    lesson, source = KINDS[kind]
    recording = record(source, lesson=lesson) if with_lesson else record(source)
    assert recording.error is None
    assert recording.iterations > 2
    assert blamed(recording) == ([], [])


_UPDATE = "syn0 += np.dot(l0.T, l1_delta)"
_LIMITS = {
    "clip": "syn0 = np.clip(syn0, -2, 2)\n    syn1 = np.clip(syn1, -2, 2)",
    "out": "np.clip(syn0, -2, 2, out=syn0)\n    np.clip(syn1, -2, 2, out=syn1)",
    "at once": "syn0 = np.clip(syn0, -0.9, 0.9)\n    syn1 = np.clip(syn1, -0.9, 0.9)",
    "two": "syn0 = np.clip(syn0, -1, 1.5)\n    syn1 = np.clip(syn1, -1, 1.5)",
}


@pytest.mark.parametrize("limit", _LIMITS)
def test_weights_that_are_limited_are_not_said_to_stand_still(limit):
    """In the lesson the equation goes beyond the limit, and the step says so; but that is no mistake."""
    lesson, shorter = LAYERS[0], ("range(60000)", "range(300)")
    source = edited(lesson, shorter, (_UPDATE, f"{_UPDATE}\n    {_LIMITS[limit]}"))
    assert blamed(record(source, lesson=lesson))[0] == []


_NO_SLOPE = ("delta[8] = y * (1 - y) * (t - y)", "delta[8] = t - y")
_NO_ERROR = [
    ("        error += (t - y) ** 2 / 2\n", ""),
    ("    error = 0\n", ""),
    ('print("iteration", epoch, f"error {error:.4f}")', "print(epoch)"),
]


@pytest.mark.parametrize(
    ("more", "kind"), [(_NO_ERROR, "remark"), ([], "mistake")], ids=["no error", "squared error"]
)
def test_without_a_slope_the_error_that_a_program_computes_decides(more, kind):
    lesson, shorter = XOR
    for word in ("", "  # cross-entropy, math.log(y)"):
        found = diagnose(
            record(edited(lesson, shorter, (_NO_SLOPE[0], _NO_SLOPE[1] + word), *more), lesson=lesson)
        )
        assert [(one.id, one.kind) for one in found] == [("slope-missing-output", kind)]
