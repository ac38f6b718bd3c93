"""Runs a student's program and records it by a plan; another plan where the first does not explain it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from backprop.analyse import rule_inference
from backprop.analyse.judging.errors import CROSS_ENTROPY
from backprop.guard import guarded
from backprop.lessons.lens import OWN, data_files
from backprop.model.recording import Repeat
from backprop.one_run import MOST_OUTPUT, Listeners, OneRun, Program, Pulse, Rest
from backprop.plan import Wanted, is_own_program, judged_by_derivative, plan_of, plan_without_names
from backprop.recording.facade import CheckedRecording
from backprop.recording.kept_rows import MOST_BYTES
from backprop.recording.note_taker import MakeTurns
from backprop.recording.splice import moved
from backprop.recording.turns import Repeated, Turns
from backprop.sandbox.budget import memory_of_this_process
from backprop.sandbox.errors import FILE
from backprop.sandbox.files import Files, offering
from backprop.sandbox.output import Output, captured
from backprop.sandbox.random_state import new_random_state
from backprop.trial import Trial


def record(
    source: str,
    lesson: str = OWN,
    network: int = 1,
    choices: Mapping[str, str] | None = None,
    files: Files | None = None,
) -> CheckedRecording:
    """Run a program and record every number of its network, in every iteration.

    Without a lesson the network is found in the program itself; a lesson's names are hints. A program may train several
    networks: `rec.networks` lists them, and `network` says which one is recorded (from 1; the first if there are fewer).
    `choices` say what is which quantity, like comments in the program: {"delta[2]": "dZ2", "ones": "bias"}; what became
    of each is in `rec.found.choices`. `files` are those that the program may open, {"data.csv": b"0,1\\n"}: it then runs in
    a new folder that holds them, and that is gone after it; None leaves it in the folder where you are, unless the lesson
    brings files of its own.
    Whatever the program does wrong is told by the recording (`end`, `error`), never raised. Raises TypeError if `source`
    is not a string, ValueError if there is no such lesson or `network` is less than 1.

        rec = record(source)
        rec.topology.layers, rec.iterations, rec.value("delta", 8, iteration=0, sample=2)
    """
    return run_and_record(source, lesson, wanted=Wanted(network, choices or {}), files=files)


def plain(source: str) -> None:
    """Run a program as it is, unrecorded, its output thrown away: what recording is measured against."""
    namespace = {"__name__": "__main__"}
    with captured(Output(MOST_OUTPUT)):
        exec(compile(source, FILE, "exec", dont_inherit=True), namespace)


@contextmanager
def _swept() -> Iterator[None]:
    """Free what a run leaves behind, its namespace above all, without a look at what was there before."""
    gc.freeze()
    try:
        yield
    finally:
        gc.collect()
        gc.unfreeze()


@_swept()
def run_and_record(
    source: str,
    lesson: str,
    pulse: Pulse | None = None,
    memory: Callable[[], int] | None = None,
    most_bytes: int = MOST_BYTES,
    wanted: Wanted = Wanted(),  # noqa: B008  (it is frozen)
    files: Files | None = None,
    rest: Rest | None = None,
    turns: MakeTurns = Turns,
    printed: Callable[[str], None] | None = None,
    ended: Callable[[CheckedRecording], None] | None = None,
) -> CheckedRecording:
    """Run and record a program. `pulse` is called every few milliseconds, `rest` before a line that may take long: both
    may hand over what was recorded and printed until then. `printed` hears all that a program has printed until then while
    its network is looked for. `ended` is called when the run is over, before it is judged."""
    if not isinstance(source, str):
        raise TypeError(f"source is {type(source).__name__}: wanted the program as a str")
    if wanted.network < 1:
        raise ValueError(f"network is {wanted.network}: networks are numbered from 1")
    used = memory or memory_of_this_process
    brought = data_files(lesson)
    files = {**brought, **(files or {})} if brought else files
    with offering(files):
        plan = plan_of(source, lesson, state := new_random_state(), wanted, printed)
        program = Program(source, plan, state, used)
        program, recording = _recorded(program, lesson, Listeners(pulse, rest), most_bytes, turns)
        thinned = recording.repeat.thinned if recording.repeat else None
        recording.repeat = Repeat(source, state, wanted.network, wanted.choices, files, program.plan, thinned)
        if ended:
            with guarded("handing over a recording before its verdict"):
                ended(recording)
        _complete(recording, used)
        _judge(recording, program)
    return recording


def _recorded(
    program: Program, lesson: str, listeners: Listeners, most_bytes: int, turns: MakeTurns
) -> tuple[Program, CheckedRecording]:
    """A program recorded by its plan: by a lesson's names, if the first iterations show that these explain it, else by what
    is found in it. With the plan that was used."""
    source, plan = program.source, program.plan
    by_names = lesson != OWN and not is_own_program(lesson, source) and plan.found is None
    trial = Trial() if by_names else None
    recording = OneRun(program, listeners, most_bytes, turns, trial).recorded()
    if trial and trial.has_failed:
        other = plan_without_names(source, lesson, program.state, recording.topology)
        if other or recording.end is None:
            program = replace(program, plan=other or plan)
            recording = OneRun(program, listeners, most_bytes, turns).recorded()
    return program, recording


def _judge(recording: CheckedRecording, program: Program) -> None:
    """Judge a program that was recorded by a lesson's names; of another one the plan brings the verdict."""
    if recording.found is not None or not recording.iterations:
        return
    recording.judgement = judged_by_derivative(program.source, recording.topology, program.state)
    if recording.judgement and recording.judgement.computed == CROSS_ENTROPY:
        recording.takes_logarithm, recording.rule_is_sure = True, False
        rule_inference.settle(recording)


def repeated(
    recording: CheckedRecording,
    iterations: tuple[int, int],
    progress: Callable[[float], None] | None = None,
    memory: Callable[[], int] | None = None,
) -> CheckedRecording:
    """A run again from the same random state, with the iterations from the first to the last of these recorded whole.

    Of a run that was thinned; in about the time of a plain run to there. `progress` hears which part of the way is made.
    Raises ValueError for iterations before the run was thinned, or if the numbers are not those of the first time: the
    program asks the clock or the system for random numbers.
    """
    repeat = recording.repeat
    if repeat is None or repeat.thinned is None:
        raise ValueError("every iteration of this run is kept")
    first, last = (repeat.thinned.turn_of(iteration) for iteration in iterations)

    def turns(log: list[Any], nothing: Any) -> Turns:
        heard = (lambda turn: progress(min(1.0, turn / max(1, last)))) if progress else None
        return Repeated(log, nothing, repeat.thinned, (first, last), heard)

    used = memory or memory_of_this_process
    with offering(repeat.files):
        program = Program(repeat.source, repeat.plan, repeat.random_state, used)
        again = OneRun(program, turns=turns).recorded()
    again.rule, again.rule_is_sure = recording.rule, recording.rule_is_sure
    count = min(len(again.loss), len(recording.loss))
    known, anew = recording.loss[:count], again.loss[:count]
    if count <= iterations[0] or not (np.isnan(known) | (known == anew)).all():
        raise ValueError("the run computes other numbers the second time")
    return again


def _complete(recording: CheckedRecording, used: Callable[[], int]) -> None:
    """Record the last iteration of a thinned run, if nobody knew that it was the last: `while`, `break`, an error."""
    thinned = recording.repeat.thinned if recording.repeat else None
    count = recording.iterations
    if (
        thinned is None
        or recording.end == "budget"
        or not (thinned.is_open or count - 1 not in recording.kept)
    ):
        return
    with guarded("recording the last iteration of a run"):
        try:
            again = repeated(recording, (count - 1, count + 1), memory=used)
        except ValueError:
            recording.notices.append({"id": "unrepeatable"})
            return
        recording.add_errors(again.loss[count:])  # of an iteration that ended before its first output
        recording.iterations = again.iterations
        last = again.iterations - 1
        if last not in recording.kept:
            block, row = again.find(last)
            recording.blocks.append(moved(again, block.only(slice(row, row + 1)), recording))
