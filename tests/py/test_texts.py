"""The sentences of Python: each stands in `texts/` in every language, and a language is added by its files."""

import re
from pathlib import Path
from string import Formatter

import backprop
import pytest
from backprop import diagnose, texts
from backprop.analyse import findings
from backprop.analyse.health_checks import OBSERVATIONS
from backprop.analyse.judging import types
from backprop.analyse.mistakes import MISTAKES
from backprop.equations.catalogue import CATALOGUE
from backprop.equations.instances import instance
from backprop.lessons.cases import cases
from backprop.sandbox import repair_texts
from backprop.sandbox.repair import repair
from backprop.texts import entry, languages
from backprop.topology import Topology
from programs import record

from tests.lesson_programs import source_of

OTHERS = [lang for lang in languages() if lang != "en"]


def sentences(lang):
    """All that a language says: (section, key, …) -> the sentence."""

    def below(path, table):
        for key, value in table.items():
            yield from below((*path, key), value) if isinstance(value, dict) else [((*path, key), value)]

    return dict(below((), texts.document(lang)))


def placeholders(sentence):
    """What is filled in, and how numbers are written: {"node", "scale:.4g"}."""
    parsed = Formatter().parse(sentence)
    return {f"{name}:{spec}" if spec else name for _, name, spec, _ in parsed if name is not None}


@pytest.mark.parametrize("lang", OTHERS)
def test_every_language_has_the_same_keys(lang):
    assert sentences(lang).keys() == sentences("en").keys()


@pytest.mark.parametrize("lang", OTHERS)
def test_every_language_fills_in_the_same_facts(lang):
    translated = sentences(lang)
    differing = {
        key for key, text in sentences("en").items() if placeholders(text) != placeholders(translated[key])
    }
    assert differing == set()


@pytest.mark.parametrize("lang", languages())
def test_no_sentence_is_empty(lang):
    assert [key for key, text in sentences(lang).items() if not text.strip()] == []


def test_the_files_say_what_there_is_and_nothing_else():
    assert texts.document("en")["equations"].keys() == CATALOGUE.keys()
    ids = {entry.id for entry in (*MISTAKES, *OBSERVATIONS)} | {"unknown"}
    assert texts.document("en")["findings"].keys() == ids


def test_no_module_holds_a_sentence_in_another_language():
    package = Path(backprop.__file__).parent
    modules = [path for path in package.rglob("*.py") if "lessons" not in path.parts]
    assert len(modules) > 30
    chinese = re.compile(r"[\u3002\uff0c\uff1a\uff1b\uff1f]")  # the marks of a Chinese sentence
    modules = [
        path for path in modules if not path.name.startswith(("repair", "scanner"))
    ]  # these name the marks
    assert [path.name for path in modules if chinese.search(path.read_text(encoding="utf-8"))] == []


@pytest.fixture
def with_another_language(monkeypatch, tmp_path):
    """A folder of texts with the files of one language more, the test's own."""
    for file in texts._FOLDER.glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
        if re.search(r"\ben\.toml", file.name):
            made = re.sub(r'^(.* = ")', r"\1xx ", text, flags=re.M)
            (tmp_path / file.name.replace("en.toml", "xx.toml")).write_text(made, encoding="utf-8")
    monkeypatch.setattr(texts, "_FOLDER", tmp_path)
    cached = (
        texts.languages,
        texts.entry,
        texts.document,
        findings.words_of,
        types.texts,
        repair_texts.texts,
    )
    for each in cached:
        each.cache_clear()
    yield
    for each in cached:
        each.cache_clear()


def test_a_language_is_added_by_adding_its_files(with_another_language):
    assert languages() == ("en", "xx", "zh")
    assert entry("rules", "averaged")["xx"] == "xx An update is the average over its samples, not their sum."
    written = instance(("a", 8), Topology.from_sizes([3, 4, 1]))
    assert written.words["xx"].startswith("xx The sigmoid squeezes node 8")
    (case,) = [case for case in cases("xor") if case.name == "unknown"]
    (finding,) = diagnose(record(case.program(), "xor"))
    assert finding.message("xx") == "xx " + finding.message("en")
    assert finding.as_json()["hint"].keys() == {"en", "xx", "zh"}
    assert repair("print（x）").changes[0].message("xx").startswith("xx ")
    recording = backprop.record(source_of("eleven-lines").replace("range(60000)", "range(9)"))
    assert [layer.message("xx")[:3] for layer in recording.verdict] == ["xx "] * 2
    assert all(role.message("xx").startswith("xx ") for role in recording.roles)
