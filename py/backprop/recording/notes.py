"""Stretches of the log, and the structure of an iteration: what stays the same from one iteration to the next.

What stands in the log as the index of a note: None, an int or a tuple of ints for an item; `Opened` for one quantity;
`Layer` and `Part` for arrays in a list of arrays; a dtype for the array of a layer by itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from struct import pack
from typing import Any, NamedTuple

import numpy as np

from backprop.topology import Place, Ref

DOUBLE = np.dtype("d")
_PLAIN = {float, int, bool, np.float64}


class Opened(NamedTuple):
    """Stands in the log for an index that has already been opened into one quantity."""

    ref: Ref


class Layer(NamedTuple):
    """Stands in the log for the index of one array in a list with one for each layer."""

    number: int


class Part(NamedTuple):
    """Stands in the log for the index of a part of a layer's array: which of its `size` numbers.

    `number` is the layer's in a list with an array for each; None where the name says which layer it is.
    """

    number: int | None
    size: int
    at: tuple[int, ...]


@dataclass
class Notes:
    """A stretch of the log, as three columns."""

    sites: list[int]
    indices: list[Any]
    values: list[Any]

    def __iter__(self) -> Iterator[tuple[int, Any, Any]]:
        return zip(self.sites, self.indices, self.values)

    def add(self, site: int, index: Any, value: Any) -> None:
        """Append a note."""
        self.sites.append(site)
        self.indices.append(index)
        self.values.append(value)

    def part(self, start: int, stop: int) -> Notes:
        """The notes from number `start` on and before `stop`."""
        return Notes(self.sites[start:stop], self.indices[start:stop], self.values[start:stop])

    def only(self, wanted: Callable[[int], bool]) -> Notes:
        """The notes of those sites that are wanted."""
        found = Notes([], [], [])
        for note in self:
            if wanted(note[0]):
                found.add(*note)
        return found

    def sizes(self) -> list[int]:
        """The number of bytes of each array; none for numbers, whose structure is in the indices."""
        try:
            return list(map(len, self.values))
        except TypeError:  # numbers among the arrays
            return [len(value) for value in self.values if type(value) is bytes]


@dataclass
class Structure:
    """The meaning of an iteration's numbers, in the order in which they were noted.

    notes       the notes of one such iteration, as an example
    sizes       how many bytes each array of it takes
    signs       a factor for each number, -1 where the program's have the other sign; None: all 1
    width       how many numbers there are
    columns     the numbers that are kept, segment by segment
    segments    which of the recording's patterns the passes have, in order
    lasting     where the last number of each quantity stands that outlives the iteration
    samples     of each segment: where its inputs stand, and where its targets
    naming      all of these places together
    rows        the same of each row, where the program computes all samples at once: a place known before, or a number's
    errors      output and target of each term of 4.9
    kinds       how the bytes of one iteration lie side by side, a plain number's as those of a double; None if it has no
                arrays
    computed    numbers made of the noted ones: where each is put in, and the products it is the sum of, each with its
                factor
    places      where `lasting` stands in the recorder's state; None until it is asked for
    """

    notes: Notes
    sizes: list[int]
    signs: np.ndarray[Any, np.dtype[np.float64]] | None
    width: int
    columns: list[int]
    segments: tuple[int, ...]
    lasting: dict[Place, int]
    samples: list[tuple[list[int], list[int]]]
    naming: list[int]
    rows: list[tuple[list[Place | int], list[Place | int]]]
    errors: list[tuple[int, Place | int]]
    kinds: np.dtype[np.void] | None
    computed: list[tuple[int, list[tuple[float, list[int]]]]] = field(default_factory=list)
    places: np.ndarray[Any, np.dtype[np.intp]] | None = None

    @cached_property
    def keeps_all(self) -> bool:
        """True if every number is kept, in the order in which it was noted."""
        return self.columns == list(range(len(self.columns))) and len(self.columns) == self.width

    @cached_property
    def outputs(self) -> np.ndarray[Any, np.dtype[np.intp]]:
        """The columns of the outputs in `errors`."""
        return np.array([output for output, _ in self.errors], np.intp)

    @cached_property
    def targets(self) -> np.ndarray[Any, np.dtype[np.intp]] | None:
        """The columns of the targets in `errors`; None if one of them was known before the iteration."""
        columns = [target for _, target in self.errors if isinstance(target, int)]
        return np.array(columns, np.intp) if len(columns) == len(self.errors) else None

    @cached_property
    def sources(self) -> np.ndarray[Any, np.dtype[np.intp]]:
        """The columns of `lasting`."""
        return np.array([*self.lasting.values()], np.intp)

    @classmethod
    def of_errors(
        cls,
        notes: Notes,
        errors: list[tuple[int, Place | int]],
        width: int,
        signs: list[float],
        kinds: np.dtype[np.void] | None,
        computed: list[tuple[int, list[tuple[float, list[int]]]]],
    ) -> Structure:
        """An iteration of which only the terms of its error are known."""
        factors = np.array(signs) if min(signs, default=1) < 0 else None
        return cls(notes, notes.sizes(), factors, width, [], (), {}, [], [], [], errors, kinds, computed)

    def data(self, joined: bytes) -> np.ndarray[Any, np.dtype[np.float64]]:
        """The numbers in the bytes of several iterations: (iterations, numbers of one iteration)."""
        assert self.kinds is not None
        count = self.width - len(self.computed)
        if self._is_of_doubles:
            numbers: np.ndarray[Any, np.dtype[np.float64]] = np.frombuffer(joined)
            numbers.shape = -1, count
            return numbers
        parts = np.frombuffer(joined, self.kinds)
        numbers = np.empty((len(parts), count))
        at = 0
        for name in self.kinds.names or ():
            length = parts[name].shape[1]
            numbers[:, at : at + length] = parts[name]
            at += length
        return numbers

    @cached_property
    def is_mixed(self) -> bool:
        """True if plain numbers, or marks that are some, stand among the arrays."""
        return not all(type(value) is bytes for value in self.notes.values)

    @cached_property
    def _is_of_doubles(self) -> bool:
        """True if all bytes are those of doubles."""
        assert self.kinds is not None
        fields = (self.kinds[name].base for name in self.kinds.names or ())
        return self.width > len(self.computed) and all(kind == DOUBLE for kind in fields)

    def with_computed(
        self, noted: np.ndarray[Any, np.dtype[np.float64]]
    ) -> np.ndarray[Any, np.dtype[np.float64]]:
        """The noted numbers, (iterations, noted), and among them those that are computed from them."""
        if not self.computed:
            return noted
        whole = np.empty((len(noted), self.width))
        places = [at for at, _ in self.computed]
        whole[:, np.setdiff1d(np.arange(self.width), places)] = noted
        with np.errstate(all="ignore"):  # numbers of a program that has run away
            for at, products in self.computed:
                whole[:, at] = sum(c * whole[:, columns].prod(axis=1) for c, columns in products)
        return whole

    def fits(self, notes: Notes) -> bool:
        """True if these notes are one iteration of this structure."""
        return self._repeat(notes, self.notes, 1)

    def repeats(self, notes: Notes, start: int, mark: int, marks: int = 1) -> int:
        """The number of iterations of this structure in a row from `start` on, each ended by a mark like the one at `mark`,
        or by as many `marks` up to it."""
        last = notes.part(mark + 1 - marks, mark + 1)
        one = Notes(
            self.notes.sites + last.sites, self.notes.indices + last.indices, self.notes.values + last.values
        )
        width = len(one.sites)
        most = (len(notes.sites) - start) // width
        found, stride = 0, min(4, most)
        while stride:
            at = start + found * width
            if self._repeat(notes.part(at, at + stride * width), one, stride):
                found += stride
                stride = min(2 * stride, most - found)
            else:
                stride //= 2
        return found

    def _repeat(self, notes: Notes, one: Notes, times: int) -> bool:
        try:
            same = notes.sites == one.sites * times and notes.indices == one.indices * times
        except ValueError:  # an array among the indices has no single truth value
            return False
        return same and (not self.sizes or notes.sizes() == one.sizes() * times)


def kinds_of(notes: Notes) -> np.dtype[np.void] | None:
    """The layout of one iteration's bytes as a structured dtype, a plain number as a double; None if no note is an array."""
    if not any(type(value) is bytes for value in notes.values):
        return None
    fields = [
        (f"note {n}", kind := kind_of(index), len(value) // kind.itemsize)
        if type(value) is bytes
        else (f"note {n}", DOUBLE, 1)
        for n, (site, index, value) in enumerate(notes)
        if site >= 0
    ]
    return np.dtype([(name, kind, (length,)) for name, kind, length in fields])


def as_bytes(notes: Notes) -> bytes:
    """The numbers of these notes, one after the other: arrays as they are, plain numbers as doubles.

    Raises TypeError or ValueError for what is no single number.
    """
    return b"".join(
        value if type(value) is bytes else pack("d", number(value))
        for site, value in zip(notes.sites, notes.values)
        if site >= 0
    )


def kind_of(index: Any) -> np.dtype[Any]:
    """The dtype of the bytes that were noted with this index."""
    return index if isinstance(index, np.dtype) else DOUBLE


def floats(value: Any) -> np.ndarray[Any, Any]:
    """An array of floats, of the shape of `value`; raises TypeError or ValueError for what holds no real numbers."""
    table = _table(value)
    if np.iscomplexobj(table):
        raise TypeError("not real numbers")
    return np.asarray(table, float)


def _table(value: Any) -> Any:
    """A number, an array, or lists of these, without a call of what the program's classes have made their own."""
    kind = type(value)
    if issubclass(kind, np.ndarray):
        array = bare(value)
        return _table(array.tolist()) if array.dtype.kind == "O" else array
    if not issubclass(kind, (list, tuple)):
        return number(value)
    items = [*(list if issubclass(kind, list) else tuple).__iter__(value)]
    return items if {*map(type, items)} <= _PLAIN else [_table(item) for item in items]


def bare(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The array as one of NumPy's own class."""
    return np.ndarray.view(array, np.ndarray)


def stored(container: Any, index: Any) -> Any:
    """The item of a dict, a list or an array, without a call of what a class of the program has made its own.

    Raises TypeError for another object of the program: nobody knows what its `__getitem__` does.
    """
    kind = type(container)
    if issubclass(kind, dict):
        return dict.__getitem__(container, index)
    if issubclass(kind, list):
        return list.__getitem__(container, index)
    if issubclass(kind, np.ndarray):
        return bare(container)[index]
    if kind.__module__ == "__main__":
        raise TypeError("an object of the program")
    return container[index]


def number(value: Any) -> float:
    """A float; raises TypeError or ValueError for what is no single number, and for other objects of the program than
    numbers: what their `__float__` does nobody knows."""
    if issubclass(type(value), np.ndarray) and bare(value).size == 1:
        value = bare(value).reshape(-1)[0]
    kind = type(value)
    if issubclass(kind, float):
        return float.__float__(value)  # that of a subclass may do anything
    if issubclass(kind, int):
        value = int.__int__(value)
    elif issubclass(kind, (str, bytes, complex)) or kind.__module__ == "__main__":
        raise TypeError("not a real number")
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
