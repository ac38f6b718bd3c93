"""Collects what the instrumented program notes, and lays it down in the recording.

The program appends `(site, index, value)` to one flat log. Now and then the log is drained: cut at
the marks of the training loop into iterations, each compared with the structure seen last, and runs
of equal structure stored together as rows. Only a structure never seen before is looked at note by
note, so the cost of an iteration does not grow with what is known about it.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from backprop import equations
from backprop.instrument import (
    DRAIN,
    ENTER,
    EXCEPTION,
    LEAVE,
    LEN,
    LOG,
    LOST,
    NOTE,
    ODD,
    SLICE,
    Site,
)
from backprop.lens import Lens, entries
from backprop.reads import reads
from backprop.recording import LASTING, Array, Block, Recording, SegmentPattern, StepPattern
from backprop.topology import Ref, Topology

# A recording keeps at most this many bytes of numbers; beyond it, every second iteration is let go.
MOST_BYTES = 56 * 2**20
_MOST_SAMPLES = 2_000
_COMPUTED = ("net", "a", "delta")
_MOST_OUTSIDE = 100_000


class Opened(NamedTuple):
    """Stands in the log for an index that has already been opened into one quantity."""

    ref: Ref


@dataclass
class Notes:
    """A stretch of the log, as three columns."""

    sites: list[int]
    indices: list[Any]
    values: list[Any]

    def __iter__(self) -> Iterator[tuple[int, Any, Any]]:
        return zip(self.sites, self.indices, self.values)

    def part(self, start: int, stop: int) -> Notes:
        return Notes(self.sites[start:stop], self.indices[start:stop], self.values[start:stop])


@dataclass
class _Structure:
    """What an iteration of this shape means: which note is which quantity, cut into segments."""

    notes: Notes
    columns: list[int]
    segments: tuple[int, ...]
    lasting: dict[Ref, int]  # the last note of each quantity that outlives the iteration
    samples: list[tuple[list[int], list[int]]]  # of each segment: the notes that hold x, and t
    errors: list[
        tuple[int, int | Ref]
    ]  # output and target of each term of 4.9: notes, or a quantity of the state

    def fits(self, notes: Notes) -> bool:
        try:
            return notes.sites == self.notes.sites and notes.indices == self.notes.indices
        except ValueError:  # an array among the indices has no single truth value
            return False


class Recorder:
    """Turns the log into a recording while the program runs.

    `namespace` is the program's own, for finding out what a line has read. `most_bytes` bounds the
    numbers that are kept.
    """

    def __init__(self, lens: Lens, namespace: Mapping[str, Any], most_bytes: int = MOST_BYTES) -> None:
        self.lens = lens
        self.namespace = namespace
        self.most_bytes = most_bytes
        self.recording = Recording(lens.lesson, lens.topology, lens.activation)
        self.sites: list[Site] = []
        self.log: list[Any] = []
        self._depth = 0
        self._computing: frozenset[int] = frozenset()  # sites that set net, a or delta
        self._evidence: frozenset[int] = frozenset()  # those of them that tell a loop which trains
        self._structure: _Structure | None = None
        self._structures: dict[Any, _Structure] = {}
        self._segment_ids: dict[Any, int] = {}
        self._sample_ids: dict[tuple[float, ...], int] = {}
        self._known: dict[Ref, float] = {}  # set outside the training loop
        self._outside: list[Notes] = []
        self._layout: dict[Ref, int] = {}
        self._state: Array = np.empty(0)
        self._last_dropped: Block | None = None
        self._bytes = 0
        self._unfollowed: set[tuple[str, int]] = set()

    # --- what the program calls ---

    def hooks(self) -> dict[str, Any]:
        """The names that instrumented code looks up."""
        return {
            NOTE: self.log.extend,
            ODD: self._odd,
            LOST: self._lost,
            LOG: self.log,
            LEN: len,
            DRAIN: self.drain,
            SLICE: slice,
            EXCEPTION: Exception,
        }

    def watch(self, sites: list[Site]) -> None:
        """Say which places of the program write to the log, before it runs."""
        self.sites = sites
        found = {site.watch.quantity for site in sites}
        trains = {"delta"} if "delta" in found else _COMPUTED
        self._evidence = frozenset(n for n, site in enumerate(sites) if site.watch.quantity in trains)
        self._computing = frozenset(n for n, site in enumerate(sites) if site.watch.quantity in _COMPUTED)
        if not found:
            self.recording.notices.append({"id": "nothing"})
            return
        for watch in self.lens.watches.values():
            if watch.quantity not in found:
                found.add(watch.quantity)
                self.recording.notices.append(
                    {"id": "missing", "quantity": watch.quantity, "name": watch.name}
                )

    def _odd(self, site: int, index: Any, value: Any) -> None:
        """Note what is no plain number: a whole container, a row, an array."""
        watch = self.sites[site].watch
        found = [(ref, _number(item)) for ref, item in entries(watch, index, value)]
        made_ready = index is None and watch.items and watch.quantity in _COMPUTED
        if made_ready and not any(number for _, number in found):
            return  # an empty or zeroed container: nothing is computed yet
        for ref, number in found:
            self.log.extend((site, Opened(ref), number))

    def _lost(self, site: int) -> None:
        where = self.sites[site]
        if (where.watch.name, where.line) not in self._unfollowed:
            self._unfollowed.add((where.watch.name, where.line))
            self.recording.notices.append({"id": "unfollowed", "name": where.watch.name, "line": where.line})

    # --- from the log to iterations ---

    def drain(self, finished: bool = False) -> None:
        """Lay down every iteration that is complete; with `finished`, the one that was cut short too."""
        notes = Notes(self.log[0::3], self.log[1::3], self.log[2::3])
        run: list[Notes] = []
        start = 0
        for place in [place for place, site in enumerate(notes.sites) if site < 0]:
            kind = notes.sites[place]
            self._depth += (kind == ENTER) - (kind == LEAVE)
            if self._depth > (0 if kind == LEAVE else 1):
                continue  # a loop inside the training loop's turn, in a function it called
            if start < place:
                part = notes.part(start, place)
                run = self._outside_notes(part, run) if kind == ENTER else self._turn(part, run)
            start = place + 1
        if finished and start < len(notes.sites):
            rest = notes.part(start, len(notes.sites))
            self._depth, inside = 0, self._depth > 0
            run = self._last_turn(rest, run) if inside else self._outside_notes(rest, run)
            start = len(notes.sites)
        self._store(run)
        del self.log[: 3 * start]
        self._depth = min(self._depth, 1)  # marks inside the unfinished turn will be met again

    def _turn(self, notes: Notes, run: list[Notes]) -> list[Notes]:
        """One turn of the training loop: joined to a run of like turns, or known as preparation only."""
        structure = self._structure
        if structure is None or not structure.fits(notes):
            notes = self._opened(notes)
            if structure is None or not structure.fits(notes):
                if self._evidence.isdisjoint(notes.sites):
                    return self._outside_notes(notes, run)
                self._store(run)
                run = []
                self._structure = self._structure_of(notes)
        run.append(notes)
        return run

    def _last_turn(self, notes: Notes, run: list[Notes]) -> list[Notes]:
        """A turn that an error or the budget cut short: whatever it computed can be stepped through."""
        self._evidence |= self._computing
        return self._turn(notes, run)

    def _opened(self, notes: Notes) -> Notes:
        """The same notes with every index a plain one and every value a number."""
        opened = Notes([], [], [])
        for site, index, value in notes:
            if site < 0 or isinstance(index, Opened) or (type(value) in (float, int) and _plain_index(index)):
                found = [(index, value)]
            else:
                try:
                    watch = self.sites[site].watch
                    found = [(Opened(ref), _number(item)) for ref, item in entries(watch, index, value)]
                except (TypeError, ValueError):
                    self._lost(site)
                    continue
            for plain, number in found:
                opened.sites.append(site)
                opened.indices.append(plain)
                opened.values.append(number)
        return opened

    def _outside_notes(self, notes: Notes, run: list[Notes]) -> list[Notes]:
        """Notes outside the training loop set the state it starts from, or goes on from."""
        self._store(run)
        notes = self._opened(notes)
        if not self.recording.iterations and sum(len(part.sites) for part in self._outside) < _MOST_OUTSIDE:
            self._outside.append(notes)
        for site, index, value in notes:
            if site >= 0 and (ref := self._ref(site, index)) is not None:
                self._known[ref] = float(value)
                if ref in self._layout:
                    self._state[self._layout[ref]] = float(value)
        return []

    def finish(self) -> None:
        """Lay down all that is left. A program without a training loop becomes one iteration."""
        self.drain(finished=True)
        if not self.recording.iterations:
            self._without_a_loop()
        if self._last_dropped is not None:
            last = self._last_dropped
            if not self.recording.blocks or self.recording.blocks[-1].iterations[-1] < last.iterations[-1]:
                self.recording.blocks.append(last)
        if self.recording.stride > 1:
            self.recording.notices.append({"id": "thinned", "stride": self.recording.stride})

    def _without_a_loop(self) -> None:
        whole = Notes([], [], [])
        for part in self._outside:
            whole.sites += part.sites
            whole.indices += part.indices
            whole.values += part.values
        first = next((n for n, site in enumerate(whole.sites) if site in self._computing), None)
        if first is None:
            return
        self._known = {}
        self._outside_notes(whole.part(0, first), [])
        notes = whole.part(first, len(whole.sites))
        self._structure = self._structure_of(notes)
        self._store([notes])

    # --- structure: looked at once ---

    def _ref(self, site: int, index: Any) -> Ref | None:
        return index.ref if isinstance(index, Opened) else self.sites[site].watch.ref(index)

    def _structure_of(self, notes: Notes) -> _Structure:
        key = (tuple(notes.sites), tuple(notes.indices))
        if key not in self._structures:
            self._structures[key] = self._new_structure(notes)
        return self._structures[key]

    def _new_structure(self, notes: Notes) -> _Structure:
        refs = [self._ref(s, i) if s >= 0 else None for s, i in zip(notes.sites, notes.indices)]
        if not self._layout:
            self._find_topology([ref for ref in refs if ref])
        topology = self.recording.topology
        refs = [ref if ref and _exists(ref, topology) else None for ref in refs]
        lasting = {ref: n for n, ref in enumerate(refs) if ref and (ref[0] in LASTING or ref in self._layout)}
        self._extend_layout(lasting)
        columns: list[int] = []
        segments, samples, errors = [], [], []
        for part in _cut_into_samples(refs, topology):
            here = {refs[n]: n for n in part}
            columns += part
            segments.append(self._segment(notes, refs, part))
            samples.append(
                (
                    [here[r] for r in _inputs(topology) if r in here],
                    [here[r] for r in _targets(topology) if r in here],
                )
            )
            for node in topology.outputs:
                if ("a", node) in here:
                    target: Ref = ("t", node)
                    errors.append((here["a", node], here.get(target, target)))
        return _Structure(notes, columns, tuple(segments), lasting, samples, errors)

    def _find_topology(self, refs: list[Ref]) -> None:
        """The network the program's own weights make; the lesson's, if they make none."""
        edges = {ref[1] for ref in (*self._known, *refs) if ref[0] == "w"}
        default = self.lens.topology
        if edges and not edges >= set(default.edges) | {
            (0, 0)
        }:  # a full matrix joins every node to every node
            try:
                self.recording.topology = Topology.from_edges(edges)
            except ValueError:
                self.recording.topology = default
        topology = self.recording.topology
        given = {*_inputs(topology), *_targets(topology)}
        start = {
            r: v for r, v in self._known.items() if (r[0] in LASTING or r in given) and _exists(r, topology)
        }
        self._extend_layout(start)

    def _extend_layout(self, refs: Mapping[Ref, Any]) -> None:
        new = [ref for ref in refs if ref not in self._layout]
        if new or not self.recording.layouts:
            self._layout |= {ref: len(self._layout) + n for n, ref in enumerate(new)}
            self._state = np.append(self._state, [self._known.get(ref, math.nan) for ref in new])
            self.recording.layouts.append(tuple(self._layout))

    def _segment(self, notes: Notes, refs: list[Ref | None], part: list[int]) -> int:
        key = tuple((notes.sites[n], refs[n]) for n in part)
        if key not in self._segment_ids:
            self._segment_ids[key] = len(self.recording.segments)
            self.recording.segments.append(self._new_segment(notes, refs, part))
        return self._segment_ids[key]

    def _new_segment(self, notes: Notes, refs: list[Ref | None], part: list[int]) -> SegmentPattern:
        topology = self.recording.topology
        steps: list[StepPattern] = []
        also: list[tuple[Ref, int, int]] = []
        statements: list[Any] = []
        for at, n in enumerate(part):
            ref, site = refs[n], self.sites[notes.sites[n]]
            assert ref is not None  # `part` holds only notes that name a quantity
            if ref[0] in ("t", "eta"):
                also.append((ref, at, len(steps)))
                continue
            if steps and steps[-1].sets == ref and statements[-1] is site.value is not None:
                steps.pop()  # y = a[8] = … sets one quantity, under two names
                statements.pop()
            statements.append(site.value)
            steps.append(
                StepPattern(
                    site.line,
                    equations.phase_of(ref[0]),
                    equations.equation_for(ref, topology),
                    equations.number_of(ref, topology),
                    ref,
                    at,
                    self._reads(site, notes.indices[n], ref),
                )
            )
        return SegmentPattern(len(part), tuple(steps), tuple(also))

    def _reads(self, site: Site, index: Any, ref: Ref) -> tuple[Ref, ...]:
        """What the line read, by its own words; failing that, the terms of the equation."""
        topology = self.recording.topology
        if isinstance(index, Opened):
            index = ref[1]
        found = reads(site, index, self.lens, self.namespace)
        if found is None:
            written = equations.instance(ref, topology, self.recording.activation)
            return written.reads if written else ()
        own = [ref] if site.augmented else []
        return tuple(r for r in dict.fromkeys(own + found) if _exists(r, topology))

    # --- rows ---

    def _store(self, run: list[Notes]) -> None:
        """Lay down a run of iterations of one structure."""
        if not run or self._structure is None:
            return
        structure, count = self._structure, len(run)
        data: Array
        try:
            data = np.frombuffer(array("d", [value for notes in run for value in notes.values])).reshape(
                count, -1
            )
        except (TypeError, ValueError, OverflowError):
            data = np.array([[_number_or_nan(value) for value in notes.values] for notes in run], float)
        places = [self._layout[ref] for ref in structure.lasting]
        sources = list(structure.lasting.values())
        before = np.tile(self._state, (count, 1))
        before[1:, places] = data[:-1, sources]
        self.recording.losses.append(self._loss(structure, data, before))
        self._state[places] = data[-1, sources]
        first = self.recording.iterations
        self.recording.iterations += count
        block = Block(
            np.arange(first, first + count, dtype=np.int32),
            len(self.recording.layouts) - 1,
            structure.segments,
            self._samples(structure, data, before),
            np.hstack([before, data[:, structure.columns]]),
        )
        self._keep(block)

    def _loss(self, structure: _Structure, data: Array, before: Array) -> Array:
        """E of each iteration, from the outputs and targets that were noted; NaN where there were none."""
        if not structure.errors:
            return np.full(len(data), math.nan)
        loss = np.zeros(len(data))
        for output, target in structure.errors:
            if isinstance(target, int):
                t = data[:, target]
            elif target in self._layout:
                t = before[:, self._layout[target]]
            else:
                return np.full(len(data), math.nan)
            loss += (t - data[:, output]) ** 2 / 2  # 4.9
        return loss

    def _samples(self, structure: _Structure, data: Array, before: Array) -> Any:
        ids = np.full((len(data), len(structure.samples)), -1, np.int32)
        for segment, (inputs, targets) in enumerate(structure.samples):
            if not inputs and not targets:
                continue
            columns = data[:, inputs + targets]
            if (columns == columns[0]).all():
                ids[:, segment] = self._sample_id(columns[0], len(inputs))
            else:
                ids[:, segment] = [self._sample_id(row, len(inputs)) for row in columns]
        return ids

    def _sample_id(self, numbers: Array, inputs: int) -> int:
        key = tuple(map(float, numbers))
        if key not in self._sample_ids:
            if len(self._sample_ids) >= _MOST_SAMPLES:
                return -1
            self._sample_ids[key] = len(self._sample_ids)
            self.recording.samples.append({"x": list(key[:inputs]), "t": list(key[inputs:])})
        return self._sample_ids[key]

    def _keep(self, block: Block) -> None:
        """Keep the rows the stride lets through, and always remember the last one."""
        recording = self.recording
        kept = block.iterations % recording.stride == 0
        if not kept[-1]:
            self._last_dropped = block.only(np.arange(len(kept)) == len(kept) - 1)
        if not kept.all():
            block = block.only(kept)
        if len(block.iterations):
            recording.blocks.append(block)
            self._bytes += block.rows.nbytes
        while self._bytes > self.most_bytes and sum(len(b.iterations) for b in recording.blocks) > 2:
            self._thin()

    def _thin(self) -> None:
        """Let every second kept iteration go; the loss of each stays."""
        recording = self.recording
        recording.stride *= 2
        last = recording.blocks[-1]
        self._last_dropped = last.only(np.arange(len(last.iterations)) == len(last.iterations) - 1)
        thinned = [block.only(block.iterations % recording.stride == 0) for block in recording.blocks]
        recording.blocks[:] = [block for block in thinned if len(block.iterations)]
        self._bytes = sum(block.rows.nbytes for block in recording.blocks)


# --- small questions ---


def _plain_index(index: Any) -> bool:
    if isinstance(index, tuple):
        return all(type(part) is int for part in index)
    return index is None or type(index) is int


def _number(value: Any) -> float:
    """A float; raises TypeError or ValueError for what is no single number."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(-1)[0]
    if isinstance(value, (str, bytes, complex)):
        raise TypeError("not a real number")
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _number_or_nan(value: Any) -> float:
    try:
        return _number(value)
    except (TypeError, ValueError):
        return math.nan


def _exists(ref: Ref, topology: Topology) -> bool:
    quantity, key = ref
    if quantity == "w":
        return key in topology.edges
    return quantity == "eta" or key in topology.nodes


def _inputs(topology: Topology) -> list[Ref]:
    return [("a", node) for node in topology.inputs]


def _targets(topology: Topology) -> list[Ref]:
    return [("t", node) for node in topology.outputs]


def _cut_into_samples(refs: list[Ref | None], topology: Topology) -> list[list[int]]:
    """The notes of an iteration, cut where the next sample begins.

    That is where an input is set after anything has been computed, together with the target that
    may stand just before it. Where the program sets no inputs, its targets tell the samples apart.
    """
    targets = set(_targets(topology))
    openers = set(_inputs(topology)) & set(refs) or targets
    parts: list[list[int]] = [[]]
    waiting: list[int] = []  # targets and rates that may belong to the next sample already
    computed = False
    for n, ref in enumerate(refs):
        if ref is None:
            continue
        if ref in openers and computed:
            parts.append([])
            computed = False
        if ref in targets or ref == ("eta", None):
            if ref not in openers:
                waiting.append(n)
                continue
        parts[-1] += waiting
        waiting = []
        computed = computed or ref not in openers
        parts[-1].append(n)
    parts[-1] += waiting
    return [part for part in parts if part]
