"""The lessons as the page loads them: text as HTML, and one run of each program recorded beforehand."""

from __future__ import annotations

import base64
import json
import shutil
import sys
import tomllib
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from building.paths import PARTS, ROOT

# Characters of the numbers of a run that an exercise begins with. A large network's run is not there until Python is.
MOST_OF_AN_EXERCISE = 60_000


def lessons() -> None:
    """build/parts/lessons/*.json, course.json and equations.json, from py/backprop/lessons."""
    sys.path.insert(0, str(ROOT / "py"))
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


def lesson(id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A lesson as the page loads it, and the programs of its exercises, which are loaded when one is opened."""
    sys.path.insert(0, str(ROOT / "py"))
    from backprop.analyse.exercises import exercises
    from backprop.page.session import BAKED_BYTES

    folder = ROOT / "py/backprop/lessons" / id
    about = tomllib.loads((folder / "lesson.toml").read_text())
    tasks = exercises(id)
    made = {
        "id": id,
        "title": about["title"],
        "panels": about.get("panels", []),
        "follows": about.get("follows", False),
        "sliders": about.get("sliders", []),
        **baked(id, (folder / "program.py").read_text(), BAKED_BYTES),
        "text": {lang: html((folder / f"{lang}.md").read_text()) for lang in ("en", "zh")},
        "exercises": [
            {"id": e.id, "kind": e.kind, "line": e.line, "steps": e.steps, "words": inline(e.words)}
            for e in tasks
        ],
    }
    if variants := about.get("variants"):
        made["program_title"] = about["program_title"]
        made["variants"] = [
            {
                "id": v["id"],
                "title": {"en": v["en"], "zh": v["zh"]},
                **baked(id, (folder / f"{v['id']}.py").read_text(), BAKED_BYTES),
            }
            for v in variants
        ]
    given = {e.id: baked(id, e.program, BAKED_BYTES // 16) for e in tasks if e.line}
    for run in given.values():
        if len(run["baked"]["values"]) > MOST_OF_AN_EXERCISE:
            run["baked"] = None
        elif maps := run["baked"]["header"]["playground"]:
            maps["maps"] = None  # large; Python in the page makes them again
    return made, given


def own_program() -> dict[str, Any]:
    """The page for a program of the reader's own, in the shape of a lesson: no program, no run, and some to start from."""
    from backprop.lessons.lens import OWN, lesson_settings

    about = lesson_settings(OWN)
    folder = ROOT / "py/backprop/lessons" / OWN
    return {
        "id": OWN,
        "title": about["title"],
        "program_title": about["program_title"],
        "program": "",
        "baked": None,
        "text": {lang: html((folder / f"{lang}.md").read_text()) for lang in ("en", "zh")},
        "exercises": [],
        "variants": [
            {
                "id": one["id"],
                "title": {"en": one["en"], "zh": one["zh"]},
                "says": one["says"],
                "program": (folder / f"{one['id']}.py").read_text(),
                "baked": None,
            }
            for one in about["programs"]
        ],
    }


def baked(lesson: str, source: str, most_bytes: int) -> dict[str, Any]:
    """A program and its recorded run, the numbers as base64."""
    from backprop.page.session import bake

    header, *arrays = bake(lesson, source, most_bytes)
    encoded = (base64.b64encode(a).decode() for a in arrays)
    run = {"header": header, **dict(zip(("index", "values", "loss"), encoded, strict=True))}
    return {"program": source, "baked": run}


def teachers() -> None:
    """build/parts/teachers.json: the page for teachers as HTML, from docs/."""
    texts = {lang: html((ROOT / f"docs/teachers.{lang}.md").read_text()) for lang in ("en", "zh")}
    (PARTS / "teachers.json").write_text(compact(texts))


def compact(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def html(markdown: str) -> str:
    """Markdown as HTML; maths stays TeX, in `<span class="math" data-tex="…">`."""
    from html import escape

    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    def maths(_: Any, tokens: Any, at: int, *rest: Any) -> str:
        tex = escape(tokens[at].content.strip())
        display = " data-display" if tokens[at].type == "math_block" else ""
        return f'<span class="math" data-tex="{tex}"{display}>{tex}</span>'

    reader = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, allow_space=False)
    reader.add_render_rule("math_inline", maths)
    reader.add_render_rule("math_block", maths)
    return str(reader.render(markdown))


def inline(words: Any) -> Any:
    """Texts (also inside lists and dicts) with Markdown's `code` and **strong** as HTML."""
    from markdown_it import MarkdownIt

    if isinstance(words, str):
        return str(MarkdownIt("commonmark").renderInline(words))
    if isinstance(words, dict):
        return {key: inline(value) for key, value in words.items()}
    return [inline(value) for value in words]
