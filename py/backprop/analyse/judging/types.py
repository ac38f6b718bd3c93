"""The types of a verdict and what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from backprop.analyse.findings import Finding, Words
from backprop.analyse.judging.comparison import Comparison, SideBySide
from backprop.model.role import NamedArray
from backprop.texts import document, languages

_ORDER = ("differs", "unknown", "rule", "factor", "agrees")


@cache
def texts(lang: str) -> dict[str, Any]:
    """All sentences of the verdict in one language; raises ValueError for an unknown one."""
    if lang not in languages():
        raise ValueError(f"no language {lang!r}: wanted one of {', '.join(languages())}")
    return document(f"verdict.{lang}")


@dataclass(frozen=True)
class Point:
    """Something to say about a layer: `id` names its texts, `kind` is as of a finding, `layer` counts from 1.

    `facts` fill the names in braces; a fact of the form "name:key" is itself a text of the section [names].
    """

    id: str
    kind: str
    layer: int
    line: int | None
    facts: Mapping[str, Any] = field(default_factory=dict)
    comparison: Comparison | None = None
    change: SideBySide | None = None

    @property
    def beside(self) -> SideBySide | None:
        """The program's product and the chain rule's, where something differs."""
        return self.change or (self.comparison.beside if self.comparison else None)

    def message(self, lang: str = "en") -> str:
        """The sentence that says it."""
        return str(texts(lang)["findings"][self.id]["message"]).format(**self._facts(lang))

    def _facts(self, lang: str) -> dict[str, Any]:
        names = texts(lang)["names"]
        facts = {"line": self.line if self.line is not None else "?", **self.facts}
        return {
            key: names[value[5:]] if isinstance(value, str) and value.startswith("name:") else value
            for key, value in facts.items()
        }

    def finding(self) -> Finding:
        """The point as a finding of a diagnosis."""
        words = {}
        for lang in languages():
            said = texts(lang)["findings"][self.id]
            facts = self._facts(lang)
            words[lang] = Words(*(str(said[key]).format(**facts) for key in ("message", "hint", "answer")))
        plain = {
            lang: Words(*(_braced(one) for one in (w.message, w.hint, w.answer))) for lang, w in words.items()
        }
        factors = self.beside.as_json() if self.beside else None
        return Finding(self.id, self.kind, plain, {}, self.line, factors=factors)


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


@dataclass
class LayerVerdict:
    """The verdict on one layer: `parts` has the state of "delta", "weights" and "biases", `why` why one is unknown.

    `factor` is what the deltas are a multiple by, if they agree up to one.
    """

    number: int
    nodes: list[int]
    parts: dict[str, str] = field(default_factory=dict)
    factor: float | None = None
    factor_name: str | None = None
    points: list[Point] = field(default_factory=list)
    why: str | None = None
    delta_line: int | None = None
    change_lines: dict[str, int] = field(default_factory=dict)

    @property
    def lines(self) -> dict[str, int | None]:
        """The line on which each part ("delta", "weights", …) is computed."""
        return {"delta": self.delta_line, **self.change_lines}

    @property
    def state(self) -> str:
        """ "agrees", "factor", "rule", "differs" or "unknown": the gravest of its parts."""
        return next((state for state in _ORDER if state in self.parts.values()), "unknown")

    @property
    def line(self) -> int | None:
        """The line of what differs or is another rule; else that of delta."""
        return next((point.line for point in self.points if point.line is not None), self.delta_line)

    def message(self, lang: str = "en") -> str:
        """The statement on the layer, in one sentence or a few."""
        state = self.state
        said = texts(lang)["layers"]
        if state in ("differs", "rule") and self.points:
            return " ".join(point.message(lang) for point in self.points)
        if state == "factor":
            name = texts(lang)["factors"][self.factor_name or "constant"]
            return str(said["factor"]).format(
                layer=self.number, factor=name.format(factor=f"{self.factor:.4g}")
            )
        why = texts(lang)["reasons"].get(self.why, "") if state == "unknown" else ""
        return str(said[state]).format(layer=self.number, why=why)


@dataclass
class Verdict:
    """The verdict on a program: one entry for each computing layer, and the needle of each update looked at.

    `error` names the error whose gradient the output's deltas are (None: of none that is known), `computed` the one that
    the program computes in `error_line` (None: none that is known); `points` are all
    statements, in the order in which the program computes. `passes` is how many samples went through the network in
    the updates that were looked at, `given_line` the line of the first number given to the program that is NaN or infinite.
    `made_in_loop` are the lines of the first weights and of the loop that makes and changes them in one turn (None: there
    is none).
    `shuffled_line` is that of the first call that shuffles something while the network learns (None: there is none).
    `arrays` are those in which quantities of the network stand, where a lesson's names tell no shapes.
    """

    layers: list[LayerVerdict]
    error: str | None = None
    error_line: int | None = None
    points: list[Point] = field(default_factory=list)
    needle: list[float] = field(default_factory=list)
    passes: int = 0
    given_line: int | None = None
    computed: str | None = None
    made_in_loop: tuple[int, int] | None = None
    shuffled_line: int | None = None
    arrays: Sequence[NamedArray] = ()

    @property
    def is_clean(self) -> bool:
        """True if every layer was judged and no point speaks against one."""
        judged = all(layer.state in ("agrees", "factor", "rule") for layer in self.layers)
        return judged and all(point.kind == "rule" or point.id == "precision" for point in self.points)
