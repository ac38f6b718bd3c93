"""Every sentence that Python says, by language: one TOML file a language beside this module (docs/translating.md)."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

Words = dict[str, str]  # a text in each language, by the language's code

FIRST = "en"
# Not by importlib.resources: to import it takes 13 ms, and several times that while the page starts.
_FOLDER = Path(__file__).resolve().parent


@cache
def languages() -> tuple[str, ...]:
    """The codes of all languages, English first, then by the alphabet.

    >>> languages()
    ('en', 'zh')
    """
    files = (file for file in _FOLDER.iterdir() if file.suffix in (".toml", ".json"))
    codes = sorted({file.stem for file in files if "." not in file.stem})
    return (FIRST, *(code for code in codes if code != FIRST))


@cache
def entry(section: str, key: str) -> Mapping[str, Any]:
    """The entry of a section, by language. Raises KeyError if the file of a language has none.

    >>> entry("rules", "averaged")["en"]
    'An update is the average over its samples, not their sum.'
    """
    return {lang: document(lang)[section][key] for lang in languages()}


def sentence(section: str, key: str, **facts: object) -> Words:
    """A sentence in each language, its names in braces filled in.

    A fact that is a mapping by language gives each sentence its own text.

    >>> sentence("rules", "activation", layer=2, name="tanh")["en"]
    'Layer 2 uses tanh.'
    """
    if not facts:
        return dict(entry(section, key))
    return {
        lang: text.format(
            **{name: fact[lang] if isinstance(fact, Mapping) else fact for name, fact in facts.items()}
        )
        for lang, text in entry(section, key).items()
    }


def four_digits(value: float) -> str:
    """A number in four digits, with a true minus sign.

    >>> four_digits(-0.123456)
    '−0.1235'
    """
    return f"{value:.4g}".replace("-", "−")


def listed(names: Sequence[str]) -> Words:
    """Names in a row.

    >>> listed(["8", "9", "10"])["en"]
    '8, 9 and 10'
    """
    found = {}
    for lang in languages():
        comma, last = entry("lists", "comma")[lang], entry("lists", "last")[lang]
        found[lang] = last.join([comma.join(names[:-1])] * (len(names) > 1) + list(names[-1:]))
    return found


MOST_LISTED = 6


def listed_nodes(nodes: Sequence[int]) -> Words:
    """Nodes in a row, with the noun; of many the first and the last.

    >>> listed_nodes([8])["en"], listed_nodes([8, 9])["en"], listed_nodes([*range(1, 65)])["en"]
    ('node 8', 'nodes 8 and 9', 'nodes 1 to 64')
    """
    if len(nodes) > MOST_LISTED and [*nodes] == [*range(nodes[0], nodes[-1] + 1)]:
        return sentence("lists", "range", first=nodes[0], last=nodes[-1])
    return sentence(
        "lists", "nodes" if len(nodes) > 1 else "node", list=listed([str(node) for node in nodes])
    )


@cache
def document(name: str) -> dict[str, Any]:
    """One file of texts, such as "en" or "repair.zh": as it is written, or as JSON, which the build makes of it for the
    page. Raises FileNotFoundError if there is none.

    >>> document("en")["lists"]["node"]
    'node {list}'
    """
    made: dict[str, Any]
    if (_FOLDER / f"{name}.json").exists():
        made = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        return made
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
