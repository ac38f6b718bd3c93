"""What a program prints, captured up to a limit."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class Output(io.TextIOBase):
    """What the program prints, up to a limit."""

    def __init__(self, most: int) -> None:
        self._parts: list[str] = []
        self._left = most
        self.cut = False

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self._left >= len(text):
            self._parts.append(text)
            self._left -= len(text)
        elif not self.cut:
            self._parts.append(text[: self._left])
            self._left, self.cut = 0, True
        return len(text)

    @property
    def text(self) -> str:
        if len(self._parts) > 1:
            self._parts[:] = ["".join(self._parts)]
        return self._parts[0] if self._parts else ""


@contextmanager
def captured(output: Output) -> Iterator[None]:
    kept = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = output
    try:
        yield
    finally:
        sys.stdout, sys.stderr = kept
