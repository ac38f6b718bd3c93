"""The places from which the page takes the numbers that it puts into an equation, if they are not the usual ones.

The page shows an equation with the numbers that stand just before the step: the weights as they are, and of the node's
quantities those of the step's own sample and pass. Mostly these are what the equation reads, but not always: a hidden
delta reads the weights as its forward pass found them, though the program may have moved them since. For such an
operand the page is told at which step of the pass it was changed; for a step whose operands it cannot find in this way,
that it should show no numbers.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import cycle
from typing import Any, NamedTuple

from backprop.analyse.step_groups import CheckGroup, Columns
from backprop.equations.types import BEFORE, EACH
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


class _Terms(NamedTuple):
    """The terms of an operand, each with its name and all numbers that it has in the iteration; and the columns of those
    that the program read. Looking back from a step, the page finds exactly these columns if the step comes after step
    number `since`, and at `until` at the latest."""

    terms: list[tuple[str, list[_Made]]]
    columns: Columns
    since: float
    until: float


def lookups(
    recording: Recording, layout: int, segments: Sequence[int], found: Iterable[CheckGroup]
) -> dict[tuple[int, int], Lookups]:
    """For the steps that can be checked in an iteration of this structure: (segment, number of the step in it). Of passes
    that are looked at together the first stands for all."""
    page = _Page(recording, layout, segments)
    return {
        (one.segment, number - page.first[one.segment]): told
        for one in (group.of_first_pass for group in found)
        for number, told in zip(one.numbers, page.lookups(one))
    }


class _Page:
    """All numbers of one iteration, by quantity, in the order in which they were made.

    What no step sets is noted before the step that it is known from on, so that this step can read it.
    """

    def __init__(self, recording: Recording, layout: int, segments: Sequence[int]) -> None:
        self.first: list[int] = []  # the number of each segment's first step
        self._terms: dict[Any, _Terms] = {}  # of the operands met so far
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

    def lookups(self, one: CheckGroup) -> list[Lookups]:
        """For each of these steps the places of its operands, as the page looks them up."""
        told: list[Lookups] = [{} for _ in one.numbers]
        for (ref, key), (columns, _) in one.inputs.items():
            if key == BEFORE:
                continue
            found = self._terms_of(one, ref, key, columns)
            if found is None:
                return [None for _ in one.numbers]
            if found.since < one.numbers[0] and one.numbers[-1] <= found.until:
                continue  # nearly always
            each = [*zip(found.terms, cycle(columns))]
            for k, number in enumerate(one.numbers):
                before = told[k]
                moved = self._moved(one.segment, number, each if key == EACH else [each[k % len(each)]])
                told[k] = None if before is None or moved is None else before | moved
        return told

    def _terms_of(self, one: CheckGroup, ref: Ref, key: Any, columns: Columns) -> _Terms | None:
        """The terms of an operand of these steps, one for each sample; None if those of a sum have no names."""
        is_alone = ref[0] in LASTING and key != EACH
        whose = () if is_alone else (one.segment, *(one.taken if key == EACH else one.samples))
        known = self._terms.get((ref, key, whose))
        if known and known.columns == columns:
            return known
        if key == EACH:
            terms = self._summed(one, ref)
        else:
            rows = [None] if is_alone else one.samples
            terms = [(ref_name(ref), self._of(ref, one.segment, row)) for row in rows]
        if terms is None:
            return None
        since, until = -math.inf, math.inf
        for (_, made), column in zip(terms, cycle(columns)):
            place = next((n for n, item in enumerate(made) if item.column == column), None)
            since = math.inf if place is None else max(since, made[place].step)
            if place is not None and place + 1 < len(made):
                until = min(until, made[place + 1].step)
        found = self._terms[ref, key, whose] = _Terms(terms, columns, since, until)
        return found

    def _moved(
        self, segment: int, number: int, terms: Iterable[tuple[tuple[str, list[_Made]], int]]
    ) -> Lookups:
        """The terms that do not stand just before this step, with the step of their pass before which they do."""
        told: dict[str, int] = {}
        for (name, made), column in terms:
            before = [item for item in made if item.step < number]
            if before and before[-1].column == column:
                continue
            changed = [item.step for item in self._after(before, column)]
            if not changed or changed[0] < self.first[segment]:
                return None
            told[name] = changed[0] - self.first[segment]
        return told

    def _of(self, ref: Ref, segment: int, row: int | None) -> list[_Made]:
        """The numbers that the page has under the quantity's own name while it shows a step of this segment."""
        made = self._made.get((ref, None), [])
        if ref[0] in LASTING:
            return made
        if row is not None:
            own = self._made.get((ref, row), [])
            made = sorted([*made, *own], key=lambda item: item.step) if made else own
        return [item for item in made if item.segment in (None, segment)]

    def _summed(self, one: CheckGroup, ref: Ref) -> list[tuple[str, list[_Made]]] | None:
        """The places of every term of a sum, with the term's name; None if the terms have no names."""
        summed = one.summed
        if summed is None:
            return None
        if summed.samples:
            return [(ref_name(ref, row), self._made.get((ref, row), [])) for _, row in one.taken]
        if not summed.passes:
            return [(ref_name(ref), self._of(ref, one.segment, None))]
        found = []
        for segment, _ in one.taken:
            own = [item for item in self._made.get((ref, None), []) if item.segment == segment]
            name = f"{ref_name(ref)}@{(segment or 0) - one.segment}"
            found.append((name, own or self._of(ref, one.segment, None)))
        return found

    def _after(self, before: list[_Made], column: int) -> list[_Made]:
        """The numbers made after that one."""
        places = [n for n, item in enumerate(before) if item.column == column]
        return before[places[-1] + 1 :] if places else []
