"""Calls: of the program's own functions in a context of their own, of others by the function that records them."""

from __future__ import annotations

import builtins
import copy
import functools
import itertools
import math
import statistics
import types
from array import array
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np

from backprop.trace import moves, reductions  # noqa: F401  (they enter what they record into the table)
from backprop.trace.call import BY_NAME, Call
from backprop.trace.callbacks import along_axis, by_pieces
from backprop.trace.containers import (
    boxed,
    copied,
    extreme,
    over_iterables,
    over_sequences,
    total,
    with_function,
)
from backprop.trace.identity import NUMPY_SCALARS, SCALARS, is_array, is_own_number, number_of
from backprop.trace.moves import check_unchanged, of_unknown
from backprop.trace.random_moves import GENERATORS, of_generator
from backprop.trace.sandbox import FILE
from backprop.trace.scalars import (
    COMPARISONS,
    OPERATORS,
    UNARY,
    binary,
    comparison,
    conversion,
    of_math,
    of_number,
    unary,
)
from backprop.trace.tracer import Tracer
from backprop.trace.ufuncs import of_ufunc, of_ufunc_method
from backprop.trace.whole import is_a, plain, plainly

Around = Callable[[Tracer, int, Callable[..., Any], Any, Any], Any]

_AROUND: dict[Any, Around] = {
    **dict.fromkeys((abs, pow, round), of_number),
    **dict.fromkeys((float, int, *NUMPY_SCALARS), conversion),
    **dict.fromkeys((max, min), extreme),
    **dict.fromkeys((sum, statistics.mean, statistics.fmean), total),
    array: boxed,
    np.apply_along_axis: along_axis,
    np.piecewise: by_pieces,
    **dict.fromkeys((zip, enumerate, iter, list, tuple, set, deque, dict, frozenset), over_iterables),
    **dict.fromkeys((itertools.chain, itertools.cycle, itertools.islice, itertools.product), over_iterables),
    **dict.fromkeys((reversed, sorted), over_sequences),
    **dict.fromkeys((map, filter, functools.reduce, itertools.starmap), with_function),
    **dict.fromkeys((copy.copy, copy.deepcopy), copied),
    **dict.fromkeys((f for f in vars(math).values() if callable(f)), of_math),
}
_UNTRACED = frozenset(
    f
    for f in vars(builtins).values()
    if is_a(f, types.BuiltinFunctionType) and f not in _AROUND and f not in (next, getattr, any, all, divmod)
)
_STUDENT = "__main__"


def is_own(function: Any) -> bool:
    """True if it is a function that the program wrote, a method, a class or an object that it calls."""
    kind = type(function)
    if kind is types.MethodType:
        function = function.__func__
        kind = type(function)
    if kind is types.FunctionType:
        return bool(function.__code__.co_filename == FILE)
    if is_a(function, type):
        return bool(function.__module__ == _STUDENT)
    return kind.__module__ == _STUDENT


class Calls:
    """The hook for calls, and the operators of the module `operator`."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer
        self._rest = tracer.builder.rest
        self.known: dict[int, Callable[..., Any]] = {
            id(function): functools.partial(self._around, around) for function, around in _AROUND.items()
        }
        self.known |= {id(function): self._untraced for function in _UNTRACED}
        self.known[id(np.frompyfunc)] = self._from_python
        self._add_operators()
        tracer.call = self.call

    def _add_operators(self) -> None:
        hooks: list[tuple[Callable[..., Any], Callable[..., Any]]] = []
        for name, function, in_place in OPERATORS.values():
            hooks += [
                (function, binary(self.tracer, name, function)),
                (in_place, binary(self.tracer, name, in_place)),
            ]
        hooks += [
            (function, comparison(self.tracer, name, function)) for name, function in COMPARISONS.values()
        ]
        hooks += [(function, unary(self.tracer, name, function)) for name, function in UNARY.values()]
        for function, hook in hooks:
            self.known[id(function)] = functools.partial(self._by_hook, hook)

    def call(self, place: int, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        """The hook for `function(*args, **kwargs)`."""
        if self._rest:
            self._rest()
        if is_own(function):
            return self._own(place, function, args, kwargs)
        handler = self.known.get(id(function))
        if handler is not None:
            return handler(place, function, args, kwargs)
        return self._other(place, function, args, kwargs)

    def _own(self, place: int, function: Any, args: Any, kwargs: Any) -> Any:
        """A function of the program. A class derived from float or int makes the number that it is given."""
        result = self.tracer.enter(place, function, args, kwargs)
        identity = self.tracer.identity
        if is_own_number(result) and len(args) == 1 and not kwargs and not identity.knows(result):
            given = args[0]
            if (type(given) in SCALARS or is_own_number(given)) and number_of(given) == number_of(result):
                return identity.keep(result, identity.of_scalar(given, place))
        return result

    def _around(self, around: Around, place: int, function: Any, args: Any, kwargs: Any) -> Any:
        return around(self.tracer, place, function, args, kwargs)

    def _untraced(self, place: int, function: Any, args: Any, kwargs: Any) -> Any:
        return function(*args, **kwargs)

    def _by_hook(self, hook: Callable[..., Any], place: int, function: Any, args: Any, kwargs: Any) -> Any:
        return hook(place, *args, **kwargs)

    def _other(self, place: int, function: Any, args: Any, kwargs: Any) -> Any:
        owner = getattr(function, "__self__", None)
        if is_a(function, np.ufunc):
            return self._of_numpy(place, function, args, kwargs, of_ufunc)
        if is_a(owner, np.ufunc):
            return self._of_numpy(place, function, args, kwargs, of_ufunc_method)
        if is_a(owner, GENERATORS):
            return of_generator(self.tracer, place, function, args, kwargs)
        if is_a(owner, (np.ndarray, np.generic)):
            return self._of_numpy(
                place, function, args, kwargs, BY_NAME.get(function.__name__, of_unknown), owner
            )
        if is_a(function, np.vectorize):
            return self._vectorized(place, function, args, kwargs)
        if (
            type(function) is types.BuiltinMethodType
            and not is_a(owner, types.ModuleType)
            and owner is not None
        ):
            return function(*args, **kwargs)  # a method of a list, a dict, a text
        if str(getattr(function, "__module__", "")).partition(".")[0] == "numpy":
            name = getattr(function, "__name__", "")
            return self._of_numpy(place, function, args, kwargs, BY_NAME.get(name, of_unknown))
        return self._unknown(place, function, args, kwargs)

    def _of_numpy(
        self,
        place: int,
        function: Any,
        args: Any,
        kwargs: Any,
        handler: Callable[[Call], Any],
        owner: Any = None,
    ) -> Any:
        plain_kwargs = {key: plainly(value) for key, value in kwargs.items()} if kwargs else kwargs
        plain_args = [plainly(arg) for arg in args]
        callback = any(is_own(arg) for arg in args if callable(arg))
        if callback:
            result = self.tracer.enter(place, function, plain_args, plain_kwargs)
        else:
            result = function(*plain_args, **plain_kwargs)
        given = args if owner is None else (owner, *args)
        name = getattr(function, "__name__", "unknown")
        call = Call(self.tracer, place, function, name, given, kwargs, result, owner is not None)
        try:
            return handler(call)
        except Exception:
            return call.opaque()

    def _vectorized(self, place: int, function: Any, args: Any, kwargs: Any) -> Any:
        """np.vectorize(f)(x): f is called for each element, with the element that is known."""
        tracer = self.tracer
        ids = [tracer.identity.of(arg, place) for arg in args]
        if kwargs or function.signature is not None or function.excluded or any(one is None for one in ids):
            return self._unknown(place, function, args, kwargs)
        rows = np.stack(
            [one.ravel() for one in np.broadcast_arrays(*[one for one in ids if one is not None])], axis=1
        )
        given = iter(rows.tolist())
        made: list[Any] = []
        extra = function.otypes is None  # then it is called once more, to see what it gives

        def one_by_one(*values: Any) -> Any:
            nonlocal extra
            numbers = rows[0].tolist() if extra else next(given)
            known = [tracer.identity.keep(value, number) for value, number in zip(values, numbers)]
            result = self.call(place, function.pyfunc, *known)
            if not extra or function.cache:
                made.append(result)
                if extra:
                    next(given)
            extra = False
            return plain(result)

        again = np.vectorize(one_by_one, otypes=function.otypes, cache=function.cache)
        result = again(*map(plain, args))
        found = [tracer.identity.of(one, place) for one in made]
        if (
            not is_array(result)
            or len(found) != result.size
            or any(one is None or one.size != 1 for one in found)
        ):
            return tracer.opaque("vectorize", place, result, args)
        moved = np.array([int(one.reshape(-1)[0]) for one in found if one is not None]).reshape(result.shape)
        return tracer.moved(place, result, moved)

    def _from_python(self, place: int, function: Any, args: Any, kwargs: Any) -> Any:
        """np.frompyfunc(f, 1, 1): a ufunc that calls f for each element."""
        made = function(*map(plain, args), **kwargs)
        if callable(args[0]) and made.nout == 1:
            self.known[id(made)] = functools.partial(self._of_each, made, args[0])
        return made

    def _of_each(self, ufunc: Any, of_one: Any, place: int, function: Any, args: Any, kwargs: Any) -> Any:
        """The result of such a ufunc: an array of objects, or a single one."""
        identity = self.tracer.identity
        ids = [identity.of(arg, place) for arg in args]
        if kwargs or len(args) != ufunc.nin or any(one is None for one in ids):
            return self._unknown(place, function, args, kwargs)
        numbers = np.broadcast_arrays(*[one for one in ids if one is not None])
        values = np.broadcast_arrays(*[np.asarray(plain(arg), object) for arg in args])
        result = np.empty(numbers[0].shape, object)
        for at in np.ndindex(result.shape):
            given = [identity.keep(value[at], int(number[at])) for value, number in zip(values, numbers)]
            result[at] = self.call(place, of_one, *given)
        return result if result.ndim else result[()]

    def _unknown(self, place: int, function: Any, args: Any, kwargs: Any) -> Any:
        """Anything else; it may call the program's functions, and change arrays."""
        result = self.tracer.enter(place, function, args, kwargs)
        name = getattr(function, "__name__", type(function).__name__)
        call = Call(self.tracer, place, function, str(name), args, kwargs, result)
        try:
            check_unchanged(call, args)
            if type(result) in SCALARS or is_a(result, (np.ndarray, tuple)):
                return call.opaque()
        except Exception:
            return result
        return result
