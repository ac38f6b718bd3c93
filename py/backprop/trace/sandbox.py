"""The surroundings of a traced program: the one place where tracing touches how programs are run."""

from __future__ import annotations

from backprop.sandbox.errors import FILE, no_input
from backprop.sandbox.isolation import clean_interpreter
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
    "no_input",
    "parsed",
    "repeatable",
    "set_random_state",
    "standins",
]
