"""Statements that may set an array once more after the part of a run that is on the tape.

if epoch > 1000: W[1] -= rate * g[1]
for k in range(4): w = W.copy()         # in the first turn: w may be set to other numbers in the next
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property

from backprop.roles.graph import Graph
from backprop.syntax_tree import children, targets_of, variables_in, walk
from backprop.trace.sandbox import parsed
from backprop.trace.tape import Binding, Tape, turns_around


class SetAgain:
    """For which arrays of a graph others may be used later, by the same name."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._found: dict[int, bool] = {}

    def may_be(self, id: int) -> bool:
        """True if a name of an array with this number may stand for another one later: a statement that was not reached yet
        sets it, or one in a loop gave it the array in a single turn, and not in the turn in which the array was made.

        Example: W in `for outer in range(4): w = W.copy(); for x, t in data: W -= …`, until the second turn of `outer`.
        """
        owner = int(self._graph.owner[id])
        if owner not in self._found:
            names = {base_of(one.target) for one in self._bindings[owner]}
            self._found[owner] = self._is_set_once(owner) or self._later.has(names)
        return self._found[owner]

    def _is_set_once(self, owner: int) -> bool:
        tape = self._graph.tape
        made = set(turns_around(tape, self._graph.events[owner].turn))
        turns: dict[tuple[int, int], set[tuple[int, int]]] = defaultdict(set)
        for one in self._bindings[owner]:
            for loop, number, entry in turns_around(tape, one.turn):
                if (loop, number, entry) not in made:
                    turns[one.place, loop].add((number, entry))
        return any(len(some) == 1 for some in turns.values())

    @cached_property
    def _later(self) -> _Later:
        return _Later(self._graph.tape)

    @cached_property
    def _bindings(self) -> dict[int, list[Binding]]:
        """By number of an event: the bindings of what it made."""
        found: dict[int, list[Binding]] = defaultdict(list)
        for one in self._graph.tape.bindings:
            for owner in set(self._graph.owner[one.ids.ravel()].tolist()):
                found[owner].append(one)
        return found


def is_set_later(tape: Tape, names: Collection[str]) -> bool:
    """True if the program has a statement that the tape has not reached yet and that sets an array or object of one of these
    names, `if epoch > 1000: W[1] -= …`, or perhaps by another name: `for p, g in zip(params, gs): p -= …`."""
    return _Later(tape).has(names)


class _Later:
    """The names that are set by statements which a tape has not reached yet; `by_any` if one of them may be any array's."""

    def __init__(self, tape: Tape) -> None:
        places = {event.place for event in tape.events} | {binding.place for binding in tape.bindings}
        reached = {tape.places[place].line for place in places}
        self.names: set[str] = set()
        self.by_any = False
        for nodes, others in _scopes(parsed(tape.source)):
            for node in (one for one in nodes if isinstance(one, ast.Assign | ast.AugAssign)):
                if not reached.isdisjoint(range(node.lineno, (node.end_lineno or 0) + 1)):
                    continue
                for target in _single(targets_of(node)):
                    self.names.add(base_of(ast.unparse(target)))
                    in_place = isinstance(node, ast.AugAssign) or not isinstance(target, ast.Name)
                    self.by_any = self.by_any or (in_place and _name_of(target) in others)

    def has(self, names: Collection[str]) -> bool:
        """True if one of these names may be set."""
        return self.by_any or not self.names.isdisjoint(names)


def _single(targets: Sequence[ast.expr]) -> Iterator[ast.expr]:
    """The targets, those of `w, v = …` each for itself."""
    for target in targets:
        if isinstance(target, ast.Tuple | ast.List):
            yield from _single(target.elts)
        else:
            yield target


_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _scopes(tree: ast.AST) -> Iterator[tuple[list[ast.AST], set[str]]]:
    """The nodes of the program outside all functions, and of each function, with the names that may be other names of any
    array there: the parameters of the function, of those around it, and the variables of their loops."""
    scopes: list[tuple[ast.AST, set[str]]] = [(tree, set())]
    for scope, around in scopes:
        nodes = [*children(scope)]
        functions = []
        for node in nodes:
            if isinstance(node, _Function):
                functions.append(node)
            else:
                nodes += children(node)
        loops = [variables_in(node.target) for node in nodes if isinstance(node, ast.For)]
        given = walk(scope.args) if isinstance(scope, _Function) else []
        names = around.union({one.arg for one in given if isinstance(one, ast.arg)}, *loops)
        scopes += [(one, names) for one in functions]
        yield nodes, names


def _name_of(target: ast.expr) -> str | None:
    """The variable through which a target is reached: w of `w[0] -= …`, layer of `layer.w -= …`; None for `self.w`."""
    while isinstance(target, ast.Subscript | ast.Attribute):
        target = target.value
    return target.id if isinstance(target, ast.Name) and target.id != "self" else None


def base_of(target: str) -> str:
    """The name of the array or object that a target belongs to: "W" of `W[1]`, "weights" of `self.weights[1]`."""
    return target.removeprefix("self.").partition("[")[0].partition(".")[0]
