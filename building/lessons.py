"""The lessons as the page loads them: text as HTML, and one run of each program recorded beforehand."""

from __future__ import annotations

import base64
import io
import json
import shutil
import subprocess
import sys
import tomllib
from concurrent.futures import ProcessPoolExecutor
from contextlib import chdir, redirect_stdout, suppress
from pathlib import Path
from subprocess import PIPE
from typing import Any

from building.markdown import html
from building.passages import Misplaced, Text, passages
from building.paths import PARTS, ROOT
from building.places import Run

sys.path.insert(0, str(ROOT / "py"))

# Numbers of a network. The recorded run of an exercise with a larger one has only its first iterations and its last: with
# twenty, the page would load 1.4 MB for each.
MOST_NUMBERS = 500
FIRST_OF_LARGE = 3


def lessons() -> None:
    """build/parts/lessons/*.json, course.json and equations.json, from py/backprop/lessons."""
    from backprop.equations.catalogue import catalogue
    from backprop.lessons.lens import lessons as in_order
    from backprop.page.course import BakedLesson, course

    target = PARTS / "lessons"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    with ProcessPoolExecutor() as pool:  # on every core: running the programs takes most of the time
        made = list(pool.map(lesson, in_order()))
    for each, given in made:
        (target / f"{each['id']}.json").write_text(compact(each))
        (target / f"{each['id']}.exercises.json").write_text(compact(given))
    own = own_program()
    (target / f"{own['id']}.json").write_text(compact(own))
    index = [
        {"id": e["id"], "title": e["title"], "exercises": [task["id"] for task in e["exercises"]]}
        for e in [*(each for each, _ in made), own]
    ]
    (target / "index.json").write_text(compact(index))
    whole = [
        BakedLesson(e["id"], e["text"], e["baked"]["header"], base64.b64decode(e["baked"]["index"]))
        for e, _ in made
    ]
    (PARTS / "course.json").write_text(compact(course(whole)))
    (PARTS / "equations.json").write_text(compact(catalogue()))


def recorded(id: str) -> dict[str, Any]:
    """A lesson's programs, each with its run."""
    from backprop.lessons.lens import LESSONS, lesson_settings
    from backprop.lessons.programs import sources_of
    from backprop.page.session import BAKED_BYTES
    from backprop.texts import languages

    about = lesson_settings(id)
    most_bytes = about.get("recorded_bytes", BAKED_BYTES)
    made: dict[str, Any] = {"id": id, **baked(id, sources_of(LESSONS / id), most_bytes)}
    if variants := about.get("variants"):
        made["program_title"] = about["program_title"]
        made["variants"] = [
            {
                "id": v["id"],
                "title": {lang: v[lang] for lang in languages()},
                **baked(id, sources_of(LESSONS / id, v["id"]), most_bytes),
            }
            for v in variants
        ]
    return made


def lesson(id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A lesson as the page loads it, and the programs of its exercises, which are loaded when one is opened."""
    from backprop.analyse.exercises import exercises
    from backprop.page.session import BAKED_BYTES

    folder = ROOT / "py/backprop/lessons" / id
    about = tomllib.loads((folder / "lesson.toml").read_text())
    tasks = exercises(id)
    made = {
        **recorded(id),
        "title": about["title"],
        "panels": about.get("panels", []),
        "follows": about.get("follows", False),
        "sliders": about.get("sliders", []),
        "names": names(id),
        "exercises": [
            {"id": e.id, "kind": e.kind, "line": e.line, "steps": e.steps, "words": inline(e.words)}
            for e in tasks
        ],
    }
    made |= guided(folder, made)
    own = made["baked"]["header"]
    first = FIRST_OF_LARGE if max(map(len, own["layouts"])) > MOST_NUMBERS else None
    given = {e.id: baked(id, e.programs, BAKED_BYTES // 16, first) for e in tasks if e.line}
    for run in given.values():
        header = run["baked"]["header"]
        if maps := header["playground"]:
            maps["maps"] = None  # large; Python in the page makes them again
        # Entries equal to those of the lesson's own run (network, equations) are left out; the page takes them from there.
        run["baked"]["header"] = {key: value for key, value in header.items() if value != own[key]}
    return made, given


def names(id: str) -> dict[str, dict[str, Any]]:
    """The quantity that each variable of a lesson's programs holds: `w` is a weight, named by two indices."""
    from backprop.lessons.lens import lens_of

    return {
        base: {
            "quantity": watch.quantity,
            "items": watch.items,
            "layer": watch.layer if watch.place is not None else None,
            "node": watch.node,
            "walks": watch.layer in ("forward", "back"),
        }
        for base, watch in lens_of(id).watches.items()
    }


def guided(folder: Path, made: dict[str, Any]) -> dict[str, Any]:
    """The lesson's text: whole, and as passages beside the lab. Raises Misplaced."""
    from backprop.texts import languages

    programs = [
        {"id": "program", **{key: made[key] for key in ("program", "baked")}},
        *made.get("variants", []),
    ]
    runs = {
        one["id"]: Run(
            made["id"],
            one["id"],
            one["program"],
            one["baked"]["header"],
            base64.b64decode(one["baked"]["index"]),
        )
        for one in programs
    }
    texts = {lang: passages(folder / f"{lang}.md", lang, runs) for lang in languages()}
    return {
        "text": {lang: text.long for lang, text in texts.items()},
        "passages": in_all(folder, texts),
        "tries": {lang: text.tries for lang, text in texts.items()},
        "places": {key: place for text in texts.values() for key, place in text.places.items()},
    }


def in_all(folder: Path, texts: dict[str, Text]) -> list[dict[str, Any]]:
    """The passages with their words in each language. Raises Misplaced unless they have the same places."""
    first, *others = ([one.place for one in text.passages] for text in texts.values())
    for other in others:
        if first != other:
            raise Misplaced(
                f"{folder}: the passages of the languages have different places: {first} and {other}"
            )
    return [
        {
            "place": each[0].place,
            "title": {lang: one.title for lang, one in zip(texts, each)},
            "html": {lang: one.html for lang, one in zip(texts, each)},
        }
        for each in zip(*(text.passages for text in texts.values()))
    ]


def own_program() -> dict[str, Any]:
    """The page for a program of the reader's own, in the shape of a lesson: no program, no run, and some to start from."""
    from backprop.lessons.lens import OWN, lesson_settings
    from backprop.lessons.programs import sources_of
    from backprop.texts import languages

    about = lesson_settings(OWN)
    folder = ROOT / "py/backprop/lessons" / OWN
    return {
        "id": OWN,
        "title": about["title"],
        "program_title": about["program_title"],
        "program": dict.fromkeys(languages(), ""),
        "baked": None,
        "text": {lang: html((folder / f"{lang}.md").read_text()) for lang in languages()},
        "exercises": [],
        "variants": [
            {
                "id": one["id"],
                "title": {lang: one[lang] for lang in languages()},
                "says": one["says"],
                "program": sources_of(folder, one["id"]),
                "baked": None,
            }
            for one in about["programs"]
        ],
    }


def baked(lesson: str, sources: dict[str, str], most_bytes: int, first: int | None = None) -> dict[str, Any]:
    """A program by language and its recorded run, packed for a file; `printed`: what it prints in other languages. With
    `first` the run has only so many of its first iterations, and the last."""
    from backprop.page.session import bake

    header, *arrays = bake(lesson, sources["en"], most_bytes, first)
    index, values, loss = (base64.b64encode(a).decode() for a in arrays)
    run = {"header": header, "index": index, "misses": misses(header, index, values), "loss": loss}
    others = {lang: source for lang, source in sources.items() if lang != "en"}
    said = {lang: printed(source, lesson) for lang, source in others.items()}
    return {"program": sources, "baked": run, "printed": said}


def misses(header: dict[str, Any], index: str, values: str) -> str:
    """The differences between a run's values and their forecasts, as base64; a file holds them in place of the values.

    Raises CalledProcessError if the values do not come back from them bit for bit.
    """
    run = compact({"header": header, "index": index, "values": values, "loss": ""})
    given = subprocess.run(["node", ROOT / "tools/misses.mjs"], input=run, stdout=PIPE, text=True, check=True)
    return given.stdout


def printed(source: str, lesson: str) -> str:
    """The text that a program prints, run in the folder of its lesson, up to its end or its first error."""
    text = io.StringIO()
    with redirect_stdout(text), chdir(ROOT / "py/backprop/lessons" / lesson), suppress(Exception):
        exec(compile(source, "program.py", "exec"), {"__name__": "__main__"})
    return text.getvalue()


def teachers() -> None:
    """build/parts/teachers.json: the page for teachers as HTML, from docs/."""
    from backprop.texts import languages

    texts = {lang: html((ROOT / f"docs/teachers.{lang}.md").read_text()) for lang in languages()}
    (PARTS / "teachers.json").write_text(compact(texts))


def compact(data: object) -> str:
    """JSON without spaces, letters of all languages as they are."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def inline(words: Any) -> Any:
    """Texts (also inside lists and dicts) with Markdown's `code` and **strong** as HTML."""
    from markdown_it import MarkdownIt

    if isinstance(words, str):
        return str(MarkdownIt("commonmark").renderInline(words))
    if isinstance(words, dict):
        return {key: inline(value) for key, value in words.items()}
    return [inline(value) for value in words]
