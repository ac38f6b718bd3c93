"""The state of a trace, and the five ways to record an operation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from backprop.trace.builder import Builder
from backprop.trace.identity import SCALARS, Array, Identity, is_array, is_own_number, number_of
from backprop.trace.tape import Ids, Kind
from backprop.trace.whole import is_a

MOST_CONDITIONS = 8
_BOOLS = (bool, np.bool_)
_EXACT = ("decimal", "fractions")  # the modules of numbers that are not followed


class Tracer:
    """Adds the operations of the running program to the tape.

    Each method that records is given the operation's result, and gives it back: the same array, or the same number
    as an object of its own, which has the new id.
    """

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self.identity = Identity(builder)
        self.conditions: list[int] = []
        """The comparisons of the test that is being evaluated."""
        self.decided: list[int] = []
        """The comparisons that led to the present place in the present function."""

        self.call: Callable[..., Any]
        """The hook for calls, for functions that are handed a function."""

    # --- calls of the program's own functions ---

    def enter(
        self,
        place: int,
        function: Callable[..., Any],
        args: Sequence[Any],
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Call what may lead into the program's functions, in a context of its own."""
        builder = self.builder
        builder.tick()
        before = builder.context, builder.loop, self.conditions, self.decided
        builder.context = builder.context_of(place)
        self.conditions, self.decided = [], []
        try:
            return function(*args, **kwargs) if kwargs else function(*args)
        finally:
            builder.context, builder.loop, self.conditions, self.decided = before

    # --- recording ---

    def elementwise(self, operation: str, place: int, result: Any, operands: Sequence[Any]) -> Any:
        """Element k of the result is computed from element k of every operand, as NumPy broadcasts them."""
        if type(result) in SCALARS and all(type(operand) in SCALARS for operand in operands):
            of = self.identity.of_scalar
            ids = tuple([of(operand, place, side) for side, operand in enumerate(operands)])
            return self.computed(result, self.builder.scalar(operation, place, result, ids))
        known = [self.identity.of(operand, place, side) for side, operand in enumerate(operands)]
        if not _numeric(result) or any(one is None for one in known):
            return self.opaque(operation, place, result, operands)
        return self.elementwise_of(operation, place, result, [one for one in known if one is not None])

    def elementwise_of(self, operation: str, place: int, result: Any, ids: Sequence[Ids]) -> Any:
        """Record an operation element by element, on operands whose ids are given."""
        shape = np.shape(result)
        if len(shape) > 1 and all(one.size < np.size(result) for one in ids):
            self.builder.widened[len(self.builder.values)] = tuple(one.shape for one in ids)
        spread = tuple(
            [one.flatten() if one.shape == shape else np.broadcast_to(one, shape).flatten() for one in ids]
        )
        return self.computed(result, self.builder.event(operation, Kind.ELEMENTWISE, place, result, spread))

    def product(self, place: int, result: Any, left: Ids, right: Ids) -> Any:
        """The result, in order, is the table left (rows, terms) times the table right (terms, columns)."""
        tables = np.array(left), np.array(right)
        return self.computed(result, self.builder.event("matmul", Kind.PRODUCT, place, result, tables))

    def listed(self, operation: str, place: int, result: Any, items: Sequence[Any]) -> Any:
        """Record a number that was computed from the single numbers in a list."""
        of = self.identity.of_scalar
        ids = np.array([[of(item, place, side) for side, item in enumerate(items)]], np.int64)
        number = self.builder.scalar(operation, place, number_of(result), (ids,), Kind.REDUCTION)
        return self.computed(result, number)

    def reduction(self, operation: str, place: int, result: Any, groups: Ids) -> Any:
        """Element k of the result is made of row k of a table of ids."""
        rows = np.array(groups).reshape(np.size(result), -1)
        return self.computed(result, self.builder.event(operation, Kind.REDUCTION, place, result, (rows,)))

    def opaque(self, operation: str, place: int, result: Any, operands: Sequence[Any]) -> Any:
        """All that is known of the result is of which numbers it was made; without any it is a source."""
        if not _numeric(result):
            return self.not_followed(place, result)
        found = [ids for operand in operands for ids in self.identity.all_in(operand, place)]
        if not found:
            return self.source("data", place, result)
        ids = np.unique(np.concatenate(found))
        return self.computed(result, self.builder.event(operation, Kind.OPAQUE, place, result, (ids,)))

    def source(self, operation: str, place: int, result: Any) -> Any:
        """A result that depends on nothing."""
        if type(result) in SCALARS:
            return result if type(result) in _BOOLS else self.identity.wait(result, operation, place)
        if not _numeric(result):
            return self.not_followed(place, result)
        return self.computed(result, self.builder.event(operation, Kind.SOURCE, place, result, ()))

    def not_followed(self, place: int, result: Any) -> Any:
        """A result that is no number which can be followed: where the first complex or exact ones come from is noted."""
        kind = type(result)
        if kind is complex or (is_a(result, (np.ndarray, np.generic)) and result.dtype.kind == "c"):
            self.builder.complex_at = self.builder.complex_at or place
        elif kind.__module__ in _EXACT:
            self.builder.exact_at = self.builder.exact_at or place
        return result

    def moved(self, place: int, result: Any, ids: Ids) -> Any:
        """A result whose numbers are all copies of others; where its type rounds them, a conversion is recorded."""
        if is_array(result) and not np.array_equal(self.builder.value_of(ids), result, equal_nan=True):
            return self.elementwise_of("astype", place, result, [ids])
        return self.identity.give(result, ids, place)

    def computed(self, result: Any, first: int) -> Any:
        """The result, its numbers known by the ids from `first` on."""
        kind = type(result)
        if kind in SCALARS:
            if kind in _BOOLS:
                self.compared(first)
                return result
            return self.identity.keep(result, first)
        if is_own_number(result):
            return self.identity.keep(result, first)
        array: Array = result
        return self.identity.give(array, np.arange(first, first + array.size).reshape(array.shape))

    def compared(self, number: int) -> None:
        """A comparison was made, perhaps one of the test that is being evaluated."""
        if len(self.conditions) >= 2 * MOST_CONDITIONS:
            del self.conditions[:MOST_CONDITIONS]
        self.conditions.append(number)

    def noted(self, place: int, result: Any, record: Callable[[], Any], operands: Sequence[Any]) -> Any:
        """Record an operation in a way that may fail: then no more than its operands is noted.

        The program has its result already, and must not feel that this could not follow.
        """
        try:
            return record()
        except Exception:
            return self.opaque("unknown", place, result, operands)


def _numeric(result: Any) -> bool:
    return (
        type(result) in SCALARS or is_array(result) or (is_a(result, np.ndarray) and _holds_numbers(result))
    )


def _holds_numbers(array: Array) -> bool:
    return array.dtype.kind == "O" and all(type(item) in SCALARS for item in array.flat)
