"""The partial derivatives of each operation that a tape knows, by NumPy's name of it.

    partials("multiply", [x, y], x * y)  ->  [y, x]

Steps (comparisons, rounding, signs) have the derivative 0 wherever they have one. At a kink a subgradient is taken:
the middle one (0 of |x| at 0; equal shares of equal operands for `maximum` and `minimum`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Partials = Callable[[Sequence[Any], Any], Sequence[Any]]
"""From the values of the operands and of the result: of each operand the partial derivative; None for 0."""

STEPS = frozenset(
    [
        "all",
        "any",
        "argmax",
        "argmin",
        "argsort",
        "bitwise_and",
        "bitwise_or",
        "bitwise_xor",
        "ceil",
        "count_nonzero",
        "equal",
        "fix",
        "floor",
        "floor_divide",
        "gcd",
        "greater",
        "greater_equal",
        "heaviside",
        "invert",
        "isclose",
        "isfinite",
        "isinf",
        "isnan",
        "lcm",
        "left_shift",
        "less",
        "less_equal",
        "logical_and",
        "logical_not",
        "logical_or",
        "logical_xor",
        "not_equal",
        "right_shift",
        "rint",
        "round",
        "sign",
        "signbit",
        "trunc",
    ]
)
"""The operations whose derivative is 0 wherever they have one."""

_LN2, _LN10 = np.log(2.0), np.log(10.0)


def _power(x: Sequence[Any], y: Any) -> Sequence[Any]:
    base, exponent = x
    of_base = np.where(exponent == 0, 0.0, exponent * np.power(base, exponent - 1))
    return of_base, np.where(base > 0, y * np.log(np.where(base > 0, base, 1.0)), 0.0)


def _largest(x: Sequence[Any], y: Any) -> Sequence[Any]:
    reached = [one == y for one in x]
    return [one / np.maximum(np.sum(reached, axis=0), 1) for one in reached]


def _where(x: Sequence[Any], y: Any) -> Sequence[Any]:
    chosen = x[0] != 0
    return None, chosen * 1.0, ~chosen * 1.0


def _clip(x: Sequence[Any], y: Any) -> Sequence[Any]:
    value, low, high = x
    return (low <= value) & (value <= high), value < low, value > high


def _arctan2(x: Sequence[Any], y: Any) -> Sequence[Any]:
    square = x[0] ** 2 + x[1] ** 2
    return x[1] / square, -x[0] / square


def _divide(x: Sequence[Any], y: Any) -> Sequence[Any]:
    return 1 / x[1], -y / x[1]


ELEMENTWISE: dict[str, Partials] = {
    "add": lambda x, y: (1.0, 1.0),
    "subtract": lambda x, y: (1.0, -1.0),
    "multiply": lambda x, y: (x[1], x[0]),
    "divide": _divide,
    "true_divide": _divide,
    "power": _power,
    "float_power": _power,
    "negative": lambda x, y: (-1.0,),
    "positive": lambda x, y: (1.0,),
    "astype": lambda x, y: (1.0,),
    "conjugate": lambda x, y: (1.0,),
    "exp": lambda x, y: (y,),
    "exp2": lambda x, y: (y * _LN2,),
    "expm1": lambda x, y: (y + 1,),
    "log": lambda x, y: (1 / x[0],),
    "log2": lambda x, y: (1 / (x[0] * _LN2),),
    "log10": lambda x, y: (1 / (x[0] * _LN10),),
    "log1p": lambda x, y: (1 / (1 + x[0]),),
    "sqrt": lambda x, y: (0.5 / y,),
    "cbrt": lambda x, y: (1 / (3 * y**2),),
    "square": lambda x, y: (2 * x[0],),
    "reciprocal": lambda x, y: (-y * y,),
    "sin": lambda x, y: (np.cos(x[0]),),
    "cos": lambda x, y: (-np.sin(x[0]),),
    "tan": lambda x, y: (1 + y * y,),
    "sinh": lambda x, y: (np.cosh(x[0]),),
    "cosh": lambda x, y: (np.sinh(x[0]),),
    "tanh": lambda x, y: (1 - y * y,),
    "arcsin": lambda x, y: (1 / np.sqrt(1 - x[0] ** 2),),
    "arccos": lambda x, y: (-1 / np.sqrt(1 - x[0] ** 2),),
    "arctan": lambda x, y: (1 / (1 + x[0] ** 2),),
    "arcsinh": lambda x, y: (1 / np.sqrt(x[0] ** 2 + 1),),
    "arccosh": lambda x, y: (1 / np.sqrt(x[0] ** 2 - 1),),
    "arctanh": lambda x, y: (1 / (1 - x[0] ** 2),),
    "absolute": lambda x, y: (np.sign(x[0]),),
    "fabs": lambda x, y: (np.sign(x[0]),),
    "expit": lambda x, y: (y * (1 - y),),
    "erf": lambda x, y: (2 / np.sqrt(np.pi) * np.exp(-(x[0] ** 2)),),
    "erfc": lambda x, y: (-2 / np.sqrt(np.pi) * np.exp(-(x[0] ** 2)),),
    "radians": lambda x, y: (np.pi / 180,),
    "deg2rad": lambda x, y: (np.pi / 180,),
    "degrees": lambda x, y: (180 / np.pi,),
    "rad2deg": lambda x, y: (180 / np.pi,),
    "nan_to_num": lambda x, y: (np.isfinite(x[0]),),
    "maximum": _largest,
    "minimum": _largest,
    "fmax": _largest,
    "fmin": _largest,
    "where": _where,
    "select": lambda x, y: (1.0, *[None] * (len(x) - 1)),
    "clip": _clip,
    "arctan2": _arctan2,
    "hypot": lambda x, y: (x[0] / y, x[1] / y),
    "logaddexp": lambda x, y: (np.exp(x[0] - y), np.exp(x[1] - y)),
    "logaddexp2": lambda x, y: (np.exp2(x[0] - y), np.exp2(x[1] - y)),
    "copysign": lambda x, y: (np.where(x[0] != 0, np.sign(x[0]) * np.sign(y), 0.0), None),
    "remainder": lambda x, y: (1.0, -np.floor(x[0] / x[1])),
    "mod": lambda x, y: (1.0, -np.floor(x[0] / x[1])),
    "fmod": lambda x, y: (1.0, -np.trunc(x[0] / x[1])),
}


def _product(x: Any, y: Any) -> Any:
    """The product of the other elements of its row, for each element; zeros among them do no harm."""
    ones = np.ones((len(x), 1))
    before = np.cumprod(np.hstack([ones, x[:, :-1]]), axis=1)
    after = np.cumprod(np.hstack([ones, x[:, :0:-1]]), axis=1)[:, ::-1]
    return before * after


def _variance(x: Any, y: Any) -> Any:
    return 2 * (x - x.mean(axis=1, keepdims=True)) / x.shape[1]


def _reached(x: Any, y: Any) -> Any:
    reached = x == y[:, None]
    return reached / np.maximum(reached.sum(axis=1, keepdims=True), 1)


REDUCTIONS: dict[str, Callable[[Any, Any], Any]] = {
    "sum": lambda x, y: np.ones(x.shape),
    "mean": lambda x, y: np.full(x.shape, 1 / x.shape[1]),
    "max": _reached,
    "min": _reached,
    "maximum": _reached,
    "minimum": _reached,
    "ptp": lambda x, y: _reached(x, x.max(axis=1)) - _reached(x, x.min(axis=1)),
    "prod": _product,
    "var": _variance,
    "std": lambda x, y: _variance(x, y) / (2 * y[:, None]),
    "norm": lambda x, y: x / y[:, None],
}
"""Of a table with one row a result: the partial derivative of each result with respect to its row."""

_KINKS: dict[str, Callable[[Sequence[Any], Any], Any]] = {
    "maximum": lambda x, y: x[0] == x[-1],
    "minimum": lambda x, y: x[0] == x[-1],
    "absolute": lambda x, y: y == 0,
    "fabs": lambda x, y: y == 0,
    "clip": lambda x, y: (x[0] == x[1]) | (x[0] == x[2]),
}


def kink(operation: str, operands: Sequence[Any], result: Any) -> Any:
    """Flags: True where the operation has no derivative but a subgradient; None if it never has a kink."""
    test = _KINKS.get(operation)
    return None if test is None else test(operands, result)
