"""Groups of steps that one equation makes, each with its operands: where the numbers stand that the steps read.

The module operands finds the operands; the check computes each equation for a whole group at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from backprop.equations.instances import instance
from backprop.equations.rule import Rule, Summed, varied
from backprop.equations.types import BEFORE, EACH, Instance
from backprop.model.patterns import StepPattern
from backprop.model.recording import Block
from backprop.topology import Ref, Topology

Whose = tuple[int | None, int | None]  # segment, row
# Columns of a row, one for each sample; only one, if it is the same for all.
Columns = Sequence[int]


class Operand(NamedTuple):
    """The place of an operand of a step.

    columns   columns of the iteration's row, one for each sample; only one, if it is the same for all
    earlier   whether it is the row of the iteration before: for a weight as it was before its last change
    """

    columns: Columns
    earlier: bool


# The operands of a step, by what the equation reads: a quantity, or with BEFORE or EACH.
Operands = dict[tuple[Ref, Any], Operand]


@dataclass(frozen=True)
class CheckGroup:
    """Steps that one equation makes for several samples at once, or for one, with their operands.

    step       the first of them
    segments   the pass that each stands in, counted from 0 in the iteration
    numbers    the number of each step in the iteration, counted from 0
    samples    the row of each; None where the program computes one sample at a time
    columns    where the number that each step makes stands in the iteration's row
    rule       the rule by which the equation makes it
    topology   the network's
    inputs     its operands
    beside     of each sample whose target was set before the run: the columns in which its inputs are set
    taken      the samples that an update takes together: segment and row of each
    """

    step: StepPattern
    segments: list[int]
    numbers: list[int]
    samples: list[int | None]
    columns: Columns
    rule: Rule
    topology: Topology
    inputs: Operands
    beside: list[list[list[int]]] = field(default_factory=list)
    taken: tuple[Whose, ...] = ()

    @cached_property
    def instance(self) -> Instance:
        """The equation, written out."""
        found = instance(self.step.sets, self.topology, self.rule)
        assert found
        return found

    @cached_property
    def kind(self) -> tuple[Any, ...] | None:
        """A key that is equal for steps of a layer whose equations differ only in the columns of their operands; None for
        those of several samples at once."""
        ref = self.step.sets
        is_update = ref[0] in ("w", "b")
        if len(self.numbers) > 1 and not is_update:
            return None
        read = tuple(
            (of[0], key, len(columns), earlier) for (of, key), (columns, earlier) in self.inputs.items()
        )
        return ref[0], None if is_update else self.topology.layer_of(ref), id(self.rule), read

    @property
    def segment(self) -> int:
        """The first pass that they stand in."""
        return self.segments[0]

    @property
    def whose(self) -> list[tuple[int, int | None]]:
        """The segment and row of each step."""
        return [*zip(self.segments, self.samples)]

    @property
    def of_first_pass(self) -> CheckGroup:
        """The steps that stand in the first pass alone."""
        count = self.segments.count(self.segments[0])
        return self if count == len(self.segments) else self._only([*range(count)])

    @property
    def together(self) -> int:
        """The number of samples that an update sums up."""
        return len(self.taken)

    @cached_property
    def summed(self) -> Summed | None:
        """The samples an update adds up, as its equation names them; None where it has no names for them."""
        segments, rows = (
            {segment for segment, _ in self.taken},
            [row for _, row in self.taken if row is not None],
        )
        if not rows:
            passes = sorted(segment - self.segment for segment in segments if segment is not None)
            span = range(passes[0], passes[-1] + 1) if passes else range(0)
            return Summed(passes=range(0) if span == range(1) else span) if [*span] == passes else None
        span = range(min(rows), max(rows) + 1)
        return Summed(span) if len(rows) == len(self.taken) and sorted(rows) == [*span] else None

    def under_rule(self, rule: Rule) -> CheckGroup:
        """These steps under another rule, one that needs no further inputs."""
        quantity = self.step.sets[0]
        if quantity in ("w", "b"):
            rule = varied(rule, samples=range(self.together))
        elif quantity == "a":
            rule = varied(rule, net=any(read[0] == "net" for read, _ in self.inputs))
        inputs = self.inputs
        if not rule.momentum:
            inputs = {place: at for place, at in inputs.items() if place[1] != BEFORE}
        return replace(self, rule=rule, inputs=inputs)

    def with_known_targets(self, block: Block) -> CheckGroup | None:
        """The group without the samples whose target is not known: their inputs change (shuffled rows), but the
        targets were recorded once, before the run. None if no sample is left."""
        if not self.beside:
            return self
        kept = [
            k
            for k, inputs in enumerate(self.beside)
            if all((block.rows[:, columns] == block.rows[0, columns[0]]).all() for columns in inputs)
        ]
        return self if len(kept) == len(self.numbers) else self._only(kept) if kept else None

    def _only(self, kept: list[int]) -> CheckGroup:
        def of(columns: Columns) -> Columns:
            return columns if len(columns) == 1 else evenly([columns[k] for k in kept])

        return replace(
            self,
            segments=[self.segments[k] for k in kept],
            numbers=[self.numbers[k] for k in kept],
            samples=[self.samples[k] for k in kept],
            columns=of(self.columns),
            inputs={
                place: Operand(of(columns), earlier) for place, (columns, earlier) in self.inputs.items()
            },
        )


@dataclass(frozen=True)
class Alike:
    """Steps that are computed together: those of one group, or single steps of one kind (`CheckGroup.kind`).

    first    the first of the groups; its equation computes them all
    refs     what each of the groups sets
    lines    the places of their numbers among those of all groups
    inputs   the columns of each operand of the first group's equation, of all the groups; whether they are earlier. Of a
             single group (samples,); of several (groups,), or (samples, groups) for a sum over samples
    """

    first: CheckGroup
    refs: list[Ref]
    lines: Any
    inputs: dict[tuple[Ref, Any], tuple[Any, bool]]


class CheckGroups(list[CheckGroup]):
    """The groups of an iteration."""

    @cached_property
    def columns(self) -> Any:
        """Where the number that each step makes stands in the iteration's row."""
        return np.array([column for one in self for column in one.columns], int)

    @cached_property
    def widest(self) -> int:
        """The largest count of columns of an operand."""
        return max((len(columns) for one in self for columns, _ in one.inputs.values()), default=1)

    @cached_property
    def looks_back(self) -> bool:
        """True if an operand is that of the iteration before."""
        return any(earlier for alike in self.alike for _, earlier in alike.inputs.values())

    @cached_property
    def alike(self) -> list[Alike]:
        """All of them: the many single steps of one kind together, every other group by itself."""
        found: list[Alike] = []
        of_kind: dict[Any, list[tuple[int, CheckGroup]]] = defaultdict(list)
        line = 0
        for one in self:
            if one.kind is None:
                inputs = {place: (columns, earlier) for place, (columns, earlier) in one.inputs.items()}
                found.append(Alike(one, [one.step.sets], slice(line, line + len(one.columns)), inputs))
            else:
                of_kind[one.kind].append((line, one))
            line += len(one.columns)
        return found + [_together(group) for group in of_kind.values()]


def _together(group: list[tuple[int, CheckGroup]]) -> Alike:
    """Single steps of one kind, to be computed together."""
    lines, groups = zip(*group)
    first: CheckGroup = groups[0]
    inputs = {}
    for (place, (_, earlier)), each in zip(
        first.inputs.items(), zip(*(one.inputs.values() for one in groups))
    ):
        if place[1] == EACH:
            columns = np.array([operand.columns for operand in each]).T
        else:
            columns = np.array([operand.columns[0] for operand in each])
        inputs[place] = columns, earlier
    return Alike(first, [one.step.sets for one in groups], np.array(lines), inputs)


def evenly(columns: list[int]) -> Columns:
    """The columns as a range, if their distances are equal; a range of one column, if all are the same; else as they are."""
    first, last = columns[0], columns[-1]
    if len(columns) == 1:
        return range(first, first + 1)
    even = range(first, last + 1, max(1, (last - first) // max(1, len(columns) - 1)))
    if columns.count(first) == len(columns):
        return even
    return even if [*even] == columns else columns
