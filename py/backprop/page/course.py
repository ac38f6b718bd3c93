"""The course as a whole: the lessons in order, where each equation lives, the notation, the texts to search in.

The build hands over the lessons with their baked runs, so that what leads to a step always leads to one that is there.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import numpy as np

from backprop.analyse.exercises import exercises
from backprop.equations.catalogue import CATALOGUE
from backprop.equations.plain_text import plain
from backprop.lessons.lens import LESSONS, lesson_settings
from backprop.texts import languages

Words = dict[str, str]
Place = dict[str, Any]

# The parts of the map: the equations up to and with this one.
CHAPTERS = {"neuron": "1.4", "forward": "3.8", "backward": "4.8", "derivation": "4.17", "layers": "BP4"}


@dataclass(frozen=True)
class BakedLesson:
    """A lesson as the page has it: its text as HTML by language, and the run of its program recorded beforehand.

    `header` and `index` are those of `runner.bake`.
    """

    id: str
    text: Words
    header: dict[str, Any]
    index: bytes

    def first_steps(self) -> list[dict[str, Any]]:
        """The steps of the first iteration, in the order in which the page counts them."""
        index = np.frombuffer(self.index, np.int32)
        segments: list[int] = index[3 : 3 + 2 * index[2] : 2].tolist() if len(index) else []
        return [step for id in segments for step in self.header["patterns"][id]["steps"]]


def course(lessons: list[BakedLesson]) -> dict[str, Any]:
    """All that the course's page shows, ready to be written as JSON. `lessons` stand in the order of the course.

    Raises ValueError if a lesson names an equation, or the glossary a quantity, that there is not.
    """
    return {
        "lessons": [_lesson(lesson) for lesson in lessons],
        "equations": _equations(lessons),
        "glossary": _glossary(lessons),
    }


def _lesson(lesson: BakedLesson) -> dict[str, Any]:
    settings = lesson_settings(lesson.id)
    return {
        "id": lesson.id,
        "title": settings["title"],
        "answers": settings["answers"],
        "minutes": settings["minutes"],
        "exercises": [
            {"id": one.id, "title": {lang: words["title"] for lang, words in one.words.items()}}
            for one in exercises(lesson.id)
        ],
        "sections": {lang: sections(html) for lang, html in lesson.text.items()},
    }


# --- the map of the equations ---


def _equations(lessons: list[BakedLesson]) -> list[dict[str, Any]]:
    """Every equation, with the lessons it lives in: with a step where one computes it, else those whose text treats it."""
    places: dict[str, list[Place]] = {id: [] for id in CATALOGUE}
    for lesson in lessons:
        computed: dict[str, int] = {}
        for number, step in enumerate(lesson.first_steps()):
            for id in (step["equation"], step["instance"]):
                computed.setdefault(id, number)
        named = lesson_settings(lesson.id).get("equations", [])
        if unknown := [id for id in named if id not in CATALOGUE]:
            raise ValueError(f"lesson {lesson.id} names equations that there are not: {', '.join(unknown)}")
        for id in CATALOGUE:
            if id in computed:
                places[id].append({"lesson": lesson.id, "step": computed[id]})
            elif id in named:
                places[id].append({"lesson": lesson.id})
    return [
        {"id": id, "chapter": _chapter(id), "text": plain(CATALOGUE[id].tex), "places": places[id]}
        for id in CATALOGUE
    ]


def _chapter(equation: str) -> str:
    order = list(CATALOGUE)
    return next(name for name, last in CHAPTERS.items() if order.index(equation) <= order.index(last))


# --- the notation ---


def _glossary(lessons: list[BakedLesson]) -> list[dict[str, Any]]:
    """The symbols of `lessons/glossary.toml`, each with the step of a lesson at which its quantity lights up."""
    by_id = {lesson.id: lesson for lesson in lessons}
    return [
        {
            "tex": entry["tex"],
            "text": plain(entry["tex"]),
            "name": {lang: entry[lang]["name"] for lang in languages()},
            "words": {lang: entry[lang]["words"] for lang in languages()},
            "place": _place_of(entry["shows"], by_id[entry["lesson"]]),
        }
        for entry in glossary_entries()
    ]


def glossary_entries() -> list[dict[str, Any]]:
    """The glossary as it is written: `shows` is the quantity (`w:8-4`) that stands for the symbol in `lesson`."""
    entries = tomllib.loads((LESSONS / "glossary.toml").read_text(encoding="utf-8"))["entries"]
    return list(entries)


def _place_of(ref: str, lesson: BakedLesson) -> Place:
    """The first step that sets this quantity; of one that no step sets, the first that reads it."""
    steps = lesson.first_steps()
    setting = [number for number, step in enumerate(steps) if step["sets"] == ref]
    reading = [number for number, step in enumerate(steps) if ref in step["reads"]]
    if not setting + reading:
        raise ValueError(f"the glossary shows {ref} in lesson {lesson.id}, where no step sets or reads it")
    return {"lesson": lesson.id, "step": (setting + reading)[0]}


# --- texts to search in ---


def sections(html: str) -> list[dict[str, str]]:
    """The parts of a lesson's text from heading to heading, as plain text; the first may have no heading.

    `id` is that of the part's heading in the page, which numbers them alike (site/views/lesson.js).
    """
    reader = _Sections()
    reader.feed(html)
    reader.close()
    found = [{name: " ".join(part.split()) for name, part in one.items()} for one in reader.found]
    for number, one in enumerate(found):
        one["id"] = f"section-{number}" if number else "lesson"
    return [one for one in found if one["heading"] or one["text"]]


class _Sections(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = [{"heading": "", "text": ""}]
        self._into = "text"
        self._in_maths = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "h2":
            self.found.append({"heading": "", "text": ""})
            self._into = "heading"
        tex = dict(attributes).get("data-tex")
        if tex is not None:
            self._in_maths = True
            self.found[-1][self._into] += plain(tex)

    def handle_endtag(self, tag: str) -> None:
        if tag == "h2":
            self._into = "text"
        if tag == "span":
            self._in_maths = False
        elif tag in ("h3", "p", "li", "td", "th", "pre"):
            self.found[-1][self._into] += " "

    def handle_data(self, data: str) -> None:
        if not self._in_maths:
            self.found[-1][self._into] += data
