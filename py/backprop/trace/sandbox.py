"""The surroundings of a traced program: the one place where tracing touches how programs are run."""

from __future__ import annotations

from backprop.sandbox.errors import FILE
from backprop.sandbox.isolation import own_builtins
from backprop.sandbox.output import Output
from backprop.sandbox.random_state import RandomState, new_random_state, set_random_state
from backprop.sandbox.surroundings import surroundings
from backprop.sandbox.written_out import parsed

MOST_OUTPUT = 200_000  # characters

__all__ = [
    "FILE",
    "MOST_OUTPUT",
    "Output",
    "RandomState",
    "new_random_state",
    "own_builtins",
    "parsed",
    "set_random_state",
    "surroundings",
]
