"""Chooses what to note of each turn of the training loop, so that recording costs about a quarter of the plain run."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

from backprop.recording.hooks import DARK, LIGHT, TURN
from backprop.recording.kept_rows import FIRST
from backprop.recording.turns import NEVER, Turns, length_of

_LOOK_EVERY = 0.01  # seconds
_SETTLED = 0.03  # seconds of a run after which its cost is known
_OPEN = 0.15  # seconds after which a run of which nobody knows how long it will be is taken for a long one
_LONG = 0.3  # seconds with recording: a shorter run is kept whole
_SHARE = 0.05  # of the plain time: for the turns that are kept beyond the light notes of all others
_SMALL = 0.2  # of the plain time: if the notes of all turns and their reading cost no more, all are kept
_ERRORS = 0.02  # of the plain time: for the errors of the turns that are not kept
_LEAST_ERRORS = 16  # of so many iterations, that of one is noted, however dear it is
_LEAST_KEPT = 64  # iterations, however dear they are
_LEAST_OF_EPOCHS = 16  # iterations, or half as many, however dear they are, where several epochs are to come
_TRIES = 3  # of a few turns each, to see what an error and what a plain turn takes
_MOST_STRIDE = 2**20


class WithinBudget(Turns):
    """Holds the cost of recording to about a quarter of the plain run.

    A run that is going to be long is watched for 0.03 s. If its notes are dear, a few turns are noted lightly and a few
    not at all, which shows what an error and what a plain turn takes; then as many iterations are kept as fit, evenly, and
    the first 20 and the last, and the errors of as many others as fit, evenly, too.
    """

    def __init__(self, log: list[Any], nothing: Any, clock: Callable[[], float] = perf_counter) -> None:
        super().__init__(log, nothing)
        self._clock = clock
        self._began = self._looked = clock()
        self._stride = 0
        self._gates: dict[int, list[bool]] = {}
        self._is_over = True  # whether the last turn of the loop before was over
        self._every = 1  # so many iterations, of which the error of one is noted
        self._took: dict[int, float] = {}  # seconds of a turn, by its mark
        self._probes: list[int] = []  # the marks that are still to be tried
        self._known: tuple[int, int] | None = None
        self._plan: Callable[[], None] = self._watch
        # The number of further turns of each loop around the training loop; 0 where it is not known.
        self._to_come: list[int] = []

    def around(self, iterable: Any) -> Iterator[Any]:
        """The iterable of a loop around the training loop; while it runs it is known how many turns follow."""
        total, at = length_of(iterable) or 0, len(self._to_come)
        self._to_come.append(0)
        try:
            for n, one in enumerate(iterable, 1):
                self._to_come[at] = max(0, total - n)
                yield one
        finally:
            del self._to_come[at:]

    def begin(self) -> None:
        """Watch the cost of the first turns of a loop."""
        self._began = self._looked = self._clock()
        self._looked_at = self.turn
        self._left = FIRST
        self._plan = self._watch
        self._settled = _SETTLED
        self._known = None
        self.spent = 0.0

    def left(self, loop: int) -> None:
        """A loop has ended. If that was before its last turn was over, and the turn took no notes, nobody knows how far it
        came: the run is repeated to there (`_complete` in run.py), or from now on all errors are noted."""
        if self.depth == 1:
            self._is_over = self.turn - self.entry + 1 == self.total and sys.exception() is None
            if self._dark and not self._is_over:
                self._dark[0] -= 1
                self._every = 1
        super().left(loop)

    def resume(self) -> None:
        """Go on thinning as in the epoch before."""
        if self._plan not in (self._probe, self._thin):
            return
        if not self._is_over:  # its last turn may have been no iteration
            self.recorder.drain()
            self.stretch.begins.append((self.turn + 1, self.recorder.iterations() - 1))
        if self._plan == self._probe:
            self.light(self._gates, self._probes[0])
        else:
            self._left = 0

    def decide(self) -> None:
        """Do what is planned for the turn that begins: watch, choose a stride, or thin."""
        self._plan()

    def pause(self, seconds: float) -> None:
        self._began += seconds
        self._looked += seconds

    def _is_open(self) -> bool:
        """True if nobody knows how many turns there are to be."""
        return self.total is None or self.entry != self.begun

    def _foreseen(self) -> int:
        """The number of turns that there are to be at the least, those of further epochs counted, too."""
        return (self.total or 0) * (1 + sum(self._to_come))

    def _is_training(self, iterations: int) -> bool:
        """True if every turn of this loop is an iteration, as far as two looks can tell; else it prepares the data."""
        known, self._known = self._known, (self.turn, iterations)
        return known is not None and iterations - known[1] == self.turn - known[0]

    def _watch(self) -> None:
        """All turns are kept so far."""
        now = self._clock()
        turns, took = self.turn - self.begun, now - self._began
        each = (took - self.spent) / turns
        since = max(1, self.turn - self._looked_at)
        self._left = max(1, min(4096, int(since * _LOOK_EVERY / max(now - self._looked, 1e-6))))
        self._looked, self._looked_at = now, self.turn
        if self._stride:
            return self._thin_again()
        is_long = took >= _OPEN if self._is_open() else each * self._foreseen() >= _LONG
        if took < self._settled or not is_long or turns < FIRST:
            return
        self.recorder.drain()
        iterations = self.recorder.iterations()
        gates = self.recorder.light_gates() if iterations >= FIRST else None
        if gates is None:
            return
        if not self._is_training(iterations):
            return
        notes, self._by_itself, self._error = self.recorder.cost_of_notes()
        dear = notes + self.spent / turns
        if dear < _SMALL * (each - dear):
            self._settled = 2 * took  # all are kept; what they cost changes slowly
            return
        self._each, self._gates = each, gates
        self._probed = max(4, int(_LOOK_EVERY / 2 / each))
        self._took = {}
        self._probes = ([LIGHT] if self.total is None else [LIGHT, DARK]) * _TRIES
        self.stretch.begins.append((self.turn, iterations))
        self._probe_next()

    def _probe_next(self) -> None:
        """Note a few turns lightly, or not at all, to see what one takes."""
        self._plan, self._left = self._probe, self._probed
        self.light(self._gates, self._probes[0])
        self._looked, self._spent_before = self._clock(), self.spent

    def _probe(self) -> None:
        """A few turns were noted as `_probe_next` set it: keep what one of them took. The shortest time counts: a machine
        may do other things, too."""
        took = self._clock() - self._looked - (self.spent - self._spent_before)
        mark = self._probes.pop(0)
        self._took[mark] = min(self._took.get(mark, math.inf), max(took / (self._probed + 1), 1e-9))
        if self._probes:
            self._probe_next()
        else:
            self._choose(self._took.get(DARK, self._took[LIGHT]))

    def _choose(self, plain: float) -> None:
        """Choose how many iterations are kept, and of how many others the error is noted. `plain`: seconds of a turn."""
        dear = 2 * max(self._each - plain, 0.0) + self._by_itself  # of a kept one, with the turn before it
        done = self.turn - self.begun
        if self._is_open() or any(self._to_come):
            wanted = dear / (_SHARE * plain)
            if any(self._to_come):
                wanted = min(wanted, self._foreseen() / _LEAST_OF_EPOCHS)
        else:
            total = self.total or 0
            left = _SHARE * plain * total - (self._each - plain) * done
            wanted = (total - done) / max(left / dear if dear else 0.0, _LEAST_KEPT)
        self._stride, self._every = 4, 1
        while self._stride < min(wanted, _MOST_STRIDE):
            self._stride *= 2
        error = max(self._took[LIGHT] - plain, self._error)  # a difference of two such times may be too small
        while self._every < _LEAST_ERRORS and error > _ERRORS * plain * self._every:
            self._every *= 2
        self.recorder.thin(self._stride)
        self._plan = self._thin
        self._thin()

    def _thin_again(self) -> None:
        """Another loop has begun, after one that was thinned."""
        self.recorder.drain()
        iterations = self.recorder.iterations()
        gates = self.recorder.light_gates()
        if gates is None or not self._is_training(iterations):
            return
        self._gates = gates
        self.stretch.begins.append((self.turn, iterations))
        self._plan = self._thin
        self._thin()

    def _thin(self) -> None:
        """Keep this turn, or the one after it, or none until the next that is kept."""
        begun, first = self.stretch.begins[-1]
        iteration = first + self.turn - begun
        past = iteration % self._stride
        is_known = self.total is not None and not any(self._to_come)
        ahead = self.total - 1 - (self.turn - self.entry) if is_known else NEVER  # type: ignore[operator]
        until = min(self._stride - past if past else 0, ahead if ahead >= 0 else NEVER)
        if until <= 1:  # kept, or the turn before
            self._left = 0
            if self._mark != TURN:
                self.whole()
            return
        self._left = until - 2
        mark = LIGHT
        if self.total is not None and self._every > 1:
            to_error = -iteration % self._every  # turns until the next one whose error is noted
            mark = DARK if to_error else LIGHT
            self._left = min(self._left, max(0, to_error - 1))
        if self._mark != mark:
            self.light(self._gates, mark)
