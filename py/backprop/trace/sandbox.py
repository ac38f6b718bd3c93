"""The surroundings of a traced program: the one place where tracing touches how programs are run."""

from __future__ import annotations

from backprop.sandbox.errors import FILE
from backprop.sandbox.isolation import clean_interpreter, own_builtins
from backprop.sandbox.output import Output, captured
from backprop.sandbox.random_state import RandomState, new_random_state, repeatable, set_random_state
from backprop.sandbox.standins import standins
from backprop.sandbox.written_out import parsed

MOST_OUTPUT = 200_000  # characters

__all__ = [
    "FILE",
    "MOST_OUTPUT",
    "Output",
    "RandomState",
    "captured",
    "clean_interpreter",
    "new_random_state",
    "own_builtins",
    "parsed",
    "repeatable",
    "set_random_state",
    "standins",
]
