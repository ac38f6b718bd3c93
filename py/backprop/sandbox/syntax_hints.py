"""Hints for lines that Python cannot read, but another language can: `&&`, `x++`, `else if`."""

from __future__ import annotations

import keyword
from typing import Any

from backprop.sandbox.repair_scanner import Token, scan

_OTHER_SIGNS = {("&", "&"): "and", ("|", "|"): "or", ("+", "+"): "+= 1", ("-", "-"): "-= 1"}
_AFTER_NOT = ("name", "op")


def hint(error: SyntaxError) -> dict[str, Any]:
    """The id of the sentence and its values; {} if the line has nothing of the kind.

    if x > 0 && y > 0:      is  {"id": "SyntaxError.other", "what": "&&", "plain": "and"}
    """
    tokens = [token for token in scan(error.text or "") if token.is_code]
    if error.msg not in ("invalid syntax", "expected ':'") or not tokens:
        return {}
    return _word(tokens) or _sign(tokens) or {}


def _word(tokens: list[Token]) -> dict[str, Any] | None:
    words = [token.text for token in tokens]
    if words[:2] == ["else", "if"]:
        return {"id": "SyntaxError.other", "what": "else if", "plain": "elif"}
    if words[0] in ("else", "elif", "except", "finally"):
        return {"id": "SyntaxError.alone", "what": words[0]}
    if len(words) > 1 and words[1] == "=" and keyword.iskeyword(words[0]):
        return {"id": "SyntaxError.keyword", "name": words[0]}
    if words[:1] == ["for"] and "in" not in words:
        return {"id": "SyntaxError.for"}
    return None


def _sign(tokens: list[Token]) -> dict[str, Any] | None:
    for token, after in zip(tokens, [*tokens[1:], None]):
        pair = (token.text, after.text) if after and after.start == token.end else ()
        is_step = pair in (("+", "+"), ("-", "-")) and tokens[-1] is not after
        if pair in _OTHER_SIGNS and not is_step:
            return {"id": "SyntaxError.other", "what": "".join(pair), "plain": _OTHER_SIGNS[pair]}
        if token.text == "!" and after and after.kind in _AFTER_NOT:
            return {"id": "SyntaxError.other", "what": "!", "plain": "not"}
        if token.text == "?":
            return {"id": "SyntaxError.other", "what": "a ? b : c", "plain": "b if a else c"}
    return None
