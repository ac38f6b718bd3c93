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
from types import CodeType
from typing import Any, TypeVar

from backprop.trace.names import UNHOOKED, Names, names_in
from backprop.trace.scalars import COMPARISONS
from backprop.trace.tape import Place

Node = TypeVar("Node", bound=ast.AST)

# The hooks as they stand in the tree: numbers so long that no program has one by accident.
_FIRST_HOOK = 0xB4C6_57A1_0E93_D28F_6C15_F07B_3A8E_0000
_MOVES = (ast.Constant, ast.Name, ast.Attribute, ast.Subscript)
_INDEX_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod)


class Rewriter(ast.NodeTransformer):
    """One pass over the tree; collects the places, and what the hooks know of them."""

    def __init__(self, hooks: Mapping[str, Callable[..., Any]], names: Names, places: list[Place]) -> None:
        self.numbers = {name: _FIRST_HOOK + number for number, name in enumerate(hooks)}
        self.functions = {self.numbers[name]: function for name, function in hooks.items()}
        self.names = names
        self.places = places
        self.literals: dict[tuple[int, int], int] = {}
        self.targets: dict[int, str] = {}
        self.patterns: dict[int, Any] = {}
        self._test = 0  # the place of the nearest `if` statement's test, if it compares
        self._decides = False  # whether the function has such tests
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
        value = _number(node)
        if value is not None:
            return self.at("constant", node, ast.copy_location(ast.Constant(value), node))
        visited: ast.expr = self.visit(node)
        return visited

    def operand(self, node: ast.expr, place: int, side: int) -> ast.expr:
        """An operand of the operation at `place`: numbers written there are literals."""
        value = _number(node)
        if value is not None:
            self.literals[place, side] = self.place(node)
            return ast.copy_location(ast.Constant(value), node)
        if isinstance(node, ast.Compare) and _comparison(node):
            return self._compare(node, "Number")
        visited: ast.expr = self.visit(node)
        return visited

    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """The statements that take a block's place."""
        made: list[ast.stmt] = []
        for statement in body:
            new = self.visit(statement)
            made += new if isinstance(new, list) else [new]
        return made

    # --- expressions ---

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        if isinstance(node.op, ast.Mod) and _is_text(node.left):
            return self.quiet(node)
        place = self.place(node)
        left, right = self.operand(node.left, place, 0), self.operand(node.right, place, 1)
        return self.hook(node, type(node.op).__name__, place, left, right)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        if isinstance(node.op, ast.Not) or _number(node) is not None:
            node.operand = self.visited(node.operand)
            return node
        return self.at(type(node.op).__name__, node, self.visited(node.operand))

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        if _comparison(node):
            return self._compare(node)
        self.generic_visit(node)
        return self.identical(node)

    def identical(self, node: ast.Compare) -> ast.expr:
        """`v is w`: as it would be of plain integers."""
        if (
            len(node.ops) != 1
            or not isinstance(node.ops[0], (ast.Is, ast.IsNot))
            or _singleton(node.comparators[0])
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
        place, compares = self.place(node), _compares(node.test)
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
        return node if _is_position(node) else self.visited(node)

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
        """An expression that only shows numbers: left as it is."""
        return _Quiet(self).visit(node)  # type: ignore[no-any-return]

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
        if pattern := _pattern(target):
            self.patterns[place] = pattern
        return self.hook(iterable, "loop", place, self.visited(iterable))

    # --- assignments ---

    def assigned(self, target: ast.expr, value: ast.expr) -> ast.expr:
        """A value on its way to a name."""
        place = self.place(target)
        self.targets[place] = ast.unparse(target)
        return self.hook(value, "assigned", place, value)

    def target(self, node: ast.expr) -> ast.expr:
        """A target: what it belongs to is handed to us."""
        if isinstance(node, (ast.Tuple, ast.List)):
            node.elts = [self.target(element) for element in node.elts]
        elif isinstance(node, ast.Starred):
            node.value = self.target(node.value)
        elif isinstance(node, (ast.Attribute, ast.Subscript)):
            place = self.place(node)
            self.targets[place] = ast.unparse(node)
            name = "item_target" if isinstance(node, ast.Subscript) else "attribute_target"
            node.value = self.hook(node, name, place, self.visited(node.value))
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
        move = isinstance(node.value, _MOVES) or _number(node.value) is not None
        value = self.data(node.value)
        if move and self._test:
            value = self.at("under", node.value, ast.Constant(self._test), value)
        if any(pattern := _pattern(target) for target in node.targets):
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
            if (place, 1) in self.literals:
                self.literals[len(self.places), 1] = self.literals[place, 1]
            node.target = self.target(node.target)  # type: ignore[assignment]
            return node
        name = ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target)
        changed = self.hook(node, f"Aug{type(node.op).__name__}", place, name, value)
        notes = self.bound(node.target, "augmented")
        return [ast.copy_location(ast.Assign([node.target], changed), node), *notes]

    # --- statements ---

    def visit_For(self, node: ast.For) -> ast.stmt:
        counts = (
            isinstance(node.iter, ast.Call)
            and isinstance(node.iter.func, ast.Name)
            and node.iter.func.id == "range"
        )
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
        compares = _compares(node.test) and not _is_main_guard(node.test)
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
            ast.copy_location(ast.Expr(self.hook(node, "begin_generator")), node.body[start - 1])
        ]
        node.body = node.body[:start] + (begin if generator else []) + self.block(node.body[start:])
        self._test, self._decides = outer
        return node

    def arguments(self, arguments: ast.arguments) -> None:
        """The defaults of a function's parameters."""
        arguments.defaults = [self.data(default) for default in arguments.defaults]
        arguments.kw_defaults = [default and self.data(default) for default in arguments.kw_defaults]

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


class _Quiet(ast.NodeTransformer):
    """Leaves an expression as it is, but for what would show that integers are wrapped."""

    def __init__(self, rewriter: Rewriter) -> None:
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


# --- what an expression is ---


def _number(node: ast.expr) -> int | float | None:
    """The number that is written there, if it is one: 1, 0.5, -2."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _number(node.operand)
        return None if value is None or isinstance(node.operand, ast.UnaryOp) else -value
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value  # type: ignore[return-value]
    return None


def _comparison(node: ast.Compare) -> bool:
    return len(node.ops) == 1 and type(node.ops[0]).__name__ in COMPARISONS


def _compares(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Compare) and _comparison(part) for part in ast.walk(node))


def _singleton(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) not in (int, float)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _is_main_guard(node: ast.expr) -> bool:
    return isinstance(node, ast.Compare) and isinstance(node.left, ast.Name) and node.left.id == "__name__"


def _is_position(node: ast.expr) -> bool:
    """A position computed of names and whole numbers: i, i + 1, -1."""
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub) and _is_position(node.operand)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, _INDEX_OPERATORS) and _is_position(node.left) and _is_position(node.right)
    return isinstance(node, (ast.Name, ast.Constant))


def _pattern(target: ast.expr) -> Any:
    """The shape of a target that unpacks: (None, (None, None)) for `i, (x, y)`; None if it is a single one."""
    if isinstance(target, (ast.Tuple, ast.List)):
        if any(isinstance(element, ast.Starred) for element in target.elts):
            return (None,)
        return tuple(_pattern(element) for element in target.elts)
    return None


# --- the program ---


def rewritten(
    source: str, file: str, hooks: Mapping[str, Callable[..., Any]], places: list[Place]
) -> tuple[CodeType, Rewriter]:
    """The program compiled with the hooks in it, and what they have to know of its places."""
    compile(source, file, "exec", dont_inherit=True)  # for its own errors, on the student's own text
    tree = ast.parse(source, file)
    rewriter = Rewriter(hooks, names_in(tree), places)
    tree.body = rewriter.block(tree.body)
    ast.fix_missing_locations(tree)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # it looks as if numbers were called
        return _with_hooks(compile(tree, file, "exec", dont_inherit=True), rewriter.functions), rewriter


def _with_hooks(code: CodeType, functions: Mapping[int, Callable[..., Any]]) -> CodeType:
    def put(constant: Any) -> Any:
        if isinstance(constant, CodeType):
            return _with_hooks(constant, functions)
        return functions.get(constant, constant) if type(constant) is int else constant

    return code.replace(co_consts=tuple(map(put, code.co_consts)))
