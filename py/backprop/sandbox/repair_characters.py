"""Characters that Python cannot read, outside strings and comments: full-width, invisible, typographic.

print（“loss:”， x）  becomes  print("loss:", x)
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterator

from backprop.sandbox.repair_draft import Draft, Edit
from backprop.sandbox.repair_scanner import DOUBLE, SINGLE, Token, lines_of, scan
from backprop.sandbox.repair_syntax import parsed

BLANKS = frozenset("\u00a0\u1680\u202f\u205f\u3000") | {chr(code) for code in range(0x2000, 0x200B)}
"""Blanks that Python does not know: no-break space, ideographic space, the printers' thin and wide ones."""

LINE_ENDS = frozenset("↩↵⏎⤶¶")
"""Marks that editors draw at the end of a line."""

INVISIBLE = frozenset("\ufeff\u2060\u00ad") | {
    chr(code) for code in (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
"""Characters without width: byte-order mark, zero-width space and joiners, soft hyphen, marks of direction."""

NEWLINES = frozenset("\u2028\u2029\u0085\u000b")
"""Characters that word processors put for a new line."""

_CONTROL = frozenset(chr(code) for code in (*range(1, 9), *range(14, 32), 127))

_PLAIN = {
    **dict.fromkeys("‐‑‒–—―−﹣", "-"),
    **dict.fromkeys("×⋅∙•∗·\u0387", "*"),
    **dict.fromkeys("÷∕⁄", "/"),
    **dict(zip("≤≥≠→←…。、ˆ∼", ("<=", ">=", "!=", "->", "=", "...", ".", ",", "^", "~"))),
    **dict(zip("【】〈〉《》", "[]<><>")),
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
}

_DUNDERS = frozenset(
    ("init", "name", "call", "repr", "str", "len", "getitem", "setitem", "iter", "next", "main")
)

# What ends a line, after a full stop in a sentence's place.
_REST = re.compile(r"[ \t\u00a0\u3000]*(?:$|[\r\n#＃;；])")
_ESCAPED = frozenset("_*[](){}<>#~|!+-.`")  # a chat or Markdown puts a backslash before them
_OPERATORS = frozenset(("in", "is", "and", "or", "not", "if", "else", "for", "as"))

_F_STRING = re.compile(r"[rR]?[fF][rR]?[^\w\s]")
_FIELD = re.compile(r"\{\{|\{([^{}\r\n]+)\}")

_POWERS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+"))
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789"))


def repair_edges(draft: Draft) -> None:
    """A byte-order mark at the beginning, and the line ends of Windows, of old Macs and of word processors."""
    text = draft.text
    edits = [Edit(0, 1, "", "invisible", "\ufeff")] if text.startswith("\ufeff") else []
    for match in re.finditer(r"\r\n?", text):
        edits.append(Edit(match.start(), match.end(), "\n", "line-ends", match.group()))
    if "\n" not in text and "\r" not in text:
        edits += [Edit(at, at + 1, "\n", "newline", c) for at, c in enumerate(text) if c in NEWLINES]
    draft.apply(edits)


def repair_characters(draft: Draft) -> None:
    """All odd characters at once. Those that indent code are left to the repair of the indentation."""
    tokens = scan(draft.text)
    lines = [line.tokens for line in lines_of(draft.text, tokens)]
    indents = {token.start for line in lines if not _is_blank(line) for token in _indent(line)}
    edits = [edit for token in tokens if token.start not in indents for edit in _edits(token, draft.text)]
    names = [*_dunders(tokens), *_capitals(lines)]
    within = {at for name in names for at in range(name.start, name.end)}
    draft.apply([*names, *(edit for edit in edits if edit.start not in within), *_powers(tokens)])


def _is_blank(tokens: list[Token]) -> bool:
    return all(token.kind in ("space", "newline") or token.text in BLANKS for token in tokens)


def _indent(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.kind == "space" or token.text in BLANKS:
            yield token
        elif token.text not in INVISIBLE:
            return


def _edits(token: Token, text: str) -> Iterator[Edit]:
    if token.kind == "string":
        yield from _quotes(token, text)
        yield from _in_braces(token, text)
    elif token.kind == "comment":
        if token.text[0] == "＃":
            yield Edit(token.start, token.start + 1, "#", "character", "＃", {"replacement": "#"})
    elif token.kind == "name":
        yield from _name(token)
    elif token.text == "\\":
        yield from _backslash(token, text)
    elif token.text == "。" and _REST.match(text, token.end):
        yield Edit(token.start, token.end, "", "full-stop", "。")
    elif token.text in LINE_ENDS and _REST.match(text, token.end):
        yield Edit(token.start, token.end, "", "line-mark", token.text)
    elif token.text == "…" and text[token.start - 1 : token.start] == "…":  # a Chinese ellipsis is two
        yield Edit(token.start, token.end, "", "character", "…", {"replacement": "..."})
    elif not token.text.isascii() or token.text in _CONTROL or token.text in NEWLINES:
        yield from _character(token)


def _in_braces(token: Token, text: str) -> Iterator[Edit]:
    """The expressions of an f-string whose string Python cannot read, as f"{loss：.3f}"; what stands around them stays."""
    opening = _F_STRING.match(text, token.start)
    if not opening:
        return
    quote = '"' if opening.group()[-1] in DOUBLE else "'"
    for match in _FIELD.finditer(text, opening.end(), token.end):
        start, field = match.start(1), match[1]
        if field and not _is_field(field, quote):
            edits = [edit for part in scan(field) for edit in _edits(part, field)]
            repaired = Draft(field)
            repaired.apply(edits)
            if _is_field(repaired.text, quote):
                yield from (edit._replace(start=start + edit.start, end=start + edit.end) for edit in edits)


def _is_field(text: str, quote: str) -> bool:
    """Python can read it between the braces of an f-string in such quotes."""
    return parsed(f"f{quote}{{{text}}}{quote}") is not None


def _character(token: Token) -> Iterator[Edit]:
    character = token.text
    if character in BLANKS:
        yield Edit(token.start, token.end, " ", "blank", character)
    elif character in INVISIBLE or character in _CONTROL:
        yield Edit(token.start, token.end, "", "invisible", character)
    elif character in NEWLINES:
        yield Edit(token.start, token.end, "\n", "newline", character)
    elif plain := _PLAIN.get(character) or _digit(character):
        yield Edit(token.start, token.end, plain, "character", character, {"replacement": plain})


def _digit(character: str) -> str:
    """A digit of another script, as ٣; "" for every other character."""
    return str(unicodedata.decimal(character, ""))


def _backslash(token: Token, text: str) -> Iterator[Edit]:
    """A backslash before a sign, as in x\\_1, goes; blanks after one that ends a line go."""
    if text[token.end : token.end + 1] in _ESCAPED:
        what = text[token.start : token.end + 1]
        yield Edit(token.start, token.end, "", "escaped", what, {"replacement": what[1]})
    elif blanks := re.compile(r"[ \t\u00a0\u3000]+(?=[\r\n])").match(text, token.end):
        yield Edit(blanks.start(), blanks.end(), "", "continuation", "\\")


def _capitals(lines: list[list[Token]]) -> list[Edit]:
    """A keyword that begins a line in capitals, as tablets write it: For i in x, If (x):, Else:."""
    edits: list[Edit] = []
    for line in lines:
        code = [token for token in line if token.is_code]
        if len(code) < 2 or code[0].text == code[0].text.lower():
            continue
        first, second, last = code[0], code[1], code[-1]
        plain = first.text.lower()
        follows = second.kind in ("name", "string", "number") and second.text not in _OPERATORS
        is_head = last.text in (":", "：") and (second.text in ("(", "（") or len(code) == 2)
        is_keyword = first.text in (plain.capitalize(), plain.upper()) and keyword.iskeyword(plain)
        if is_keyword and (follows or is_head):
            edits.append(Edit(first.start, first.end, plain, "capital", first.text, {"replacement": plain}))
    return edits


def _name(token: Token) -> Iterator[Edit]:
    """A keyword in other letters, as ｆｏｒ; names may be written so, Python reads them as the plain ones."""
    plain = unicodedata.normalize("NFKC", token.text)
    if plain != token.text and keyword.iskeyword(plain):
        yield Edit(token.start, token.end, plain, "letters", token.text, {"replacement": plain})


def _dunders(tokens: list[Token]) -> list[Edit]:
    """——init—— is __init__: a Chinese keyboard gives dashes for an underscore; **init** is bold type for it."""
    edits: list[Edit] = []
    for i, token in enumerate(tokens):
        before, after = i, i + 1
        while before and tokens[before - 1].text in ("—", "–"):
            before -= 1
        while after < len(tokens) and tokens[after].text in ("—", "–"):
            after += 1
        if token.text in _DUNDERS and _is_bold(tokens, i):
            before, after = i - 1, i + 2
        if token.text in _DUNDERS and before < i and after > i + 1:
            name = f"__{token.text}__"
            start, end = tokens[before].start, tokens[after - 1].end
            what = "".join(token.text for token in tokens[before:after])
            edits.append(Edit(start, end, name, "letters", what, {"replacement": name}))
    return edits


def _is_bold(tokens: list[Token], i: int) -> bool:
    """Token `i` stands between two `**`, where no power can: def **init**(self), net.**len**()."""
    if not 0 < i < len(tokens) - 1 or not tokens[i - 1].text == tokens[i + 1].text == "**":
        return False
    before = next((token.text for token in reversed(tokens[: i - 1]) if token.is_code), "")
    return before in ("def", ".", "if")


def _powers(tokens: list[Token]) -> list[Edit]:
    """x² is x**2, x⁻¹ is x**-1; w₁ is the name w1."""
    edits: list[Edit] = []
    at = 0
    while at < len(tokens):
        end, digits = _run(tokens, at, _POWERS)
        identifier, plain = "power", "**" + digits
        if not digits:
            end, digits = _run(tokens, at, _SUBSCRIPTS)
            identifier, plain = "subscript", digits
        if digits and at and tokens[at - 1].is_code:
            what = "".join(token.text for token in tokens[at:end])
            start, stop = tokens[at].start, tokens[end - 1].end
            edits.append(Edit(start, stop, plain, identifier, what, {"replacement": plain}))
        at = max(end, at + 1)
    return edits


def _run(tokens: list[Token], at: int, digits: dict[str, str]) -> tuple[int, str]:
    """The end of the run of such digits that begins at token `at`, and the run in plain digits."""
    end = at
    while end < len(tokens) and tokens[end].text in digits:
        end += 1
    return end, "".join(digits[token.text] for token in tokens[at:end])


# --- quotes ---


def _quotes(token: Token, text: str) -> Iterator[Edit]:
    """Straight quotes around a string whose quotes are curly; what stands between them is not touched."""
    if not token.body:
        return
    width = 3 if token.body - token.start >= 3 and _is_triple(text, token.body) else 1
    opening = text[token.body - width : token.body]
    closing = text[token.body_end : token.end]
    if set(opening + closing) <= {'"'} or set(opening + closing) <= {"'"}:
        return
    quote = _quote_for(opening, text[token.body : token.body_end]) * width
    starts = ((token.body - width, opening), (token.body_end, closing))
    for start, found in starts:
        if found and found != quote:
            what = next((c for c in found if c not in "\"'"), found[0])
            yield Edit(start, start + len(found), quote, "quote", what, {"replacement": quote[0]}, width)


def _is_triple(text: str, body: int) -> bool:
    return any(set(text[body - 3 : body]) <= alike for alike in (DOUBLE, SINGLE))


def _quote_for(opening: str, body: str) -> str:
    """The straight quote of its kind; the other kind where the body has the first one in it."""
    first, second = ('"', "'") if opening[0] in DOUBLE else ("'", '"')
    return second if first in body and second not in body else first
