"""Keeps an error of this package from reaching the student: it is logged, and the run goes on without that part.

A student's program may do anything, so some day one does what the recorder or an analysis does not expect. Such an
error is a defect here, not in the program: `record`, `diagnose` and `gradient_check` give what they have, and the
error with its traceback goes to the log of the package (`logging.getLogger("backprop")`). The tests fail if anything
is logged there.
"""

from __future__ import annotations

import logging
from types import TracebackType

_LOG = logging.getLogger("backprop")


class guarded:
    """A `with` block whose exceptions are logged and not raised; `failed` says afterwards whether there was one.

    BaseExceptions that are no Exception pass: the end of a run's budget, KeyboardInterrupt.
    """

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self.failed = False

    def __enter__(self) -> guarded:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        self.failed = isinstance(error, Exception)
        if self.failed:
            _LOG.error("an error of our own while %s", self._doing, exc_info=error)
        return self.failed
