"""A program as a tree, with the texts that it hands to `exec` and `eval` written out in their place.

    exec("w += g")      is read as      w += g

Only texts that stand in the program itself are written out, and only where they mean the same there: in a function,
`exec` cannot set a local variable.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, TypeVar

from backprop.sandbox.errors import FILE
from backprop.syntax_tree import walk

_RUNS_TEXT = ("exec", "eval")
_ENDS = (("lineno", "col_offset"), ("end_lineno", "end_col_offset"))
_Node = TypeVar("_Node", bound=ast.AST)


def parsed(source: str) -> ast.Module:
    """The tree of a program. Raises what `ast.parse` raises."""
    tree = ast.parse(source, FILE)
    if not any(name in source for name in _RUNS_TEXT):
        return tree
    written: ast.Module = _WritingOut(source).visit(tree)
    return written


def runs_unknown_text(source: str) -> bool:
    """True if a program runs text that it makes itself (`exec(make())`), which nobody can read before."""
    if not any(name in source for name in _RUNS_TEXT):
        return False
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _RUNS_TEXT
        for node in walk(parsed(source))
    )


class _WritingOut(ast.NodeTransformer):
    def __init__(self, source: str) -> None:
        self.lines = source.split("\n")
        self.depth = 0  # of functions and classes

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._inside(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._inside(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._inside(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return self._inside(node)

    def _inside(self, node: ast.AST) -> ast.AST:
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST | list[ast.stmt]:
        found = _text_of(node.value, "exec")
        if found is None:
            return self.generic_visit(node)
        text, place = found
        try:
            body = ast.parse(text).body
        except (SyntaxError, ValueError):
            return node
        if not body or (self.depth and any(map(_binds_a_name, body))):
            return node
        return [self._placed(statement, place) for statement in body]

    def visit_Call(self, node: ast.Call) -> ast.AST:
        found = _text_of(node, "eval")
        if found is None:
            return self.generic_visit(node)
        text, place = found
        try:
            return self._placed(ast.parse(text, mode="eval").body, place)
        except (SyntaxError, ValueError):
            return node

    def _placed(self, tree: _Node, text: ast.Constant) -> _Node:
        """The tree with each node at the place of its text in the program."""
        start = self.lines[text.lineno - 1].encode()[text.col_offset :].decode(errors="replace")
        prefix = len(start) - len(start.lstrip("rRuU"))
        quotes = 3 if start[prefix : prefix + 3] in ("'" * 3, '"' * 3) else 1
        lines = str(text.value).split("\n")
        if text.lineno + len(lines) - 1 > (text.end_lineno or 0):  # "…\\n…": all of it stands in one line
            begins = [0, *accumulate(len(line.encode()) + len(r"\n") for line in lines)]
            for node in _placed_nodes(tree):
                for line, column in _ENDS:
                    setattr(node, column, getattr(node, column) + begins[getattr(node, line) - 1])
                    setattr(node, line, 1)
        for node in _placed_nodes(tree):
            for line, column in _ENDS:
                first = getattr(node, line) == 1
                if first:
                    setattr(node, column, getattr(node, column) + text.col_offset + prefix + quotes)
                setattr(node, line, getattr(node, line) + text.lineno - 1)
        return tree


def _placed_nodes(tree: ast.AST) -> Iterator[Any]:
    """The nodes that have a place in the program."""
    kinds = (ast.expr, ast.stmt, ast.arg, ast.keyword, ast.alias, ast.excepthandler)
    return (node for node in walk(tree) if isinstance(node, kinds))


def _text_of(node: ast.expr, function: str) -> tuple[str, ast.Constant] | None:
    """The text of `exec("…")` and where it stands; None if it is another call, or has a namespace of its own."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == function
        and len(node.args) == 1
        and not node.keywords
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ):
        return node.args[0].value, node.args[0]
    return None


def _binds_a_name(statement: ast.stmt) -> bool:
    return any(
        (isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load))
        or isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom))
        for node in walk(statement)
    )
