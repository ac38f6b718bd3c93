"""The diagnosis: every wrong program of the lessons is found out, every right one is left alone."""

import itertools
import json
import warnings
from string import Formatter

import numpy as np
import pytest
from backprop import diagnose
from backprop.analyse.diagnose import all_by_equations
from backprop.analyse.findings import Finding, Words, words_of
from backprop.analyse.health_checks import OBSERVATIONS
from backprop.analyse.mistakes import MISTAKES
from backprop.lessons.cases import cases
from backprop.lessons.lens import lessons
from backprop.page.session import run
from programs import SETUP, record, training

from tests.lesson_programs import source_of

CASES = {(lesson, case.name): case for lesson in lessons() for case in cases(lesson)}
WRONG = [case for case in CASES.values() if not case.is_right]
RIGHT = [case for case in CASES.values() if case.is_right]


def recorded(case):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of numbers that overflow, where that is the point
        return record(case.program(), case.lesson)


def name(case):
    return f"{case.lesson}/{case.name}"


def often_or_slow(cases):
    """The cases as parameters; of `digits`, whose class is that of `network-class`, every third in the ordinary run."""
    place = itertools.count()
    return [
        pytest.param(
            case,
            id=name(case),
            marks=[pytest.mark.slow] if case.lesson == "digits" and next(place) % 3 else [],
        )
        for case in cases
    ]


@pytest.mark.parametrize("case", often_or_slow(WRONG))
def test_a_wrong_program_is_found_out(case):
    findings = diagnose(recorded(case))
    assert {finding.id for finding in findings} == {*case.findings}
    assert case.name.rstrip("0123456789").rstrip("-") in {*case.findings, "two-mistakes", "no-delta"}
    lines = case.program().count("\n")
    for finding in findings:
        assert finding.line is None or 1 <= finding.line <= lines


@pytest.mark.parametrize("case", often_or_slow(RIGHT))
def test_a_right_program_is_left_alone(case):
    recording = recorded(case)
    iterations = {"forward": 4, "digits": 3}.get(recording.lesson, 12)  # of forward one a sample
    assert (recording.end, recording.iterations) == ("done", iterations)
    assert diagnose(recording) == []


@pytest.mark.parametrize("lesson", lessons())
def test_a_lessons_own_program_is_left_alone(lesson):
    found = [(one.kind, one.id) for one in diagnose(record(source_of(lesson), lesson))]
    # the first of the 64 starts has a node that gives next to nothing for every sample
    assert found == ([("observation", "saturated-node")] if lesson == "starts" else [])


def test_every_known_mistake_occurs_in_a_program_of_every_style_it_can_occur_in():
    seen = {case.lesson: set() for case in WRONG}
    for case in WRONG:
        seen[case.lesson] |= {*case.findings}
    known = {mistake.id for mistake in MISTAKES}
    without_biases_and_rate = {id for id in known if not id.startswith(("bias-", "eta-"))}
    assert known <= seen["xor"]
    assert known <= seen["network-class"]
    assert known <= seen["digits"]
    assert without_biases_and_rate <= seen["eleven-lines"]
    assert known | {observation.id for observation in OBSERVATIONS} | {"unknown"} >= set().union(
        *seen.values()
    )


# --- where it shows ---


def test_a_finding_names_the_line_and_the_place_where_it_shows_first():
    case = CASES["xor", "slope-missing-hidden"]
    (finding,) = diagnose(recorded(case))
    lines = case.program().splitlines()
    assert lines[finding.line - 1].strip() == "delta[j] = w[8, j] * delta[8]"
    assert (finding.kind, finding.where, finding.iteration) == ("mistake", ("delta", 4), 0)
    step = recorded(case).steps(0)[finding.step]
    assert step.line == finding.line
    assert finding.where in step.sets


def test_a_mistake_made_late_is_found_where_it_begins():
    late = "eta * delta[8] * (a[j] if epoch < 30 else 1)"
    source = training("for epoch in range(60):").replace("eta * delta[8] * a[j]", late)
    findings = diagnose(record(source))
    assert [finding.where for finding in findings] == [("w", (8, 4))]
    assert findings[0].iteration >= 30


# --- what is said ---


def every_words():
    for entry in (*MISTAKES, *OBSERVATIONS):
        yield from ((entry.id, words) for words in words_of(entry.id).values())


@pytest.mark.parametrize(("id", "words"), [*every_words()])
def test_words_are_whole_and_need_only_known_facts(id, words):
    own = {
        "twins": {"other"},
        "zero-start": {"layer"},
        "error-grows": {"first", "last"},
        "error-stands-still": {"last", "since"},
        "input-not-a-number": {"sample"},
        "dead-node": {"nodes", "since"},
        "saturated-node": {"nodes", "since"},
    }
    facts = {"what", "node", "line", "count", "sources"} | own.get(id, set())
    for text in (words.message, words.hint, words.answer):
        assert text.strip() == text != ""
        assert {field for _, field, _, _ in Formatter().parse(text) if field} <= facts
    assert len({words.message, words.hint, words.answer}) == 3


def test_ids_are_unique():
    ids = [entry.id for entry in (*MISTAKES, *OBSERVATIONS)]
    assert len(ids) == len(set(ids))


def test_an_unknown_language_is_refused():
    finding = Finding("x", "mistake", {"en": Words("a", "b", "c")})
    with pytest.raises(ValueError, match="wanted one of en"):
        finding.message("fr")


# --- on the wire ---


def test_the_last_chunk_carries_the_findings():
    headers = []
    run(
        CASES["xor", "two-mistakes"].program(),
        "xor",
        lambda header, *arrays: headers.append(json.loads(header)),
    )
    assert all(header["findings"] == [] for header in headers[:-1])
    found = headers[-1]["findings"]
    assert {finding["id"] for finding in found} == {"slope-missing-hidden", "bias-not-updated"}
    for finding in found:
        assert finding.keys() == {
            *("id", "kind", "line", "where", "iteration", "step", "message", "hint", "answer", "factors")
        }
        for text in ("message", "hint", "answer"):
            assert finding[text].keys() == {"en", "zh"}
            assert "{" not in "".join(finding[text].values())


# --- what cannot be told ---


@pytest.mark.parametrize(
    ("source", "ids"),
    [
        ("", {"nothing-recorded"}),
        ("x = 1", {"nothing-recorded"}),
        ("def", set()),
        (SETUP, {"nothing-recorded"}),
        (training(sample="a[1], a[2], a[3] = x\n"), {"nothing-recorded"}),
        (training(sample="delta[8] = 1\n"), {"no-update"}),
        (training("while True:"), {"cut-short"}),
        (training().replace("UPDATE", "") + "1 / 0\n", {"cut-short"}),
    ],
)
def test_what_cannot_be_told_is_said(source, ids, monkeypatch):
    monkeypatch.setattr("backprop.one_run.MOST_TURNS", 2000)
    findings = diagnose(record(source))
    assert {finding.id for finding in findings} == ids
    assert all(finding.kind == "observation" for finding in findings)
    for finding, lang in itertools.product(findings, ("en", "zh")):
        assert finding.message(lang)
        assert finding.hint(lang)
        assert finding.answer(lang)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e308])
def test_numbers_that_are_none_do_not_stop_it(value):
    source = training().replace("random.uniform(-1, 1)", f"float('{value}')", 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert {finding.kind for finding in diagnose(record(source))} <= {"observation"}


def test_that_all_numbers_are_their_equations_is_said_only_where_all_can_be_checked():
    case = CASES["eleven-lines", "stale-forward"]
    assert all_by_equations(record(source_of("eleven-lines").replace("60000", "12"), "eleven-lines"))
    assert not all_by_equations(record(case.program(), "eleven-lines"))
