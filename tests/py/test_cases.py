"""The cases of the lessons and the edits that make them: written wrongly, they are refused, never misread."""

import re

import pytest
from backprop.lessons import cases as cases_module
from backprop.lessons.cases import cases
from backprop.lessons.edits import apply_edits
from backprop.lessons.lens import lessons

from tests.lesson_programs import source_of

LOOP = "total = 0\nfor x in (1, 2):\n    total += x\n    print(x)\nprint(total)\n"


@pytest.mark.parametrize(
    ("edits", "made"),
    [
        ("", LOOP),
        ("-    print(x)\n", "total = 0\nfor x in (1, 2):\n    total += x\nprint(total)\n"),
        (
            " for x in (1, 2):\n+    x = -x\n",
            "total = 0\nfor x in (1, 2):\n    x = -x\n    total += x\n    print(x)\nprint(total)\n",
        ),
        (
            "-total = 0\n+total = 1\n\n-    total += x\n-    print(x)\n+    total *= x\n",
            "total = 1\nfor x in (1, 2):\n    total *= x\nprint(total)\n",
        ),
        ("-total = 0\n+total = 1\n\n\n-total = 1\n+total = 2\n", LOOP.replace("total = 0", "total = 2")),
        (" print(total)\n+\n+print(x)\n", LOOP + "\nprint(x)\n"),
    ],
)
def test_an_edit_replaces_adds_and_takes_away_lines(edits, made):
    assert apply_edits(LOOP, edits) == made


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ("-total = 5\n+total = 6\n", "exactly once: ['total = 5']"),
        ("-print(x)\n", "exactly once: ['print(x)']"),
        ("+print(x)\n", "exactly once: []"),
        ("total = 0\n", "not as 'total = 0' does"),
    ],
)
def test_an_edit_that_fits_nowhere_is_told(edits, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        apply_edits(LOOP, edits)


def test_an_edit_that_fits_twice_is_told():
    with pytest.raises(ValueError, match="exactly once"):
        apply_edits(LOOP + LOOP, "-    print(x)\n")


@pytest.fixture
def new_lesson(monkeypatch, tmp_path):
    """Writes the cases of a lesson `new`, and gives them as they are read."""

    def written(text):
        (tmp_path / "new").mkdir()
        (tmp_path / "new/program.py").write_text("# A loop.\n# Of two turns.\n" + LOOP)
        (tmp_path / "new/cases.toml").write_text(f"start = 'program.py'\n{text}")
        monkeypatch.setattr("backprop.lessons.cases.LESSONS", tmp_path)
        cases_module._settings.cache_clear()
        return {case.name: case for case in cases("new")}

    yield written
    cases_module._settings.cache_clear()


def test_a_case_starts_from_a_program_a_start_or_another_case(new_lesson):
    made = new_lesson("""
[starts.short]
edits = '''
-for x in (1, 2):
+for x in (1,):
'''
[[cases]]
name = "once"
about = "One turn."
start = "short"
[[cases]]
name = "wrong"
findings = ["one", "other"]
start = "quiet"
edits = "-    total += x"
[[cases]]
name = "quiet"
edits = "-    print(x)"
[[cases]]
name = "whole"
findings = ["one"]
program = "x = 1\\n"
""")
    head = "# A loop.\n# Of two turns.\n"
    assert made["once"].program() == "# One turn.\n" + LOOP.replace("(1, 2)", "(1,)")
    assert made["quiet"].program() == head + LOOP.replace("    print(x)\n", "")
    assert made["quiet"].is_right
    assert made["wrong"].program() == "# finding: one, other\ntotal = 0\nfor x in (1, 2):\nprint(total)\n"
    assert made["wrong"].findings == ("one", "other")
    assert made["whole"].program() == "# finding: one\nx = 1\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("start = 'nowhere'", "lesson new has no start 'nowhere' for 'one'"),
        ("start = 'one'", "lesson new has no start 'one' for 'one'"),
        ("edits = '-nothing'", "one in lesson new: these lines do not stand in the program exactly once"),
    ],
)
def test_a_case_that_cannot_be_made_is_told(new_lesson, text, told):
    case = new_lesson(f"[[cases]]\nname = 'one'\n{text}\n")["one"]
    with pytest.raises(ValueError, match=re.escape(told)):
        case.program()


@pytest.mark.parametrize("before", ["[[cases]]\nname = 'one'", "[starts.one]\nedits = ''"])
def test_two_of_one_name_are_told(new_lesson, before):
    with pytest.raises(ValueError, match="lesson new has several cases or starts named one"):
        new_lesson(f"{before}\n[[cases]]\nname = 'one'\n")


def test_a_lesson_may_have_no_cases(monkeypatch, tmp_path):
    monkeypatch.setattr("backprop.lessons.cases.LESSONS", tmp_path)
    assert cases("none-of-that-name") == []


def test_every_lesson_has_right_and_wrong_programs_and_each_is_another():
    for lesson in lessons():
        made = [case.program() for case in cases(lesson)]
        assert {case.is_right for case in cases(lesson)} == {True, False}
        assert len({*made, source_of(lesson)}) == len(made) + 1
