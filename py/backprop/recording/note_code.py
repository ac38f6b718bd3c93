"""The statements that are put into a program to note what it assigned, as pieces of syntax tree.

weights[l] = w    becomes    weights[l] = w
                             try: log.extend((site, l, +weights[l]))
                             except: look at it, and note it with care
"""

from __future__ import annotations

import ast
import copy

from backprop.lessons.lens import Watch
from backprop.recording.hooks import (
    EXCEPTION,
    JOIN,
    LEN,
    LOST,
    MOST_TOGETHER,
    NOTE,
    NOTED,
    SLICE,
    SLOW_NOTE,
    TOGETHER,
    VALIDATED,
)
from backprop.syntax_tree import walk


def load(name: str) -> ast.Name:
    """The expression that reads a variable."""
    return ast.Name(name, ast.Load())


def call(hook: int, *args: ast.expr) -> ast.Call:
    """A call of a hook, which stands in the code as its number until the code is compiled."""
    return ast.Call(ast.Constant(hook), list(args), [])


def placed_at(line_of: ast.AST, *nodes: ast.stmt) -> list[ast.stmt]:
    """Give statements of ours the place of the student's statement; what is in them gets it in the end."""
    for node in nodes:
        if not hasattr(node, "lineno"):
            ast.copy_location(node, line_of)
    return list(nodes)


class _Loaded(ast.NodeTransformer):
    """Turns an assignment target into an expression that reads what it set."""

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        return ast.copy_location(load(node.target.id), node)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if hasattr(node, "ctx"):
            node.ctx = ast.Load()
        return node


def loaded(expression: ast.expr) -> ast.expr:
    """A copy of an assignment target, to be read instead of set."""
    loaded: ast.expr = _Loaded().visit(copy.deepcopy(expression))
    return loaded


def is_named(tree: ast.AST, *names: str) -> bool:
    """True if a program defines one of these names, or may do so: it sets it, or has it in a text.

    >>> is_named(ast.parse("class V: __pos__ = abs"), "__pos__"), is_named(ast.parse("x.dtype"), "dtype")
    (True, False)
    """
    return any(
        (isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name in names)
        or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in names)
        or (isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in names)
        or (isinstance(node, ast.Constant) and node.value in names)
        for node in walk(tree)
    )


def is_plain(expression: ast.expr) -> bool:
    """True if the expression can be read twice, to the same value and without an effect.

    >>> is_plain(ast.parse("i + 1", mode="eval").body), is_plain(ast.parse("next(it)", mode="eval").body)
    (True, False)
    """
    if isinstance(expression, (ast.Constant, ast.Name)):
        return True
    if isinstance(expression, ast.UnaryOp):
        return is_plain(expression.operand)
    if isinstance(expression, ast.BinOp):
        return is_plain(expression.left) and is_plain(expression.right)
    if isinstance(expression, (ast.Tuple, ast.List)):
        return all(is_plain(element) for element in expression.elts)
    return False


def base_and_keys(target: ast.expr) -> tuple[ast.expr, list[ast.expr]]:
    """The base of a target and its indices, in order: `weights[-1][0, 2]` gives `weights` and `[-1, (0, 2)]`."""
    keys: list[ast.expr] = []
    while isinstance(target, ast.Subscript):
        keys.insert(0, as_value(target.slice))
        target = target.value
    return target, keys


def tuple_of(values: list[ast.expr]) -> ast.expr:
    """The expression `(a, b, …)`."""
    return ast.Tuple(values, ast.Load())


def array_note(
    watch: Watch, site: ast.Constant, array: ast.expr, keys: list[ast.expr], with_care: bool
) -> ast.stmt:
    """Note a layer's array as bytes; a part of one, a list of them, or an object of the program, with care."""
    careful = call(SLOW_NOTE, site, tuple_of(keys) if keys else ast.Constant(None), loaded(array))
    if with_care or watch.layer == "all" or (keys and watch.layer is not None):
        return guarded(careful, None, site)
    if watch.layer is None:
        positive = ast.UnaryOp(ast.UAdd(), loaded(array))
        return guarded(call(NOTE, tuple_of([site, ast.Constant(None), positive])), careful, site)
    kind = ast.Attribute(loaded(array), "dtype", ast.Load())
    copied = ast.Call(ast.Attribute(loaded(array), "tobytes", ast.Load()), [], [])
    return guarded(call(NOTE, tuple_of([_validated(site), kind, copied])), careful, site)


def gated(gate: int, body: list[ast.stmt], otherwise: list[ast.stmt]) -> ast.stmt:
    """Two ways through the program: one that takes notes, and one for turns of which these notes are not kept."""
    return ast.If(ast.Subscript(ast.Constant(NOTED), ast.Constant(gate), ast.Load()), body, otherwise)


def note_together(number: int, names: list[str], same_kinds: bool) -> list[ast.stmt]:
    """Two statements that note several names' arrays as one: the fast one appends their joined bytes, the slow one first
    validates each array's dtype and shape."""
    arrays = tuple_of([load(name) for name in names])
    if same_kinds:
        note = [_validated(ast.Constant(number * MOST_TOGETHER)), ast.Constant(None), call(JOIN, arrays)]
    else:
        joined = ast.NamedExpr(ast.Name("·joined", ast.Store()), call(JOIN, arrays))
        length = ast.BinOp(call(LEN, joined), ast.Add(), ast.Constant(number * MOST_TOGETHER))
        kinds: list[ast.expr] = [
            part
            for name in names
            for part in (ast.Attribute(load(name), "dtype", ast.Load()), call(LEN, load(name)))
        ]
        note = [_validated(length), tuple_of(kinds), load("·joined")]
    careful = call(TOGETHER, ast.Constant(number), arrays)
    return [ast.Expr(call(NOTE, tuple_of(note))), ast.Expr(careful)]


def _validated(key: ast.expr) -> ast.expr:
    """The expression that looks the site of an array up. It raises KeyError for a key that is not validated yet, so that
    the `try` around it falls back to the slow way."""
    return ast.Subscript(ast.Constant(VALIDATED), key, ast.Load())


def guarded(fast: ast.expr, careful: ast.expr | None, site: ast.expr | None) -> ast.stmt:
    """`try: fast` / `except: careful` / `except: say it was lost`. A try that raises nothing costs nothing."""
    lost: list[ast.stmt] = [ast.Expr(call(LOST, site)) if site else ast.Pass()]
    inner: list[ast.stmt] = lost if careful is None else [try_except([ast.Expr(careful)], lost)]
    return try_except([ast.Expr(fast)], inner)


def try_except(body: list[ast.stmt], otherwise: list[ast.stmt]) -> ast.stmt:
    """The statement `try: body`, `except Exception: otherwise`."""
    return ast.Try(body, [ast.ExceptHandler(ast.Constant(EXCEPTION), None, otherwise)], [], [])


def as_value(index: ast.expr) -> ast.expr:
    """An index as an expression that can stand anywhere: a slice becomes a call, a kept part its name."""
    if isinstance(index, ast.NamedExpr):
        return load(index.target.id)
    if isinstance(index, ast.Tuple):
        return tuple_of([as_value(element) for element in index.elts])
    if isinstance(index, ast.Slice):
        parts = (index.lower, index.upper, index.step)
        return call(SLICE, *(ast.Constant(None) if part is None else as_value(part) for part in parts))
    return loaded(index)


def index_of(indices: list[ast.expr]) -> ast.expr:
    """The index in a note: None, the one index, or a tuple of them."""
    values = [as_value(index) for index in indices]
    if not values:
        return ast.Constant(None)
    return values[0] if len(values) == 1 else ast.Tuple(values, ast.Load())
