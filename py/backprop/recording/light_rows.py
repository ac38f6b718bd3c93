"""Takes in the iterations that are not kept: their errors, and what they did beyond all others. See light.py."""

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
from backprop.recording.hooks import LIGHT
from backprop.recording.kept_rows import KeptRows, SampleNames
from backprop.recording.light import Light, Met, light_of
from backprop.recording.note_taker import MakeTurns
from backprop.recording.notes import Notes, Structure
from backprop.recording.run_rows import RunRows
from backprop.recording.sites import Instrumented
from backprop.topology import Place

_CALIBRATED = 500  # notes taken to see what one takes
# In notes of a plain number: a row among others that is checked and handed over, and each of its numbers; an iteration
# that is kept by itself.
_ROW, _NUMBER, _KEPT_BY_ITSELF = 25, 0.1, 2500


class LightRows(RunRows):
    """The part of a recorder that is asked what to leave out, and reads what is left."""

    _dearest_note = 6  # that of an array, in notes of a plain number

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
        self._light: Light | None = None
        self._light_run: list[tuple[Notes, int]] = []
        self._is_stale = False  # whether the weights before the next whole iteration are unknown
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

    def light_gates(self) -> list[bool] | None:
        """The statements that take notes in an iteration that is not kept; None if every iteration must be noted."""
        if self._structure is None or self._gave_up or not self._reader.has_topology:
            return None
        met = [self._met(structure) for structure in self._structures.values()]
        now = self._met(self._structure)
        self._light = light_of(met, now, self._gates, self._changed_sites, self._can_close)
        if self._light is None:
            return None
        gates = self._light.gates
        return [*gates, *(any(gates[one] for one in inside) for inside in self._copies.values())]

    def cost_of_notes(self) -> tuple[float, float]:
        """About how many seconds the notes of an iteration and its row take at the most (infinite where they may need a
        long look), and how many seconds it takes more to keep one iteration by itself."""
        scratch: list[Any] = []
        started = perf_counter()
        for _ in range(_CALIBRATED):
            scratch.extend((0, None, 0.0))
        each = (perf_counter() - started) / _CALIBRATED
        by_itself = each * _KEPT_BY_ITSELF
        if self._changed_sites or self._looks > self.recording.iterations or self._structure is None:
            return math.inf, by_itself
        notes, width = len(self._structure.notes.sites), self._structure.width
        return each * (self._dearest_note * notes + _ROW + _NUMBER * width), by_itself

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
        elif notes.sites:
            self._turn(notes)

    def _light_turn(self, notes: Notes, is_last: bool) -> None:
        """Take in a turn of which only the error is known, and the quantities that it set beyond other turns."""
        self._store()
        light = self._light
        assert light is not None
        if not light.structure.fits(notes):
            notes = self._separated(self._opened(notes))
            expected = {*light.structure.notes.sites}
            more = notes.only(lambda site: site not in expected)
            usual = notes.only(lambda site: site in expected)
            if more.sites:
                self._store_light()
                self._know_more(more)
            if not light.structure.fits(usual):
                self._store_light()
                return None if is_last else self._unknown(1)
            notes = usual
        self._light_run.append((notes, len(notes.sites)))

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
        """Take in the like iterations that follow one another; where the next one begins."""
        if not self._light_run or self._light is None:
            return start
        width = len(self._light.structure.notes.sites) + 1
        end = start + width * self._light.structure.repeats(notes, start, mark)
        if end > start:
            self._light_run.append((notes.part(start, end), width))
        return end

    def _store_light(self) -> None:
        """Lay down the errors of the iterations that have come together."""
        run, light = self._light_run, self._light
        if not run or light is None:
            return
        self._light_run = []
        if not light.structure.errors:
            return self._unknown(sum(max(1, len(notes.sites) // max(1, width)) for notes, width in run))
        data = self._data(light.structure, run)
        before = np.broadcast_to(self._state, (len(data), len(self._state)))
        self._go_on(self._loss(light.structure, data, before))

    def _unknown(self, count: int) -> None:
        self._go_on(np.full(count, math.nan))

    def _go_on(self, loss: Array) -> None:
        """Iterations have passed that are not kept."""
        self.recording.losses.append(loss)
        self.recording.iterations += len(loss)
        self._is_stale = True
        if self._light:
            self._state[[at for place, at in self._layout.items() if place in self._light.stale]] = math.nan
