"""All that surrounds a student's program while it runs."""

from __future__ import annotations

import types
from collections.abc import Iterator
from contextlib import contextmanager

from backprop.sandbox.drawing_calls import Collected
from backprop.sandbox.event_loop import own_event_loop
from backprop.sandbox.files import folder
from backprop.sandbox.isolation import clean_interpreter
from backprop.sandbox.limits import limited
from backprop.sandbox.output import Output, captured
from backprop.sandbox.random_state import RandomState, repeatable
from backprop.sandbox.standins import standins


@contextmanager
def surroundings(main: types.ModuleType, output: Output, state: RandomState) -> Iterator[Collected]:
    """For the block, `main` is `__main__`, what is printed goes to `output`, random numbers start from `state`, and
    plots and progress bars are those of our stand-ins, which collect what is drawn, the program cannot end the
    interpreter, its coroutines run, and it finds the files that are offered, in a folder of its own. All is as before
    afterwards."""
    with (
        folder(),
        clean_interpreter(main),
        captured(output),
        limited(),
        own_event_loop(),
        repeatable(state),
        standins() as collected,
    ):
        yield collected
