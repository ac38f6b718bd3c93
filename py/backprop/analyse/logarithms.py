"""Finds in a program's syntax tree whether it computes a logarithm of its network's outputs.

Only the cross-entropy does: `-(t * log(y) + (1 - t) * log(1 - y))`. What a name, a comment or a string says is no
evidence, and neither is a logarithm of anything else: `log(2)`, `log10(epoch + 1)`, or the logarithm of a squared error
for a plot.

The answer follows the values through the program, without scopes: a name that once holds an output holds it everywhere.

    y = sigmoid(net)               # `y` is a name of the lens, so it is of the network
    p = np.clip(y, 1e-9, 1)        # so is `p`, being computed from it
    off = t - y                    # a difference
    error = (off**2).sum()         # a squared error: `math.log10(error)` is no part of the cross-entropy
    loss = -np.sum(t * np.log(p))  # a logarithm of an output
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from backprop.lessons.lens import Lens
from backprop.model.role import Found
from backprop.syntax_tree import walk

_LOGARITHMS = {"log", "log2", "log10", "log1p", "logaddexp", "xlogy", "xlog1py"}
_MODULES = {"math", "cmath", "numpy", "scipy.special"}
_ADDING = {"append", "appendleft", "extend", "insert", "add", "update"}  # `outputs.append(y)`
_OF_THE_NETWORK = {"a", "net", "w", "b"}  # what the lens watches as one of these is an output, or makes one
_SQUARING = {"square", "power", "pow", "norm", "dot", "vdot", "inner"}
_DISTANCES, _SUMS = {"abs", "absolute", "fabs"}, {"sum", "mean", "average", "fsum"}
_COUNTING = {
    "len",
    "range",
    "argmax",
    "argmin",
    "type",
    "isinstance",
}  # what they give is no number of the network


def names_of_network(lens: Lens, found: Found | None = None) -> set[str]:
    """The names of a program that hold outputs of its network, or what makes them: by the lens, or as they were found."""
    names = {base for base, one in lens.watches.items() if one.quantity in _OF_THE_NETWORK}
    for role in found.roles if found else ():
        if role.quantity in _OF_THE_NETWORK:
            names |= set(re.findall(r"[^\W\d]\w*", role.name)) - {"self"}
    return names


def computes_a_logarithm(tree: ast.Module, names: Collection[str]) -> bool:
    """True if the program calls a logarithm whose argument is computed from the network's outputs.

    `names` are those of `names_of_network`.
    """
    return _names_a_logarithm(tree) and _Values(tree, names).any_logarithm()


def _names_a_logarithm(tree: ast.Module) -> bool:
    """True if the name of a logarithm stands anywhere in the program: most programs have none."""
    for node in walk(tree):
        match node:
            case ast.Name(name) | ast.Attribute(_, name) | ast.alias(name) if name in _LOGARITHMS:
                return True
    return False


class _Values:
    """The names of a program that hold numbers of the network, differences of these, and errors made of differences."""

    def __init__(self, tree: ast.Module, names: Collection[str]) -> None:
        self._calls = [node for node in walk(tree) if isinstance(node, ast.Call)]
        self._modules, self._functions = _imported(tree)
        self._own = {node.name: node for node in walk(tree) if isinstance(node, _FUNCTIONS)}
        self._functions -= self._own.keys()
        self._network = {*names}
        self._differences: set[str] = set()
        self._errors: set[str] = set()
        pairs = [*_assigned(tree), *self._handed_on()]
        self._functions |= {
            name for name, value in pairs if isinstance(value, ast.Attribute) and self._is_logarithm(value)
        }
        pairs = [(name, value) for name, value in pairs if name not in names]
        size = -1
        while size != (size := len(self._network) + len(self._differences) + len(self._errors)):
            for name, value in pairs:  # until no name is added any more
                if self._is_error(value):
                    self._errors.add(name)
                elif self._is_difference(value):
                    self._differences.add(name)
                elif self._is_network(value):
                    self._network.add(name)

    def any_logarithm(self) -> bool:
        """True if the program takes a logarithm of something that its network computes."""
        return any(
            self._is_logarithm(call.func)
            and any(self._is_network(argument) and not self._is_error(argument) for argument in call.args)
            for call in self._calls
        )

    def _handed_on(self) -> Iterator[tuple[str, ast.expr]]:
        """The parameters of the program's own functions with what calls give them, and their names with what they return."""
        for call in self._calls:
            name = _name(call.func)
            if name in self._own:
                given = self._own[name].args
                parameters = [one.arg for one in (*given.posonlyargs, *given.args)]
                if isinstance(call.func, ast.Attribute) and parameters[:1] == ["self"]:
                    del parameters[0]
                yield from zip(parameters, call.args)
                yield from ((word.arg, word.value) for word in call.keywords if word.arg)
        for name, function in self._own.items():
            for node in walk(function):
                if isinstance(node, ast.Return) and node.value:
                    yield name, node.value

    def _is_logarithm(self, function: ast.expr) -> bool:
        if isinstance(function, ast.Name):
            return function.id in self._functions
        return (
            isinstance(function, ast.Attribute)
            and function.attr in _LOGARITHMS
            and ast.unparse(function.value) in self._modules
        )

    def _is_network(self, value: ast.expr) -> bool:
        """True if the value is computed from numbers of the network."""
        known = self._network | self._differences
        return any(_name(part) in known for part in _numbers(value))

    def _is_difference(self, value: ast.AST) -> bool:
        """True for a difference of two numbers, none of them a constant: `t - y`, but not `1 - y`."""
        match value:
            case ast.BinOp(ast.Constant(), ast.Sub(), _) | ast.BinOp(_, ast.Sub(), ast.Constant()):
                return False
            case ast.BinOp(_, ast.Sub(), _):
                return self._is_network(value)
            case ast.Subscript(of, _) | ast.UnaryOp(_, of) | ast.Attribute(of, "T"):
                return self._is_difference(of) or _name(of) in self._differences
        return _name(value) in self._differences

    def _is_error(self, value: ast.expr) -> bool:
        """True if the value is computed from the square of a difference, or from its size: `(t - y) ** 2`, `abs(t - y)`."""
        return any(_name(part) in self._errors or self._squares(part) for part in _numbers(value))

    def _squares(self, part: ast.AST) -> bool:
        match part:
            case ast.BinOp(base, ast.Pow(), ast.Constant(2 | 4)):
                return self._is_difference(base)
            case ast.BinOp(one, ast.Mult() | ast.MatMult(), other):
                return self._is_difference(one) and self._is_difference(other)
            case ast.Call(function, [first, *_]) if _name(function) in _SQUARING:
                return self._is_difference(first)
            case ast.Call(function, [first, *_]) if _name(function) in _SUMS:
                return any(self._is_distance(inner) for inner in walk(first))
        return False

    def _is_distance(self, part: ast.AST) -> bool:
        """True for the size of a difference: `abs(t - y)`. `1 - abs(t - y)` may be an output again."""
        match part:
            case ast.Call(function, [first]) if _name(function) in _DISTANCES:
                return self._is_difference(first)
        return False


def _numbers(value: ast.AST) -> Iterator[ast.AST]:
    """The parts of an expression, without those whose value is no number of the network: sizes and comparisons."""
    match value:
        case ast.Compare() | ast.Attribute(_, ("shape" | "size" | "ndim" | "dtype")):
            return
        case ast.Call(function) if _name(function) in _COUNTING:
            return
    yield value
    for child in ast.iter_child_nodes(value):
        yield from _numbers(child)


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _name(node: ast.AST) -> str | None:
    """`y` of `y`, and of `self.y`."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None


def _imported(tree: ast.Module) -> tuple[set[str], set[str]]:
    """The names that stand for modules with logarithms, and for logarithms themselves."""
    modules, functions = set(), set()
    for node in walk(tree):
        if isinstance(node, ast.Import):
            modules |= {one.asname or one.name for one in node.names if one.name in _MODULES}
        elif isinstance(node, ast.ImportFrom) and node.module in _MODULES:
            names = [(one.name, one.asname or one.name) for one in node.names]
            functions |= {own for name, own in names if name in _LOGARITHMS}
            functions |= _LOGARITHMS if ("*", "*") in names else set()
    return modules, functions


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Every name that is assigned to, with the value: `y`, `self.y` and `y[0]` all count as `y`."""
    for node in walk(tree):
        match node:
            case ast.Assign(targets, value):
                yield from (pair for target in targets for pair in _taken_apart(target, value))
            case ast.AugAssign(target, _, value) | ast.NamedExpr(target, value):
                yield from _taken_apart(target, value)
            case ast.AnnAssign(target, _, ast.expr() as value):
                yield from _taken_apart(target, value)
            case ast.Call(ast.Attribute(target, method), arguments) if method in _ADDING:
                yield from (pair for value in arguments for pair in _taken_apart(target, value))
            case ast.For(target, value) | ast.AsyncFor(target, value) | ast.comprehension(target, value):
                yield from _taken_apart(target, value)


def _taken_apart(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, (ast.Tuple, ast.List)):
        parts = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
        alike = len(parts) == len(target.elts) and not any(
            isinstance(one, ast.Starred) for one in target.elts
        )
        for number, one in enumerate(target.elts):
            yield from _taken_apart(one, parts[number] if alike else value)
        return
    while isinstance(target, (ast.Subscript, ast.Starred)):
        target = target.value
    if name := _name(target):
        yield name, value
