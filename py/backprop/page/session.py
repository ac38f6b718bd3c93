"""Runs a student's program: recorded, within a budget, in a fresh namespace, its errors on its own lines.

`record` is for Python; `run` is what the page calls, and hands the recording over piece by piece
while the program is still running, so that a run that is stopped leaves what it had reached.
"""

from __future__ import annotations

import ast
import builtins
import gc
import io
import linecache
import os
import random
import sys
import traceback
import types
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from backprop.analyse import rule_inference as rules
from backprop.analyse.gradient_check import gradient_check
from backprop.lessons.lens import Lens, lens_of
from backprop.model.recording import Recording, RunError, to_json
from backprop.page.wire import Chunks, Emit
from backprop.recording.instrument import COUNT, TICK, hooked, instrument
from backprop.recording.recorder import MOST_BYTES, Recorder
from backprop.sandbox.budget import Budget, OutOfBudget, memory_of_this_process

FILE = "<your program>"
MOST_TURNS = 10_000_000
MOST_SECONDS = 60.0
MOST_MEMORY = 768 * 2**20  # bytes that one run may add
MOST_OUTPUT = 200_000  # characters
SECONDS_TO_THE_FIRST_CHUNK = 0.25
# The log is emptied into the recording when it has grown to this many entries (three for a note): a
# longer one leaves the processor's cache, a shorter one is emptied too often.
_LOG_ENTRIES = 12_000
# A baked recording is small: it is loaded before Python is, and all of them must fit into the one file.
BAKED_BYTES = 100_000
_BYTES_FOR_A_LOSS = 60  # of the bytes a recording may have, one loss for each so many


def record(source: str, lesson: str = "xor") -> Recording:
    """Run a program once and record every assignment to a quantity of the network.

    Whatever the program does wrong is told by the recording (`end`, `error`), never raised. Raises
    TypeError if `source` is not a string, ValueError if there is no such lesson.
    """
    return _record(source, lesson)


def run(
    source: str,
    lesson: str,
    on_chunk: Emit,
    memory: Callable[[], int] | None = None,
    judged: bool = False,
) -> None:
    """Run a program and hand over its recording in chunks: header (JSON), index, values, loss.

    The last chunk's header has an `end`; and, for a run that is to be `judged` as an exercise's, the
    `verdict`. `memory` tells how many bytes the interpreter holds.
    """
    chunks = Chunks(on_chunk, SECONDS_TO_THE_FIRST_CHUNK, judged)
    _last.clear()  # before the new run needs the memory
    recording = _record(source, lesson, pulse=chunks.send_when_due, memory=memory)
    _last[source, lesson] = recording
    chunks.send(recording)


# What the page has last run, with its recording: what is asked about it needs no second run.
_last: dict[tuple[str, str], Recording] = {}


def gradient(source: str, lesson: str, iteration: int) -> str:
    """The gradient check of one iteration, as a JSON list of `GradientRow`s: see gradient.py.

    Of the last run if that was of this program; else it is run now. Raises ValueError for an
    iteration that is not kept, TypeError and ValueError as `record` does.
    """
    if (source, lesson) not in _last:
        _last.clear()
        _last[source, lesson] = _record(source, lesson)
    return to_json([row.as_json() for row in gradient_check(_last[source, lesson], iteration)])


def bake(
    lesson: str, source: str, most_bytes: int = BAKED_BYTES
) -> tuple[dict[str, Any], bytes, bytes, bytes]:
    """A program of ours, run beforehand and thinned to about so many bytes: header, index, values, loss.

    Of the losses every `loss_stride`-th is given. Raises RuntimeError if the program does not run.
    """
    recording = _record(source, lesson, most_bytes=most_bytes)
    if recording.error:
        raise RuntimeError(f"the program of lesson {lesson} does not run: {recording.error}")
    header, index, values, _ = Chunks(lambda *chunk: None).take(recording)
    stride = -(-recording.iterations * _BYTES_FOR_A_LOSS // most_bytes)
    return header | {"loss_stride": stride}, index, values, recording.loss[::stride].tobytes()


def plain(source: str) -> None:
    """Run a program as it is, unrecorded, its output thrown away: what recording is measured against."""
    namespace = {"__name__": "__main__"}
    with _captured(_Output(MOST_OUTPUT)):
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
def _record(
    source: str,
    lesson: str,
    pulse: Callable[[Recorder, str], None] | None = None,
    memory: Callable[[], int] | None = None,
    most_bytes: int = MOST_BYTES,
) -> Recording:
    if not isinstance(source, str):
        raise TypeError(f"source is {type(source).__name__}: wanted the program as a str")
    lens = lens_of(lesson)
    main = types.ModuleType("__main__")
    recorder = Recorder(lens, main.__dict__, most_bytes)
    recorder.recording.says_cross_entropy = rules.says_cross_entropy(source)
    output = _Output(MOST_OUTPUT)

    def look() -> None:
        if len(recorder.log) > _LOG_ENTRIES:
            recorder.drain()
        if pulse:
            pulse(recorder, output.text)

    used = memory or memory_of_this_process
    budget = Budget(MOST_TURNS, MOST_SECONDS, MOST_MEMORY, used, look)
    with _clean_interpreter(main), _captured(output):
        error = _execute(source, lens, main, recorder, budget) or budget.exceeded
    recording = recorder.recording
    recorder.finish()
    rules.settle(recording)
    recording.output = output.text
    if output.cut:
        recording.notices.append({"id": "output-cut", "characters": MOST_OUTPUT})
    recording.error = _told(error) if error else None
    # Its traceback leads to the program's functions, and their code back to the budget.
    budget.exceeded = None
    recording.end = "done" if error is None else "budget" if isinstance(error, OutOfBudget) else "error"
    return recording


def _execute(
    source: str, lens: Lens, main: types.ModuleType, recorder: Recorder, budget: Budget
) -> BaseException | None:
    """Compile, instrument and run; what went wrong, if anything did."""
    linecache.cache[FILE] = (len(source), None, source.splitlines(keepends=True), FILE)
    main.__dict__["__builtins__"] = {**builtins.__dict__, "input": _no_input}
    hooks = {**recorder.hooks, TICK: budget.tick, COUNT: budget.count}
    try:
        compile(source, FILE, "exec", dont_inherit=True)  # for its own errors, on the student's own text
        program = instrument(ast.parse(source, FILE), lens)
        code = hooked(program, FILE, hooks)
        recorder.watch(program)
        budget.start()
        exec(code, main.__dict__)
    except BaseException as error:  # whatever it is, it is the student's, and it is shown
        return error
    return None


# --- errors ---


def _told(error: BaseException) -> RunError:
    """The error as the student should see it: the last of their own lines that it passed through."""
    kind = error.what if isinstance(error, OutOfBudget) else type(error).__name__
    frames = [
        frame
        for frame, (code, _) in zip(traceback.extract_tb(error.__traceback__), _code_and_line(error))
        if frame.filename == FILE
        and not (isinstance(error, RecursionError) and frame.lineno == code.co_firstlineno)
    ]
    if frames:
        column = frames[-1].colno
        return RunError(kind, _message(error), frames[-1].lineno, None if column is None else column + 1)
    if isinstance(error, SyntaxError):
        return RunError(kind, error.msg, error.lineno, error.offset)
    return RunError(kind, _message(error), None, None)


def _code_and_line(error: BaseException) -> list[tuple[types.CodeType, int]]:
    return [(frame.f_code, line) for frame, line in traceback.walk_tb(error.__traceback__)]


def _message(error: BaseException) -> str:
    try:
        return repr(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    except Exception:  # the student's own __str__ or __repr__
        return ""


def _no_input(prompt: object = "", /) -> str:
    raise EOFError(
        "input() has no keyboard to read from here: give the variable its value in the program instead"
    )


# --- output ---


class _Output(io.TextIOBase):
    """What the program prints, up to a limit."""

    def __init__(self, most: int) -> None:
        self._parts: list[str] = []
        self._left = most
        self.cut = False

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self._left >= len(text):
            self._parts.append(text)
            self._left -= len(text)
        elif not self.cut:
            self._parts.append(text[: self._left])
            self._left, self.cut = 0, True
        return len(text)

    @property
    def text(self) -> str:
        if len(self._parts) > 1:
            self._parts[:] = ["".join(self._parts)]
        return self._parts[0] if self._parts else ""


@contextmanager
def _captured(output: _Output) -> Iterator[None]:
    kept = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = output
    try:
        yield
    finally:
        sys.stdout, sys.stderr = kept


# --- a clean start ---


# What a program can change in passing and the next one would feel.
_SHARED = (
    *("builtins", "math", "cmath", "random", "json", "time", "sys", "os", "gc", "warnings", "decimal"),
    *("itertools", "functools", "operator", "statistics", "numpy", "numpy.random", "numpy.linalg"),
)


@contextmanager
def _clean_interpreter(main: types.ModuleType) -> Iterator[None]:
    """Give the program a `__main__` of its own, and undo afterwards what it did to shared things."""
    modules = dict(sys.modules)
    names = [*_SHARED, *(name for name in modules if name.startswith("backprop"))]
    spaces = [modules[name].__dict__ for name in names if name in modules]
    before = [(space, dict(space)) for space in spaces]
    methods = {name: getattr(random.Random, name) for name in ("random", "seed", "uniform")}
    path, limit = list(sys.path), sys.getrecursionlimit()
    environment = dict(os.environ)
    sys.modules["__main__"] = main
    _reseed()
    try:
        with warnings.catch_warnings(), np.errstate(), np.printoptions():
            yield
    finally:
        for space, kept in before:
            for name in space.keys() - kept.keys():
                if not isinstance(space[name], types.ModuleType):  # a part of a package, loaded for good
                    del space[name]
            space.update(kept)
        for name in [*modules, *sys.modules]:
            if name in modules:
                sys.modules[name] = modules[name]
            elif getattr(sys.modules[name], "__spec__", None) is None:
                del sys.modules[name]
        for name, method in methods.items():
            setattr(random.Random, name, method)
        sys.path[:] = path
        if environment != os.environ:
            os.environ.clear()
            os.environ.update(environment)
        if decimal := sys.modules.get("decimal"):  # only if a program has loaded it
            decimal.setcontext(decimal.DefaultContext)
        sys.setrecursionlimit(limit)
        sys.settrace(None)
        gc.enable()
        _reseed()


def _reseed() -> None:
    """Make the generators unpredictable again, so that a seed set by one run is not felt by the next."""
    random.seed()
    np.random.seed()
