"""The names of a program and their scopes, as far as the rewriting needs them."""

from __future__ import annotations

import ast
from typing import NamedTuple

from backprop.syntax_tree import walk

# Built-in functions that give no number of the network, or look at the frame that calls them.
UNHOOKED = frozenset(
    (
        *("super", "locals", "globals", "vars", "dir", "eval", "exec", "compile", "__import__"),
        *("input", "open", "print", "exit", "quit", "help", "breakpoint"),
        *("range", "slice", "len", "id", "hash", "ord", "chr", "str", "repr", "format", "bool"),
        *("isinstance", "issubclass", "callable", "hasattr", "setattr"),
        *("staticmethod", "classmethod", "property", "object"),
        *("Exception", "ValueError", "TypeError"),
    )
)


class Names(NamedTuple):
    """Names that the program binds itself, attributes that call a function of its own, and its generator functions."""

    bound: frozenset[str]
    properties: frozenset[str]
    generators: frozenset[ast.AST]


def names_in(tree: ast.Module) -> Names:
    """The names of a program."""
    bound, properties, generators = set(), set(), set()
    for node in walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.alias):
            bound.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, ast.ClassDef):
            bound.add(node.name)
            properties |= _properties(node)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            bound.add(node.name)
            if isinstance(node, ast.FunctionDef) and _yields(node):
                generators.add(node)
    return Names(frozenset(bound), frozenset(properties), frozenset(generators))


def _properties(node: ast.ClassDef) -> set[str]:
    """Attributes of a class that call a function: decorated ones, and `area = property(get_area)`."""
    found = set()
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and part.decorator_list and not part.name.startswith("__"):
            found.add(part.name)
        elif isinstance(part, ast.Assign) and isinstance(part.value, ast.Call):
            called = part.value.func
            if isinstance(called, ast.Name) and called.id == "property":
                found |= {target.id for target in part.targets if isinstance(target, ast.Name)}
    return found


def _yields(function: ast.FunctionDef) -> bool:
    """True if it is a generator: a `yield` of its own, not of a function within."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            waiting += ast.iter_child_nodes(node)
    return False
