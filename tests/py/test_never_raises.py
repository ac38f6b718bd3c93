"""Whatever a student wrote, in whichever lesson it is run: nothing of ours is raised, and nothing is logged.

That nothing of ours went wrong behind the guards is checked for every test, in conftest.py.
"""

from contextlib import suppress
from pathlib import Path

import pytest
from backprop import Untold, record
from backprop.analyse.diagnose import diagnose
from backprop.guard import guarded
from backprop.lessons.lens import LESSONS, OWN, lessons
from backprop.page.wire import Chunks
from backprop.plan import ByNames
from backprop.provenance.gradient_check import gradient_check
from backprop.recording.recorder import Recorder
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import programs

from tests.lesson_programs import edited

OTHERS = {path.stem: path for path in (Path(__file__).parents[1] / "programs").glob("**/*.py")}
OURS = {f"{path.parent.name}/{path.stem}": path for path in LESSONS.glob("*/*.py") if path.parent != LESSONS}
PROGRAMS = dict(sorted({**OTHERS, **OURS}.items()))

MOST_SEGMENTS = 64  # of an iteration whose gradient is checked: each is a forward pass for every weight


@pytest.fixture(autouse=True)
def short_runs(monkeypatch):
    monkeypatch.setattr("backprop.one_run.MOST_TURNS", 200)
    monkeypatch.setattr("backprop.one_run.MOST_SECONDS", 0.5)


def read_all(source, lesson):
    """Record a program and read all that is made of it."""
    recording = record(source, lesson)
    diagnose(recording)
    for iteration in {*recording.kept[:2], *recording.kept[-1:]}:
        recording.steps(iteration)
        recording.checks(iteration)
    for iteration in {*recording.kept[:1], *recording.kept[-1:]}:
        if len(recording.block(iteration).segments) <= MOST_SEGMENTS:
            with suppress(Untold):
                gradient_check(recording, iteration)
    Chunks(lambda *chunk: None).take(recording)
    assert {"id": "unread"} not in recording.notices
    return recording


# Each program in one lesson, so each lesson gets about nine: most are not its own. One whose arrays are large takes ten
# seconds each time: it is left to the test of every other lesson.
LARGE = {"11_mnist_size"}
ALL = (*lessons(), OWN)
IN_LESSON = {name: ALL[i % len(ALL)] for i, name in enumerate(PROGRAMS) if name not in LARGE}


@pytest.mark.parametrize("name", IN_LESSON)
def test_every_program_in_a_lesson(name):
    """All pairs of a program and a lesson are run once a week. Every program is read without a lesson in
    test_own_programs.py and test_verdict.py, too, and each of ours in its own lesson in test_diagnosis.py."""
    read_all(PROGRAMS[name].read_text(encoding="utf-8"), IN_LESSON[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", PROGRAMS)
def test_every_program_in_every_other_lesson(name):
    source = PROGRAMS[name].read_text(encoding="utf-8")
    for lesson in {*ALL} - {IN_LESSON.get(name)}:
        read_all(source, lesson)


@settings(max_examples=examples(40))
@given(programs(), st.sampled_from(lessons()))
def test_generated_programs_in_any_lesson(program, lesson):
    read_all(program.source, lesson)


# --- an error of our own, should there be one ---


def test_an_error_of_our_own_while_reading_is_no_error_of_the_program(monkeypatch, caplog):
    def fail(*_):
        raise IndexError("ours")

    monkeypatch.setattr(Recorder, "_structure_of", fail)
    recording = record(edited("xor", ("range(4000)", "range(3)")), "xor")
    assert (recording.error, recording.end, recording.iterations) == (None, "done", 0)
    assert recording.notices == [{"id": "unread"}]
    assert recording.output
    assert "IndexError: ours" in caplog.text
    caplog.clear()


def test_a_program_that_cannot_be_prepared_runs_all_the_same(monkeypatch, caplog):
    def fail(*_):
        raise RecursionError("ours")

    monkeypatch.setattr(ByNames, "instrument", fail)
    recording = record("print(6 * 7)", "xor")
    assert (recording.error, recording.end, recording.output) == (None, "done", "42\n")
    assert "RecursionError: ours" in caplog.text
    caplog.clear()


def test_the_guard_lets_the_end_of_a_budget_pass():
    with pytest.raises(KeyboardInterrupt), guarded("waiting"):
        raise KeyboardInterrupt
