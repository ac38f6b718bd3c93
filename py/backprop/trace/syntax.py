"""Questions about a piece of a program's syntax tree."""

from __future__ import annotations

import ast
from typing import Any

from backprop.syntax_tree import walk
from backprop.trace.scalars import COMPARISONS
from backprop.trace.tape import Place

_INDEX_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod)


def visited(visitor: ast.NodeTransformer, body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements that a transformer puts in the place of a block's."""
    made: list[ast.stmt] = []
    for statement in body:
        new = visitor.visit(statement)
        made += new if isinstance(new, list) else [new]
    return made


def number_in(node: ast.expr) -> int | float | None:
    """The number that is written there, if it is one: 1, 0.5, -2."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = number_in(node.operand)
        return None if value is None or isinstance(node.operand, ast.UnaryOp) else -value
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value  # type: ignore[return-value]
    return None


def is_comparison(node: ast.Compare) -> bool:
    """True if it is one comparison, of two values."""
    return len(node.ops) == 1 and type(node.ops[0]).__name__ in COMPARISONS


def has_comparison(node: ast.expr) -> bool:
    """True if there is a comparison of two values in it."""
    return any(isinstance(part, ast.Compare) and is_comparison(part) for part in walk(node))


def is_singleton(node: ast.expr) -> bool:
    """True if it is a constant that is no number: None, True, a text."""
    return isinstance(node, ast.Constant) and type(node.value) not in (int, float)


def is_text(node: ast.expr) -> bool:
    """True if it is written as a text."""
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def is_main_guard(node: ast.expr) -> bool:
    """True if it is the test for `__main__`."""
    return isinstance(node, ast.Compare) and isinstance(node.left, ast.Name) and node.left.id == "__name__"


def is_position(node: ast.expr) -> bool:
    """A position computed of names and whole numbers: i, i + 1, -1."""
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub) and is_position(node.operand)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, _INDEX_OPERATORS) and is_position(node.left) and is_position(node.right)
    return isinstance(node, (ast.Name, ast.Constant))


def pattern_of(target: ast.expr) -> Any:
    """The shape of a target that unpacks: (None, (None, None)) for `i, (x, y)`; None if it is a single one."""
    if isinstance(target, (ast.Tuple, ast.List)):
        if any(isinstance(element, ast.Starred) for element in target.elts):
            return (None,)
        return tuple(pattern_of(element) for element in target.elts)
    return None


def place_of(node: ast.expr | ast.stmt) -> Place:
    """The stretch of source that a node stands for."""
    return Place(node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or 0)


def loops_of(tree: ast.Module) -> dict[Place, ast.stmt]:
    """The `for` loops by the places of their iterables, and the `while` loops by their own."""
    found: dict[Place, ast.stmt] = {}
    for node in walk(tree):
        if isinstance(node, ast.For):
            found[place_of(node.iter)] = node
        elif isinstance(node, ast.While):
            found[place_of(node)] = node
    return found
