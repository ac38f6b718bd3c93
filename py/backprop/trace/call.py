"""A call of a function that is not the program's own, and the table of the functions that record it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop.trace.identity import SCALARS
from backprop.trace.tape import Ids
from backprop.trace.tracer import Tracer
from backprop.trace.whole import is_a

# NumPy's own words for parameters that say where to and how, not what.
# fmt: off
CONTROLS = frozenset((
    "axis", "axis1", "axis2", "axes", "condition", "condlist", "copy", "dtype", "indices", "indices_or_sections", "k",
    "kind", "kth", "like", "mask", "mode", "n", "ndmin", "new_shape", "newshape", "num", "obj", "offset", "order",
    "pad_width", "repeats", "reps", "shape", "shift", "side", "size", "sorter", "source", "destination", "start", "stop",
    "subok",
))
# fmt: on
# What NumPy does not tell of: its functions written in C.
_PARAMETERS = {
    "concatenate": ("arrays", "axis"),
    "copyto": ("dst", "src"),
    "putmask": ("a", "mask", "values"),
    "frombuffer": ("size",),
    "zeros": ("shape",),
    "empty": ("shape",),
}


@functools.cache
def parameters_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of a function's parameters, as far as NumPy tells them."""
    name = getattr(function, "__name__", "")
    if name in _PARAMETERS:
        return _PARAMETERS[name]
    try:
        return tuple(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return ("array",)


@dataclass(slots=True)
class Call:
    """A call that was made, of a function or a method of NumPy; of a method, `args` begins with its array."""

    tracer: Tracer
    place: int
    function: Callable[..., Any]
    name: str
    args: Sequence[Any]
    kwargs: dict[str, Any]
    result: Any
    method: bool = False

    def argument(self, position: int, name: str, default: Any = None) -> Any:
        """An argument given by position or by name."""
        return self.args[position] if position < len(self.args) else self.kwargs.get(name, default)

    def operands(self, count: int) -> list[Any]:
        """The first arguments, also if they were given by name."""
        return [*self.args, *self.kwargs.values()][:count]

    def ids_of(self, value: Any) -> Ids:
        """The ids of an operand; ValueError if it is no table of numbers."""
        ids = self.tracer.identity.of(value, self.place)
        if ids is None:
            raise ValueError("no table of numbers")
        return ids

    def opaque(self) -> Any:
        """Record no more than what the result was made of; several results are each made of all of it."""
        result = self.result
        if type(result) in (tuple, list):
            made = [self.opaque_of(item) for item in result]
            if type(result) is list:
                result[:] = made
                return result
            return tuple(made)
        return self.opaque_of(result)

    def opaque_of(self, result: Any) -> Any:
        """Record a result of an operation that the tape does not know, unless it is a number that was there before."""
        identity = self.tracer.identity
        if type(result) is int or result is None:
            return result
        if (type(result) in SCALARS or is_a(result, np.ndarray)) and identity.knows(result):
            return result
        return self.tracer.opaque(self.name, self.place, result, self.data())

    def data(self) -> list[Any]:
        """The arguments without those that say where to and how; of a method its array, and other arrays."""
        if self.method:
            return [self.args[0], *(arg for arg in self.args[1:] if is_a(arg, (np.ndarray, float)))]
        names = () if is_a(self.function, np.ufunc) else parameters_of(self.function)
        given = [arg for at, arg in enumerate(self.args) if at >= len(names) or names[at] not in CONTROLS]
        given += [arg for name, arg in self.kwargs.items() if name not in CONTROLS]
        return [arg for arg in given if type(arg) not in (int, bool)]


Handler = Callable[[Call], Any]

BY_NAME: dict[str, Handler] = {}
"""NumPy's functions, and the methods of its arrays that do the same, by name."""


def by_name(*names: str) -> Callable[[Handler], Handler]:
    """Enter a function into the table, for calls of NumPy's functions and methods of these names."""

    def enter(handler: Handler) -> Handler:
        BY_NAME.update(dict.fromkeys(names, handler))
        return handler

    return enter
