"""Finds in a program's text whether arrays keep their dtype and shape in every turn of a loop.

What keeps its kind need not be looked at each time it is noted. A name does if it is set once and
for all, if it is only ever changed in place, or if what is assigned to it is computed, in a way
that no number can turn, from names that do.
"""

from __future__ import annotations

import ast
from collections.abc import Collection

import numpy as np

from backprop.recording.bindings import Names
from backprop.recording.out_arguments import numpy_function
from backprop.syntax_tree import walk

# NumPy functions whose result has a type and shape that follow from those of their arguments; so has every ufunc's.
_FUNCTIONS = {"where", "clip", "zeros_like", "ones_like", "dot", "outer"}
_METHODS = {"dot", "copy"}
_REDUCING = {"sum", "mean", "max", "min"}  # with options, which must be plain


def keep_their_kinds(arrays: Collection[str], names: Names) -> bool:
    """True if each of these names, known to be arrays, has the same dtype and shape in every turn."""
    kinds = _Kinds(arrays, names)
    return all(map(kinds.fixed, arrays))


class _Kinds:
    def __init__(self, arrays: Collection[str], names: Names) -> None:
        self._arrays = arrays
        self._names = names
        self._answers: dict[str, bool] = {}

    def fixed(self, name: str) -> bool:
        """True if the name always stands for one dtype and shape; of a function, if its result follows from operands."""
        if name not in self._answers:
            self._answers[name] = False  # unless it depends on itself
            is_function = name in self._names.functions
            self._answers[name] = self._one_line(name) if is_function else self._set_once(name)
        return self._answers[name]

    def _set_once(self, name: str) -> bool:
        names = self._names
        values, changes = names.assigned.get(name, []), names.augmented[name]
        if len(values) != 1 or names.bound[name] != 1 + changes:
            return False
        if changes and name not in self._arrays:  # a number's kind may change with it
            return False
        return name in names.at_the_top or self._follows(values[0])

    def _follows(self, part: ast.expr, parameters: Collection[str] = ()) -> bool:
        """True if an expression's dtype and shape follow from fixed ones; a function's parameters count as fixed.

        Plain numbers keep their values too, being set once: no power of theirs is now whole, now broken.
        """

        def all_follow(*parts: ast.expr) -> bool:
            return all(self._follows(one, parameters) for one in parts)

        match part:
            case ast.Constant():
                return True
            case ast.Name(name):
                return name in parameters or self.fixed(name)
            case ast.BinOp(left, _, right) | ast.Compare(left, _, [right]):
                return all_follow(left, right)
            case ast.UnaryOp(_, one) | ast.Attribute(one, "T"):
                return all_follow(one)
            case ast.Call(ast.Name(name), arguments, []):
                return name in self._names.functions and self.fixed(name) and all_follow(*arguments)
            case ast.Call(ast.Attribute(_, "where"), [_]):  # gives as many places as there are
                return False
            case ast.Call(ast.Attribute(owner, name), arguments, options):
                is_numpy = isinstance(owner, ast.Name) and self._names.modules.get(owner.id) == "numpy"
                given = arguments if is_numpy else [owner, *arguments]
                function = numpy_function(ast.Attribute(owner, name), self._names)
                of_numpy = name in _FUNCTIONS or (isinstance(function, np.ufunc) and function.nout == 1)
                computes = (of_numpy if is_numpy else name in _METHODS) and not options
                reduces = name in _REDUCING and len(given) == 1 and _plain(options)
                return (computes or reduces) and all_follow(*given)
        return False

    def _one_line(self, function: str) -> bool:
        """True if a function only returns an expression whose dtype and shape follow from its parameters."""
        definition = self._names.functions[function]
        parameters = {one.arg for one in walk(definition.args) if isinstance(one, ast.arg)}
        match definition.body:
            case [ast.Return(value)] | [ast.Expr(ast.Constant()), ast.Return(value)]:
                return value is not None and self._follows(value, parameters)
        return False


def _plain(options: list[ast.keyword]) -> bool:
    return all(isinstance(option.value, ast.Constant) for option in options)
