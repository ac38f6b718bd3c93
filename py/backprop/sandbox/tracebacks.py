"""The entries of a traceback that are on the student's own lines."""

from __future__ import annotations

from types import TracebackType


def last_entry(trace: TracebackType | None, file: str) -> TracebackType | None:
    """The last entry of a traceback whose code comes from a file; None if there is none."""
    found = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            found = trace
        trace = trace.tb_next
    return found
