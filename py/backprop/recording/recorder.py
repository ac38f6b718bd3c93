"""Collects what the instrumented program notes, and lays it down in the recording.

The program appends `(site, index, value)` to one flat log. Now and then the log is drained: cut at
the marks of the training loop into iterations, each compared with the structure met last, and runs
of equal structure stored together as rows. So the cost of an iteration does not grow with what is
known about it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop.equations.rule import Rule
from backprop.guard import guarded
from backprop.lessons.lens import COMPUTED, Lens, entries
from backprop.model.recording import LASTING, Block
from backprop.recording.facade import CheckedRecording
from backprop.recording.hooks import DARK, ENTER, LEAVE, LIGHT, TURN
from backprop.recording.interpret import Reader, exists
from backprop.recording.kept_rows import MOST_BYTES
from backprop.recording.light_rows import LightRows
from backprop.recording.note_taker import MakeTurns, is_real
from backprop.recording.notes import Notes, Opened, Structure, number
from backprop.recording.sites import Instrumented, missing_watches
from backprop.recording.turns import Turns
from backprop.topology import Place, inputs_of, targets_of

_MOST_OUTSIDE = 100_000
_MOST_STRUCTURES = 256
_PLAIN_NUMBERS = {float, int, np.float64, np.float32, np.int64, np.int32}


class Recorder(LightRows):
    """Turns the log into a recording while the program runs.

    `namespace` is the program's own, for finding out what a line has read.
    `most_bytes` bounds the numbers that are kept.
    """

    def __init__(
        self,
        lens: Lens,
        namespace: Mapping[str, Any],
        most_bytes: int = MOST_BYTES,
        turns: MakeTurns = Turns,
    ) -> None:
        recording = CheckedRecording(lens.lesson, lens.topology, Rule(lens.activation))
        super().__init__(lens, namespace, recording, turns, most_bytes)
        self._constants: Collection[str] = ()
        self._reader = Reader(lens, self.recording, self._constant_values, self._no_node, self._lost)
        self._depth = 0
        self._computing: frozenset[int] = frozenset()  # sites that set net, a or delta
        self._evidence: set[str] = set()  # the quantities that a turn of the training loop sets
        self._named = False
        self._run: list[tuple[Notes, int]] = []  # iterations of that structure, and the notes each takes
        self._outside: list[Notes] = []  # what was noted before the network was known
        self._standing: dict[str, tuple[int, int]] = {}  # the log may be emptied in the middle of a pass
        self._known: dict[Place, float] = {}

    def watch(self, program: Instrumented) -> None:
        """Say which places of the program write to the log, before it runs."""
        self._watch_gates(program)
        self.sites = self._reader.sites = program.sites
        self._noted_together = program.together
        self._constants = program.constants
        self._named = program.named
        computing = [n for n, site in enumerate(self.sites) if not site.makes_ready]
        found = {self.sites[n].watch.quantity for n in computing}
        self._computing = frozenset(n for n in computing if self.sites[n].watch.quantity in COMPUTED)
        if not found:
            return self._notice({"id": "nothing"})
        # A loop whose name is not the lens's is the training loop if a turn of it goes forward, and back again.
        self._evidence = {"delta"} & found or COMPUTED & found
        if not program.named and self._evidence == {"delta"}:
            self._evidence |= {"a"} & found or {"net"} & found
        for watch in missing_watches(self.lens, self.sites):
            self._notice({"id": "missing", "quantity": watch.quantity, "name": watch.name})

    def _trains(self, notes: Notes) -> bool:
        """True if a turn of a loop trains: it sets the quantities that an iteration sets, and is no preparation."""
        computed = [site for site in notes.sites if site in self._computing]
        quantities = {self.sites[site].watch.quantity for site in computed}
        if "delta" in self._evidence:
            return self._evidence <= quantities
        return bool(quantities) and (self._named or len(computed) > 2)

    def _constant_values(self) -> dict[str, Any]:
        return {name: self._namespace[name] for name in self._constants if name in self._namespace}

    # --- from the log to iterations ---

    def drain(self, finished: bool = False) -> None:
        """Lay down every iteration that is complete; with `finished`, the one that was cut short too.

        After an error of our own the recording keeps what it has, and a notice; the rest of the log is dropped.
        """
        if not self._gave_up:
            with guarded("reading what the program noted") as reading:
                self._drain(finished)
            if reading.failed:
                self._give_up()
        if self._gave_up:
            self.log.clear()

    def _give_up(self) -> None:
        self._gave_up, self._run = True, []
        self._notice({"id": "unread"})

    def _drain(self, finished: bool) -> None:
        notes = Notes(self.log[0::3], self.log[1::3], self.log[2::3])
        start = seen = 0
        while (place := _next_mark(notes.sites, seen)) is not None:
            seen = place + 1
            kind = notes.sites[place]
            self._depth += (kind == ENTER) - (kind == LEAVE)
            if self._depth > (0 if kind == LEAVE else 1):
                continue  # a loop inside the training loop's turn, in a function it called
            if kind == ENTER:
                self._outside_notes(notes.part(start, place))
            else:
                self._turn_of(self._begun_by, notes.part(start, place), kind == LEAVE)
            start, self._begun_by = place + 1, kind
            if kind == DARK:
                self._dark = notes.indices[place]
            if kind == LIGHT:
                start = seen = self._light_repeats(notes, start, place)
            if kind == TURN and self._run and self._structure:
                repeats = self._structure.repeats(notes, start, place)
                if repeats:
                    width = len(self._structure.notes.sites) + 1
                    self._run.append((notes.part(start, start + repeats * width), width))
                    start = seen = start + repeats * width
        if start < len(notes.sites) and (finished or not self._depth):
            (self._last_turn if self._depth else self._outside_notes)(notes.part(start, len(notes.sites)))
            self._depth, start = 0, len(notes.sites)
        self._dark_so_far()
        self._store()
        self._store_light()
        names = self.lens.keeps
        kept = {name: self._namespace[name] for name in names if name in self._namespace}
        self.recording.variables = {name: value for name, value in kept.items() if _is_data(value)}
        del self.log[: 3 * start]
        self._depth = min(self._depth, 1)  # marks inside the unfinished turn will be met again
        self._validated.clear()

    def _turn(self, notes: Notes) -> None:
        """Take in a turn of the training loop: it joins the run of like turns, or is known as preparation only."""
        self._standing = {}
        self._store_light()
        structure = self._structure
        if structure is None or not structure.fits(notes):
            notes = self._opened(notes)
            if structure is None or not structure.fits(notes):
                if not self._trains(self._separated(notes)):
                    return self._outside_notes(notes)
                self._store()
                self._structure = self._structure_of(notes)
        self._run.append((notes, len(notes.sites)))

    def _last_turn(self, notes: Notes) -> None:
        """A turn that an error or the budget cut short: whatever it computed can be stepped through."""
        self._evidence, self._named = set(), True
        self._turn_of(self._begun_by, notes, True)

    def _opened(self, notes: Notes) -> Notes:
        """The notes with every index a plain one, and every value a number or an array's bytes."""
        opened = Notes([], [], [])
        for site, index, value in notes:
            if isinstance(index, np.dtype) and not is_real(index):
                self._lost(site)
                continue
            if (
                site < 0
                or type(value) is bytes
                or isinstance(index, Opened)
                or (type(value) in _PLAIN_NUMBERS and _plain_index(index))
            ):
                found = [(index, value)]
            else:
                try:
                    watch = self.sites[site].watch
                    found = [(Opened(ref), number(item)) for ref, item in entries(watch, index, value)]
                except (TypeError, ValueError):
                    self._lost(site)
                    continue
            for plain, item in found:
                opened.add(site, plain, item)
        return opened

    def _outside_notes(self, notes: Notes) -> None:
        """Notes outside the training loop set the state it starts from, or goes on from."""
        if not notes.sites:
            return
        self._store()
        self._store_light()
        notes = self._separated(self._opened(notes))
        if self._reader.has_topology:
            self._know(notes)
        elif sum(len(part.sites) for part in self._outside) < _MOST_OUTSIDE:
            self._outside.append(notes)

    def _know(self, notes: Notes) -> None:
        for (site, index, value), places in zip(notes, self._reader.places(notes, self._standing)):
            if site < 0:
                continue
            sign = self.sites[site].watch.sign
            for place, item in zip(places, self._reader.numbers(index, [value])[0]):
                if place is not None:
                    self._known[place] = sign * float(item)
                if place in self._layout:
                    self._state[self._layout[place]] = sign * float(item)

    def _structure_of(self, notes: Notes) -> Structure:
        separated = self._separated(notes)
        if not self._reader.has_topology:
            self._reader.find_topology([*self._outside, separated])
            for part in self._outside:
                self._know(part)
            topology = self.recording.topology
            given = {*inputs_of(topology), *targets_of(topology)}
            self._extend_layout([p for p in self._known if p[0][0] in LASTING or p[0] in given])
        key = (tuple(notes.sites), tuple(notes.indices), tuple(notes.sizes()))
        if key not in self._structures:
            if len(self._structures) >= _MOST_STRUCTURES:
                self._structures.clear()
            self._structures[key] = self._reader.structure(separated, notes, self._layout)
            self._extend_layout(self._structures[key].lasting)
        return self._structures[key]

    def _extend_layout(self, places: Any) -> None:
        new = [
            place
            for place in places
            if place not in self._layout and exists(place[0], self.recording.topology)
        ]
        if new or not self.recording.layouts:
            self._layout |= {place: len(self._layout) + n for n, place in enumerate(new)}
            self._state = np.append(self._state, [self._known.get(place, math.nan) for place in new])
            self.recording.layouts.append(tuple(self._layout))

    def finish(self) -> None:
        """Lay down all that is left. A program without a training loop becomes one iteration."""
        self.drain(finished=True)
        with guarded("laying down the last of a run") as finishing:
            if not self.recording.iterations and not self._gave_up:
                self._without_a_loop()
            self._compare_with_program()
        if finishing.failed:
            self._give_up()
        self._kept.finish()
        # The hooks are constants in the code of the program's functions, and the garbage collector does not look into
        # code: a cycle from a hook to such a function and back would leak the recording. It is broken here.
        self._namespace, self._containers = {}, {}

    def _without_a_loop(self) -> None:
        whole = Notes([], [], [])
        for part in self._outside:
            whole.sites += part.sites
            whole.indices += part.indices
            whole.values += part.values
        first = next((n for n, site in enumerate(whole.sites) if site in self._computing), None)
        if first is None:
            return
        while first and self._sets_a_target(whole.sites[first - 1]):
            first -= 1  # the target that stands just before belongs to the sample
        self._outside = [whole.part(0, first)]
        notes = whole.part(first, len(whole.sites))
        self._structure = self._structure_of(notes)
        self._run = [(notes, len(notes.sites))]
        self._store()

    def _sets_a_target(self, site: int) -> bool:
        return site >= 0 and self.sites[site].watch.quantity == "t"  # below 0 is the mark of a loop

    def _compare_with_program(self) -> None:
        """Say so if the program's weights are not those last noted: something changed them unseen."""
        if self._is_stale:
            return
        for watch in self.lens.watches.values():
            container = self._containers.get(watch.base, self._namespace.get(watch.base))
            if watch.quantity not in ("w", "b") or container is None:
                continue
            try:
                found = self._reader.current(watch, container)
                seen = [(self._state[self._layout[p]], value) for p, value in found if p in self._layout]
            except (TypeError, ValueError):
                continue
            if any(noted != value and not math.isnan(value) for noted, value in seen):
                self._notice({"id": "changed-unseen", "name": watch.name})

    # --- rows ---

    def _store(self) -> None:
        """Lay down the run of iterations of one structure that has come together."""
        run, structure = self._run, self._structure
        if not run or structure is None:
            return
        self._run = []
        data = self._data(structure, run)
        count, width = len(data), len(self._state)
        places, sources = self._places_of(structure), structure.sources
        rows = np.empty((count, width + len(structure.columns)))
        before = rows[:, :width]
        before[:] = self._state
        before[1:, places] = data[:-1, sources]
        rows[:, width:] = data if structure.keeps_all else data[:, structure.columns]
        loss, samples = self._loss(structure, data, before), self._samples(structure, data)
        self.recording.add_errors(loss)
        self._state[places] = data[-1, sources]
        if structure.rows and not self.recording.samples:
            self._name_rows(structure, data[0], before[0])
        first = self.recording.iterations
        self.recording.iterations += count
        block = Block(
            np.arange(first, first + count, dtype=np.int32),
            len(self.recording.layouts) - 1,
            structure.segments,
            samples,
            rows,
        )
        if self._is_stale:  # its weights before are unknown: it is noted for those of the next
            block, self._is_stale = block.only(slice(1, None)), False
        if len(block.iterations):
            self._kept.add(block)

    def _places_of(self, structure: Structure) -> NDArray[np.intp]:
        """Where the state holds what outlives an iteration of this structure."""
        if structure.places is None:
            structure.places = np.array([self._layout[place] for place in structure.lasting], np.intp)
        return structure.places


def _next_mark(sites: list[int], start: int) -> int | None:
    return next((place for place in range(start, len(sites)) if sites[place] < 0), None)


def _is_data(value: Any) -> bool:
    """True if it is no function, and no object of a class that the program wrote, nor has one in it."""
    kind = type(value)
    if kind in (list, tuple):
        return all(map(_is_data, value))
    if kind is dict:
        return all(map(_is_data, value.values()))
    is_own = kind.__module__ == "__main__" or (kind is np.ndarray and value.dtype.kind == "O")
    return not is_own and not callable(value)


def _plain_index(index: Any) -> bool:
    if isinstance(index, tuple):
        return all(type(part) is int for part in index)
    return index is None or type(index) is int
