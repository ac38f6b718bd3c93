"""Edits of a program's text, written as in a diff.

`-` stands before a line that goes, `+` before one that comes in, a space before one that stays and only shows the
place. A blank line separates one edit from the next:

    -            delta[j] = a[j] * (1 - a[j]) * w[8, j] * delta[8]
    +            delta[j] = w[8, j] * delta[8]

     for epoch in range(12):
    +    error = 0

What an edit takes away or keeps must stand in the program exactly once, so that no edit can miss its place.
"""

from __future__ import annotations


def apply_edits(source: str, edits: str) -> str:
    """The program after the edits, each of which sees what the ones before it made.

    Raises ValueError for a line without a mark, and for an edit whose old lines do not stand in the program exactly
    once.

    >>> print(apply_edits("for x in (1, 2):\\n    print(x)\\n", "-    print(x)\\n+    print(-x)\\n"), end="")
    for x in (1, 2):
        print(-x)
    """
    lines = source.split("\n")
    for edit in _separated(edits):
        old = [line[1:] for line in edit if line[0] in " -"]
        new = [line[1:] for line in edit if line[0] in " +"]
        at = find_lines(lines, old)
        if at is None:
            raise ValueError(f"these lines do not stand in the program exactly once: {old}")
        lines[at : at + len(old)] = new
    return "\n".join(lines)


def find_lines(lines: list[str], wanted: list[str]) -> int | None:
    """The number of the first of the wanted lines, one below the other, in `lines`, from 0; None unless exactly once.

    >>> find_lines(["a", "b", "a"], ["b", "a"])
    1
    >>> find_lines(["a", "b", "a"], ["a"]) is None
    True
    """
    places = [at for at in range(len(lines)) if lines[at : at + len(wanted)] == wanted]
    return places[0] if len(places) == 1 else None


def _separated(edits: str) -> list[list[str]]:
    """The lines of each edit."""
    found: list[list[str]] = [[]]
    for line in edits.splitlines():
        if not line:
            found.append([])
        elif line[0] in " -+":
            found[-1].append(line)
        else:
            raise ValueError(f"a line of an edit begins with '-', '+' or a space, not as {line!r} does")
    return [edit for edit in found if edit]
