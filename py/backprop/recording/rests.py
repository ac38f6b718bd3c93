"""Rests in a program: before a line that may take long, what was recorded until then is handed over, for the reader may
stop it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import count

from backprop.recording.hooks import REACHED, REST
from backprop.recording.note_code import call, placed_at
from backprop.syntax_tree import walk

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_HEADS = ("value", "test", "iter", "subject", "items", "exc", "targets")  # what a statement computes itself


def is_rest(statement: ast.stmt) -> bool:
    """True for a rest, which is no statement of the program."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(value, ast.BoolOp):
        value = value.values[-1]
    hook = value.func if isinstance(value, ast.Call) else None
    return isinstance(hook, ast.Constant) and hook.value == REST


def with_rests(body: list[ast.stmt]) -> list[ast.stmt]:
    """A block with a rest before each statement that may take long."""
    found: list[ast.stmt] = []
    for statement in body:
        if _may_take_long(statement):
            found += _rest(statement)
        found.append(statement)
    return found


def _rest(statement: ast.stmt, place: int | None = None) -> list[ast.stmt]:
    """A rest for a statement: `REST()`, or with a place `place in REACHED or REST(place)`, which costs next to nothing once
    the program has been there."""
    if place is None:
        return placed_at(statement, ast.Expr(call(REST)))
    is_reached = ast.Compare(ast.Constant(place), [ast.In()], [ast.Constant(REACHED)])
    return placed_at(statement, ast.Expr(ast.BoolOp(ast.Or(), [is_reached, call(REST, ast.Constant(place))])))


def _may_take_long(statement: ast.stmt) -> bool:
    """Its own expressions call something, or have a power or a product of matrices. Blocks within it do not count."""
    heads = [getattr(statement, name, None) for name in _HEADS]
    nodes = [node for head in heads for node in (head if isinstance(head, list) else [head])]
    return any(
        isinstance(part, ast.Call)
        or (isinstance(part, ast.BinOp) and isinstance(part.op, ast.Pow | ast.MatMult))
        for node in nodes
        if isinstance(node, ast.AST)
        for part in walk(node)
    )


def program_with_rests(body: list[ast.stmt]) -> list[ast.stmt]:
    """A program's statements with rests, also within its blocks."""
    _add_first_rests(body)
    return with_rests(body)


# --- where a program comes for the first time ---


def _add_first_rests(body: list[ast.stmt]) -> None:
    """Put a rest, for the first time alone that it is reached, where a long line may follow in the middle of a training:
    before what only a branch does, as `if epoch == 500: draw()`, and before what stands behind a loop in the same block."""
    numbers = count()
    looping = _functions_with_loops(body)
    for block in _blocks(body):
        is_branch, statements = block
        due = is_branch
        found: list[ast.stmt] = []
        for statement in statements:
            if due and _may_take_long(statement) and not _is_print(statement):
                found += _rest(statement, next(numbers))
                due = False
            found.append(statement)
            due = due or isinstance(statement, _LOOPS) or bool(_called(statement) & looping)
        statements[:] = found


def _is_print(statement: ast.stmt) -> bool:
    """print('now'): short, and what it prints is to be handed over by the rest behind it."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=args)):
            return not any(isinstance(part, ast.Call) for one in args for part in walk(one))
    return False


def _blocks(body: list[ast.stmt]) -> list[tuple[bool, list[ast.stmt]]]:
    """All blocks within the program's statements, each with whether only a condition leads there."""
    found: list[tuple[bool, list[ast.stmt]]] = []
    for node in (part for statement in body for part in walk(statement)):
        is_branch = isinstance(node, (ast.If, ast.ExceptHandler, ast.match_case))
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            is_elif = (
                name == "orelse"
                and isinstance(block, list)
                and len(block) == 1
                and isinstance(block[0], ast.If)
            )
            if isinstance(block, list) and block and not is_elif:
                found.append((is_branch, block))
    return found


def _functions_with_loops(body: list[ast.stmt]) -> set[str]:
    """The names of the program's functions that have a loop, themselves or in what they call."""
    functions = [part for statement in body for part in walk(statement) if isinstance(part, _FUNCTIONS)]
    names = {one.name for one in functions if any(isinstance(part, _LOOPS) for part in walk(one))}
    while more := {one.name for one in functions if _called(one) & names} - names:
        names |= more
    return names


def _called(node: ast.AST) -> set[str]:
    return set(_names_called(node))


def _names_called(node: ast.AST) -> Iterator[str]:
    for part in walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
            yield part.func.id
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            yield part.func.attr
