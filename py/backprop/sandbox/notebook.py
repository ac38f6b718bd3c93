"""The Python program in a Jupyter notebook (.ipynb, formats 3 and 4): its code cells in order.

notebook = program_of_notebook(text)
notebook.program      # the cells, parted by blank lines; %matplotlib inline has become a comment
notebook.cells[1]     # Cell(number=2, line=5, lines=3): its second code cell begins at line 5
notebook.set_aside    # the commands, each as a Change with its line in the program
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from backprop.sandbox.repair_draft import Change, Draft, Edit, Values
from backprop.sandbox.repair_layout import repair_cell
from backprop.sandbox.repair_texts import sentence
from backprop.texts import languages

_MOST_DEPTH = 1_000
_FORMATS = (3, 4)


class NotebookError(ValueError):
    """A text that is no notebook we can read. `str` gives the sentence in both languages."""

    def __init__(self, identifier: str, **values: str | int) -> None:
        self.id = identifier
        self.values: Values = values
        super().__init__(" / ".join(map(self.message, languages())))

    def message(self, language: str = "en") -> str:
        """The sentence in one language."""
        return sentence(self.id, language, self.values)


@dataclass(frozen=True)
class Cell:
    """The place of a code cell in the program: its number among the code cells, first line, number of lines."""

    number: int
    line: int
    lines: int


@dataclass(frozen=True)
class Notebook:
    """The program of a notebook."""

    program: str
    cells: list[Cell]
    set_aside: list[Change]
    """Lines that only a notebook understands, which are comments now."""


def program_of_notebook(text: str) -> Notebook:
    """The program in a notebook's JSON. Raises NotebookError, a ValueError, if it cannot be read."""
    program: list[str] = []
    cells: list[Cell] = []
    set_aside: list[Change] = []
    line = 1
    for number, source in enumerate(_code_cells(_loaded(text)), start=1):
        draft = Draft(source.replace("\r\n", "\n").replace("\r", "\n").strip("\n"))
        repair_cell(draft)
        set_aside += [_moved(change, line - 1) for change in draft.changes()]
        lines = draft.text.count("\n") + 1
        cells.append(Cell(number, line, lines))
        program.append(draft.text + "\n")
        line += lines + 1
    return Notebook("\n".join(program), cells, set_aside)


def repair_notebook(draft: Draft) -> None:
    """A whole notebook, pasted as the text that its file holds, becomes its program."""
    text = draft.text
    if not text.lstrip("\ufeff \t\r\n").startswith("{") or '"cells"' not in text or '"nbformat"' not in text:
        return
    try:
        notebook = program_of_notebook(text)
    except NotebookError:
        return
    draft.apply([Edit(0, len(text), notebook.program, "notebook", "", {"cells": len(notebook.cells)})])


def _moved(change: Change, down: int) -> Change:
    lines = tuple(line + down for line in change.lines)
    return replace(change, line=change.line + down, lines=lines)


def _loaded(text: str) -> dict[str, Any]:
    if _depth(text) > _MOST_DEPTH:
        raise NotebookError("notebook-shape")
    try:
        notebook = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise NotebookError("notebook-json", line=error.lineno, column=error.colno) from None
    except (ValueError, RecursionError):
        raise NotebookError("notebook-shape") from None
    if not isinstance(notebook, dict):
        raise NotebookError("notebook-shape")
    return notebook


def _depth(text: str) -> int:
    """The depth of nested brackets and braces, at the most; those in strings are counted, too.

    Python's reader of JSON goes as deep as the text: too deep for the page's interpreter, which would end.
    """
    steps = [1 if mark in "[{" else -1 for mark in re.findall(r"[\[\]{}]", text)]
    return max(accumulate(steps), default=0)


def _code_cells(notebook: dict[str, Any]) -> list[str]:
    """The sources of the code cells that are not empty."""
    version = notebook.get("nbformat", 4 if "cells" in notebook else 3)
    if version not in _FORMATS:
        raise NotebookError("notebook-version", version=str(version)[:20])
    if (language := _language(notebook)) and not language.lower().startswith("python"):
        raise NotebookError("notebook-language", what=language[:40])
    sources = [_source(cell) for cell in _cells(notebook) if cell.get("cell_type") == "code"]
    return [source for source in sources if source.strip()]


def _cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """All cells: format 3 has them in worksheets."""
    if isinstance(notebook.get("worksheets"), list):
        sheets = [sheet.get("cells") for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
    else:
        sheets = [notebook.get("cells")]
    if not all(isinstance(sheet, list) for sheet in sheets):
        raise NotebookError("notebook-shape")
    return [cell for sheet in sheets for cell in sheet or [] if isinstance(cell, dict)]


def _source(cell: dict[str, Any]) -> str:
    """The text of a cell: one string, or a list of lines; format 3 calls it `input`."""
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""


def _language(notebook: dict[str, Any]) -> str:
    """The language that the notebook says it is written in; "" if it says none."""
    metadata = notebook.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    for key, name in (("kernelspec", "language"), ("language_info", "name")):
        part = metadata.get(key)
        if isinstance(part, dict) and isinstance(part.get(name), str):
            return str(part[name])
    return ""
