"""Finds the quantities that a line of the program read, from the line itself.

The right-hand side of `w[j, i] += eta * delta[j] * a[i]` names watched quantities; which item each
of them was follows from the index the line has just set. Where the line does not show it (a call
does the reading, an index is a local variable) the answer is None, and the equation's own terms
stand in.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np

from backprop.lessons.lens import Lens
from backprop.recording.hooks import COUNT
from backprop.recording.sites import Site
from backprop.syntax_tree import fix_missing_locations, walk
from backprop.topology import Ref

# Calls without side effects that an index or the range of a comprehension may hold.
_HARMLESS = {
    "range": range,
    "len": len,
    "zip": zip,
    "enumerate": enumerate,
    "reversed": reversed,
    "sorted": sorted,
}
# Values that can be looked into without changing anything.
_HARMLESS_TYPES = (int, float, str, bool, tuple, list, dict, range, set, frozenset, np.ndarray, type(None))
_MOST_TURNS = 10_000


def reads(site: Site, index: Any, lens: Lens, constants: Mapping[str, Any]) -> list[Ref] | None:
    """The quantities read by the right-hand side of `site` when it set item `index`.

    `constants` are the variables of the program that never change.
    """
    if site.value is None:
        return None
    known = {name: value for name, value in constants.items() if type(value) in _HARMLESS_TYPES}
    try:
        found = list(dict.fromkeys(_reads(site.value, lens, known | _bound(site.index, index))))
    except Exception:  # the line cannot be evaluated on its own: nothing is claimed about it
        return None
    if not found and any(isinstance(part, (ast.Name, ast.Call)) for part in walk(site.value)):
        return None  # it may read through a variable or a function of its own
    return found


def _bound(targets: list[ast.expr], index: Any) -> dict[str, Any]:
    """The variables of the target's index, with the values they had: `w[j, i]` at (4, 1) gives j=4, i=1."""
    values = index if isinstance(index, tuple) else (index,)
    return {target.id: value for target, value in zip(targets, values) if isinstance(target, ast.Name)}


def _reads(node: ast.AST, lens: Lens, known: Mapping[str, Any]) -> Iterator[Ref]:
    if isinstance(node, (ast.GeneratorExp, ast.ListComp, ast.SetComp)):
        for turn in islice(_turns(node.generators, known), _MOST_TURNS):
            yield from _reads(node.elt, lens, turn)
        return
    found = lens.watch(node) if isinstance(node, ast.expr) else None
    if found:
        watch, indices = found
        if len(indices) == watch.items:
            ref = watch.ref(
                tuple(_value(i, known) for i in indices)
                if len(indices) > 1
                else _value(indices[0], known)
                if indices
                else None
            )
            if ref:
                yield ref
            return
    for child in ast.iter_child_nodes(node):
        yield from _reads(child, lens, known)


def _turns(generators: list[ast.comprehension], known: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The variables at every turn of a comprehension."""
    if not generators:
        yield known
        return
    first, rest = generators[0], generators[1:]
    for item in _value(_uncounted(first.iter), known):
        turn = {**known, **_unpacked(first.target, item)}
        if all(_value(condition, turn) for condition in first.ifs):
            yield from _turns(rest, turn)


def _uncounted(iterable: ast.expr) -> ast.expr:
    """The iterable of a comprehension, without our counter around it."""
    counted = isinstance(iterable, ast.Call) and getattr(iterable.func, "value", None) == COUNT
    return iterable.args[0] if counted else iterable  # type: ignore[attr-defined]


def _unpacked(target: ast.expr, item: Any) -> dict[str, Any]:
    if isinstance(target, ast.Name):
        return {target.id: item}
    if isinstance(target, (ast.Tuple, ast.List)):
        return {
            name: value
            for part, value in zip(target.elts, item)
            for name, value in _unpacked(part, value).items()
        }
    raise ValueError("a target that is no plain variable")


def _value(expression: ast.expr, known: Mapping[str, Any]) -> Any:
    """The value of an index or a range. Raises ValueError for an expression that might do something."""
    for part in walk(expression):
        if isinstance(part, ast.Call) and not (isinstance(part.func, ast.Name) and part.func.id in _HARMLESS):
            raise ValueError("a call")
        if isinstance(part, (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)):
            raise ValueError("an assignment")
    code = compile(fix_missing_locations(ast.Expression(expression)), "<index>", "eval")
    return eval(code, {"__builtins__": _HARMLESS}, known)
