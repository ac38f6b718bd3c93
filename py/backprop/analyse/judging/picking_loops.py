"""Loops that look for one sample: what stands behind them is meant for that sample alone.

for x, t in data:                     # a loop may end at it,
    ...
    if abs(t - y) > 0.2: break
for x, t in data:                     # keep it under a condition,
    ...
    if error > worst: worst, kept = error, (x, t, h, y)
for i in range(n):                    # or keep all samples, one of which is taken behind the loop
    ...
    ys[i] = y
k = errors.argmax(); d = t[k] - ys[k]
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from backprop.analyse.judging.evidence import Evidence
from backprop.syntax_tree import variables_in, walk

_PICK = ("max", "min")  # they take one of several


def picks_one(evidence: Evidence, place: int) -> bool:
    """True if the loop at a place of the tape may look for one sample."""
    loop = evidence.loops.get(evidence.tape.places[place])
    if loop is None:
        return False
    parts = walk(loop)
    return (
        isinstance(loop, ast.While)
        or any(isinstance(one, ast.Break | ast.Continue) for one in parts)
        or bool(_set_sometimes(parts))
        or (isinstance(loop, ast.For) and _is_picked_from(evidence.tree, loop, parts))
    )


def _set_sometimes(parts: list[ast.AST]) -> set[str]:
    """The variables that a loop sets under a condition alone: not those that each turn sets, in this branch or in that."""
    conditions = [one for one in parts if isinstance(one, ast.If)]
    under = {id(part) for one in conditions for part in walk(one)}
    always = _set_by(part for part in parts if id(part) not in under)
    return {name for one in conditions for name in _set_in(one.body) ^ _set_in(one.orelse)} - always


def _set_in(body: list[ast.stmt]) -> set[str]:
    return _set_by(part for one in body for part in walk(one))


def _set_by(parts: Iterable[ast.AST]) -> set[str]:
    """The variables and attributes that assignments among these nodes set, but those that count: `hits = hits + 1`."""
    found: set[str] = set()
    for one in parts:
        if isinstance(one, ast.Assign):
            targets = [part for target in one.targets for part in walk(target)]
            names = {ast.unparse(part) for part in targets if _is_set(part)}
            found |= names - variables_in(one.value)
    return found


def _is_set(node: ast.AST) -> bool:
    return isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store)


def _is_picked_from(tree: ast.Module, loop: ast.For, parts: list[ast.AST]) -> bool:
    """True if outside of a loop one number is taken of a list that it fills, at an index that is not the loop's."""
    turns = variables_in(loop.target)
    filled = set(_filled(parts, turns))
    inside = {id(one) for one in parts}
    for node in walk(tree):
        if id(node) in inside:
            continue
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) in filled:
            index = variables_in(node.slice)
            if index and not index & turns:
                return True
        args = node.args if isinstance(node, ast.Call) and ast.unparse(node.func) in _PICK else []
        if filled.intersection(map(ast.unparse, args)):
            return True
    return False


def _filled(parts: list[ast.AST], turns: frozenset[str]) -> Iterator[str]:
    """The lists that a loop fills from turn to turn, not those that it makes anew in each; `turns` are its variables."""
    made = _set_by(parts)
    for one in parts:
        if isinstance(one, ast.Subscript) and isinstance(one.ctx, ast.Store):
            is_filled = bool(turns & variables_in(one.slice))
        elif isinstance(one, ast.Attribute):
            is_filled = one.attr == "append" and ast.unparse(one.value) not in made
        else:
            continue
        if is_filled:
            yield ast.unparse(one.value)
