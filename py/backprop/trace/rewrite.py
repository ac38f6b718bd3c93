"""Rewrites a program so that every expression that computes a number calls a hook with its operands.

    z = w * x + 1      becomes      z = assigned(3, Add(2, Mult(1, w, x), 1))

The numbers are places, indices into the tape's list. The hooks stand in the compiled code as constants, so the program
can neither shadow nor delete them. Statements and evaluation order stay as they are, and each node of ours has the
place of the expression it stands for, so a traceback shows the student's own line.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Mapping
from copy import deepcopy
from types import CodeType
from typing import Any

from backprop.syntax_tree import fix_missing_locations, is_range
from backprop.trace.expressions import Expressions
from backprop.trace.names import Names, names_in
from backprop.trace.sandbox import parsed
from backprop.trace.syntax import has_comparison, is_main_guard, number_in, pattern_of, visited
from backprop.trace.tape import Place

_MOVES = (ast.Constant, ast.Name, ast.Attribute, ast.Subscript)


class Rewriter(Expressions):
    """Rewrites statements: assignments, loops, branches and functions."""

    def __init__(self, hooks: Mapping[str, Callable[..., Any]], names: Names, places: list[Place]) -> None:
        super().__init__(hooks, names, places)
        self._test = 0  # the place of the nearest `if` statement's test, if it compares
        self._decides = False  # whether the function has such tests

    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """The statements that take a block's place."""
        return visited(self, body)

    # --- assignments ---

    def target(self, node: ast.expr, change: int = 0) -> ast.expr:
        """A target: what it belongs to is handed to us; `change` is the place of an augmented assignment."""
        if isinstance(node, (ast.Tuple, ast.List)):
            node.elts = [self.target(element) for element in node.elts]
        elif isinstance(node, ast.Starred):
            node.value = self.target(node.value)
        elif isinstance(node, (ast.Attribute, ast.Subscript)):
            place = self.place(node)
            self.targets[place] = ast.unparse(node)
            name = "item_target" if isinstance(node, ast.Subscript) else "attribute_target"
            owner = self.visited(node.value)
            node.value = self.hook(node, name, place, change or place, owner)
            if isinstance(node, ast.Subscript):
                node.slice = self.index(node.slice)
        return node

    def bound(self, target: ast.expr, kind: str) -> list[ast.stmt]:
        """Statements that note what the names in a target have got."""
        if isinstance(target, (ast.Tuple, ast.List)):
            return [note for element in target.elts for note in self.bound(element, kind)]
        if not isinstance(target, ast.Name):
            return []
        place = self.place(target)
        self.targets[place] = target.id
        name = ast.copy_location(ast.Name(target.id, ast.Load()), target)
        call = self.hook(target, "bound", place, name)
        call.args.append(ast.Constant(kind))
        return [ast.copy_location(ast.Expr(call), target)]

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        is_number = number_in(node.value) is not None
        if is_number and len(node.targets) > 1:  # `a = b = 0.0`: two numbers, each with a life of its own
            alone = [ast.copy_location(ast.Assign([one], deepcopy(node.value)), node) for one in node.targets]
            return [part for one in alone for part in self.visit_Assign(one)]
        move = isinstance(node.value, _MOVES) or is_number
        value = self.data(node.value)
        if move and self._test:
            value = self.at("under", node.value, ast.Constant(self._test), value)
        if any(pattern := pattern_of(target) for target in node.targets):
            place = self.place(node.value)
            self.patterns[place] = pattern
            value = self.hook(node.value, "unpack", place, value)
        notes: list[ast.stmt] = []
        for position, target in enumerate(node.targets):
            if isinstance(target, ast.Name):
                value = self.assigned(target, value)
            else:
                notes += self.bound(target, "assign")
                node.targets[position] = self.target(target)
        node.value = value
        return [node, *notes]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        if node.value is not None:
            node.value = self.data(node.value)
            if isinstance(node.target, ast.Name):
                node.value = self.assigned(node.target, node.value)
            else:
                node.target = self.target(node.target)  # type: ignore[assignment]
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt | list[ast.stmt]:
        place = self.place(node)
        value = self.operand(node.value, place, 1)
        if not isinstance(node.target, ast.Name):
            node.value = value
            node.target = self.target(node.target, place)  # type: ignore[assignment]
            return node
        name = ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target)
        changed = self.hook(node, f"Aug{type(node.op).__name__}", place, name, value)
        notes = self.bound(node.target, "augmented")
        return [ast.copy_location(ast.Assign([node.target], changed), node), *notes]

    # --- statements ---

    def visit_For(self, node: ast.For) -> ast.stmt:
        counts = is_range(node.iter)
        node.iter = self.looped(node.iter, node.target)
        notes = [] if counts else self.bound(node.target, "loop")
        node.target = self.target(node.target)
        node.body = notes + self.block(node.body)
        node.orelse = self.block(node.orelse)
        return node

    def visit_While(self, node: ast.While) -> list[ast.stmt]:
        place = self.place(node)
        test = self.visited(node.test)
        node.test = ast.copy_location(
            ast.BoolOp(ast.And(), [self.hook(node.test, "next_turn", place), test]), test
        )
        node.body, node.orelse = self.block(node.body), self.block(node.orelse)
        enter, leave = (
            ast.copy_location(ast.Expr(self.hook(node, name, place)), node)
            for name in ("enter_loop", "leave_loop")
        )
        return [enter, node, leave]

    def visit_If(self, node: ast.If) -> ast.stmt:
        outer = self._test
        compares = has_comparison(node.test) and not is_main_guard(node.test)
        place = self.place(node.test)
        test = self.visited(node.test)
        node.test = self.hook(node.test, "test", place, self.hook(node, "clear"), test) if compares else test
        self._test = place if compares else outer
        self._decides |= compares
        node.body = self.block(node.body)
        node.orelse = self.block(node.orelse)
        self._test = outer
        return node

    def visit_Return(self, node: ast.Return) -> ast.stmt:
        if node.value is not None:
            place = self.place(node.value)
            node.value = self.data(node.value)
            if self._decides:
                node.value = self.hook(node.value, "returned", place, node.value)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        outer = self._test, self._decides
        self._test, self._decides = 0, False
        self.arguments(node.args)
        start = 1 if ast.get_docstring(node, clean=False) is not None else 0
        generator = node in self.names.generators
        begin: list[ast.stmt] = [
            ast.copy_location(ast.Expr(self.hook(node, "begin_generator")), node.body[0])
        ]
        node.body = node.body[:start] + (begin if generator else []) + self.block(node.body[start:])
        self._test, self._decides = outer
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.stmt:
        return self.visit_FunctionDef(node)  # type: ignore[arg-type]

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.stmt:
        outer, self._test = self._test, 0
        node.body = self.block(node.body)
        self._test = outer
        return node

    def visit_With(self, node: ast.With) -> ast.stmt:
        notes: list[ast.stmt] = []
        for item in node.items:
            item.context_expr = self.visited(item.context_expr)
            if item.optional_vars is not None:
                notes += self.bound(item.optional_vars, "assign")
                item.optional_vars = self.target(item.optional_vars)
        node.body = notes + self.block(node.body)
        return node

    def visit_match_case(self, node: ast.match_case) -> ast.match_case:
        node.guard = node.guard and self.visited(node.guard)
        node.body = self.block(node.body)
        return node

    def visit_Delete(self, node: ast.Delete) -> ast.stmt:
        return node


# --- the program ---


def rewritten(
    source: str,
    file: str,
    hooks: Mapping[str, Callable[..., Any]],
    places: list[Place],
    make: Callable[[ast.Module, Mapping[str, Callable[..., Any]], list[Place]], Rewriter] | None = None,
) -> tuple[CodeType, Rewriter]:
    """The program compiled with the hooks in it, and what they have to know of its places. `make` makes another
    rewriter than the usual one."""
    compile(source, file, "exec", dont_inherit=True)  # for its own errors, on the student's own text
    tree = parsed(source)
    rewriter = make(tree, hooks, places) if make else Rewriter(hooks, names_in(tree), places)
    tree.body = rewriter.block(tree.body)
    fix_missing_locations(tree)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # it looks as if numbers were called
        return _with_hooks(compile(tree, file, "exec", dont_inherit=True), rewriter.inserted), rewriter


def _with_hooks(code: CodeType, inserted: Mapping[int, Any]) -> CodeType:
    def put(constant: Any) -> Any:
        if isinstance(constant, CodeType):
            return _with_hooks(constant, inserted)
        return inserted.get(constant, constant) if type(constant) is int else constant

    return code.replace(co_consts=tuple(map(put, code.co_consts)))
