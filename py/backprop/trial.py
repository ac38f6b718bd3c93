"""Looks at the first iterations of a run by a lesson's names, before they are handed over: do the names explain them?"""

from __future__ import annotations

from time import perf_counter

from backprop.analyse import rule_inference
from backprop.analyse.diagnose import cannot_explain
from backprop.guard import guarded
from backprop.model.recording import Recording
from backprop.recording.recorder import Recorder

_ENOUGH = 100  # iterations
_SECONDS = 0.2  # after which fewer will do: the page waits for its first numbers
_LEAST = 3  # iterations, which tell every rule there is


class Unexplained(BaseException):
    """Ends a run whose numbers the names do not explain; not an Exception, so that `except Exception` lets it pass."""


class Trial:
    """The first iterations of a run. `has_failed` says afterwards that the lesson's names do not explain them."""

    def __init__(self) -> None:
        self.has_failed = False
        self._is_over = False
        self._began = perf_counter()

    def look(self, recorder: Recorder, is_rest: bool) -> None:
        """Look at what is recorded so far, if that is enough, or if it is about to be handed over (`is_rest`, before a line
        that may take long). Raises Unexplained, each time from then on."""
        if self._is_over:
            return
        recorder.drain()
        soon = is_rest or perf_counter() - self._began > _SECONDS
        if recorder.recording.iterations >= (_LEAST if soon else _ENOUGH):
            self._judge(recorder.recording)
        if self.has_failed:
            raise Unexplained

    def finish(self, recording: Recording) -> None:
        """Look at a run that has ended before there was enough."""
        if not self._is_over and not self.has_failed:
            self._judge(recording)

    def _judge(self, recording: Recording) -> None:
        with guarded("looking whether a lesson's names explain a program"):
            rule_inference.settle(recording)
            self.has_failed = cannot_explain(recording)
        self._is_over = not self.has_failed
