"""The output of `show`: the steps of one iteration, one a line."""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import combining, east_asian_width

from backprop.analyse.check import checks_of
from backprop.equations.tex import symbol
from backprop.recording.facade import CheckedRecording as Recording
from backprop.texts import document
from backprop.topology import Ref


def steps_text(recording: Recording, iteration: int, lang: str) -> Iterator[str]:
    """A heading and a table: step, line, sample, equation, what it sets, what it reads; where it differs, so it says.

    Raises ValueError for an iteration that is not in the recording.
    """
    said = document(f"cli.{lang}")["show"]
    differs = {check.step: check.formula for check in checks_of(recording, iteration) if not check.agrees}

    def name(ref: Ref) -> str:
        return symbol(ref, recording.topology)["text"]

    rows = [list(said["columns"])]
    for number, step in enumerate(recording.steps(iteration)):
        sets = ", ".join(f"{name(ref)} = {value:.6g}" for ref, value in step.sets.items())
        if number in differs:
            sets += f"  ({said['differs'].format(formula=f'{differs[number]:.6g}')})"
        sample = "" if step.sample is None or step.sample < 0 else str(step.sample)
        equation = f"({step.equation})" if step.equation else ""
        reads = " ".join(map(name, step.reads))
        rows.append([str(number), str(step.line), sample, equation, sets, reads])
    yield said["heading"].format(iteration=iteration, iterations=f"{recording.iterations:,}")
    widths = [max(map(_width, column)) for column in zip(*rows)]
    for row in rows:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths))
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    """The width of a text in a terminal, in columns: 2 for a Chinese character, 0 for a combining mark."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)
