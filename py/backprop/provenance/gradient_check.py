"""The second opinion: the deltas and weight changes of one iteration against central differences of the error.

rows = gradient_check(rec, iteration=0)
[row.where for row in rows if row.state == "differs"]
"""

from __future__ import annotations

from backprop.analyse.gradient_check import GradientRow, gradient_by_equations
from backprop.provenance.explorer import explorer_of
from backprop.provenance.iteration import Progress
from backprop.provenance.replayed_gradient import ReplayedGradient
from backprop.recording.facade import CheckedRecording as Recording


def gradient_check(
    recording: Recording, iteration: int, progress: Progress | None = None
) -> list[GradientRow]:
    """Every delta and every change of a weight or bias in one iteration, each with its central difference. Of a layer with
    very many weights about 500 are checked, spread evenly.

    A delta is compared with -dE/dnet of its node and sample; a change with -dE/dw, times the learning rate, summed over
    the samples whose forward pass used that weight. Of a program that is recorded by a lesson's names, the lesson's
    equations of the forward pass are computed again with the recorded numbers, and E is the lesson's error. Of every
    other program its own forward part is run again, and E is the error that it descends, times the constant by which the
    program multiplies it; the run is repeated up to the iteration (`progress` hears which fraction is done). Raises
    ValueError as `Recording.value` does; Untold where a program cannot be repeated, or no error is known.

    >>> from backprop import record
    >>> from backprop.lessons.lens import LESSONS
    >>> rows = gradient_check(record((LESSONS / "two-layer/program.py").read_text(encoding="utf-8")), 0)
    >>> {row.state for row in rows}
    {'agrees'}
    """
    if recording.found is None:
        return gradient_by_equations(recording, iteration)
    explorer = explorer_of(recording)
    return ReplayedGradient(explorer.traced(iteration, progress), explorer.descended).rows()
