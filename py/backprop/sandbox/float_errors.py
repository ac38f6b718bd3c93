"""Floating-point errors: can NumPy report an overflow or a division by 0 here, and which line of a program asks for that?

WebAssembly has no flags for them: in the page `np.seterr(all="raise")` has no effect, and the page has to say so.
"""

from __future__ import annotations

import ast
from functools import cache

import numpy as np

from backprop.sandbox.written_out import parsed
from backprop.syntax_tree import walk

_ASKING = ("seterr", "errstate")
_WAYS = ("raise", "warn", "call", "print", "log")


def asked_for(source: str) -> int | None:
    """The line of the first call in a program that asks NumPy to tell of them; None if there is none.

    >>> asked_for("import numpy as np\\nnp.seterr(all='raise')")
    2
    """
    try:
        tree = parsed(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    lines = [
        node.lineno
        for node in walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in _ASKING
        and any(isinstance(part, ast.Constant) and part.value in _WAYS for part in walk(node))
    ]
    return min(lines, default=None)


@cache
def are_told() -> bool:
    """True if NumPy tells of a division by 0 when it is asked to."""
    try:
        with np.errstate(divide="raise"):
            np.ones(1) / np.zeros(1)
    except FloatingPointError:
        return True
    return False
