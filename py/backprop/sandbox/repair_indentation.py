"""Indentation: tabs mixed with spaces, blanks that Python does not know, a whole text that is indented.

A tab counts as many columns as make the blocks fit; 4 if several do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import NamedTuple

from backprop.sandbox.repair_characters import BLANKS
from backprop.sandbox.repair_draft import Change, Draft, Edit
from backprop.sandbox.repair_scanner import Line, lines_of

_TABS = (4, 8, 2, 3, 1)
# They begin a block; `match` is a name, too.
_HEADS = frozenset(("async", "class", "def", "for", "if", "try", "while", "with"))
_WIDE = (2, 1, 4)  # columns of an ideographic space, which is drawn as wide as two letters


class _Lead(NamedTuple):
    """The blanks before a line."""

    line: Line
    text: str
    opens: bool
    """The line ends with a colon: a block must follow."""


def repair_indentation(draft: Draft) -> None:
    """Make the indentation of all lines readable; those within a string keep theirs."""
    leads = _leads(draft.text)
    tab, wide = _widths(leads)
    blanks = [_columns(lead.text, tab, wide) for lead in leads]
    cut = _common(leads, blanks)
    draft.apply(_edits(leads, blanks, cut, tab))


def ambiguous_tabs(draft: Draft) -> list[Change]:
    """The lines whose block depends on how wide a tab is, where several widths fit."""
    leads = [lead for lead in _leads(draft.text) if lead.line.is_statement]
    if not _mixed(leads):
        return []
    fitting = [_depths([len(_columns(lead.text, tab, 2)) for lead in leads], leads) for tab in _TABS]
    least = min(bad for _, bad in fitting)
    first, *others = (depths for depths, bad in fitting if bad == least)
    for i, lead in enumerate(leads):
        if any(depths[i] != first[i] for depths in others):
            return [draft.change(lead.line.start, "tab-ambiguous", "\t")]
    return []


def _leads(text: str) -> list[_Lead]:
    """The blanks before each line that is not blank and does not begin within a string."""
    leads: list[_Lead] = []
    statement = -1  # the one that the present line belongs to, if any
    for line in lines_of(text):
        opens = [token.text in (":", "：") for token in line.tokens if token.is_code]
        if line.is_statement:
            statement = len(leads)
        elif opens and statement >= 0:
            leads[statement] = leads[statement]._replace(opens=opens[-1])
        if not line.in_string and line.text.strip():
            leads.append(_Lead(line, _blanks_before(line.text), bool(opens) and opens[-1]))
    return leads


def _blanks_before(text: str) -> str:
    end = 0
    while end < len(text) and (text[end] in " \t\f" or text[end] in BLANKS):
        end += 1
    return text[:end]


def _widths(leads: list[_Lead]) -> tuple[int, int]:
    """The columns of a tab (0: tabs stay as they are) and of an ideographic space that fit best."""
    statements = [lead for lead in leads if lead.line.is_statement]
    tabs = _TABS if _mixed(leads) else (0,)
    choices = [(tab, wide) for tab in tabs for wide in _WIDE]

    def bad(choice: tuple[int, int]) -> int:
        return _depths([len(_columns(lead.text, *choice).expandtabs()) for lead in statements], statements)[1]

    return min(choices, key=bad)


def _mixed(leads: list[_Lead]) -> bool:
    """Some statement is indented by a tab, and some by other blanks."""
    texts = [lead.text for lead in leads if lead.line.is_statement]
    return any("\t" in text for text in texts) and any(text.strip("\t") for text in texts)


def _columns(lead: str, tab: int, wide: int) -> str:
    """The blanks as spaces. A tab goes on to the next multiple of `tab`; 0: it stays a tab."""
    blanks = ""
    for character in lead:
        if character == "\u3000":
            blanks += " " * wide
        elif character == "\t":
            blanks += " " * (tab - len(blanks) % tab) if tab else "\t"
        else:
            blanks = "" if character == "\f" else blanks + " "
    return blanks


def _depths(columns: list[int], leads: list[_Lead]) -> tuple[list[int], int]:
    """The number of blocks around each statement, and the number of statements that fit into none."""
    stack, depths, bad = [0], [], 0
    opens = False
    for column, lead in zip(columns, leads):
        bad += (column > stack[-1]) != opens
        while stack[-1] > column:
            stack.pop()
        if stack[-1] < column:
            bad += not opens
            stack.append(column)
        depths.append(len(stack))
        opens = lead.opens
    return depths, bad


def _common(leads: list[_Lead], blanks: list[str]) -> str:
    """The blanks that all statements begin with; those of all but the first if it was copied without its own."""
    statements = [(lead, text) for lead, text in zip(leads, blanks) if lead.line.is_statement]
    common = _beginning(text for _, text in statements)
    if common or len(statements) < 2 or _begins_block(statements[0][0]) or statements[0][1]:
        return common
    return _beginning(text for _, text in statements[1:])


def _begins_block(lead: _Lead) -> bool:
    """A block must follow the statement, also where its colon is missing."""
    first = next(token.text.lower() for token in lead.line.tokens if token.is_code)
    return lead.opens or first in _HEADS


def _beginning(texts: Iterable[str]) -> str:
    """The longest text that all begin with."""
    alike = takewhile(lambda characters: len(set(characters)) == 1, zip(*texts))
    return "".join(characters[0] for characters in alike)


def _edits(leads: list[_Lead], blanks: list[str], cut: str, tab: int) -> Iterator[Edit]:
    for lead, text in zip(leads, blanks):
        new = text[len(_beginning((cut, text))) :]
        identifier, what = _kind(lead.text, tab)
        count = lead.text.count(what) if what else 1
        start = lead.line.start
        yield Edit(start, start + len(lead.text), new, identifier, what, {"width": tab}, count)


def _kind(lead: str, tab: int) -> tuple[str, str]:
    for character in lead:
        if character in BLANKS:
            return "blank", character
    return ("tab", "\t") if tab and "\t" in lead else ("common-indent", "")
