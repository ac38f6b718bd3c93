"""The program's numbers against the equations'.

Each step that an equation makes is computed once more, from the numbers the program itself had at
that step: its own weights, activations and deltas. So a mistake shows where it is made and not
again in everything that follows from it.

What stands where in a row is the same for all rows of a block; it is found once, as a list of
`Checkable`s, and the numbers are then computed a column at a time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from backprop.equations import BEFORE, Instance, Rule, instance
from backprop.topology import Ref, Topology

if TYPE_CHECKING:
    from backprop.recording import Array, Block, Recording, SegmentPattern, StepPattern

# Two numbers agree if they differ by no more than this part of the larger one; numbers as small as
# what rounding leaves of a difference that should be nothing agree anyway.
RELATIVE = 1e-9
TINY = 1e-12
_ROWS_AT_ONCE = 8192  # fewer pay more for the passes than for the numbers; more leave the processor's cache


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


@dataclass(frozen=True)
class Checkable:
    """A step that an equation makes, and where the numbers on the equation's right stand.

    `inputs` are columns of the row; of the row before, where the flag is set. `beside` are the columns
    in which the sample's inputs are set, one after the other, if its target was set for good before.
    """

    number: int  # of the step in the iteration
    step: StepPattern
    segment: int
    column: int
    instance: Instance
    inputs: dict[tuple[Ref, Any], tuple[int, bool]]
    beside: tuple[tuple[int, ...], ...] = ()

    def by(self, rule: Rule, topology: Topology) -> Checkable:
        """The same step by another rule without more inputs."""
        ref = self.step.sets
        if ref[0] in ("w", "b"):
            rule = replace(rule, samples=tuple(key for (asks, key) in self.inputs if asks[0] == "delta"))
        elif ref[0] == "a":
            rule = replace(rule, net=any(read[0] == "net" for read, _ in self.inputs))
        found = instance(ref, topology, rule)
        inputs = {place: at for place, at in self.inputs.items() if rule.momentum or place[1] != BEFORE}
        return replace(self, instance=found or self.instance, inputs=inputs)

    def can_be_told(self, block: Block) -> bool:
        """Not when the samples change their places and the targets are noted only as they stood at first."""
        return all((block.rows[:, columns] == block.rows[0, columns[0]]).all() for columns in self.beside)


def agree(code: Array, formula: Array) -> Any:
    """Whether numbers agree, elementwise; NaN and infinity agree only with the same."""
    with np.errstate(all="ignore"):
        apart = np.abs(code - formula)
        if np.max(apart, initial=0) <= TINY:  # nearly always, and much the cheapest to find out
            return np.ones(np.shape(apart), bool)
        near = apart <= np.maximum(RELATIVE * np.maximum(np.abs(code), np.abs(formula)), TINY)
    return (near & np.isfinite(apart)) | (code == formula) | (np.isnan(code) & np.isnan(formula))


# --- what can be checked ---

_ALWAYS = (None, None)  # (segment, row) of what belongs to no sample: weights, biases, the learning rate


class _Walk:
    """Goes through the steps of an iteration and keeps where each quantity stands now."""

    def __init__(self, recording: Recording, layout: int) -> None:
        self.topology = recording.topology
        self.rule = recording.rule
        self.now: dict[tuple[Ref, Any], int] = {
            (ref, (None, sample)): at for at, (ref, sample) in enumerate(recording.layouts[layout])
        }
        self.forward: dict[tuple[Ref, Any], int] = {}  # weights as the forward pass of a sample used them
        self.before: dict[Ref, int] = {}  # weights before they were last changed
        self.deltas: dict[int, list[Any]] = {}  # of each node, whose deltas there are
        self.given: dict[tuple[Ref, Any], list[int]] = {}  # where the inputs of each row are set
        self.instances: dict[Any, Instance | None] = {}
        self.used: dict[Ref, int] = {}  # of each weight, how many of these its updates have taken in

    def set(self, ref: Ref, whose: Any, column: int) -> None:
        """A step has set this quantity of that sample, which is (segment, row)."""
        quantity, key = ref
        if quantity in ("w", "b"):
            self.before[ref] = self.now[ref, _ALWAYS]
            self.used[ref] = len(self.deltas.get(self._node(ref), ()))
        if quantity in ("w", "b", "eta"):
            whose = _ALWAYS
        if quantity in ("net", "a"):
            weights: list[Ref] = [("w", (key, i)) for i in self.topology.incoming(key)]
            self.forward |= {(w, whose): self.now[w, _ALWAYS] for w in weights if (w, _ALWAYS) in self.now}
        if key in self.topology.inputs:
            self.given.setdefault((ref, whose[1]), []).append(column)
        if quantity == "delta" and whose not in self.deltas.setdefault(key, []):
            self.deltas[key].append(whose)
        self.now[ref, whose] = column

    def checkable(
        self, ref: Ref, whose: Any
    ) -> tuple[Instance, dict[tuple[Ref, Any], tuple[int, bool]]] | None:
        """The equation for this quantity with its inputs' places; None if it has none, or they are not known."""
        rule = self.rule
        if ref[0] in ("w", "b"):
            whose = None
            rule = replace(rule, samples=tuple(self.deltas.get(self._node(ref), [])[self.used.get(ref, 0) :]))
            if not rule.samples:
                return None
        for one in (rule, replace(rule, net=False)):  # a program may keep some nets and not others
            found = self._instance(ref, one)
            inputs: dict[tuple[Ref, Any], tuple[int, bool]] = {}

            def read(ref: Ref, sample: Any = None, whose: Any = whose, inputs: Any = inputs) -> float:
                inputs[ref, sample] = self._place(ref, sample or whose)
                return 1.0

            try:
                if found:
                    found.evaluate(read)
                    return found, inputs
            except KeyError:
                continue
        return None

    def _instance(self, ref: Ref, rule: Rule) -> Instance | None:
        """The equation for this quantity; the same for all samples, but for an update."""
        key = (ref, rule.net, rule.samples)
        if key not in self.instances:
            self.instances[key] = instance(ref, self.topology, rule)
        return self.instances[key]

    def _place(self, ref: Ref, whose: Any) -> tuple[int, bool]:
        if whose == BEFORE:
            return (self.before[ref], False) if ref in self.before else (-1, True)
        if ref[0] == "w" and whose and (ref, whose) in self.forward:
            return self.forward[ref, whose], False
        segment, row = whose or _ALWAYS
        for place in ((segment, row), (segment, None), (None, row), _ALWAYS):
            if (ref, place) in self.now:
                return self.now[ref, place], False
        raise KeyError(ref)

    def _node(self, ref: Ref) -> int:
        node: int = ref[1][0] if ref[0] == "w" else ref[1]
        return node


def checkables(recording: Recording, layout: int, segments: Iterable[int]) -> list[Checkable]:
    """Everything that can be checked in an iteration made of these segments, in the order of its steps."""
    walk = _Walk(recording, layout)
    start, number = len(recording.layouts[layout]), 0
    found = []
    for segment, pattern in enumerate(recording.segments[id] for id in segments):
        last = _last_of_their_kind(pattern, recording)
        also = iter(sorted(pattern.also, key=lambda known: known[2]))
        waiting = next(also, None)
        for k, step in enumerate(pattern.steps):
            while waiting and waiting[2] <= k:
                (ref, row), at, _ = waiting
                walk.set(ref, (segment, row), start + at)
                waiting = next(also, None)
            column, whose = start + step.at, (segment, step.sample)
            if k in last:
                known = walk.checkable(step.sets, whose) if step.equation else None
                if known:
                    found.append(Checkable(number, step, segment, column, *known))
                walk.set(step.sets, whose, column)
            number += 1
        start += pattern.length
    return [_completed(one, walk, len(recording.layouts[layout])) for one in found]


def _last_of_their_kind(pattern: SegmentPattern, recording: Recording) -> set[int]:
    """The steps that are not one of several on the way to a number: `delta[j] += …` once for each term.

    A step that sets what is set again before anything that the equations make of it.
    """
    open_steps: dict[Any, int] = {}
    looked_at: dict[Ref, int] = {}
    reads: dict[Ref, list[Ref]] = {}
    last = set(range(len(pattern.steps)))
    for k, step in enumerate(pattern.steps):
        place = (step.sets, step.sample)
        earlier = open_steps.get(place)
        if earlier is not None and looked_at.get(step.sets, -1) < earlier:
            last.discard(earlier)
        if step.sets not in reads:
            written = recording.instance(step.sets)
            reads[step.sets] = [ref for ref in written.reads if ref != step.sets] if written else []
        looked_at |= dict.fromkeys(reads[step.sets], k)
        open_steps[place] = k
    return last


def _completed(one: Checkable, walk: _Walk, of_layout: int) -> Checkable:
    """The same with what only the whole iteration shows.

    What had not been changed yet in this iteration was last changed in the one before.
    """
    inputs = {
        (ref, sample): (walk.before[ref], True) if at < 0 else (at, earlier)
        for (ref, sample), (at, earlier) in one.inputs.items()
    }
    has_old_target = any(ref[0] == "t" and at < of_layout for (ref, _), (at, _) in inputs.items())
    if not has_old_target:
        return replace(one, inputs=inputs)
    beside = [tuple(columns) for (_, row), columns in walk.given.items() if row == one.step.sample]
    return replace(one, inputs=inputs, beside=tuple(beside))


# --- the numbers ---


def compared(
    recording: Recording, block: Block, found: list[Checkable]
) -> Iterator[tuple[Checkable, slice, Array, Any]]:
    """Of every checkable step and some of the rows: those rows, the equation's numbers there, whether they differ."""
    looks_back = any(earlier for one in found for _, earlier in one.inputs.values())
    before = _stood_before(recording, block) if looks_back else {}
    for first in range(0, len(block.rows), _ROWS_AT_ONCE):
        rows = slice(first, first + _ROWS_AT_ONCE)
        columns = np.ascontiguousarray(block.rows[rows].T)
        earlier = _columns_before(block, rows) if looks_back else columns
        formulas = np.empty((len(found), columns.shape[1]))
        inputs = []
        with np.errstate(all="ignore"):
            for k, one in enumerate(found):
                numbers = {place: columns[at] for place, (at, _) in one.inputs.items()}
                for (ref, sample), (at, back) in one.inputs.items():
                    if back:  # nothing has been changed before the first iteration
                        first_ever = block.iterations[rows] == 0
                        numbers[ref, sample] = np.where(first_ever, numbers[ref, None], earlier[at])
                        if first == 0 and ref in before:
                            numbers[ref, sample][0] = before[ref]
                formulas[k] = one.instance.evaluate(lambda r, sample=None, known=numbers: known[r, sample])
                inputs.append(list(numbers.values()))
        codes = columns[[one.column for one in found]]
        differs = ~agree(codes, formulas)
        for k, one in enumerate(found):
            if differs[k].any():  # where numbers have run away, nothing can be told
                is_number = np.isfinite(inputs[k]).all(axis=0)
                differs[k] &= is_number & (np.isfinite(formulas[k]) | np.isfinite(codes[k]))
            yield one, rows, formulas[k], differs[k]


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
        ref: at
        for one in recording.checkables(earlier)
        for (ref, sample), (at, _) in one.inputs.items()
        if ref == one.step.sets and sample is None
    }
    return {ref: float(earlier.rows[row, at]) for ref, at in places.items()}


def disagreements(recording: Recording, block: Block) -> tuple[Any, Any, Array]:
    """Where a block differs from the equations, in order: the row, the number of the step, the equation's number."""
    found = [
        (np.flatnonzero(differs) + rows.start, one.number, formula[differs])
        for one, rows, formula, differs in compared(recording, block, recording.checkables(block))
        if differs.any()
    ]
    row = np.concatenate([np.empty(0, np.int64), *(rows for rows, _, _ in found)])
    step = np.concatenate([np.empty(0, np.int32), *(np.full(len(r), k, np.int32) for r, k, _ in found)])
    formula = np.concatenate([np.empty(0), *(numbers for _, _, numbers in found)])
    order = np.lexsort((step, row))
    return row[order], step[order], formula[order]
