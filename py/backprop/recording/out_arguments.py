"""Finds the arrays that a call is told to write into: `np.add(a, b, out=c)`, `np.add(a, b, c)`, `a.dot(b, c)`.

NumPy itself says at which place a function takes such an array without its name: a ufunc has as many inputs
as `nin` says and its outputs after them, other functions have a signature with an `out` in it.
"""

from __future__ import annotations

import ast
import inspect
import re
from functools import cache
from typing import Any

import numpy as np

from backprop.recording.bindings import Names


def outs(call: ast.Call, names: Names) -> list[ast.expr]:
    """The expressions that stand for the arrays a call writes into.

    A call of a function of the program itself writes into none: what it changes is seen inside of it.
    """
    if isinstance(call.func, ast.Name) and call.func.id in names.functions:
        return []
    found = [keyword.value for keyword in call.keywords if keyword.arg == "out"]
    places = _places(call.func, names)
    if not any(isinstance(argument, ast.Starred) for argument in call.args):
        found += call.args[places.start : places.stop]
    return found


def numpy_function(function: ast.expr, names: Names) -> Any:
    """NumPy's function that an expression of the program stands for; None if it stands for none that its text shows.

    `np.exp`, `np.add.reduce`, `exp` after `from numpy import exp`, and `f` after `f = np.exp`.
    """
    match function:
        case ast.Attribute(owner, name):
            return getattr(_module(owner, names) or numpy_function(owner, names), name, None)
        case ast.Name(name) if name in names.from_modules:
            module, original = names.from_modules[name]
            return getattr(_numpy_part(module), original, None)
        case ast.Name(name) if names.bound[name] == 1 and len(names.assigned.get(name, [])) == 1:
            (value,) = names.assigned[name]
            return numpy_function(value, names) if isinstance(value, ast.Attribute) else None
        case ast.Name(name) if not names.bound[name] and "numpy" in names.stars:
            return getattr(np, name, None)
    return None


def _module(expression: ast.expr, names: Names) -> Any:
    """`np`, and `np.linalg`, as the modules they stand for."""
    dotted = ast.unparse(expression)
    for name, module in names.modules.items():
        if dotted == name or dotted.startswith(f"{name}."):
            return _numpy_part(module + dotted[len(name) :])
    return None


def _numpy_part(dotted: str) -> Any:
    first, *rest = dotted.split(".")
    found: Any = np if first == "numpy" else None
    for name in rest:
        found = getattr(found, name, None)
    return found


def _places(function: ast.expr, names: Names) -> range:
    """The places at which this function's arguments are arrays to write into; empty where there are none."""
    known = numpy_function(function, names)
    if known is not None:
        return _places_of(known)
    if (
        isinstance(function, ast.Attribute)
        and not names.bound[function.attr]
        and not _is_imported(function, names)
    ):
        # perhaps a method of an array, or of a generator of random numbers
        if hasattr(np.ndarray, function.attr):
            beside = _places_of(getattr(np, function.attr, None))  # whose first argument is the array
        else:
            beside = _places_of(getattr(np.random.Generator, function.attr, None))
        return range(max(0, beside.start - 1), max(0, beside.stop - 1))
    return range(0)


def _is_imported(function: ast.Attribute, names: Names) -> bool:
    """True if the function belongs to something imported, as in `scipy.special.expit(z)`."""
    owner = function.value
    while isinstance(owner, ast.Attribute):
        owner = owner.value
    return isinstance(owner, ast.Name) and owner.id in names.imported


@cache
def _places_of(function: Any) -> range:
    if isinstance(function, np.ufunc):
        return range(function.nin, function.nin + function.nout)
    place = _place_in_signature(function)
    return range(0) if place is None else range(place, place + 1)


def _place_in_signature(function: Any) -> int | None:
    """The place of `out` among the arguments that may come without their names."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # a function written in C: its signature stands in its documentation
        names = _documented_parameters(function)
        return names.index("out") if "out" in names else None
    by_place = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names = [one.name for one in parameters if one.kind in by_place]
    return names.index("out") if "out" in names else None


def _documented_parameters(function: Any) -> list[str]:
    """The parameters before a `*`, from a text like `dot(a, b, out=None)` or `concatenate((a1, a2, ...), axis=0, …)`."""
    name = re.escape(getattr(function, "__name__", ""))
    start = re.search(rf"\b{name}\(", getattr(function, "__doc__", None) or "")
    if not name or not start:
        return []
    found, depth = [""], 0
    for character in start.string[start.end() :]:
        depth += (character in "([") - (character in ")]")
        if depth < 0:
            break
        if character == "," and depth == 0:
            found.append("")
        else:
            found[-1] += character
    names = [one.split("=")[0].strip() for one in found]
    names = names[: names.index("*")] if "*" in names else names
    return [one for one in names if one != "/"]
