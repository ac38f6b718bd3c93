"""Ways through a syntax tree, as in the module `ast`, in a third of the time: a program is looked through many times before
it runs, and a reader waits for that."""

from __future__ import annotations

import ast
from typing import TypeVar

_PLACE = ("lineno", "col_offset", "end_lineno", "end_col_offset")
_Tree = TypeVar("_Tree", bound=ast.AST)


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of each kind of node that may hold nodes."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        self[kind] = tuple(name for name in kind._fields if name not in _WITHOUT_NODES)
        return self[kind]


# Fields that hold a name, a number or nothing, in every kind of node that has them.
_WITHOUT_NODES = {"id", "attr", "arg", "asname", "module", "level", "rest", "kind", "type_comment"}
_WITHOUT_NODES |= {"conversion", "is_async", "simple"}
_FIELDS = _Fields({ast.Constant: ()})  # its value is the program's, never a node


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes that stand directly in a node, in order, as `ast.iter_child_nodes` gives them."""
    found: list[ast.AST] = []
    for name in _FIELDS[type(node)]:
        value = getattr(node, name, None)
        if type(value) is list:
            found += [part for part in value if isinstance(part, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def walk(node: ast.AST) -> list[ast.AST]:
    """A node and all that is in it, breadth first, as `ast.walk` gives them.

    >>> [type(one).__name__ for one in walk(ast.parse("a + 1", mode="eval").body)]
    ['BinOp', 'Name', 'Add', 'Constant', 'Load']
    """
    found = [node]
    for one in found:  # it grows meanwhile. A call of `children` would take as long as all else
        for name in _FIELDS[type(one)]:
            value = getattr(one, name, None)
            if type(value) is list:
                found += [part for part in value if isinstance(part, ast.AST)]
            elif isinstance(value, ast.AST):
                found.append(value)
    return found


def targets_of(node: ast.Assign | ast.AugAssign) -> list[ast.expr]:
    """The targets of an assignment: two of `a = b = 0`, one of `a += 1`."""
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def is_range(node: ast.expr) -> bool:
    """True for a call of `range`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"


def variables_in(node: ast.AST) -> frozenset[str]:
    """The names of the variables in a part of a program."""
    return frozenset(one.id for one in walk(node) if isinstance(one, ast.Name))


def fix_missing_locations(tree: _Tree) -> _Tree:
    """The tree, in which each node without a place in the program has got the place of the node around it."""
    waiting: list[tuple[ast.AST, dict[str, int]]] = [
        (tree, dict.fromkeys(_PLACE, 0) | {"lineno": 1, "end_lineno": 1})
    ]
    while waiting:
        node, place = waiting.pop()
        if node._attributes:
            known = node.__dict__
            for name in _PLACE:
                if known.get(name) is None:
                    setattr(node, name, place[name])
            place = known
        waiting += [(part, place) for part in children(node)]
    return tree
