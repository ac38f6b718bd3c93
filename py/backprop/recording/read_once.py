"""Takes `net.w[k] += d` apart, so that its note asks nothing of the program's objects a second time.

    net.w[k] += d      becomes    ·owner = net.w
                                  ·index = k
                                  ·value = ·owner[·index]
                                  ·value += d
                                  ·owner[·index] = ·value

This is what Python does for `+=`, in its order, each part at its own place of the source. `net.w` may be a property, and
`__getitem__` a method of the program: each is called once.
"""

from __future__ import annotations

import ast
import copy
from typing import Any

import numpy as np

from backprop.recording.hooks import STANDS
from backprop.recording.note_code import as_value, call, load
from backprop.recording.notes import bare

OWNER, INDEX, VALUE = "·owner", "·index", "·value"


def stands(container: Any, index: Any, value: Any) -> Any:
    """The number that stands where `value` was put: an array may have converted it; other containers are not asked.

    >>> int(stands(np.array([2]), 0, 2.5)), stands([2.5], 0, 2.5)
    (2, 2.5)
    """
    return bare(container)[index] if issubclass(type(container), np.ndarray) else value


def read_once(node: ast.AugAssign) -> tuple[list[ast.stmt], ast.expr]:
    """An assignment to an item or an attribute in its parts, and an expression that reads what the target holds then."""
    target, parts = node.target, []
    now: ast.expr = load(VALUE)
    here: ast.Subscript | ast.Attribute
    if isinstance(target, ast.Subscript):
        parts = [(OWNER, target.value), (INDEX, as_value(target.slice))]
        here = ast.Subscript(load(OWNER), load(INDEX), ast.Load())
        now = call(STANDS, load(OWNER), load(INDEX), now)
    else:
        assert isinstance(target, ast.Attribute)
        parts = [(OWNER, target.value)]
        here = ast.Attribute(load(OWNER), target.attr, ast.Load())
    parts.append((VALUE, here))
    there = copy.copy(here)
    there.ctx = ast.Store()
    statements = [
        *(ast.Assign([ast.Name(name, ast.Store())], value) for name, value in parts),
        ast.AugAssign(ast.Name(VALUE, ast.Store()), node.op, node.value),
        ast.Assign([there], load(VALUE)),
    ]
    for made in (here, there):
        ast.copy_location(made, target)
    return [ast.copy_location(one, node) for one in statements], now
