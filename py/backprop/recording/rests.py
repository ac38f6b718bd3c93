"""Rests in a program: before a line that may take long, what was recorded until then is handed over, for the reader may
stop it."""

from __future__ import annotations

import ast
from collections.abc import Callable

from backprop.recording.hooks import REST
from backprop.recording.note_code import call, placed_at

_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)
_HARMLESS = (*_SIMPLE, ast.Import, ast.ImportFrom, ast.Pass)


def is_rest(statement: ast.stmt) -> bool:
    """True for a rest, which is no statement of the program."""
    hook = (
        statement.value.func
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
        else None
    )
    return isinstance(hook, ast.Constant) and hook.value == REST


def with_rests(body: list[ast.stmt], is_tail: bool = False) -> list[ast.stmt]:
    """A block with a rest before each statement that calls something. `is_tail` says that nothing is trained any more."""
    found: list[ast.stmt] = []
    for statement in body:
        if isinstance(statement, _SIMPLE) and any(isinstance(part, ast.Call) for part in ast.walk(statement)):
            found += placed_at(statement, ast.Expr(call(REST, ast.Constant(is_tail))))
        found.append(statement)
    return found


def program_with_rests(body: list[ast.stmt], may_train: Callable[[ast.stmt], bool]) -> list[ast.stmt]:
    """A program's statements with rests. Behind the last loop and the last call of a function of its own, in which it
    `may_train`, is its tail."""
    tail = len(body)
    while tail and isinstance(body[tail - 1], _HARMLESS) and not may_train(body[tail - 1]):
        tail -= 1
    return [*with_rests(body[:tail]), *with_rests(body[tail:], is_tail=True)]
