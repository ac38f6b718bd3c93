"""Finds the loops of a program that may be its training loop, from its text.

The training loop is the one whose variable the lens names, if anything of the network is computed
in it or in a function it calls. Other loops that do the same beside it are training loops too.
Where no loop has that name, every loop that is in no other loop of its function is a candidate (or
those in it, if it begins a training in each turn), and the recorder finds out which of them trains.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from backprop.lessons.lens import COMPUTED, Lens, Watch
from backprop.syntax_tree import walk

LOOPS = (ast.For, ast.AsyncFor, ast.While)


def training_loops(tree: ast.Module, lens: Lens) -> tuple[Collection[ast.stmt], bool]:
    """The loops whose every turn may be an iteration; and whether the lens's name stands on one of them."""
    set_at_all = _sets([tree], lens)
    evidence = {"delta"} & set_at_all or COMPUTED & set_at_all or set_at_all
    functions = [node for node in walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    outermost = list(_outermost(tree, False))
    if not evidence:
        return [], False
    named = [
        node
        for node in walk(tree)
        if isinstance(node, ast.For)
        and isinstance(node.target, ast.Name)
        and node.target.id == lens.iteration
        and evidence & _sets(_reached(node, functions), lens)
    ]
    if not named:
        return [one for loop in outermost for one in _begun_once(loop, functions, lens)], False
    inside = {id(part) for loop in named for one in _reached(loop, functions) for part in walk(one)}
    beside = []
    for loop in outermost:
        reached = _reached(loop, functions)
        holds_named = any(part in named for one in reached for part in walk(one))
        if id(loop) not in inside and not holds_named and evidence & _sets(reached, lens):
            beside.append(loop)
    return [*named, *beside], True


def _begun_once(
    loop: ast.stmt, functions: list[ast.FunctionDef | ast.AsyncFunctionDef], lens: Lens
) -> Iterator[ast.stmt]:
    """The loop; or the loops in it that train, if each of its turns begins with new weights: `for alpha in alphas`."""
    inner = [
        one for one in _outermost(loop, False) if {"delta", "w"} <= _sets(_reached(one, functions), lens)
    ]
    if not inner or not _sets_anew(loop, inner, lens):
        yield loop
    else:
        for one in inner:
            yield from _begun_once(one, functions, lens)


def _sets_anew(node: ast.AST, inner: list[ast.stmt], lens: Lens) -> bool:
    """True if weights are set there anew, not from themselves (`w = zeros(3)`), outside of these loops."""
    if isinstance(node, ast.Assign):
        read = {getattr(part, "attr", getattr(part, "id", None)) for part in walk(node.value)}
        watched = _watched_targets([node], lens)
        return any(watch.quantity == "w" and watch.base not in read for watch in watched)
    return any(_sets_anew(child, inner, lens) for child in ast.iter_child_nodes(node) if child not in inner)


def _outermost(node: ast.AST, within: bool) -> Iterator[ast.stmt]:
    """The loops that are in no other loop of their function.

    A generator's loops are left half-way and taken up again: none of them is a training loop.
    """
    for child in ast.iter_child_nodes(node):
        if isinstance(child, LOOPS):
            if not within:
                yield child
            yield from _outermost(child, True)
        elif isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yields = any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in walk(child))
            yield from _outermost(child, yields)
        else:
            yield from _outermost(child, within and not isinstance(child, ast.ClassDef))


def _reached(node: ast.AST, functions: list[ast.FunctionDef | ast.AsyncFunctionDef]) -> list[ast.AST]:
    """The node and the program's functions that it names, or that these name, and so on."""
    found: list[ast.AST] = [node]
    for one in found:
        names = {getattr(part, "attr", getattr(part, "id", None)) for part in walk(one)}
        found += [function for function in functions if function.name in names and function not in found]
    return found


def _sets(nodes: Collection[ast.AST], lens: Lens) -> set[str]:
    """The quantities that are assigned to in these parts of the program."""
    return {watch.quantity for watch in _watched_targets(nodes, lens)}


def _watched_targets(nodes: Collection[ast.AST], lens: Lens) -> list[Watch]:
    """The watches of the lens for the names that are assigned to there."""
    targets = [
        part
        for node in nodes
        for part in walk(node)
        if isinstance(part, (ast.Name, ast.Attribute, ast.Subscript)) and isinstance(part.ctx, ast.Store)
    ]
    return [found[0] for target in targets if (found := lens.watch(target))]
