"""Reading and setting items and attributes.

A target `w[i]` is rewritten to `target(w)[i]`: the object that `target` gives takes what Python stores there, in
Python's own order of evaluation, also in `a[i], a[j] = a[j], a[i]` and in `w[i] += f(w)`.
"""

from __future__ import annotations

import operator
from array import array
from collections.abc import Callable
from typing import Any

import numpy as np

from backprop.trace.calls import is_own
from backprop.trace.identity import MOST_DEPTH, NUMPY_SCALARS, is_array, owner_of
from backprop.trace.scalars import OPERATORS
from backprop.trace.tape import Ids, Kind
from backprop.trace.tracer import Tracer
from backprop.trace.whole import is_a, plainly

MOST_BOUND_ITEMS = 1024
"""Lists of more numbers are not noted when they are assigned."""
_CONCATENATORS = (type(np.r_), type(np.c_))


class Items:
    """The hooks for items and attributes."""

    def __init__(self, tracer: Tracer, augmented: dict[str, Callable[[int, Any, Any], Any]]) -> None:
        self.tracer = tracer
        self.augmented = augmented
        self.targets: dict[int, str] = {}
        """By the place of a target: its text."""
        self.properties: frozenset[str] = frozenset()
        """Attributes that the program computes."""

    # --- reading ---

    def read(self, place: int, owner: Any, index: Any) -> Any:
        """The hook for `owner[index]`."""
        kind = type(owner)
        if kind is list or kind is tuple or kind is dict:
            return owner[index]
        if is_a(owner, np.ndarray):
            return self._of_array(place, owner, index)
        if kind is np.flatiter:
            return self._of_flat(place, owner, index)
        if kind is array:
            return self.tracer.identity.read_box(owner, index)
        if is_a(owner, _CONCATENATORS):
            return self._concatenated(place, owner, index)
        if is_own(owner):
            return self.tracer.enter(place, operator.getitem, (owner, index))
        return owner[index]

    def _of_array(self, place: int, array: Any, index: Any) -> Any:
        index = plainly(index)
        result = array[index]
        identity = self.tracer.identity
        if type(result) in NUMPY_SCALARS:
            return identity.keep(result, int(identity.of_array(array, place)[index]))
        if is_array(result) and array.dtype.kind != "O" and owner_of(result) is not owner_of(array):
            ids = identity.of_array(array, place)
            moved = (ids.view(np.matrix) if is_a(array, np.matrix) else ids)[index]
            return identity.give_array(result, moved, place)
        return result

    def _of_flat(self, place: int, owner: Any, index: Any) -> Any:
        """x.flat[index]."""
        index = plainly(index)
        result = owner[index]
        if not is_array(owner.base):
            return result
        ids = self.tracer.identity.of_array(owner.base, place).flat[index]
        return self.tracer.identity.give(result, ids, place)

    def _concatenated(self, place: int, owner: Any, index: Any) -> Any:
        """np.c_[x, 1] and np.r_[…]."""
        result = owner[plainly(index)]
        if not is_array(result):
            return result
        parts = index if is_a(index, tuple) else (index,)
        ids = [self.tracer.identity.of(part, place) for part in parts]
        if any(one is None for one in ids):
            return self.tracer.opaque("concatenate", place, result, parts)
        moved = owner[tuple(ids)]
        return self.tracer.moved(place, result, np.asarray(moved))

    def attribute(self, place: int, owner: Any, name: str) -> Any:
        """The hook for an attribute that the program may compute: a property."""
        return self.tracer.enter(place, getattr, (owner, name))

    # --- setting ---

    def item_target(self, place: int, change: int, owner: Any) -> ItemTarget:
        """The hook for the owner in `owner[index] = value`; `change` is the place of the statement in `+=`."""
        return ItemTarget(self, place, change, owner)

    def attribute_target(self, place: int, change: int, owner: Any) -> AttributeTarget:
        """The hook for the owner in `owner.name = value`."""
        return AttributeTarget(self, place, change, owner)

    def set_attribute(self, place: int, owner: Any, name: str, value: Any) -> None:
        """owner.name = value; a property's setter is called in a context of its own."""
        if name in self.properties:
            self.tracer.enter(place, setattr, (owner, name, value))
        else:
            setattr(owner, name, value)

    def set(self, place: int, owner: Any, index: Any, value: Any) -> None:
        """owner[index] = value."""
        if type(owner) is np.flatiter:
            self._set_flat(place, owner, index, value)
            return
        if type(owner) is array:
            self.tracer.identity.set_box(owner, index, value)
            return
        if type(owner) is np.nditer and is_array(owner[index]):
            owner, index = owner[index], ...
        if not is_array(owner):
            if is_own(owner):
                self.tracer.enter(place, operator.setitem, (owner, index, value))
            else:
                owner[index] = value
            return
        index = plainly(index)
        owner[index] = plainly(value)
        try:
            self._set_ids(place, owner, index, value)
        except Exception:
            self.tracer.identity.give_array(owner, self._new("data", place, np.array(owner)), place)

    def _set_flat(self, place: int, owner: Any, index: Any, value: Any) -> None:
        """x.flat[index] = value."""
        owner[index] = plainly(value)
        given = self.tracer.identity.of(value, place)
        if given is not None and is_array(owner.base):
            self.tracer.identity.of_array(owner.base, place).flat[index] = given

    def _set_ids(self, place: int, array: Any, index: Any, value: Any) -> None:
        identity = self.tracer.identity
        ids = identity.of_array(array, place)
        given = identity.of(value, place)
        mask = is_array(index) and index.dtype.kind == "b" and index.shape == array.shape
        before = ids.copy()
        if given is None:
            ids[index] = self._new("data", place, np.array(array[index]))
        elif mask:
            self._set_where(place, array, index, given)
        elif np.ndim(value) == 0 and np.size(array[index]) != 1 and self._is_constant(given):
            ids[index] = self._new("constant", place, np.array(array[index]))
        else:
            view = ids.view(np.matrix) if is_a(array, np.matrix) else ids
            view[index] = given
            self._convert(place, array, index)
        changed = before != identity.of_array(array, place)
        if changed.any():
            self.tracer.builder.overwritten.append(
                (before[changed], identity.of_array(array, place)[changed])
            )

    def _set_where(self, place: int, array: Any, mask: Any, given: Ids) -> None:
        """`x[x < 0] = 0`: each element is the new or the old one, as the mask says."""
        ids = self.tracer.identity.of_array(array, place)
        before = ids.copy()
        new = before.copy()
        new[mask] = given
        operands = tuple(one.flatten() for one in (self.tracer.identity.of_array(mask, place), new, before))
        first = self.tracer.builder.event("where", Kind.ELEMENTWISE, place, array, operands)
        ids[...] = np.arange(first, first + ids.size).reshape(ids.shape)

    def _convert(self, place: int, array: Any, index: Any) -> None:
        """An array of whole numbers cuts off what is put into it."""
        ids = self.tracer.identity.of_array(array, place)
        now, moved = np.asarray(array[index]), np.asarray(ids[index])
        if not np.array_equal(self.tracer.builder.value_of(moved), now, equal_nan=True):
            operands = (moved.flatten(),)
            first = self.tracer.builder.event("astype", Kind.ELEMENTWISE, place, now, operands)
            ids[index] = np.arange(first, first + now.size).reshape(now.shape)

    def _is_constant(self, ids: Ids) -> bool:
        return bool(np.size(ids) == 1) and self.tracer.builder.is_source(int(ids))

    def _new(self, operation: str, place: int, values: Any) -> Ids:
        first = self.tracer.builder.event(operation, Kind.SOURCE, place, values, ())
        return np.arange(first, first + values.size).reshape(values.shape)

    # --- bindings ---

    def bind(self, place: int, value: Any, kind: str) -> None:
        """Note what the target at a place was given."""
        ids = bound_ids(self.tracer, value, place)
        if ids is not None:
            self.tracer.builder.bind(self.targets[place], place, ids, kind)

    def bind_item(self, place: int, owner: Any, index: Any, value: Any, kind: str) -> None:
        """Note what the items of a target were given."""
        if not is_array(owner):
            self.bind(place, value, kind)
            return
        try:
            ids = np.array(self.tracer.identity.of_array(owner, place)[plainly(index)])
        except IndexError:
            return  # of an array that has been resized
        self.tracer.builder.bind(self.targets[place], place, ids, kind)


def bound_ids(tracer: Tracer, value: Any, place: int) -> int | Ids | None:
    """The ids of a value that a target is given; None if it has none."""
    identity = tracer.identity
    kind = type(value)
    if kind is int or kind is bool or kind is str:
        return None
    if kind in NUMPY_SCALARS and id(value) not in identity.ids and is_a(value, (np.integer, np.bool_)):
        return None  # a position
    if kind in NUMPY_SCALARS or kind is float or id(value) in identity.ids:
        return identity.of_scalar(value, place)
    if is_array(value):
        return identity.of_array(value, place).copy()
    if kind is list or kind is tuple:
        return _ids_of_list(tracer, value, place)
    return None


def _ids_of_list(tracer: Tracer, values: Any, place: int) -> Ids | None:
    """The ids of a list that has nothing but numbers of the program, not too many."""
    first, size = values, 1
    for _ in range(MOST_DEPTH):  # a list may be its own first item
        if type(first) not in (list, tuple) or not first:
            break
        size *= len(first)
        first = first[0]
    numbers = type(first) in NUMPY_SCALARS or id(first) in tracer.identity.ids
    return tracer.identity.of(values, place) if numbers and size <= MOST_BOUND_ITEMS else None


class ItemTarget:
    """Stands for `owner` in `owner[index] = value` and `owner[index] += value`."""

    __slots__ = ("change", "items", "owner", "place")

    def __init__(self, items: Items, place: int, change: int, owner: Any) -> None:
        self.items, self.place, self.change, self.owner = items, place, change, owner

    def __getitem__(self, index: Any) -> Changing:
        return Changing(self.items, self.change, self.items.read(self.place, self.owner, index))

    def __setitem__(self, index: Any, value: Any) -> None:
        items, place = self.items, self.place
        changed = type(value) is _Changed
        given = value.value if changed else value
        items.set(place, self.owner, index, given)
        items.bind_item(place, self.owner, index, given, "augmented" if changed else "item")


class AttributeTarget:
    """Stands for `owner` in `owner.name = value` and `owner.name += value`."""

    __slots__ = ("_parts",)

    def __init__(self, items: Items, place: int, change: int, owner: Any) -> None:
        object.__setattr__(self, "_parts", (items, place, change, owner))

    def __getattribute__(self, name: str) -> Changing:
        items, place, change, owner = object.__getattribute__(self, "_parts")
        return Changing(items, change, items.attribute(place, owner, name))

    def __setattr__(self, name: str, value: Any) -> None:
        items, place, _, owner = object.__getattribute__(self, "_parts")
        changed = type(value) is _Changed
        given = value.value if changed else value
        items.set_attribute(place, owner, name, given)
        items.bind(place, given, "augmented" if changed else "assign")


class _Changed:
    """The value on its way from an augmented assignment to its target."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class Changing:
    """Stands for the old value in `target += value`."""

    __slots__ = ("items", "place", "value")

    def __init__(self, items: Items, place: int, value: Any) -> None:
        self.items, self.place, self.value = items, place, value


def _add_operators() -> None:
    def changing(node: str) -> Callable[[Changing, Any], _Changed]:
        def change(self: Changing, other: Any) -> _Changed:
            return _Changed(self.items.augmented[node](self.place, self.value, other))

        return change

    for node, (_, _, in_place) in OPERATORS.items():
        setattr(Changing, f"__{in_place.__name__.strip('_')}__", changing(node))


_add_operators()
