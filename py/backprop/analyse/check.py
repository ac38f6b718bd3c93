"""The program's numbers against the equations'.

Each step that an equation makes is computed once more, from the numbers the program itself had at
that step: its own weights, activations and deltas. So a mistake shows where it is made and not
again in everything that follows from it.

What stands where in a row is the same for all rows of a block; it is found once, as a list of
`Checkable`s, and the numbers are then computed many at a time: of all the rows, and of all the
samples for which a line makes the same quantity at once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from backprop.equations.instances import BEFORE, EACH, Instance, instance
from backprop.equations.rule import Rule, Summed
from backprop.model.recording import Array, Batch, Block, Recording, SegmentPattern, StepPattern
from backprop.topology import Ref, Topology

# Two numbers agree if they differ by no more than this part of the larger one; numbers as small as
# what rounding leaves of a difference that should be nothing agree anyway.
RELATIVE = 1e-9
TINY = 1e-12
# Fewer pay more for the passes than for the numbers; more leave the processor's cache.
_NUMBERS_AT_ONCE = 32768


@dataclass(frozen=True)
class Check:
    """One number of the program beside the equation's, both dimensionless.

    `where` is the quantity, `step` its number in the iteration (0-based), `sample` None where an
    update belongs to several.
    """

    equation: str
    where: Ref
    sample: int | None
    step: int
    line: int
    code: float
    formula: float
    agrees: bool


_Whose = tuple[int | None, int | None]  # segment, row
# Columns of a row, one for each sample; only one, if it is the same for all.
Columns = Sequence[int]
# What an equation reads (a quantity, or with BEFORE or EACH): where it stands, and whether in the row before.
Inputs = dict[tuple[Ref, Any], tuple[Columns, bool]]


@dataclass(frozen=True)
class Checkable:
    """Steps that an equation makes for several samples at once, or for one, and where the numbers on its right stand.

    `step` is the first of them; `numbers` are theirs in the iteration. Of each sample whose target was set for good
    before, `beside` has the columns in which its inputs are set, one after the other. `taken` are the samples that an
    update takes together: segment and row of each.
    """

    step: StepPattern
    segment: int
    numbers: list[int]
    samples: list[int | None]
    columns: Columns
    instance: Instance
    inputs: Inputs
    beside: list[list[list[int]]] = field(default_factory=list)
    taken: tuple[_Whose, ...] = ()

    @property
    def together(self) -> int:
        """How many samples an update takes together."""
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

    def by(self, rule: Rule, topology: Topology) -> Checkable:
        """The same steps by another rule without more inputs."""
        ref = self.step.sets
        if ref[0] in ("w", "b"):
            rule = replace(rule, samples=range(self.together))
        elif ref[0] == "a":
            rule = replace(rule, net=any(read[0] == "net" for read, _ in self.inputs))
        found = instance(ref, topology, rule)
        inputs = {place: at for place, at in self.inputs.items() if rule.momentum or place[1] != BEFORE}
        return replace(self, instance=found or self.instance, inputs=inputs)

    def that_can_be_told(self, block: Block) -> Checkable | None:
        """Without the samples that change their places while their targets are noted only as they stood at first."""
        if not self.beside:
            return self
        kept = [
            k
            for k, inputs in enumerate(self.beside)
            if all((block.rows[:, columns] == block.rows[0, columns[0]]).all() for columns in inputs)
        ]
        return self if len(kept) == len(self.numbers) else self._only(kept) if kept else None

    def _only(self, kept: list[int]) -> Checkable:
        def of(columns: Columns) -> Columns:
            return columns if len(columns) == 1 else _evenly([columns[k] for k in kept])

        return replace(
            self,
            numbers=[self.numbers[k] for k in kept],
            samples=[self.samples[k] for k in kept],
            columns=of(self.columns),
            inputs={place: (of(columns), earlier) for place, (columns, earlier) in self.inputs.items()},
        )


def _evenly(columns: list[int]) -> Columns:
    """The same, as a range if they lie evenly; one, if they are all the same."""
    first, last = columns[0], columns[-1]
    even = range(first, last + 1, max(1, (last - first) // max(1, len(columns) - 1)))
    if columns.count(first) == len(columns):
        return even
    return even if [*even] == columns else columns


def _numbers(table: Array, columns: Columns) -> Array:
    """The numbers in these columns: (samples, rows), or (1, rows) where they are the same for all samples."""
    if isinstance(columns, range):  # without a copy
        return table[columns.start : columns.stop : columns.step]
    return table[columns]


def agree(code: Array, formula: Array) -> Any:
    """Whether numbers agree, elementwise; NaN and infinity agree only with the same."""
    with np.errstate(all="ignore"):
        apart = np.abs(code - formula)
        if np.max(apart, initial=0) <= TINY:  # nearly always, and much the cheapest to find out
            return np.ones(np.shape(apart), bool)
        near = apart <= np.maximum(RELATIVE * np.maximum(np.abs(code), np.abs(formula)), TINY)
    return (near & np.isfinite(apart)) | (code == formula) | (np.isnan(code) & np.isnan(formula))


# --- what can be checked ---

_OF_NO_SAMPLE = ("w", "b", "eta")
_ALWAYS: _Whose = (None, None)  # theirs
_LAST_TIME = -1  # in place of a column: where it was last changed in the iteration before


class _Walk:
    """Goes through the steps of an iteration and keeps where each quantity stands now."""

    def __init__(self, recording: Recording, layout: int) -> None:
        self.topology = recording.topology
        # With momentum an update looks back, too: what it reads then is all that any rule reads.
        self.rule = replace(recording.rule, momentum=1.0)
        self.now: defaultdict[Ref, dict[_Whose, int]] = defaultdict(dict)
        for at, (ref, sample) in enumerate(recording.layouts[layout]):
            self.now[ref][None, sample] = at
        # Of each node, and each sample it has been computed for: the weights into it, as it used them.
        self.forward: defaultdict[int, dict[_Whose, dict[Ref, int]]] = defaultdict(dict)
        self.before: dict[Ref, int] = {}  # weights before they were last changed
        self.deltas: dict[int, dict[_Whose, None]] = {}  # of each node, whose deltas there are
        self.given: dict[int | None, dict[Ref, list[int]]] = {}  # of each row, where its inputs are set
        self.used: dict[Ref, int] = {}  # of each weight, how many of these its updates have taken in

    def set(self, ref: Ref, whose: Sequence[_Whose], columns: list[int]) -> None:
        """Steps have set this quantity of these samples."""
        quantity, key = ref
        if quantity in ("w", "b"):
            self.before[ref] = self.now[ref][_ALWAYS]
            self.used[ref] = len(self.deltas.get(_node(ref), ()))
        if quantity in _OF_NO_SAMPLE:
            whose = [_ALWAYS]
        if quantity in ("net", "a"):
            weights: list[Ref] = [("w", (key, i)) for i in self.topology.incoming(key)]
            used = {w: self.now[w][_ALWAYS] for w in weights if _ALWAYS in self.now[w]}
            self.forward[key].update(dict.fromkeys(whose, used))
        if key in self.topology.inputs:
            for (_, row), column in zip(whose, columns):
                self.given.setdefault(row, {}).setdefault(ref, []).append(column)
        if quantity == "delta":
            self.deltas.setdefault(key, {}).update(dict.fromkeys(whose))
        self.now[ref].update(zip(whose, columns))

    def equations(
        self, ref: Ref, whose: Sequence[_Whose]
    ) -> Iterator[tuple[list[int], Instance, dict[tuple[Ref, Any], list[int]], Sequence[_Whose]]]:
        """For those of the samples for which it can be checked: which they are, the equation, its inputs' places; and
        of an update the samples it takes together."""
        rule, together, left = self.rule, [], [*range(len(whose))]
        if ref[0] in ("w", "b"):
            together, whose = [*self.deltas.get(_node(ref), ())][self.used.get(ref, 0) :], [_ALWAYS]
            rule = replace(rule, samples=range(len(together)))
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
                yield known, found, inputs, together

    def _places(self, ref: Ref, key: Any, whose: Sequence[_Whose]) -> list[int | None]:
        """The columns in which this quantity of these samples stands; None where it is not known."""
        if key == BEFORE:
            return [self.before.get(ref, _LAST_TIME)]
        now = self.now[ref]
        if ref[0] in _OF_NO_SAMPLE:
            used, always = self.forward[_node(ref)], now.get(_ALWAYS)
            return [used[one].get(ref, always) if one in used else always for one in whose]

        def elsewhere(segment: int | None, row: int | None) -> int | None:
            places: list[_Whose] = [(segment, None), (None, row), _ALWAYS]
            return next((now[place] for place in places if place in now), None)

        return [now[one] if one in now else elsewhere(*one) for one in whose]


def _node(ref: Ref) -> int:
    node: int = ref[1][0] if ref[0] == "w" else ref[1]
    return node


def checkables(recording: Recording, layout: int, segments: Sequence[int]) -> list[Checkable]:
    """Everything that can be checked in an iteration made of these segments, in the order of its steps.

    By a rule that reads all that any rule may read; see `Checkable.by`.
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
            for known, written, inputs, together in (
                walk.equations(batch.step.sets, whose) if batch.step.equation else ()
            ):
                found.append(
                    Checkable(
                        batch.step,
                        segment,
                        [number + batch.numbers[k] for k in known],
                        [batch.samples[k] for k in known],
                        _evenly([columns[k] for k in known]),
                        written,
                        {place: (at, False) for place, at in inputs.items()},
                        taken=tuple(together),
                    )
                )
            walk.set(batch.step.sets, whose, columns)
        start += pattern.length
        number += len(pattern.steps)
    return [_completed(one, walk, len(recording.layouts[layout])) for one in found]


def _complete(pattern: SegmentPattern, recording: Recording) -> list[Batch]:
    """The steps but those that are one of several on the way to a number: `delta[j] += …` once for each term.

    Such a step sets what is set again before anything that the equations make of it.
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


def _completed(one: Checkable, walk: _Walk, of_layout: int) -> Checkable:
    """The same with what only the whole iteration shows.

    What had not been changed yet in this iteration was last changed in the one before.
    """
    targets = [columns for (ref, _), (columns, _) in one.inputs.items() if ref[0] == "t"]
    beside = [
        [*walk.given.get(sample, {}).values()] if any(columns[k] < of_layout for columns in targets) else []
        for k, sample in enumerate(one.samples)
    ]
    inputs: Inputs = {
        (ref, key): ([walk.before[ref]], True) if _LAST_TIME in columns else (_evenly([*columns]), False)
        for (ref, key), (columns, _) in one.inputs.items()
    }
    return replace(one, inputs=inputs, beside=beside if any(beside) else [])


# What can be checked in each structure of a recording, as it is and by each rule it has been asked for.
_FOUND: WeakKeyDictionary[Recording, dict[Any, list[Checkable]]] = WeakKeyDictionary()


def checkables_in(recording: Recording, block: Block, rule: Rule | None = None) -> list[Checkable]:
    """What can be checked in the iterations of a block, by the recording's rule or by another; looked up once for
    all blocks of its structure."""
    known = _FOUND.setdefault(recording, {})
    structure, rule = (block.layout, block.segments), rule or recording.rule
    if structure not in known:
        known[structure] = checkables(recording, *structure)
    if (structure, rule) not in known:
        known[structure, rule] = [one.by(rule, recording.topology) for one in known[structure]]
    told = [told for one in known[structure, rule] if (told := one.that_can_be_told(block))]
    if not recording.unchecked:
        return told
    layer_of = recording.topology.layer_of
    return [one for one in told if (one.step.sets[0], layer_of(one.step.sets)) not in recording.unchecked]


def checks_of(recording: Recording, iteration: int) -> list[Check]:
    """The program's number beside the equation's, for every step of one iteration that can be checked.

    Raises ValueError for an iteration that is not kept.
    """
    block, row = recording.find(iteration)
    first = max(0, row - 1)  # the row before tells each weight's last change
    rows = block.only(slice(first, row + 1))
    found = []
    for one, _, formula, differs in compared(recording, rows, checkables_in(recording, block)):
        number = int(block.samples[row][one.segment])
        found += [
            Check(
                str(one.step.equation),
                one.step.sets,
                sample if number < 0 else number,
                step,
                one.step.line,
                float(block.rows[row, column]),
                float(formula[k, -1]),
                not differs[k, -1],
            )
            for k, (sample, step, column) in enumerate(zip(one.samples, one.numbers, one.columns))
        ]
    return sorted(found, key=lambda check: check.step)


# --- the numbers ---


def compared(
    recording: Recording, block: Block, found: list[Checkable]
) -> Iterator[tuple[Checkable, slice, Array, Any]]:
    """Of all checkable steps and some of the rows: those rows, the equations' numbers there, whether they differ.

    Both have a line for each of the steps and a column for each row.
    """
    looks_back = any(earlier for one in found for _, earlier in one.inputs.values())
    before = _stood_before(recording, block) if looks_back else {}
    steps = np.array([column for one in found for column in one.columns], int)
    stops = np.cumsum([len(one.columns) for one in found]).tolist()
    parts = [slice(stop - len(one.columns), stop) for one, stop in zip(found, stops)]
    widest = max((len(columns) for one in found for columns, _ in one.inputs.values()), default=1)
    rows_at_once = max(1, _NUMBERS_AT_ONCE // widest)
    for first in range(0, len(block.rows), rows_at_once):
        rows = slice(first, first + rows_at_once)
        some = _Rows(block, rows, looks_back, {} if first else before)
        formulas = np.empty((len(steps), some.columns.shape[1]))
        with np.errstate(all="ignore"):
            for one, part in zip(found, parts):
                known = some.read(one)
                formulas[part] = one.instance.evaluate(lambda r, key=None, known=known: known[r, key])
        codes = some.columns[steps]
        differs = ~agree(codes, formulas)
        for one, part in zip(found, parts):
            if differs[part].any():  # where numbers have run away, nothing can be told
                differs[part] &= np.isfinite(formulas[part]) | np.isfinite(codes[part])
                for (_, key), read in some.read(one).items():
                    differs[part] &= np.isfinite(read).all(axis=0) if key == EACH else np.isfinite(read)
            yield one, rows, formulas[part], differs[part]


class _Rows:
    """Some rows of a block, as columns, with those of the iterations before if an update looks back.

    `before` are the weights before their last change in the iteration before the first row.
    """

    def __init__(self, block: Block, rows: slice, looks_back: bool, before: dict[Ref, float]) -> None:
        self.columns = np.ascontiguousarray(block.rows[rows].T)
        self.earlier = _columns_before(block, rows) if looks_back else self.columns
        self.is_first_ever = block.iterations[rows] == 0
        self.before = before

    def read(self, one: Checkable) -> dict[tuple[Ref, Any], Array]:
        """What its equation reads there."""
        found = {
            place: _numbers(self.earlier if back else self.columns, columns)
            for place, (columns, back) in one.inputs.items()
        }
        for (ref, key), (_, back) in one.inputs.items():
            if back:  # nothing has been changed before the first iteration
                found[ref, key] = np.where(self.is_first_ever, found[ref, None], found[ref, key])
                if ref in self.before:
                    found[ref, key][:, 0] = self.before[ref]
        return found


def _columns_before(block: Block, rows: slice) -> Array:
    """The columns of the iterations before; NaN where that iteration is not there."""
    before = np.full_like(block.rows[rows], np.nan)
    follows = np.flatnonzero(np.diff(block.iterations[rows.start : rows.stop], prepend=-2) == 1)
    before[follows] = block.rows[rows.start + follows - 1]
    return np.ascontiguousarray(before.T)


def _stood_before(recording: Recording, block: Block) -> dict[Ref, float]:
    """Weights and biases before their last change in the iteration before this block, which is of another structure
    (its batch was larger, say) or has been looked at already; empty where that iteration is not there."""
    iteration = int(block.iterations[0]) - 1 if len(block.iterations) else -1
    number = bisect_right(recording.blocks, iteration, key=lambda one: one.iterations[0]) - 1
    if number < 0:
        return {}
    earlier = recording.blocks[number]
    row = int(np.searchsorted(earlier.iterations, iteration))
    if row == len(earlier.iterations) or earlier.iterations[row] != iteration:
        return {}
    places = {
        ref: columns[0]
        for one in checkables_in(recording, earlier)
        for (ref, key), (columns, _) in one.inputs.items()
        if ref == one.step.sets and key is None
    }
    return {ref: float(earlier.rows[row, at]) for ref, at in places.items()}


def disagreements(recording: Recording, block: Block) -> tuple[Any, Any, Array]:
    """Where a block differs from the equations, in order: the row, the number of the step, the equation's number."""
    row: list[Any] = [np.empty(0, np.int64)]
    step: list[Any] = [np.empty(0, np.int32)]
    formula: list[Any] = [np.empty(0)]
    for one, rows, formulas, differs in compared(recording, block, checkables_in(recording, block)):
        if differs.any():
            k, where = np.nonzero(differs)
            row.append(where + rows.start)
            step.append(np.array(one.numbers, np.int32)[k])
            formula.append(formulas[differs])
    rows_of, steps, formulas = np.concatenate(row), np.concatenate(step), np.concatenate(formula)
    order = np.lexsort((steps, rows_of))
    return rows_of[order], steps[order], formulas[order]
