"""Exercises (issue 4, point 5): right answers are accepted, wrong ones refused, through the function the page calls."""

import json
import math
import re

import pytest
from backprop.analyse.exercises import exercises, judge
from backprop.lessons.lens import LESSONS, lessons
from backprop.page.session import run
from backprop.topology import ref_name
from programs import record

from tests.lesson_programs import short

WITH_EXERCISES = [lesson for lesson in lessons() if exercises(lesson)]
ALL = [(lesson, exercise) for lesson in WITH_EXERCISES for exercise in exercises(lesson)]
TO_CODE = [(lesson, one) for lesson, one in ALL if one.line]
TO_PREDICT = [(lesson, one) for lesson, one in ALL if one.kind == "predict"]


def named(cases):
    return [f"{lesson}-{exercise.id}" for lesson, exercise in cases]


def verdict(source, lesson):
    """What the page is told with the last chunk of a run."""
    headers = []
    run(source, lesson, lambda header, *_: headers.append(json.loads(header)), judged=True)
    assert [header["verdict"] for header in headers[:-1]] == [None] * (len(headers) - 1)
    return headers[-1]["verdict"]


def given(lesson, id):
    return next(one for one in exercises(lesson) if one.id == id)


def answered(lesson, id, *lines):
    """The exercise's program with these lines in place of the one to write or to mend."""
    exercise = given(lesson, id)
    source = exercise.program.split("\n")
    indent = re.match(" *", source[exercise.line - 1])[0]
    source[exercise.line - 1 : exercise.line] = [indent + line for line in lines]
    return short("\n".join(source))


def test_the_lessons_have_exercises_of_every_kind():
    assert {"xor", "two-layer", "eleven-lines", "network-class"} <= set(WITH_EXERCISES)
    for lesson in WITH_EXERCISES:
        assert {one.kind for one in exercises(lesson)} == {"write", "find", "predict"}
        assert len({one.id for one in exercises(lesson)}) == len(exercises(lesson))


@pytest.mark.parametrize(("lesson", "exercise"), ALL, ids=named(ALL))
def test_words_are_there_in_both_languages(lesson, exercise):
    assert exercise.words.keys() == {"en", "zh"}
    for words in exercise.words.values():
        assert words.keys() == {"title", "task", "hints", "why"}
        assert all([words["title"], words["task"], words["why"], *words["hints"]])
    assert len(exercise.words["en"]["hints"]) == len(exercise.words["zh"]["hints"]) >= 2
    assert [c for c in exercise.words["zh"]["title"] if "\u4e00" <= c <= "\u9fff"]
    in_words = ["{line}" in words["task"] for words in exercise.words.values()]
    assert in_words == [exercise.kind == "write"] * 2


@pytest.mark.parametrize(("lesson", "exercise"), TO_CODE, ids=named(TO_CODE))
def test_what_is_given_runs_and_is_not_the_answer(lesson, exercise):
    told = verdict(short(exercise.program), lesson)
    assert not told["solved"]
    assert told["reason"] in ("differs", "missing")


@pytest.mark.parametrize(("lesson", "exercise"), TO_CODE, ids=named(TO_CODE))
def test_the_line_is_the_one_that_differs_from_the_lesson(lesson, exercise):
    own = (LESSONS / lesson / "program.py").read_text(encoding="utf-8").split("\n")
    changed = [n for n, (a, b) in enumerate(zip(own, exercise.program.split("\n"), strict=True), 1) if a != b]
    assert changed == [exercise.line]


@pytest.mark.parametrize("lesson", WITH_EXERCISES)
def test_the_lesson_itself_is_the_answer(lesson):
    program = (LESSONS / lesson / "program.py").read_text(encoding="utf-8")
    assert verdict(short(program), lesson)["reason"] == "agrees"


# --- right answers, written otherwise than in the lesson ---

RIGHT = [
    ("xor", "write-output-delta", ["delta[8] = (t - a[8]) * a[8] * (1 - a[8])"]),
    ("xor", "write-output-delta", ["miss = t - y", "slope = y - y ** 2", "delta[8] = miss * slope"]),
    ("xor", "write-hidden-delta", ["delta[j] = sum(w[k, j] * delta[k] for k in [8]) * a[j] * (1 - a[j])"]),
    ("xor", "write-hidden-delta", ["back = delta[8] * w[8, j]", "delta[j] = back * a[j] * (1 - a[j])"]),
    ("xor", "write-weights", ["w[j, i] = w[j, i] + a[i] * delta[j] * eta"]),
    ("xor", "write-weights", ["change = eta * delta[j] * a[i]", "w[j, i] += change"]),
    ("xor", "write-biases", ["b[j] = b[j] + eta * delta[j] * 1"]),
    ("xor", "find-in-the-update", ["w[j, i] -= -eta * delta[j] * a[i]"]),
    ("two-layer", "write-delta", ["l1_delta = (y - l1) * l1 * (1 - l1)"]),
    ("two-layer", "write-update", ["syn0 = syn0 + l0.T @ l1_delta"]),
    ("two-layer", "write-update", ["syn0 += 0.5 * np.dot(l0.T, l1_delta)"]),  # with a learning rate
    ("two-layer", "write-update", ["syn0 += sum(np.outer(x, d) for x, d in zip(l0, l1_delta))"]),
    ("eleven-lines", "write-sent-back", ["l1_error = l2_delta @ syn1.T"]),
    ("eleven-lines", "write-sent-back", ["l1_error = l2_delta * syn1.ravel()"]),
    ("eleven-lines", "write-update", ["syn0 += X.T @ l1_delta"]),
    ("forward", "write-node", ["net[j] = b[j]", "for i in below:", "    net[j] += a[i] * w[j, i]"]),
    ("forward", "write-node", ["net[j] = np.dot([w[j, i] for i in below], [a[i] for i in below]) + b[j]"]),
    ("forward", "write-layer", ["nets = np.dot(matrix, [*vector, 1])"]),
    ("forward", "write-layer", ["nets = matrix[:, :-1] @ vector + matrix[:, -1]"]),
    ("network-class", "write-hidden-delta", ["s = sigmoid(zs[-l])", "delta = w.T @ delta * s * (1 - s)"]),
    ("network-class", "write-weights", ["nabla_w[-l] = delta * activations[-l - 1].ravel()"]),
    ("network-class", "write-biases", ["nabla_b[-l] = 1 * delta"]),
    ("neuron", "write-output", ["y = 1 / (1 + math.exp(-net))"]),
    ("neuron", "write-slope", ["slope = y - y ** 2"]),
    ("neuron", "find-in-the-net", ["net = b + x * w"]),
    ("descent", "write-delta", ["delta = -(y - t)"]),
    ("descent", "write-update", ["w = w + total * eta"]),
]


@pytest.mark.parametrize(("lesson", "id", "lines"), RIGHT)
def test_other_right_answers_are_accepted(lesson, id, lines):
    told = verdict(answered(lesson, id, *lines), lesson)
    assert told == {"solved": True, "reason": "agrees", "equation": None, "ref": None, "line": None}


# --- wrong answers ---

WRONG = [  # and the equation that does not come out, where it is first seen
    ("xor", "write-output-delta", ["delta[8] = t - y"], "4.1", "delta:8"),
    ("xor", "write-output-delta", ["delta[8] = y * (1 - y) * (y - t)"], "4.1", "delta:8"),
    ("xor", "write-output-delta", ["delta[8] = net[8] * (1 - net[8]) * (t - y)"], "4.1", "delta:8"),
    ("xor", "write-output-delta", ["delta[8] = -0.14467217923900216"], "4.1", "delta:8"),
    ("xor", "write-hidden-delta", ["delta[j] = w[8, j] * delta[8]"], "4.3", "delta:4"),
    ("xor", "write-hidden-delta", ["delta[j] = a[j] * (1 - a[j]) * w[8, 4] * delta[8]"], "4.3", "delta:5"),
    ("xor", "write-weights", ["w[j, i] += delta[j] * a[i]"], "4.5", "w:4-3"),
    ("xor", "write-weights", ["w[j, i] -= eta * delta[j] * a[i]"], "4.5", "w:4-3"),
    ("xor", "write-weights", ["w[j, i] += eta * delta[j] * a[j]"], "4.5", "w:4-1"),
    ("xor", "write-biases", ["b[j] += eta * delta[j] * a[j]"], "4.8", "b:4"),
    ("xor", "write-biases", ["b[j] += eta * delta[8]"], "4.8", "b:4"),
    ("two-layer", "write-delta", ["l1_delta = l1_error"], "4.1", "delta:4"),
    ("two-layer", "write-update", ["syn0 += np.dot(l0.T, l1_delta)[::-1]"], "4.5", "w:4-1"),
    ("eleven-lines", "write-sent-back", ["l1_error = np.dot(l2_error, syn1.T)"], "4.3", "delta:4"),
    ("eleven-lines", "write-update", ["syn0 -= np.dot(l0.T, l1_delta)"], "4.5", "w:4-1"),
    ("forward", "write-node", ["net[j] = sum(w[j, i] * a[i] for i in below)"], "3.2", "net:4"),
    ("forward", "write-layer", ["nets = matrix @ np.append(1, vector)"], "3.2", "net:4"),
    ("network-class", "write-output-delta", ["delta = activations[-1] - target"], "4.1", "delta:8"),
    ("network-class", "write-hidden-delta", ["delta = np.dot(w.T, delta)"], "4.3", "delta:4"),
    ("network-class", "write-biases", ["nabla_b[-l] = 2 * delta"], "4.8", "b:4"),
    ("neuron", "write-output", ["y = math.exp(net)"], "1.1", "a:2"),
    ("neuron", "write-slope", ["slope = net * (1 - net)"], "1.4", "slope:2"),
    ("descent", "write-delta", ["delta = y - t"], "4.1", "delta:2"),
    ("descent", "write-update", ["w += total"], "4.5", "w:2-1"),
]


@pytest.mark.parametrize(("lesson", "id", "lines", "equation", "ref"), WRONG)
def test_wrong_answers_are_refused_and_named(lesson, id, lines, equation, ref):
    source = answered(lesson, id, *lines)
    told = verdict(source, lesson)
    assert (told["solved"], told["reason"], told["equation"], told["ref"]) == (
        False,
        "differs",
        equation,
        ref,
    )
    sets = [step for step in record(source, lesson).steps(0) if ref in map(ref_name, step.sets)]
    half = sets[-1] if id == "write-layer" else sets[0]  # of forward the second half is asked for
    assert told["line"] == half.line


@pytest.mark.parametrize(
    ("lesson", "id", "lines", "equation", "ref"),
    [
        (
            "xor",
            "write-output-delta",
            ["d8 = y * (1 - y) * (t - y)", "delta = {8: d8}", "del delta[8]"],
            None,
            None,
        ),
        (
            "xor",
            "write-hidden-delta",
            ["if j < 7: delta[j] = a[j] * (1 - a[j]) * w[8, j] * delta[8]", "else: delta.setdefault(7, 0)"],
            "4.3",
            "delta:7",
        ),
        ("xor", "write-biases", ["pass"], "4.8", "b:4"),
        ("xor", "write-weights", ["pass"], "4.5", "w:4-1"),
        ("two-layer", "write-update", ["pass"], "4.5", "w:4-1"),
    ],
)
def test_what_is_left_out_for_a_node_or_a_sample_is_named(lesson, id, lines, equation, ref):
    told = verdict(answered(lesson, id, *lines), lesson)
    assert not told["solved"]
    if equation:
        assert (told["reason"], told["equation"], told["ref"]) == ("missing", equation, ref)
    else:
        assert told["reason"] == "error"


def test_a_sample_that_is_skipped_on_the_way_back_is_missed():
    line = "if x[0] or not x[1]: delta[8] = y * (1 - y) * (t - y)"
    told = verdict(answered("xor", "write-output-delta", line), "xor")
    assert (told["solved"], told["reason"], told["ref"]) == (False, "missing", "delta:8")


def test_a_mistake_in_a_single_iteration_is_seen():
    line = "delta[8] = y * (1 - y) * (t - y) * (1 + (epoch == 1))"
    told = verdict(answered("xor", "write-output-delta", line), "xor")
    assert (told["solved"], told["reason"]) == (False, "differs")


def test_a_run_that_fails_is_judged_as_failed():
    told = verdict(answered("xor", "write-output-delta", "delta[8] = y * (1 - y) * (t - z)"), "xor")
    line = given("xor", "write-output-delta").line
    assert told == {"solved": False, "reason": "error", "equation": None, "ref": None, "line": line}


def test_a_program_without_a_network_solves_nothing():
    assert verdict("print('hello')", "xor")["reason"] == "nothing"
    assert judge(record("", lesson="two-layer")).reason == "nothing"


def test_a_run_that_is_no_exercise_has_no_verdict():
    headers = []
    run("x = 1", "xor", lambda header, *_: headers.append(json.loads(header)))
    assert headers[-1]["verdict"] is None


# --- predicting ---


@pytest.mark.parametrize(("lesson", "exercise"), TO_PREDICT, ids=named(TO_PREDICT))
def test_the_numbers_to_predict_are_there_and_worth_predicting(lesson, exercise):
    """Each is set in the first iteration; neither 0 nor the value from before is within 5 % of it."""
    recording = record(short(exercise.program), lesson)
    before = {
        ref_name(ref): value
        for (ref, _), value in zip(recording.layouts[recording.blocks[0].layout], recording.blocks[0].rows[0])
    }
    assert len(set(exercise.steps)) == len(exercise.steps) >= 2
    for asked in exercise.steps:
        ref, _, sample = asked.partition("/")
        found = None
        for step in recording.steps(0):
            (name, value), *_ = ((ref_name(r), v) for r, v in step.sets.items())
            if name == ref and (not sample or step.sample == int(sample)):
                found = value
                break
            before[name] = value
        assert found is not None
        assert math.isfinite(found)
        old = before.get(ref, 0.0) if ref[0] in "wb" else 0.0
        assert abs(old - found) > 0.05 * abs(found)


# --- declarations ---


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kind = 'guess'", "of kind 'guess': wanted one of write, find, predict"),
        ("kind = 'write'\nline = 'nowhere'\ngiven = ''", "'nowhere', which is not exactly one line"),
        ("kind = 'find'\nline = ''\ngiven = 'x'", "'', which is not exactly one line"),
    ],
)
def test_an_ill_declared_exercise_is_told(monkeypatch, tmp_path, text, told):
    (tmp_path / "new").mkdir()
    (tmp_path / "new/program.py").write_text("x = 1\n\n\n")
    words = "title = ''\ntask = ''\nhints = []\nwhy = ''"
    (tmp_path / "new/exercises.toml").write_text(
        f"[[exercises]]\nid = 'one'\n{text}\n[exercises.en]\n{words}\n[exercises.zh]\n{words}\n"
    )
    monkeypatch.setattr("backprop.analyse.exercises.LESSONS", tmp_path)
    with pytest.raises(ValueError, match=re.escape(told)):
        exercises("new")


def test_a_lesson_may_have_no_exercises(monkeypatch, tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new/program.py").write_text("x = 1\n")
    monkeypatch.setattr("backprop.analyse.exercises.LESSONS", tmp_path)
    assert exercises("new") == []
