"""The tolerance with which two numbers agree, from the type of the program's own numbers.

A program in float32 rounds each number to 7 digits, so its deltas and changes cannot agree to 16 digits with ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

_LEAST = 3  # numbers by which a type is recognised
_SHORT = 6  # decimal places: shorter numbers, as 0.25, are exact in every type


@dataclass(frozen=True)
class Tolerance:
    """The largest difference between two numbers that agree: relative to themselves, and to the largest of their kind.

    `rounding` is the part of a weight below which its change is not known, `name` the type, `digits` its digits. All are
    dimensionless.
    """

    relative: float = 1e-6
    of_largest: float = 1e-8
    rounding: float = 1e-14
    name: str = "float64"
    digits: int = 16


DOUBLE = Tolerance()
_SHORTER = (
    (np.float16, Tolerance(5e-2, 1e-2, 2e-3, "float16", 3)),
    (np.float32, Tolerance(2e-3, 2e-4, 1e-6, "float32", 7)),
)


def tolerance_of(values: Any) -> Tolerance:
    """The tolerance for numbers such as these: all of a shorter type are recognised by their binary digits.

    >>> tolerance_of(np.array([0.1, 0.2, 0.3], np.float32)).name
    'float32'
    """
    numbers = np.ravel(np.asarray(values, np.float64))
    telling = numbers[np.isfinite(numbers) & (numbers != np.round(numbers, _SHORT))]
    if telling.size >= _LEAST:
        with np.errstate(over="ignore"):  # 1e300 is no float32
            for kind, tolerance in _SHORTER:
                if (telling == telling.astype(kind)).all():
                    return tolerance
    return DOUBLE


def rounding_of(values: Any) -> float:
    """The relative rounding of the shorter type that all of these numbers are of, as 1.2e-7 for float32; 0 for doubles."""
    tolerance = tolerance_of(values)
    return float(np.finfo(tolerance.name).eps) if tolerance is not DOUBLE else 0.0
