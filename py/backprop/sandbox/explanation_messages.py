"""Messages of Python and NumPy as patterns, each with the id of the sentence that says it with the pattern's values."""

from __future__ import annotations

import re
from json import JSONDecodeError
from typing import Any

_LONGEST = 60  # characters of a value that is shown

# If two patterns fit, the first is taken. The page's Python is 3.13, the command line's may be 3.11.
_PATTERNS: tuple[tuple[type[BaseException], str, str], ...] = (
    (SyntaxError, r"expected ':'", "colon"),
    (SyntaxError, r"'(?P<bracket>.)' was never closed", "unclosed"),
    (SyntaxError, r"unmatched '(?P<bracket>.)'", "unmatched"),
    (SyntaxError, r"closing parenthesis '(?P<bracket>.)' does not match opening parenthesis '(?P<other>.)'", "mismatched"),
    (SyntaxError, r"unterminated (?:triple-quoted )?(?:f-)?string literal", "quote"),
    (SyntaxError, r"Perhaps you forgot a comma", "comma"),
    (SyntaxError, r"Maybe you meant '==' (?:or ':=' )?instead of '='", "equals"),
    (SyntaxError, r"expected an indented block after .+? on line (?P<above>\d+)", "block"),
    (SyntaxError, r"unexpected indent", "indent"),
    (SyntaxError, r"unindent does not match", "unindent"),
    (SyntaxError, r"Missing parentheses in call to '(?P<name>\w+)'", "parentheses"),
    (SyntaxError, r"invalid (?:non-printable )?character (?:'(?P<character>.)' )?\(?(?P<code>U\+[0-9A-F]+)", "character"),
    (SyntaxError, r"'await' outside (?:async )?function", "await"),
    (SyntaxError, r"'(?P<what>return|yield)' outside function", "outside"),
    (SyntaxError, r"'(?P<what>break|continue)' (?:outside|not properly in) loop", "outsideLoop"),
    (SyntaxError, r"leading zeros in decimal integer", "zeros"),
    (SyntaxError, r"invalid decimal literal", "digit"),
    (SyntaxError, r"unexpected character after line continuation", "backslash"),
    (SyntaxError, r"'unicodeescape' codec", "escape"),
    (SyntaxError, r"cannot (?:assign to|delete) ", "target"),
    (SyntaxError, r"positional argument follows keyword argument", "positional"),
    (SyntaxError, r"keyword argument repeated: (?P<name>\w+)", "repeated"),
    (SyntaxError, r"duplicate (?:argument|parameter) '(?P<name>\w+)'", "duplicate"),
    (SyntaxError, r"non-default argument follows default|parameter without a default follows", "default"),
    (SyntaxError, r"expected 'except' or 'finally' block", "try"),
    (SyntaxError, r"expected 'else' after 'if' expression", "ifElse"),
    (SyntaxError, r"name '(?P<name>\w+)' is (?:assigned to|used prior to) (?:before )?global declaration", "global"),
    (SyntaxError, r"f-string: (?:expecting '}'|valid expression required|empty expression|single '}')", "fString"),
    (UnboundLocalError, r"local variable '(?P<name>\w+)'", "name"),
    (AttributeError, r"'NoneType' object has no attribute '(?P<name>\w+)'", "none"),
    (ImportError, r"cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'", "from"),
    (TypeError, r"(?P<function>[\w.]+)\(\) missing \d+ required .*arguments?: (?P<names>.+)", "missing"),
    (
        TypeError,
        r"(?P<function>[\w.]+)\(\) takes (?:from )?(?P<wanted>\d+(?: to \d+)?) positional arguments? but (?P<given>\d+)",
        "many",
    ),
    (TypeError, r"(?P<function>[\w.]+)\(\) got an unexpected keyword argument '(?P<name>\w+)'", "keyword"),
    (TypeError, r"(?P<function>[\w.]+)\(\) got multiple values for argument '(?P<name>\w+)'", "twice"),
    (TypeError, r"(?P<type>\w+)\(\) takes no arguments", "init"),
    (
        TypeError,
        r"unsupported operand type\(s\) for (?P<sign>\S+?)(?: or pow\(\))?: '(?P<left>.+?)' and '(?P<right>.+?)'",
        "operands",
    ),
    (TypeError, r"'(?P<sign>\S+)' not supported between instances of '(?P<left>.+?)' and '(?P<right>.+?)'", "operands"),
    (TypeError, r"bad operand type for unary (?P<sign>\S+): '(?P<type>[\w.]+)'", "unary"),
    (TypeError, r"can only concatenate (?P<left>\w+) \(not \"(?P<right>[\w.]+)\"\)", "concatenate"),
    (TypeError, r"can't multiply sequence by non-int of type '(?P<right>[\w.]+)'", "repeat"),
    (TypeError, r"'(?P<type>[\w.]+)' object is not callable", "callable"),
    (TypeError, r"'(?P<type>[\w.]+)' object is not subscriptable", "subscript"),
    (TypeError, r"cannot unpack non-iterable (?P<type>[\w.]+) object", "unpack"),
    (TypeError, r"'(?P<type>[\w.]+)' object is not iterable", "iterable"),
    (TypeError, r"(?P<what>list|tuple) indices must be integers or slices, not (?P<type>[\w.]+)", "index"),
    (TypeError, r"'(?P<type>[\w.]+)' object cannot be interpreted as an integer", "integer"),
    (TypeError, r"object of type '(?P<type>[\w.]+)' has no len\(\)", "length"),
    (TypeError, r"'(?P<type>[\w.]+)' object does not support item assignment", "assign"),
    (TypeError, r"unhashable type: '(?P<type>[\w.]+)'", "key"),
    (TypeError, r"only (?:length-1|0-dimensional|size-1) arrays can be converted", "scalar"),
    (TypeError, r"only integer scalar arrays can be converted to a scalar index", "scalarIndex"),
    (TypeError, r"must be real number, not (?P<type>[\w.]+)", "real"),
    (TypeError, r"argument must be a string, .*real number, not '(?P<type>[\w.]+)'", "real"),
    (ModuleNotFoundError, r"^(?P<name>\S+) could not be loaded from the server", "unloaded"),
    (NotImplementedError, r"pandas is only a small stand-in here, without (?P<what>.+): go on", "pandas"),
    (TypeError, r"Field elements must be 2- or 3-tuples", "rows"),
    (TypeError, r"Cannot interpret '(?P<text>[^']+)' as a data type", "dtype"),
    (
        TypeError,
        r"Cannot cast ufunc '(?P<function>\w+)' output from dtype\('(?P<source>\w+)'\) to dtype\('(?P<target>\w+)'\)",
        "cast",
    ),
    (TypeError, r"ufunc '(?P<function>\w+)' (?:did not contain a loop|not supported for the input types)", "loop"),
    (
        TypeError,
        r"loop of ufunc does not support argument \d+ of type (?P<type>\w+) which has no callable (?P<function>\w+)",
        "object",
    ),
    (TypeError, r"%\w format: a (?:real )?number is required, not (?P<type>[\w.]+)", "percent"),
    (TypeError, r"not (?:enough arguments for format string|all arguments converted)", "format"),
    (TypeError, r"unsupported format string passed to (?P<type>[\w.]+)\.__format__", "formatted"),
    (ValueError, r"not enough values to unpack \(expected (?P<wanted>\d+), got (?P<given>\d+)\)", "few"),
    (ValueError, r"too many values to unpack \(expected (?P<wanted>\d+)", "unpack"),
    (ValueError, r"could not convert string '(?P<text>.*)' to \w+ at row \d+, column (?P<column>\d+)", "cell"),
    (ValueError, r"number of columns changed from (?P<wanted>\d+) to (?P<given>\d+) at row (?P<line>\d+)", "uneven"),
    (ValueError, r"Line #(?P<line>\d+) \(got (?P<given>\d+) columns instead of (?P<wanted>\d+)\)", "uneven"),
    (ValueError, r"could not convert string to float: (?P<text>.+)", "number"),
    (ValueError, r"invalid literal for int\(\) with base 10: (?P<text>.+)", "integer"),
    (ValueError, r"truth value of an array", "truth"),
    (ValueError, r"setting an array element with a sequence\. The requested array has an inhomogeneous", "ragged"),
    (ValueError, r"setting an array element with a sequence", "element"),
    (ValueError, r"cannot reshape array of size (?P<size>\d+) into shape (?P<shape>\([^)]*\))", "reshape"),
    (
        ValueError,
        r"could not broadcast input array from shape (?P<source>\([^)]*\)) into shape (?P<target>\([^)]*\))",
        "into",
    ),
    (
        ValueError,
        r"non-broadcastable output operand with shape (?P<target>\([^)]*\))"
        r" doesn't match the broadcast shape (?P<source>\([^)]*\))",
        "into",
    ),
    (
        ValueError,
        r"along dimension (?P<axis>\d+), the array at index \d+ has size (?P<left>\d+)"
        r" and the array at index \d+ has size (?P<right>\d+)",
        "join",
    ),
    (ValueError, r"all input arrays must have the same shape", "stack"),
    (
        ValueError,
        r"(?:could not be broadcast together with )?shapes (?P<left>\([^)]*\)) (?:and )?(?P<right>\([^)]*\))",
        "shapesOf",
    ),
    (
        ValueError,
        r"matmul: .* mismatch in its core dimension .*\(size (?P<right>\d+) is different from (?P<left>\d+)\)",
        "inner",
    ),
    (ValueError, r"could not be broadcast together|not aligned: |mismatch in its core dimension", "shapes"),
    (ValueError, r"math domain error", "domain"),
    (ValueError, r"empty sequence|empty iterable|argument is empty|zero-size array", "empty"),
    (ValueError, r"not in list|not in tuple|not in deque", "absent"),
    (ValueError, r"larger (?:sample )?than population", "sample"),
    (ValueError, r"Unknown format code '(?P<code>.)' for object of type '(?P<type>[\w.]+)'", "formatCode"),
    (ValueError, r"axis (?P<axis>-?\d+) is out of bounds for array of dimension (?P<size>\d+)", "axis"),
    (IndexError, r"index (?P<index>-?\d+) is out of bounds for axis (?P<axis>\d+) with size (?P<size>\d+)", "axis"),
    (IndexError, r"too many indices for array: array is (?P<size>\d+)-dimensional, but (?P<index>\d+) were", "indices"),
    (IndexError, r"only integers, slices", "kind"),
    (IndexError, r"boolean index did not match", "boolean"),
    (IndexError, r"from empty list|from an empty (?:sequence|deque)|pop from an empty", "empty"),
    (IndexError, r"Replacement index (?P<index>\d+) out of range", "format"),
    (MemoryError, r"Unable to allocate (?P<size>.+?) for an array with shape (?P<shape>\([^)]*\))", "array"),
    (RuntimeError, r"changed size during iteration|mutated during iteration", "changed"),
    (JSONDecodeError, r"line (?P<line>\d+) column (?P<column>\d+)", "place"),
)  # fmt: skip


def by_message(error: BaseException, message: str) -> dict[str, Any]:
    """The id of the sentence for a message and the values in it; {} if no pattern fits.

    >>> by_message(TypeError(), "object of type 'int' has no len()")
    {'id': 'TypeError.length', 'type': 'int'}
    """
    for kind, pattern, name in _PATTERNS:
        if isinstance(error, kind) and (found := re.search(pattern, message)):
            values = {key: short(value) for key, value in found.groupdict().items() if value is not None}
            if "names" in values:
                values["names"] = ", ".join(re.findall(r"'(\w+)'", values["names"]))
            if "wanted" in values:
                values["wanted"] = values["wanted"].replace(" to ", "–")
            return {"id": f"{kind.__name__}.{name}", **values}
    return {}


def short(text: str) -> str:
    """A value's text, cut after so many characters as a sentence can hold."""
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
