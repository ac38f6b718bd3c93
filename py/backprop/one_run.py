"""Runs a program once by a plan and records it: within limits, in a fresh namespace, its errors on its own lines."""

from __future__ import annotations

import linecache
import types
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from time import perf_counter

from backprop.analyse import rule_inference
from backprop.analyse.logarithms import computes_a_logarithm, names_of_network
from backprop.guard import guarded
from backprop.model.recording import Repeat
from backprop.plan import Plan
from backprop.recording.facade import CheckedRecording
from backprop.recording.hooked_code import compiled, with_hooks
from backprop.recording.hooks import COUNT, REACHED, REST, TICK
from backprop.recording.kept_rows import MOST_BYTES
from backprop.recording.note_taker import MakeTurns
from backprop.recording.plain_copies import add_plain_copies
from backprop.recording.recorder import Recorder
from backprop.recording.sites import Instrumented
from backprop.recording.turns import Enough, Turns
from backprop.sandbox import float_errors
from backprop.sandbox.budget import Budget, OutOfBudget
from backprop.sandbox.drawing_calls import Collected
from backprop.sandbox.errors import FILE, told
from backprop.sandbox.isolation import own_builtins
from backprop.sandbox.limits import before_sleep
from backprop.sandbox.output import Output
from backprop.sandbox.random_state import RandomState
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


@dataclass(frozen=True)
class Program:
    """A program as it is to be run: its text, the plan to record it, the random state it begins with, and what tells the
    bytes of memory in use."""

    source: str
    plan: Plan
    state: RandomState
    used: Callable[[], int]


@dataclass(frozen=True)
class Listeners:
    """Who hears of a run while it goes on, with the recorder and what was printed: `pulse` every few milliseconds, `rest`
    before a line that may take long (with whether the program is there for the first time). Either may be None."""

    pulse: Pulse | None = None
    rest: Rest | None = None


class OneRun:
    """One run of a program; `recorded` runs it. A run that the `trial` has ended has no `end`."""

    def __init__(
        self,
        program: Program,
        listeners: Listeners = Listeners(),
        most_bytes: int = MOST_BYTES,
        turns: MakeTurns = Turns,
        trial: Trial | None = None,
    ) -> None:
        self._program = program
        self._listeners = listeners
        self._trial = trial
        self._main = types.ModuleType("__main__")
        self._recorder = program.plan.recorder(self._main.__dict__, most_bytes, turns)
        self._output = Output(MOST_OUTPUT)
        self._budget = Budget(MOST_TURNS, MOST_SECONDS, MOST_MEMORY, program.used, self._look)
        self._reached: set[int] = set()  # the places to which the program has come that tell of a first time
        self._recorder.hooks |= {REST: self._at_rest, REACHED: self._reached}

    def recorded(self) -> CheckedRecording:
        """Run the program within MOST_TURNS of its loops, MOST_SECONDS and MOST_MEMORY; its recording."""
        recorder, recording = self._recorder, self._recorder.recording
        with (
            surroundings(self._main, self._output, self._program.state) as collected,
            before_sleep(self._at_rest),
        ):
            error = self._execute() or self._budget.exceeded
        if recorder.turns.stretch.begins:
            recording.repeat = Repeat(
                self._program.source, self._program.state, thinned=recorder.turns.stretch
            )
        recording.found = recording.found or self._program.plan.found
        with suppress(OutOfBudget):  # from an object of the program that was asked for its value
            recorder.finish()
        with guarded("finding the rule of a program"):
            rule_inference.settle(recording)
        if self._trial:
            self._trial.finish(recording)
        self._keep_output(collected)
        self._keep_end(error)
        return recording

    def _look(self, is_rest: bool = False, is_first: bool = False) -> None:
        """Empty the log if it is long, and let the listeners hear of the run; the time that this takes is not the run's."""
        recorder = self._recorder
        began = started = perf_counter()
        if self._trial:
            self._trial.look(recorder, is_rest)
            recorder.turns.pause(perf_counter() - started)
            started = perf_counter()
        if len(recorder.log) > _LOG_ENTRIES:
            recorder.drain()
        with guarded("handing over a part of the recording"):
            if is_rest and self._listeners.rest:
                self._listeners.rest(recorder, self._output.text, is_first)
            elif not is_rest and self._listeners.pulse:
                self._listeners.pulse(recorder, self._output.text)
        recorder.turns.spent += perf_counter() - started
        self._budget.leave_out(perf_counter() - began)

    def _at_rest(self, first_of: int | None = None) -> None:
        """The program is before a line that may take long; `first_of` is its place where only the first time there counts:
        this is the first."""
        if first_of is not None:
            self._reached.add(first_of)
        if self._listeners.rest:
            self._look(True, first_of is not None)

    def _execute(self) -> BaseException | None:
        """Compile, instrument and run; what went wrong, if anything did."""
        source, plan = self._program.source, self._program.plan
        linecache.cache[FILE] = (len(source), None, source.splitlines(keepends=True), FILE)
        self._main.__dict__["__builtins__"] = own_builtins()
        try:
            code = compile(source, FILE, "exec", dont_inherit=True)  # the errors of the student's own text
            with guarded("preparing a program to be recorded"):
                code = self._hooked(source, plan)
            self._budget.start()
            exec(code, self._main.__dict__)
        except BaseException as error:  # whatever it is, it is the student's, and it is shown
            return error
        return None

    def _hooked(self, source: str, plan: Plan) -> types.CodeType:
        """The code of the program with its notes; the recorder is told of them."""
        recorder = self._recorder
        if plan.prepared is None:
            plan.prepared = _prepared(source, plan)
        program = replace(plan.prepared, sites=[*plan.prepared.sites])  # the recorder may add sites
        recorder.watch(program)
        recorder.recording.found = plan.found
        names = names_of_network(recorder.lens, plan.found)
        recorder.recording.takes_logarithm = computes_a_logarithm(parsed(source), names)
        assert program.code is not None
        hooks = {**recorder.hooks, TICK: self._budget.tick, COUNT: self._budget.count}
        return with_hooks(program.code, hooks)

    def _keep_output(self, collected: Collected) -> None:
        """Give the recording what the program printed and drew, and the notices about it."""
        recording, output, source = self._recorder.recording, self._output, self._program.source
        output.close_gap()
        recording.output = output.text
        recording.drawings = [drawing.as_json() for drawing in collected.drawings]
        recording.notices += collected.notices()
        if output.left_out:
            recording.notices.append({"id": "output-cut", "characters": output.left_out})
        if not float_errors.are_told() and (line := float_errors.asked_for(source)):
            recording.notices.append({"id": "no-float-errors", "line": line})

    def _keep_end(self, error: BaseException | None) -> None:
        """Give the recording how the run ended."""
        recording = self._recorder.recording
        # Functions of the program that are still known lead to the budget, and so to this run; and the traceback of the
        # budget's error leads to functions of the program. So both let go of what the program made.
        del self._main
        self._budget.exceeded = None
        is_cut = isinstance(error, Unexplained)
        if isinstance(error, Enough | Unexplained):
            error = None
        recording.error = told(error) if error else None
        if not is_cut:
            recording.end = (
                "done" if error is None else "budget" if isinstance(error, OutOfBudget) else "error"
            )


def _prepared(source: str, plan: Plan) -> Instrumented:
    """The program with its notes, compiled; once for all of its runs."""
    program = plan.instrument(parsed(source))
    program.copies = add_plain_copies(program.tree, len(program.gates))
    program.code = compiled(program, FILE)
    return program
