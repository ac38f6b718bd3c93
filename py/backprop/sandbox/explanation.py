"""Explanations of exceptions with the program's own values: the name that was probably meant, the size of an axis.

The page has a sentence for each id. An id that it does not know falls back on the sentence for the type of the exception.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from types import FrameType, ModuleType
from typing import Any

from backprop.sandbox.explanation_messages import by_message, short
from backprop.sandbox.operands import Failed, attributes_of, failed_operation
from backprop.sandbox.syntax_hints import hint
from backprop.sandbox.tracebacks import last_entry

_MODULES = frozenset(name for name in sys.stdlib_module_names if not name.startswith("_")) | {"numpy"}


def explained(error: BaseException, message: str, file: str) -> dict[str, Any]:
    """The id of the sentence that explains an exception, with the values in it; {} where the type says all there is.

    `message` is the exception's text, `file` the name of the program's file in tracebacks. Nothing of the program is run.

        explained(error, "name 'wieght' is not defined", FILE)
        # {"id": "NameError.near", "name": "wieght", "near": "weight"}
    """
    if isinstance(error, SyntaxError):
        return hint(error) or by_message(error, message)
    if found := by_message(error, message):
        return _with_texts(found, failed_operation(error, file), error)
    return _by_values(error, failed_operation(error, file), last_entry(error.__traceback__, file))


# --- the texts of the operands, and their values ---


def _with_texts(found: dict[str, Any], failed: Failed | None, error: BaseException) -> dict[str, Any]:
    """The facts, with the source text of the values that failed: `subject` for one value, `a` and `b` for two."""
    node = failed.node if failed else None
    match found["id"]:
        case "TypeError.operands":
            return found | _two_sides(found, node)
        case "TypeError.callable":
            return found | _subject(node.func if isinstance(node, ast.Call) else None, found["type"])
        case "TypeError.subscript" | "TypeError.index":
            subject = _subject(node.value if isinstance(node, ast.Subscript) else None, found["type"])
            return found | _none_of(found, subject)
        case "TypeError.iterable" if found["type"] == "NoneType":
            return {"id": "TypeError.none", **_subject(node if isinstance(node, ast.expr) else None, "None")}
        case "AttributeError.none":
            return found | _subject(node.value if isinstance(node, ast.Attribute) else None, "None")
        case "TypeError.cast" if "complex" in found["source"]:
            return found | {"id": "TypeError.complex"} | _subject(_changed(node), found["target"])
        case "TypeError.cast":
            return found | _subject(_changed(node), found["target"])
        case "ValueError.domain" if failed and (of := _argument(failed)):
            return {"id": "ValueError.domainOf", **of}
        case "ImportError.from" if near := _in_module(found["module"], found["name"]):
            return found | near
        case "TypeError.integer" if found["type"] == "tuple":
            return {"id": "TypeError.unpacked"}
        case _:
            return found


def _subject(node: ast.expr | None, otherwise: str) -> dict[str, str]:
    return {"subject": short(ast.unparse(node)) if node is not None else otherwise}


def _none_of(found: dict[str, Any], subject: dict[str, str]) -> dict[str, str]:
    return subject | ({"id": "TypeError.none"} if found["type"] == "NoneType" else {})


def _two_sides(found: dict[str, Any], node: ast.AST | None) -> dict[str, Any]:
    """The source text of both sides of an operator, `a` and `b`; if one is None, the facts for the sentence about it."""
    if isinstance(node, ast.Compare) and len(node.comparators) == 1:
        left, right = node.left, node.comparators[0]
    elif isinstance(node, (ast.BinOp, ast.AugAssign)):
        left = node.left if isinstance(node, ast.BinOp) else node.target
        right = node.right if isinstance(node, ast.BinOp) else node.value
    else:
        return {"id": "TypeError.kinds"}
    if none := [
        side for side, kind in ((left, found["left"]), (right, found["right"])) if kind == "NoneType"
    ]:
        return {"id": "TypeError.none", **_subject(none[0], "None")}
    for side, kind in ((left, found["left"]), (right, found["right"])):
        if kind in _FUNCTIONS and not isinstance(side, ast.Lambda):
            return {"id": "TypeError.uncalled", **_subject(side, kind)}
    return {"a": short(ast.unparse(left)), "b": short(ast.unparse(right))}


_FUNCTIONS = (
    *("function", "method", "builtin_function_or_method", "type"),
    *("numpy.ufunc", "numpy._ArrayFunctionDispatcher"),
)


def _changed(node: ast.AST | None) -> ast.expr | None:
    return node.target if isinstance(node, ast.AugAssign) else None


def _argument(failed: Failed) -> dict[str, str] | None:
    """A function and the number that it was called with; None if the number cannot be looked up."""
    node = failed.node
    if not isinstance(node, ast.Call) or len(node.args) != 1:
        return None
    value = failed.value(node.args[0])
    return {"function": ast.unparse(node.func), "value": repr(value)} if type(value) in (int, float) else None


def _by_values(error: BaseException, failed: Failed | None, entry: Any) -> dict[str, Any]:
    """Explanations of exceptions whose message says too little."""
    frame = entry.tb_frame if entry else None
    node = failed.node if failed else None
    if isinstance(error, NameError):
        return _name(error, frame)
    if isinstance(error, AttributeError):
        return _attribute(error)
    if isinstance(error, ModuleNotFoundError) and error.name:
        return _module(error.name)
    if isinstance(error, KeyError) and error.args and type(error.args[0]) in (str, int, float, tuple, bool):
        return _key(error.args[0], failed)
    if isinstance(error, IndexError) and failed and isinstance(node, ast.Subscript):
        return _index(node, failed)
    if isinstance(error, ZeroDivisionError) and isinstance(node, (ast.BinOp, ast.AugAssign)):
        divisor = node.right if isinstance(node, ast.BinOp) else node.value
        said = {"id": "ZeroDivisionError.divisor", **_subject(divisor, "0")}
        return {} if isinstance(divisor, ast.Constant) else said
    if isinstance(error, RecursionError) and frame is not None and frame.f_code.co_name != "<module>":
        return {"id": "RecursionError.function", "function": frame.f_code.co_name}
    return {}


def _index(node: ast.Subscript, failed: Failed) -> dict[str, Any]:
    """The number of items, and the one that was asked for."""
    whole, index = failed.value(node.value), failed.value(node.slice)
    if type(whole) not in (list, tuple, str):
        return {}
    said = _subject(node.value, "")
    if not whole:
        return {"id": "IndexError.nothing", **said}
    if type(index) is not int:
        return {"id": "IndexError.size", **said, "size": len(whole)}
    return {"id": "IndexError.length", **said, "index": index, "size": len(whole)}


def _key(key: Any, failed: Failed | None) -> dict[str, Any]:
    said = {"id": "KeyError.key", "key": short(repr(key))}
    node = failed.node if failed else None
    whole = failed.value(node.value) if failed and isinstance(node, ast.Subscript) else None
    if type(key) is not str or type(whole) is not dict:
        return said
    return said | _near("KeyError", key, [one for one in whole if type(one) is str], repr)


# --- names ---


def _name(error: NameError, frame: FrameType | None) -> dict[str, Any]:
    name = getattr(error, "name", None)
    if not isinstance(name, str):
        return {}
    said = {"id": "NameError.name", "name": name}
    if name == "np" or name in _MODULES:
        line = "import numpy as np" if name == "np" else f"import {name}"
        return {"id": "NameError.module", "name": name, "line": line}
    if frame is None:
        return said
    if name in _names_of(frame.f_locals.get("self")):
        return said | {"id": "NameError.near", "near": f"self.{name}"}
    return said | _near("NameError", name, {*frame.f_locals, *frame.f_globals, *vars(builtins)})


def _attribute(error: AttributeError) -> dict[str, Any]:
    name, whole = error.name, error.obj
    if not isinstance(name, str) or whole is None:
        return {}
    if type(whole) is ModuleType:
        near = _near("ImportError", name, vars(whole))
        return {"id": "ImportError.from", "module": vars(whole).get("__name__", ""), "name": name} | near
    kind = type.__dict__["__name__"].__get__(type(whole))
    said = {"id": "AttributeError.name", "type": kind, "name": name}
    return said | _near("AttributeError", name, _names_of(whole))


def _names_of(whole: object) -> set[str]:
    """The names after the dot of an object. Only tables are read: no `__dir__` of the program is called."""
    if whole is None:
        return set()
    known: set[str] = set()
    for one in type.mro(type(whole)):
        known |= {key for key in vars(one) if isinstance(key, str)}
    return known | set(attributes_of(whole))


def _module(name: str) -> dict[str, Any]:
    root = name.partition(".")[0]
    if root in _MODULES:
        # The page may lack parts of Python's own packages; NumPy and plain modules are there as a whole.
        is_package = root != "numpy" and hasattr(sys.modules.get(root), "__path__")
        if root == name or is_package:
            return {"id": "ModuleNotFoundError.standard", "name": name}
        return {"id": "ModuleNotFoundError.part", "name": name, "module": root}
    said = {"id": "ModuleNotFoundError.name", "name": root}
    near = _near("ModuleNotFoundError", root, ("numpy",)) or _near(
        "ModuleNotFoundError", root, _MODULES, cutoff=0.8
    )
    return said | near


def _in_module(module: str, name: str) -> dict[str, str]:
    """The name in a module that is most like another one; the module is read, not loaded."""
    loaded = sys.modules.get(module)
    return _near("ImportError", name, vars(loaded)) if type(loaded) is ModuleType else {}


def _near(
    kind: str, name: str, known: Iterable[str], shown: Callable[[str], str] = str, cutoff: float = 0.7
) -> dict[str, str]:
    """The known name that is most like it; {} if none is."""
    lower = {one.lower(): one for one in known if not one.startswith("__")}
    found = get_close_matches(name.lower(), lower, 1, cutoff)
    return {"id": f"{kind}.near", "near": shown(lower[found[0]])} if found else {}
