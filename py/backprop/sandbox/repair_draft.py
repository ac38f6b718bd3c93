"""A text under repair: it is edited step by step and knows where each of its characters came from."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from backprop.sandbox.repair_texts import sentence

Values = dict[str, str | int]
_NEWLINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Change:
    """A kind of fault found in the text: repaired, refused or only noted, see `Repair`.

    Change(id="character", line=5, column=23, what="，", count=2, lines=(5, 9), …).message("en")
    is 'full-width comma ， → , (2 times)'.
    """

    id: str
    line: int
    """The first line where it stands in the text as it was given, from 1."""
    column: int
    """The character of that line, from 1."""
    what: str
    """The text found: a character, a name, a line."""
    count: int = 1
    lines: tuple[int, ...] = ()
    """Every line where it stands."""
    values: Values = field(default_factory=dict, compare=False)
    """Further words of the sentence, as `replacement`."""

    def message(self, language: str = "en") -> str:
        """The sentence about it, without the line's number."""
        return sentence(self.id, language, {**self.values, "what": self.what, "count": self.count})


class Edit(NamedTuple):
    """Replace text[start:end] by `new`. The edits of one statement share one id; the others' is ""."""

    start: int
    end: int
    new: str
    id: str = ""
    what: str = ""
    values: Values = {}  # noqa: RUF012  (never changed)
    times: int = 1
    """How often `what` stands there."""


class _Found(NamedTuple):
    origin: int
    edit: Edit


class Draft:
    """The text as it is now, and for each character the offset it had in the text as it was given.

    draft = Draft("print x")
    draft.apply([Edit(5, 6, "(", "print", "print x"), Edit(7, 7, ")")])
    draft.text          # "print(x)"
    draft.place(6)      # (1, 7): the x stood at line 1, column 7
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._origin = list(range(len(text) + 1))
        self._starts = [0, *(match.end() for match in _NEWLINE.finditer(text))]
        self._found: list[_Found] = []

    def apply(self, edits: Iterable[Edit]) -> None:
        """Make the edits. They may be given in any order; of two that overlap the first in the text wins."""
        pieces: list[str] = []
        origin: list[int] = []
        at = 0
        for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
            if edit.start < at or self.text[edit.start : edit.end] == edit.new:
                continue
            pieces += (self.text[at : edit.start], edit.new)
            origin += self._origin[at : edit.start] + [self._origin[edit.start]] * len(edit.new)
            at = edit.end
            if edit.id:
                self._found.append(_Found(self._origin[edit.start], edit))
        if at or pieces:
            self.text = "".join([*pieces, self.text[at:]])
            self._origin = origin + self._origin[at:]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, that the character at `offset` of the present text had at first."""
        return self._place_of_origin(self._origin[offset])

    def line_map(self) -> tuple[int, ...]:
        """For each line of the present text the line that it was at first."""
        starts = [0, *(match.end() for match in _NEWLINE.finditer(self.text))]
        return tuple(self.place(start)[0] for start in starts)

    def changes(self) -> list[Change]:
        """Everything edited so far, each kind once, in the order of the text."""
        groups: dict[tuple[str, str], list[_Found]] = {}
        for found in sorted(self._found, key=lambda found: found.origin):
            groups.setdefault((found.edit.id, found.edit.what), []).append(found)
        return [self._change(group) for group in groups.values()]

    def change(self, offset: int, identifier: str, what: str, values: Values | None = None) -> Change:
        """A refusal or a note about the present text at `offset`, which is not edited."""
        line, column = self.place(offset)
        return Change(identifier, line, column, what, 1, (line,), values or {})

    def _change(self, group: list[_Found]) -> Change:
        places = [self._place_of_origin(found.origin) for found in group]
        edit = group[0].edit
        count = sum(found.edit.times for found in group)
        lines = tuple(dict.fromkeys(line for line, _ in places))
        return Change(edit.id, *places[0], edit.what, count, lines, edit.values)

    def _place_of_origin(self, origin: int) -> tuple[int, int]:
        line = bisect_right(self._starts, origin)
        return line, origin - self._starts[line - 1] + 1
