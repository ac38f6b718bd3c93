"""Statements that may set an array once more after the part of a run that is on the tape.

if epoch > 1000: W[1] -= rate * g[1]
"""

from __future__ import annotations

import ast
from collections.abc import Collection

from backprop.syntax_tree import variables_in, walk
from backprop.trace.sandbox import parsed
from backprop.trace.tape import Tape


def is_set_later(tape: Tape, names: Collection[str]) -> bool:
    """True if the program has a statement that the tape has not reached yet and that sets an array or object of one of these
    names, `if epoch > 1000: W[1] -= …`, or perhaps by another name: `for p, g in zip(params, gs): p -= …`."""
    places = {event.place for event in tape.events} | {binding.place for binding in tape.bindings}
    reached = {tape.places[place].line for place in places}
    nodes = walk(parsed(tape.source))
    others = _names_for_any(nodes)
    for node in (one for one in nodes if isinstance(one, ast.Assign | ast.AugAssign)):
        if not reached.isdisjoint(range(node.lineno, (node.end_lineno or 0) + 1)):
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            base = base_of(ast.unparse(target))
            in_place = isinstance(node, ast.AugAssign) or not isinstance(target, ast.Name)
            if base in names or (in_place and base in others):
                return True
    return False


def _names_for_any(nodes: list[ast.AST]) -> frozenset[str]:
    """The variables of loops and the parameters of functions: each may be another name of any array."""
    loops = [variables_in(node.target) for node in nodes if isinstance(node, ast.For)]
    return frozenset(node.arg for node in nodes if isinstance(node, ast.arg)).union(*loops)


def base_of(target: str) -> str:
    """The name of the array or object that a target belongs to: "W" of `W[1]`, "weights" of `self.weights[1]`."""
    return target.removeprefix("self.").partition("[")[0].partition(".")[0]
