"""Builds a tape: takes in events, keeps them compactly, and makes a `Tape` of them when somebody looks."""

from __future__ import annotations

import bisect
import time
import warnings
from array import array
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from backprop.trace.bounds import Bounds, StopTracing
from backprop.trace.tape import Binding, Context, Event, Floats, Ids, Kind, Place, Tape, Turn


class Leave(NamedTuple):
    """A request of a look at the tape: the running loop at `place` shall end with its present turn.

    The next looks come after `next_look` more events each; the trace ends after so many more `events` or `seconds`.
    """

    place: int
    next_look: int
    events: int
    seconds: float


Look = Callable[[Tape], bool | Leave]

# (operation, kind, place, context, turn, first id, shape, operands: ids of scalars as int, others as arrays)
Record = tuple[str, Kind, int, int, int, int, tuple[int, ...], tuple[Any, ...]]

_NOT_NUMBERED = -1
_EVENTS_PER_CLOCK = 256
_HOOKS_PER_CLOCK = 512
_MOST_BINDINGS = 200_000


class LoopFrame:
    """A loop that is running, in its present turn; the turn gets its number on the tape with its first event."""

    __slots__ = ("entry", "index", "is_left", "number", "parent", "place")

    def __init__(self, parent: LoopFrame | None, place: int, entry: int = 0) -> None:
        self.parent = parent
        self.place = place
        self.entry = entry
        self.is_left = False  # whether it is to end with its present turn
        self.number = -1
        self.index = _NOT_NUMBERED


class Builder:
    """The growing tape, and the position of the program in its calls and loops."""

    def __init__(
        self, source: str, bounds: Bounds, look: Look | None, rest: Callable[[], None] | None = None
    ) -> None:
        """`look` is as in `trace`; `rest` is called before what may take long, and now and then."""
        self.source = source
        self.rest = rest
        self.places: list[Place] = [Place(0, 0, 0, 0)]
        self.records: list[Record] = []
        self.values = array("d")
        self.kept: list[Any] = []
        """Numbers of the program that are kept alive, so that no other takes their identity."""
        self.contexts: list[Context] = [Context(-1, 0)]
        self.turns: list[Turn] = [Turn(-1, 0, 0)]
        self.bindings: list[tuple[str, int, Any, int, int, int, str]] = []
        self.overwritten: list[tuple[Ids, Ids]] = []
        self.widened: dict[int, tuple[tuple[int, ...], ...]] = {}
        self.context = 0
        self.loop = LoopFrame(None, 0)
        self.loop.index = 0
        self.ended = ""
        self.complex_at = 0
        """The place of the first complex numbers; 0: there are none."""
        self.exact_at = 0
        """The place of the first Decimal or Fraction; 0: there is none."""
        self.ran: set[int] = set()
        """The places of the loops that had a turn."""
        self.shuffled: dict[tuple[int, int], None] = {}
        """The places of the calls that shuffled something, each with that of a loop around it."""
        self.failure: BaseException | None = None
        self.asleep = False
        """Nothing that happens is wanted: no bound holds."""
        self._bounds = bounds
        self._look = look
        self._looks = list(bounds.looks) if look else []
        self._due = 0
        self._started = time.perf_counter()
        self._hooks_left = _HOOKS_PER_CLOCK
        self._turns_left = bounds.turns
        self._bound_ids_left = 2 * bounds.numbers
        self._entries: dict[int, int] = {}  # how often each loop has been begun
        self._context_numbers: dict[tuple[int, int], int] = {}
        self._events: list[Event] = []
        self._bindings_made: list[Binding] = []
        self._plan()

    def start(self) -> None:
        """The program begins: the seconds count from here."""
        self._started = time.perf_counter()

    def restart(self) -> None:
        """Forget all events; the bounds hold for what comes now."""
        for one in (self.records, self.bindings, self.overwritten, self._events, self._bindings_made):
            one.clear()
        self.values = array("d")
        self._plan()
        self.start()

    def note_shuffle(self, place: int) -> None:
        """A call at `place` shuffles something, in the turns of the loops that are running."""
        loop: LoopFrame | None = self.loop
        while loop is not None and loop.parent is not None:
            self.shuffled[place, loop.place] = None
            loop = loop.parent

    def is_source(self, number: int) -> bool:
        """True if an id depends on nothing."""
        at = bisect.bisect_right(self.records, number, key=lambda record: record[5]) - 1
        return self.records[at][1] is Kind.SOURCE

    # --- events ---

    def scalar(
        self,
        operation: str,
        place: int,
        value: float,
        operands: tuple[Any, ...],
        kind: Kind = Kind.ELEMENTWISE,
    ) -> int:
        """Add a number that was computed from single numbers, and return its id."""
        if len(self.records) >= self._due:
            self._check()
        first = len(self.values)
        try:
            self.values.append(value)
        except (OverflowError, TypeError, ValueError):  # an integer too large for a double, or no number
            self.values.append(np.nan)
        loop = self.loop
        turn = loop.index if loop.index >= 0 else self._turn(loop)
        self.records.append((operation, kind, place, self.context, turn, first, (), operands))
        return first

    def event(
        self,
        operation: str,
        kind: Kind,
        place: int,
        values: Any,
        operands: tuple[Ids, ...],
    ) -> int:
        """An operation whose result is `values`, an array or a number: the id of its first element."""
        values = np.asarray(values)
        self._hooks_left -= values.size >> 8
        if len(self.records) >= self._due or len(self.values) + values.size > self._bounds.numbers:
            self._check(values.size)
        elif self._hooks_left <= 0:
            self._check_clock()
        first = len(self.values)
        self.values.frombytes(_as_doubles(values).tobytes())
        loop = self.loop
        turn = loop.index if loop.index >= 0 else self._turn(loop)
        self.records.append((operation, kind, place, self.context, turn, first, values.shape, operands))
        return first

    def source_scalar(self, operation: str, place: int, value: float) -> int:
        """A number that depends on nothing: its id."""
        return self.scalar(operation, place, value, (), Kind.SOURCE)

    def bind(self, target: str, place: int, ids: int | Ids, kind: str) -> None:
        """Note that a target was given these ids."""
        if not isinstance(ids, int):
            self._bound_ids_left -= ids.size
        if len(self.bindings) < _MOST_BINDINGS and self._bound_ids_left > 0:
            turn = self.loop.index if self.loop.index >= 0 else self._turn(self.loop)
            self.bindings.append((target, place, ids, len(self.records), self.context, turn, kind))

    def value_of(self, ids: Ids) -> Floats:
        """The values of ids, in their shape."""
        values: Floats = np.frombuffer(self.values)[ids]
        return values

    # --- calls and loops ---

    def context_of(self, place: int) -> int:
        """The context of a call at `place`, made in the present context."""
        key = self.context, place
        number = self._context_numbers.get(key)
        if number is None:
            number = self._context_numbers[key] = len(self.contexts)
            self.contexts.append(Context(*key))
        return number

    def begin_loop(self, place: int) -> LoopFrame:
        """A loop begins, within the running one."""
        entry = self._entries.get(place, 0)
        self._entries[place] = entry + 1
        return LoopFrame(self.loop, place, entry)

    def next_turn(self, loop: LoopFrame) -> None:
        """The loop begins its next turn."""
        loop.number += 1
        loop.index = _NOT_NUMBERED
        self.loop = loop
        self.ran.add(loop.place)
        self._turns_left -= not self.asleep
        if self._turns_left <= 0:
            self.stop("turns")
        self.tick()

    def tick(self) -> None:
        """Something was called or begun: look at the clock now and then, and stop again if stopped."""
        self._hooks_left -= 1
        if self._hooks_left <= 0:
            self._check_clock()

    def _turn(self, loop: LoopFrame) -> int:
        if loop.index < 0:
            parent = self._turn(loop.parent) if loop.parent else 0
            loop.index = len(self.turns)
            self.turns.append(Turn(parent, loop.place, loop.number, loop.entry))
        return loop.index

    # --- bounds ---

    def _plan(self) -> None:
        """Decide at how many events to check again."""
        due = min(len(self.records) + _EVENTS_PER_CLOCK, self._bounds.events)
        self._due = min(due, self._looks[0]) if self._looks else due

    def _check(self, more: int = 1) -> None:
        self._check_clock()
        if self.asleep:
            return self._plan()
        if self._looks and len(self.records) >= self._looks[0]:
            self._take_a_look()
        if len(self.records) >= self._bounds.events:
            self.stop("events")
        if len(self.values) + more > self._bounds.numbers:
            self.stop("numbers")
        self._plan()

    def _check_clock(self) -> None:
        self._hooks_left = _HOOKS_PER_CLOCK
        if self.ended:
            self.stop(self.ended)
        if self.asleep:
            return
        if self.rest:
            self.rest()
        if time.perf_counter() - self._started > self._bounds.seconds:
            self.stop("seconds")
        if len(self.kept) > self._bounds.numbers // 2:
            self.stop("numbers")

    def _take_a_look(self) -> None:
        begun = time.perf_counter()
        self._looks.pop(0)
        if not self._looks:
            self._looks.append(3 * len(self.records))
        assert self._look is not None
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                answer = self._look(self.tape("enough"))
        except Exception as failure:  # no fault of the program: the caller of `trace` hears of it
            self.failure = failure
            answer = True
        self._started += time.perf_counter() - begun
        if isinstance(answer, Leave):
            self._leave(answer)
        elif answer:
            self.stop("enough")

    def _leave(self, asked: Leave) -> None:
        """Let the running loop at a place end with its present turn, and all loops within it."""
        self._looks = [len(self.records) + n * asked.next_look for n in (1, 2)]
        self._bounds = replace(self._bounds, events=len(self.records) + asked.events, seconds=asked.seconds)
        self._started = time.perf_counter()
        frame: LoopFrame | None = self.loop
        within = []
        while frame is not None:
            within.append(frame)
            if frame.place == asked.place:
                for one in within:
                    one.is_left = True
                return
            frame = frame.parent

    def stop(self, why: str) -> None:
        """End the program, here and, if it catches that, at the next hook."""
        self.ended = self.ended or why
        self._due = 0
        self._hooks_left = 0
        raise StopTracing(self.ended)

    # --- the tape ---

    def tape(self, ended: str, error: BaseException | None = None) -> Tape:
        """The tape as it stands; what is added later does not change it."""
        _add_events(self._events, self.records)
        for target, place, ids, after, context, turn, kind in self.bindings[len(self._bindings_made) :]:
            made = Binding(target, place, np.asarray(ids, np.int64), after, context, turn, kind)
            self._bindings_made.append(made)
        return Tape(
            events=self._events[:],
            values=np.array(self.values),
            places=self.places,
            contexts=self.contexts[:],
            turns=self.turns[:],
            bindings=self._bindings_made[:],
            overwritten=self.overwritten[:],
            widened=dict(self.widened),
            complex_at=self.complex_at,
            exact_at=self.exact_at,
            ran=frozenset(self.ran),
            shuffled=tuple(self.shuffled),
            source=self.source,
            ended=ended,
            error=error,
        )


def _as_doubles(values: np.ndarray[Any, Any]) -> Floats:
    with np.errstate(all="ignore"):
        if values.dtype.kind in "fiub":
            return np.asarray(values, np.float64)
        return np.array([_as_double(value) for value in values.ravel()])


def _as_double(value: Any) -> float:
    try:
        return float(value)
    except Exception:  # no real number
        return np.nan


def _add_events(events: list[Event], records: Sequence[Record]) -> None:
    """Make the events of the records that have none yet: the ids of scalar operands become arrays together."""
    new = records[len(events) :]
    scalars = [one for record in new for one in record[7] if type(one) is int]
    flat = np.array(scalars, np.int64)
    at = 0
    for operation, kind, place, context, turn, first, shape, operands in new:
        given = []
        for operand in operands:
            if type(operand) is int:
                given.append(flat[at : at + 1])
                at += 1
            else:
                given.append(np.asarray(operand, np.int64))  # 32 bits by default in the page
        events.append(Event(operation, kind, place, context, turn, first, shape, tuple(given)))
