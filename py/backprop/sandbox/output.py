"""The printed output of a program, captured up to a limit; beyond it, the beginning and the end are kept."""

from __future__ import annotations

import io
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Output(io.TextIOBase):
    """The printed output: up to `most` characters, nine tenths of them from the beginning, the rest from the end.

    `text` only ever grows: the end is in it once `close_gap` was called. `left_out` tells how many characters stand in
    neither.
    """

    def __init__(self, most: int) -> None:
        self._parts: list[str] = []
        self._left = most - most // 10
        self._end: deque[str] = deque()
        self._end_length = 0
        self._most_at_the_end = most // 10
        self.left_out = 0

    def writable(self) -> bool:
        """True: `print` asks for it."""
        return True

    def write(self, text: str) -> int:
        """Take in a text; return its number of characters. Raises TypeError for anything else, as a file does."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if not self._end:
            self._parts.append(text[: self._left])
            self._hold(text[self._left :])
            self._left -= len(self._parts[-1])
        else:
            self._hold(text)
        return len(text)

    def _hold(self, text: str) -> None:
        """Keep a text for the end, and let go of what is older than the end may be long."""
        if not text:
            return
        self._end.append(text)
        self._end_length += len(text)
        while self._end_length - len(self._end[0]) >= self._most_at_the_end:
            oldest = len(self._end.popleft())
            self._end_length -= oldest
            self.left_out += oldest

    def close_gap(self) -> None:
        """Put the end behind the beginning; a line of its own says that something is left out between them."""
        end = "".join(self._end)
        over = max(0, len(end) - self._most_at_the_end)
        self.left_out += over
        gap = f"\n⋯ {self.left_out:,} ⋯\n" if self.left_out else ""
        self._parts.append(gap + end[over:])
        self._end.clear()

    @property
    def text(self) -> str:
        """The output so far, from the beginning."""
        if len(self._parts) > 1:
            self._parts[:] = ["".join(self._parts)]
        return self._parts[0] if self._parts else ""


@contextmanager
def captured(output: Output) -> Iterator[None]:
    """Send what is printed meanwhile, and what goes to stderr, to `output`."""
    kept = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = output
    try:
        yield
    finally:
        sys.stdout, sys.stderr = kept
