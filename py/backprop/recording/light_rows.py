"""Takes in the iterations that are not kept: their errors, where they were noted, and what they did beyond all others. See
light.py."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any

import numpy as np

from backprop.lessons.lens import Lens
from backprop.model.recording import Array
from backprop.recording.facade import CheckedRecording
from backprop.recording.hooks import DARK, LIGHT, TURN
from backprop.recording.kept_rows import KeptRows, SampleNames
from backprop.recording.light import Light, Met, light_of
from backprop.recording.note_taker import MakeTurns
from backprop.recording.notes import Notes, Structure
from backprop.recording.run_rows import RunRows
from backprop.recording.sites import Instrumented
from backprop.topology import Place

_CALIBRATED = 500  # notes taken to see what one takes
# In notes of a plain number: a row among others that is checked and handed over, and each of its numbers; an iteration
# that is kept by itself; a note of an error, with its reading.
_ROW, _NUMBER, _KEPT_BY_ITSELF, _NOTE_OF_AN_ERROR = 25, 0.1, 2500, 4


class LightRows(RunRows):
    """The part of a recorder that is asked what to leave out, and reads what is left."""

    _dearest_note = 6  # that of an array, in notes of a plain number
    _depth: int  # of the loops at the place that is read, within the training loop

    def __init__(
        self,
        lens: Lens,
        namespace: Mapping[str, Any],
        recording: CheckedRecording,
        turns: MakeTurns,
        most_bytes: int,
    ) -> None:
        super().__init__(lens, namespace, recording, turns)
        self._kept = KeptRows(recording, most_bytes)
        self._sample_names = SampleNames(recording)
        self._gates: Sequence[tuple[int, ...]] = ()
        self._copies: Mapping[int, tuple[int, ...]] = {}
        self._structure: Structure | None = None
        self._structures: dict[Any, Structure] = {}
        self._layout: dict[Place, int] = {}
        self._state: Array = np.empty(0)
        self._lights: dict[int, Light] = {}  # by the mark that such a turn begins with, LIGHT or DARK
        self._light_run: list[tuple[Notes, int]] = []  # turns whose errors are noted
        self._light_at: list[int] = []  # which of the turns that wait they are
        self._waiting = 0  # turns that are not laid down yet
        self._dark = [0]  # the number of turns for which the last mark DARK stands so far
        self._begun_by = TURN  # what began the turn whose notes are read
        self._is_stale = False  # whether the weights before the next whole iteration are unknown
        self._stale: tuple[frozenset[Place], int, list[int]] | None = None  # see `_stale_at`
        self._gave_up = False  # after an error of our own, nothing more is laid down

    @abstractmethod
    def _store(self) -> None:
        """Lay down the whole iterations that have come together."""

    @abstractmethod
    def _turn(self, notes: Notes) -> None:
        """Take in a turn of the training loop that was noted whole."""

    @abstractmethod
    def _opened(self, notes: Notes) -> Notes:
        """The notes with every index a plain one."""

    @abstractmethod
    def _know(self, notes: Notes) -> None:
        """Learn from notes what weights and other lasting quantities are now."""

    def _watch_gates(self, program: Instrumented) -> None:
        """Take in the gates of a program, before it runs."""
        self.turns.watch(self, len(program.gates) + len(program.copies))
        self._gates, self._copies = program.gates, program.copies

    def iterations(self) -> int:
        """The number of iterations, with the one that ends at the turn that begins now."""
        return self.recording.iterations + 1

    def thin(self, stride: int) -> None:
        """From here on every so many iterations one is kept, beside the first ones."""
        self._kept.thin_to(stride)

    def light_gates(self) -> dict[int, list[bool]] | None:
        """The statements that take notes in an iteration that is not kept, by its mark: LIGHT with its error, DARK without
        it. None if every iteration must be noted."""
        if self._structure is None or self._gave_up or not self._reader.has_topology:
            return None
        met = [self._met(structure) for structure in self._structures.values()]
        now = self._met(self._structure)
        for mark in (LIGHT, DARK):
            light = light_of(met, now, self._gates, self._changed_sites, self._can_close, mark == LIGHT)
            if light is None:
                return None
            self._lights[mark] = light
        return {mark: self._all_gates(light) for mark, light in self._lights.items()}

    def _all_gates(self, light: Light) -> list[bool]:
        """The gates of a program's statements, and after them those of its plain copies."""
        inside = (any(light.gates[one] for one in gates) for gates in self._copies.values())
        return [*light.gates, *inside]

    def cost_of_notes(self) -> tuple[float, float, float]:
        """About how many seconds the notes of an iteration and its row take at the most (infinite where they may need a
        long look), how many seconds it takes more to keep one iteration by itself, and how many to note an error and to
        read that, at the least."""
        scratch: list[Any] = []
        started = perf_counter()
        for _ in range(_CALIBRATED):
            scratch.extend((0, None, 0.0))
        each = (perf_counter() - started) / _CALIBRATED
        by_itself = each * _KEPT_BY_ITSELF
        error = each * _NOTE_OF_AN_ERROR * (1 + len(self._lights[LIGHT].structure.notes.sites))
        if self._changed_sites or self._looks > self.recording.iterations or self._structure is None:
            return math.inf, by_itself, error
        notes, width = len(self._structure.notes.sites), self._structure.width
        return each * (self._dearest_note * notes + _ROW + _NUMBER * width), by_itself, error

    def _can_close(self, site: int) -> bool:
        """True if the program takes no notes of a site where its gates are closed."""
        return any(site in sites for sites in (*self._gates, *self._changed_sites.values()))

    def _met(self, structure: Structure) -> Met:
        notes = self._separated(structure.notes)
        return Met(structure, notes, self._reader.places(notes))

    def _turn_of(self, mark: int, notes: Notes, is_last: bool) -> None:
        """Take in a turn of the training loop, noted as its mark says. The last one must be noted
        whole to be known as an iteration: an error or `break` may have cut it short."""
        if mark == LIGHT:
            self._light_turn(notes, is_last)
        elif mark == DARK:
            self._dark_turns(self._dark[0], notes)
        elif notes.sites:
            self._turn(notes)

    def _light_turn(self, notes: Notes, is_last: bool) -> None:
        """Take in a turn of which only the error is known, and the quantities that it set beyond other turns."""
        self._store()
        light = self._lights[LIGHT]
        if not light.structure.fits(notes):
            notes = self._beyond(light, notes)
            if not light.structure.fits(notes):
                self._waiting += not is_last
                return
        self._light_at.append(self._waiting)
        self._light_run.append((notes, len(notes.sites)))
        self._waiting += 1

    def _dark_turns(self, count: int, notes: Notes) -> None:
        """Take in turns of which nothing is known, and the quantities that they set beyond other turns."""
        self._store()
        if notes.sites:
            self._beyond(self._lights[DARK], notes)
        self._waiting += count

    def _dark_so_far(self) -> None:
        """Take in the turns that are over of a stretch that goes on."""
        if self._depth and self._begun_by == DARK:
            self._dark_turns(self._dark[0] - 1, Notes([], [], []))
            self._dark[0] = 1

    def _beyond(self, light: Light, notes: Notes) -> Notes:
        """Learn from the notes of places that were in no turn before; the other notes."""
        notes = self._separated(self._opened(notes))
        expected = {*light.structure.notes.sites}
        more = notes.only(lambda site: site >= 0 and site not in expected)
        if more.sites:
            self._store_light()
            self._know_more(more)
        return notes.only(lambda site: site in expected)

    def _know_more(self, notes: Notes) -> None:
        """Learn from the notes of places that are new; which layer some of them are of, only all notes together tell."""
        watches = {site: self.sites[site].watch for site in notes.sites if site >= 0}
        if all(
            watch.layer in (None, "all", "last") or type(watch.layer) is int for watch in watches.values()
        ):
            return self._know(notes)
        lost = {watch.quantity for watch in watches.values()}
        self._state[[at for (ref, _), at in self._layout.items() if ref[0] in lost]] = math.nan

    def _light_repeats(self, notes: Notes, start: int, mark: int) -> int:
        """Take in the like iterations that follow one another, or that have as many dark ones between them as the two
        before; where the next one begins."""
        if not self._light_run:
            return start
        is_followed = mark > 0 and notes.sites[mark - 1] == DARK
        turns = 1 + (notes.indices[mark - 1][0] if is_followed else 0)
        marks = 1 + is_followed
        structure = self._lights[LIGHT].structure
        width = len(structure.notes.sites) + marks
        count = structure.repeats(notes, start, mark, marks)
        end = start + width * count
        if count:
            self._light_run.append((notes.part(start, end), width))
            self._light_at += range(self._waiting, self._waiting + turns * count, turns)
            self._waiting += turns * count
        return end

    def _stale_at(self) -> list[int]:
        """Where the state holds what nobody knows after an iteration that was not kept."""
        stale, size = self._lights[DARK].stale, len(self._layout)
        if self._stale is None or self._stale[0] is not stale or self._stale[1] != size:
            self._stale = stale, size, [at for place, at in self._layout.items() if place in stale]
        return self._stale[2]

    def _store_light(self) -> None:
        """Lay down the iterations that are not kept, with the errors that were noted of them."""
        count, run, at = self._waiting, self._light_run, self._light_at
        if not count:
            return
        self._waiting, self._light_run, self._light_at = 0, [], []
        loss, noted = np.full(count, math.nan), np.zeros(count, bool)
        structure = self._lights[LIGHT].structure
        if run and structure.errors:
            data = self._data(structure, run)
            before = np.broadcast_to(self._state, (len(data), len(self._state)))
            loss[at], noted[at] = self._loss(structure, data, before), True
        self.recording.add_errors(loss, noted)
        self.recording.iterations += count
        self._is_stale = True
        self._state[self._stale_at()] = math.nan
