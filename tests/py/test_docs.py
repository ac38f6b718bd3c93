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
    assert named == header.keys() | {"again"}  # that one only in a run that has begun anew


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
