"""Operators between any two values, and Python's own functions of numbers."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from backprop.trace.identity import SCALARS, is_number, is_own_number, number_of
from backprop.trace.products import matrix_product
from backprop.trace.tracer import Tracer
from backprop.trace.whole import WholeNumber, is_a, plain

Operator = Callable[[int, Any, Any], Any]

# The operators by the names of their nodes in the syntax tree: NumPy's name, Python's function, the one in place.
OPERATORS: dict[str, tuple[str, Callable[[Any, Any], Any], Callable[[Any, Any], Any]]] = {
    "Add": ("add", operator.add, operator.iadd),
    "Sub": ("subtract", operator.sub, operator.isub),
    "Mult": ("multiply", operator.mul, operator.imul),
    "Div": ("divide", operator.truediv, operator.itruediv),
    "Pow": ("power", operator.pow, operator.ipow),
    "Mod": ("remainder", operator.mod, operator.imod),
    "FloorDiv": ("floor_divide", operator.floordiv, operator.ifloordiv),
    "MatMult": ("matmul", operator.matmul, operator.imatmul),
    "BitAnd": ("bitwise_and", operator.and_, operator.iand),
    "BitOr": ("bitwise_or", operator.or_, operator.ior),
    "BitXor": ("bitwise_xor", operator.xor, operator.ixor),
    "LShift": ("left_shift", operator.lshift, operator.ilshift),
    "RShift": ("right_shift", operator.rshift, operator.irshift),
}
COMPARISONS: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "Lt": ("less", operator.lt),
    "LtE": ("less_equal", operator.le),
    "Gt": ("greater", operator.gt),
    "GtE": ("greater_equal", operator.ge),
    "Eq": ("equal", operator.eq),
    "NotEq": ("not_equal", operator.ne),
}
UNARY: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "USub": ("negative", operator.neg),
    "UAdd": ("positive", operator.pos),
    "Invert": ("invert", operator.invert),
}

_UNCOUNTED = frozenset({int, bool})
"""Between these nothing is recorded: sizes, positions, counters."""
_BUILT_IN = (str, bytes, list, tuple, dict, set, frozenset, complex, type(None))


def binary(tracer: Tracer, operation: str, function: Callable[[Any, Any], Any]) -> Operator:
    """The hook for an operator between two values."""
    ids, kept, builder = tracer.identity.ids, tracer.identity.kept, tracer.builder
    of = tracer.identity.of_scalar

    def hook(place: int, left: Any, right: Any) -> Any:
        one, other = type(left), type(right)
        if one not in SCALARS or other not in SCALARS:
            return of_any(tracer, operation, function, place, left, right)
        result = function(plain(left), plain(right)) if one is not other else function(left, right)
        if one in _UNCOUNTED and other in _UNCOUNTED and type(result) in _UNCOUNTED:
            return result
        if type(result) not in SCALARS:
            return tracer.not_followed(place, result)  # (-8.0) ** 0.5 is complex
        a = ids.get(id(left), -1)
        b = ids.get(id(right), -1)
        if a < 0:
            a = of(left, place, 0)
        if b < 0:
            b = of(right, place, 1)
        number = builder.scalar(operation, place, result, (a, b))
        if type(result) is float and id(result) not in ids:
            ids[id(result)] = number
            kept.append(result)
            return result
        return tracer.computed(result, number)

    return hook


def of_any(
    tracer: Tracer, operation: str, function: Callable[[Any, Any], Any], place: int, left: Any, right: Any
) -> Any:
    """An operator of which at least one operand is no single number."""
    arrays = is_a(left, np.ndarray) or is_a(right, np.ndarray)
    if complex in (type(left), type(right)) and all(
        is_a(operand, (np.ndarray, complex)) or type(operand) in SCALARS for operand in (left, right)
    ):
        return tracer.not_followed(place, function(plain(left), plain(right)))
    if not arrays:
        if is_a(left, _BUILT_IN) or is_a(right, _BUILT_IN):
            result = function(plain(left), plain(right))
            return _separate(tracer, result) if operation == "multiply" else result
        return of_own(tracer, operation, function, place, (left, right))
    if not all(
        is_a(operand, (np.ndarray, list, tuple)) or type(operand) in SCALARS for operand in (left, right)
    ):
        return of_own(tracer, operation, function, place, (left, right))
    result = function(plain(left), plain(right))
    matrices = is_a(left, np.matrix) or is_a(right, np.matrix)
    if operation == "matmul" or (operation == "multiply" and matrices):
        return tracer.noted(
            place, result, lambda: matrix_product(tracer, place, result, left, right), (left, right)
        )
    if operation == "power" and matrices:
        return tracer.opaque("matrix_power", place, result, (left, right))
    return tracer.noted(
        place, result, lambda: tracer.elementwise(operation, place, result, (left, right)), (left, right)
    )


def of_own(
    tracer: Tracer, operation: str, function: Callable[..., Any], place: int, operands: tuple[Any, ...]
) -> Any:
    """An operation of which an operand is an object of the program, which may do what it likes.

    Of a number of a class of the program's own (`class Rate(float)`) the operation is known if it gives what Python's
    numbers give.
    """
    if not any(map(is_own_number, operands)) or not all(map(is_number, operands)):
        return tracer.not_followed(place, tracer.enter(place, function, operands))
    # Copies, since an operation in place changes the first operand, and its ids.
    ids = [np.array(tracer.identity.of(one, place, side)) for side, one in enumerate(operands)]
    numbers = [one.copy() if is_a(one, np.ndarray) else number_of(one) for one in operands]
    result = tracer.enter(place, function, operands)
    if tracer.identity.knows(result) and result is not operands[0]:
        return result  # the program's method gave a number that is known
    try:
        with np.errstate(all="ignore"):
            expected = function(*numbers)
        same = is_number(result) and np.array_equal(_plain_of(result), expected, equal_nan=True)
    except Exception:
        return result
    if not same:
        return result
    if is_own_number(result):
        return tracer.computed(
            result, tracer.builder.scalar(operation, place, number_of(result), tuple(map(int, ids)))
        )
    return tracer.elementwise_of(operation, place, result, ids)


def _plain_of(value: Any) -> Any:
    return value if is_a(value, np.ndarray) else number_of(value)


def _separate(tracer: Tracer, cells: Any) -> Any:
    """`[0.0] * 3` is three numbers: each gets an identity of its own, unless it was computed."""
    if type(cells) not in (list, tuple):
        return cells
    return (
        type(cells)(_separated(tracer, cell) for cell in cells)
        if type(cells) is tuple
        else _in_place(tracer, cells)
    )


def _in_place(tracer: Tracer, cells: list[Any]) -> list[Any]:
    cells[:] = [_separated(tracer, cell) for cell in cells]
    return cells


def _separated(tracer: Tracer, cell: Any) -> Any:
    identity = tracer.identity
    number = identity.ids.get(id(cell)) if type(cell) in (float, WholeNumber) else None
    return cell if number is None or number >= 0 else identity.wait(cell, *identity.pending[~number])


def comparison(tracer: Tracer, operation: str, function: Callable[[Any, Any], Any]) -> Operator:
    """The hook for a comparison: of single numbers its id is a condition of the test that it stands in."""
    of = tracer.identity.of_scalar

    def hook(place: int, left: Any, right: Any) -> Any:
        one, other = type(left), type(right)
        if one in SCALARS and other in SCALARS:
            result = function(left, right)
            if not (one in _UNCOUNTED and other in _UNCOUNTED):
                operands = of(left, place, 0), of(right, place, 1)
                tracer.compared(tracer.builder.scalar(operation, place, result, operands))
            return result
        if is_a(left, np.ndarray) or is_a(right, np.ndarray):
            return of_any(tracer, operation, function, place, left, right)
        return function(left, right)

    return hook


def compared_number(tracer: Tracer, hook: Operator) -> Operator:
    """A comparison used as a number, as in `(x > 0) * 1.0`: its truth value, with an identity."""

    def number(place: int, left: Any, right: Any) -> Any:
        before = tracer.conditions
        tracer.conditions = []
        try:
            result = hook(place, left, right)
            found = tracer.conditions
        finally:
            tracer.conditions = before
        if type(result) is bool and found:
            return tracer.identity.keep(WholeNumber(result), found[-1])
        return result

    return number


def unary(tracer: Tracer, operation: str, function: Callable[[Any], Any]) -> Callable[[int, Any], Any]:
    """The hook for `-x`, `+x` and `~x`."""

    def hook(place: int, value: Any) -> Any:
        kind = type(value)
        if kind in _UNCOUNTED or is_a(value, _BUILT_IN):
            return function(value)
        if kind not in SCALARS and not is_a(value, np.ndarray):
            return of_own(tracer, operation, function, place, (value,))
        result = function(plain(value))
        return tracer.elementwise(operation, place, result, (value,))

    return hook


# --- functions ---

_MATH_NAMES = {
    "pow": "power",
    "fabs": "absolute",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "atan2": "arctan2",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
}
_MATH_OF_SEVERAL = frozenset(
    (
        "dist",
        "hypot",
        "sumprod",
        "gcd",
        "lcm",
        "comb",
        "perm",
        "factorial",
        "isqrt",
        "ldexp",
        "isclose",
        "nextafter",
    )
)


def of_math(tracer: Tracer, place: int, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """A function of the module `math`."""
    name = function.__name__
    if name in ("fsum", "prod", "dist", "hypot", "sumprod") or kwargs:
        args = [list(arg) if not is_a(arg, (list, tuple)) and np.iterable(arg) else arg for arg in args]
    result = function(*map(plain, args), **kwargs)
    if type(result) not in SCALARS:
        return result
    if name in ("fsum", "prod") and not kwargs:
        return tracer.listed({"fsum": "sum"}.get(name, name), place, result, args[0])
    if all(type(arg) in _UNCOUNTED for arg in args) and type(result) in _UNCOUNTED:
        return result
    if name in _MATH_OF_SEVERAL or kwargs or (name == "log" and len(args) == 2):
        return tracer.opaque(name, place, result, args)
    return tracer.elementwise(_MATH_NAMES.get(name, name), place, result, args)


def of_number(tracer: Tracer, place: int, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """abs(x), pow(x, y), round(x, digits)."""
    if not args or kwargs or not all(type(arg) in SCALARS or is_a(arg, np.ndarray) for arg in args):
        return tracer.enter(place, function, args, kwargs)
    result = function(*map(plain, args))
    if all(type(arg) in _UNCOUNTED for arg in args):
        return result
    if function is round:
        return tracer.elementwise("round", place, result, args[:1])
    return tracer.elementwise({"abs": "absolute", "pow": "power"}[function.__name__], place, result, args)


def conversion(tracer: Tracer, place: int, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """float(x), int(x), np.float64(x): the same number, or one that was cut off."""
    if len(args) != 1 or kwargs:
        return tracer.source("data", place, function(*args, **kwargs))
    value = args[0]
    if type(value) in (bool, np.bool_):
        return _truth_value(tracer, function(value))
    if type(value) not in SCALARS and not is_a(value, np.ndarray):
        result = tracer.enter(place, function, args)
        if tracer.identity.knows(result):
            return result
        if is_own_number(value) and type(result) in SCALARS and result == number_of(value):
            return tracer.identity.keep(result, tracer.identity.of_scalar(value, place))
        return tracer.source("data", place, result)
    result = function(plain(value))
    ids = tracer.identity.of(value, place) if type(value) is not int else None
    if ids is None or type(result) in (bool, np.bool_):
        return result
    if is_a(result, np.ndarray):
        return tracer.moved(place, result, ids.reshape(result.shape))
    number = int(ids.reshape(-1)[0])
    if result == value or result != result:
        return tracer.identity.keep(result, number)
    operation = "trunc" if is_a(result, (int, np.integer)) else "astype"
    return tracer.computed(result, tracer.builder.scalar(operation, place, result, (number,)))


def _truth_value(tracer: Tracer, result: Any) -> Any:
    """`float(x > 0)`: the number that the comparison gave, if that was the last thing computed."""
    conditions = tracer.conditions
    if (
        conditions
        and conditions[-1] == len(tracer.builder.values) - 1
        and type(result) not in (bool, np.bool_)
    ):
        return tracer.identity.keep(result, conditions[-1])
    return result


def is_math(function: Any) -> bool:
    """True if it is a function of the module `math`."""
    return getattr(function, "__self__", None) is math
