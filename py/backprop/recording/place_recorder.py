"""Records a program by the places of its roles instead of by names: see role_places.py."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from backprop.lessons.lens import COMPUTED, Lens, Watch
from backprop.recording.hooks import APPLIED, BEGIN, ENTER, LEAVE, QUIET, STANDS, START, TURN, UPDATED, VALUE
from backprop.recording.interpret import Reader
from backprop.recording.kept_rows import MOST_BYTES
from backprop.recording.note_taker import MakeTurns
from backprop.recording.notes import Notes, Structure, bare, floats, number
from backprop.recording.read_once import stands
from backprop.recording.recorder import Recorder
from backprop.recording.role_places import RolePlaces
from backprop.recording.sites import Instrumented, Site
from backprop.recording.taps import FACTOR, Computed, Tap, opened
from backprop.recording.turns import Turns
from backprop.topology import Place, Ref, Topology


class PlaceRecorder(Recorder):
    """Turns the notes of a program's taps into a recording while the program runs."""

    _dearest_note = 20  # each is a call of a function

    def __init__(
        self,
        lens: Lens,
        places: RolePlaces,
        taps: list[Tap],
        namespace: Mapping[str, Any],
        most_bytes: int = MOST_BYTES,
        turns: MakeTurns = Turns,
        updates: int = 0,
    ) -> None:
        """`updates` says how often the tap that ends an iteration is noted in one (0: a loop's turns are the iterations)."""
        super().__init__(lens, namespace, most_bytes, turns)
        self._taps = taps
        self._updates = self._updates_left = updates
        self._quiet_depth = 0
        self._entries = places.entries
        self._begun = 0  # how often the loop has been begun
        self._is_off = False  # whether another network is being trained
        self._starts: list[Any] = []  # as the log: the first weights
        self._starts_left: list[int] = []  # of each site, how often it is still to be noted
        self._first_nets = places.first_nets
        self._is_compared = False
        self._reader = PlaceReader(lens, self.recording, places, taps, self._lost)
        self.hooks |= {VALUE: self._value, QUIET: self._quiet, START: self._start, BEGIN: self._begin}
        self.hooks |= {UPDATED: self._updated, APPLIED: self._applied, STANDS: stands}
        if updates:
            self._mark(ENTER)
        if not places.is_whole_run and places.loop is not None:
            self._is_off, self._quiet_depth = True, 1  # until the loop begins
        self._known |= places.state

    def watch(self, program: Instrumented) -> None:
        """Say which places of the program write to the log, before it runs."""
        self._watch_gates(program)
        self._noted = self.turns.noted
        self.sites = self._reader.sites = [_site(tap) for tap in self._taps]
        self._starts_left = [len(tap.cycle) for tap in self._taps]
        self._named = True
        self._computing = frozenset(n for n, tap in enumerate(self._taps) if tap.quantity in COMPUTED)
        found = {tap.quantity for tap in self._taps}
        self._evidence = {"delta"} & found or COMPUTED & found

    def _value(self, site: int, value: Any) -> Any:
        """Note a value on its way through an expression."""
        if self._quiet_depth or not self._noted[site + 1]:
            return value
        kind = type(value)
        if kind is float:
            self.log.extend((site, None, value))
        elif issubclass(kind, np.ndarray):
            array = value if kind is np.ndarray else bare(value)
            if array.dtype.kind in "fiub":
                self.log.extend((site, array.shape, np.asarray(array, float).tobytes()))
            elif array.dtype.kind == "c":
                self._lost(site)
        elif issubclass(kind, (int, float, complex, np.generic)):
            self._note_number(site, value)
        elif kind in (list, tuple):
            self._note_list(site, value)
        return value

    def _applied(self, site: int, function: Any) -> Any:
        """A function that `map` and the like apply to one item after the other: each time its value, or one of its operands,
        is noted."""
        operand = self._taps[site].operand if self._taps[site].how == "operand" else None

        def noting(*arguments: Any) -> Any:
            value = function(*arguments)
            self._value(site, value if operand is None else arguments[operand])
            return value

        return noting if callable(function) else function

    def _updated(self, site: int, value: Any) -> Any:
        """Note an update; the last of its round ends an iteration."""
        self._value(site, value)
        if not self._quiet_depth:
            self._updates_left -= 1
            if self._updates_left == 0:
                self._updates_left = self._updates
                self._mark(TURN)
        return value

    def _mark(self, kind: int) -> None:
        """Put a mark of a loop into the log, as `instrument` does where there is one."""
        self.log.extend((kind, 0, self.turns.nothing))

    def finish(self) -> None:
        """Lay down all that is left."""
        if self._updates:
            self._mark(LEAVE)
        super().finish()

    def _note_number(self, site: int, value: Any) -> None:
        try:
            self.log.extend((site, None, number(value)))
        except (TypeError, ValueError):
            self._lost(site)

    def _note_list(self, site: int, value: Any) -> None:
        try:
            table = floats(value)
        except (TypeError, ValueError):
            self._lost(site)
        else:
            self.log.extend((site, table.shape, table.tobytes()))

    def _quiet(self, function: Any) -> Any:
        """A function called outside training: what is computed in it is not noted."""

        def quietly(*arguments: Any, **named: Any) -> Any:
            self._quiet_depth += 1
            try:
                return function(*arguments, **named)
            finally:
                self._quiet_depth -= 1

        return quietly

    def _start(self, site: int, value: Any) -> Any:
        """Note the first weights and biases, in the first pass alone."""
        if not self._quiet_depth and self._starts_left[site]:
            self._starts_left[site] -= 1
            try:
                table = floats(value)
            except (TypeError, ValueError):
                self._lost(site)
            else:
                self._starts.extend(
                    (site, table.shape or None, table.tobytes() if table.shape else float(table))
                )
        return value

    def _begin(self) -> None:
        """The loop begins: only at some of these times it trains this network."""
        first, end = self._entries
        is_off = self._begun < first or (end is not None and self._begun >= end)
        self._begun += 1
        self._quiet_depth += is_off - self._is_off
        self._is_off = is_off

    def _structure_of(self, notes: Notes) -> Structure:
        """The structure of an iteration's notes; before the first one the start weights are noted."""
        if self._starts:
            self._outside.append(Notes(self._starts[0::3], self._starts[1::3], self._starts[2::3]))
            self._starts = []
        return super()._structure_of(notes)

    def _store(self) -> None:
        """Lay down the run of iterations that has come together; first see that it is the run that was traced."""
        if self._run and self._structure is not None and not self._is_compared:
            self._is_compared = True
            if self._is_another_run():
                lasting = [at for place, at in self._layout.items() if place[0][0] in ("w", "b")]
                self._state[lasting] = math.nan
                self._notice({"id": "unrepeatable"})
        super()._store()

    def _is_another_run(self) -> bool:
        """True if the first sample's nets differ from those in the trace: a program that asks the clock or the system for
        random numbers starts from other weights each time."""
        structure = self._structure
        if structure is None or not structure.segments:
            return False
        first = self._data(structure, self._run)[0]
        pattern = self.recording.segments[structure.segments[0]]
        found = {
            step.sets[1]: float(first[structure.columns[step.at]])
            for step in reversed(pattern.steps)
            if step.sets[0] == "net" and not step.sample
        }
        return any(found.get(node, net) != net for node, net in self._first_nets.items() if net == net)

    def _compare_with_program(self) -> None:
        """Weights are known by their places alone: there is no name to look them up by."""


def _site(tap: Tap) -> Site:
    watch = Watch(tap.expression, tap.expression, tap.quantity, 0, None, 0, False, False, tap.sign, False)
    return Site(tap.place.line, watch, [], None, False)


class PlaceReader(Reader):
    """Says what each note of an iteration means, by counting the executions of each place."""

    def __init__(
        self,
        lens: Lens,
        recording: Any,
        places: RolePlaces,
        taps: list[Tap],
        lost: Callable[[int], None],
    ) -> None:
        super().__init__(lens, recording, dict, lambda *_: None, lost)
        self._by_rows = places.by_rows
        self._lost_site = lost
        self._taps = taps
        self._computed_from: dict[Ref, list[Computed]] = defaultdict(list)
        for computed in places.computed:
            for ref in {ref for _, refs in computed.products for ref in refs}:
                self._computed_from[ref].append(computed)
        self._topology = lens.topology
        self._cache: dict[Any, list[Place | None]] = {}

    def find_topology(self, stretches: list[Notes]) -> None:
        """The network is known from the roles."""
        found = {tap.quantity for tap in self._taps}
        self.recording.topology = self._topology
        self.recording.rule = replace(
            self.recording.rule, net="net" in found, eta="eta" in found, delta="delta" in found
        )
        self.has_topology = True

    def places(
        self, notes: Notes, standing: dict[str, tuple[int, int]] | None = None
    ) -> list[list[Place | None]]:
        """For each note the quantities its numbers are; computed ones stand behind the last that they are made of."""
        return self._interpreted(notes)[0]

    def structure(self, notes: Notes, as_noted: Notes, layout: Mapping[Place, int]) -> Structure:
        """The structure of an iteration's notes, with the quantities that are computed from them."""
        found = super().structure(notes, as_noted, layout)
        found.computed = self._interpreted(notes)[1]
        if found.signs is not None:
            found.signs[[at for at, _ in found.computed]] = 1
        return found

    def _interpreted(
        self, notes: Notes
    ) -> tuple[list[list[Place | None]], list[tuple[int, list[tuple[float, list[int]]]]]]:
        counts: dict[int, int] = defaultdict(int)
        at: dict[Place, int] = {}
        fresh: set[Place] = set()
        per_note: list[list[Place | None]] = []
        computed: list[tuple[int, list[tuple[float, list[int]]]]] = []
        position = 0
        for site, index, value in notes:
            if site < 0:
                per_note.append([] if value == b"" else [None])
                position += len(per_note[-1])
                continue
            here = self._places_of(site, counts[site], index or ())
            counts[site] += 1
            count = len(value) // 8 if type(value) is bytes else 1
            if len(here) != count:
                self._lost_site(site)  # of another shape than in the trace
                here = [None] * count
            for place in here:
                if place is not None:
                    at[place] = position
                    fresh.add(place)
                position += 1
            more = self._now_computable(here, at, fresh)
            for place, products in more:
                computed.append((position, products))
                at[place] = position
                fresh.add(place)
                position += 1
            shown = [None if place and place[0][0] == FACTOR else place for place in here]
            per_note.append([*shown, *(place for place, _ in more)])
        return per_note, computed

    def _now_computable(
        self, here: list[Place | None], at: dict[Place, int], fresh: set[Place]
    ) -> list[tuple[Place, list[tuple[float, list[int]]]]]:
        """The computed quantities whose last part has just been noted; their parts are used up."""
        found = []
        for place in here:
            if place is None:
                continue
            for one in self._computed_from.get(place[0], ()):
                parts = {(ref, place[1]) for _, refs in one.products for ref in refs}
                if parts <= fresh and place in parts:
                    products = [(c, [at[ref, place[1]] for ref in refs]) for c, refs in one.products]
                    found.append(((one.ref, place[1]), products))
                    fresh -= {part for part in parts if part[0][0] == FACTOR}
        return found

    def _places_of(self, site: int, count: int, shape: tuple[int, ...]) -> list[Place | None]:
        """The quantities of the numbers of one execution of a place; None for a number that is none."""
        cycle = self._taps[site].cycle
        passes, slot = divmod(count, len(cycle))
        key = site, slot, passes if self._by_rows else 0, shape
        if key not in self._cache:
            samples = self._taps[site].samples
            self._cache[key] = opened(cycle[slot], self._by_rows, (passes, samples), shape)
        return self._cache[key]


@dataclass(frozen=True)
class OwnLens(Lens):
    """A lens without names, for a program whose network was found. `arrays` says whether any note is an array."""

    arrays: bool = False

    @property
    def has_layers(self) -> bool:
        """True if its programs compute whole layers, not node by node."""
        return self.arrays


def own_lens(lesson: str, topology: Topology, taps: Sequence[Tap] = ()) -> Lens:
    """A lens for a program whose network was found, or for one in which none was found."""
    arrays = any(one.shape for tap in taps for one in tap.cycle)
    return OwnLens(lesson, "", {}, topology, "sigmoid", "rows", (), None, arrays)
