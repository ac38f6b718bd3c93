"""The arrays of a lesson's program, with what lies along their axes."""

import pytest
from backprop import record
from backprop.page.judgement import judgement

from tests.lesson_programs import edited

SHORT = {"eleven-lines": ("range(60000)", "range(8)"), "network-class": ("epochs=2000", "epochs=3")}


@pytest.mark.parametrize(
    ("lesson", "wanted"),
    [
        (
            "eleven-lines",
            {
                ("input", 0, "X", (4, 3), ("sample", "node")),
                ("w", 1, "syn0", (3, 4), ("input", "node")),
                ("a", 1, "l1", (4, 4), ("sample", "node")),
                ("delta", 2, "l2_delta", (4, 1), ("sample", "one")),
            },
        ),
        (
            "network-class",
            {
                ("w", 1, "w", (4, 3), ("node", "input")),
                ("net", 1, "z", (4, 1), ("node", "one")),
                ("delta", 1, "delta", (4, 1), ("node", "one")),
            },
        ),
    ],
)
def test_a_lessons_arrays_are_told_with_their_axes(lesson, wanted):
    recording = record(edited(lesson, SHORT[lesson]), lesson)
    assert recording.found is None
    told = judgement(recording.judgement)["arrays"]
    assert wanted <= {(one["quantity"], one["layer"], one["name"], one["shape"], one["axes"]) for one in told}


def test_of_an_own_program_the_rows_tell_the_shapes():
    recording = record(edited("eleven-lines", SHORT["eleven-lines"]))
    assert recording.found.roles
    assert not recording.judgement.arrays
