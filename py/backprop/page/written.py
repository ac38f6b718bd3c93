"""The names under which the page finds the equations of steps, and the equations that it does not have yet."""

from __future__ import annotations

from typing import Any, NamedTuple

from backprop.equations.rule import ONE_SAMPLE, Summed
from backprop.model.patterns import SegmentPattern
from backprop.model.recording import Recording
from backprop.topology import Ref, ref_name


class Written(NamedTuple):
    """The form of a step's equation: the samples that an update sums up, and whether an output is made from its net.

    `shown` is False if the page finds no numbers for it, or has no names for the terms of the sum.
    """

    summed: Summed = ONE_SAMPLE
    net: bool = True
    shown: bool = True

    def name(self, plain: str) -> str:
        """Its name among the quantity's equations: `w:8-4 0..49`."""
        if not self.shown:
            return f"{plain} ?"
        return f"{plain} {self.summed.name or ('of net' if self.net else 'of its sum')}"


NOT_SHOWN = Written(shown=False)

# The equations of all weights are alike: one stands for them, in which the page puts the nodes of a connection.
_ANY_WEIGHT: Any = ("w", ("{to}", "{from}"))


class WrittenEquations:
    """The equations of a recording in the forms that its steps have, and which of them the page has."""

    def __init__(self) -> None:
        self._names: dict[Ref, dict[Written, str]] = {}  # of each quantity's equations
        self._sent: set[str] = set()  # the names of those that the page has
        self._of_weights: dict[str, Written] = {}  # the form of those that stand for all weights, by name

    def names(self, segment: SegmentPattern, checked: dict[int, Written]) -> dict[int, str]:
        """The names of the equations of a pattern's steps, where they are not those of their quantities; `checked` has the
        forms of those that can be checked.

        The first equation of a quantity has its name (`w:3-1`), another one says more (`w:3-1 0..49`).
        """
        found = {}
        for number, step in enumerate(segment.steps):
            plain, names = ref_name(step.sets), self._names.setdefault(step.sets, {})
            written = checked.get(number, next(iter(names), Written()))
            if written not in names:
                names[written] = written.name(plain) if names or not written.shown else plain
            if names[written] != plain:
                found[number] = names[written]
        return found

    def new(self, recording: Recording) -> dict[str, Any]:
        """The equations written out that the page does not have, by name."""
        told = (
            (*self._told_as(ref, name, written), written)
            for ref, names in self._names.items()
            for written, name in names.items()
            if written.shown
        )
        new = {name: (ref, written) for name, ref, written in told if name not in self._sent}
        self._sent |= new.keys()
        return {  # in an order of their own, so that a program baked twice is baked the same
            name: instance.as_json()
            for name, (ref, written) in sorted(new.items())
            if (instance := recording.instance(ref, written.summed, written.net))
        }

    def _told_as(self, ref: Ref, name: str, written: Written) -> tuple[str, Ref]:
        """The name under which the page finds an equation, and the quantity for which that is written out."""
        if ref[0] == "w":
            of_all = name.replace(ref_name(ref), ref_name(_ANY_WEIGHT), 1)
            if self._of_weights.setdefault(of_all, written) == written:
                return of_all, _ANY_WEIGHT
        return name, ref
