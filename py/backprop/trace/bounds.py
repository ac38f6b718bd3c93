"""The limits of a trace, and the exception that ends it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that is traced of a program; at the first of them the trace ends.

    `numbers` counts ids; single numbers, which are kept alive, may be half as many. `turns` counts the turns of all
    loops, also of those that compute nothing, and `seconds` leaves out the time spent in `look`. `looks` are the numbers
    of events at which `look` is called; after the last one it is called each time the tape is three times as long.
    """

    events: int = 100_000
    numbers: int = 2_000_000
    seconds: float = 10.0
    turns: int = 2_000_000
    looks: tuple[int, ...] = (250, 700, 2_000, 6_000, 20_000)


class StopTracing(BaseException):
    """Ends the program; not an Exception, so that `except Exception` lets it pass."""
