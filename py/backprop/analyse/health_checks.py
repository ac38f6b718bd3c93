"""What a recording shows that is no mistake of the program, or that keeps a mistake from being seen.

To add one, add an entry, and what is said about it to every file in `texts/`. `finds` is handed the
recording and its moments, and returns where it shows and what its words need, or None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from backprop.analyse.evidence import Moment, numbers_that
from backprop.lessons.lens import COMPUTED, lens_of
from backprop.model.recording import Recording
from backprop.topology import Ref

_LARGEST_NET = 709.0  # e^710 is beyond the largest double
_STUCK_SLOPE, _FAR_OFF = 1e-3, 0.5
_LEAST_ITERATIONS, _GROWN = 20, 1.2  # so many iterations, after which the error is so many times the first
_LEAST_STILL, _STILL, _LARGE = (
    1000,
    0.01,
    0.5,
)  # so many; changes below this part of the largest error; large: above this


@dataclass(frozen=True)
class Sight:
    """Where an observation shows, and what its words name beside `what`, `node` and `line`."""

    facts: dict[str, Any]
    moment: Moment | None = None
    line: int | None = None
    rows: Any = None  # of the moment's rows, those that show it
    iteration: int | None = None  # where there is no moment


@dataclass(frozen=True)
class Observation:
    """`beside_mistakes`: it is also said of a program in which something was found before."""

    id: str
    finds: Callable[[Recording, list[Moment]], Sight | None]
    beside_mistakes: bool = True


def _nothing(recording: Recording, seen: list[Moment]) -> Sight | None:
    return Sight({}) if not _sets(recording) & COMPUTED and recording.end == "done" else None


def _no_deltas(recording: Recording, seen: list[Moment]) -> Sight | None:
    sets = _sets(recording)
    return Sight({}) if "a" in sets and "delta" not in sets and "w" in sets else None


def _no_backward(recording: Recording, seen: list[Moment]) -> Sight | None:
    """Not in a lesson that is about the forward pass alone: its lens knows neither a slope nor a delta."""
    sets = _sets(recording)
    watched = {watch.quantity for watch in lens_of(recording.lesson).watches.values()}
    if not watched & {"slope", "delta"}:
        return None
    return (
        Sight({})
        if sets & {"a", "net"} and not sets & {"slope", "delta", "w", "b"} and recording.end == "done"
        else None
    )


def _no_update(recording: Recording, seen: list[Moment]) -> Sight | None:
    sets = _sets(recording)
    cut_short = recording.end != "done" and recording.iterations < 2
    return Sight({}) if "delta" in sets and not sets & {"w", "b"} and not cut_short else None


def _cut_short(recording: Recording, seen: list[Moment]) -> Sight | None:
    if recording.end == "done" or not recording.iterations:
        return None
    return Sight({"count": recording.iterations}, line=recording.error.line if recording.error else None)


def _overflow(recording: Recording, seen: list[Moment]) -> Sight | None:
    if recording.error and recording.error.type == "OverflowError":
        return Sight({}, line=recording.error.line)
    for moment, number in numbers_that(seen, _is_beyond)[:1]:
        first = moment.of(number)
        return Sight({}, first, rows=_is_beyond(first))
    return None


def _is_beyond(moment: Moment) -> Any:
    """Where a number is none, or is made from a net that e^x cannot take."""
    beyond = ~np.isfinite(moment.code)
    if moment.quantity == "a" and moment.activation in ("sigmoid", "tanh"):
        beyond = beyond | (np.abs(moment.net) > _LARGEST_NET)
    return beyond


def _saturation(recording: Recording, seen: list[Moment]) -> Sight | None:
    """An output that is far off its target, on the flat of its activation, for as long as was looked."""
    for moment, number in numbers_that(seen, _is_stuck)[:1]:
        return Sight({}, moment.of(number))
    return None


def _is_stuck(moment: Moment) -> Any:
    node = moment.node
    is_output = moment.quantity == "delta" and node in moment.topology.outputs
    if not is_output or moment.activation not in ("sigmoid", "tanh"):
        return False
    y, t = moment.read(("a", node)), moment.read(("t", node))
    stuck = (moment.slope(y) < _STUCK_SLOPE) & (np.abs(t - y) > _FAR_OFF)
    return stuck.all(axis=-1, keepdims=True)


def _twins(recording: Recording, seen: list[Moment]) -> Sight | None:
    """Two nodes of a hidden layer with the same weights, into them and out of them, first and last."""
    states = [_state(recording, block, row) for block, row in ((0, 0), (-1, -1)) if recording.blocks]
    for layer in recording.topology.layers[1:-1]:
        for one, other in combinations(layer, 2):
            pairs = _weights_of_both(recording, one, other)
            if states and all(state.get(a) == state.get(b) is not None for state in states for a, b in pairs):
                return Sight({"node": one, "other": other})
    return None


def _weights_of_both(recording: Recording, one: int, other: int) -> list[tuple[Ref, Ref]]:
    topology = recording.topology
    pairs: list[tuple[Ref, Ref]] = [
        (("w", (one, i)), ("w", (other, i))) for i in topology.incoming(one) if i in topology.incoming(other)
    ]
    pairs += [(("w", (k, one)), ("w", (k, other))) for k in topology.downstream(one)]
    return pairs + ([(("b", one), ("b", other))] if one in topology.biases else [])


def _state(recording: Recording, block: int, row: int) -> dict[Ref, float]:
    found = recording.blocks[block]
    return {ref: float(value) for (ref, _), value in zip(recording.layouts[found.layout], found.rows[row])}


def _grows(recording: Recording, seen: list[Moment]) -> Sight | None:
    """The error at the end is among the largest of the whole run, and well above the first."""
    loss = recording.loss
    if len(loss) < _LEAST_ITERATIONS or not np.isfinite(loss).all():
        return None
    first, last = float(np.median(loss[:3])), float(np.median(loss[-len(loss) // 10 :]))
    if not (last > _GROWN * first and last > 0.9 * loss.max()):
        return None
    return Sight({"first": f"{first:.4g}", "last": f"{last:.4g}"}, iteration=int(loss.argmax()))


def _stands_still(recording: Recording, seen: list[Moment]) -> Sight | None:
    """Half of the run or more, in which a large error hardly changes."""
    loss = recording.loss
    if len(loss) < _LEAST_STILL or not np.isfinite(loss).all():
        return None
    highest, last = float(loss.max()), float(loss[-1])
    moving = np.flatnonzero(np.abs(loss - last) > _STILL * highest)
    since = int(moving[-1]) + 1 if moving.size else 0
    if since > len(loss) / 2 or last < _LARGE * highest:
        return None
    return Sight({"last": f"{last:.4g}", "since": since + 1}, iteration=since)


def _sets(recording: Recording) -> set[str]:
    """The kinds of quantity that the run sets, beyond its inputs."""
    inputs = recording.topology.inputs
    steps = [batch.step for part in recording.segments for batch in part.batches]
    return {step.sets[0] for step in steps if step.sets[1] not in inputs}


OBSERVATIONS = (
    Observation("nothing-recorded", _nothing),
    Observation("no-backward", _no_backward),
    Observation("no-deltas", _no_deltas),
    Observation("no-update", _no_update),
    Observation("cut-short", _cut_short),
    Observation("overflow", _overflow),
    Observation("saturation", _saturation),
    Observation("twins", _twins),
    Observation("error-grows", _grows, beside_mistakes=False),
    Observation("error-stands-still", _stands_still, beside_mistakes=False),
)
