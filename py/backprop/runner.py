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
import random
import sys
import traceback
import types
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import numpy as np

from backprop.instrument import COUNT, LOG_ENTRIES, TICK, instrument
from backprop.lens import LESSONS, Lens, lens_of
from backprop.recorder import MOST_BYTES, Recorder
from backprop.recording import Recording, RunError, to_json
from backprop.topology import ref_name

FILE = "<your program>"
MOST_TURNS = 10_000_000
MOST_SECONDS = 60.0
MOST_MEMORY = 768 * 2**20  # bytes that one run may add
MOST_OUTPUT = 200_000  # characters
SECONDS_BETWEEN_CHUNKS = 0.25
# A baked recording is small: it is loaded before Python is.
BAKED_BYTES = 320_000
BAKED_LOSSES = 4_000

Emit = Callable[[str, bytes, bytes, bytes], None]


class OutOfBudget(BaseException):
    """Ends a run that would not end by itself. Not an Exception, so `except Exception:` lets it pass."""

    def __init__(self, what: str, message: str) -> None:
        super().__init__(message)
        self.what = what


def record(source: str, lesson: str = "xor") -> Recording:
    """Run a program once and record every assignment to a quantity of the network.

    Whatever the program does wrong is told by the recording (`end`, `error`), never raised. Raises
    TypeError if `source` is not a string, ValueError if there is no such lesson.
    """
    return _record(source, lesson)


def run(source: str, lesson: str, on_chunk: Emit, memory: Callable[[], int] | None = None) -> None:
    """Run a program and hand over its recording in chunks: header (JSON), index, values, loss.

    The last chunk's header has an `end`. `memory` tells how many bytes the interpreter holds.
    """
    chunks = _Chunks(on_chunk)
    recording = _record(source, lesson, pulse=chunks.send_when_due, memory=memory)
    chunks.send(recording)


def bake(lesson: str, program: str = "program") -> tuple[dict[str, Any], bytes, bytes, bytes]:
    """One of the lesson's own programs, run beforehand and thinned: header, index, values, loss.

    Of the losses every `loss_stride`-th is given. Raises RuntimeError if the program does not run.
    """
    source = (LESSONS / lesson / f"{program}.py").read_text(encoding="utf-8")
    recording = _record(source, lesson, most_bytes=BAKED_BYTES)
    if recording.error:
        raise RuntimeError(f"the program of lesson {lesson} does not run: {recording.error}")
    header, index, values, _ = _Chunks(lambda *chunk: None).take(recording)
    stride = -(-recording.iterations // BAKED_LOSSES)
    return header | {"loss_stride": stride}, index, values, recording.loss[::stride].tobytes()


def plain(source: str) -> None:
    """Run a program as it is, unrecorded, its output thrown away: what recording is measured against."""
    namespace = {"__name__": "__main__"}
    with _captured(_Output(MOST_OUTPUT)):
        exec(compile(source, FILE, "exec", dont_inherit=True), namespace)


def _record(
    source: str,
    lesson: str,
    pulse: Callable[[Recorder, _Output], None] | None = None,
    memory: Callable[[], int] | None = None,
    most_bytes: int = MOST_BYTES,
) -> Recording:
    if not isinstance(source, str):
        raise TypeError(f"source is {type(source).__name__}: wanted the program as a str")
    lens = lens_of(lesson)
    main = types.ModuleType("__main__")
    recorder = Recorder(lens, main.__dict__, most_bytes)
    output = _Output(MOST_OUTPUT)

    def look() -> None:
        if len(recorder.log) > LOG_ENTRIES:
            recorder.drain()
        if pulse:
            pulse(recorder, output)

    budget = _Budget(memory or _memory_of_this_process, look)
    with _clean_interpreter(main), _captured(output):
        error = _execute(source, lens, main, recorder, budget) or budget.exceeded
    recording = recorder.recording
    recorder.finish()
    recording.output = output.text
    if output.cut:
        recording.notices.append({"id": "output-cut", "characters": MOST_OUTPUT})
    recording.error = _told(error) if error else None
    recording.end = "done" if error is None else "budget" if isinstance(error, OutOfBudget) else "error"
    gc.collect()
    return recording


def _execute(
    source: str, lens: Lens, main: types.ModuleType, recorder: Recorder, budget: _Budget
) -> BaseException | None:
    """Compile, instrument and run; what went wrong, if anything did."""
    linecache.cache[FILE] = (len(source), None, source.splitlines(keepends=True), FILE)
    recorder.hooks |= {**builtins.__dict__, **recorder.hooks, TICK: budget.tick, COUNT: budget.count}
    recorder.hooks["input"] = _no_input
    main.__dict__["__builtins__"] = recorder.hooks
    try:
        compile(source, FILE, "exec", dont_inherit=True)  # for its own errors, on the student's own text
        program = instrument(ast.parse(source, FILE), lens)
        code = compile(program.tree, FILE, "exec", dont_inherit=True)
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


# --- budget ---


class _Budget:
    """Counts the turns of the program's loops, and every few milliseconds looks at clock and memory.

    How many turns pass between two looks adapts to how long they take, so a tight loop pays one
    subtraction a turn and a loop that allocates a lot is looked at every turn.
    """

    _LOOK_EVERY = 0.01  # seconds

    def __init__(self, memory: Callable[[], int], pulse: Callable[[], None]) -> None:
        self._memory = memory
        self._pulse = pulse
        self._spent = 0
        self._stride = 1
        self.exceeded: OutOfBudget | None = None
        self.tick, self._refill = self._counter()

    def start(self) -> None:
        self._began = self._looked = perf_counter()
        self._memory_before = self._memory()

    def _counter(self) -> tuple[Callable[[], bool], Callable[[int], None]]:
        left = 1

        def tick() -> bool:
            nonlocal left
            left -= 1
            if left <= 0:
                self._look()
            return True

        def refill(turns: int) -> None:
            nonlocal left
            left = turns

        return tick, refill

    def count(self, iterable: Iterable[Any]) -> Iterable[Any]:
        """The same iterable, its turns counted; a short range or tuple cannot run away and is one tick."""
        short = type(iterable) in (range, tuple) and not iterable[100:]  # type: ignore[index]  # len() fails for long ranges on 32 bits
        if short:
            self.tick()
            return iterable
        return self._counted(iter(iterable))

    def _counted(self, iterator: Iterator[Any]) -> Iterator[Any]:
        tick = self.tick
        for item in iterator:
            tick()
            yield item

    def _look(self) -> None:
        if self.exceeded:
            raise self.exceeded
        now = perf_counter()
        self._spent += self._stride
        if self._spent > MOST_TURNS:
            self._stop("Turns", f"stopped after {MOST_TURNS:,} turns of its loops")
        if now - self._began > MOST_SECONDS:
            self._stop("Time", f"stopped after {MOST_SECONDS:.0f} seconds")
        if self._memory() - self._memory_before > MOST_MEMORY:
            self._stop("Memory", f"stopped when it had taken {MOST_MEMORY // 2**20} MB of memory")
        self._pulse()
        ratio = self._LOOK_EVERY / max(now - self._looked, 1e-6)
        self._stride = max(1, min(4096, int(self._stride * min(ratio, 2.0))))
        self._looked = now
        self._refill(self._stride)

    def _stop(self, what: str, message: str) -> None:
        self.exceeded = OutOfBudget(what, message)
        raise self.exceeded


def _memory_of_this_process() -> int:
    """Bytes held at the most so far; 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


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
        sys.setrecursionlimit(limit)
        sys.settrace(None)
        gc.enable()
        _reseed()


def _reseed() -> None:
    """Make the generators unpredictable again, so that a seed set by one run is not felt by the next."""
    random.seed()
    np.random.seed()


# --- handing over ---


class _Chunks:
    """Hands a growing recording over in pieces, each with only what is new."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._sent: dict[str, int] = dict.fromkeys(
            ("segments", "layouts", "samples", "notices", "losses", "output"), 0
        )
        self._last_iteration = -1
        self._instances: set[Any] = set()
        self._network_sent = False
        self._due = perf_counter() + SECONDS_BETWEEN_CHUNKS

    def send_when_due(self, recorder: Recorder, output: _Output) -> None:
        if perf_counter() < self._due:
            return
        recorder.drain()
        recorder.recording.output = output.text
        self.send(recorder.recording)
        self._due = perf_counter() + SECONDS_BETWEEN_CHUNKS

    def send(self, recording: Recording) -> None:
        header, index, values, loss = self.take(recording)
        self._emit(to_json(header), index, values, loss)

    def take(self, recording: Recording) -> tuple[dict[str, Any], bytes, bytes, bytes]:
        segments = self._new("segments", recording.segments)
        refs = {step.sets for segment in segments for step in segment.steps} - self._instances
        self._instances |= refs
        network = None
        if recording.iterations and not self._network_sent:
            network, self._network_sent = recording.network_json(), True
        header = {
            "lesson": recording.lesson,
            "network": network,
            "patterns": [segment.as_json() for segment in segments],
            "layouts": [
                [ref_name(*place) for place in layout] for layout in self._new("layouts", recording.layouts)
            ],
            "instances": {ref_name(r): i.as_json() for r in refs if (i := recording.instance(r))},
            "samples": self._new("samples", recording.samples),
            "iterations": recording.iterations,
            "stride": recording.stride,
            "output": self._new("output", recording.output),
            "end": recording.end,
            "error": vars(recording.error) if recording.error else None,
            "notices": self._new("notices", recording.notices),
        }
        blocks = [
            b.only(b.iterations > self._last_iteration)
            for b in recording.blocks
            if b.iterations[-1] > self._last_iteration
        ]
        if blocks:
            self._last_iteration = int(blocks[-1].iterations[-1])
        loss = np.concatenate([np.empty(0), *self._new("losses", recording.losses)])
        return (
            header,
            b"".join(b.index() for b in blocks),
            b"".join(b.rows.tobytes() for b in blocks),
            loss.tobytes(),
        )

    def _new(self, what: str, whole: Any) -> Any:
        """The part of a growing list or text that has not been handed over yet."""
        new = whole[self._sent[what] :]
        self._sent[what] = len(whole)
        return new
