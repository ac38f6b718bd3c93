"""The places from which the page takes the numbers that it puts into an equation, if they are not the usual ones.

The page shows an equation with the numbers that stand just before the step: the weights as they are, and of the node's
quantities those of the step's own sample and pass. Mostly these are what the equation reads, but not always: a hidden
delta reads the weights as its forward pass found them, though the program may have moved them since. For such an
operand the page is told at which step of the pass it was changed; for a step whose operands it cannot find in this way,
that it should show no numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from backprop.analyse.step_groups import CheckGroup
from backprop.equations.instances import BEFORE, EACH
from backprop.model.recording import LASTING, Recording
from backprop.topology import Place, Ref, ref_name

# Of one step, by the names of its operands: the step of its pass before which the page finds them; None where the page
# cannot find them all.
Lookups = dict[str, int] | None


class _Made(NamedTuple):
    """A number of an iteration: the step that made it (-1: known before), where it stands, and in which segment."""

    step: int
    column: int
    segment: int | None


def lookups(
    recording: Recording, layout: int, segments: Sequence[int], found: Iterable[CheckGroup]
) -> dict[tuple[int, int], Lookups]:
    """For the steps that can be checked in an iteration of this structure: (segment, number of the step in it)."""
    page = _Page(recording, layout, segments)
    return {
        (one.segment, number - page.first[one.segment]): page.lookups(one, k, number)
        for one in found
        for k, number in enumerate(one.numbers)
    }


class _Page:
    """All numbers of one iteration, by quantity, in the order in which they were made.

    What no step sets is noted before the step that it is known from on, so that this step can read it.
    """

    def __init__(self, recording: Recording, layout: int, segments: Sequence[int]) -> None:
        self.first: list[int] = []  # the number of each segment's first step
        self._made: defaultdict[Place, list[_Made]] = defaultdict(list)
        for column, (ref, row) in enumerate(recording.layouts[layout]):
            self._made[ref, row].append(_Made(-1, column, None))
        start, first = len(recording.layouts[layout]), 0
        for segment, id in enumerate(segments):
            pattern = recording.segments[id]
            self.first.append(first)
            for number, step in enumerate(pattern.steps):
                self._made[step.sets, step.sample].append(_Made(first + number, start + step.at, segment))
            for place, at, since in pattern.also:
                self._made[place].append(_Made(first + since - 1, start + at, segment))
            start, first = start + pattern.length, first + len(pattern.steps)
        for made in self._made.values():
            made.sort(key=lambda one: one.step)  # keeps the order of those of one step

    def lookups(self, one: CheckGroup, k: int, number: int) -> Lookups:
        """The places of the operands of the k-th of these steps, as the page looks them up."""
        told: dict[str, int] = {}
        for (ref, key), (columns, _) in one.inputs.items():
            if key == BEFORE:
                continue
            wanted = (
                self._summed(one, ref)
                if key == EACH
                else [(ref_name(ref), self._of(ref, one, one.samples[k]))]
            )
            if wanted is None:
                return None
            for n, (name, made) in enumerate(wanted):
                place = n if key == EACH else k
                column = columns[place] if len(columns) > 1 else columns[0]
                if made and made[-1].step < number and made[-1].column == column:
                    continue  # nearly always
                before = [item for item in made if item.step < number]
                if before and before[-1].column == column:
                    continue
                changed = [item.step for item in self._after(before, column)]
                if not changed or changed[0] < self.first[one.segment]:
                    return None
                told[name] = changed[0] - self.first[one.segment]
        return told

    def _of(self, ref: Ref, one: CheckGroup, row: int | None) -> list[_Made]:
        """The numbers that the page has under the quantity's own name while it shows this step."""
        made = self._made.get((ref, None), [])
        if ref[0] in LASTING:
            return made
        if row is not None:
            own = self._made.get((ref, row), [])
            made = sorted([*made, *own], key=lambda item: item.step) if made else own
        if len(made) == 1 and made[0].segment in (None, one.segment):
            return made
        return [item for item in made if item.segment in (None, one.segment)]

    def _summed(self, one: CheckGroup, ref: Ref) -> list[tuple[str, list[_Made]]] | None:
        """The places of every term of a sum, with the term's name; None if the terms have no names."""
        summed = one.summed
        if summed is None:
            return None
        if summed.samples:
            return [(ref_name(ref, row), self._made.get((ref, row), [])) for _, row in one.taken]
        if not summed.passes:
            return [(ref_name(ref), self._of(ref, one, None))]
        found = []
        for segment, _ in one.taken:
            own = [item for item in self._made.get((ref, None), []) if item.segment == segment]
            name = f"{ref_name(ref)}@{(segment or 0) - one.segment}"
            found.append((name, own or self._of(ref, one, None)))
        return found

    def _after(self, before: list[_Made], column: int) -> list[_Made]:
        """The numbers made after that one."""
        places = [n for n, item in enumerate(before) if item.column == column]
        return before[places[-1] + 1 :] if places else []
