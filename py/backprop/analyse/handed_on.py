"""A test for loops that keep a result of each turn: the mean of many trainings, or the best of them.

models.append(W)      total += W      errors[k] += e ** 2      if e < best: best = e      print(W)
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from backprop.syntax_tree import variables_in, walk


def hands_on(source: str, line: int) -> bool:
    """True if the loop in a line writes into what it has not made in the same turn, or prints something of each turn; also
    where there is no such statement: a comprehension gives what it computes."""
    tree = ast.parse(source)
    loops = [one for one in walk(tree) if isinstance(one, ast.For | ast.While) and one.lineno == line]
    modules = {
        (one.asname or one.name).partition(".")[0]
        for imported in walk(tree)
        if isinstance(imported, ast.Import)
        for one in imported.names
    }
    writes = [_Writes(loop) for loop in loops]
    return not loops or any(one.written - one.made - modules for one in writes)


class _Writes(ast.NodeVisitor):
    """The variables that a loop writes into, and those among them that it makes anew, without reading what they were."""

    def __init__(self, loop: ast.For | ast.While) -> None:
        self.written: set[str] = set()
        self.made: set[str] = set()
        self._read: frozenset[str] = frozenset()  # by the value that is assigned, or by conditions around it
        self.visit(loop)

    def visit_Expr(self, node: ast.Expr) -> None:
        match node.value:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))):
                self.written.add(name)
            case ast.Call(func=ast.Name(id="print")) if (
                not self._read
            ):  # of each turn, not `if epoch % 100 == 0`
                self.written.add("print")
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        self._within(variables_in(node.test), [*node.body, *node.orelse])

    def visit_Assign(self, node: ast.Assign) -> None:
        self._within(variables_in(node.value), node.targets)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._within(variables_in(node.target), [node.target])

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.written.add(node.id)
            self.made |= {node.id} - self._read

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._part_of(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._part_of(node)

    def _part_of(self, node: ast.Subscript | ast.Attribute) -> None:
        base: ast.expr = node
        while isinstance(base, ast.Subscript | ast.Attribute):
            base = base.value
        if isinstance(node.ctx, ast.Store) and isinstance(base, ast.Name):
            self.written.add(base.id)

    def _within(self, read: frozenset[str], parts: Sequence[ast.AST]) -> None:
        before, self._read = self._read, self._read | read
        for part in parts:
            self.visit(part)
        self._read = before
