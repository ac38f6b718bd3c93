"""What `repair` prints, and what `check` says of a program that Python cannot read: how it can be repaired."""

from __future__ import annotations

from collections.abc import Iterator

from backprop.sandbox.repair import Repair
from backprop.texts import document


def repair_text(made: Repair, lang: str) -> Iterator[str]:
    """One line for each kind of change, for what is left to do by hand, and for what is to be known."""
    said = document(f"cli.{lang}")["repair"]
    for heading, changes in (("changes", made.changes), ("refused", made.refused), ("notes", made.notes)):
        for number, change in enumerate(changes):
            if not number:
                yield said[heading]
            lines = ", ".join(map(str, change.lines))
            yield "  " + said["row"].format(lines=lines, message=change.message(lang))
