"""Rewrites expressions so that every one that computes a number calls a hook with its operands: see rewrite.py."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from backprop.syntax_tree import walk
from backprop.trace.names import UNHOOKED, Names
from backprop.trace.syntax import (
    has_comparison,
    is_comparison,
    is_position,
    is_singleton,
    is_text,
    number_in,
    pattern_of,
)
from backprop.trace.tape import Place

Node = TypeVar("Node", bound=ast.AST)

# The hooks as they stand in the tree: numbers so long that no program has one by accident.
_FIRST_HOOK = 0xB4C6_57A1_0E93_D28F_6C15_F07B_3A8E_0000
_FIRST_LITERAL = _FIRST_HOOK + 2**16


class Expressions(ast.NodeTransformer):
    """The pass over the syntax tree that puts a hook around each expression and collects the places."""

    def __init__(self, hooks: Mapping[str, Callable[..., Any]], names: Names, places: list[Place]) -> None:
        self.numbers = {name: _FIRST_HOOK + number for number, name in enumerate(hooks)}
        self.inserted: dict[int, Any] = {self.numbers[name]: hook for name, hook in hooks.items()}
        """What stands in the compiled code in place of a number: the hooks, and literals."""
        self.names = names
        self.places = places
        self.literals: dict[tuple[int, int], int] = {}
        self.targets: dict[int, str] = {}
        self.patterns: dict[int, Any] = {}
        self._call = "call_generator" if names.generators else "call"

    # --- helpers ---

    def place(self, node: ast.AST) -> int:
        """The number of a node's place."""
        position = [
            getattr(node, name, 0) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset")
        ]
        self.places.append(Place(*(one or 0 for one in position)))
        return len(self.places) - 1

    def hook(self, node: ast.AST, name: str, *args: ast.expr | int) -> ast.Call:
        """A call of a hook, in the place of a node; numbers are places."""
        given = [ast.Constant(arg) if isinstance(arg, int) else arg for arg in args]
        return ast.copy_location(ast.Call(ast.Constant(self.numbers[name]), given, []), node)

    def at(self, name: str, node: ast.expr, *args: ast.expr) -> ast.Call:
        """A hook that is called with the node's place."""
        return self.hook(node, name, self.place(node), *args)

    def visited(self, node: Node) -> Any:
        """The node that takes a node's place."""
        return self.visit(node)

    def data(self, node: ast.expr) -> ast.expr:
        """An expression whose value is kept: numbers written there are constants, each time a new one."""
        value = number_in(node)
        if value is not None:
            return self.at("constant", node, ast.copy_location(ast.Constant(value), node))
        visited: ast.expr = self.visit(node)
        return visited

    def operand(self, node: ast.expr, place: int, side: int) -> ast.expr:
        """An operand of the operation at `place`: numbers written there are literals."""
        value = number_in(node)
        if value is not None:
            self.literals[place, side] = self.place(node)
            return ast.copy_location(ast.Constant(self.alone(value)), node)
        if isinstance(node, ast.Compare) and is_comparison(node):
            return self._compare(node, "Number")
        visited: ast.expr = self.visit(node)
        return visited

    def alone(self, value: float) -> int | float:
        """A literal that shares its object with no other number of the program: for a float, what stands for it."""
        if type(value) is int:
            return value
        number = _FIRST_LITERAL + len(self.inserted)
        self.inserted[number] = value * 1.0
        return number

    # --- expressions ---

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        if isinstance(node.op, ast.Mod) and is_text(node.left):
            return self.quiet(node)
        place = self.place(node)
        left, right = self.operand(node.left, place, 0), self.operand(node.right, place, 1)
        return self.hook(node, type(node.op).__name__, place, left, right)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        if isinstance(node.op, ast.Not) or number_in(node) is not None:
            node.operand = self.visited(node.operand)
            return node
        return self.at(type(node.op).__name__, node, self.data(node.operand))

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        if is_comparison(node):
            return self._compare(node)
        self.generic_visit(node)
        return self.identical(node)

    def identical(self, node: ast.Compare) -> ast.expr:
        """`v is w`: as it would be of plain integers."""
        if (
            len(node.ops) != 1
            or not isinstance(node.ops[0], (ast.Is, ast.IsNot))
            or is_singleton(node.comparators[0])
        ):
            return node
        call = self.hook(node, "same", node.left, node.comparators[0])
        return (
            call if isinstance(node.ops[0], ast.Is) else ast.copy_location(ast.UnaryOp(ast.Not(), call), node)
        )

    def _compare(self, node: ast.Compare, how: str = "") -> ast.Call:
        place = self.place(node)
        left, right = self.operand(node.left, place, 0), self.operand(node.comparators[0], place, 1)
        return self.hook(node, how + type(node.ops[0]).__name__, place, left, right)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        compares = any(isinstance(value, ast.Compare) for value in node.values)
        selects = compares and not all(isinstance(value, (ast.Compare, ast.UnaryOp)) for value in node.values)
        node.values = [self.data(value) for value in node.values]
        return self.at("branch", node, self.hook(node, "clear"), node) if selects else node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        place, compares = self.place(node), has_comparison(node.test)
        node.test = self.visited(node.test)
        node.body, node.orelse = self.data(node.body), self.data(node.orelse)
        if not compares:
            return node
        node.test = self.hook(node.test, "push", place, self.hook(node, "clear"), node.test)
        return self.hook(node, "selected", place, node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        if isinstance(node.func, ast.Name) and node.func.id not in self.names.bound:
            if node.func.id == "print":
                return self.quiet(node)
            if node.func.id == "type" and len(node.args) == 1 and not node.keywords:
                return self.hook(node, "type", self.visited(node.args[0]))
            if node.func.id in UNHOOKED:
                self.generic_visit(node)
                return node
        function = self.visited(node.func)
        args = [self.data(arg) for arg in node.args]
        for keyword in node.keywords:
            keyword.value = self.data(keyword.value)
        call = self.at(self._call, node, function, *args)
        call.keywords = node.keywords
        return call

    def visit_Starred(self, node: ast.Starred) -> ast.expr:
        if isinstance(node.ctx, ast.Load):
            node.value = self.at("unpack", node.value, self.visited(node.value))
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        node.value = self.visited(node.value)
        if isinstance(node.ctx, ast.Load) and node.attr in self.names.properties:
            return self.at("attribute", node, node.value, ast.Constant(node.attr))
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        owner, index = self.visited(node.value), self.index(node.slice)
        if isinstance(node.ctx, ast.Load):
            return self.at("read", node, owner, self._as_value(index))
        node.value, node.slice = owner, index
        return node

    def index(self, node: ast.expr) -> ast.expr:
        """An index: sizes and positions in it are left as they are."""
        if isinstance(node, (ast.Tuple, ast.Slice)):
            for name, child in ast.iter_fields(node):
                if isinstance(child, list):
                    node.elts = [self.index(element) for element in child]  # type: ignore[union-attr]
                elif isinstance(child, ast.expr):
                    setattr(node, name, self.index(child))
            return node
        return node if is_position(node) else self.visited(node)

    def _as_value(self, index: ast.expr) -> ast.expr:
        """An index as an expression that can be an argument."""
        if isinstance(index, ast.Slice):
            parts = [part or ast.Constant(None) for part in (index.lower, index.upper, index.step)]
            return self.hook(index, "slice", *parts)
        if isinstance(index, ast.Tuple):
            index.elts = [self._as_value(element) for element in index.elts]
        return index

    def visit_List(self, node: ast.List) -> ast.expr:
        if isinstance(node.ctx, ast.Load):
            node.elts = [self.data(element) for element in node.elts]
        else:
            self.generic_visit(node)
        return node

    def visit_Tuple(self, node: ast.Tuple) -> ast.expr:
        return self.visit_List(node)  # type: ignore[arg-type]

    def visit_Set(self, node: ast.Set) -> ast.expr:
        node.elts = [self.data(element) for element in node.elts]
        return node

    def visit_Dict(self, node: ast.Dict) -> ast.expr:
        node.keys = [key and self.visited(key) for key in node.keys]
        node.values = [self.data(value) for value in node.values]
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        self.arguments(node.args)
        node.body = self.data(node.body)
        return node

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        node.value = self.assigned(node.target, self.data(node.value))
        return node

    def visit_Yield(self, node: ast.Yield) -> ast.expr:
        node.value = node.value and self.data(node.value)
        return self.hook(node, "resumed", self.hook(node, "suspended"), node)

    def visit_YieldFrom(self, node: ast.YieldFrom) -> ast.expr:
        node.value = self.visited(node.value)
        return self.hook(node, "resumed", self.hook(node, "suspended"), node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        return self.quiet(node)

    def quiet(self, node: Node) -> Node:
        """An expression that only shows numbers: left as it is, unless it calls what the program defines, which may
        train, or computes what it shows: `print(np.mean((t - y) ** 2))` is the program's error."""
        if any(self._calls_own(part) or _computes(part) for part in walk(node)):
            self.generic_visit(node)
            return node
        return _Quiet(self).visit(node)  # type: ignore[no-any-return]

    def _calls_own(self, node: ast.AST) -> bool:
        if not isinstance(node, ast.Call):
            return False
        called = node.func
        name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", None)
        return name in self.names.bound

    # --- comprehensions ---

    def _comprehension(self, node: Any) -> Any:
        for generator in node.generators:
            if not generator.is_async:
                generator.iter = self.looped(generator.iter, generator.target)
            generator.ifs = [self.visited(test) for test in generator.ifs]
        if isinstance(node, ast.DictComp):
            node.key, node.value = self.visited(node.key), self.data(node.value)
        else:
            node.elt = self.data(node.elt)
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def looped(self, iterable: ast.expr, target: ast.expr) -> ast.expr:
        """An iterable whose turns are counted."""
        place = self.place(iterable)
        if pattern := pattern_of(target):
            self.patterns[place] = pattern
        return self.hook(iterable, "loop", place, self.visited(iterable))

    # --- what statements have, too ---

    def assigned(self, target: ast.expr, value: ast.expr) -> ast.expr:
        """A value on its way to a name."""
        place = self.place(target)
        self.targets[place] = ast.unparse(target)
        return self.hook(value, "assigned", place, value)

    def arguments(self, arguments: ast.arguments) -> None:
        """The defaults of a function's parameters."""
        arguments.defaults = [self.data(default) for default in arguments.defaults]
        arguments.kw_defaults = [default and self.data(default) for default in arguments.kw_defaults]


def _computes(node: ast.AST) -> bool:
    """True for arithmetic that makes no text: + joins texts, % fills them in."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Sub, ast.Mult, ast.Div, ast.Pow))


class _Quiet(ast.NodeTransformer):
    """Leaves an expression as it is, but for what would show that integers are wrapped."""

    def __init__(self, rewriter: Expressions) -> None:
        self.rewriter = rewriter

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        own = (
            isinstance(node.func, ast.Name)
            and node.func.id == "type"
            and "type" not in self.rewriter.names.bound
        )
        return self.rewriter.hook(node, "type", node.args[0]) if own and len(node.args) == 1 else node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        return self.rewriter.identical(node)
