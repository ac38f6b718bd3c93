"""Splits a text into tokens also where Python's own tokenizer gives up: curly quotes, odd characters, open strings.

    print（“loss:”， x)  # en dash –

is name `print`, op `（`, string `“loss:”`, op `，`, space, name `x`, op `)`, space, comment `# en dash –`.
Every character of the text belongs to exactly one token. Where Python can tokenize the text, its
strings and comments are taken from there.
"""

from __future__ import annotations

import io
import re
import tokenize
import warnings
from typing import Literal, NamedTuple

DOUBLE = frozenset('"“”„‟＂〝〞')
SINGLE = frozenset("'‘’‚‛＇")
# Middle dots are letters to Python, but in what people paste they stand for a product.
DOTS = frozenset("\u00b7\u0387")
OPENING = dict(zip("([{（［｛【", "([{([{["))
CLOSING = dict(zip(")]}）］｝】", ")]})]}]"))

Kind = Literal["name", "number", "op", "string", "comment", "space", "newline", "odd"]

_NEWLINE = re.compile(r"\r\n|\r|\n")
_SPACE = re.compile(r"[ \t\f]+|\\(?:\r\n|\r|\n)")
_COMMENT = re.compile(r"[#＃][^\r\n]*")
_REST_OF_LINE = re.compile(r"[^\r\n]*")
_PREFIX = re.compile(r"[rRbBuUfF]{0,2}")
_ENDS_STRING = re.compile(r"[ \t]*[,，)）\]:：;；+%]")
_NUMBER = re.compile(
    r"0[xXbBoO][0-9a-fA-F_]+[lL]?|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?[jJlL]?"
)
_OPERATOR = re.compile(
    r"\*\*=|//=|>>=|<<=|\.\.\.|->|:=|==|!=|<>|<=|>=|\*\*|//|<<|>>|[-+*/%@&|^]="
    r"|[-+*/%@&|^~<>=!.,:;`(){}\[\]]|[（）［］｛｝【】，：；．＋＊／％＝＜＞]"
)


class Token(NamedTuple):
    """A piece of the text.

    Of a string that Python's own tokenizer did not find, text[body:body_end] of the whole is what stands
    between its quotes; of other tokens these are 0.
    """

    kind: Kind
    start: int
    end: int
    text: str
    body: int = 0
    body_end: int = 0

    @property
    def is_open(self) -> bool:
        """A string that is not closed: it ends with its line, or with the text."""
        return bool(self.body) and self.body_end == self.end

    @property
    def is_code(self) -> bool:
        """Not blank, not a comment: what Python reads."""
        return self.kind not in ("space", "comment", "newline")


def scan(text: str) -> list[Token]:
    """The tokens of a text, valid Python or not."""
    known = _python_spans(text)
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        kind, end = known.get(at, (None, 0))
        token = Token(kind, at, end, text[at:end]) if kind else _token(text, at)
        tokens.append(token)
        at = token.end
    return tokens


def _token(text: str, at: int) -> Token:
    if string := _string(text, at):
        return string
    kind, end = _plain(text, at)
    return Token(kind, at, end, text[at:end])


def _plain(text: str, at: int) -> tuple[Kind, int]:
    """Kind and end of the token at `at`, which is no string."""
    patterns: tuple[tuple[Kind, re.Pattern[str]], ...] = (
        ("space", _SPACE),
        ("newline", _NEWLINE),
        ("comment", _COMMENT),
        ("number", _NUMBER),
        ("op", _OPERATOR),
    )
    for kind, pattern in patterns:
        if match := pattern.match(text, at):
            return kind, match.end()
    end = at
    while end < len(text) and _in_name(text[end], first=end == at):
        end += 1
    return ("name", end) if end > at else ("odd", at + 1)


def _in_name(character: str, first: bool) -> bool:
    if character.isascii():
        return character == "_" or character.isalpha() or (character.isdigit() and not first)
    return (character if first else "a" + character).isidentifier() and character not in DOTS


# --- strings ---


def _string(text: str, at: int) -> Token | None:
    """The string that begins at `at`, its prefix included, or None. An open one ends with its line."""
    match = _PREFIX.match(text, at)
    quote = match.end() if match else at
    character = text[quote : quote + 1]
    for alike in (DOUBLE, SINGLE):
        if character and character in alike:
            body, body_end, end = _quoted(text, quote, alike)
            return Token("string", at, end, text[at:end], body, body_end)
    return None


def _quoted(text: str, quote: int, alike: frozenset[str]) -> tuple[int, int, int]:
    """The places of the body's begin, the body's end, and the string's end."""
    if len(text) >= quote + 3 and all(c in alike for c in text[quote : quote + 3]):
        body = quote + 3
        close = _triple_close(text, quote, alike)
        return (body, close, close + 3) if close >= 0 else (body, len(text), len(text))
    close = _close(text, quote, alike)
    if close < 0:
        end = _end_of_line(text, quote)
        return quote + 1, end, end
    return quote + 1, close, close + 1


def _triple_close(text: str, quote: int, alike: frozenset[str]) -> int:
    opening = text[quote : quote + 3]
    straight = opening in ('"""', "'''")
    if straight and (match := re.compile(rf"(?:\\.|[^\\])*?({opening})", re.S).match(text, quote + 3)):
        return match.start(1)
    at = quote + 3
    while at + 3 <= len(text):
        if text[at] == "\\":
            at += 2
        elif all(c in alike for c in text[at : at + 3]):
            return at
        else:
            at += 1
    return -1


def _end_of_line(text: str, at: int) -> int:
    match = _REST_OF_LINE.match(text, at)
    return match.end() if match else len(text)


def _quotes_of_line(text: str, quote: int, alike: frozenset[str]) -> list[int]:
    """The offsets of the quotes after `quote` that may close it: on its line, not behind a backslash."""
    places: list[int] = []
    at = quote + 1
    while at < len(text) and text[at] not in "\r\n":
        if text[at] == "\\":
            at += 3 if text.startswith("\r\n", at + 1) else 2
            continue
        if text[at] in alike and not _is_apostrophe(text, at):
            places.append(at)
        at += 1
    return places


def _is_apostrophe(text: str, at: int) -> bool:
    """A curly apostrophe within a word, as in don’t."""
    around = text[at - 1 : at] + text[at + 1 : at + 2]
    return text[at] in "‘’" and len(around) == 2 and around.isascii() and around.isalpha()


def _close(text: str, quote: int, alike: frozenset[str]) -> int:
    """The offset of the quote that closes the one at `quote`, or -1.

    A straight quote closes a straight one, unless that leaves one straight quote too many: "loss:”, x.
    “ is closed by ”, also past straight quotes that come in pairs, “he said "hi" to”, but not in “a", "b”; in
    “he said “hi”” by the second ”.
    """
    opening = text[quote]
    places = _quotes_of_line(text, quote, alike)
    straight = [at for at in places if text[at] in "\"'"]
    if opening in "\"'":
        if straight and (len(straight) % 2 or len(straight) == len(places)):
            return straight[0]
    elif opening in "“‘":
        partner = "”" if opening == "“" else "’"
        if (outer := _outer_close(text, places, opening, partner)) >= 0:
            return outer
        first = next((at for at in places if text[at] == partner), -1)
        between = [at for at in straight if at < first]
        if (
            first >= 0
            and len(between) % 2 == 0
            and not (between and _ENDS_STRING.match(text, between[0] + 1))
        ):
            return first
    return places[0] if places else -1


def _outer_close(text: str, places: list[int], opening: str, partner: str) -> int:
    """Where a curly quote is closed that has pairs of its own kind in it, behind which the string ends; -1 for any other."""
    depth, pairs = 1, 0
    for at in places:
        depth += (text[at] == opening) - (text[at] == partner)
        pairs += text[at] == opening
        if depth == 0:
            return at if pairs and _ENDS_STRING.match(text, at + 1) else -1
    return -1


# --- Python's own tokenizer ---


_SPANNING = ("STRING", "COMMENT", "FSTRING_START", "FSTRING_END", "TSTRING_START", "TSTRING_END")


def _python_spans(text: str) -> dict[int, tuple[Kind, int]]:
    """Start: kind and end of each string and comment, as Python finds them; empty if it cannot read the text.

    An f-string is one string here, with the expressions in it.
    """
    if re.search(r"\r(?!\n)|\0", text):
        return {}
    starts = [0, *(match.end() for match in re.finditer("\n", text)), len(text)]
    spans: dict[int, tuple[Kind, int]] = {}
    outer: list[int] = []
    for token in _python_tokens(text):
        name = tokenize.tok_name[token.type]
        start = starts[token.start[0] - 1] + token.start[1]
        end = start + len(token.string)  # token.end is wrong in Python 3.12 after Chinese in a longer string
        if name in _SPANNING and text[start:end] != token.string:
            return {}
        if name in ("FSTRING_START", "TSTRING_START"):
            outer.append(start)
        elif name in ("FSTRING_END", "TSTRING_END"):
            start = outer.pop()
            if not outer:
                spans[start] = ("string", end)
        elif not outer and name in ("STRING", "COMMENT"):
            spans[start] = ("string" if name == "STRING" else "comment", end)
    return spans


def _python_tokens(text: str) -> list[tokenize.TokenInfo]:
    """Python's tokens, or none where it finds an error in them."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tokens = list(tokenize.generate_tokens(io.StringIO(text, newline="").readline))
    except (tokenize.TokenError, SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    odd = [token for token in tokens if token.type == tokenize.ERRORTOKEN and not token.string.isspace()]
    return [] if odd else tokens


# --- what stands where ---


class Line(NamedTuple):
    """A line of the text: text[start:end], its newline left out."""

    start: int
    end: int
    text: str
    in_string: bool
    """It begins within a string of several lines."""
    continues: bool
    """It goes on with the line before: within brackets, or after a backslash."""
    tokens: list[Token]
    """The tokens that begin on it."""

    @property
    def is_statement(self) -> bool:
        """A statement begins here: not blank, no comment alone, no continuation."""
        return not self.in_string and not self.continues and any(t.is_code for t in self.tokens)


def lines_of(text: str, tokens: list[Token] | None = None) -> list[Line]:
    """The lines of a text, each with its tokens."""
    tokens = scan(text) if tokens is None else tokens
    starts = [0, *(match.end() for match in _NEWLINE.finditer(text))]
    lines: list[Line] = []
    depth = index = 0
    for start, after in zip(starts, [*starts[1:], len(text) + 1]):
        before = tokens[index - 1] if index else None
        in_string = before is not None and before.end > start
        continues = depth > 0 or (before is not None and before.text.startswith("\\"))
        first = index
        while index < len(tokens) and tokens[index].start < after:
            depth = depth_after(depth, tokens[index])
            index += 1
        end = _end_of_line(text, start)
        lines.append(Line(start, end, text[start:end], in_string, continues, tokens[first:index]))
    return lines


def depth_after(depth: int, token: Token) -> int:
    """The number of open brackets after this token; a closing one without its opening counts for nothing."""
    if token.text in OPENING:
        return depth + 1
    if token.text in CLOSING:
        return max(0, depth - 1)
    return depth
