"""The passages of the lessons (issue 15, point 2): each has a place in the run that the build records, the same in both
languages; and what is wrong with one is said with its file and line."""

import ast
import re
from base64 import b64decode
from functools import cache

import pytest
from backprop.analyse.exercises import exercises
from backprop.lessons.lens import LESSONS, lessons
from backprop.texts import languages

from building.lessons import guided, printed, recorded
from building.passages import Misplaced, passages
from building.places import Place, Run

WRITTEN = """## First {net:4}

Node 4 has $net_4$, by (3.2) in line 37; the code has `w[8, 4]` and `b[j]`, the [second sample](at:sample=2) `y`.

## Second {delta:8}

Here it is:

$\\delta_8 = y_1(1-y_1)(t_1-y_1)$

## Try it {try}

1. **Faster.** Set it.

   ```try
   -eta = 0.5  # the learning rate
   +eta = 5  # the learning rate
   ```
"""


recorded = cache(recorded)


@pytest.fixture(scope="module")
def run() -> Run:
    made = recorded("xor")
    return Run("xor", "program", made["program"], made["baked"]["header"], b64decode(made["baked"]["index"]))


def read(tmp_path, run, text):
    folder = tmp_path / "xor"
    folder.mkdir(exist_ok=True)
    (folder / "en.md").write_text(text, encoding="utf-8")
    return passages(folder / "en.md", "en", {"program": run})


def test_a_passage_has_a_link_for_every_place_that_it_names(tmp_path, run):
    text = read(tmp_path, run, WRITTEN)
    first, second = text.passages
    links = re.findall(
        r'data-place="([^"]*)"(?: data-ref="([^"]*)")?(?: aria-label="[^"]*")?>(?:<[^>]*>)?([^<]*)',
        first.html,
    )
    assert links == [
        ("net:4, iteration=1", "net:4", "net_4"),
        ("iteration=1, equation=3.2", "", "(3.2)"),
        ("iteration=1, line=37", "", "line 37"),
        ("w:8-4, iteration=1", "w:8-4", "w[8, 4]"),
        ("iteration=1, sample=2", "", "second sample"),
        ("a:8, iteration=1", "a:8", "y"),
    ]
    assert text.places["iteration=1, sample=2"]["shows"] == ["sample:1"]
    assert text.places["iteration=1, equation=3.2"]["shows"] == ["line:37", "line:38"]
    assert (second.place, second.html.strip()) == ("delta:8, iteration=1", "<p>Here it is.</p>"), (
        "the step's own equation stands above it"
    )
    assert 'aria-label="net₄"' in first.html
    assert "data-place" not in text.long
    assert "delta_8 =" in text.long
    assert "{net:4}" not in text.long


def test_what_there_is_to_try_changes_lines_of_the_program(tmp_path, run):
    (item,) = read(tmp_path, run, WRITTEN).tries
    assert item["title"] == "Faster"
    (edit,) = item["edits"]
    assert edit["program"] == "program"
    assert edit["changes"] == [{"at": 13, "remove": 1, "insert": ["eta = 5  # the learning rate"]}]


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("{net:4}", "{net:9}", 1, "no step of the run has the place net:9"),
        ("{net:4}", "{iteration=30}", 1, "does not keep iteration 30"),
        ("{net:4}", "{program=other}", 1, "there is no program 'other'"),
        ("{net:4}", "{Node 4}", 1, "'Node 4' is no place"),
        ("at:sample=2", "at:sample=5", 3, "no step of the run has the place"),
        ("{delta:8}", "{net:4}", 5, "not after the place of the passage before"),
        ("Here it is:", "word " * 66, 5, "has 66 words: wanted at most 65"),
        ("-eta = 0.5", "-eta = 0.6", 15, "do not stand in the program exactly once"),
    ],
)
def test_what_is_wrong_stops_the_build_with_file_and_line(tmp_path, run, old, new, line, says):
    assert old in WRITTEN
    with pytest.raises(Misplaced, match=re.escape(says)) as caught:
        read(tmp_path, run, WRITTEN.replace(old, new))
    assert str(caught.value).startswith(f"{tmp_path / 'xor' / 'en.md'}:{line}: ")


def test_a_place_keeps_the_iteration_and_sample_around_it():
    here = Place("program", 65, 2)
    assert str(here.narrowed("delta:8")) == "delta:8, iteration=65, sample=2"
    assert str(here.narrowed("iteration=1, a:4")) == "a:4, iteration=1"
    assert str(here.narrowed("program=walk, last")) == "program=walk, iteration=1, last"


@pytest.mark.parametrize("lesson", lessons())
def test_every_place_exists_and_what_there_is_to_try_is_a_program(lesson):
    made = recorded(lesson)
    led = guided(LESSONS / lesson, made)
    assert len(led["passages"]) >= 4
    for passage in led["passages"]:
        assert passage["place"] in led["places"]
        for lang in languages():
            assert {*re.findall(r'data-place="([^"]*)"', passage["html"][lang])} <= {*led["places"]}
    assert [[one["program"] for one in item["edits"]] for item in led["tries"]["en"]] == [
        [one["program"] for one in item["edits"]] for item in led["tries"]["zh"]
    ]
    sources = {one["id"]: one["program"] for one in [{**made, "id": "program"}, *made.get("variants", [])]}
    for lang, items in led["tries"].items():
        for edit in (edit for item in items for edit in item["edits"]):
            lines = sources[edit["program"]][lang].split("\n")
            for change in reversed(edit["changes"]):
                lines[change["at"] : change["at"] + change["remove"]] = change["insert"]
            ast.parse("\n".join(lines))


def bare(source):
    """The statements of a program with their lines, without comments and without what strings say."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            node.values = [part for part in node.values if not isinstance(part, ast.Constant)]
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree), [node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt)]


PROGRAMS = sorted(LESSONS.glob("*/*.py"))


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_chinese_program_differs_in_comments_and_strings_alone(path):
    english, chinese = (one.read_text(encoding="utf-8") for one in (path, path.parent / "zh" / path.name))
    assert bare(english) == bare(chinese)
    assert len(english.split("\n")) == len(chinese.split("\n"))
    assert [not line.strip() for line in english.split("\n")] == [
        not line.strip() for line in chinese.split("\n")
    ]
    remarks = re.findall(r"#.*", chinese)
    assert not [one for one in remarks if re.search(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}", one)], "in English"


@pytest.mark.parametrize("lesson", lessons())
def test_what_an_exercise_gives_is_the_same_program_in_both_languages(lesson):
    for one in exercises(lesson):
        assert bare(one.programs["en"]) == bare(one.programs["zh"]), one.id
        assert not re.search(r"# write .* here", one.programs["zh"]), one.id


def test_what_a_program_prints_is_what_the_recorded_run_printed(run):
    assert printed(run.sources["en"], "xor") == run.header["output"]
    assert "迭代 0 误差 0.6263" in printed(run.sources["zh"], "xor")
