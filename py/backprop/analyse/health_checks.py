"""The observations: states of a run that are no mistake of its program, or that hide one, such as a dead node.

To add one, add an entry to OBSERVATIONS, and its sentences to every file in `texts/`. Its function takes the
recording and its moments, and returns the place where the observation shows and the facts of its sentences, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop.analyse.evidence import Moment, numbers_that
from backprop.analyse.first_causes import (
    First,
    explosion,
    first_not_finite,
    has_overflowed,
    idle_nodes,
    is_given,
    sample_of,
)
from backprop.equations.tex import symbol
from backprop.lessons.lens import COMPUTED, lens_of
from backprop.model.recording import Recording
from backprop.network import ACTIVATIONS
from backprop.topology import Ref

_LARGEST_NET = 709.0  # e^710 is beyond the largest double
_STUCK_SLOPE, _FAR_OFF = 1e-3, 0.5
_OTHER_OUTPUT = 0.01  # from what the activation makes
_LEAST_ITERATIONS, _GROWN = 20, 1.2  # so many iterations, after which the error is so many times the first
_LEAST_STILL, _STILL, _LARGE = (
    1000,
    0.01,
    0.5,
)  # so many; changes below this part of the largest error; large: above this


@dataclass(frozen=True)
class Sight:
    """The place where an observation shows, and the facts that its sentences name beside `what`, `node` and `line`."""

    facts: dict[str, Any]
    moment: Moment | None = None
    line: int | None = None
    rows: Any = None  # of the moment's rows, those that show it
    iteration: int | None = None  # where there is no moment, and
    step: int | None = None  # the number of the step in it
    where: Ref | None = None


@dataclass(frozen=True)
class Observation:
    """`beside_mistakes`: it is also said of a program in which something was found before. `kind` as of a finding."""

    id: str
    finds: Callable[[Recording, list[Moment]], Sight | None]
    beside_mistakes: bool = True
    kind: str = "observation"


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
    first = first_not_finite(recording)
    if first and not is_given(recording, first.ref) and has_overflowed(recording, first):
        return _at(recording, first)
    for moment, number in numbers_that(seen, _is_beyond)[:1] if not first else []:
        one = moment.of(number)
        return Sight({}, one, rows=_is_beyond(one))
    return None


def _at(recording: Recording, first: First, **facts: Any) -> Sight:
    """The place of a number that is none."""
    facts |= {"what": symbol(first.ref, recording.topology)["text"]}
    return Sight(facts, None, first.step.line, iteration=first.iteration, step=first.number, where=first.ref)


def _given_no_number(recording: Recording, seen: list[Moment]) -> Sight | None:
    """An input or a target that is NaN or infinite, with the line that gives it."""
    first = first_not_finite(recording)
    if first is None or not is_given(recording, first.ref):
        return None
    sight = _at(recording, first, sample=sample_of(recording, first))
    line = recording.judgement.given_line if recording.judgement else None
    return replace(sight, line=line or sight.line, facts=sight.facts | {"line": line or sight.line})


def _no_number(recording: Recording, seen: list[Moment]) -> Sight | None:
    """A number that is none, made from numbers that are not too large."""
    first = first_not_finite(recording)
    if first is None or is_given(recording, first.ref) or has_overflowed(recording, first):
        return None
    return _at(recording, first, line=first.step.line)


def _explodes(recording: Recording, seen: list[Moment]) -> Sight | None:
    loss = recording.loss[recording.with_error]
    finite = loss[np.isfinite(loss)]
    if finite.size and finite[-1] <= finite[0] and np.isfinite(loss[-1]):
        return None  # large weights that lead to a smaller error are what the data ask for
    found = explosion(recording)
    if found is None:
        return None
    iteration, ref = found
    return Sight({"what": symbol(ref, recording.topology)["text"]}, iteration=iteration, where=ref)


def _dead(recording: Recording, seen: list[Moment]) -> Sight | None:
    return _idle(recording, "dead")


def _saturated(recording: Recording, seen: list[Moment]) -> Sight | None:
    return _idle(recording, "saturated")


def _idle(recording: Recording, which: str) -> Sight | None:
    """The node that does nothing first."""
    found = sorted((since, node) for node, since in idle_nodes(recording, which))
    if not found:
        return None
    since, node = found[0]
    nodes = ", ".join(str(node) for node in sorted(node for _, node in found))
    return _first_step(recording, {"nodes": nodes, "since": since + 1}, since, ("a", node))


def _first_step(recording: Recording, facts: dict[str, Any], iteration: int, ref: Ref) -> Sight:
    """The first step of an iteration that sets a quantity."""
    for number, step in enumerate(Recording.steps(recording, iteration)):
        if ref in step.sets:
            return Sight(facts, None, step.line, iteration=iteration, step=number, where=ref)
    return Sight(facts, iteration=iteration, where=ref)


def _is_beyond(moment: Moment) -> Any:
    """True in the iterations where a number is infinite, or is made from a net that overflows e^x. One that is NaN
    here is not known: a bias that is made of other numbers than a single one of the program's."""
    beyond = np.isinf(moment.code)
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
    made = ACTIVATIONS[moment.activation].value(moment.net)
    # An output may be a number that no activation made: a distance, in a siamese network.
    is_other = np.abs(made - y) > _OTHER_OUTPUT
    stuck = (moment.slope(y) < _STUCK_SLOPE) & (np.abs(t - y) > _FAR_OFF) & ~is_other
    return stuck.all(axis=-1, keepdims=True)


def _twins(recording: Recording, seen: list[Moment]) -> Sight | None:
    """Two nodes of a hidden layer with the same weights, into them and out of them, first and last."""
    if _zero_start(recording, seen) is not None:
        return None
    states = [_state(recording, block, row) for block, row in ((0, 0), (-1, -1)) if recording.blocks]
    for layer in recording.topology.layers[1:-1]:
        for one, other in combinations(layer, 2):
            pairs = _weights_of_both(recording, one, other)
            if states and all(state.get(a) == state.get(b) is not None for a, b in pairs for state in states):
                return _first_step(recording, {"node": one, "other": other}, recording.kept[0], ("a", other))
    return None


def _zero_start(recording: Recording, seen: list[Moment]) -> Sight | None:
    """A hidden layer of several nodes, all weights of which (in and out) begin at 0; its nodes are equal at the end."""
    if not recording.blocks:
        return None
    first, last = (_state(recording, block, row) for block, row in ((0, 0), (-1, -1)))
    for number, layer in enumerate(recording.topology.layers[1:-1], 1):
        pairs = partial(_pairs_of, recording, layer)  # many, mostly settled by the first
        begins_at_0 = (first.get(ref) == 0 for pair in pairs() for ref in pair if ref[0] == "w")
        is_equal = (last.get(one) == last.get(other) is not None for one, other in pairs())
        if next(pairs(), None) and all(begins_at_0) and all(is_equal):
            return _first_step(recording, {"layer": number}, recording.kept[0], ("a", layer[0]))
    return None


def _pairs_of(recording: Recording, layer: Sequence[int]) -> Iterator[tuple[Ref, Ref]]:
    """The weights and biases of a layer that stand at the same place of two of its nodes, two by two."""
    for one, other in combinations(layer, 2):
        yield from _weights_of_both(recording, one, other)


def _weights_of_both(recording: Recording, one: int, other: int) -> Iterator[tuple[Ref, Ref]]:
    topology = recording.topology
    for i in topology.incoming(one):
        if (other, i) in topology.connections:
            yield ("w", (one, i)), ("w", (other, i))
    for k in topology.downstream(one):
        yield ("w", (k, one)), ("w", (k, other))
    if one in topology.biases:
        yield ("b", one), ("b", other)


def _state(recording: Recording, block: int, row: int) -> dict[Ref, float]:
    found = recording.blocks[block]
    return {ref: float(value) for (ref, _), value in zip(recording.layouts[found.layout], found.rows[row])}


def _errors(recording: Recording, least: int) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """The iterations whose error is known, and these errors. None if they are less than `least`, if one is not finite, or
    if each turn of the loop begins with new weights: then the errors belong to many trainings."""
    known = recording.with_error
    loss = recording.loss[known]
    begins_anew = recording.judgement is not None and recording.judgement.made_in_loop is not None
    if len(loss) < least or not np.isfinite(loss).all() or begins_anew:
        return None
    return known, loss


def _grows(recording: Recording, seen: list[Moment]) -> Sight | None:
    """The error at the end is among the largest of the whole run, and well above the first."""
    if (found := _errors(recording, _LEAST_ITERATIONS)) is None:
        return None
    known, loss = found
    first, last = float(np.median(loss[:3])), float(np.median(loss[-len(loss) // 10 :]))
    if not (last > _GROWN * first and last > 0.9 * loss.max()):
        return None
    return Sight({"first": f"{first:.4g}", "last": f"{last:.4g}"}, iteration=int(known[loss.argmax()]))


def _stands_still(recording: Recording, seen: list[Moment]) -> Sight | None:
    """Half of the run or more, in which a large error hardly changes."""
    if (found := _errors(recording, _LEAST_STILL)) is None:
        return None
    known, loss = found
    highest, last = float(loss.max()), float(loss[-1])
    moving = np.flatnonzero(np.abs(loss - last) > _STILL * highest)
    since = int(known[moving[-1]]) + 1 if moving.size else 0
    if since > recording.iterations / 2 or last < _LARGE * highest:
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
    Observation("input-not-a-number", _given_no_number),
    Observation("overflow", _overflow),
    Observation("not-a-number", _no_number),
    Observation("explosion", _explodes, beside_mistakes=False),
    Observation("saturation", _saturation),
    Observation("zero-start", _zero_start, kind="mistake"),
    Observation("twins", _twins),
    Observation("dead-node", _dead, beside_mistakes=False),
    Observation("saturated-node", _saturated, beside_mistakes=False),
    Observation("error-grows", _grows, beside_mistakes=False),
    Observation("error-stands-still", _stands_still, beside_mistakes=False),
)
