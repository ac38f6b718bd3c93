"""Squares of gradients in a change, and roots over them.

v = 0.999 * v + 0.001 * g * g
W -= rate * m / (np.sqrt(v) + 1e-8)                     # Adam
W -= rate * g / np.sqrt(sum((g ** 2).sum() for g in grads))
"""

from __future__ import annotations

import numpy as np

from backprop.analyse.judging.evidence import Evidence
from backprop.trace.tape import Event, Kind

_MOST_PARTS = 400  # of a change that are looked at
_FEW = 4  # operations before a factor of a square: (0.001 * g) * g


def has_root(evidence: Evidence, after: int) -> bool:
    """True if a square root of squares is taken in a change, or a length."""
    tape = evidence.tape
    parts = evidence.ancestors(after, _MOST_PARTS, elementwise=True)
    roots = [id for id in parts if is_root(evidence, tape.event(id))]
    return any(tape.event(id).operation == "norm" or _is_of_squares(evidence, id) for id in roots)


def is_root(evidence: Evidence, event: Event) -> bool:
    """True for square roots, and lengths."""
    is_half = event.operation == "power" and (np.abs(evidence.values[event.operands[1]]) == 0.5).all()
    return bool(is_half) or event.operation in ("sqrt", "norm")


def holds_square(evidence: Evidence, id: int) -> bool:
    """True if a number is computed, element by element, from a square of a gradient."""
    parts = evidence.ancestors(id, _MOST_PARTS, elementwise=True, without=evidence.cut)
    return any(_is_square(evidence, one) for one in parts)


def _is_of_squares(evidence: Evidence, root: int) -> bool:
    """True if a root is taken of a square, of what is made of one element by element, or of sums of squares."""
    under = evidence.tape.operands(root)[0]
    parts = evidence.ancestors(under, _MOST_PARTS, elementwise=True, without=evidence.cut)
    return any(_is_square(evidence, one) or _adds_squares(evidence, one) for one in parts)


def _adds_squares(evidence: Evidence, id: int) -> bool:
    """True for the sum of squares that stand in it, or of such sums: `(g ** 2).sum()`."""
    while evidence.tape.event(id).kind is Kind.REDUCTION:
        id = evidence.tape.operands(id)[0]
        if _is_square(evidence, id):
            return True
    return False


def _is_square(evidence: Evidence, id: int) -> bool:
    """True for g * g, g ** 2, g @ g, where g is a gradient or what is made of one."""
    event, operands = evidence.tape.event(id), evidence.tape.operands(id)
    if event.kind is Kind.PRODUCT:
        half = len(operands) // 2
        return operands[:half] == operands[half:]
    if event.operation == "multiply":
        first, second = (set(evidence.ancestors(part, _FEW, elementwise=True)) for part in operands)
        is_square = any(evidence.varies[part] for part in first & second)
    else:
        is_power = event.operation == "power" and bool(evidence.values[operands[1]] == 2)
        is_square = is_power or event.operation == "square"
    return is_square and bool(evidence.varies[operands].any())
