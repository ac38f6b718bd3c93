"""Repairs a program as it was pasted, so that Python can read it, and says everything that it did.

    repair("print（x）").text                            # "print(x)"
    repair("print（x）").changes[0].message("en")        # "full-width opening parenthesis （ → ("
    repair("def f(:").refused[0].line                   # 1

A program that Python can read, and that has none of the names that are gone, comes back as it is.
Nothing within strings and comments is touched. `repair` is idempotent and never raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from backprop.sandbox.notebook import repair_notebook
from backprop.sandbox.repair_characters import repair_characters, repair_edges
from backprop.sandbox.repair_draft import Change, Draft, Values
from backprop.sandbox.repair_indentation import ambiguous_tabs, repair_indentation
from backprop.sandbox.repair_layout import (
    repair_commands,
    repair_fences,
    repair_line_numbers,
    repair_prompts,
)
from backprop.sandbox.repair_names import lost_names, repair_names
from backprop.sandbox.repair_notes import notes
from backprop.sandbox.repair_python2 import repair_python2
from backprop.sandbox.repair_syntax import Fault, compiles, fault
from backprop.sandbox.repair_web import (
    reads_by_chance,
    repair_marks,
    repair_prose,
    repair_references,
    repair_tags,
)

__all__ = ["Change", "Repair", "repair"]

# From the outside of the text to its inside. Each is asked only while Python cannot read the text.
_STAGES: tuple[Callable[[Draft], None], ...] = (
    repair_edges,
    repair_references,
    repair_tags,
    repair_fences,
    repair_marks,
    repair_prose,
    repair_prompts,
    repair_line_numbers,
    repair_commands,
    repair_characters,
    repair_indentation,
    repair_python2,
)
_MOST_PASSES = 6
_OLD = frozenset(("print", "python2", "python2-name"))


@dataclass(frozen=True)
class Repair:
    """A repaired program, and what is to be said about it."""

    text: str
    changes: list[Change]
    """The repairs made, in the order of the text."""
    refused: list[Change]
    """Faults that cannot be repaired; where `text` does not compile there is one with the line."""
    notes: list[Change]
    """Remarks on unchanged text: modules that are not here, divisions that Python 2 rounded."""
    line_map: tuple[int, ...]
    """For each line of `text` its line in the text as it was given; line_map[i - 1] is for line i."""

    @property
    def changed(self) -> bool:
        """Something was repaired."""
        return bool(self.changes)

    @property
    def keeps_lines(self) -> bool:
        """Each line is where it was."""
        return self.line_map == tuple(range(1, len(self.line_map) + 1))


def repair(text: str) -> Repair:
    """Repair a text as it was pasted. Never raises for a str, whatever stands in it."""
    draft = Draft(text)
    tabs: list[Change] = []
    for _ in range(_MOST_PASSES):
        before = draft.text
        tabs += _one_pass(draft)
        if draft.text == before:
            return _told(draft, tabs)
    return _told(Draft(text), [])  # no repair that would last


def _one_pass(draft: Draft) -> list[Change]:
    """Every stage once. Gives back what is to be said about tabs, which are gone afterwards."""
    tabs: list[Change] = []
    repair_notebook(draft)
    readable = _is_readable(draft.text)
    for stage in _STAGES:
        if readable:
            break
        if stage is repair_indentation:
            tabs = ambiguous_tabs(draft)
        before = draft.text
        stage(draft)
        readable = draft.text != before and _is_readable(draft.text)
    repair_names(draft)
    return tabs


def _is_readable(text: str) -> bool:
    return compiles(text) and not reads_by_chance(text)


def _told(draft: Draft, tabs: list[Change]) -> Repair:
    changes = draft.changes()
    wrong = fault(draft.text)
    refused = ([_refused(draft, wrong)] if wrong else []) + lost_names(draft)
    old = any(change.id in _OLD for change in changes)
    return Repair(draft.text, changes, refused, tabs[:1] + notes(draft, old), draft.line_map())


# --- what Python still cannot read ---

_REASONS = (
    ("invalid character", "refused-character"),
    ("invalid non-printable", "refused-character"),
    ("null bytes", "refused-character"),
    ("surrogates", "refused-character"),
    ("unterminated", "refused-string"),
    ("was never closed", "refused-bracket"),
    ("unmatched", "refused-bracket"),
    ("does not match", "refused-bracket"),
    ("nested too deeply", "refused-deep"),
)


def _refused(draft: Draft, wrong: Fault) -> Change:
    """The line where Python stops reading, as something that cannot be repaired."""
    lines = draft.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    line = min(max(wrong.line, 1), len(lines))
    text = lines[line - 1]
    column = min(max(wrong.column, 1), len(text) + 1)
    named = re.search(r"invalid character '(.)'", wrong.says)
    if named and named[1] in text:  # within an f-string its column is another one
        column = text.index(named[1]) + 1
    offset = sum(len(before) + 1 for before in lines[: line - 1]) + column - 1
    identifier = _reason(wrong)
    what = text[column - 1 : column] if identifier == "refused-character" else text.strip()[:60]
    above = re.search(r"on line (\d+)", wrong.says)
    values: Values = {"says": wrong.says, "above": int(above[1]) if above else wrong.line}
    return draft.change(min(offset, len(draft.text)), identifier, what, values)


def _reason(wrong: Fault) -> str:
    if wrong.says.startswith("expected an indented block"):
        return "refused-block"
    if wrong.says == "unexpected indent":
        return "refused-indent"
    if wrong.type in ("IndentationError", "TabError"):
        return "refused-indentation"
    return next((identifier for says, identifier in _REASONS if says in wrong.says), "refused-syntax")
