"""Right programs of all kinds are left in peace, whether a lesson's names are used or the network is found."""

import pytest
from backprop import diagnose, record

from tests.py.right_kinds import KINDS


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
