"""What the page asks about a file that a reader opens: the program in a notebook."""

from __future__ import annotations

from backprop.model.recording import to_json
from backprop.sandbox.notebook import NotebookError, program_of_notebook
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
