"""Python's own word on a text: does it compile, and what is wrong with it if not."""

from __future__ import annotations

import ast
import re
import warnings
from itertools import accumulate
from typing import NamedTuple

from backprop.syntax_tree import walk

NAME = "<your program>"


class Fault(NamedTuple):
    """The line and column (from 1) at which Python stops reading, and its message."""

    line: int
    column: int
    says: str
    type: str


def fault(text: str) -> Fault | None:
    """Why the text does not compile; None if it does."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, NAME, "exec", dont_inherit=True)
    except SyntaxError as error:
        line, column = _unreadable(text) or (error.lineno or 1, error.offset or 1)
        return Fault(line, column, error.msg, type(error).__name__)
    except (ValueError, OverflowError) as error:
        return Fault(*(_unreadable(text) or (1, 1)), str(error), type(error).__name__)
    except (RecursionError, MemoryError) as error:
        return Fault(1, 1, "nested too deeply", type(error).__name__)
    return None


def _unreadable(text: str) -> tuple[int, int] | None:
    """Line and column of the first character that no Python text may have: NUL, half a surrogate pair."""
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if match := re.search(r"[\0\ud800-\udfff]", line):
            return number, match.start() + 1
    return None


def compiles(text: str) -> bool:
    """Python can compile the text."""
    return fault(text) is None


def parsed(text: str) -> ast.Module | None:
    """The syntax tree; None if there is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
        return None


def bound_names(tree: ast.AST) -> frozenset[str]:
    """Every name that the program gives a value anywhere: assigned, imported, defined, a parameter."""
    names: set[str] = set()
    for node in walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.alias(name=name, asname=other):
                names.add(other or name.split(".")[0])
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
            ):
                names.add(name)
    return frozenset(names)


class Places:
    """Offsets in a text of the nodes of its syntax tree, which counts columns in bytes."""

    def __init__(self, text: str) -> None:
        self._lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
        self._starts = [0, *accumulate(len(line) for line in self._lines)]

    def offset(self, node: ast.expr | ast.stmt) -> int:
        """The place in the text at which the node begins."""
        line = self._lines[node.lineno - 1].encode("utf-8", "surrogatepass")
        before = line[: node.col_offset].decode("utf-8", "ignore")
        return self._starts[node.lineno - 1] + len(before)


_LOOKS = frozenset(("NameError", "AttributeError", "ImportError", "ModuleNotFoundError", "Exception"))


def guarded_lines(tree: ast.AST) -> frozenset[int]:
    """The lines where the program itself asks whether a name or a module is there, and what version runs it.

    try: xrange
    except NameError: xrange = range
    """
    lines: set[int] = set()
    for node in walk(tree):
        if (isinstance(node, ast.Try) and _catches(node)) or (isinstance(node, ast.If) and _asks(node.test)):
            lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return frozenset(lines)


def _catches(node: ast.Try) -> bool:
    """True if a handler catches the error of a name that is not there."""
    types = [handler.type for handler in node.handlers]
    named = {child.id for type in types if type for child in walk(type) if isinstance(child, ast.Name)}
    return None in types or bool(named & _LOOKS)


def _asks(test: ast.expr) -> bool:
    return any(word in ast.dump(test) for word in ("version", "'PY2'", "'PY3'", "hasattr"))
