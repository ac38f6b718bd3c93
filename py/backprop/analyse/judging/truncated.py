"""Weights that stand in an array of whole numbers: every change is cut off."""

from __future__ import annotations

import numpy as np

from backprop.analyse.judging.evidence import Evidence
from backprop.analyse.judging.steps import Row
from backprop.roles.graph import is_sum
from backprop.roles.weights import CONVERSIONS


def whole_numbers(evidence: Evidence, rows: list[Row]) -> bool:
    """True if the changes were cut to whole numbers: by the type of the array that holds the weights."""
    last = max(row.round for row in rows)  # of it the trace may not have seen yet what was put into the array
    after = np.array([row.after for row in rows if row.round < max(last, 1)])
    before = np.array([row.before for row in rows])
    if not (evidence.values[after] == np.round(evidence.values[after])).all():
        return False
    whole = (evidence.values[before] == np.round(evidence.values[before])).all()
    return bool(whole) and any(_is_cut(evidence, row.after) for row in rows)


def _is_cut(evidence: Evidence, after: int) -> bool:
    """True if a changed weight is not the sum that was computed, but that sum without its fraction."""
    event = evidence.tape.event(after)
    if event.operation in CONVERSIONS:
        return True
    if not is_sum(event):
        return False
    one, other = evidence.values[evidence.tape.operands(after)]
    return bool(abs(one + (other if event.operation == "add" else -other) - evidence.values[after]) > 1e-12)
