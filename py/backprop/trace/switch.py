"""Traces one turn of a program's training loop, however late: the turns before it run as they stand.

    for epoch in range(9000):          for epoch in range(9000):
        a = sigmoid(w * x)      →          if turn():  a = assigned(…, call(…, sigmoid, Mult(…, w, x)))
                                           else:       a = sigmoid(w * x)

Every function, and the body of every loop that stands in no other, is there twice: with the hooks, and as it stands.
So a run up to a late turn takes about the time of a plain run. What comes before the loop is traced, so that the data
get objects of their own; all that is known from there is forgotten when the wanted turn begins.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Mapping
from typing import Any

from backprop.syntax_tree import walk
from backprop.trace.builder import Builder
from backprop.trace.names import names_in
from backprop.trace.rewrite import Rewriter
from backprop.trace.syntax import visited
from backprop.trace.tape import Place

_LOOPS = (ast.For, ast.While)
_TURNS_PER_REPORT = 32


class Switch:
    """Says at each turn of a loop whether it is traced: turn `wanted` alone, counted from 0 since the program began the
    loop for time number `entry`.

    `place` is the loop's (a `for` loop's iterable, a `while` loop itself). `progress` hears now and then how many
    turns have been made.
    """

    def __init__(
        self, place: Place, wanted: int, progress: Callable[[int], None] | None = None, entry: int = 0
    ) -> None:
        self.place = place
        self.wanted = wanted
        self.progress = progress
        self._entry = entry
        self._entered = 0
        self._turn = -1
        self._on = True

    def begin(self, builder: Builder, forget: Callable[[], None]) -> None:
        """The program is about to begin; `forget` lets go of all that is known of its numbers."""
        self._builder = builder
        self._forget = forget

    def on(self) -> bool:
        """True while the program is traced."""
        return self._on

    def entered(self) -> None:
        """The loop is about to begin."""
        self._entered += 1

    def turn(self) -> bool:
        """A turn of the loop begins: whether it is traced. Ends the program after the wanted turn."""
        if self._entered <= self._entry:
            self._builder.asleep, self._on = True, False
            return False
        self._turn += 1
        if self._turn > self.wanted:
            self._builder.stop("enough")
        self._on = self._turn == self.wanted
        self._builder.asleep = not self._on
        if self._on and (self.wanted or self._entry):
            self._forget()
            self._builder.restart()
        if self.progress and self._turn % _TURNS_PER_REPORT == 0:
            self.progress(self._turn)
        return self._on

    def left(self) -> None:
        """The loop has ended: the program too, if that was the wanted turn."""
        if self._turn == self.wanted:
            self._builder.stop("enough")

    def table(self) -> dict[str, Callable[..., Any]]:
        """The hooks by name."""
        return {"on": self.on, "turn": self.turn, "entered": self.entered, "left": self.left}

    def rewriter(
        self, tree: ast.Module, hooks: Mapping[str, Callable[..., Any]], places: list[Place]
    ) -> SwitchedRewriter:
        """The rewriter of a program whose trace this switches on."""
        return SwitchedRewriter(tree, hooks, places, self.place)


class SwitchedRewriter(Rewriter):
    """Rewrites functions and loops so that they are there twice."""

    def __init__(
        self, tree: ast.Module, hooks: Mapping[str, Callable[..., Any]], places: list[Place], loop: Place
    ) -> None:
        names = names_in(tree)
        self.generators = set(names.generators)
        super().__init__(hooks, names._replace(generators=self.generators), places)  # type: ignore[arg-type]
        self.loop = loop
        self.doubled = {*_outermost(tree), *_around(tree, loop)}
        self.plain = _Plain(self)

    def again(self, node: Any) -> Any:
        """A copy of a node, in which what was a generator, or a loop to double, is one."""
        made = copy.deepcopy(node)
        for one, other in zip(walk(node), walk(made)):
            if one in self.generators:
                self.generators.add(other)
            if one in self.doubled:
                self.doubled.add(other)
        return made

    def choice(self, node: ast.AST, test: str, traced: list[ast.stmt], plain: list[ast.stmt]) -> ast.stmt:
        """An `if` statement between the two."""
        return ast.copy_location(ast.If(self.hook(node, test), traced, plain), node)

    # --- functions ---

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        has_text = ast.get_docstring(node, clean=False) is not None
        start = node.body[:1] if has_text else []
        if len(node.body) == len(start):
            return super().visit_FunctionDef(node)
        declared = _declarations(node)
        other = visited(self.plain, self.again(node).body[len(start) :])
        node = super().visit_FunctionDef(node)  # type: ignore[assignment]
        body = node.body[len(start) :]
        node.body = [*start, *declared, self.choice(body[0], "on", body, other)]
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        other = self.plain.visit(self.again(node.body))
        super().visit_Lambda(node)
        node.body = ast.copy_location(ast.IfExp(self.hook(node, "on"), node.body, other), node)
        return node

    # --- loops ---

    def visit_For(self, node: ast.For) -> Any:
        return self._loop(node) if node in self.doubled else super().visit_For(node)

    def visit_While(self, node: ast.While) -> Any:
        return self._loop(node) if node in self.doubled else super().visit_While(node)

    def _loop(self, node: ast.For | ast.While) -> list[ast.stmt]:
        copied = self.again(node)
        here = place_of_loop(node)
        made = (super().visit_For if isinstance(node, ast.For) else super().visit_While)(node)  # type: ignore[arg-type]
        around = made if isinstance(made, list) else [made]
        if here == self.loop or _holds(
            copied, self.loop
        ):  # its turns are counted by nobody while nothing is traced
            around = self._untraced_header(copied, node)
        node.body = [self.choice(node, self.test_of(here), node.body, visited(self.plain, copied.body))]
        return self.with_ends(node, here, around)

    def _untraced_header(self, copied: ast.For | ast.While, node: ast.For | ast.While) -> list[ast.stmt]:
        if isinstance(node, ast.For) and isinstance(copied, ast.For):
            node.iter, node.target = copied.iter, copied.target
        elif isinstance(node, ast.While) and isinstance(copied, ast.While):
            node.test = copied.test
        return [node]

    def test_of(self, place: Place) -> str:
        """The name of the switch that a loop asks before each turn: "turn" for the loop whose turns are counted."""
        return "turn" if place == self.loop else "on"

    def with_ends(self, node: ast.stmt, place: Place, loop: list[ast.stmt]) -> list[ast.stmt]:
        """The statements of a loop, with what stands before and after the one whose turns are counted."""
        if place != self.loop:
            return loop
        before, after = (
            ast.copy_location(ast.Expr(self.hook(node, name)), node) for name in ("entered", "left")
        )
        return [before, *loop, after]


class _Plain(ast.NodeTransformer):
    """Leaves statements as they stand, but functions in them, and loops that are to be doubled, are there twice."""

    def __init__(self, rewriter: SwitchedRewriter) -> None:
        self.rewriter = rewriter

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        return self.rewriter.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> Any:
        return self.rewriter.visit_Lambda(node)

    def visit_For(self, node: ast.For) -> Any:
        return self._loop(node)

    def visit_While(self, node: ast.While) -> Any:
        return self._loop(node)

    def _loop(self, node: ast.For | ast.While) -> Any:
        if node not in self.rewriter.doubled:
            return self.generic_visit(node)
        rewriter, place = self.rewriter, place_of_loop(node)
        copied = rewriter.again(node)
        notes = rewriter.block(copied.body)
        node.body = [rewriter.choice(node, rewriter.test_of(place), notes, visited(self, node.body))]
        return rewriter.with_ends(node, place, [node])


def place_of_loop(node: ast.For | ast.While) -> Place:
    """The place of a loop, as a tape names it: of a `for` loop that of its iterable."""
    where = node.iter if isinstance(node, ast.For) else node
    return Place(where.lineno, where.col_offset, where.end_lineno or 0, where.end_col_offset or 0)


def _holds(node: ast.AST, loop: Place) -> bool:
    return any(isinstance(part, _LOOPS) and place_of_loop(part) == loop for part in walk(node))


def _around(tree: ast.AST, loop: Place) -> list[ast.AST]:
    """The loop itself and those that it stands in."""
    return [node for node in walk(tree) if isinstance(node, _LOOPS) and _holds(node, loop)]


def _outermost(node: ast.AST) -> list[ast.AST]:
    """The loops that stand in no other of their function."""
    found: list[ast.AST] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _LOOPS):
            found.append(child)
            functions = [part for part in walk(child) if isinstance(part, (ast.FunctionDef, ast.ClassDef))]
            for function in functions:
                found += _outermost(function)
        else:
            found += _outermost(child)
    return found


def _declarations(function: ast.FunctionDef) -> list[ast.stmt]:
    """The `global` and `nonlocal` statements of a function, taken out of its body."""
    found: list[ast.stmt] = []

    def take(body: list[ast.stmt]) -> None:
        for position, one in enumerate(body):
            if isinstance(one, (ast.Global, ast.Nonlocal)):
                found.append(one)
                body[position] = ast.copy_location(ast.Pass(), one)
            elif not isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                for name in ("body", "orelse", "finalbody"):
                    take(getattr(one, name, []))
                for handler in getattr(one, "handlers", []):
                    take(handler.body)

    take(function.body)
    return found
