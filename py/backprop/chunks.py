"""Hands a recording over to the page in chunks, while the program is still running."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

from backprop.recorder import Recorder
from backprop.recording import Recording, to_json
from backprop.topology import ref_name

# Header (JSON), index (32-bit integers), values and losses (doubles).
Emit = Callable[[str, bytes, bytes, bytes], None]


class Chunks:
    """Hands a growing recording over in pieces, each with only what is new."""

    def __init__(self, emit: Emit, seconds: float = 0) -> None:
        """`emit` takes one chunk; while the program runs there is one every so many seconds."""
        self._emit = emit
        self._seconds = seconds
        self._sent: dict[str, int] = dict.fromkeys(
            ("segments", "layouts", "samples", "notices", "losses", "output"), 0
        )
        self._last_iteration = -1
        self._instances: set[Any] = set()
        self._network_sent = False
        self._due = perf_counter() + self._seconds

    def send_when_due(self, recorder: Recorder, output: str) -> None:
        if perf_counter() < self._due:
            return
        recorder.drain()
        recorder.recording.output = output
        self.send(recorder.recording)
        self._due = perf_counter() + self._seconds

    def send(self, recording: Recording) -> None:
        header, index, values, loss = self.take(recording)
        self._emit(to_json(header), index, values, loss)

    def take(self, recording: Recording) -> tuple[dict[str, Any], bytes, bytes, bytes]:
        segments = self._new("segments", recording.segments)
        refs = {step.sets for segment in segments for step in segment.steps} - self._instances
        self._instances |= refs
        network = None
        if recording.iterations and not self._network_sent:
            network, self._network_sent = recording.network_json(), True
        header = {
            "lesson": recording.lesson,
            "network": network,
            "patterns": [segment.as_json() for segment in segments],
            "layouts": [
                [ref_name(*place) for place in layout] for layout in self._new("layouts", recording.layouts)
            ],
            "instances": {ref_name(r): i.as_json() for r in refs if (i := recording.instance(r))},
            "samples": self._new("samples", recording.samples),
            "iterations": recording.iterations,
            "stride": recording.stride,
            "output": self._new("output", recording.output),
            "end": recording.end,
            "error": vars(recording.error) if recording.error else None,
            "notices": self._new("notices", recording.notices),
        }
        blocks = [
            b.only(b.iterations > self._last_iteration)
            for b in recording.blocks
            if b.iterations[-1] > self._last_iteration
        ]
        if blocks:
            self._last_iteration = int(blocks[-1].iterations[-1])
        loss = np.concatenate([np.empty(0), *self._new("losses", recording.losses)])
        return (
            header,
            b"".join(b.index() for b in blocks),
            b"".join(b.rows.tobytes() for b in blocks),
            loss.tobytes(),
        )

    def _new(self, what: str, whole: Any) -> Any:
        """The part of a growing list or text that has not been handed over yet."""
        new = whole[self._sent[what] :]
        self._sent[what] = len(whole)
        return new
