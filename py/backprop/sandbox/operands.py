"""The arrays that an operation failed on, with their shapes: `X @ W1` with X of (4, 3) and W1 of (4, 2).

Only what can be looked up is read: names, attributes that are stored, items with a plain index, `.T` of an array.
Nothing of the program is run again.
"""

from __future__ import annotations

import ast
import linecache
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import add, mul, sub
from types import ModuleType
from typing import Any

import numpy as np

from backprop.sandbox.tracebacks import last_entry

_NUMBERS = (int, float)
_SUMS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {ast.Add: add, ast.Sub: sub, ast.Mult: mul}
_OPERATIONS = ("dot", "matmul", "add", "subtract", "multiply", "divide")


def operands_of(error: BaseException, file: str) -> tuple[dict[str, Any], ...]:
    """The operands of the operation that raised a ValueError on a line of the file: each array, as `text` and `shape`."""
    failed = failed_operation(error, file) if isinstance(error, ValueError) else None
    if failed is None:
        return ()
    arrays = [(node, failed.value(node)) for node in _operands(failed.node)]
    return tuple(
        {"text": ast.unparse(node), "shape": list(array.shape)}
        for node, array in arrays
        if issubclass(type(array), np.ndarray)
    )


@dataclass(frozen=True)
class Failed:
    """The operation that raised an exception: an expression, or a statement as `x += y`."""

    node: ast.AST
    names: Mapping[str, Any]
    """The variables there."""

    def value(self, node: ast.expr) -> Any:
        """The value of an expression in the frame, if it can be looked up; else None."""
        return _value(node, self.names)


def failed_operation(error: BaseException, file: str) -> Failed | None:
    """The operation on a line of the file that raised an exception; None if it cannot be read alone."""
    trace = last_entry(error.__traceback__, file)
    if trace is None:
        return None
    statement = _segment(traceback.extract_tb(trace, 1)[0], file)
    node = statement.value if isinstance(statement, (ast.Expr, ast.Assign)) else statement
    return Failed(node, {**trace.tb_frame.f_globals, **trace.tb_frame.f_locals}) if node else None


def _segment(summary: traceback.FrameSummary, file: str) -> ast.stmt | None:
    """The operation that failed, read again from the text; None if it cannot be read alone."""
    if None in (summary.lineno, summary.end_lineno, summary.colno, summary.end_colno):
        return None
    lines = [line.encode() for line in linecache.getlines(file)[summary.lineno - 1 : summary.end_lineno]]  # type: ignore[operator]
    if not lines:
        return None
    lines[-1] = lines[-1][: summary.end_colno]
    lines[0] = lines[0][summary.colno :]
    try:
        return ast.parse(b"(" + b" ".join(line.strip() for line in lines) + b")").body[0]
    except SyntaxError:
        pass
    try:
        return ast.parse(b" ".join(line.strip() for line in lines)).body[0]
    except (SyntaxError, IndexError):
        return None


def _operands(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.AugAssign):
        return [node.target, node.value]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _OPERATIONS:
        return [node.func.value, *node.args]
    return []


def _value(node: ast.expr, namespace: Mapping[str, Any]) -> Any:
    """The value of a plain expression, read from the namespace; None for any other expression."""
    if isinstance(node, ast.Name):
        return namespace.get(node.id)
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _value(node.operand, namespace)
        return -value if type(value) in _NUMBERS else None
    if isinstance(node, ast.BinOp) and type(node.op) in _SUMS:
        left, right = _value(node.left, namespace), _value(node.right, namespace)
        plain = type(left) in _NUMBERS and type(right) in _NUMBERS
        return _SUMS[type(node.op)](left, right) if plain else None
    if isinstance(node, ast.Attribute):
        return _attribute(_value(node.value, namespace), node.attr)
    if isinstance(node, ast.Subscript):
        whole, index = _value(node.value, namespace), _value(node.slice, namespace)
        if type(whole) in (list, tuple, dict, np.ndarray) and type(index) in (int, str):
            try:
                return whole[index]
            except (LookupError, TypeError):
                return None
    return None


def _attribute(whole: Any, name: str) -> Any:
    if type(whole) is np.ndarray:
        return whole.T if name == "T" else None
    if whole is None or type(whole) is ModuleType:
        return None
    return attributes_of(whole).get(name)


def attributes_of(value: Any) -> Mapping[str, Any]:
    """The attributes that an object has itself; nothing of its class is called for them."""
    try:
        found: Mapping[str, Any] = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}
    return found
