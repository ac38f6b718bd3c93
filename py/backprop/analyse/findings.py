"""A finding of a diagnosis, with its sentences in every language: what shows, a hint, the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from backprop.texts import entry
from backprop.topology import Ref, ref_name


@dataclass(frozen=True)
class Words:
    """The sentences of a finding in one language; names in braces are filled in from its facts."""

    message: str  # what the numbers show
    hint: str  # where to look; not the answer
    answer: str


@cache
def words_of(id: str) -> dict[str, Words]:
    """The sentences of the finding with this id, by language."""
    return {lang: Words(**texts) for lang, texts in entry("findings", id).items()}


@dataclass(frozen=True)
class Finding:
    """A statement on a whole run, told once.

    kind        "mistake"; "unknown": a disagreement that no known mistake explains; "observation"
    line        the program's own line where it shows first (1-based); None where there is none
    where       the quantity in which it shows first
    iteration   the iteration in which it shows first, and
    step        the number of the step in it, both 0-based
    factors     the program's product and the chain rule's side by side, as in docs/recording-format.md; None: no product
    """

    id: str
    kind: str
    words: Mapping[str, Words]
    facts: Mapping[str, Any] = field(default_factory=dict)
    line: int | None = None
    where: Ref | None = None
    iteration: int | None = None
    step: int | None = None
    factors: Mapping[str, Any] | None = None

    def message(self, lang: str = "en") -> str:
        """Say what the numbers show. `lang` is one of `texts.languages()`; raises ValueError for any other."""
        return self._words(lang).message.format(**self.facts)

    def hint(self, lang: str = "en") -> str:
        """Say where to look, without the answer. `lang` as in `message`."""
        return self._words(lang).hint.format(**self.facts)

    def answer(self, lang: str = "en") -> str:
        """Say what is wrong and what would be right. `lang` as in `message`."""
        return self._words(lang).answer.format(**self.facts)

    def _words(self, lang: str) -> Words:
        if lang not in self.words:
            raise ValueError(f"no language {lang!r}: wanted one of {', '.join(self.words)}")
        return self.words[lang]

    def as_json(self) -> dict[str, Any]:
        """The finding for the page."""
        return {
            "id": self.id,
            "kind": self.kind,
            "line": self.line,
            "where": ref_name(self.where) if self.where else None,
            "iteration": self.iteration,
            "step": self.step,
            "factors": self.factors,
            "message": {lang: self.message(lang) for lang in self.words},
            "hint": {lang: self.hint(lang) for lang in self.words},
            "answer": {lang: self.answer(lang) for lang in self.words},
        }
