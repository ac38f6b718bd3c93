"""Some iterations of a run, laid out in time: what was set when, and the ways of the samples through the network.

Numbers are columns, one row for each iteration looked at. What is computed for several samples at once is one array, with
such a column as a line for each of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from backprop.analyse.check import agree
from backprop.topology import Ref, Topology, inputs_of, targets_of

Column = NDArray[np.float64]

# Whose a number is: the row of its sample where all are computed at once, None where they come one by one; or
# several rows, whose numbers are the lines of one array.
Row = int | None
Whose = Row | tuple[int, ...]


class _Set(NamedTuple):
    time: int
    whose: Whose
    column: Column


class Timeline:
    """All numbers that were set, in order. A time is their count so far; `at` and `within` return NaN where no number
    is known."""

    def __init__(self, rows: int) -> None:
        self.now = 0
        self.unknown = np.full(rows, np.nan)
        self._made: defaultdict[Ref, list[_Set]] = defaultdict(list)

    def set(self, ref: Ref, whose: Whose, column: Column) -> None:
        """Add a number of these rows, one in each iteration looked at, as the last one set."""
        self.now += 1
        self._made[ref].append(_Set(self.now, whose, column))

    def at(self, ref: Ref, whose: Whose, time: int) -> Column:
        """As it stood just before `time`."""
        return self.within(ref, whose, 0, time)

    def within(self, ref: Ref, whose: Whose, start: int, stop: int) -> Column:
        """The number set last from `start` on and before `stop`."""
        made = self._made[ref]
        number = bisect_left(made, stop, key=lambda one: one.time)
        while number and made[number - 1].time >= start:
            number -= 1
            _, others, column = made[number]
            if others == whose:
                return column
            if isinstance(whose, tuple):  # these rows were not set all at once
                return np.array([self.within(ref, row, start, stop) for row in whose])
            if isinstance(others, tuple) and whose in others:
                return np.asarray(column[others.index(whose)])
        return self.unknown


@dataclass
class Span:
    """A stretch of time, from `start` on and before `stop`."""

    start: int
    stop: int = 0


@dataclass
class Pass:
    """The way of one sample through the network, or of several rows at once."""

    timeline: Timeline
    topology: Topology
    whose: Whose
    span: Span
    before: Pass | None

    @property
    def rows(self) -> tuple[Row, ...]:
        """The row of each of its samples."""
        return self.whose if isinstance(self.whose, tuple) else (self.whose,)

    def of(self, row: Row) -> Pass:
        """The way of one of its rows alone."""
        if self.whose == row:
            return self
        before = self.before.of(row) if self.before and row in self.before.rows else None
        return replace(self, whose=row, before=before)

    def having(self, ref: Ref) -> Pass | None:
        """Without the rows that have no such quantity."""
        known = ~is_unknown(self.value(ref))
        if known.all():
            return self
        kept = tuple(row for row, is_known in zip(self.rows, known) if is_known and row is not None)
        return replace(self, whose=kept) if kept else None

    def value(self, ref: Ref) -> Column:
        """A quantity of this sample: net, a or delta as this pass set them, t and inputs as they stood."""
        quantity, node = ref
        given = quantity == "t" or node in self.topology.inputs
        found = self.timeline.within(ref, self.whose, 0 if given else self.span.start, self.span.stop)
        if given and self.whose is not None and is_unknown(found).any():
            return np.where(is_unknown(found), self.timeline.at(ref, None, self.span.stop), found)
        return found

    def has(self, ref: Ref) -> bool:
        """True if every one of its rows has such a quantity."""
        return not is_unknown(self.value(ref)).any()

    def weight(self, ref: Ref) -> Column:
        """A weight or a bias as its forward pass found it."""
        return self.timeline.at(ref, None, self.span.start)

    def earlier(self, ref: Ref) -> Column:
        """A quantity as the passes before this one left it."""
        if isinstance(self.whose, tuple):
            return np.array([self.of(row).earlier(ref) for row in self.whose])
        found = self.before
        while found and not found.has(ref):
            found = found.before
        return found.value(ref) if found else self.timeline.at(ref, self.whose, 0)

    def same_sample_before(self, ref: Ref) -> Column:
        """A quantity when the same inputs and targets were last there."""
        given = inputs_of(self.topology) + targets_of(self.topology)
        found, one = np.full_like(self.value(ref), np.nan), self.before
        while one:
            same = np.all([agree(self.value(g), one.value(g)) for g in given], axis=0)
            found = np.where(np.isnan(found) & same, one.value(ref), found)
            one = one.before
        return found


def is_unknown(column: Column) -> Any:
    """True where a number is known in no iteration; for several rows, one answer each."""
    return np.isnan(column).all(axis=-1, keepdims=True)


def lines_of(passes: list[Pass], found: list[Column]) -> Column:
    """The columns of several passes in one array, with a line for every sample."""
    lines = [np.broadcast_to(column, (len(one.rows), column.shape[-1])) for one, column in zip(passes, found)]
    return np.concatenate(lines)
