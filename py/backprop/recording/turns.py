"""Counts the turns of the training loop, and switches what is noted of each: all, only what its error needs, or nothing that
was met before (light.py). budget.py chooses among these by what they cost.

A kept iteration needs the turn before it whole, too: that is where its weights come from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from backprop.recording.hooks import (
    AHEAD,
    AROUND,
    DARK,
    ENTER,
    ENTERED,
    LEAVE,
    LEFT,
    LIGHT,
    NOTED,
    TURN,
    TURNED,
)

NEVER = 2**62  # turns
_TURNS_PER_REPORT = 256


class Thinned(Protocol):
    """The recorder, as far as the turns need it."""

    def drain(self) -> None:
        """Take in the log, and empty it."""

    def iterations(self) -> int:
        """The number of iterations, with the one that ends at the turn that begins now."""

    def light_gates(self) -> dict[int, list[bool]] | None:
        """The gates, open for the notes of a turn with that mark, LIGHT or DARK; None if every iteration must be noted
        whole."""

    def cost_of_notes(self) -> tuple[float, float, float]:
        """Seconds for the notes of an iteration and its row, at the most, further ones to keep it by itself, and those for
        the notes of an error, at the least. Asked for after `light_gates`."""

    def thin(self, stride: int) -> None:
        """Keep every `stride`-th iteration from here on."""


class Enough(BaseException):
    """Ends a run that was repeated for some of its turns; not an Exception, so that `except Exception` lets it pass."""


@dataclass
class Stretch:
    """The turns of a run from which on it was thinned, each with the iteration that it is."""

    begins: list[tuple[int, int]] = field(default_factory=list)
    is_open: bool = False  # whether the last turn of all was noted lightly

    def turn_of(self, iteration: int) -> int:
        """The turn in which an iteration ran. Raises ValueError for one before the run was thinned."""
        found = [turn + iteration - first for turn, first in self.begins if first <= iteration]
        if not found:
            raise ValueError(f"iteration {iteration} ran before the run was thinned")
        return found[-1]


class Turns:
    """Counts the turns of the outermost training loop and switches the notes. Here every turn is noted whole."""

    def __init__(self, log: list[Any], nothing: Any) -> None:
        """`nothing` is the value of a mark: of the kind that the log's other values are."""
        self.log = log
        self.nothing = nothing
        self.noted: list[bool] = [True]
        self.depth = 0
        self.turn = -1  # of the run, from 0
        self.loop = -1  # the outermost training loop that ran last
        self.begun = 0  # the turn in which it first began
        self.total: int | None = None  # its turns this time, if that is known
        self.entry = 0  # the first of them
        self.stretch = Stretch()
        self.spent = 0.0  # seconds so far in which the recorder read its notes and handed them over
        self._mark = TURN
        self._dark: list[int] = []  # what the last mark DARK holds: the number of turns for which it stands
        self._left = NEVER  # turns until the next decision
        self.hooks = {
            NOTED: self.noted,
            TURNED: self.turned,
            ENTERED: self.entered,
            LEFT: self.left,
            AHEAD: self.ahead,
            AROUND: self.around,
        }

    def watch(self, recorder: Thinned, gates: int) -> None:
        """The program is known: so many of its statements take notes."""
        self.recorder = recorder
        self.noted[:] = [True] * gates

    def entered(self, loop: int) -> None:
        """A loop is about to begin."""
        self.depth += 1
        if self.depth > 1:
            return self._note_inner(ENTER, loop)
        self.log.extend((ENTER, loop, self.nothing))
        self.total, self.entry = None, self.turn + 1
        if self.loop != loop:
            self.loop, self.begun = loop, self.turn + 1
            self.begin()
        else:
            self.resume()

    def ahead(self, iterable: Any) -> Any:
        """The loop's iterable as it is; tells how many turns there are to be."""
        if self.depth == 1:
            self.total = length_of(iterable)
        return iterable

    def around(self, iterable: Any) -> Any:
        """The iterable of a loop around the training loop."""
        return iterable

    def turned(self, loop: int) -> None:
        """A turn of a loop begins."""
        if self.depth > 1:
            return self._note_inner(TURN, loop)
        self.turn += 1
        self._left -= 1
        if self._left < 0:
            self.decide()
        if self._mark != DARK:
            self.log.extend((self._mark, loop, self.nothing))
        elif self._dark:
            self._dark[0] += 1
        else:
            self._dark.append(1)
            self.log.extend((DARK, self._dark, self.nothing))

    def left(self, loop: int) -> None:
        """A loop has ended."""
        self.depth -= 1
        if self.depth:
            return self._note_inner(LEAVE, loop)
        self.stretch.is_open = self._mark != TURN
        self.whole()
        self.log.extend((LEAVE, loop, self.nothing))

    def _note_inner(self, mark: int, loop: int) -> None:
        """Note the mark of a loop within a turn."""
        if self._mark != DARK:
            self.log.extend((mark, loop, self.nothing))

    def begin(self) -> None:
        """An outermost training loop begins, another one than before."""

    def resume(self) -> None:
        """Called when the loop of the last turns begins again: the batches of another epoch."""

    def decide(self) -> None:
        """Choose what is noted of the turn that begins."""

    def pause(self, seconds: float) -> None:
        """So many seconds of the turn that runs were not the program's."""

    # --- the kinds of turns ---

    def whole(self) -> None:
        """From here on turns are noted whole."""
        self._mark, self._dark = TURN, []
        self.noted[:] = [True] * len(self.noted)

    def light(self, gates: dict[int, list[bool]], mark: int = LIGHT) -> None:
        """From here on only what the error needs is noted, or not even that (DARK)."""
        self._mark, self._dark = mark, []
        self.noted[:] = gates[mark]


def length_of(iterable: Any) -> int | None:
    """The number of turns that a loop over this is going to have; None if nobody knows."""
    try:
        return len(iterable) if type(iterable) in (range, list, tuple) else None
    except OverflowError:  # a range may be longer than an array
        return None


class Repeated(Turns):
    """Notes whole, of a run that is repeated, what the first run noted before it was thinned, and the turns from `first` to
    `last`; then it ends the run."""

    def __init__(
        self,
        log: list[Any],
        nothing: Any,
        stretch: Stretch,
        turns: tuple[int, int],
        progress: Callable[[int], None] | None = None,
    ) -> None:
        super().__init__(log, nothing)
        self._begins = {turn for turn, _ in stretch.begins}
        self._first, self._last = turns
        self._progress = progress
        self._gates: dict[int, list[bool]] | None = None
        self._left = 0

    def begin(self) -> None:
        """Note turns whole until the first run was thinned."""
        self._gates = None

    def decide(self) -> None:
        """Note the turn that begins as the first run did, or whole if it is wanted; end the run after the last."""
        if self.turn > self._last:
            raise Enough
        if self.turn in self._begins:
            self.recorder.drain()
            self._gates = self.recorder.light_gates()
        if self.turn >= self._first - 1 or self._gates is None:
            if self._mark != TURN:
                self.whole()
        elif self._mark == TURN:
            self.light(self._gates)
        if self._progress and self.turn % _TURNS_PER_REPORT == 0:
            self._progress(self.turn)
        self._left = 0
