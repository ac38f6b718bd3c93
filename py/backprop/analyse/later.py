"""Mistakes that begin in a later iteration, found in the recorded numbers: the verdict sees the first updates alone.

if epoch < 20: G[:] = 0        # from the 21st iteration on, gradients add up
rate -= 0.01                   # from the 51st on, all steps go uphill
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from backprop.analyse.check import agree
from backprop.analyse.evidence import Moment
from backprop.model.recording import Array, Recording

_FIRST = 8  # iterations whose numbers must all be those of the equations
_LEAST = 2  # weights of a layer that move by one factor
_EXACT = 1e-6  # of that factor
_ROUNDING, _LEAST_MOVED = (
    1e-14,
    1e-9,
)  # parts of a weight: what its change is not known better than; what moves
_PARTS = {"delta": "delta", "w": "weights", "b": "biases"}


def agreed_first(recording: Recording, seen: list[Moment]) -> list[Moment]:
    """The moments of quantities that the verdict finds right, and whose first numbers are those of their equations."""
    wrong = {_key(recording, moment) for moment in seen if _differs(moment)[moment.iterations < _FIRST].any()}
    left_out = wrong | recording.unchecked
    return [moment for moment in _right(recording, seen) if _key(recording, moment) not in left_out]


def _right(recording: Recording, seen: list[Moment]) -> list[Moment]:
    """The moments of quantities that the verdict finds right."""
    parts = {
        (quantity, layer.number): layer.parts.get(part)
        for layer in recording.verdict
        for quantity, part in _PARTS.items()
    }
    return [moment for moment in seen if parts.get(_key(recording, moment)) in ("agrees", "factor")]


def _key(recording: Recording, moment: Moment) -> tuple[str, int]:
    return moment.quantity, recording.topology.layer_of(moment.ref)


def _differs(moment: Moment) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Booleans, one for each iteration that is looked at: True if a number of the moment differs from its equation."""
    found = np.atleast_2d(np.isfinite(moment.right) & ~agree(moment.code, moment.right)).any(axis=0)
    return np.asarray(found)


def uphill_since(recording: Recording, seen: list[Moment]) -> tuple[Moment, int] | None:
    """The first iteration looked at in which the weights of a layer move the other way, by one factor, after they moved by a
    positive one in the first iterations; and one of their moments."""
    found: dict[int, dict[int, list[tuple[float, ...]]]] = defaultdict(lambda: defaultdict(list))
    weights = [moment for moment in _right(recording, seen) if moment.quantity == "w"]
    for moment in weights:
        sign = np.sign(moment.read(("eta", None))) if moment.rule.eta else np.ones(len(moment.iterations))
        asked = (moment.right - moment.started) * sign
        rows = np.column_stack([moment.code - moment.started, asked, np.abs(moment.started)])
        layer = recording.topology.layer_of(moment.ref)
        for iteration, row in zip(moment.iterations.tolist(), rows.tolist()):
            found[iteration][layer].append(tuple(row))
    for iteration, layers in sorted(found.items()):
        for layer, numbers in layers.items():
            factor = _factor(np.array(numbers))
            if iteration < _FIRST and (factor is None or factor < 0):
                return None
            if factor is not None and factor < 0:
                here = (one for one in weights if recording.topology.layer_of(one.ref) == layer)
                return next(one for one in here if iteration in one.iterations), iteration
    return None


def _factor(rows: Array) -> float | None:
    """The one factor of the changes in a layer: change = factor * asked; None if there is none, or hardly a change."""
    change, asked, start = rows[:, 0], rows[:, 1], rows[:, 2]
    if not np.isfinite(rows).all() or not asked.any() or len(change) < _LEAST:
        return None
    factor = float(change @ asked / (asked @ asked))
    near = _EXACT * np.abs(change) + _ROUNDING * (1 + start)
    moves = np.abs(change).max() > _LEAST_MOVED * (1 + start.max())
    return factor if moves and (np.abs(change - factor * asked) <= near).all() else None
