"""Recordings of runs that end early, and of runs too large to keep."""

import numpy as np
import pytest
from backprop.recording.kept_rows import FIRST
from backprop.run import run_and_record
from programs import FORWARD, SAMPLE, record, training

# --- a run that is cut short ---


def test_the_half_finished_turn_of_a_failing_run_can_be_stepped_through():
    program = training(sample=SAMPLE + "if epoch == 3 and x == (0, 1, 1): 1 / 0\n")
    recording, whole = record(program), record(training())
    assert recording.end == "error"
    assert recording.iterations == 4
    steps, expected = recording.steps(3), whole.steps(3)
    assert [step.sets for step in steps] == [step.sets for step in expected][: len(steps)]
    assert {step.sample for step in steps} == {0, 1}


def test_a_run_that_fails_in_its_first_forward_pass():
    recording = record(training(sample=FORWARD.replace("net[8]", "1 / 0; net[8]", 1)))
    assert recording.error.type == "ZeroDivisionError"
    assert recording.iterations == 1
    assert [next(iter(step.sets)) for step in recording.steps(0)][-1] == ("a", 7)


def test_breaking_out_of_the_loop_keeps_what_the_last_turn_did():
    recording = record(training("for epoch in range(9):", after="if epoch == 2: break\n"))
    assert recording.iterations == 3


# --- runs too large to keep ---

LONG = training("for epoch in range(N):", over="samples[:1]")


def thinned(iterations, most_bytes, program=LONG):
    return run_and_record(program.replace("N", str(iterations)), "xor", most_bytes=most_bytes)


@pytest.fixture(scope="module")
def long_runs():
    return record(LONG.replace("N", "150")), thinned(150, 10_000)


def test_thinning_keeps_the_first_iterations_an_even_stride_and_the_last(long_runs):
    _, thin = long_runs
    assert thin.stride > 1
    *regular, last = thin.kept
    assert regular == [k for k in range(last) if k < FIRST or k % thin.stride == 0]
    assert last == thin.iterations - 1 == 149
    assert {"id": "thinned", "stride": thin.stride} in thin.notices


def test_thinning_keeps_the_loss_of_every_iteration(long_runs):
    whole, thin = long_runs
    np.testing.assert_array_equal(thin.loss, whole.loss)


def test_what_is_kept_has_the_numbers_of_the_whole_run(long_runs):
    whole, thin = long_runs
    for k in thin.kept:
        assert [(s.sets, s.sample) for s in thin.steps(k)] == [(s.sets, s.sample) for s in whole.steps(k)]
        assert thin.value("w", (8, 4), iteration=k) == whole.value("w", (8, 4), iteration=k)


def test_what_was_let_go_is_told(long_runs):
    _, thin = long_runs
    gone = next(k for k in range(150) if k not in thin.kept)
    with pytest.raises(ValueError, match=f"iteration {gone} was not kept.*every {thin.stride}th"):
        thin.steps(gone)


def test_thinning_keeps_the_last_turn_whatever_their_number():
    irregular = training(
        "for epoch in range(N):",
        over="samples[:1]",
        sample="a[4] = delta[8] = 0.5\n",
        after="if epoch % 3 == 1: b[8] += 1\n",
    )
    for iterations in range(1, 60, 3):
        thin = thinned(iterations, 900, irregular)
        *regular, last = thin.kept
        assert {*regular} - {*thin.looks} == {k for k in range(last) if k < FIRST or k % thin.stride == 0} - {
            *thin.looks
        }
        assert last == iterations - 1


def test_what_is_kept_stays_within_its_bytes():
    for iterations in (50, 100, 200):
        thin = thinned(iterations, 10_000)
        later = [block.only(block.iterations >= FIRST) for block in thin.blocks]
        assert sum(block.rows.nbytes for block in later) <= 10_000 + thin.blocks[-1].rows.nbytes
