"""Whole numbers with an identity.

Python shares small integers: the 1 in two rows of data is one object, and one object cannot stand for two values of
the program. `WholeNumber` is an int of which each object is one value. It takes part in everything as the int it is,
prints as one, is one for `isinstance`; tracing answers `type(v)` and `v is w` for it as for an int.
"""

from __future__ import annotations

from typing import Any


class WholeNumber(int):
    """An int that is one value of the program: see above."""

    __slots__ = ()

    def __deepcopy__(self, memo: Any) -> WholeNumber:
        return self

    def __copy__(self) -> WholeNumber:
        return self

    def __reduce__(self) -> tuple[type[int], tuple[int]]:
        return int, (int(self),)

    @property  # type: ignore[misc]
    def __class__(self) -> type[int]:  # type: ignore[override]
        return int


WholeNumber.__name__ = WholeNumber.__qualname__ = "int"
WholeNumber.__module__ = "builtins"


def is_a(value: Any, kinds: type | tuple[type, ...]) -> bool:
    """isinstance without asking the value, whose class the program may have written: the hooks must not fail by it."""
    return issubclass(type(value), kinds)


def plain(value: Any) -> Any:
    """The value, a plain int if it was wrapped."""
    return int(value) if type(value) is WholeNumber else value


def plainly(value: Any) -> Any:
    """Like `plain`, also within tuples and lists, as NumPy is given them."""
    kind = type(value)
    if kind is WholeNumber:
        return int(value)
    if kind is tuple:
        return tuple(map(plainly, value))
    return value


def type_of(value: Any) -> type:
    """The type of a value as `type(value)` gives it without tracing."""
    kind = type(value)
    return int if kind is WholeNumber else kind


def same(left: Any, right: Any) -> bool:
    """True if `left is right` without tracing, as far as small integers go."""
    if left is right:
        return True
    if type(left) is WholeNumber or type(right) is WholeNumber:
        return (
            type_of(left) is int
            and type_of(right) is int
            and bool(int(left) == int(right))
            and -5 <= left <= 256
        )
    return False
