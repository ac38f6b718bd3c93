"""Operands: the numbers that each step of an iteration reads. The check, the gradient check and the page use them.

A step reads the quantities on the right side of its equation (4.5, say). This module finds in which column of an
iteration's row each of these operands stands when the program makes the step. The weights that a delta reads are those
that its forward pass used; momentum reads a weight as it was before its last change; an update reads the deltas of all
samples since the last one. What stands where is the same for all rows of a block.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from backprop.equations.instances import BEFORE, EACH, Instance, instance
from backprop.equations.rule import Rule, Summed
from backprop.model.patterns import Batch, SegmentPattern, StepPattern
from backprop.model.recording import Block, Recording
from backprop.topology import Ref, Topology, node_of

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
    segment    the pass that they stand in, counted from 0 in the iteration
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
    segment: int
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
        """The same for updates of weights, or of biases, whose equations differ in nothing but where the operands stand."""
        quantity = self.step.sets[0]
        if quantity not in ("w", "b"):
            return None
        read = tuple((key, len(columns), earlier) for (_, key), (columns, earlier) in self.inputs.items())
        return quantity, id(self.rule), read

    @property
    def together(self) -> int:
        """The number of samples that an update sums up."""
        return len(self.taken)

    @property
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
            rule = _summing(rule, self.together)
        elif quantity == "a":
            rule = replace(rule, net=any(read[0] == "net" for read, _ in self.inputs))
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
            return columns if len(columns) == 1 else _evenly([columns[k] for k in kept])

        return replace(
            self,
            numbers=[self.numbers[k] for k in kept],
            samples=[self.samples[k] for k in kept],
            columns=of(self.columns),
            inputs={
                place: Operand(of(columns), earlier) for place, (columns, earlier) in self.inputs.items()
            },
        )


@lru_cache
def _summing(rule: Rule, together: int) -> Rule:
    """The rule of an update that sums up so many samples; one object for all of them."""
    return replace(rule, samples=range(together))


@dataclass(frozen=True)
class Alike:
    """Steps that are computed together: those of one group, or single updates of one kind (`CheckGroup.kind`).

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
    def alike(self) -> list[Alike]:
        """All of them: the many updates of one kind together, every other group by itself."""
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
    """Updates of one kind, to be computed together."""
    lines, groups = zip(*group)
    first: CheckGroup = groups[0]
    inputs = {}
    for (place, (_, earlier)), each in zip(
        first.inputs.items(), zip(*(one.inputs.values() for one in groups))
    ):
        columns = np.array([[*operand.columns] for operand in each]).T
        inputs[place] = columns if place[1] == EACH else columns[0], earlier
    return Alike(first, [one.step.sets for one in groups], np.array(lines), inputs)


def _evenly(columns: list[int]) -> Columns:
    """The columns as a range, if their distances are equal; a range of one column, if all are the same; else as they are."""
    first, last = columns[0], columns[-1]
    even = range(first, last + 1, max(1, (last - first) // max(1, len(columns) - 1)))
    if columns.count(first) == len(columns):
        return even
    return even if [*even] == columns else columns


_OF_NO_SAMPLE = ("w", "b", "eta")
_ALWAYS: Whose = (None, None)  # theirs
_LAST_TIME = -1  # in place of a column: where it was last changed in the iteration before


class _Walk:
    """Goes through the steps of an iteration and keeps where each quantity stands now."""

    def __init__(self, recording: Recording, layout: int) -> None:
        self.topology = recording.topology
        # The momentum rule also reads the last change, so its operands include those of every other rule.
        self.rule = replace(recording.rule, momentum=1.0)
        self.now: defaultdict[Ref, dict[Whose, int]] = defaultdict(dict)
        for at, (ref, sample) in enumerate(recording.layouts[layout]):
            self.now[ref][None, sample] = at
        # By node and sample: the columns of the weights that the node's net used in the forward pass.
        self.forward: defaultdict[int, dict[Whose, dict[Ref, int]]] = defaultdict(dict)
        self.before: dict[Ref, int] = {}  # weights before they were last changed
        self.deltas: dict[int, dict[Whose, None]] = {}  # of each node, whose deltas there are
        self.given: dict[int | None, dict[Ref, list[int]]] = {}  # of each row, where its inputs are set
        self.used: dict[Ref, int] = {}  # of each weight, how many of these its updates have taken in

    def set(self, ref: Ref, whose: Sequence[Whose], columns: list[int]) -> None:
        """Steps have set this quantity of these samples."""
        quantity = ref[0]
        if quantity in ("w", "b"):
            self.before[ref] = self.now[ref][_ALWAYS]
            self.used[ref] = len(self.deltas.get(node_of(ref), ()))
        if quantity in _OF_NO_SAMPLE:
            whose = [_ALWAYS]
        if quantity in ("net", "a"):
            node = node_of(ref)
            weights: list[Ref] = [("w", (node, i)) for i in self.topology.incoming(node)]
            used = {w: self.now[w][_ALWAYS] for w in weights if _ALWAYS in self.now[w]}
            self.forward[node].update(dict.fromkeys(whose, used))
        if ref[1] in self.topology.inputs:
            for (_, row), column in zip(whose, columns):
                self.given.setdefault(row, {}).setdefault(ref, []).append(column)
        if quantity == "delta":
            self.deltas.setdefault(node_of(ref), {}).update(dict.fromkeys(whose))
        self.now[ref].update(zip(whose, columns))

    def equations(
        self, ref: Ref, whose: Sequence[Whose]
    ) -> Iterator[tuple[list[int], Rule, dict[tuple[Ref, Any], list[int]], Sequence[Whose]]]:
        """For those of the samples for which it can be checked: which they are, the equation's rule, its inputs' places;
        and of an update the samples it takes together."""
        rule, together, left = self.rule, [], [*range(len(whose))]
        if ref[0] in ("w", "b"):
            together, whose = [*self.deltas.get(node_of(ref), ())][self.used.get(ref, 0) :], [_ALWAYS]
            rule = _summing(rule, len(together))
            if not together:
                return
        for one in (rule, replace(rule, net=False)):  # a program may keep some nets and not others
            found = instance(ref, self.topology, one)
            if not found or not left:
                return
            inputs: dict[tuple[Ref, Any], Any] = {}

            def read(ref: Ref, key: Any = None, inputs: Any = inputs) -> float:
                inputs[ref, key] = self._places(ref, key, together if key == EACH else whose)
                return 1.0

            found.evaluate(read)
            gaps = {key: columns for key, columns in inputs.items() if None in columns}
            if any(key == EACH for _, key in gaps):
                continue
            known = [k for k in left if all(columns[k] is not None for columns in gaps.values())]
            left = [k for k in left if k not in known] if gaps else []
            if gaps:
                inputs = {key: [columns[k] for k in known] for key, columns in inputs.items()}
            if known:
                yield known, one, inputs, together

    def _places(self, ref: Ref, key: Any, whose: Sequence[Whose]) -> list[int | None]:
        """The columns in which this quantity of these samples stands; None where it is not known."""
        if key == BEFORE:
            return [self.before.get(ref, _LAST_TIME)]
        now = self.now[ref]
        if ref[0] in _OF_NO_SAMPLE:
            always = now.get(_ALWAYS)
            used = {} if ref[0] == "eta" else self.forward[node_of(ref)]
            return [used[one].get(ref, always) if one in used else always for one in whose]

        def elsewhere(segment: int | None, row: int | None) -> int | None:
            places: list[Whose] = [(segment, None), (None, row), _ALWAYS]
            return next((now[place] for place in places if place in now), None)

        return [now[one] if one in now else elsewhere(*one) for one in whose]


def _groups(recording: Recording, layout: int, segments: Sequence[int]) -> list[CheckGroup]:
    """Everything that can be checked in an iteration made of these segments, in the order of its steps.

    By a rule that reads all that any rule may read; see `CheckGroup.under_rule`.
    """
    walk = _Walk(recording, layout)
    start, number = len(recording.layouts[layout]), 0
    found = []
    complete = {id: _complete(recording.segments[id], recording) for id in {*segments}}
    for segment, id in enumerate(segments):
        pattern = recording.segments[id]
        also = iter(sorted(pattern.also, key=lambda known: known[2]))
        waiting = next(also, None)
        for batch in complete[id]:
            while waiting and waiting[2] <= batch.numbers[0]:
                (ref, row), at, _ = waiting
                walk.set(ref, [(segment, row)], [start + at])
                waiting = next(also, None)
            whose = [(segment, row) for row in batch.samples]
            columns = [start + at for at in batch.columns]
            for known, rule, inputs, together in (
                walk.equations(batch.step.sets, whose) if batch.step.equation else ()
            ):
                found.append(
                    CheckGroup(
                        batch.step,
                        segment,
                        [number + batch.numbers[k] for k in known],
                        [batch.samples[k] for k in known],
                        _evenly([columns[k] for k in known]),
                        rule,
                        walk.topology,
                        {place: Operand(at, False) for place, at in inputs.items()},
                        taken=tuple(together),
                    )
                )
            walk.set(batch.step.sets, whose, columns)
        start += pattern.length
        number += len(pattern.steps)
    return [_completed(one, walk, len(recording.layouts[layout])) for one in found]


def _complete(pattern: SegmentPattern, recording: Recording) -> list[Batch]:
    """All steps except partial sums, as `delta[j] += …` once for each term.

    The value of a partial sum is overwritten before an equation reads it.
    """
    open_steps: dict[Any, tuple[int, int]] = {}
    looked_at: dict[Ref, int] = {}
    last = set(range(len(pattern.steps)))
    for n, batch in enumerate(pattern.batches):
        ref = batch.step.sets
        for number, sample in zip(batch.numbers, batch.samples):
            since, earlier = open_steps.get((ref, sample), (n, number))
            if number != earlier and looked_at.get(ref, -1) < since:
                last.discard(earlier)
            open_steps[ref, sample] = n, number
        written = recording.instance(ref)
        looked_at |= {read: n for read in written.reads if read != ref} if written else {}
    complete = [[number for number in batch.numbers if number in last] for batch in pattern.batches]
    return [batch.of(pattern.steps, numbers) for batch, numbers in zip(pattern.batches, complete) if numbers]


def _completed(one: CheckGroup, walk: _Walk, of_layout: int) -> CheckGroup:
    """This group of steps, completed by the facts that only the whole iteration shows.

    What had not been changed yet in this iteration was last changed in the one before.
    """
    targets = [columns for (ref, _), (columns, _) in one.inputs.items() if ref[0] == "t"]
    beside = [
        [*walk.given.get(sample, {}).values()] if any(columns[k] < of_layout for columns in targets) else []
        for k, sample in enumerate(one.samples)
    ]
    inputs: Operands = {
        (ref, key): (
            Operand([walk.before[ref]], True)
            if _LAST_TIME in columns
            else Operand(_evenly([*columns]), False)
        )
        for (ref, key), (columns, _) in one.inputs.items()
    }
    return replace(one, inputs=inputs, beside=beside if any(beside) else [])


# A cache: the check groups of each structure of a recording, by the recording's own rule and by each rule asked for.
_FOUND: WeakKeyDictionary[Recording, dict[Any, CheckGroups]] = WeakKeyDictionary()


def check_groups(recording: Recording, block: Block, most: int | None = None) -> CheckGroups:
    """The steps of a block that an equation makes, by the recording's rule; worked out once for all blocks of its structure.
    With `most` about so many of the groups, spread evenly, for any rule (`CheckGroup.under_rule`)."""
    known = _FOUND.setdefault(recording, {})
    structure = block.layout, block.segments
    if structure not in known:
        known[structure] = CheckGroups(_groups(recording, *structure))
    under = (*structure, None if most else recording.rule, recording.unchecked)
    if under not in known:
        layer_of = recording.topology.layer_of
        known[under] = CheckGroups(
            one if most else one.under_rule(recording.rule)
            for one in known[structure]
            if (one.step.sets[0], layer_of(one.step.sets)) not in recording.unchecked
        )
    found = _with_known_targets(known[under], block)
    return CheckGroups(found[:: len(found) // most | 1]) if most else found


def _with_known_targets(found: CheckGroups, block: Block) -> CheckGroups:
    if not any(one.beside for one in found):
        return found
    return CheckGroups(told for one in found if (told := one.with_known_targets(block)))
