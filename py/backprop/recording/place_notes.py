"""Puts notes at places of a program: at an expression, after an assignment, at an operand.

d2 = (a2 - y) * a2 * (1 - a2)      # noted as a value:    d2 = NOTE(site, (a2 - y) * a2 * (1 - a2))
w[j][i] += eta * d * x             # noted as a target:   NOTE(site, w[j][i]) after it
net[k] += d                        # the same in a program with classes: see read_once.py
z1 = X @ W1                        # noted as an operand: z1 = NOTE(site, X) @ W1
h = list(map(tanh, z))             # noted one by one:    h = list(map(NOTING(site, tanh), z))
"""

from __future__ import annotations

import ast
import copy
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from backprop.recording.hooks import APPLIED, BEGIN, QUIET, START, UPDATED, VALUE
from backprop.recording.note_code import gated, load
from backprop.recording.read_once import OWNER, read_once
from backprop.recording.taps import Tap
from backprop.syntax_tree import fix_missing_locations, walk
from backprop.trace.syntax import place_of
from backprop.trace.tape import Place

_Node = TypeVar("_Node", bound=ast.AST)
_APPLYING = {"map", "starmap", "reduce", "accumulate"}
_Statement = ast.Assign | ast.AugAssign | ast.AnnAssign


def own_calls(tree: ast.Module) -> list[ast.Call]:
    """The calls that may lead to functions, classes or methods of the program's own, but for recursion: `train(n - 1)` in
    `train` is as much a part of training as the first call."""
    own = {
        node.name
        for node in walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    }
    for node in walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            own |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    modules, again = set(_imported(tree)), _recursion(tree)
    return [
        node
        for node in walk(tree)
        if isinstance(node, ast.Call) and not _of_module(node.func, modules) and _called(node) in own
        if node not in again
    ]


def _recursion(tree: ast.Module) -> set[ast.Call]:
    """The calls by which a function comes to be called again before it has ended, through others, too."""
    calls = {
        function.name: [part for part in walk(function) if isinstance(part, ast.Call)]
        for function in walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    leads_to = {name: {name, *map(_called, of_name)} for name, of_name in calls.items()}
    for middle in calls:
        for name, reached in leads_to.items():
            if middle in reached:
                leads_to[name] = reached | leads_to[middle]
    return {
        call
        for name, of_name in calls.items()
        for call in of_name
        if name in leads_to.get(_called(call) or "", ())
    }


def _called(call: ast.Call) -> str | None:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", None)


def note_places(
    tree: ast.Module,
    taps: Sequence[Tap],
    quiet: set[Place],
    counted: ast.stmt | None = None,
    end: Tap | None = None,
) -> list[Tap]:
    """Rewrite `tree` in place so that every tap is noted under its number in the list that is returned.

    That is the taps without those whose place is no expression or assignment, and operands at their own place. `counted`
    is a loop whose beginnings are noted, `end` the tap that ends an iteration. The gate of site n is n + 1.
    """
    quiet_calls = {id(call) for call in own_calls(tree) if place_of(call) in quiet}
    nodes = _Nodes(tree)
    wrapped: dict[int, list[int]] = defaultdict(list)
    after: dict[int, list[tuple[int, ast.expr]]] = defaultdict(list)
    noted: list[Tap] = []
    hooks: dict[int, int] = {}
    for tap in taps:
        hooks[len(noted)] = START if tap.how == "start" else UPDATED if tap is end else VALUE
        if tap is not end and (function := nodes.applied(tap)) is not None:
            hooks[len(noted)] = APPLIED
            wrapped[id(function)].append(len(noted))
        elif (node := nodes.expression(tap)) is not None:
            wrapped[id(node)].append(len(noted))
            if tap.how == "operand":
                tap = replace(tap, place=place_of(node), expression=ast.unparse(node))
        elif (found := nodes.assignment(tap)) is not None:
            statement, target = found
            after[id(statement)].append((len(noted), target))
        else:
            continue
        noted.append(tap)
    own = any(isinstance(node, ast.ClassDef) for node in walk(tree))
    _Noter(wrapped, after, quiet_calls, hooks, counted, own).visit(tree)
    fix_missing_locations(tree)
    return noted


class _Nodes:
    """The nodes of a tree by their places."""

    def __init__(self, tree: ast.Module) -> None:
        self.expressions: dict[Place, ast.expr] = {}
        self.statements: dict[Place, tuple[_Statement, ast.expr]] = {}
        self.modules = set(_imported(tree))
        for node in walk(tree):
            if isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), ast.Store):
                self.expressions.setdefault(place_of(node), node)
            if isinstance(node, (ast.AugAssign, ast.AnnAssign)):
                self.statements[place_of(node)] = self.statements[place_of(node.target)] = node, node.target
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    for part in walk(target):
                        if isinstance(part, (ast.Name, ast.Attribute, ast.Subscript)):
                            self.statements.setdefault(place_of(part), (node, part))

    def applied(self, tap: Tap) -> ast.expr | None:
        """The function that a call applies to one item after the other, if a tap notes its values or an operand of it."""
        node = self.expressions.get(tap.place)
        if tap.how not in ("value", "operand") or not isinstance(node, ast.Call) or not node.args:
            return None
        applies = _called(node) in _APPLYING and not isinstance(node.args[0], ast.Starred)
        return node.args[0] if applies else None

    def expression(self, tap: Tap) -> ast.expr | None:
        """The expression whose value a tap notes."""
        if tap.how in ("value", "owner"):
            return self.expressions.get(tap.place)
        if tap.how not in ("operand", "start"):
            return None
        if tap.place in self.expressions:
            operands = self._operands(self.expressions[tap.place])
            return operands[tap.operand] if tap.operand < len(operands) else None
        if tap.place in self.statements:
            statement, _ = self.statements[tap.place]
            return statement.value if isinstance(statement, ast.AugAssign) and tap.operand == 1 else None
        return None

    def _operands(self, node: ast.expr) -> list[ast.expr]:
        if isinstance(node, ast.UnaryOp):
            return [node.operand]
        if isinstance(node, ast.BinOp):
            return [node.left, node.right]
        if isinstance(node, ast.Compare):
            return [node.left, *node.comparators]
        if isinstance(node, ast.Call):
            numbers = [
                one for one in node.args if not (isinstance(one, ast.Constant) and isinstance(one.value, str))
            ]
            if isinstance(node.func, ast.Attribute) and not _of_module(node.func, self.modules):
                return [node.func.value, *numbers]
            return numbers
        return []

    def assignment(self, tap: Tap) -> tuple[_Statement, ast.expr] | None:
        """The assignment after which a tap notes a target, and that target as an expression that reads it."""
        if tap.place not in self.statements or tap.how in ("operand", "start"):
            return None
        statement, target = self.statements[tap.place]
        if tap.how == "owner" and isinstance(target, ast.Subscript):
            target = target.value
        target = copy.deepcopy(target)
        for part in walk(target):
            if hasattr(part, "ctx"):
                part.ctx = ast.Load()
        return statement, target


def _of_module(function: ast.expr, modules: set[str]) -> bool:
    """True if a function is an imported module's: `np.tanh`, `np.random.randn`."""
    node = function
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(function, ast.Attribute) and isinstance(node, ast.Name) and node.id in modules


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.asname or alias.name).split(".")[0] for alias in node.names)


class _Noter(ast.NodeTransformer):
    """Wraps expressions, and puts statements after assignments."""

    def __init__(
        self,
        wrapped: dict[int, list[int]],
        after: dict[int, list[tuple[int, ast.expr]]],
        quiet_calls: set[int],
        hooks: dict[int, int],
        counted: ast.stmt | None,
        has_classes: bool,
    ) -> None:
        self.wrapped = wrapped
        self.after = after
        self.quiet_calls = quiet_calls
        self.hooks = hooks
        self.counted = counted
        self.has_classes = has_classes

    def visit(self, node: ast.AST) -> ast.AST | list[ast.stmt]:
        sites, key = self.wrapped.get(id(node), ()), id(node)
        after = self.after.get(id(node), [])
        self.generic_visit(node)
        if isinstance(node, ast.Call) and key in self.quiet_calls:
            node.func = _at(node.func, _call(QUIET, node.func))
        if isinstance(node, ast.expr):
            for site in sites:
                node = _at(node, _call(self.hooks[site], ast.Constant(site), node))
            return node
        if isinstance(node, ast.stmt) and after:
            made: list[ast.stmt] = [node]
            if self.has_classes and isinstance(node, ast.AugAssign) and not isinstance(node.target, ast.Name):
                whole = ast.unparse(node.target)
                made, now = read_once(node)
                after = [
                    (site, now if ast.unparse(target) == whole else load(OWNER)) for site, target in after
                ]
            notes = [
                _at(
                    node, gated(site + 1, [ast.Expr(_call(self.hooks[site], ast.Constant(site), target))], [])
                )
                for site, target in after
            ]
            return [*made, *notes]
        if isinstance(node, ast.stmt) and node is self.counted:
            return [_at(node, ast.Expr(_call(BEGIN))), node]
        return node


def _call(hook: int, *args: ast.expr) -> ast.Call:
    return ast.Call(ast.Constant(hook), list(args), [])


def _at(where: ast.expr | ast.stmt, node: _Node) -> _Node:
    return ast.copy_location(node, where)
