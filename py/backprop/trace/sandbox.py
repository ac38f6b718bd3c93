"""The surroundings of a traced program: the one place where tracing touches how programs are run."""

from __future__ import annotations

from backprop.runner import FILE
from backprop.runner import _captured as captured
from backprop.runner import _clean_interpreter as clean_interpreter
from backprop.runner import _no_input as no_input
from backprop.runner import _Output as Output

MOST_OUTPUT = 200_000  # characters

__all__ = ["FILE", "MOST_OUTPUT", "Output", "captured", "clean_interpreter", "no_input"]
