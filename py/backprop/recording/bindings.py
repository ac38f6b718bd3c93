"""The values that the names of a program are bound to, as far as its text tells."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from backprop.syntax_tree import walk


@dataclass
class Names:
    """The names of one program; scopes are not told apart, so what is said of a name holds in all of them."""

    bound: Counter[str] = field(default_factory=Counter)  # how often; "*" where a module gives all it has
    assigned: dict[str, list[ast.expr]] = field(default_factory=dict)  # what `name = …` gives it
    augmented: Counter[str] = field(default_factory=Counter)  # how often `name += …` stands there
    imported: set[str] = field(default_factory=set)
    modules: dict[str, str] = field(default_factory=dict)  # `np`: the module it stands for, and nothing else
    from_modules: dict[str, tuple[str, str]] = field(default_factory=dict)  # of `from numpy import exp as e`
    stars: set[str] = field(
        default_factory=set
    )  # modules of which a program takes all: `from numpy import *`
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)  # of the module, bound only once
    at_the_top: Mapping[str, ast.expr] = field(default_factory=dict)  # set by a statement that runs once

    @property
    def constants(self) -> dict[str, ast.expr]:
        """The module's variables that one plain assignment sets, outside every loop: `inputs = (1, 2, 3)`."""
        return {name: value for name, value in self.at_the_top.items() if self.bound[name] == 1}


def names_of(tree: ast.Module) -> Names:
    """Look through a program's whole tree."""
    names = Names()
    for node in walk(tree):
        bound = _bound_by(node)
        names.bound.update(bound)
        if isinstance(node, ast.alias):
            names.imported.update(bound)
        elif (
            isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
        ):
            names.assigned.setdefault(node.targets[0].id, []).append(node.value)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            names.augmented[node.target.id] += 1
    names.at_the_top = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and names.bound[node.name] == 1 and not node.decorator_list:
            names.functions[node.name] = node
    for node in walk(tree):  # a function may import for itself
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            given = {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
            names.stars |= {node.module} if "*" in given else set()
            names.from_modules |= {name: origin for name, origin in given.items() if names.bound[name] == 1}
        elif isinstance(node, ast.Import):
            names.modules |= {
                alias.asname or alias.name: alias.name
                for alias in node.names
                if names.bound[alias.asname or alias.name.split(".")[0]] == 1
            }
    return names


def _bound_by(node: ast.AST) -> list[str]:
    """The names that one node of the tree binds."""
    if isinstance(node, ast.Name):
        return [] if isinstance(node.ctx, ast.Load) else [node.id]
    if isinstance(node, ast.alias):
        return [(node.asname or node.name).split(".")[0]]
    if isinstance(node, (ast.Global, ast.Nonlocal)):
        return node.names
    names = (getattr(node, field, None) for field in ("arg", "name", "rest"))  # parameters, defs, captures
    return [name for name in names if isinstance(name, str)]
