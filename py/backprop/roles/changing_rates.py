"""The factor of a step that a program may change while it runs: lr in `lr * g / m`, f in `0.5 * g * f`."""

from __future__ import annotations

import ast

from backprop.syntax_tree import walk
from backprop.trace.tape import Kind, Tape

_LOOPS = (ast.For, ast.While)
_MOST_PARTS = 30  # numbers that a factor is made of


class ChangingRates:
    """Tells the factors that a program sets more than once, or in a loop, from those that stay as they are."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        names = _set_again(ast.parse(tape.source))
        self._ids = {
            int(one.ids.flat[0]) for one in tape.bindings if one.target in names and one.ids.size == 1
        }

    def may_change(self, id: int) -> bool:
        """True if a factor is such a number, is chosen by a condition, or is made of such numbers."""
        queue = [id]
        for _ in range(_MOST_PARTS):
            if not queue:
                return False
            event = self._tape.event(one := queue.pop())
            if one in self._ids or event.operation == "select":
                return True
            queue += self._tape.operands(one) if event.kind is Kind.ELEMENTWISE else []
        return True


def _set_again(tree: ast.Module) -> set[str]:
    """The names and attributes that a program sets in two places, or in a loop, as they are written there."""
    found: set[str] = set()
    once: set[str] = set()
    in_loops = {id(part) for loop in walk(tree) if isinstance(loop, _LOOPS) for part in walk(loop)}
    for node in walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            text = ast.unparse(node)
            (found if text in once or id(node) in in_loops else once).add(text)
    return found
