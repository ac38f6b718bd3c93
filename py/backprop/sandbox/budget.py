"""Ends a program that would not end by itself: after so many turns of its loops, seconds, or bytes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from time import perf_counter
from typing import Any

try:
    import resource
except ImportError:  # Pyodide and Windows have none
    resource = None  # type: ignore[assignment]

# Turns of an iterable that may be endless: so many are one tick. A loop over layers or samples seldom has more.
_AT_ONCE = 16


class OutOfBudget(BaseException):
    """Ends a run that would not end by itself. Not an Exception, so `except Exception:` lets it pass."""

    def __init__(self, what: str, message: str) -> None:
        super().__init__(message)
        self.what = what


class Budget:
    """Counts the turns of the program's loops, and every few milliseconds looks at clock and memory.

    How many turns pass between two looks adapts to how long they take, so a tight loop pays next to
    nothing a turn and a loop that allocates a lot is looked at every turn.
    """

    _LOOK_EVERY = 0.01  # seconds

    def __init__(
        self, turns: int, seconds: float, memory: int, used: Callable[[], int], pulse: Callable[[], None]
    ) -> None:
        """Bounds: turns of loops, seconds, bytes of memory. `used` tells the bytes held; `pulse` is called at each look."""
        self._turns = turns
        self._seconds = seconds
        self._most_memory = memory
        self._memory = used
        self._pulse = pulse
        self._spent = 0
        self._stride = 1
        self.exceeded: OutOfBudget | None = None
        self.tick, self.count, self._refill = self._counter()

    def start(self) -> None:
        """Start the clock: seconds and bytes count from here."""
        self._began = self._looked = perf_counter()
        self._memory_before = self._memory()

    def leave_out(self, seconds: float) -> None:
        """Time that the run does not answer for: its recording was read or handed over meanwhile."""
        self._began += seconds

    def _counter(
        self,
    ) -> tuple[Callable[..., bool], Callable[[Iterable[Any]], Iterable[Any]], Callable[[int], None]]:
        left = 1

        def tick(turns: int = 1) -> bool:
            nonlocal left
            left -= turns
            if left <= 0:
                self._look()
            return True

        def count(iterable: Iterable[Any]) -> Iterable[Any]:
            """An iterable with the same items, whose turns are counted; the first few turns count as one."""
            nonlocal left
            left -= 1
            if left <= 0:
                self._look()
            kind = type(iterable)
            if (kind is range or kind is tuple) and not iterable[100:]:  # type: ignore[index]  # len() fails for long ranges on 32 bits
                return iterable  # it cannot run away
            if type(iterable) is range:
                return chain.from_iterable(self._parts(iterable))
            if not hasattr(kind, "__iter__") and not hasattr(kind, "__getitem__"):
                iter(iterable)  # raises Python's own TypeError
            # The chain asks an iterator that has ended for no more items: one of the program's own may begin again.
            return chain.from_iterable(self._stretches(chain(iterable)))

        def refill(turns: int) -> None:
            nonlocal left
            left = turns

        return tick, count, refill

    def _stretches(self, iterator: Iterator[Any]) -> Iterator[Iterator[Any]]:
        """The iterator in stretches: within one, a turn costs nothing. They grow as far as two looks are apart."""
        yield islice(iterator, _AT_ONCE)
        turns = 1
        for first in iterator:
            yield chain((first,), islice(iterator, turns - 1))
            self.tick(turns)
            turns = min(2 * turns, self._stride)

    def _parts(self, whole: range) -> Iterator[range]:
        """The parts of a range, which are ranges again, so that no code of ours runs between two turns of the loop."""
        turns = 1
        while whole:
            yield whole[:turns]
            whole = whole[turns:]
            self.tick(turns)
            turns = min(2 * turns, self._stride)

    def _look(self) -> None:
        if self.exceeded:
            raise self.exceeded
        now = perf_counter()
        self._spent += self._stride
        if self._spent > self._turns:
            self._stop("Turns", f"stopped after {self._turns:,} turns of its loops")
        if now - self._began > self._seconds:
            self._stop("Time", f"stopped after {self._seconds:.0f} seconds")
        if self._memory() - self._memory_before > self._most_memory:
            self._stop("Memory", f"stopped when it had taken {self._most_memory // 2**20} MB of memory")
        self._pulse()
        ratio = self._LOOK_EVERY / max(now - self._looked, 1e-6)
        self._stride = max(1, min(4096, int(self._stride * min(ratio, 2.0))))
        self._looked = now
        self._refill(self._stride)

    def _stop(self, what: str, message: str) -> None:
        self.exceeded = OutOfBudget(what, message)
        raise self.exceeded


def memory_of_this_process() -> int:
    """Bytes held at the most so far; 0 where the system does not say."""
    if resource is None:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
