"""The cases of a lesson: wrong programs that the diagnosis must name, and right ones that it must leave alone.

They are data, kept in the lesson's `cases.toml`. Most are a program of the lesson after a few edits (`edits.py`):

    start = "short"                     # what a case is made from, unless it says otherwise

    [starts.short]                      # a program that several cases are made from
    start = "program.py"
    edits = '''
    -for epoch in range(4000):
    +for epoch in range(12):
    '''

    [[cases]]                           # a wrong program: the diagnosis must give these findings and no others
    name = "slope-missing-hidden"
    findings = ["slope-missing-hidden"]
    edits = '''
    -            delta[j] = a[j] * (1 - a[j]) * w[8, j] * delta[8]
    +            delta[j] = w[8, j] * delta[8]
    '''

    [[cases]]                           # a right program: no findings; `about` says in what it is different
    name = "rate"
    about = "With a learning rate."
    edits = …

`start` names a program of the lesson (`program.py`), one of the `starts`, or another case. A case that shares little
with any of them is given whole: `program = '''…'''`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from backprop.lessons.edits import apply_edits
from backprop.lessons.lens import LESSONS


@dataclass(frozen=True)
class Case:
    """A case of a lesson, under its name there: an edited program, and the findings that it must give.

    `findings` are the ids of all that the diagnosis must find, none for a right program; `about` says in a sentence
    what a right program does otherwise than the lesson's own, None where nothing is said.
    """

    lesson: str
    name: str
    findings: tuple[str, ...]
    about: str | None

    @property
    def is_right(self) -> bool:
        """True if it is a right program, which the diagnosis leaves alone."""
        return not self.findings

    def program(self) -> str:
        """The source text. Its first line is a comment with the findings, or with `about`, if there is either.

        Raises ValueError if an edit does not fit, or if what the case starts from does not exist.
        """
        text = _text(self.lesson, self.name, ())
        comment = f"finding: {', '.join(self.findings)}" if self.findings else self.about
        return f"# {comment}\n{_without_first_comment(text)}" if comment else text


def cases(lesson: str) -> list[Case]:
    """The lesson's cases in their order; [] if it has none. Raises ValueError for a name that stands twice.

    >>> case = next(case for case in cases("xor") if case.name == "slope-missing-hidden")
    >>> case.findings
    ('slope-missing-hidden',)
    >>> case.program().splitlines()[0]
    '# finding: slope-missing-hidden'
    >>> "            delta[j] = w[8, j] * delta[8]" in case.program().splitlines()
    True
    """
    entries = _settings(lesson).get("cases", [])
    names = [*_settings(lesson).get("starts", {}), *(entry["name"] for entry in entries)]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"lesson {lesson} has several cases or starts named {', '.join(sorted(twice))}")
    return [
        Case(lesson, entry["name"], tuple(entry.get("findings", ())), entry.get("about")) for entry in entries
    ]


@cache
def _settings(lesson: str) -> Mapping[str, Any]:
    path = LESSONS / lesson / "cases.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _text(lesson: str, name: str, on_the_way: tuple[str, ...]) -> str:
    """The program of this name, without a comment of its own. `on_the_way` are the names that start from it."""
    if name.endswith(".py"):
        return (LESSONS / lesson / name).read_text(encoding="utf-8")
    settings = _settings(lesson)
    named = {entry["name"]: entry for entry in settings.get("cases", [])} | settings.get("starts", {})
    if name not in named or name in on_the_way:
        raise ValueError(f"lesson {lesson} has no start {name!r} for {on_the_way[-1]!r}")
    entry = named[name]
    if "program" in entry:
        return str(entry["program"])
    start = entry.get("start", settings["start"])
    try:
        return apply_edits(_text(lesson, start, (*on_the_way, name)), entry.get("edits", ""))
    except ValueError as problem:
        raise ValueError(f"{name} in lesson {lesson}: {problem}") from problem


def _without_first_comment(source: str) -> str:
    """The program without the lines of comment that it begins with."""
    lines = source.split("\n")
    while lines[0].startswith("#"):
        del lines[0]
    return "\n".join(lines)
