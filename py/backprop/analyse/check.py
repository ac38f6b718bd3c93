"""The program's numbers against the equations'.

Each step that an equation makes is computed once more, from the numbers the program itself had at
that step: its own weights, activations and deltas. So a mistake shows where it is made and not
again in everything that follows from it.

Which numbers a step reads is worked out in `operands.py`, once for all rows of a block; the numbers are then computed many
at a time: of all the rows, and of all the samples for which a line makes the same quantity at once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop.analyse.judging.precision import rounding_of
from backprop.analyse.operands import check_groups
from backprop.analyse.step_groups import Alike, CheckGroup, CheckGroups, Columns
from backprop.equations.types import EACH
from backprop.model.recording import Array, Block, Recording
from backprop.topology import Ref

# Two numbers agree if they differ by no more than this part of the larger one; numbers as small as
# what rounding leaves of a difference that should be nothing agree anyway.
RELATIVE = 1e-9
TINY = 1e-12
_ROWS_FOR_A_TYPE = 64
_OF_TERMS = 1e-13  # of a product of two operands
_EXPLODED = 1e30  # operands as large as this are of a run that explodes
_ROUNDINGS = 8  # of a shorter type, that one step may sum up
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


def _numbers(table: Array, columns: Columns) -> Array:
    """The numbers in these columns: (samples, rows), or (1, rows) where they are the same for all samples."""
    if isinstance(columns, range):  # without a copy
        return table[columns.start : columns.stop : columns.step]
    return table[columns]


def agree(code: Array, formula: Array) -> Any:
    """True where two numbers agree, element by element; NaN agrees with NaN alone, infinity with the same infinity.

    >>> agree(np.array([1.0, 1.0, np.nan]), np.array([1.0 + 1e-12, 1.1, np.nan])).tolist()
    [True, False, True]
    """
    with np.errstate(all="ignore"):
        apart = np.abs(code - formula)
        if np.max(apart, initial=0) <= TINY:  # nearly always, and much the cheapest to find out
            return np.ones(np.shape(apart), bool)
        near = apart <= np.maximum(RELATIVE * np.maximum(np.abs(code), np.abs(formula)), TINY)
    return (near & np.isfinite(apart)) | (code == formula) | (np.isnan(code) & np.isnan(formula))


def _agree_but_for(rounding: float, code: Array, formula: Array) -> Any:
    """True where two numbers agree that were computed with numbers of a shorter type, from terms of up to 1 or as large as
    they are themselves."""
    with np.errstate(all="ignore"):
        largest = np.maximum(np.maximum(np.abs(code), np.abs(formula)), 1)
        return np.abs(code - formula) <= _ROUNDINGS * rounding * largest


def checks_of(recording: Recording, iteration: int) -> list[Check]:
    """The program's number beside the equation's, for every step of one iteration that can be checked.

    Raises ValueError for an iteration that is not kept.
    """
    block, row = recording.find(iteration)
    first = max(0, row - 1)  # the row before tells each weight's last change
    rows = block.only(slice(first, row + 1))
    found = []
    for one, _, formula, differs in compared(recording, rows, check_groups(recording, block)):
        found += [
            Check(
                str(one.step.equation),
                one.step.sets,
                sample if (number := int(block.samples[row][segment])) < 0 else number,
                step,
                one.step.line,
                float(block.rows[row, column]),
                float(formula[k, -1]),
                not differs[k, -1],
            )
            for k, ((segment, sample), step, column) in enumerate(zip(one.whose, one.numbers, one.columns))
        ]
    return sorted(found, key=lambda check: check.step)


# --- the numbers ---


def compared(
    recording: Recording, block: Block, found: CheckGroups
) -> Iterator[tuple[CheckGroup, slice, Array, Any]]:
    """Compare groups of steps with their equations: yields each group, some rows, the equations' numbers, where they differ.

    Both have a line for each of the steps and a column for each row.
    """
    stops = np.cumsum([len(one.columns) for one in found]).tolist()
    parts = [slice(stop - len(one.columns), stop) for one, stop in zip(found, stops)]
    for rows, compared_here in _by_rows(recording, block, found):
        formulas = np.empty((stops[-1] if stops else 0, len(block.iterations[rows])))
        differs = np.empty(formulas.shape, bool)
        for lines, formula, apart in compared_here:
            formulas[lines], differs[lines] = formula, apart
        for one, part in zip(found, parts):
            yield one, rows, formulas[part], differs[part]


def all_agree(recording: Recording, block: Block, found: CheckGroups) -> bool:
    """True if all numbers of these groups of steps are their equations', in every row of a block."""
    by_rows = _by_rows(recording, block, found)
    return not any(apart.any() for _, compared_here in by_rows for _, _, apart in compared_here)


def is_of_a_shorter_type(recording: Recording, block: Block, found: CheckGroups) -> bool:
    """True if the numbers of some quantity are all of a type shorter than a double: they agree but for its rounding."""
    return any(_roundings(recording, block, found).values())


def _by_rows(
    recording: Recording, block: Block, found: CheckGroups
) -> Iterator[tuple[slice, Iterator[tuple[Any, Array, Any]]]]:
    """Some rows; and of steps that are computed together the lines among those of all groups, the equation's numbers in
    these rows, where they differ."""
    looks_back = found.looks_back
    before = _stood_before(recording, block) if looks_back else {}
    steps = found.columns
    rows_at_once = max(1, _NUMBERS_AT_ONCE // found.widest)
    roundings: dict[str, float] = {}

    def compared_here(some: _Rows) -> Iterator[tuple[Any, Array, Any]]:
        for alike in found.alike:
            for lines, operands in some.read(alike):
                code = some.columns[steps[lines]]
                formula, apart = _beside(code, alike, operands)
                if apart.any():
                    if not roundings:
                        roundings.update(_roundings(recording, block, found))
                    if rounding := roundings[alike.first.step.sets[0]]:
                        apart &= ~_agree_but_for(rounding, code, formula)
                yield lines, formula, apart

    for first in range(0, len(block.rows), rows_at_once):
        rows = slice(first, first + rows_at_once)
        yield rows, compared_here(_Rows(block, rows, looks_back, {} if first else before))


def _roundings(recording: Recording, block: Block, found: CheckGroups) -> dict[str, float]:
    """By quantity the rounding of its numbers, if they are all of a shorter type, in the first rows of this structure."""
    structure = block.layout, block.segments
    alike = [one for one in recording.blocks if (one.layout, one.segments) == structure] or [block]
    rows = alike[0].rows[:_ROWS_FOR_A_TYPE]
    columns: dict[str, list[int]] = {}
    for one in found:
        columns.setdefault(one.step.sets[0], []).extend(one.columns)
    return {quantity: rounding_of(rows[:, its]) for quantity, its in columns.items()}


def _beside(code: Array, alike: Alike, operands: _Operands) -> tuple[Array, Any]:
    """The numbers that the equation gives for steps of one kind; for each a Boolean, True where the program's differs."""
    with np.errstate(all="ignore"):
        formula = alike.first.instance.evaluate(lambda ref, key=None: operands[ref, key])
    differs = ~agree(code, formula)
    if differs.any():  # where numbers have run away, nothing can be told
        differs &= np.isfinite(formula) | np.isfinite(code)
        for (_, key), read in operands.items():
            differs &= np.isfinite(read).all(axis=0) if key == EACH else np.isfinite(read)
        differs &= ~_is_rounding(code, formula, operands)
    return formula, differs


def _is_rounding(code: Array, formula: Array, operands: _Operands) -> Any:
    """True where rounding may have brought two numbers apart in a run that explodes: `w - rate * gradient` is what is left
    of two numbers of 1e50, and a slope of 1e-17 is rounded before it is multiplied by 1e60."""
    largest: Any = 0.0
    for (_, key), read in operands.items():
        largest = np.maximum(largest, np.abs(read).max(axis=0) if key == EACH else np.abs(read))
    with np.errstate(all="ignore"):
        return (largest >= _EXPLODED) & (np.abs(code - formula) <= _OF_TERMS * largest * largest)


_Operands = dict[tuple[Ref, Any], Array]


class _Rows:
    """Some rows of a block, as columns, with those of the iterations before if an update looks back.

    `before` are the weights before their last change in the iteration before the first row.
    """

    def __init__(self, block: Block, rows: slice, looks_back: bool, before: dict[Ref, float]) -> None:
        self.columns = np.ascontiguousarray(block.rows[rows].T)
        self.earlier = _columns_before(block, rows) if looks_back else self.columns
        self.is_first_ever = block.iterations[rows] == 0
        self.before = before

    def read(self, alike: Alike) -> Iterator[tuple[Any, _Operands]]:
        """The numbers that the equation of alike steps reads in these rows, by operand, so many steps at once that they
        stay in the processor's cache; and which steps they are."""
        if isinstance(alike.lines, slice):
            yield alike.lines, self._of(alike.inputs, alike.refs)
            return
        widest = max(alike.first.together, len(alike.inputs))
        at_once = max(1, _NUMBERS_AT_ONCE // max(1, widest * self.columns.shape[1]))
        for first in range(0, len(alike.lines), at_once):
            some = slice(first, first + at_once)
            inputs = {place: (columns[..., some], back) for place, (columns, back) in alike.inputs.items()}
            yield alike.lines[some], self._of(inputs, alike.refs[some])

    def _of(self, inputs: dict[tuple[Ref, Any], tuple[Any, bool]], refs: list[Ref]) -> _Operands:
        found = {
            place: _numbers(self.earlier if back else self.columns, columns)
            for place, (columns, back) in inputs.items()
        }
        for (ref, key), (_, back) in inputs.items():
            if back:  # nothing has been changed before the first iteration
                found[ref, key] = np.where(self.is_first_ever, found[ref, None], found[ref, key])
                for line, one in enumerate(refs) if self.before else ():
                    if one in self.before:
                        found[ref, key][line, 0] = self.before[one]
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
        for one in check_groups(recording, earlier)
        for (ref, key), (columns, _) in one.inputs.items()
        if ref == one.step.sets and key is None
    }
    return {ref: float(earlier.rows[row, at]) for ref, at in places.items()}


def disagreements(recording: Recording, block: Block) -> tuple[Any, Any, Array]:
    """The differences between a block and the equations, in order: three arrays with the row, the number of the step
    in its iteration, and the equation's number."""
    row: list[Any] = [np.empty(0, np.int64)]
    step: list[Any] = [np.empty(0, np.int32)]
    formula: list[Any] = [np.empty(0)]
    for one, rows, formulas, differs in compared(recording, block, check_groups(recording, block)):
        if differs.any():
            k, where = np.nonzero(differs)
            row.append(where + rows.start)
            step.append(np.array(one.numbers, np.int32)[k])
            formula.append(formulas[differs])
    rows_of, steps, formulas = np.concatenate(row), np.concatenate(step), np.concatenate(formula)
    order = np.lexsort((steps, rows_of))
    return rows_of[order], steps[order], formulas[order]
