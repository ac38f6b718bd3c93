"""The lessons' own programs, as they are and with some of their text replaced: for the tests of the core and the page."""

import re
from pathlib import Path

LESSONS = Path(__file__).resolve().parents[1] / "py/backprop/lessons"


def source_of(lesson: str, program: str = "program") -> str:
    """The text of one of a lesson's programs."""
    return (LESSONS / lesson / f"{program}.py").read_text(encoding="utf-8")


def edited(lesson: str, *edits: tuple[str, str]) -> str:
    """The lesson's program after replacing each (old, new) text, every one of which must occur."""
    source = source_of(lesson)
    for old, new in edits:
        assert old in source, old
        source = source.replace(old, new)
    return source


def short(source: str, iterations: int = 3) -> str:
    """A lesson's program cut down to a few iterations, and to a few of many samples or networks."""
    source = source.replace("samples[:360], samples[360:]", "samples[:6], samples[360:370]")
    source = source.replace("starts = 64", "starts = 27")  # the picture shows the last of them, number 26
    long = r"(?m)range\(\d{4,}\)|epochs=\d+|^epochs = \d+"
    return re.sub(long, lambda found: re.sub(r"\d+", str(iterations), found[0]), source)
