"""Answers for the page about a text that a reader brings: the program in a notebook, and the repairs of a program."""

from __future__ import annotations

from typing import Any

from backprop.model.recording import to_json
from backprop.sandbox.notebook import NotebookError, program_of_notebook
from backprop.sandbox.repair import Change, repair
from backprop.texts import languages


def notebook(text: str) -> str:
    """The program in a notebook's text, as JSON: `program`, the number of its `cells`, and what was set `aside` (the line
    and the command of each); or `refused`, why it cannot be read, by language."""
    try:
        read = program_of_notebook(text)
    except NotebookError as error:
        return to_json({"refused": {language: error.message(language) for language in languages()}})
    aside = [{"line": line, "what": change.what} for change in read.set_aside for line in change.lines]
    return to_json({"program": read.program, "cells": len(read.cells), "aside": aside})


def repaired(text: str) -> str:
    """The repaired text, as JSON: `text`, `keeps_lines`, and the remarks on it (`changes`, `refused`, `notes`), each with
    `id`, `lines` and `message` by language.
    """
    made = repair(text)
    told = {"changes": made.changes, "refused": made.refused, "notes": made.notes}
    lists = {name: [_told(change) for change in changes] for name, changes in told.items()}
    return to_json({"text": made.text, "keeps_lines": made.keeps_lines, **lists})


def _told(change: Change) -> dict[str, Any]:
    message = {lang: change.message(lang) for lang in languages()}
    return {"id": change.id, "lines": list(change.lines), "message": message}
