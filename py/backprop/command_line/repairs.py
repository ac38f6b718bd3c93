"""The command line's report on repairs: the output of `repair`, and the part of `check` on programs that Python cannot
read."""

from __future__ import annotations

from collections.abc import Iterator

from backprop.sandbox.repair import Repair
from backprop.texts import document


def repair_text(made: Repair, lang: str) -> Iterator[str]:
    """The lines of a report on repairs: one for each kind of change, for each thing left to do by hand, for each note."""
    said = document(f"cli.{lang}")["repair"]
    for heading, changes in (("changes", made.changes), ("refused", made.refused), ("notes", made.notes)):
        for number, change in enumerate(changes):
            if not number:
                yield said[heading]
            lines = ", ".join(map(str, change.lines))
            yield "  " + said["row"].format(lines=lines, message=change.message(lang))
