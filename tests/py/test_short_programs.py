"""The short programs that *Your own program* offers: each runs under plain Python, and its network is found in it."""

import json

import pytest
from backprop import record
from backprop.lessons.lens import LESSONS, OWN, lesson_settings
from backprop.page.session import run
from backprop.run import plain

PROGRAMS = lesson_settings(OWN)["programs"]
MOST_COLUMNS = 66  # so that a line fits into the page's editor


def source_of(program):
    return (LESSONS / OWN / f"{program['id']}.py").read_text(encoding="utf-8")


@pytest.fixture(params=PROGRAMS, ids=[program["id"] for program in PROGRAMS])
def program(request):
    return request.param


def test_every_file_is_listed_and_every_listed_one_is_there():
    files = {path.stem for path in (LESSONS / OWN).glob("*.py")}
    assert files == {program["id"] for program in PROGRAMS}
    assert len(files) == 8


def test_it_runs_under_plain_python(program):
    plain(source_of(program))


def test_its_network_is_found(program):
    recording = record(source_of(program))
    assert recording.error is None
    assert [len(layer) for layer in recording.topology.layers] == program["network"]


def test_its_deltas_and_weights_are_recorded_in_every_iteration(program):
    recording = record(source_of(program))
    nodes = {node for layer in recording.topology.layers[1:] for node in layer}
    for iteration in (0, recording.iterations - 1):
        set_here = {ref for step in recording.steps(iteration) for ref in step.sets}
        assert {node for quantity, node in set_here if quantity == "delta"} == nodes
        assert {edge for quantity, edge in set_here if quantity == "w"} == set(recording.topology.edges)


def test_its_lines_are_short_and_end_in_a_newline(program):
    source = source_of(program)
    assert source.endswith("\n")
    assert [line for line in source.splitlines() if len(line) > MOST_COLUMNS] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_has_a_title_and_a_line_about_it(program, lang):
    assert program[lang]
    assert program["says"][lang]


def test_each_of_its_checked_steps_shows_its_equation(program):
    headers = []
    run(source_of(program), OWN, lambda header, *_: headers.append(json.loads(header)))
    steps = [step for header in headers for pattern in header["patterns"] for step in pattern["steps"]]
    assert {step["sets"] for step in steps if (step.get("written") or "").endswith("?")} == set()
