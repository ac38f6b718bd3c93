"""Python 2 that is no syntax in Python 3: print x, exec x, except E, e, raise E, "…", <>, `x`, 10L, 0777.

print "loss:", x,   becomes   print("loss:", x, end=" ")
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from backprop.sandbox.repair_draft import Draft, Edit
from backprop.sandbox.repair_scanner import Token, depth_after, scan
from backprop.sandbox.repair_syntax import parsed

_NO_OPERAND = frozenset(("in", "is", "and", "or", "if", "else", "for", "as"))
_OCTAL = re.compile(r"0[0-7]*[1-7][0-7]*")
_LONG = re.compile(r"[0-9a-fA-FxX]+[lL]")

Statement = list[Token]


def repair_python2(draft: Draft) -> None:
    """Rewrite the statements of Python 2 as Python 3 writes them."""
    tokens = [token for token in scan(draft.text) if token.is_code or token.kind == "newline"]
    statements = list(_statements(tokens))
    old = any(_is_old_print(statement) for statement in statements)
    edits = [edit for statement in statements for edit in _statement_edits(statement, draft.text, old)]
    draft.apply([*edits, *_token_edits(tokens, draft.text, old or bool(edits))])


def _statements(tokens: list[Token]) -> Iterator[Statement]:
    """The simple statements and the heads of blocks: parted by new lines, `;` and `:` outside of brackets."""
    statement: Statement = []
    depth = 0
    for token in tokens:
        depth = depth_after(depth, token)
        if depth == 0 and (token.kind == "newline" or token.text in (";", ":")):
            if statement:
                yield statement
            statement = []
        elif token.kind != "newline":
            statement.append(token)
    if statement:
        yield statement


def _statement_edits(statement: Statement, text: str, old: bool) -> Iterator[Edit]:
    first = statement[0].text
    if first == "print" and _prints(statement, old):
        yield from _print(statement, text)
    elif first == "exec" and len(statement) > 1 and _begins_operand(statement[1]):
        yield from _exec(statement, text)
    elif first == "except":
        yield from _except(statement)
    elif first == "raise":
        yield from _raise(statement, text)


# --- print ---


def _is_old_print(statement: Statement) -> bool:
    """Certainly Python 2: `print` and a value without brackets around it."""
    return len(statement) > 1 and statement[0].text == "print" and _begins_operand(statement[1])


def _begins_operand(token: Token) -> bool:
    if token.kind == "name":
        return token.text not in _NO_OPERAND
    return token.kind in ("string", "number") or token.text in ("{", "`")


def _prints(statement: Statement, old: bool) -> bool:
    """True for a print statement of Python 2; `print -x`, `print [x]`, `print >>f, x` and `print (a) % b` are taken for one
    in an `old` program alone."""
    if len(statement) == 1:
        return False
    if _is_old_print(statement):
        return True
    if statement[1].text == "(":
        return old and _closing(statement, 1) < len(statement) - 1
    return old and statement[1].text in ("-", "+", "~", "[", ">>")


def _closing(statement: Statement, at: int) -> int:
    """The index of the bracket that closes the one at `at`; of the last token if none does."""
    depth = 0
    for i in range(at, len(statement)):
        depth = depth_after(depth, statement[i])
        if depth == 0:
            return i
    return len(statement) - 1


def _print(statement: Statement, text: str) -> Iterator[Edit]:
    what = text[statement[0].start : statement[-1].end].split("\n")[0][:60]
    commas = _commas(statement)
    start, file = statement[1].start, ""
    if statement[1].text == ">>":
        until = statement[commas[0]].start if commas else statement[-1].end
        file = text[statement[1].end : until].strip()
        start = statement[commas[0]].end if commas else until
    after = re.compile(r"[ \t]*").match(text, start)
    start = max(start, after.end()) if after else start
    yield Edit(statement[0].end, start, "(", "print", "print", {"statement": what})
    yield from _end_of_print(statement, len(commas) > bool(file) and commas[-1] == len(statement) - 1, file)


def _end_of_print(statement: Statement, comma: bool, file: str) -> Iterator[Edit]:
    """The closing bracket; a comma at the end, which keeps the line open, becomes end=" "."""
    last = statement[-1]
    named = [f"file={file}"] * bool(file) + ['end=" "'] * comma
    bare = len(statement) == 1 or (bool(file) and len(_commas(statement)) == 0)
    tail = ("" if bare else ", " if named else "") + ", ".join(named) + ")"
    yield Edit(last.start if comma else last.end, last.end, tail)


def _commas(statement: Statement) -> list[int]:
    """The indices of the commas outside of brackets."""
    depth, commas = 0, []
    for i, token in enumerate(statement):
        depth = depth_after(depth, token)
        if depth == 0 and token.text == ",":
            commas.append(i)
    return commas


# --- exec, except, raise ---


def _exec(statement: Statement, text: str) -> Iterator[Edit]:
    yield Edit(statement[0].end, statement[1].start, "(", "python2", "exec", {"replacement": "exec(…)"})
    for token in statement[1:]:
        if token.text == "in":
            space = text[: token.start].rstrip(" \t")
            yield Edit(len(space), token.end, ",")
    yield Edit(statement[-1].end, statement[-1].end, ")")


def _except(statement: Statement) -> Iterator[Edit]:
    commas = _commas(statement)
    if len(commas) == 1 and commas[0] == len(statement) - 2 and statement[-1].kind == "name":
        comma = statement[commas[0]]
        yield Edit(comma.start, comma.end, " as", "python2", "except …, e", {"replacement": "except … as e"})


def _raise(statement: Statement, text: str) -> Iterator[Edit]:
    commas = _commas(statement)
    if len(commas) == 1 and 1 < commas[0] < len(statement) - 1:
        comma, value = statement[commas[0]], statement[commas[0] + 1]
        values = {"replacement": "raise E(…)"}
        yield Edit(comma.start, value.start, "(", "python2", "raise E, …", {**values})
        yield Edit(statement[-1].end, statement[-1].end, ")")


# --- single tokens ---


def _token_edits(tokens: list[Token], text: str, old: bool) -> Iterator[Edit]:
    ticks = [token for token in tokens if token.text == "`"]
    for first, second in zip(ticks[::2], ticks[1::2]):
        if second.start == first.end:  # ``…'' are quotes of another system
            return
        if not _is_expression(text[first.end : second.start]):
            continue
        yield Edit(first.start, first.end, "repr(", "python2", "`x`", {"replacement": "repr(x)"})
        yield Edit(second.start, second.end, ")")
    for token in tokens:
        if token.text == "<>":
            yield Edit(token.start, token.end, "!=", "python2", "<>", {"replacement": "!="})
        elif token.kind == "number" and (plain := _number(token.text, old)):
            yield Edit(token.start, token.end, plain, "python2", token.text, {"replacement": plain})


def _is_expression(text: str) -> bool:
    tree = parsed(f"({text})")
    return tree is not None and len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr)


def _number(text: str, old: bool) -> str | None:
    """10L is 10; in a program that is `old`, 0777 is 0o777."""
    if _LONG.fullmatch(text):
        return text[:-1]
    return "0o" + text.lstrip("0") if old and _OCTAL.fullmatch(text) else None
