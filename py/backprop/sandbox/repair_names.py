"""Names that are gone: of Python 2 (xrange, raw_input, d.iteritems(), import cPickle), of NumPy, of notebooks."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from backprop.sandbox.repair_draft import Change, Draft, Edit
from backprop.sandbox.repair_numpy import Use, numpy_aliases, numpy_uses, replacement
from backprop.sandbox.repair_scanner import Line, Token, lines_of, scan
from backprop.sandbox.repair_syntax import Places, bound_names, guarded_lines, parsed
from backprop.syntax_tree import walk

_BUILTINS = {
    "xrange": "range",
    "raw_input": "input",
    "unicode": "str",
    "unichr": "chr",
    "long": "int",
    "basestring": "str",
}
_METHODS = {"iteritems": "items", "iterkeys": "keys", "itervalues": "values", "has_key": "__contains__"}
_MODULES = {"cPickle": "pickle", "StringIO": "io", "__builtin__": "builtins"}
_SURE = frozenset(("xrange", "raw_input"))  # nobody's own names


def repair_names(draft: Draft) -> None:
    """Replace each name that is gone and that the program does not define or look for itself."""
    draft.apply(edit for use in _uses(draft.text) for edit in use.edits)


def lost_names(draft: Draft) -> list[Change]:
    """The names that are gone and have no replacement."""
    lost = [use for use in _uses(draft.text) if not use.edits]
    said = [draft.change(use.token.start, _refusal(use.what), use.what) for use in lost]
    return said + [draft.change(offset, "lost-name", what) for offset, what in _in_f_strings(draft.text)]


def _in_f_strings(text: str) -> Iterator[tuple[int, str]]:
    """np.float in f"{np.float(x)}": strings are not touched, so it is only said."""
    tree = parsed(text) if "{" in text and "numpy" in text else None
    if tree is None:
        return
    aliases = numpy_aliases([token for token in scan(text) if token.is_code])
    places = Places(text)
    strings = [node for node in walk(tree) if isinstance(node, ast.JoinedStr)]
    for string in strings:
        attributes = [node for node in walk(string) if isinstance(node, ast.Attribute)]
        for node in attributes:
            module = ast.unparse(node.value)
            if module in aliases and replacement(node.attr) is not None:
                yield places.offset(string), f"{module}.{node.attr}"


def _refusal(name: str) -> str:
    return "lost-reduce" if name == "reduce" else "lost-name"


@lru_cache(maxsize=1)
def _uses(text: str) -> list[Use]:
    tokens = scan(text)
    code = [token for token in tokens if token.is_code]
    tree = parsed(text)
    bound = bound_names(tree) if tree else _seemingly_bound(code)
    guarded = guarded_lines(tree) if tree else frozenset()
    uses = [*numpy_uses(code, bound), *_python2_uses(code, bound)]
    if "get_ipython" in text and "get_ipython" not in bound:
        uses += _notebook_uses(lines_of(text, tokens))
    starts = [line.start for line in lines_of(text, tokens)] if guarded else []
    return [use for use in uses if not guarded or bisect_right(starts, use.token.start) not in guarded]


def _seemingly_bound(code: list[Token]) -> frozenset[str]:
    """The names that seem to be bound, without a syntax tree: those before `=` and after def, class, import, as, for; and
    all doubtful ones."""
    bound = {name for name in _BUILTINS if name not in _SURE}
    for before, token, after in zip([None, *code], code, [*code[1:], None]):
        binds = before is not None and before.text in ("def", "class", "import", "as", "for", "global")
        if token.kind == "name" and (binds or (after is not None and after.text == "=")):
            bound.add(token.text)
    return frozenset(bound)


def _python2_uses(code: list[Token], bound: frozenset[str]) -> Iterator[Use]:
    for i, token in enumerate(code):
        if token.kind != "name" or (i and code[i - 1].text == "import" and _brings_names(code, i - 2)):
            continue
        before = code[i - 1].text if i else ""
        after = code[i + 1].text if i + 1 < len(code) else ""
        new = _python2(token.text, before, after, bound)
        if new is not None:
            values = {"replacement": new}
            edit = Edit(token.start, token.end, new, "python2-name", token.text, {**values})
            yield Use(token, token.text, [edit] if new else [])


def _brings_names(code: list[Token], i: int) -> bool:
    """The `import` after code[i] belongs to a `from`: it brings names, not modules."""
    while (
        i >= 0 and code[i].text not in ("from", "import") and (code[i].kind == "name" or code[i].text == ".")
    ):
        i -= 1
    return i >= 0 and code[i].text == "from"


def _python2(name: str, before: str, after: str, bound: frozenset[str]) -> str | None:
    """The name in Python 3; "" if it only must be imported; None if the name is not one of Python 2."""
    if before == ".":
        return _METHODS.get(name) if name not in bound and after == "(" else None
    if before in ("import", "from") and name in _MODULES and after != ".":
        new = _MODULES[name]
        return new if before == "from" or after == "as" else f"{new} as {name}"
    if name in bound or after == "=" or before in ("import", "from", "as", "def", "class"):
        return None
    if name == "reduce" and after == "(":
        return ""
    return _BUILTINS.get(name)


def _notebook_uses(lines: list[Line]) -> Iterator[Use]:
    """get_ipython().run_line_magic(…), as a notebook saved as a program has it, becomes a comment."""
    for line, following in zip(lines, [*lines[1:], None]):
        code = [token for token in line.tokens if token.is_code]
        whole = following is None or not (following.continues or following.in_string)
        if not line.is_statement or code[0].text != "get_ipython" or not whole:
            continue
        if any(token.text == ";" for token in code):
            continue
        start = code[0].start
        new = "pass  # " if start > line.start else "# "
        yield Use(code[0], "get_ipython", [Edit(start, start, new, "command", line.text.strip()[:60])])
