"""The documents say what is true: links lead somewhere, examples run, tables name what is there."""

import re
from pathlib import Path

import numpy as np
import pytest
from backprop import record
from backprop.lessons.lens import LESSONS
from backprop.page.session import bake

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_files_that_are_there(document):
    links = re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


PATH = re.compile(r"`([\w.*<>/-]+(?:/|\.(?:py|js|mjs|toml|json|md|css)))`")
SOURCES = [
    path.relative_to(ROOT).as_posix() + "/" * path.is_dir()
    for folder in ("building", "docs", "py", "site", "tests", "tools", "*.*")
    for top in ROOT.glob(folder)
    for path in (top, *top.rglob("*"))
]


@pytest.mark.parametrize(
    "document", ["CONTRIBUTING.md", "docs/architecture.md", "docs/translating.md", "docs/writing-lessons.md"]
)
def test_files_and_folders_that_developers_are_sent_to_are_there(document):
    named = {
        name.replace("<code>", "zh").replace("<id>", "xor")
        for name in PATH.findall((ROOT / document).read_text(encoding="utf-8"))
    } - {"build/bench.json"}  # a bench writes it
    assert len(named) > 5
    patterns = {name: re.compile("(^|/)" + re.escape(name).replace(r"\*", "[^/]*") + "$") for name in named}
    assert [name for name, one in patterns.items() if not any(map(one.search, SOURCES))] == []


def test_names_in_the_table_of_where_to_add_stand_in_the_files_beside_them():
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    table = text.split("## Where to add")[1].split("\n\n")[1]
    found = 0
    for row in table.splitlines():
        files = [path for name in PATH.findall(row) for path in SOURCES if f"/{path}".endswith(f"/{name}")]
        code = "".join((ROOT / path).read_text(encoding="utf-8") for path in files if not path.endswith("/"))
        names = re.findall(r"`@?(_?[a-z]+_[a-z]+|_[a-z]+|[A-Z_]{5,}|Point)\b[^`/.]*`", row)
        assert [name for name in names if name not in code] == [], row
        found += len(names)
    assert found >= 5


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_is_short(name):
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= 90


def test_the_examples_of_the_package_run():
    namespace = {}
    for example in PYTHON.findall((ROOT / "docs/python.md").read_text(encoding="utf-8")):
        exec(example, namespace)
    assert namespace["rec"].end == "done"


def test_the_architecture_names_every_folder_of_the_core():
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    folders = [path.parent.name for path in (ROOT / "py/backprop").glob("*/__init__.py")]
    assert [folder for folder in folders if f"`{folder}/`" not in text] == []


def test_the_recording_format_names_every_field_of_a_header():
    text = (ROOT / "docs/recording-format.md").read_text(encoding="utf-8")
    table = text.split("## Header")[1].split("\n\n")[1]
    named = {name for row in table.splitlines()[2:] for name in re.findall("`(.*?)`", row.split("|")[1])}
    header, *_ = bake("xor", (LESSONS / "xor/program.py").read_text(encoding="utf-8"))
    # Those two only in a run that has begun anew, and in one that is over but not yet judged.
    assert named == header.keys() | {"again", "checking"}


def test_the_reader_of_the_recording_format_reads_a_recording():
    (example,) = PYTHON.findall((ROOT / "docs/recording-format.md").read_text(encoding="utf-8"))
    namespace = {}
    exec(example, namespace)
    source = (LESSONS / "xor/program.py").read_text(encoding="utf-8")
    source = source.replace("range(4000)", "range(12)").replace("(1 - y) * (t - y)", "(1 - y) * (y - t)")
    header, index, values, _ = bake("xor", source)
    recording = record(source, "xor")
    rows = list(namespace["read"](header, index, values))
    assert [int(iteration) for iteration, *_ in rows] == recording.kept
    for iteration, state, steps, formulas in rows:
        if iteration:
            assert state["w:8-4"] == recording.value("w", (8, 4), iteration=int(iteration) - 1)
        delta = {int(sample): value for name, sample, value in steps if name == "delta:8"}
        for sample, value in delta.items():
            assert value == recording.value("delta", 8, iteration=int(iteration), sample=sample)
        checks = {check.step: check for check in recording.checks(int(iteration))}
        assert sorted(map(int, formulas)) == [step for step, one in checks.items() if not one.agrees]
        assert all(np.isclose(checks[int(step)].formula, number) for step, number in formulas.items())
