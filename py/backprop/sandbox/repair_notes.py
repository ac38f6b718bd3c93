"""Notes on a program, which change nothing: modules that are not here, divisions that Python 2 rounded."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec

from backprop.sandbox.repair_draft import Change, Draft
from backprop.sandbox.repair_scanner import DOTS, lines_of, scan
from backprop.sandbox.repair_syntax import Places, bound_names, guarded_lines, parsed
from backprop.sandbox.standins import ROOTS
from backprop.syntax_tree import walk

NOT_NEEDED = frozenset(("sklearn", "plotly", "PIL", "cv2", "imageio", "bokeh", "wandb", "tensorboard"))
"""Modules that read tables and pictures, measure or draw: a training can do without."""

_IMPORT = re.compile(r"\s*(?:import|from)\s+([A-Za-z_]\w*)")


def notes(draft: Draft, old: bool) -> list[Change]:
    """All notes, in the order of the text. `old`: the program was written for Python 2."""
    tree = parsed(draft.text)
    if tree is None:
        return _imports_of_lines(draft)
    places = Places(draft.text)
    said = [*_imports(draft, tree, places), *_dots(draft)]
    if old and "__future__" not in draft.text:
        said += _divisions(draft, tree, places)
    return sorted(said, key=lambda change: (change.line, change.column))


# --- modules ---


def _imports(draft: Draft, tree: ast.Module, places: Places) -> Iterator[Change]:
    guarded = guarded_lines(tree)
    seen: set[str] = set()
    for node in walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom) or node.lineno in guarded:
            continue
        for module in _modules(node):
            root = module.split(".")[0]
            if root not in seen and (identifier := _missing(root)):
                seen.add(root)
                yield draft.change(places.offset(node), identifier, module)


def _modules(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if node.module and node.level == 0 else []


def _imports_of_lines(draft: Draft) -> list[Change]:
    """Notes on imports in a text without a syntax tree: on the first module of each line."""
    found: dict[str, Change] = {}
    for line in lines_of(draft.text):
        match = _IMPORT.match(line.text)
        if match and not line.in_string and match[1] not in found and (identifier := _missing(match[1])):
            found[match[1]] = draft.change(line.start, identifier, match[1])
    return list(found.values())


def _missing(root: str) -> str | None:
    """The note for a module that cannot be had."""
    if root in ROOTS:
        return "import-standin"
    if root in sys.stdlib_module_names or _found(root):
        return None
    if root == "pandas":
        return "import-pandas"
    return "import-not-needed" if root in NOT_NEEDED else "import-missing"


def _found(root: str) -> bool:
    try:
        return root == "numpy" or find_spec(root) is not None
    except (ImportError, ValueError, AttributeError):
        return False


# --- names with a middle dot ---


def _dots(draft: Draft) -> Iterator[Change]:
    """x·w is one name to Python. Where nobody gives that name a value, a product is meant."""
    if not DOTS & set(draft.text):
        return
    tree = parsed(draft.text)
    bound = bound_names(tree) if tree else frozenset()
    code = scan(draft.text)
    strings = [token for token in code if token.kind in ("string", "comment")]
    for match in re.finditer(r"\w+(?:[\u00b7\u0387]\w+)+", draft.text):
        inside = any(token.start <= match.start() < token.end for token in strings)
        if not inside and match.group().replace("\u0387", "\u00b7") not in bound:
            yield draft.change(
                match.start(), "dot-name", match.group(), {"replacement": _product(match.group())}
            )


def _product(name: str) -> str:
    return " * ".join(re.split("[\u00b7\u0387]", name))


# --- divisions ---


def _divisions(draft: Draft, tree: ast.Module, places: Places) -> Iterator[Change]:
    """Divisions of two whole numbers: Python 2 rounded the result down."""
    whole = _whole_names(tree)
    for node in walk(tree):
        match node:
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                divides = (
                    _is_whole(left, whole) and _is_whole(right, whole) and not _comes_out_even(left, right)
                )
            case ast.AugAssign(target=ast.Name() as left, op=ast.Div(), value=right):
                divides = left.id in whole and _is_whole(right, whole)
            case _:
                continue
        if divides:
            what = ast.unparse(node)
            yield draft.change(places.offset(node), "division", what[:60])


def _comes_out_even(left: ast.expr, right: ast.expr) -> bool:
    """4 / 2: the same in both, but for the type."""
    match left, right:
        case ast.Constant(value=int(above)), ast.Constant(value=int(below)):
            return below == 0 or above % below == 0
    return False


def _whole_names(tree: ast.Module) -> frozenset[str]:
    """The names that are given whole numbers only."""
    given = list(_assigned(tree))
    whole = {name for name, _ in given} - _parameters(tree)
    while True:
        not_whole = {name for name, value in given if value is None or not _is_whole(value, whole)}
        if not not_whole & whole:
            return frozenset(whole)
        whole -= not_whole


def _parameters(tree: ast.Module) -> set[str]:
    return {node.arg for node in walk(tree) if isinstance(node, ast.arg)}


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr | None]]:
    """Each name with each value it is given; None for a value that is not looked at, as in a, b = f()."""
    followed: set[ast.AST] = set()
    for node in walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Name):
                        followed.add(target)
                        yield target.id, value
            case ast.AugAssign(target=ast.Name() as target, op=op, value=value):
                followed.add(target)
                yield (
                    target.id,
                    value if isinstance(op, ast.Add | ast.Sub | ast.Mult | ast.FloorDiv | ast.Div) else None,
                )
            case ast.For(target=ast.Name() as target, iter=ast.Call(func=ast.Name(id="range"))):
                followed.add(target)
                yield target.id, ast.Constant(0)
            case ast.Name(id=name, ctx=ast.Store()) if node not in followed:
                yield name, None


def _is_whole(value: ast.expr, names: frozenset[str] | set[str]) -> bool:
    """Certainly an int: 3, len(x), int(x), n of such names, and sums and products of them."""
    match value:
        case ast.Constant(value=constant):
            return type(constant) is int
        case ast.Name(id=name):
            return name in names
        case ast.Call(func=ast.Name(id="len" | "int" | "ord")):
            return True
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return _is_whole(operand, names)
        case ast.BinOp(
            left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.FloorDiv() | ast.Mod(), right=right
        ):
            return _is_whole(left, names) and _is_whole(right, names)
        case ast.BinOp(left=left, op=ast.Div(), right=right):  # as Python 2 divides
            return _is_whole(left, names) and _is_whole(right, names)
    return False
