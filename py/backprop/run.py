"""Runs a student's program and records it: within a budget, in a fresh namespace, its errors on its own lines."""

from __future__ import annotations

import gc
import linecache
import types
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np

from backprop.analyse import rule_inference
from backprop.analyse.judging.errors import CROSS_ENTROPY
from backprop.analyse.logarithms import computes_a_logarithm, names_of_network
from backprop.guard import guarded
from backprop.lessons.lens import OWN, data_files
from backprop.model.recording import Repeat
from backprop.plan import Plan, Wanted, is_own_program, judged_by_derivative, plan_of, plan_without_names
from backprop.recording.facade import CheckedRecording
from backprop.recording.hooked_code import compiled, with_hooks
from backprop.recording.hooks import COUNT, REST, TICK
from backprop.recording.kept_rows import MOST_BYTES
from backprop.recording.note_taker import MakeTurns
from backprop.recording.plain_copies import add_plain_copies
from backprop.recording.recorder import Recorder
from backprop.recording.sites import Instrumented
from backprop.recording.splice import moved
from backprop.recording.turns import Enough, Repeated, Turns
from backprop.sandbox import float_errors
from backprop.sandbox.budget import Budget, OutOfBudget, memory_of_this_process
from backprop.sandbox.drawing_calls import Collected
from backprop.sandbox.errors import FILE, told
from backprop.sandbox.files import Files, offering
from backprop.sandbox.isolation import own_builtins
from backprop.sandbox.limits import before_sleep
from backprop.sandbox.output import Output, captured
from backprop.sandbox.random_state import RandomState, new_random_state
from backprop.sandbox.surroundings import surroundings
from backprop.sandbox.written_out import parsed
from backprop.trial import Trial, Unexplained

Pulse = Callable[[Recorder, str], None]
Rest = Callable[[Recorder, str, bool], None]

MOST_TURNS = 10_000_000
MOST_SECONDS = 60.0
MOST_MEMORY = 768 * 2**20  # bytes that one run may add
MOST_OUTPUT = 200_000  # characters
# The log is emptied into the recording when it has grown to this many entries (three for a note): a
# longer one leaves the processor's cache, a shorter one is emptied too often.
_LOG_ENTRIES = 12_000


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
    state = new_random_state()
    used = memory or memory_of_this_process
    brought = data_files(lesson)
    files = {**brought, **(files or {})} if brought else files
    with offering(files):
        plan = plan_of(source, lesson, state, wanted, printed)
        by_names = lesson != OWN and not is_own_program(lesson, source) and plan.found is None
        trial = Trial() if by_names else None
        recording = _recorded(source, plan, state, used, (pulse, rest), most_bytes, turns, trial)
        if trial and trial.has_failed:
            other = plan_without_names(source, lesson, state, recording.topology)
            if other or recording.end is None:
                plan = other or plan
                recording = _recorded(source, plan, state, used, (pulse, rest), most_bytes, turns)
        thinned = recording.repeat.thinned if recording.repeat else None
        recording.repeat = Repeat(source, state, wanted.network, wanted.choices, files, plan, thinned)
        if ended:
            with guarded("handing over a recording before its verdict"):
                ended(recording)
        _complete(recording, used)
        if recording.found is None and recording.iterations:
            recording.judgement = judged_by_derivative(source, recording.topology, state)
            if recording.judgement and recording.judgement.computed == CROSS_ENTROPY:
                recording.takes_logarithm, recording.rule_is_sure = True, False
                rule_inference.settle(recording)
    return recording


def _recorded(
    source: str,
    plan: Plan,
    state: RandomState,
    used: Callable[[], int],
    hand_over: tuple[Pulse | None, Rest | None],
    most_bytes: int,
    turns: MakeTurns = Turns,
    trial: Trial | None = None,
) -> CheckedRecording:
    """Run a program by a plan and record it, within MOST_TURNS of its loops, MOST_SECONDS and MOST_MEMORY.

    `hand_over` are pulse and rest as in `run_and_record`. A run that the `trial` has ended has no `end`.
    """
    main = types.ModuleType("__main__")
    recorder = plan.recorder(main.__dict__, most_bytes, turns)
    output = Output(MOST_OUTPUT)

    pulse, rest = hand_over

    def look(is_rest: bool = False, is_first: bool = False) -> None:
        began = started = perf_counter()
        if trial:
            trial.look(recorder, is_rest)
            recorder.turns.pause(perf_counter() - started)
            started = perf_counter()
        if len(recorder.log) > _LOG_ENTRIES:
            recorder.drain()
        with guarded("handing over a part of the recording"):
            if is_rest and rest:
                rest(recorder, output.text, is_first)
            elif not is_rest and pulse:
                pulse(recorder, output.text)
        recorder.turns.spent += perf_counter() - started
        budget.leave_out(perf_counter() - began)

    reached: set[int] = set()

    def at_rest(first_of: int | None = None) -> None:
        if first_of is not None:
            if first_of in reached:
                return
            reached.add(first_of)
        if rest:
            look(True, first_of is not None)

    recorder.hooks[REST] = at_rest

    budget = Budget(MOST_TURNS, MOST_SECONDS, MOST_MEMORY, used, look)
    with surroundings(main, output, state) as collected, before_sleep(at_rest):
        error = _execute(source, plan, main, recorder, budget) or budget.exceeded
    recording = recorder.recording
    if recorder.turns.stretch.begins:
        recording.repeat = Repeat(source, state, thinned=recorder.turns.stretch)
    is_cut = isinstance(error, Unexplained)
    if isinstance(error, Enough | Unexplained):
        error = None
    recording.found = recording.found or plan.found
    with suppress(OutOfBudget):  # from an object of the program that was asked for its value
        recorder.finish()
    with guarded("finding the rule of a program"):
        rule_inference.settle(recording)
    if trial:
        trial.finish(recording)
    _keep_output(recording, source, output, collected)
    recording.error = told(error) if error else None
    # Its traceback leads to the program's functions, and their code back to the budget.
    budget.exceeded = None
    if not is_cut:
        recording.end = "done" if error is None else "budget" if isinstance(error, OutOfBudget) else "error"
    return recording


def _keep_output(recording: CheckedRecording, source: str, output: Output, collected: Collected) -> None:
    """Give a recording what its program printed and drew, and the notices about it."""
    output.close_gap()
    recording.output = output.text
    recording.drawings = [drawing.as_json() for drawing in collected.drawings]
    recording.notices += collected.notices()
    if output.left_out:
        recording.notices.append({"id": "output-cut", "characters": output.left_out})
    if not float_errors.are_told() and (line := float_errors.asked_for(source)):
        recording.notices.append({"id": "no-float-errors", "line": line})


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
        again = _recorded(
            repeat.source, repeat.plan, repeat.random_state, used, (None, None), MOST_BYTES, turns
        )
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


def _prepared(source: str, plan: Plan) -> Instrumented:
    """The program with its notes, compiled; once for all of its runs."""
    program = plan.instrument(parsed(source))
    program.copies = add_plain_copies(program.tree, len(program.gates))
    program.code = compiled(program, FILE)
    return program


def _execute(
    source: str, plan: Plan, main: types.ModuleType, recorder: Recorder, budget: Budget
) -> BaseException | None:
    """Compile, instrument and run; what went wrong, if anything did."""
    linecache.cache[FILE] = (len(source), None, source.splitlines(keepends=True), FILE)
    main.__dict__["__builtins__"] = own_builtins()
    hooks = {**recorder.hooks, TICK: budget.tick, COUNT: budget.count}
    try:
        code = compile(source, FILE, "exec", dont_inherit=True)  # the errors of the student's own text
        with guarded("preparing a program to be recorded"):
            if plan.prepared is None:
                plan.prepared = _prepared(source, plan)
            program = replace(plan.prepared, sites=[*plan.prepared.sites])  # the recorder may add sites
            recorder.watch(program)
            recorder.recording.found = plan.found
            names = names_of_network(recorder.lens, plan.found)
            recorder.recording.takes_logarithm = computes_a_logarithm(parsed(source), names)
            assert program.code is not None
            code = with_hooks(program.code, hooks)
        budget.start()
        exec(code, main.__dict__)
    except BaseException as error:  # whatever it is, it is the student's, and it is shown
        return error
    return None
