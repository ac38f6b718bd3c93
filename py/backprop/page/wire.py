"""Hands a recording over to the page in chunks, while the program is still running."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import groupby
from math import isfinite
from time import perf_counter
from typing import Any

import numpy as np

from backprop.analyse.check import disagreements
from backprop.analyse.diagnose import diagnose
from backprop.analyse.exercises import judge
from backprop.analyse.rule_inference import settle, traits
from backprop.lessons.lens import lesson_settings
from backprop.model.recording import Block, Recording, to_json
from backprop.model.topology import ref_name
from backprop.panels.decision_boundary import Polygon, sides
from backprop.panels.playground import shown
from backprop.panels.registry import figures
from backprop.recording.recorder import Recorder
from backprop.texts import languages

# A long run is handed over ever less often, at least every second: each chunk costs the same again.
_LONGER_EACH_TIME = 1.5
_MOST_SECONDS = 1.0

# Header (JSON), index (32-bit integers), values and losses (doubles).
Emit = Callable[[str, bytes, bytes, bytes], None]


class Chunks:
    """Hands a growing recording over in pieces, each with only what is new."""

    def __init__(self, emit: Emit, seconds: float = 0, judged: bool = False) -> None:
        """`emit` takes one chunk; while the program runs the first comes after so many seconds. The last one
        has a verdict, if the run is to be `judged` as an exercise's."""
        self._emit = emit
        self._seconds = seconds
        self._judged = judged
        self._sent: dict[str, int] = dict.fromkeys(
            ("segments", "layouts", "samples", "notices", "losses", "output"), 0
        )
        self._last_iteration = -1
        self._instances: set[Any] = set()
        self._network_sent = False
        self._found_sent = False
        self._due = perf_counter() + self._seconds

    def send_when_due(self, recorder: Recorder, output: str) -> None:
        if perf_counter() < self._due:
            return
        recorder.drain()
        recorder.recording.output = output
        self.send(recorder.recording)
        self._seconds = min(self._seconds * _LONGER_EACH_TIME, _MOST_SECONDS)
        self._due = perf_counter() + self._seconds

    def send(self, recording: Recording) -> None:
        header, index, values, loss = self.take(recording)
        self._emit(to_json(header), index, values, loss)

    def take(self, recording: Recording) -> tuple[dict[str, Any], bytes, bytes, bytes]:
        if settle(recording):
            self._instances = set()  # the equations are others now
        blocks = self._new_blocks(recording)
        checked = self._checked(recording, blocks)
        first = self._sent["segments"]
        segments = self._new("segments", recording.segments)
        known = segments if self._instances else recording.segments
        refs = {step.sets for segment in known for step in segment.steps} - self._instances
        self._instances |= refs
        network = None
        if recording.iterations and not self._network_sent:
            network, self._network_sent = recording.network_json(), True
        header = {
            "lesson": recording.lesson,
            "network": network,
            "patterns": [segment.as_json(checked[n]) for n, segment in enumerate(segments, first)],
            "layouts": [
                [ref_name(*place) for place in layout] for layout in self._new("layouts", recording.layouts)
            ],
            "instances": {  # in an order of their own, so that a program baked twice is baked the same
                ref_name(ref): instance.as_json()
                for ref in sorted(refs, key=ref_name)
                if (instance := recording.instance(ref))
            },
            "samples": self._new("samples", recording.samples),
            "iterations": recording.iterations,
            "stride": recording.stride,
            "output": self._new("output", recording.output),
            "end": recording.end,
            "error": vars(recording.error) if recording.error else None,
            "notices": self._new("notices", recording.notices),
            "rule": [vars(trait) for trait in traits(recording)] if recording.blocks else None,
            "findings": [finding.as_json() for finding in diagnose(recording)] if recording.end else [],
            "figures": figures(recording) if recording.end else None,
            "found": self._found(recording),
            "judgement": _judgement(recording),
            "playground": shown(recording) if recording.variables else None,
            "sides": self._sides(recording, blocks),
            "verdict": vars(judge(recording)) if self._judged and recording.end else None,
        }
        rows = [_with_disagreements(recording, block) for block in blocks]
        loss = np.concatenate([np.empty(0), *self._new("losses", recording.losses)])
        return (
            header,
            b"".join(index for index, _ in rows),
            b"".join(values for _, values in rows),
            loss.tobytes(),
        )

    def _found(self, recording: Recording) -> dict[str, Any] | None:
        """What was found in a program without a lesson, in the first chunk and in the last."""
        if recording.found is None or (self._found_sent and not recording.end):
            return None
        self._found_sent = True
        return recording.found.as_json()

    def _new_blocks(self, recording: Recording) -> list[Block]:
        last = self._last_iteration
        blocks = [
            b.only(slice(int(np.searchsorted(b.iterations, last, "right")), None))
            for b in recording.blocks
            if b.iterations[-1] > last
        ]
        if blocks:
            self._last_iteration = int(blocks[-1].iterations[-1])
        return _joined(blocks)

    def _sides(self, recording: Recording, blocks: list[Block]) -> list[Polygon | None]:
        """What the panel `boundary` draws in each of these iterations, so that a run that is stopped has it too."""
        if "boundary" not in lesson_settings(recording.lesson).get("panels", []):
            return []
        found: list[Polygon | None] = []
        for block in blocks:
            found += sides(recording, block) or [None] * len(block.rows)
        return found

    def _checked(self, recording: Recording, blocks: list[Block]) -> dict[int, set[int]]:
        """For each pattern of these blocks, which of its steps can be checked."""
        checked: dict[int, set[int]] = defaultdict(set)
        for block in blocks:
            lengths = [len(recording.segments[id].steps) for id in block.segments]
            starts = np.cumsum([0, *lengths])
            for one in recording.checkables(block):
                start = int(starts[one.segment])
                checked[block.segments[one.segment]].update(number - start for number in one.numbers)
        return checked

    def _new(self, what: str, whole: Any) -> Any:
        """The part of a growing list or text that has not been handed over yet."""
        new = whole[self._sent[what] :]
        self._sent[what] = len(whole)
        return new


def _judgement(recording: Recording) -> dict[str, Any] | None:
    """The verdict of a program whose network was found, with the last chunk."""
    if recording.judgement is None or not recording.end:
        return None
    return {
        "layers": [
            {
                "layer": layer.number,
                "state": layer.state,
                "factor": layer.factor,
                "line": layer.line,
                "message": {lang: layer.message(lang) for lang in languages()},
            }
            for layer in recording.verdict
        ],
        "error": recording.judgement.error,
        "needle": [angle if isfinite(angle) else None for angle in recording.needle],
    }


def _joined(blocks: list[Block]) -> list[Block]:
    """The same with neighbours of one structure made one: long columns are checked faster than short ones."""
    found = []
    for (layout, segments), group in groupby(blocks, lambda block: (block.layout, block.segments)):
        alike = list(group)
        if len(alike) == 1:
            found += alike
            continue
        iterations = np.concatenate([block.iterations for block in alike])
        samples = np.concatenate([block.samples for block in alike])
        rows = np.concatenate([block.rows for block in alike])
        found.append(Block(iterations, layout, segments, samples, rows))
    return found


def _with_disagreements(recording: Recording, block: Block) -> tuple[bytes, bytes]:
    """A block's index and values; after each row come the steps that differ, and what the equations give there."""
    row, step, formula = disagreements(recording, block)
    index = np.column_stack([block.index(), np.bincount(row, minlength=len(block.rows))]).astype(np.int32)
    if not len(row):
        return index.tobytes(), block.rows.tobytes()
    with_steps = np.insert(index.ravel(), (row + 1) * index.shape[1], step)
    with_formulas = np.insert(block.rows.ravel(), (row + 1) * block.rows.shape[1], formula)
    return with_steps.tobytes(), with_formulas.tobytes()
