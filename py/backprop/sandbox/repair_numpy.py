"""Names that NumPy removed: np.float, np.mat, np.asfarray(x), np.math.exp, from numpy import mat.

NumPy itself is asked: its AttributeError tells what to write instead. What it does not tell is listed here.
"""

from __future__ import annotations

import builtins
import re
import warnings
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from backprop.sandbox.repair_draft import Edit
from backprop.sandbox.repair_scanner import Token, depth_after

_REPLACED = {
    "product": "np.prod",
    "cumproduct": "np.cumprod",
    "in1d": "np.isin",
    "trapz": "np.trapezoid",
    "row_stack": "np.vstack",
    "bool8": "np.bool_",
    "int0": "np.intp",
    "uint0": "np.uintp",
    "object0": "np.object_",
    "str0": "np.str_",
    "bytes0": "np.bytes_",
}
# These need one more argument: np.asfarray(x) is np.asarray(x, dtype=float).
_CALLS = {"asfarray": ("asarray", "dtype=float"), "msort": ("sort", "axis=0")}
_OTHERS = frozenset(("asscalar", "math"))  # repaired below, or refused
_SCALARS = {"float": "float64", "int": "int_", "complex": "complex128", "object": "object_", "str": "str_"}
_INSTEAD = re.compile(r"[Uu]se `(-?(?:np\.)?\w+|-?0\.0)`(?: by itself| instead)")


class Use(NamedTuple):
    """A use of a name that NumPy has no more. Without edits there is no replacement."""

    token: Token
    what: str
    edits: list[Edit]


@cache
def replacement(name: str) -> str | None:
    """The expression to write for np.<name>: "np.inf", "float"; "" if there is none.

    None if NumPy has the name, or never had it.
    """
    if name in dir(np):
        return None
    says = _asked(name)
    if (match := _INSTEAD.search(says)) and _exists(match[1]):
        return match[1]
    if name in _REPLACED and _exists(_REPLACED[name]):
        return _REPLACED[name]
    had = name in _REPLACED or name in _CALLS or name in _OTHERS
    return "" if had or says != f"module 'numpy' has no attribute {name!r}" else None


def _asked(name: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            getattr(np, name)
    except (AttributeError, ImportError) as error:
        return str(error)
    return f"module 'numpy' has no attribute {name!r}"


def _exists(expression: str) -> bool:
    name = expression.lstrip("-")
    if name.startswith("np."):
        return name[3:] in dir(np)
    return name == "0.0" or hasattr(builtins, name)


def numpy_uses(code: list[Token], bound: frozenset[str]) -> Iterator[Use]:
    """Every use of a removed name in the program, `code` being its tokens without blanks and comments."""
    aliases = numpy_aliases(code)
    patched = {code[i + 2].text for i in range(len(code) - 3) if _is_patch(code, i, aliases)}
    star = any(
        [t.text for t in code[i : i + 4]] == ["from", "numpy", "import", "*"] for i in range(len(code))
    )
    for i, token in enumerate(code):
        before = code[i - 1].text if i else ""
        if token.text in aliases and before != "." and _at(code, i + 1) == "." and i + 2 < len(code):
            if code[i + 2].text not in patched:
                yield from _attribute(code, i, bound)
        elif token.text == "from" and _at(code, i + 1) == "numpy" and _at(code, i + 2) == "import":
            yield from _imported(code, i + 3)
        elif star and _is_free(code, i, bound):
            yield from _use(code, i, i, "", bound)


def _at(code: list[Token], i: int) -> str:
    return code[i].text if i < len(code) else ""


def _is_free(code: list[Token], i: int, bound: frozenset[str]) -> bool:
    """A name that only `from numpy import *` can have brought."""
    token = code[i]
    own = token.text in bound or hasattr(builtins, token.text)
    return token.kind == "name" and not own and (not i or code[i - 1].text != ".") and _at(code, i + 1) != "="


def numpy_aliases(code: list[Token]) -> set[str]:
    """The names of the NumPy module in the program: np after `import numpy as np`."""
    return set(_aliases(code))


def _aliases(code: list[Token]) -> Iterator[str]:
    for i, token in enumerate(code):
        if token.text == "numpy" and i and code[i - 1].text in ("import", ","):
            after = _at(code, i + 1)
            if after == "as":
                yield _at(code, i + 2)
            elif after != "." or _at(code, i + 3) != "as":
                yield "numpy"


def _is_patch(code: list[Token], i: int, aliases: set[str]) -> bool:
    """np.float = float: the program puts the name back itself."""
    return code[i].text in aliases and code[i + 1].text == "." and code[i + 3].text == "="


def _attribute(code: list[Token], i: int, bound: frozenset[str]) -> Iterator[Use]:
    """np.<name>, its first token at i."""
    name = code[i + 2].text
    if name == "math" and "math" not in dir(np):
        yield _math(code, i, bound)
    else:
        yield from _use(code, i, i + 2, code[i].text + ".", bound)


def _math(code: list[Token], i: int, bound: frozenset[str]) -> Use:
    """np.math.exp is np.exp; what NumPy has not itself is math's, if the program imports that."""
    function = _at(code, i + 4)
    what = f"{code[i].text}.math.{function}"
    if _at(code, i + 3) != "." or not (function in dir(np) or "math" in bound):
        return Use(code[i], f"{code[i].text}.math", [])
    new = f"{code[i].text}." if function in dir(np) else "math."
    values = {"replacement": new + function}
    return Use(code[i], what, [Edit(code[i].start, code[i + 4].start, new, "numpy", what, {**values})])


def _use(code: list[Token], first: int, last: int, prefix: str, bound: frozenset[str]) -> Iterator[Use]:
    """The name at `last`, written from `first` on as `prefix` and name."""
    name = code[last].text
    new = replacement(name)
    if new is None:
        return
    what = prefix + name
    start, end = code[first].start, code[last].end
    if name in _CALLS or name == "asscalar":
        edits = _call(code, first, last, prefix)
    elif new:
        new = f"np.{_SCALARS[new]}" if new in bound and new in _SCALARS else new
        written = new.replace("np.", prefix)
        edits = [Edit(start, end, written, "numpy", what, {"replacement": written})]
    else:
        edits = []
    yield Use(code[first], what, edits)


def _call(code: list[Token], first: int, last: int, prefix: str) -> list[Edit]:
    """np.asfarray(x) to np.asarray(x, dtype=float); np.asscalar(x) to (x).item()."""
    close = _closing(code, last + 1)
    if close is None:
        return []
    name, start, end = code[last].text, code[first].start, code[last].end
    what = f"{prefix}{name}(x)"
    if name == "asscalar":
        edit = Edit(start, end, "", "numpy", what, {"replacement": "(x).item()"})
        return [edit, Edit(code[close].end, code[close].end, ".item()")]
    new, argument = _CALLS[name]
    values = {"replacement": f"{prefix}{new}(x, {argument})"}
    edits = [Edit(start, end, prefix + new, "numpy", what, {**values})]
    if not _has_second(code[last + 2 : close]):
        comma = " " if code[close - 1].text == "," else ", "
        edits.append(Edit(code[close].start, code[close].start, comma + argument))
    return edits


def _closing(code: list[Token], at: int) -> int | None:
    """The index of the bracket that closes the one at `at`; None if none is opened there, or none closes it."""
    if _at(code, at) != "(":
        return None
    depth = 0
    for i in range(at, len(code)):
        depth = depth_after(depth, code[i])
        if depth == 0:
            return i
    return None


def _has_second(arguments: list[Token]) -> bool:
    depth = 0
    for token in arguments[:-1]:
        depth = depth_after(depth, token)
        if depth == 0 and token.text == ",":
            return True
    return False


def _imported(code: list[Token], i: int) -> Iterator[Use]:
    """from numpy import mat, zeros: as `from numpy import asmatrix as mat, zeros`."""
    i += _at(code, i) == "("
    while i < len(code) and code[i].kind == "name":
        renamed = _at(code, i + 1) == "as"
        yield from _import(code[i], renamed)
        i += 3 if renamed else 1
        if _at(code, i) != ",":
            return
        i += 1


def _import(token: Token, renamed: bool) -> Iterator[Use]:
    name = token.text
    new = replacement(name)
    if new is None:
        return
    target = _SCALARS.get(new, new.removeprefix("np."))
    if name in _CALLS or target not in dir(np):
        yield Use(token, name, [])
        return
    written = target if renamed else f"{target} as {name}"
    yield Use(token, name, [Edit(token.start, token.end, written, "numpy", name, {"replacement": written})])
