"""Says of the numbers on a tape of one iteration which quantity each is.

The places of a program's roles are known from its first updates. Here they are read on the tape of any iteration, as
the recorder reads its notes: the k-th execution of a place means what the k-th meant in the first updates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from backprop.recording.role_places import RolePlaces
from backprop.recording.taps import Tap, opened, unbroadcast
from backprop.topology import Ref
from backprop.trace.tape import Event, Ids, Kind, Place, Tape


class Label(NamedTuple):
    """The quantity that a number is, of which row of its pass (None: a program that takes one sample after the other),
    and -1 if the program keeps it with the other sign."""

    ref: Ref
    row: int | None
    sign: int


@dataclass(frozen=True)
class Occurrence:
    """An execution of a place that gives a quantity, with the quantity's id."""

    id: int
    label: Label


def occurrences(tape: Tape, places: RolePlaces, taps: Sequence[Tap]) -> list[Occurrence]:
    """All numbers of the taps on a tape, in the order in which the program computes."""
    at: dict[tuple[Place, str], list[Tap]] = defaultdict(list)
    for tap in taps:
        if tap.how == "start":
            continue
        at[tap.place, tap.operation].append(tap)
    quiet = _quiet_contexts(tape, places)
    counts: dict[int, int] = defaultdict(int)
    found: list[Occurrence] = []
    for event in tape.events:
        for tap in at.get((tape.places[event.place], event.operation), ()):
            if quiet[event.context]:
                continue
            count = counts[id(tap)]
            counts[id(tap)] += 1
            found += _of_execution(tap, event, places.by_rows, count)
    return found


def _of_execution(tap: Tap, event: Event, by_rows: bool, count: int) -> Iterator[Occurrence]:
    ids = _noted(tap, event)
    passes, slot = divmod(count, len(tap.cycle))
    refs = opened(tap.cycle[slot], by_rows, (passes, tap.samples), ids.shape)
    if len(refs) == ids.size:
        for one, place in zip(ids.ravel().tolist(), refs):
            if place is not None:
                yield Occurrence(one, Label(place[0], place[1], tap.sign))


def _noted(tap: Tap, event: Event) -> Ids:
    """The ids that a tap notes of an operation."""
    if tap.how != "operand":
        return event.ids
    ids = event.operands[tap.operand]
    return unbroadcast(ids.reshape(event.shape)) if event.kind is Kind.ELEMENTWISE else ids


def _quiet_contexts(tape: Tape, places: RolePlaces) -> list[bool]:
    """A Boolean for each call context: True if it lies in a call outside of training."""
    found: list[bool] = []
    for parent, place in tape.contexts:
        found.append((parent >= 0 and found[parent]) or tape.places[place] in places.quiet_calls)
    return found
