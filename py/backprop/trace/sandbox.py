"""The surroundings of a traced program: the one place where tracing touches how programs are run."""

from __future__ import annotations

from backprop.sandbox.errors import FILE, no_input
from backprop.sandbox.isolation import clean_interpreter
from backprop.sandbox.output import Output, captured
from backprop.sandbox.standins import standins

MOST_OUTPUT = 200_000  # characters

__all__ = ["FILE", "MOST_OUTPUT", "Output", "captured", "clean_interpreter", "no_input", "standins"]
