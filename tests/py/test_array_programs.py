"""Programs that compute whole layers: instrumented they compute what they do alone, and every number they set is a step."""

import pytest
from array_programs import assigned, class_programs, row_programs
from conftest import examples
from hypothesis import HealthCheck, given, settings
from programs import plain, recorded, values

pytestmark = pytest.mark.usefixtures("by_the_names_of_the_lesson")

generated = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def steps(recording, by_rows):
    """Per iteration, the (line, ref, value, sample) of each step; a sample is its row, or its inputs."""

    def sample(step):
        return step.sample if by_rows or step.sample is None else recording.samples[step.sample]["x"]

    return [
        [
            (step.line, ref, value, sample(step))
            for step in recording.steps(k)
            for ref, value in step.sets.items()
        ]
        for k in recording.kept
    ]


def compare(program):
    expected, watched = assigned(program)
    alone = plain(program.source)
    ran, recording = recorded(program.source, program.lesson)
    assert watched.error == alone.error == ran.error
    assert ran.output == alone.output
    assert values(ran.names) == values(alone.names)
    assert steps(recording, program.lesson == "eleven-lines") == expected
    assert recording.notices == []
    return alone


@settings(generated, max_examples=examples(60))
@given(row_programs())
def test_a_batch_program_computes_the_same_and_every_number_it_sets_is_a_step(program):
    assert compare(program).error is None


@settings(generated, max_examples=examples(25))
@given(row_programs(failing=True))
def test_a_batch_program_fails_the_same_after_the_same_steps(program):
    assert compare(program).error is not None


@settings(generated, max_examples=examples(60))
@given(class_programs())
def test_a_class_computes_the_same_and_every_number_it_sets_is_a_step(program):
    assert compare(program).error is None


@settings(generated, max_examples=examples(25))
@given(class_programs(failing=True))
def test_a_class_fails_the_same_after_the_same_steps(program):
    assert compare(program).error is not None
