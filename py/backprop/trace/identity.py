"""The ids of the program's numbers.

A single number is known by its object, which is kept alive, so that no other takes its identity. The ids of an array's
elements stand in a *shadow*: an array of ids beside the array that owns the memory. A view's ids are the same stretch
of the shadow, so slices, `.T`, `reshape` and changes in place need no rules.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np

from backprop.trace.builder import Builder
from backprop.trace.tape import Ids, Kind
from backprop.trace.whole import WholeNumber, is_a, plain

Array = np.ndarray[Any, Any]

NUMPY_SCALARS = frozenset(
    kind for kind in vars(np).values() if is_a(kind, type) and issubclass(kind, (np.number, np.bool_))
)
_SHARED = frozenset({int, bool, np.bool_})
"""Types whose objects are shared: an object does not stand for one value."""
SCALARS = frozenset({float, WholeNumber}) | _SHARED | NUMPY_SCALARS

MOST_DEPTH = 6
"""How deep lists in lists are looked into."""


def is_array(value: Any) -> bool:
    """True if it is an array of real numbers or truth values."""
    return is_a(value, np.ndarray) and value.dtype.kind in "fiub" and type(value) is not np.ma.MaskedArray


def is_number(value: Any) -> bool:
    """True if it is a number or an array of numbers."""
    return type(value) in SCALARS or is_own_number(value) or is_array(value)


def is_own_number(value: Any) -> bool:
    """True if it is a number of a class that the program derived from float or int."""
    kind = type(value)
    return issubclass(kind, (float, int)) and kind not in SCALARS


def number_of(value: Any) -> Any:
    """The number as Python's own, without a call of what the program's class has made of it."""
    if not is_own_number(value):
        return plain(value)
    return float.__pos__(value) if issubclass(type(value), float) else int.__pos__(value)


def fresh(value: Any) -> Any:
    """A copy of a number: an equal one that is an object of its own."""
    kind = type(value)
    if kind is float:
        return value * 1.0
    if kind is int or kind is WholeNumber:
        return WholeNumber(value)
    if kind in NUMPY_SCALARS and kind is not np.bool_:
        return value.copy()
    return value


class _Shadow:
    """The ids beside an array, laid out as its elements are in memory."""

    __slots__ = ("address", "array", "buffer", "whole")

    def __init__(self, array: Array, ids: Ids | None) -> None:
        self.array = array  # kept alive
        self.address = array.__array_interface__["data"][0]
        self.buffer = np.empty(array.size, np.int64)
        whole = self.of(array) if array.dtype.kind in "fiub" else None
        self.whole: Ids = np.empty(array.shape, np.int64) if whole is None else whole
        if ids is not None:
            self.whole[...] = ids

    def of(self, view: Array) -> Ids | None:
        """The ids of a view; None if it sees the memory as something else than this array's elements."""
        size = self.array.itemsize
        offset = view.__array_interface__["data"][0] - self.address
        if view.dtype != self.array.dtype or offset % size:
            return None
        strides = tuple([stride // size * 8 for stride in view.strides])
        try:
            return np.ndarray(view.shape, np.int64, self.buffer, offset // size * 8, strides)
        except ValueError:  # not within the buffer: the array itself is no solid block
            return None


def owner_of(array: Array) -> Array:
    """The array that owns the memory of a view."""
    base: Any = array.base
    while isinstance(base, np.ndarray):
        array = base
        base = array.base
    return _gone_through(base, array) if type(base) is np.nditer else array


def _gone_through(iterator: np.nditer, item: Array) -> Array:
    """The owner of the array that an iterator hands out an item of; the item itself if that is a copy (a buffer)."""
    try:
        owners = [owner_of(operand) for operand in iterator.operands]
    except ValueError:  # it is closed
        return item
    address = item.__array_interface__["data"][0]
    for owner in owners:
        if 0 <= address - owner.__array_interface__["data"][0] < owner.nbytes and owner.dtype == item.dtype:
            return owner
    return item


class Identity:
    """The ids of all numbers that the program has."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self.ids: dict[int, int] = {}
        """By id(number): its id, or ~n for the n-th of the pending, which get an id when they are first used."""
        self.kept = builder.kept
        self.pending: list[tuple[str, int]] = []
        self.literals: dict[tuple[int, int], int] = {}
        """By the place of an operation and the number of the operand: the place of the literal that stands there."""
        self._shared: dict[tuple[int, int, Any], int] = {}
        self._shadows: dict[int, _Shadow] = {}
        self._boxes: dict[int, tuple[array[float], dict[int, float]]] = {}

    def forget(self) -> None:
        """Let go of all that was kept alive."""
        self.ids.clear()
        self.kept.clear()
        self.pending.clear()
        self._shared.clear()
        self._shadows.clear()
        self._boxes.clear()

    # --- single numbers ---

    def wait(self, value: Any, operation: str, place: int) -> Any:
        """A number that depends on nothing, as an object of its own; it gets its id when it is first used."""
        value = fresh(value)
        self.ids[id(value)] = ~len(self.pending)
        self.kept.append(value)
        self.pending.append((operation, place))
        return value

    def keep(self, value: Any, number: int) -> Any:
        """The number, from now on known by an id; as a new object if it is already known by another."""
        if type(value) in _SHARED:
            if type(value) is not int:
                return value
            value = WholeNumber(value)
        elif self.ids.get(id(value), number) != number:
            value = fresh(value)
        self.ids[id(value)] = number
        self.kept.append(value)
        return value

    def knows(self, value: Any) -> bool:
        """True if a single number, or an array, has ids."""
        if is_a(value, np.ndarray):
            return id(owner_of(value)) in self._shadows or id(value) in self._shadows
        return id(value) in self.ids

    def of_scalar(self, value: Any, place: int, side: int = 0) -> int:
        """The id of a number that is operand number `side` of the operation at `place`."""
        number = self.ids.get(id(value))
        if number is None:
            return self._unknown(value, place, side)
        if number < 0:
            number = self.ids[id(value)] = self.builder.source_scalar(*self.pending[~number], value)
        return number

    def _unknown(self, value: Any, place: int, side: int) -> int:
        literal = self.literals.get((place, side))
        if literal is None and type(value) not in _SHARED:
            number = self.builder.source_scalar("data", place, number_of(value))
            self.ids[id(value)] = number
            self.kept.append(value)
            return number
        key = place, side, value
        known = self._shared.get(key)
        if known is None:
            operation, at = ("data", place) if literal is None else ("literal", literal)
            known = self._shared[key] = self.builder.source_scalar(operation, at, value)
        return known

    # --- the module array ---

    def read_box(self, box: array[float], index: Any) -> Any:
        """box[index] of an `array.array`, which makes a new object each time: the one that was put there, or read first."""
        value = box[index]
        if type(value) is not float:
            return value
        known, at = self._boxes.setdefault(id(box), (box, {}))[1], range(len(box))[index]
        if known.get(at) != value:  # also if it was moved there by the array's own methods
            known[at] = value
        return known[at]

    def set_box(self, box: array[float], index: Any, value: Any) -> None:
        """box[index] = value."""
        box[index] = plain(value)
        if type(value) is float and type(index) is int:
            self._boxes.setdefault(id(box), (box, {}))[1][range(len(box))[index]] = value

    # --- arrays ---

    def of_array(self, array: Array, place: int, operation: str = "data") -> Ids:
        """The ids of an array's elements: a stretch of the shadow, that changes when the array is given new ids."""
        owner = owner_of(array)
        shadow = self._shadows.get(id(owner)) or self._new_shadow(owner, place, operation)
        if array is owner and array.shape == shadow.whole.shape:
            return shadow.whole
        if array.size == 0:
            return np.empty(array.shape, np.int64)
        ids = shadow.of(array)
        if ids is not None:
            return ids
        # It sees the memory as another type: known by itself.
        return (self._shadows.get(id(array)) or self._new_shadow(array, place, operation)).whole

    def _new_shadow(self, array: Array, place: int, operation: str) -> _Shadow:
        first = self.builder.event(operation, Kind.SOURCE, place, array, ())
        ids = np.arange(first, first + array.size).reshape(array.shape)
        shadow = self._shadows[id(array)] = _Shadow(array, ids)
        return shadow

    def give_array(self, array: Array, ids: Any, place: int = 0) -> Array:
        """The array's elements have these ids from now on."""
        owner = owner_of(array)
        if id(owner) not in self._shadows and owner.size == array.size:
            self._shadows[id(owner)] = _Shadow(owner, None)
        self.of_array(array, place)[...] = np.reshape(ids, array.shape)
        return array

    def _of_objects(self, array: Array, place: int) -> Ids | None:
        if not all(type(value) in SCALARS for value in array.flat):
            return None
        return np.array([self.of_scalar(value, place) for value in array.flat], np.int64).reshape(array.shape)

    # --- anything ---

    def of(self, value: Any, place: int, side: int = 0) -> Ids | None:
        """The ids of a number, of an array or of a list of numbers, in its shape; None if it is nothing of these."""
        if is_a(value, np.ndarray):
            if is_array(value):
                return self.of_array(value, place)
            return self._of_objects(value, place) if value.dtype.kind == "O" else None
        if type(value) in SCALARS or is_own_number(value):
            return np.array(self.of_scalar(value, place, side))
        if is_a(value, (list, tuple)):
            return self._of_list(value, place)
        return None

    def all_in(self, value: Any, place: int, depth: int = MOST_DEPTH) -> list[Ids]:
        """The ids of all numbers in a value, also if they have no common shape."""
        ids = self.of(value, place)
        if ids is not None:
            return [ids.reshape(-1)]
        if depth and is_a(value, (list, tuple)):
            return [one for item in value for one in self.all_in(item, place, depth - 1)]
        return []

    def _of_list(self, values: Sequence[Any], place: int) -> Ids | None:
        leaves: list[Any] = []
        shape = _leaves_of(values, leaves, MOST_DEPTH)
        if shape is None:
            return None
        if not all(type(leaf) in SCALARS for leaf in leaves):
            rows = [row for leaf in leaves if (row := self.of(leaf, place)) is not None]
            if len(rows) != len(leaves) or len({row.shape for row in rows}) > 1:
                return None
            whole: Ids = np.array(rows, np.int64)
            return whole.reshape(*shape, *whole.shape[1:])
        self._number_together(leaves, place)
        ids = [-1 if type(leaf) in _SHARED else self.of_scalar(leaf, place) for leaf in leaves]
        return self._with_shared(np.array(ids, np.int64), leaves, place).reshape(shape)

    def _with_shared(self, ids: Ids, values: list[Any], place: int) -> Ids:
        """Objects that stand for many values, such as the 0 of two rows, get an id for each time they stand there."""
        shared = np.flatnonzero(ids < 0)
        if shared.size:
            first = self.builder.event(
                "data", Kind.SOURCE, place, np.array([values[at] for at in shared], object), ()
            )
            ids[shared] = np.arange(first, first + shared.size)
        return ids

    def _number_together(self, values: list[Any], place: int) -> None:
        """Numbers without an id that stand in one list get their ids from one event."""
        waiting = {id(v): v for v in values if self.ids.get(id(v), -1) < 0 and type(v) not in _SHARED}
        if len(waiting) < 2:
            return
        operations = {self.pending[~number][0] for number in map(self.ids.get, waiting) if number is not None}
        operation = operations.pop() if len(operations) == 1 else "data"
        numbers = list(waiting.values())
        first = self.builder.event(operation, Kind.SOURCE, place, np.array(numbers, object), ())
        for number, value in enumerate(numbers, first):
            if id(value) not in self.ids:
                self.kept.append(value)
            self.ids[id(value)] = number

    def give(self, value: Any, ids: Any, place: int = 0) -> Any:
        """The value, its numbers known by these ids: a number, an array or lists of numbers that were just made."""
        if is_a(value, np.ndarray):
            if value.dtype.kind == "O":
                for at, number in enumerate(np.ravel(ids).tolist()):
                    value.flat[at] = self.keep(value.flat[at], number)
                return value
            return self.give_array(value, ids, place) if is_array(value) else value
        if type(value) is list:
            value[:] = [self.give(item, number) for item, number in zip(value, ids)]
            return value
        if type(value) is tuple:
            return tuple(self.give(item, number) for item, number in zip(value, ids))
        return self.keep(value, int(ids)) if type(value) in SCALARS else value


def _leaves_of(values: Sequence[Any], leaves: list[Any], depth: int) -> tuple[int, ...] | None:
    """Adds the numbers (or arrays) in lists in lists to `leaves`: their shape, or None if it is not even."""
    shape: tuple[int, ...] | None = None
    for value in values:
        if is_a(value, (list, tuple)):
            inner = _leaves_of(value, leaves, depth - 1) if depth else None
        elif is_number(value):
            leaves.append(value)
            inner = ()
        else:
            return None
        if inner is None or (shape is not None and inner != shape):
            return None
        shape = inner
    return (len(values), *(shape or ()))
