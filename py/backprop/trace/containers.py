"""Python's functions over iterables, and copies: what they hand on keeps its identity.

NumPy makes a new number each time an element is read, so arrays are handed to `zip`, `map`, `sorted` … as iterators
of numbers that are known.
"""

from __future__ import annotations

import copy
import functools
import operator
from array import array
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from backprop.trace.identity import MOST_DEPTH, SCALARS, is_array, is_number, is_own_number, number_of
from backprop.trace.tracer import Tracer
from backprop.trace.whole import is_a

_UNCOUNTED = (int, bool)


def elements(tracer: Tracer, array: Any, place: int) -> Iterator[Any]:
    """The elements of a one-dimensional array, one by one, each known by its id when it is read."""
    for position in range(len(array)):
        yield element(tracer, array, position, place)


def element(tracer: Tracer, array: Any, position: int, place: int) -> Any:
    """An element of a one-dimensional array, with its id."""
    value = array[position]
    return tracer.identity.keep(value, int(tracer.identity.of_array(array, place)[position]))


def known(tracer: Tracer, iterable: Any, place: int) -> Any:
    """An iterable whose items have their identity: an array's elements, else the iterable itself."""
    values: Any
    if is_array(iterable) and iterable.ndim == 1:
        positions = iterable.dtype.kind in "iu" and not tracer.identity.knows(iterable)
        return iterable if positions else elements(tracer, iterable, place)
    if type(iterable) is np.flatiter:
        base: Any = iterable.base
        return elements(
            tracer, tracer.moved(place, base.flatten(), tracer.identity.of_array(base, place).ravel()), place
        )
    if type(iterable) is np.ndenumerate:
        values = iterable.iter.base  # type: ignore[attr-defined]
        return zip(np.ndindex(values.shape), known(tracer, values.flat, place))
    if type(iterable) is array:
        return (tracer.identity.read_box(iterable, at) for at in range(len(iterable)))
    return iterable


def over_iterables(tracer: Tracer, place: int, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """zip, enumerate, iter, list, tuple, set, dict, filter, itertools …"""
    return tracer.enter(place, function, [known(tracer, arg, place) for arg in args], kwargs)


def boxed(tracer: Tracer, place: int, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """array("d", [0.5, 0.1]): the numbers of the list are those of the array."""
    result = tracer.enter(place, function, args, kwargs)
    given = args[1] if len(args) > 1 and type(args[1]) in (list, tuple) else ()
    for at in range(len(result)):
        value = given[at] if given else result[at]
        if type(value) is float and value == result[at]:
            tracer.identity.of_scalar(value, place)
            tracer.identity.set_box(result, at, value)
    return result


def over_sequences(tracer: Tracer, place: int, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """reversed, sorted: arrays as lists."""
    given = [list(elements(tracer, arg, place)) if is_array(arg) and arg.ndim == 1 else arg for arg in args]
    return tracer.enter(place, function, given, kwargs)


def with_function(tracer: Tracer, place: int, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """map, filter, functools.reduce: the function that they are given is called by us."""
    if not args or args[0] is None:
        return over_iterables(tracer, place, function, args, kwargs)
    first, *rest = args
    given = functools.partial(tracer.call, place, first) if callable(first) else first
    return tracer.enter(place, function, [given, *(known(tracer, arg, place) for arg in rest)], kwargs)


def extreme(tracer: Tracer, place: int, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """max and min, of numbers: which of them it is depends on all."""
    args = list(args)
    if len(args) == 1 and not is_a(args[0], (range, str, dict)) and _is_iterable(args[0]):
        args[0] = [item for item in known(tracer, args[0], place)]  # noqa: C416  (list() asks for the length, too)
    items = args[0] if len(args) == 1 and type(args[0]) is list else args
    result = tracer.enter(place, function, args, kwargs)
    if kwargs or not items or not all(type(item) in SCALARS for item in items):
        return result
    if all(type(item) in _UNCOUNTED for item in items):
        return result
    name = function.__name__
    if len(items) == 2:
        return tracer.elementwise({"max": "maximum", "min": "minimum"}[name], place, result, items)
    return tracer.listed(name, place, result, items)


def total(tracer: Tracer, place: int, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """sum and statistics.mean, of numbers, of arrays of one shape, or of anything that can be added."""
    args = list(args)
    if not args or kwargs.keys() - {"start"} or is_a(args[0], range) or not _is_iterable(args[0]):
        return tracer.enter(place, function, args, kwargs)
    items = args[0] = [item for item in known(tracer, args[0], place)]  # noqa: C416  (list() asks for the length, too)
    added = [*items, *args[1:], *kwargs.values()]
    result = tracer.enter(place, function, args, kwargs)
    name = {"fmean": "mean"}.get(function.__name__, function.__name__)
    if any(map(is_own_number, added)) and name == "sum":
        numbers = [number_of(item) for item in (*added[len(items) :], *items) if is_number(item)]
        are_all = len(numbers) == len(added) and is_own_number(result)
        is_sum = are_all and number_of(result) == functools.reduce(operator.add, numbers)
        return tracer.listed(name, place, result, added) if is_sum else result
    if all(type(item) in SCALARS for item in added):
        if all(type(item) in _UNCOUNTED for item in added) or type(result) not in SCALARS:
            return result
        return tracer.listed(name, place, result, added)
    if is_a(result, np.ndarray) and all(is_number(item) for item in added):
        ids = [tracer.identity.of(item, place) for item in added]
        rows = np.array([np.broadcast_to(one, result.shape) for one in ids if one is not None])
        return tracer.reduction(name, place, result, rows.reshape(len(rows), -1).T)
    return result


def _is_iterable(value: Any) -> bool:
    """True if it can be gone through; it is not asked."""
    kind = type(value)
    return hasattr(kind, "__iter__") or hasattr(kind, "__getitem__")


def copied(tracer: Tracer, place: int, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """copy.deepcopy and copy.copy: the arrays in the copy have the ids of those in the original."""
    result = tracer.enter(place, function, args, kwargs)
    if function is copy.deepcopy or is_a(args[0], np.ndarray):
        _pair(tracer, args[0], result, place, set(), 2 * MOST_DEPTH)
    return result


def _pair(tracer: Tracer, original: Any, made: Any, place: int, seen: set[int], depth: int) -> None:
    if original is made or id(original) in seen or type(original) is not type(made) or not depth:
        return
    seen.add(id(original))
    if is_a(original, np.ndarray):
        if is_array(original) and original.shape == made.shape:
            tracer.identity.give_array(made, tracer.identity.of_array(original, place), place)
        return
    for one, other in _parts(original, made):
        _pair(tracer, one, other, place, seen, depth - 1)


def _parts(original: Any, made: Any) -> Iterator[tuple[Any, Any]]:
    if is_a(original, (list, tuple)):
        yield from zip(original, made)
    elif is_a(original, dict):
        yield from zip(original.values(), made.values())
    elif is_a(getattr(original, "__dict__", None), dict) and not is_a(original, type):
        yield from zip(vars(original).values(), vars(made).values())


def unpacked(tracer: Tracer, value: Any, pattern: Any, place: int) -> Any:
    """A value that is about to be unpacked into targets: rows of an array as tuples of numbers that are known.

    `pattern` says which targets are themselves several: (None, (None, None)) for `i, (x, y)`.
    """
    if pattern is None:
        return value
    if is_array(value) and value.ndim == 1:
        return tuple(elements(tracer, value, place))
    if type(value) is tuple and len(value) == len(pattern) and any(pattern):
        return tuple(unpacked(tracer, item, inner, place) for item, inner in zip(value, pattern))
    return value
