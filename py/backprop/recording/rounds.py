"""The ends of iterations in a program that trains in no loop: by recursion, in a comprehension, by `map`, line after line.

There is no turn to count, so the updates are: an iteration is a round of updates in which all neurons take part, and ends
with its last one.

    losses = [step() for epoch in range(100)]     # 100 iterations, each ends with the last line of step()
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from backprop.recording.taps import LASTING, Tap
from backprop.roles.find import Roles


@dataclass(frozen=True)
class RoundEnd:
    """The last update of a round: the tap that notes it, and how often that is executed in a round."""

    tap: Tap
    times: int


def ends_of_rounds(roles: Roles) -> list[int]:
    """The last event of each round of updates that all neurons take part in."""
    events: dict[int, set[int]] = defaultdict(set)
    for delta in roles.deltas.of.values():
        events[delta.net.neuron].add(delta.update.event)
    return [max(events_of_round) for events_of_round in zip(*map(sorted, events.values()))]


def round_end(roles: Roles, taps: Sequence[Tap]) -> RoundEnd | None:
    """The end of a round of updates; None if none of the taps notes one, or its place is one of other things, too."""
    ends = ends_of_rounds(roles)[:2]
    found = [
        (numbers[bisect_right(numbers, ends[0]) - 1], tap, numbers)
        for tap in taps
        if ends and tap.quantity in LASTING[:2] and tap.how in ("value", "owner")
        if (numbers := _executions(roles, tap)) and numbers[0] <= ends[0]
    ]
    if not found:
        return None
    _, tap, numbers = max(found, key=lambda one: one[0])
    if not all(_updates(roles, number) for number in numbers if number <= ends[-1]):
        return None
    first, last = bisect_right(numbers, ends[0]), bisect_right(numbers, ends[-1])
    return RoundEnd(tap, last - first or first)


def _updates(roles: Roles, number: int) -> bool:
    """True if an event makes new versions of weights or biases alone."""
    ids = roles.graph.events[number].ids.ravel().tolist()
    return all(id in roles.places and roles.places[id][0][0] in LASTING[:2] for id in ids)


def _executions(roles: Roles, tap: Tap) -> list[int]:
    """The numbers of the events that a tap notes."""
    places = roles.tape.places
    return [
        number
        for number, event in enumerate(roles.graph.events)
        if places[event.place] == tap.place and event.operation == tap.operation
    ]
