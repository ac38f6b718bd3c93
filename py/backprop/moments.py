"""Every quantity of the network as the program left it, with all that it could have been made from.

An equation names what a quantity ought to be made from; a mistake makes it from something else:
from the delta of the sample before, from a weight that has moved already. So the recording is laid
out in time here, and a `Moment` can look at any of it. Numbers are columns, one row for each
iteration looked at: a few, spread over the run, the first ones above all.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop.check import agree
from backprop.equations import BEFORE, EACH, Read, Rule, instance
from backprop.lens import COMPUTED
from backprop.network import ACTIVATIONS
from backprop.recording import Block, Recording, SegmentPattern, StepPattern
from backprop.topology import Place, Ref, Topology, inputs_of, targets_of

Column = NDArray[np.float64]

_FIRST, _SPREAD = 8, 12  # iterations looked at: so many at the start, so many over the rest of the run


class Timeline:
    """What was set, and when. Times only order what happened; `at` and `within` give NaN for the unknown."""

    def __init__(self, rows: int) -> None:
        self.now = 0
        self.unknown = np.full(rows, np.nan)
        self._times: defaultdict[Place, list[int]] = defaultdict(list)
        self._columns: defaultdict[Place, list[Column]] = defaultdict(list)

    def set(self, place: Place, column: Column) -> None:
        self.now += 1
        self._times[place].append(self.now)
        self._columns[place].append(column)

    def at(self, place: Place, time: int) -> Column:
        """As it stood just before `time`."""
        return self.within(place, 0, time)

    def within(self, place: Place, start: int, stop: int) -> Column:
        """What was set last from `start` on and before `stop`."""
        times = self._times.get(place, [])
        last = bisect_left(times, stop) - 1
        return self._columns[place][last] if last >= 0 and times[last] >= start else self.unknown


@dataclass
class Pass:
    """One sample's way through the network; `row` is its row where all samples are computed at once."""

    timeline: Timeline
    topology: Topology
    row: int | None
    start: int
    stop: int
    before: Pass | None

    def value(self, ref: Ref) -> Column:
        """A quantity of this sample: net, a or delta as this pass set them, t and inputs as they stood."""
        quantity, node = ref
        given = quantity == "t" or node in self.topology.inputs
        found = self.timeline.within((ref, self.row), 0 if given else self.start, self.stop)
        if given and self.row is not None and np.isnan(found).all():
            return self.timeline.at((ref, None), self.stop)
        return found

    def has(self, ref: Ref) -> bool:
        return not np.isnan(self.value(ref)).all()

    def weight(self, ref: Ref) -> Column:
        """A weight or a bias as its forward pass found it."""
        return self.timeline.at((ref, None), self.start)

    def earlier(self, ref: Ref) -> Column:
        """What the passes before this one left of a quantity."""
        found = self.before
        while found and not found.has(ref):
            found = found.before
        return found.value(ref) if found else self.timeline.at((ref, self.row), 0)

    def same_sample_before(self, ref: Ref) -> Column:
        """A quantity when the same inputs and targets were last there."""
        given = inputs_of(self.topology) + targets_of(self.topology)
        found, one = np.full_like(self.value(ref), np.nan), self.before
        while one:
            same = np.all([agree(self.value(g), one.value(g)) for g in given], axis=0)
            found = np.where(np.isnan(found) & same, one.value(ref), found)
            one = one.before
        return found


@dataclass
class Moment:
    """One quantity when the program had done with it: `code` is what it was then.

    `passes` is the pass it belongs to; of a weight or a bias, those that its update takes together.
    `started` is a weight or a bias before that update, `changed` what the update before did to it;
    NaN for all else.
    """

    ref: Ref
    rule: Rule
    topology: Topology
    iterations: NDArray[np.int32]
    line: int
    step: int
    time: int
    code: Column
    passes: list[Pass]
    started: Column
    changed: Column

    @property
    def quantity(self) -> str:
        return str(self.ref[0])

    @property
    def node(self) -> int:
        """The node whose number it is; of a weight, the one it leads to; 0 for the error, which is no one node's."""
        key = self.ref[1]
        return int(key[0] if isinstance(key, tuple) else key or 0)

    @property
    def is_update(self) -> bool:
        return self.quantity in ("w", "b")

    @cached_property
    def right(self) -> Column:
        """What the program's own rule gives; NaN where that cannot be known.

        At a net of exactly 0 relu and linear give the same, and relu's slope is a matter of convention: any is right.
        """
        formula = self.formula()
        if self.quantity == "delta" and self.activation in ("relu", "linear"):
            return np.where(self.net == 0, self.code, formula)
        return formula

    def formula(self, read: Read | None = None, ref: Ref | None = None, **otherwise: Any) -> Column:
        """What its equation gives: reading other numbers, or by a rule that is `otherwise` in some way.

        `ref` asks for another quantity of the same pass.
        """
        samples = tuple(range(len(self.passes))) if self.is_update else ()
        rule = replace(self.rule, samples=samples, **otherwise)
        written = instance(ref or self.ref, self.topology, rule)
        value = written.evaluate(read or self.read) if written else np.nan
        return np.broadcast_to(np.asarray(value, float), self.code.shape)

    def read(self, ref: Ref, sample: Any = None) -> Column:
        """What the equation reads: of its own pass, or of every pass that an update takes together."""
        if sample == EACH:
            return np.array([self._read_of(one, ref) for one in self.passes])
        if ref == self.ref and self.is_update:
            return self.started - self.changed if sample == BEFORE else self.started
        if ref == ("eta", None):
            return self.passes[-1].timeline.at((ref, None), self.time)
        return self._read_of(self.passes[0], ref)

    def _read_of(self, one: Pass, ref: Ref) -> Column:
        if ref[0] == "net" and not one.has(ref):
            return self._net_of(one, ref)
        return one.weight(ref) if ref[0] in ("w", "b") else one.value(ref)

    def _net_of(self, one: Pass, ref: Ref) -> Column:
        """A weighted input that the program does not keep (4.11)."""
        written = instance(ref, self.topology, self.rule)

        def read(ref: Ref, sample: Any = None) -> Column:
            return one.weight(ref) if ref[0] in ("w", "b") else one.value(ref)

        return np.asarray(written.evaluate(read), float) if written else self.started * np.nan

    def read_now(self, ref: Ref, sample: Any = None) -> Column:
        """The same, but weights as they stand when the line runs, not as the forward pass found them."""
        if ref[0] != "w" or ref == self.ref:
            return self.read(ref, sample)
        return self.passes[0].timeline.at((ref, None), self.time)

    def read_earlier(self, *quantities: str) -> Read:
        """The same, but some quantities of the computing nodes as the pass before left them.

        With a delta goes the input it was made for, be it one of the network's.
        """

        def read(ref: Ref, sample: Any = None) -> Column:
            if ref[0] in quantities and ("delta" in quantities or ref[1] not in self.topology.inputs):
                found = [one.earlier(ref) for one in self.passes]
                return np.array(found) if sample == EACH else found[0]
            return self.read(ref, sample)

        return read

    @property
    def activation(self) -> str:
        """The name of its node's activation."""
        return self.rule.activation_of(self.node, self.topology)

    def slope(self, output: Column) -> Column:
        """The slope of its node's activation, for some output (1.4)."""
        return np.asarray(ACTIVATIONS[self.activation].slope(output), float)

    def a(self, node: int) -> Column:
        """What a node sent in this pass."""
        return self.read(("a", node))

    @property
    def net(self) -> Column:
        """The weighted input of its node, as the program has it, or as it would be."""
        return self.read(("net", self.node))


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
    """One of two iterations that follow one another: its structure, and its numbers in columns."""

    def __init__(self, recording: Recording, layout: int, segments: tuple[int, ...], rows: Column) -> None:
        self.layout = recording.layouts[layout]
        self.segments = [recording.segments[number] for number in segments]
        self.columns = rows.T

    def __iter__(self) -> Iterator[tuple[SegmentPattern, Column]]:
        start = len(self.layout)
        for segment in self.segments:
            yield segment, self.columns[start : start + segment.length]
            start += segment.length


class _Walk:
    """Goes through two iterations one after the other, and gathers the moments of the second."""

    def __init__(self, recording: Recording, iterations: NDArray[np.int32]) -> None:
        self.recording = recording
        self.rule = recording.rule
        self.topology = recording.topology
        self.iterations = iterations
        self.timeline = Timeline(len(iterations))
        self.passes: list[Pass] = []
        self.open: dict[int | None, Pass] = {}  # by row, the passes that the next step may belong to
        self.computed: dict[tuple[int, Ref], Moment] = {}  # by pass
        self.updates: dict[Ref, list[Moment]] = defaultdict(list)
        self.taken: dict[Ref, int] = {}  # how many passes the updates of a weight have taken so far

    def moments(self, before: _Half, now: _Half) -> list[Moment]:
        others = self._targets_of_others(now)
        for half in (before, now):
            self.step, first = 0, self.timeline.now
            for place, column in zip(half.layout, half.columns):
                if not (others and place[0][0] == "t"):
                    self.timeline.set(place, column)
            for segment, columns in half:
                self._segment(segment, columns)
        self._close()
        found = [*self.computed.values(), *(m for made in self.updates.values() for m in made)]
        found = [moment for moment in found if moment.time > first and moment.passes]
        found += self._left_alone(first)
        for moment in found:
            if moment.is_update:  # a pass that only went forward asks for nothing
                asking = [one for one in moment.passes if one.has(("delta", moment.node))]
                moment.passes = asking or moment.passes[-1:]
        return sorted(found, key=lambda moment: moment.step)

    def _targets_of_others(self, half: _Half) -> bool:
        """Whether the targets were noted once and for all, though the inputs change: then they are of others."""
        inputs = defaultdict(list)
        for segment, columns in half:
            for step in segment.steps:
                if step.sets[1] in self.topology.inputs:
                    inputs[step.sets, step.sample].append(columns[step.at])
        return any((np.asarray(found) != found[0][0]).any() for found in inputs.values())

    def _segment(self, segment: SegmentPattern, columns: Column) -> None:
        if any(step.sets[0] in COMPUTED for step in segment.steps):
            self._begin({step.sample for step in segment.steps if step.sample is not None} or {None})
        for number, step in enumerate(segment.steps):
            self._also(segment, number, columns)
            self._step(step, columns[step.at])
            self.step += 1
        self._also(segment, len(segment.steps), columns)

    def _begin(self, rows: Iterable[int | None]) -> None:
        self._close()
        before = self.open
        self.open = {}
        for row in rows:
            last = before.get(row)
            self.open[row] = Pass(self.timeline, self.topology, row, self.timeline.now + 1, 0, last)
        self.passes += self.open.values()

    def _close(self) -> None:
        for one in self.open.values():
            one.stop = self.timeline.now + 1

    def _also(self, segment: SegmentPattern, number: int, columns: Column) -> None:
        """Note the targets and rates known from this step on; a target after a delta is the next sample's."""
        for place, at, since in segment.also:
            if since == number:
                one = self.open.get(None)
                if one and place[0][0] == "t" and self._has_delta(one):
                    self._begin([None])
                self.timeline.set(place, columns[at])

    def _has_delta(self, one: Pass) -> bool:
        return any((id(one), ("delta", node)) in self.computed for node in self.topology.outputs)

    def _step(self, step: StepPattern, column: Column) -> None:
        if step.sets[0] in ("w", "b"):
            self._update(step, column)
        elif step.sample in self.open and step.sets[1] not in self.topology.inputs:
            one = self.open[step.sample]
            self.computed[id(one), step.sets] = self._moment(step, column, [one])
        self.timeline.set((step.sets, step.sample), column)

    def _update(self, step: StepPattern, column: Column) -> None:
        """An update takes the passes since the last; several with none between are one, done in pieces."""
        ref, made = step.sets, self.updates[step.sets]
        passes = self.passes[self.taken.get(ref, 0) :]
        self.taken[ref] = len(self.passes)
        if made and not passes:
            last = made.pop()
            made.append(self._moment(step, column, last.passes, last.started, last.changed))
        else:
            started = self.timeline.at((ref, None), self.timeline.now + 1)
            made.append(self._moment(step, column, passes, started, self._last_change(ref)))

    def _last_change(self, ref: Ref) -> Column:
        made = self.updates[ref]
        change = made[-1].code - made[-1].started if made else np.full(len(self.iterations), np.nan)
        first = np.isnan(change) & (self.iterations == 0)  # before the first iteration nothing has changed
        return np.where(first, 0.0, change)

    def _moment(self, step: StepPattern, code: Column, passes: list[Pass], *update: Column) -> Moment:
        at = (step.line, self.step, self.timeline.now + 1)
        started, changed = update or (self.timeline.unknown, self.timeline.unknown)
        return Moment(
            step.sets, self.rule, self.topology, self.iterations, *at, code, passes, started, changed
        )

    def _left_alone(self, first: int) -> list[Moment]:
        """The weights and biases that nothing in the whole run updates, though others are updated."""
        if self.recording.end != "done":
            return []  # it may have been cut short just before
        set_somewhere = {step.sets for segment in self.recording.segments for step in segment.steps}
        updates = [made[-1] for made in self.updates.values() if made and made[-1].time > first]
        refs: list[Ref] = [("w", edge) for edge in self.topology.edges]
        refs += [("b", node) for node in self.topology.biases]
        found = []
        for ref in refs:
            node = ref[1][0] if ref[0] == "w" else ref[1]
            near = next((m for m in reversed(updates) if m.node == node), updates[-1] if updates else None)
            if near is None or ref in set_somewhere:
                continue
            value = self.timeline.at((ref, None), near.time)
            found.append(replace(near, ref=ref, code=value, started=value, changed=np.zeros(len(value))))
        return found
