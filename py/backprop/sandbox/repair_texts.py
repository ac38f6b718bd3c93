"""The sentences of repair and of notebooks, a file for each language: texts/repair.en.toml, repair.zh.toml."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

from backprop.texts import document, languages

_FULL_WIDTH = range(0xFF01, 0xFF5F)  # ！ to ～: ASCII 0x21 to 0x7E, shifted by 0xFEE0


@cache
def texts(language: str) -> dict[str, Any]:
    """All texts of one language. `zh-CN` is `zh`. Raises ValueError for a language that we do not have."""
    short = language.split("-")[0]
    if short not in languages():
        raise ValueError(f"language is {language!r}: wanted one of {', '.join(languages())}")
    return document(f"repair.{short}")


def sentence(identifier: str, language: str, values: dict[str, str | int]) -> str:
    """The sentence `identifier`, its placeholders filled; `what` that is a character is named.

    sentence("character", "en", {"what": "，", "replacement": ",", "count": 1})
    is 'full-width comma ， → ,'.
    """
    known = texts(language)
    what = str(values.get("what", ""))
    filled = {"name": character_name(what, language), **values, "what": visible(what)}
    if "says" in values:
        filled["says"] = known["python"].get(values["says"], values["says"])
    said: str = known["messages"][identifier].format_map(filled)
    if int(values.get("count", 1)) > 1:
        said += known["messages"]["times"].format_map(filled)
    return said


def character_name(character: str, language: str) -> str:
    """A character's name: "full-width comma", "中文全角逗号"; in English Unicode's name if we have none."""
    names = texts(language)["characters"]
    if character in names:
        return str(names[character])
    if len(character) == 1 and ord(character) in _FULL_WIDTH:
        plain = chr(ord(character) - 0xFEE0)
        return str(names["full-width"].format(character=plain))
    if not language.startswith("en"):
        return str(names["unnamed"])
    first = character[:1] or "\0"
    return unicodedata.name(first, "").lower() or str(names["unnamed"])


def visible(text: str) -> str:
    """The text with what cannot be seen written as a code: a zero-width space is "U+200B"."""
    return "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in text)
