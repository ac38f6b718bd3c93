"""Operands: the numbers that each step of an iteration reads. The check, the gradient check and the page use them.

A step reads the quantities on the right side of its equation (4.5, say). This module finds in which column of an
iteration's row each of these operands stands when the program makes the step. The weights that a delta reads are those
that its forward pass used; momentum reads a weight as it was before its last change; an update reads the deltas of all
samples since the last one. What stands where is the same for all rows of a block.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from backprop.analyse.step_groups import CheckGroup, CheckGroups, Columns, Operand, Operands, Whose, evenly
from backprop.equations.instances import instance
from backprop.equations.rule import Rule, varied
from backprop.equations.types import BEFORE, EACH
from backprop.model.patterns import Batch, SegmentPattern
from backprop.model.recording import Block, Recording
from backprop.topology import Ref, node_of

_OF_NO_SAMPLE = ("w", "b", "eta")
_ALWAYS: Whose = (None, None)  # theirs


class _Passes(NamedTuple):
    """Passes of one pattern that follow one another and change nothing that another one reads: what one of them reads is
    known from the first.

    first    the first of them, counted from 0 in the iteration
    many     how many there are
    start    the column at which the first begins
    length   how many columns each takes
    """

    first: int
    many: int
    start: int
    length: int

    def whose(self, rows: Sequence[int | None]) -> list[tuple[int, int | None]]:
        """The samples of these rows, in each pass."""
        return [(segment, row) for segment in range(self.first, self.first + self.many) for row in rows]

    def columns(self, of_first: Sequence[int]) -> Columns:
        """Columns of the first pass, or before it, and those of the other passes in their place."""
        inside = [column >= self.start for column in of_first]
        if self.many == 1 or not any(inside):
            return evenly([*of_first])
        if len(inside) == 1:
            return range(of_first[0], of_first[0] + self.many * self.length, self.length)
        moves = range(0, self.many * self.length, self.length)
        return evenly([at + by * moved for by in moves for at, moved in zip(of_first, inside)])


class _Equation(NamedTuple):
    """An equation of some steps that one line makes: which of the first pass's, its rule, its operands; and the samples that
    an update takes together."""

    known: list[int]
    rule: Rule
    operands: Operands
    taken: tuple[Whose, ...] = ()


class _Walk:
    """Goes through the steps of an iteration and keeps where each quantity stands now."""

    def __init__(self, recording: Recording, layout: int) -> None:
        self.topology = recording.topology
        # The momentum rule also reads the last change, so its operands include those of every other rule.
        self.rule = varied(recording.rule, momentum=1.0)
        self.now: defaultdict[Ref, dict[Whose, int]] = defaultdict(dict)
        for at, (ref, sample) in enumerate(recording.layouts[layout]):
            self.now[ref][None, sample] = at
        # By node and sample: the columns of the weights that the node's net used in the forward pass.
        self.forward: defaultdict[int, dict[Whose, dict[Ref, int]]] = defaultdict(dict)
        self.before: dict[Ref, int] = {}  # weights before they were last changed
        self.deltas: dict[int, dict[Whose, None]] = {}  # of each node, whose deltas there are
        self.given: dict[int | None, dict[Ref, list[int]]] = {}  # of each row, where its inputs are set
        self.used: dict[Ref, int] = {}  # of each weight, how many of these its updates have taken in
        # By input or delta: the samples that the last update summed over, and the columns of their numbers.
        self.each: dict[Ref, tuple[list[Whose], Columns | None]] = {}
        self.changed_last_time: list[tuple[Ref, Operands]] = []

    def set(self, ref: Ref, whose: Sequence[Whose], columns: Columns) -> None:
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
        self.each.pop(ref, None)

    def equations(self, ref: Ref, rows: Sequence[int | None], passes: _Passes) -> Iterator[_Equation]:
        """For those of the samples for which it can be checked, the equation that makes this quantity."""
        if ref[0] in ("w", "b"):
            yield from self._update(ref)
            return
        whose = [(passes.first, row) for row in rows]
        left = [*range(len(whose))]
        for rule in (self.rule, varied(self.rule, net=False)):  # a program may keep some nets and not others
            written = instance(ref, self.topology, rule) if left else None
            if written is None:
                return
            inputs = {place: [self._place(place[0], one) for one in whose] for place in written.operands}
            gaps = [columns for columns in inputs.values() if None in columns]
            known = [k for k in left if all(columns[k] is not None for columns in gaps)]
            left = [k for k in left if k not in known] if gaps else []
            if known:
                operands = {
                    place: Operand(passes.columns([columns[k] for k in known]), False)
                    for place, columns in inputs.items()
                }
                yield _Equation(known, rule, operands)

    def _update(self, ref: Ref) -> Iterator[_Equation]:
        """The equation of an update that takes in all deltas since the one before, if all that it reads is known."""
        together = [*self.deltas.get(node_of(ref), ())][self.used.get(ref, 0) :]
        rule = varied(self.rule, samples=range(len(together)))
        written = instance(ref, self.topology, rule) if together else None
        if written is None:
            return
        operands: Operands = {}
        for read, key in written.operands:
            if key == BEFORE:
                columns: Columns | None = [self.before.get(ref, 0)]
            else:
                columns = self._of_each(read, together) if key == EACH else self._known(read, [_ALWAYS])
            if columns is None:
                return
            operands[read, key] = Operand(columns, False)
        if ref not in self.before:
            self.changed_last_time.append((ref, operands))
        yield _Equation([0], rule, operands, tuple(together))

    def _of_each(self, ref: Ref, together: list[Whose]) -> Columns | None:
        """The columns of an operand of an update, of every sample that this takes together; None if one is not known."""
        if ref not in self.each or self.each[ref][0] != together:
            self.each[ref] = together, self._known(ref, together)
        return self.each[ref][1]

    def _known(self, ref: Ref, whose: Sequence[Whose]) -> Columns | None:
        """The columns in which this quantity of these samples stands; None if one of them is not known."""
        columns = [column for column in (self._place(ref, one) for one in whose) if column is not None]
        return evenly(columns) if len(columns) == len(whose) else None

    def _place(self, ref: Ref, one: Whose) -> int | None:
        """The column in which this quantity of this sample stands; None where it is not known."""
        now = self.now[ref]
        if ref[0] in _OF_NO_SAMPLE:
            used = None if ref[0] == "eta" else self.forward[node_of(ref)].get(one)
            return now.get(_ALWAYS) if used is None or ref not in used else used[ref]
        if one in now:
            return now[one]
        segment, row = one
        elsewhere: list[Whose] = [(segment, None), (None, row), _ALWAYS]
        return next((now[place] for place in elsewhere if place in now), None)


def _groups(recording: Recording, layout: int, segments: Sequence[int]) -> list[CheckGroup]:
    """Everything that can be checked in an iteration made of these segments, in the order of its steps.

    By a rule that reads all that any rule may read; see `CheckGroup.under_rule`.
    """
    walk = _Walk(recording, layout)
    start, number = len(recording.layouts[layout]), 0
    found: list[CheckGroup] = []
    complete = {id: _complete(recording.segments[id], recording) for id in {*segments}}
    for first, count in _alike(recording, segments):
        id = segments[first]
        pattern = recording.segments[id]
        passes = _Passes(first, count, start, pattern.length)
        found += _groups_of(walk, pattern, complete[id], passes, number)
        start += count * pattern.length
        number += count * len(pattern.steps)
    for ref, operands in walk.changed_last_time:
        operands[ref, BEFORE] = Operand([walk.before[ref]], True)
    return [_beside_inputs(one, walk, len(recording.layouts[layout])) for one in found]


def _alike(recording: Recording, segments: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The passes to be looked at together, see `_Passes`: the first, and how many there are."""
    first = 0
    for id, group in groupby(segments):
        count, pattern = len([*group]), recording.segments[id]
        sets = (*(step.sets for step in pattern.steps), *(place[0] for place, *_ in pattern.also))
        together = 1 if any(ref[0] in _OF_NO_SAMPLE for ref in sets) else count
        yield from ((at, together) for at in range(first, first + count, together))
        first += count


def _groups_of(
    walk: _Walk, pattern: SegmentPattern, complete: list[Batch], passes: _Passes, number: int
) -> Iterator[CheckGroup]:
    """Everything that can be checked in these passes, whose first step has this number."""
    also = iter(sorted(pattern.also, key=lambda known: known[2]))
    waiting = next(also, None)
    for batch in complete:
        while waiting and waiting[2] <= batch.numbers[0]:
            (ref, row), at, _ = waiting
            walk.set(ref, passes.whose([row]), passes.columns([passes.start + at]))
            waiting = next(also, None)
        columns = [passes.start + at for at in batch.columns]
        for one in walk.equations(batch.step.sets, batch.samples, passes) if batch.step.equation else ():
            whose = passes.whose([batch.samples[k] for k in one.known])
            firsts = range(number, number + passes.many * len(pattern.steps), len(pattern.steps))
            yield CheckGroup(
                batch.step,
                [segment for segment, _ in whose],
                [first + batch.numbers[k] for first in firsts for k in one.known],
                [row for _, row in whose],
                passes.columns([columns[k] for k in one.known]),
                one.rule,
                walk.topology,
                one.operands,
                taken=one.taken,
            )
        walk.set(batch.step.sets, passes.whose(batch.samples), passes.columns(columns))


def _complete(pattern: SegmentPattern, recording: Recording) -> list[Batch]:
    """All steps except partial sums, as `delta[j] += …` once for each term.

    The value of a partial sum is overwritten before an equation reads it.
    """
    if len({(step.sets, step.sample) for step in pattern.steps}) == len(pattern.steps):
        return pattern.batches
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


def _beside_inputs(one: CheckGroup, walk: _Walk, of_layout: int) -> CheckGroup:
    """This group of steps; if it reads targets that were set before the run, with the inputs that belong to them."""
    targets = [columns for (ref, _), (columns, _) in one.inputs.items() if ref[0] == "t"]
    beside = [
        [*walk.given.get(sample, {}).values()]
        if any(columns[k % len(columns)] < of_layout for columns in targets)
        else []
        for k, sample in enumerate(one.samples)
    ]
    return replace(one, beside=beside) if any(beside) else one


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
