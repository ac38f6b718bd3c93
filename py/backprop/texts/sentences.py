"""Reads the sentences of one subject in one language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "zh")


@cache
def sentences(subject: str, lang: str) -> dict[str, Any]:
    """The content of `<subject>.<lang>.toml`: tables of sentences, with the names of facts in braces.

    Raises ValueError for a language that is not in LANGUAGES.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"no language {lang!r}: wanted one of {', '.join(LANGUAGES)}")
    return tomllib.loads((files(__package__) / f"{subject}.{lang}.toml").read_text(encoding="utf-8"))
