"""Functions of NumPy that call the program's own, for slices or parts of an array: each call is given numbers that are
known, and what it gives is put together once more on the ids."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from backprop.trace.identity import is_array
from backprop.trace.tracer import Tracer
from backprop.trace.whole import is_a, plain, plainly


def along_axis(tracer: Tracer, place: int, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """np.apply_along_axis(f, 1, x): f is called for each row, with the row that is known."""
    (of_slice, axis, given, *rest), kwargs = _by_position(function, args, kwargs)
    array = given if is_a(given, np.ndarray) else tracer.call(place, np.asarray, given)
    made: list[Any] = []

    def called(*values: Any, **more: Any) -> Any:
        made.append(tracer.call(place, of_slice, *values, **more))
        return plainly(made[-1])

    result = tracer.enter(place, function, (called, plain(axis), array, *rest), kwargs)
    found = iter([tracer.identity.of(one, place) for one in made])
    return _moved(
        tracer,
        place,
        result,
        [array],
        lambda: function(lambda _: next(found), plain(axis), np.asarray(array)),
    )


def by_pieces(tracer: Tracer, place: int, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """np.piecewise(x, [x < 0], [f, g]): each function is called with its part of x."""
    (given, conditions, functions, *rest), kwargs = _by_position(function, args, kwargs)
    array = given if is_a(given, np.ndarray) else tracer.call(place, np.asarray, given)
    parts: list[Any] = []
    ids = tracer.identity.of_array(array, place)
    np.piecewise(ids, plainly(conditions), [_taking(parts) if callable(one) else 0 for one in functions])
    left = iter(parts)
    made: list[Any] = []

    def known(of_part: Any) -> Any:
        def called(values: Any, *more: Any, **words: Any) -> Any:
            tracer.identity.give_array(values, next(left), place)
            made.append(tracer.call(place, of_part, values, *more, **words))
            return plainly(made[-1])

        return called if callable(of_part) else of_part

    pieces = [known(one) for one in functions]
    result = tracer.enter(place, function, (array, plainly(conditions), pieces, *rest), kwargs)
    found = iter([tracer.identity.of(one, place) for one in made])
    moved = [
        (lambda _: next(found)) if callable(one) else tracer.identity.of(one, place) for one in functions
    ]
    return _moved(tracer, place, result, [array], lambda: np.piecewise(ids, plainly(conditions), moved))


def _by_position(
    function: Callable[..., Any], args: Any, kwargs: Any
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a call in the order of the function's parameters, and those that it has no parameter for. Raises
    TypeError, as the call itself does, if they do not fit."""
    bound = inspect.signature(function).bind(*args, **kwargs)
    return bound.args, bound.kwargs


def _taking(parts: list[Any]) -> Callable[[Any], Any]:
    """A function that keeps what it is called with."""

    def called(values: Any) -> Any:
        parts.append(values)
        return values

    return called


def _moved(tracer: Tracer, place: int, result: Any, operands: list[Any], on_ids: Callable[[], Any]) -> Any:
    """The result with the ids that the function gives when it is run once more on ids; else of all its operands."""
    if not is_array(result):
        return result
    try:
        return tracer.moved(place, result, np.asarray(on_ids(), np.int64))
    except Exception:  # not a table of numbers
        return tracer.opaque("unknown", place, result, operands)
