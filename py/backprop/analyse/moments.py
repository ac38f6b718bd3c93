"""Lays some iterations of a recording out in time and gathers their moments: what the program left of each quantity.

A few iterations are looked at, spread over the run, the first ones above all, each together with the one before it; of a
layer with very many weights some, spread evenly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop.analyse.evidence import Moment
from backprop.analyse.timeline import Column, Pass, Row, Span, Timeline, Whose
from backprop.lessons.lens import COMPUTED
from backprop.model.patterns import Batch, SegmentPattern
from backprop.model.recording import Block, Recording
from backprop.topology import Place, Ref, Topology, node_of

_FIRST, _SPREAD = 8, 12  # iterations looked at: so many at the start, so many over the rest of the run

_MOST_WEIGHTS = 2000  # of a layer


def edges_looked_at(topology: Topology) -> frozenset[tuple[int, int]]:
    """The connections whose weights have moments."""
    return topology.some_edges(_MOST_WEIGHTS)


def moments(recording: Recording) -> list[Moment]:
    """The moments of some iterations of a run, in the order the program made them, structure by structure."""
    groups: defaultdict[Any, list[tuple[int, Column, Column]]] = defaultdict(list)
    for block, row in _chosen(recording.blocks):
        layout, segments, before = _before(recording.blocks, block, row)
        rows = groups[layout, segments, block.layout, block.segments]
        rows.append((int(block.iterations[row]), before, block.rows[row]))
    found = []
    for (layout_before, segments_before, layout, segments), rows in groups.items():
        iterations, before, now = (np.array(column) for column in zip(*rows))
        earlier = _Half(recording, layout_before, segments_before, before)
        found += _Walk(recording, iterations).moments(earlier, _Half(recording, layout, segments, now))
    return found


def _chosen(blocks: list[Block]) -> Iterator[tuple[Block, int]]:
    """The rows looked at: the first ones, and some spread over all the others."""
    places = [(block, row) for block in blocks for row in range(len(block.iterations))]
    spread = np.linspace(0, len(places) - 1, _SPREAD if places else 0).astype(int).tolist()
    yield from (places[place] for place in sorted({*range(min(_FIRST, len(places))), *spread}))


def _before(blocks: list[Block], block: Block, row: int) -> tuple[int, tuple[int, ...], Column]:
    """The iteration before: layout, segments and row; if it was not kept, NaN in the places of this one."""
    wanted = block.iterations[row] - 1
    for other in (block, *blocks):
        place = int(np.searchsorted(other.iterations, wanted))
        if place < len(other.iterations) and other.iterations[place] == wanted:
            return other.layout, other.segments, np.asarray(other.rows[place])
    return block.layout, block.segments, np.full(block.rows.shape[1], np.nan)


class _Half:
    """An iteration, one of two in a row: its structure, and its numbers in columns."""

    def __init__(self, recording: Recording, layout: int, segments: tuple[int, ...], rows: Column) -> None:
        self.layout = recording.layouts[layout]
        self.segments = [recording.segments[number] for number in segments]
        self.columns = rows.T

    def __iter__(self) -> Iterator[tuple[SegmentPattern, Column]]:
        start = len(self.layout)
        for segment in self.segments:
            yield segment, self.columns[start : start + segment.length]
            start += segment.length


def _together(known: Iterable[tuple[Place, int, int]]) -> list[tuple[int, Ref, dict[Row, int]]]:
    """Targets and rates that no step sets, by quantity: the step from which they are known, and the column of each row."""
    found: defaultdict[Any, dict[Row, int]] = defaultdict(dict)
    for (ref, row), at, since in sorted(known, key=lambda one: one[2]):
        found[since, ref, row is None][row] = at
    return [(since, ref, columns) for (since, ref, _), columns in found.items()]


def _numbers_of(columns: dict[Row, int], numbers: Column) -> tuple[Whose, Column]:
    """Whose numbers stand in these columns, and the numbers: with a line for each row."""
    if None in columns:
        return None, numbers[columns[None]]
    return tuple(row for row in columns if row is not None), numbers[[*columns.values()]]


class _Walk:
    """Goes through two iterations one after the other, and gathers the moments of the second."""

    def __init__(self, recording: Recording, iterations: NDArray[np.int32]) -> None:
        self.recording = recording
        self.rule = recording.rule
        self.topology = recording.topology
        self.edges = edges_looked_at(self.topology)
        self.iterations = iterations
        self.timeline = Timeline(len(iterations))
        self.passes: list[Pass] = []
        self.open: Pass | None = None  # the one that the next step may belong to
        self.computed: dict[tuple[int, Ref], list[Moment]] = defaultdict(list)  # by pass
        self.updates: dict[Ref, list[Moment]] = defaultdict(list)
        self.taken: dict[Ref, int] = {}  # how many passes the updates of a weight have taken so far

    def moments(self, before: _Half, now: _Half) -> list[Moment]:
        """The moments of `now`, in the order of its steps."""
        others = self._targets_of_others(now)
        for half in (before, now):
            self.step, first = 0, self.timeline.now
            for _, ref, columns in _together((place, at, 0) for at, place in enumerate(half.layout)):
                if not (others and ref[0] == "t"):
                    self._note(ref, columns, half.columns)
            for segment, numbers in half:
                self._segment(segment, numbers)
        self._close()
        made = [*self.computed.values(), *self.updates.values()]
        found = [moment for same in made for moment in same if moment.time > first and moment.passes]
        found += self._left_alone(first)
        for moment in found:
            if moment.is_update:  # a pass that only went forward asks for nothing
                delta: Ref = ("delta", moment.node)
                asking = [part for one in moment.passes if (part := one.having(delta))]
                last = moment.passes[-1]
                moment.passes = asking or [last.of(last.rows[-1])]
        return sorted(found, key=lambda moment: moment.step)

    def _targets_of_others(self, half: _Half) -> bool:
        """True if the inputs change in the iteration, but the targets were noted once: they belong to other samples."""
        inputs = defaultdict(list)
        for segment, columns in half:
            for batch in segment.batches:
                if batch.step.sets[1] in self.topology.inputs:
                    for row, at in zip(batch.samples, batch.columns):
                        inputs[batch.step.sets, row].append(columns[at])
        return any((np.asarray(found) != found[0][0]).any() for found in inputs.values())

    def _segment(self, segment: SegmentPattern, numbers: Column) -> None:
        if any(batch.step.sets[0] in COMPUTED for batch in segment.batches):
            rows = {row for batch in segment.batches for row in batch.samples if row is not None}
            self._begin(tuple(sorted(rows)) or None)
        waiting = _together(segment.also)
        for batch in segment.batches:
            while waiting and waiting[0][0] <= batch.numbers[0]:
                self._also(*waiting.pop(0)[1:], numbers)
            self._batch(batch, numbers)
        for _, ref, columns in waiting:
            self._also(ref, columns, numbers)
        self.step += len(segment.steps)

    def _begin(self, whose: Whose) -> None:
        self._close()
        before = (
            self.open
            if self.open and isinstance(self.open.whose, tuple) == isinstance(whose, tuple)
            else None
        )
        self.open = Pass(self.timeline, self.topology, whose, Span(self.timeline.now + 1), before)
        self.passes.append(self.open)

    def _close(self) -> None:
        if self.open:
            self.open.span.stop = self.timeline.now + 1

    def _also(self, ref: Ref, columns: dict[Row, int], numbers: Column) -> None:
        """Note the targets and rates known from this step on; a target after a delta is the next sample's."""
        if ref[0] == "t" and self.open and self.open.whose is None and self._has_delta(self.open):
            self._begin(None)
        self._note(ref, columns, numbers)

    def _has_delta(self, one: Pass) -> bool:
        return any((id(one), ("delta", node)) in self.computed for node in self.topology.outputs)

    def _note(self, ref: Ref, columns: dict[Row, int], numbers: Column) -> None:
        self.timeline.set(ref, *_numbers_of(columns, numbers))

    def _batch(self, batch: Batch, numbers: Column) -> None:
        ref, columns = batch.step.sets, dict(zip(batch.samples, batch.columns))
        whose, code = _numbers_of(columns, numbers)
        steps = [self.step + number for number in batch.numbers]
        if ref[0] == "b" or (ref[0] == "w" and ref[1] in self.edges):
            self._update(ref, batch.step.line, steps, code)
        elif (
            ref[0] != "w"
            and self.open
            and columns.keys() <= {*self.open.rows}
            and ref[1] not in self.topology.inputs
        ):
            one = self.open if self.open.whose == whose else replace(self.open, whose=whose)
            made = self.computed[id(self.open), ref]
            made[:] = [part for moment in made if (part := moment.without(one.rows))]
            made.append(self._moment(ref, batch.step.line, steps, code, [one]))
        self.timeline.set(ref, whose, code)

    def _update(self, ref: Ref, line: int, steps: list[int], code: Column) -> None:
        """Add an update: it sums the passes since the previous one. Assignments with no pass between them are one update."""
        made = self.updates[ref]
        passes = self.passes[self.taken.get(ref, 0) :]
        self.taken[ref] = len(self.passes)
        if made and not passes:
            last = made.pop()
            made.append(self._moment(ref, line, steps, code, last.passes, last.started, last.changed))
        else:
            started = self.timeline.at(ref, None, self.timeline.now + 1)
            made.append(self._moment(ref, line, steps, code, passes, started, self._last_change(ref)))

    def _last_change(self, ref: Ref) -> Column:
        made = self.updates[ref]
        change = made[-1].code - made[-1].started if made else np.full(len(self.iterations), np.nan)
        first = np.isnan(change) & (self.iterations == 0)  # before the first iteration nothing has changed
        return np.where(first, 0.0, change)

    def _moment(
        self, ref: Ref, line: int, steps: list[int], code: Column, passes: list[Pass], *update: Column
    ) -> Moment:
        time = self.timeline.now + 1
        started, changed = update or (self.timeline.unknown, self.timeline.unknown)
        known = (self.rule, self.topology, self.iterations)
        return Moment(ref, *known, line, steps, time, code, passes, started, changed)

    def _left_alone(self, first: int) -> list[Moment]:
        """The weights and biases that nothing in the whole run updates, though others are updated."""
        if self.recording.end != "done":
            return []  # it may have been cut short just before
        set_somewhere = {one.step.sets for segment in self.recording.segments for one in segment.batches}
        updates = [made[-1] for made in self.updates.values() if made and made[-1].time > first]
        if not updates:
            return []
        of_node = {moment.node: moment for moment in updates}
        refs: list[Ref] = [("w", edge) for edge in self.topology.edges if edge in self.edges]
        refs += [("b", node) for node in self.topology.biases]
        found = []
        for ref in refs:
            if ref in set_somewhere:
                continue
            near = of_node.get(node_of(ref), updates[-1])
            value = self.timeline.at(ref, None, near.time)
            found.append(replace(near, ref=ref, code=value, started=value, changed=np.zeros(len(value))))
        return found
