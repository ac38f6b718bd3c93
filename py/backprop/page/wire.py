"""Hands a recording over to the page in chunks, while the program is still running."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from itertools import accumulate, groupby
from time import perf_counter
from typing import Any

import numpy as np

from backprop.analyse.check import disagreements
from backprop.analyse.diagnose import diagnose
from backprop.analyse.exercises import judge
from backprop.analyse.moments import edges_looked_at
from backprop.analyse.operands import check_groups
from backprop.analyse.rule_inference import settle
from backprop.analyse.step_groups import CheckGroup
from backprop.analyse.traits import traits
from backprop.equations.rule import Rule
from backprop.lessons.lens import OWN, lesson_settings
from backprop.model.recording import Block, Recording, to_json
from backprop.page.judgement import judgement
from backprop.page.lookups import Lookups, lookups
from backprop.page.written import NOT_SHOWN, Written, WrittenEquations
from backprop.panels.decision_boundary import Polygon, sides
from backprop.panels.playground import shown
from backprop.panels.registry import figures
from backprop.recording.facade import CheckedRecording
from backprop.recording.recorder import Recorder
from backprop.topology import Topology, ref_name

# Handing over takes at most such a part of the time of a run: less would leave the playground still for a second.
_MOST_PART = 0.1
_MOST_PART_AT_RESTS = 0.02  # before lines that may take long: a program that prints often has many
# Before lines that may take long, so many chunks come whatever they cost.
_FREE_RESTS = 3
_FREE_FIRSTS = 8  # and so many where the program comes for the first time


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
        self._of: Recording | None = None
        self._nothing = CheckedRecording(OWN, Topology((), ()), Rule("sigmoid"))  # while no network is known
        self._rule: Rule | None = None  # by which the rows were compared that the page has
        self._again = False  # whether the page has a part of a recording that is given up
        self._due = perf_counter() + self._seconds
        self._cost = 0.0  # of the last chunk, in seconds
        self._ended = -math.inf  # when it had been sent
        self._begin()

    def _begin(self) -> None:
        """Nothing is handed over yet."""
        # By whether the program is at a place for the first time.
        self._free = {False: _FREE_RESTS, True: _FREE_FIRSTS}
        self._sent: dict[str, int] = dict.fromkeys(
            ("segments", "layouts", "samples", "notices", "drawings", "losses", "output"), 0
        )
        self._last_iteration = -1  # that was kept
        self._iterations = 0  # of the run when it was last handed over
        self._written = WrittenEquations()
        self._lookups: dict[Any, dict[tuple[int, int], Lookups]] = {}  # by structure
        self._network_sent = False
        self._found_sent = False
        self._maps_sent = False
        self._figures_sent = False

    def _follow(self, recording: Recording) -> None:
        """From here on this recording is handed over. If it is another one than before, the program has begun anew."""
        if self._of is not None and self._of is not recording:
            self._begin_again()
        self._of = recording

    def _begin_again(self) -> None:
        """Mark all chunks sent so far as void: the next one begins the recording again."""
        self._begin()
        self._again = True

    def send_when_due(self, recorder: Recorder, output: str) -> None:
        """Hand over what is new, at intervals: every quarter of a second, unless that would take too much of the time."""
        began = perf_counter()
        if began >= self._due:
            recorder.drain()
            self._send_now(recorder.recording, output, began)

    def rest(self, recorder: Recorder, output: str, is_first: bool = False) -> None:
        """Hand over what is new before a line that may take long, as far as that takes little of the time.

        `is_first`: the program is for the first time at this place, which a condition or the end of a loop leads to.
        """
        self._follow(recorder.recording)
        if not (self._is_cheap or self._free[is_first]):
            return
        recorder.drain()
        if recorder.recording.iterations > self._iterations or len(output) > self._sent["output"]:
            self._free[is_first] -= not self._is_cheap
            self._send_now(recorder.recording, output, perf_counter())

    def printed(self, output: str) -> None:
        """Hand over what a program has printed before its network is known, as far as that takes little of the time."""
        if len(output) > self._sent["output"] and (self._is_cheap or self._free[False]):
            self._free[False] -= not self._is_cheap
            self._send_now(self._nothing, output, perf_counter())

    @property
    def _is_cheap(self) -> bool:
        return perf_counter() - self._ended > self._cost / _MOST_PART_AT_RESTS

    def _send_now(self, recording: Recording, output: str, began: float) -> None:
        recording.output = output
        self.send(recording)
        self._ended = perf_counter()
        self._cost = self._ended - began
        self._due = self._ended + max(self._seconds, self._cost / _MOST_PART)

    def send(self, recording: Recording) -> None:
        """Hand the next chunk over to the page."""
        header, index, values, loss = self.take(recording)
        self._emit(to_json(header), index, values, loss)

    def send_unjudged(self, recording: Recording) -> None:
        """Hand over the recording of a run that is over, if it has any; what is found in it comes with the last chunk."""
        if not recording.iterations:
            return
        header, index, values, loss = self.take(recording, is_judged=False)
        self._emit(to_json(header | {"checking": True}), index, values, loss)

    def take(
        self, recording: Recording, is_judged: bool = True
    ) -> tuple[dict[str, Any], bytes, bytes, bytes]:
        """The next chunk: header, index (32-bit integers), values and losses (doubles), each with only what is new.

        The chunk of a run that is over but not yet judged is none that ends it.
        """
        self._follow(recording)
        settle(recording)
        if self._last_iteration >= 0 and recording.rule != self._rule:
            self._begin_again()  # the rows that the page has were compared by another rule
        self._rule = recording.rule
        self._iterations = recording.iterations
        again, self._again = {"again": True} if self._again else {}, False
        end = recording.end if is_judged else None
        blocks = self._new_blocks(recording)
        header = (
            again
            | self._steps(recording, blocks)
            | self._course(recording, end)
            | self._verdict(recording, end)
            | self._pictures(recording, blocks)
        )
        rows = [_with_disagreements(recording, block) for block in blocks]
        loss = np.concatenate([np.empty(0), *self._new("losses", recording.losses)])
        return (
            header,
            b"".join(index for index, _ in rows),
            b"".join(values for _, values in rows),
            loss.tobytes(),
        )

    def _steps(self, recording: Recording, blocks: list[Block]) -> dict[str, Any]:
        """The network, and the steps of these blocks: what each sets, its equation and its place in the rows."""
        checked, operands = self._checked(recording, blocks)
        first = self._sent["segments"]
        segments = self._new("segments", recording.segments)
        patterns = [
            segment.as_json(checked[n], self._written.names(segment, checked[n]), operands[n])
            for n, segment in enumerate(segments, first)
        ]
        layouts = self._new("layouts", recording.layouts)
        network = None
        if recording.iterations and not self._network_sent:
            network, self._network_sent = recording.network_json(), True
        return {
            "lesson": recording.lesson,
            "network": network,
            "patterns": patterns,
            "layouts": [[ref_name(*place) for place in layout] for layout in layouts],
            "instances": self._written.new(recording),
            "samples": self._new("samples", recording.samples),
        }

    def _course(self, recording: Recording, end: str | None) -> dict[str, Any]:
        """How far the run is, what it printed and drew, and how it ended."""
        return {
            "iterations": recording.iterations,
            "stride": recording.stride,
            "looks": recording.looks,
            "first": recording.first,
            "broken": _broken(recording) if end else None,
            "output": self._new("output", recording.output),
            "end": end,
            "error": vars(recording.error) if recording.error and end else None,
            "notices": self._new("notices", recording.notices),
            "drawings": self._new("drawings", recording.drawings),
        }

    def _verdict(self, recording: Recording, end: str | None) -> dict[str, Any]:
        """The part of the header with the findings: the network found, the rule, the mistakes, the verdict."""
        return {
            "rule": [vars(trait) for trait in traits(recording)] if recording.blocks else None,
            "findings": [finding.as_json() for finding in diagnose(recording)] if end else [],
            "searched": len(edges_looked_at(recording.topology)) if end else None,
            "found": self._found(recording, end is not None),
            "judgement": judgement(recording.judgement) if recording.judgement and end else None,
            "verdict": vars(judge(recording)) if self._judged and end else None,
        }

    def _pictures(self, recording: Recording, blocks: list[Block]) -> dict[str, Any]:
        """The part of the header with the data of the panels: figures, the playground's maps, the lines of the boundary."""
        return {
            "figures": self._figures(recording),
            "playground": self._maps(recording, blocks),
            "sides": self._sides(recording, blocks),
        }

    def _found(self, recording: Recording, is_last: bool) -> dict[str, Any] | None:
        """The network found in a program without a lesson, for the first chunk and the last; else None."""
        if recording.found is None or (self._found_sent and not is_last):
            return None
        self._found_sent = True
        return recording.found.as_json()

    def _figures(self, recording: Recording) -> dict[str, dict[str, Any] | None] | None:
        """The figures of the lesson's panels, once, in the first chunk of a run that is over; else None."""
        if recording.end is None or self._figures_sent:
            return None
        self._figures_sent = True
        return figures(recording)

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

    def _maps(self, recording: Recording, blocks: list[Block]) -> dict[str, Any] | None:
        """The playground's maps at the end of the run so far; None if the page has them."""
        if not recording.variables or (self._maps_sent and not blocks):
            return None
        maps = shown(recording)
        self._maps_sent = maps is not None
        return maps

    def _sides(self, recording: Recording, blocks: list[Block]) -> list[Polygon | None]:
        """The lines of the panel `boundary` in each of these iterations, so that a run that is stopped has them, too."""
        if "boundary" not in lesson_settings(recording.lesson).get("panels", []):
            return []
        found: list[Polygon | None] = []
        for block in blocks:
            found += sides(recording, block) or [None] * len(block.rows)
        return found

    def _checked(
        self, recording: Recording, blocks: list[Block]
    ) -> tuple[dict[int, dict[int, Written]], dict[int, dict[int, dict[str, int]]]]:
        """For each pattern of these blocks, which of its steps can be checked, how the equation of each is written, and
        which operands stand elsewhere than just before it."""
        checked: dict[int, dict[int, Written]] = defaultdict(dict)
        operands: dict[int, dict[int, dict[str, int]]] = defaultdict(dict)
        for block in blocks:
            found = check_groups(recording, block)
            known = self._lookups_of(recording, block, found)
            lengths = [len(recording.segments[id].steps) for id in block.segments]
            starts = [0, *accumulate(lengths)]
            for one in (group.of_first_pass for group in found):
                id = block.segments[one.segment]
                net = one.step.sets[0] != "a" or any(ref[0] == "net" for ref, _ in one.inputs)
                form = NOT_SHOWN if one.summed is None else Written(one.summed, net)
                for number in (n - starts[one.segment] for n in one.numbers):
                    told = known[one.segment, number]
                    written = NOT_SHOWN if told is None else form
                    if written != checked[id].setdefault(number, written) or told != operands[id].setdefault(
                        number, told or {}
                    ):
                        checked[id][number] = NOT_SHOWN  # here it is written in another way than there
        return checked, operands

    def _lookups_of(
        self, recording: Recording, block: Block, found: list[CheckGroup]
    ) -> dict[tuple[int, int], Lookups]:
        structure = block.layout, block.segments, recording.rule, len(found)
        if structure not in self._lookups:
            self._lookups[structure] = lookups(recording, block.layout, block.segments, found)
        return self._lookups[structure]

    def _new(self, what: str, whole: Any) -> Any:
        """The part of a growing list or text that has not been handed over yet."""
        new = whole[self._sent[what] :]
        self._sent[what] = len(whole)
        return new


def _broken(recording: Recording) -> int | None:
    """The first iteration whose error is no finite number, after some whose error is one; None if there is none."""
    known = recording.with_error
    finite = np.isfinite(recording.loss[known])
    lost = np.flatnonzero(~finite)
    return int(known[lost[0]]) if lost.size and finite[: lost[0]].any() else None


def _joined(blocks: list[Block]) -> list[Block]:
    """The blocks, neighbours of one structure joined: long columns are checked faster than short ones."""
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
