"""The numbers of a run of like turns: one row for each, its error, its samples."""

from __future__ import annotations

import math
from array import array
from itertools import chain
from typing import Any

import numpy as np

from backprop.model.recording import Array
from backprop.recording.kept_rows import MOST_SAMPLES, SampleNames
from backprop.recording.note_taker import NoteTaker
from backprop.recording.notes import Notes, Structure, as_bytes, number
from backprop.topology import Place


class RunRows(NoteTaker):
    """Reads the notes of like turns as a table of numbers."""

    _sample_names: SampleNames
    _layout: dict[Place, int]

    def _data(self, structure: Structure, run: list[tuple[Notes, int]]) -> Array:
        """The numbers of a run: (iterations, numbers of one iteration)."""
        if structure.kinds and structure.is_mixed:
            data = structure.data(b"".join(as_bytes(notes) for notes, _ in run))
        elif structure.kinds:
            data = structure.data(b"".join(chain.from_iterable(notes.values for notes, _ in run)))
        else:
            width = len(structure.notes.sites)
            data = np.concatenate([self._plain_data(*part)[:, :width] for part in run])
        data = structure.with_computed(data)
        return data if structure.signs is None else data * structure.signs

    def _plain_data(self, notes: Notes, width: int) -> Array:
        try:
            return np.frombuffer(array("d", notes.values)).reshape(-1, width)
        except (TypeError, ValueError, OverflowError):
            return np.array([self._number_or_nan(*note) for note in notes]).reshape(-1, width)

    def _number_or_nan(self, site: int, index: Any, value: Any) -> float:
        try:
            return number(value)
        except (TypeError, ValueError):
            self._lost(site)
            return math.nan

    def _loss(self, structure: Structure, data: Array, before: Array) -> Array:
        """E of each iteration, from the outputs and targets that were noted; NaN where there were none."""
        if not structure.errors:
            return np.full(len(data), math.nan)
        if structure.targets is not None:
            t = data[:, structure.targets]
        elif any(
            not isinstance(target, int) and target not in self._layout for _, target in structure.errors
        ):
            return np.full(len(data), math.nan)
        else:
            t = np.empty((len(data), len(structure.errors)))
            for n, (_, target) in enumerate(structure.errors):
                t[:, n] = data[:, target] if isinstance(target, int) else before[:, self._layout[target]]
        y = data[:, structure.outputs]
        with np.errstate(all="ignore"):  # a network that climbs goes beyond the largest number
            terms = (t - y) ** 2 / 2  # 4.9
            return np.add.accumulate(terms, axis=1)[:, -1]  # in the order of the samples, to the last bit

    def _samples(self, structure: Structure, data: Array) -> Any:
        """The sample of each segment, known by its inputs and targets; (iterations, segments).

        They are numbered in the order of the run, however many iterations are laid down at once.
        """
        numbers = data[:, structure.naming]
        if (numbers == numbers[:1]).all():
            data = data[:1]
        ids = np.full((len(data), len(structure.samples)), -1, np.int32)
        named = [
            (segment, data[:, inputs + targets], len(inputs))
            for segment, (inputs, targets) in enumerate(structure.samples)
            if inputs or targets
        ]
        for n in range(len(data)):
            for segment, numbers_of, inputs_of in named:
                ids[n, segment] = self._sample_names.number_of(numbers_of[n], inputs_of)
        return np.broadcast_to(ids, (len(numbers), len(structure.samples)))

    def _name_rows(self, structure: Structure, data: Array, before: Array) -> None:
        """The samples of a program that computes them all at once are its rows."""

        def value(where: Place | int) -> float:
            found = float(data[where] if isinstance(where, int) else before[self._layout[where]])
            return found if math.isfinite(found) else 0.0

        for inputs, targets in structure.rows[:MOST_SAMPLES]:
            self.recording.samples.append({"x": list(map(value, inputs)), "t": list(map(value, targets))})
