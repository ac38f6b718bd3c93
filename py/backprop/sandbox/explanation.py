"""Explanations of exceptions with the program's own values: the name that was probably meant, the size of an axis.

The page has a sentence for each id. An id that it does not know falls back on the sentence for the type of the exception.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable
from contextlib import suppress
from difflib import get_close_matches
from types import FrameType
from typing import Any

from backprop.sandbox.tracebacks import last_entry

_LONGEST = 60  # characters of a value that is shown

# Messages of Python and NumPy as patterns, each with the id of the sentence that says it with the pattern's values.
_MESSAGES: tuple[tuple[type[BaseException], str, str], ...] = (
    (SyntaxError, r"expected ':'", "colon"),
    (SyntaxError, r"'(?P<bracket>.)' was never closed", "unclosed"),
    (SyntaxError, r"unmatched '(?P<bracket>.)'", "unmatched"),
    (SyntaxError, r"closing parenthesis '(?P<bracket>.)' does not match opening parenthesis '(?P<other>.)'", "mismatched"),
    (SyntaxError, r"unterminated (?:triple-quoted )?(?:f-)?string literal", "quote"),
    (SyntaxError, r"Perhaps you forgot a comma", "comma"),
    (SyntaxError, r"Maybe you meant '==' (?:or ':=' )?instead of '='", "equals"),
    (SyntaxError, r"expected an indented block after (?P<what>.+?) on line (?P<above>\d+)", "block"),
    (SyntaxError, r"unexpected indent", "indent"),
    (SyntaxError, r"unindent does not match", "unindent"),
    (SyntaxError, r"Missing parentheses in call to '(?P<name>\w+)'", "parentheses"),
    (SyntaxError, r"invalid (?:non-printable )?character (?:'(?P<character>.)' )?\(?(?P<code>U\+[0-9A-F]+)", "character"),
    (SyntaxError, r"'await' outside (?:async )?function", "await"),
    (SyntaxError, r"'(?P<what>return|yield)' outside function", "outside"),
    (SyntaxError, r"'(?P<what>break|continue)' (?:outside|not properly in) loop", "outsideLoop"),
    (UnboundLocalError, r"local variable '(?P<name>\w+)'", "name"),
    (TypeError, r"(?P<function>[\w.]+)\(\) missing \d+ required .*arguments?: (?P<names>.+)", "missing"),
    (
        TypeError,
        r"(?P<function>[\w.]+)\(\) takes (?:from )?(?P<wanted>\d+)(?: to \d+)? positional arguments? but (?P<given>\d+)",
        "many",
    ),
    (TypeError, r"(?P<function>[\w.]+)\(\) got an unexpected keyword argument '(?P<name>\w+)'", "keyword"),
    (TypeError, r"unsupported operand type\(s\) for (?P<sign>\S+?):? '(?P<left>.+?)' and '(?P<right>.+?)'", "operands"),
    (TypeError, r"can only concatenate (?P<left>\w+) \(not \"(?P<right>[\w.]+)\"\)", "concatenate"),
    (TypeError, r"can't multiply sequence by non-int of type '(?P<right>[\w.]+)'", "repeat"),
    (TypeError, r"'(?P<type>[\w.]+)' object is not callable", "callable"),
    (TypeError, r"'(?P<type>[\w.]+)' object is not subscriptable", "subscript"),
    (TypeError, r"'(?P<type>[\w.]+)' object is not iterable", "iterable"),
    (TypeError, r"(?P<what>list|tuple) indices must be integers or slices, not (?P<type>[\w.]+)", "index"),
    (ValueError, r"not enough values to unpack \(expected (?P<wanted>\d+), got (?P<given>\d+)\)", "few"),
    (ValueError, r"too many values to unpack \(expected (?P<wanted>\d+)", "unpack"),
    (ValueError, r"could not convert string to float: (?P<text>.+)", "number"),
    (ValueError, r"invalid literal for int\(\) with base 10: (?P<text>.+)", "integer"),
    (ValueError, r"truth value of an array", "truth"),
    (ValueError, r"setting an array element with a sequence", "ragged"),
    (ValueError, r"cannot reshape array of size (?P<size>\d+) into shape (?P<shape>\([^)]*\))", "reshape"),
    (ValueError, r"could not be broadcast together|not aligned: |mismatch in its core dimension", "shapes"),
    (ValueError, r"math domain error", "domain"),
    (IndexError, r"index (?P<index>-?\d+) is out of bounds for axis (?P<axis>\d+) with size (?P<size>\d+)", "axis"),
    (IndexError, r"too many indices for array: array is (?P<size>\d+)-dimensional, but (?P<index>\d+) were", "indices"),
    (MemoryError, r"Unable to allocate (?P<size>.+?) for an array with shape (?P<shape>\([^)]*\))", "array"),
)  # fmt: skip


def explained(error: BaseException, message: str, file: str) -> dict[str, Any]:
    """The id of the sentence that explains an exception, with the values in it; {} where the type says all there is.

    `message` is the exception's text, `file` the name of the program's file in tracebacks. Nothing of the program is run.

        explained(error, "name 'wieght' is not defined", FILE)
        # {"id": "NameError.near", "name": "wieght", "near": "weight"}
    """
    for kind, pattern, name in _MESSAGES:
        if isinstance(error, kind) and (found := re.search(pattern, message)):
            values = {key: _short(value) for key, value in found.groupdict().items() if value is not None}
            return {"id": f"{kind.__name__}.{name}", **values}
    entry = last_entry(error.__traceback__, file)
    frame = entry.tb_frame if entry else None
    if isinstance(error, NameError):
        return _name(error, frame)
    if isinstance(error, AttributeError):
        return _attribute(error)
    if isinstance(error, ModuleNotFoundError) and error.name:
        return {"id": "ModuleNotFoundError.name", "name": error.name.partition(".")[0]}
    if isinstance(error, KeyError) and error.args and type(error.args[0]) in (str, int, float, tuple, bool):
        return {"id": "KeyError.key", "key": _short(repr(error.args[0]))}
    if isinstance(error, RecursionError) and frame is not None and frame.f_code.co_name != "<module>":
        return {"id": "RecursionError.function", "function": frame.f_code.co_name}
    return {}


def _name(error: NameError, frame: FrameType | None) -> dict[str, Any]:
    name = getattr(error, "name", None)
    if not isinstance(name, str):
        return {}
    if frame is None:
        return {"id": "NameError.name", "name": name}
    known = {*frame.f_locals, *frame.f_globals, *vars(builtins)}
    return {"id": "NameError.name", "name": name} | _near("NameError", name, known)


def _attribute(error: AttributeError) -> dict[str, Any]:
    """Only the classes' own tables and the object's are read: no `__dir__` of the program is called."""
    name, whole = error.name, error.obj
    if not isinstance(name, str) or whole is None:
        return {}
    known: set[str] = set()
    for one in type.mro(type(whole)):
        known |= {key for key in vars(one) if isinstance(key, str)}
    with suppress(AttributeError):  # an object without attributes of its own
        known |= set(object.__getattribute__(whole, "__dict__"))
    kind = type.__dict__["__name__"].__get__(type(whole))
    return {"id": "AttributeError.name", "type": kind, "name": name} | _near("AttributeError", name, known)


def _near(kind: str, name: str, known: Iterable[str]) -> dict[str, str]:
    """The known name that is most like it; {} if none is."""
    lower = {one.lower(): one for one in known if not one.startswith("__")}
    found = get_close_matches(name.lower(), lower, 1, 0.7)
    return {"id": f"{kind}.near", "near": lower[found[0]]} if found else {}


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
