"""Everything under build/: Pyodide and NumPy, our Python, the math font, the lessons, the page."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from zipfile import ZipFile

from building.lessons import lessons, teachers
from building.numpy_wheel import CACHE, numpy_wheel
from building.paths import BUILD, NUMPY_LICENCE, PARTS, PYTHON, ROOT, RUNTIME, SINGLE, SITE, files
from building.shell import need, once

RUNTIME_FILES = ("pyodide.asm.js", "pyodide.js", "pyodide.asm.wasm", "python_stdlib.zip")
TO_LESSONS = [
    *(f"building/{name}.py" for name in ("lessons", "markdown", "passages", "places")),
    *(
        "tools/misses.mjs",
        "site/recording/baked.js",
        "site/recording/forecast.js",
        "site/recording/rows.js",
        "site/recording/store.js",
    ),
]
# Latin, Greek, operators, arrows, fences; italic Latin and Greek for the variables
MATH_CHARACTERS = (
    "20-7e a0-b7 d7 f7 131 237 391-3c9 3d5 2009-200b 2020-2026 2032-2034 2061-2064 210e 2190-2199 "
    "21a6 21d0-21d4 2200-2213 221a 221d-221e 2220 2225-222b 223c 2245 2248 2260-2265 2282-2287 22a4 "
    "22c5-22ef 2308-230b 23de-23df 27e8-27e9 1d434-1d467 1d6a4-1d6a5 1d6e2-1d71b"
)


def runtime() -> None:
    """build/parts/python/: Pyodide, NumPy, and a snapshot of an interpreter's memory to start from.

    NumPy's wheel is checked as downloaded, then packed again as bytecode; so it gets a new hash in the lock.
    """
    shutil.rmtree(PYTHON, ignore_errors=True)
    PYTHON.mkdir(parents=True)
    for name in RUNTIME_FILES:
        shutil.copy(RUNTIME / name, PYTHON / name)
    lock = json.loads((RUNTIME / "pyodide-lock.json").read_text())
    numpy = lock["packages"]["numpy"]
    name = numpy["file_name"]
    numpy_wheel(name, numpy["sha256"])
    lock["packages"] = {"numpy": numpy}
    (PYTHON / "pyodide-lock.json").write_text(json.dumps(lock))
    need("node", "tools/runtime.mjs", CACHE / name, PYTHON)
    with ZipFile(CACHE / name) as wheel:
        licence = next(part for part in wheel.namelist() if part.endswith(".dist-info/LICENSE.txt"))
        NUMPY_LICENCE.write_bytes(wheel.read(licence))
    numpy["sha256"] = hashlib.sha256((PYTHON / name).read_bytes()).hexdigest()
    (PYTHON / "pyodide-lock.json").write_text(json.dumps(lock))


def our_python() -> None:
    """build/parts/python/: backprop.zip from py/."""
    ours = [file.relative_to(ROOT / "py").as_posix() for file in python_in_page()]
    need("node", "tools/bundle.mjs", PYTHON, ROOT / "py", *ours)


def python_in_page() -> list[Path]:
    """The files of py/ that the page needs: not the command line, not the programs for the tests."""
    package = ROOT / "py/backprop"
    kinds = ("**/*.py", "lessons/own.toml", "lessons/*/*.toml", "lessons/*/*.csv.gz", "texts/*.toml")
    found = [file for kind in kinds for file in files(package, kind)]
    left_out = {*files(package / "command_line"), package / "__main__.py"}
    left_out |= {*files(package / "texts", "cli.*.toml"), *files(package / "lessons", "*/cases.toml")}
    return [file for file in found if file not in left_out]


def math_font() -> None:
    """build/parts/fonts/: STIX Two Math (from the package ziamath), cut down to the characters that the notes use."""
    import ziamath
    from fontTools import subset

    features = ["ssty", "dtls", "flac", "ccmp"]
    options = subset.Options(flavor="woff2", layout_features=features, name_IDs=["*"])  # names: the licence
    font = subset.load_font(str(Path(ziamath.__file__).parent / "fonts/STIXTwoMath-Regular.ttf"), options)
    cutter = subset.Subsetter(options)
    for span in MATH_CHARACTERS.split():
        first, last = (span.split("-") * 2)[:2]
        cutter.populate(unicodes=range(int(first, 16), int(last, 16) + 1))
    cutter.subset(font)
    target = PARTS / "fonts" / "STIXTwoMath.woff2"
    target.parent.mkdir(parents=True, exist_ok=True)
    subset.save_font(font, str(target), options)


def pages() -> None:
    """build/site/ and build/backprop-lab.html: the page with its files beside it, and with them inside."""
    shutil.copy(ROOT / "site/python/worker.js", PYTHON)
    need("node", "tools/pages.mjs", "site", PARTS, SITE)
    need("node", "tools/pages.mjs", "single", PARTS, SINGLE)
    shutil.copy(SINGLE, SITE)  # for download, and for frames that may load nothing: site/main.js


def build() -> None:
    """Make everything under build/, each part only if something it is made from has changed."""
    stamps = BUILD / "stamps"
    recipe = [ROOT / name for name in ("package-lock.json", "requirements.txt", "building/site.py")]
    to_python = [ROOT / "tools" / name for name in ("runtime.mjs", "bundle.mjs", "python.mjs", "bytecode.py")]
    ours = python_in_page()
    once(
        "Pyodide and NumPy",
        stamps / "runtime",
        [*recipe, *to_python, ROOT / "building/numpy_wheel.py"],
        runtime,
    )
    once("our Python", stamps / "python", [*recipe, *to_python, *ours], our_python)
    once("the math font", stamps / "font", recipe, math_font)
    texts = [ROOT / "py/backprop/lessons/glossary.toml", *files(ROOT / "py/backprop/lessons", "*/*.md")]
    once(
        "the lessons, each with a recorded run",
        stamps / "lessons",
        [*recipe, *(ROOT / name for name in TO_LESSONS), *ours, *texts],
        lessons,
    )
    teachers()
    tools = [
        ROOT / name
        for name in ("tools/pages.mjs", "tools/as_text.mjs", "building/packing.py", "THIRD_PARTY.md")
    ]
    page = [NUMPY_LICENCE, *tools, *files(ROOT / "site")]
    once("the page, as a folder and as one file", stamps / "pages", [*recipe, *page, *files(PARTS)], pages)
